"""``python -m kpi_xl`` is the command line."""

from kpi_xl.faces.cli import main

main()
