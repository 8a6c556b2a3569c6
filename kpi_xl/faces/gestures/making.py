"""The gesture for those who build the program: make the workbooks, the catalogue and the extension from text."""

from __future__ import annotations

import argparse
from pathlib import Path

from kpi_xl.faces.gestures.telling import Command, tell
from kpi_xl.faces.speech import say
from kpi_xl.labels import Lang


def add(command: Command, lang: Lang) -> None:
    """Add the command."""
    make = command("make", _make)
    make.add_argument("folder", type=Path, nargs="?", default=Path(), help=say("help.make.folder", lang))


def _make(options: argparse.Namespace, lang: Lang) -> int:
    from kpi_xl.commands.catalogue import catalogue
    from kpi_xl.commands.workbooks import workbooks
    from kpi_xl.hosts.file import FileHost

    receipts = [workbooks(options.folder / "workbooks"), catalogue(options.folder / "udfs", FileHost)]
    return tell(receipts, options, lang)
