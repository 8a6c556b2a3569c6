"""Whether the packages that raw data need are installed: a book without raw data does without them."""

from __future__ import annotations

from importlib.util import find_spec

from kpi_xl.errors import WorkbookError

PACKAGES = ("duckdb", "fastexcel", "pyarrow", "sqlglot")


def require_raw() -> None:
    """Make sure that raw data can be read here.

    Raises
    ------
    WorkbookError
        ``E-RAW-PACKAGE``, with the packages that are not there.
    """
    lacking = [name for name in PACKAGES if find_spec(name) is None]
    if lacking:
        raise WorkbookError("E-RAW-PACKAGE", found=", ".join(lacking))
