"""LibreOffice for the tests: one headless office a session, on a profile of its own."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import kpi_xl
from kpi_xl.book.sheets import TABLES
from kpi_xl.errors import KpiError
from kpi_xl.hosts.office.program import Office, load_uno, soffice

SCRIPTS = "com.sun.star.script.provider.ScriptProviderForPython"


def no_office() -> str:
    """Why LibreOffice cannot be spoken to here; empty when it can."""
    if soffice() is None:
        return "LibreOffice is not installed"
    try:
        load_uno()
    except KpiError:
        return "python3-uno is not installed for this Python"
    return ""


def our_python() -> str:
    """Where kpi_xl and the packages that scoring needs are, as LibreOffice's Python is told."""
    spec = find_spec("openpyxl")
    assert spec is not None and spec.origin is not None
    return os.pathsep.join((str(Path(str(kpi_xl.__file__)).parents[1]), str(Path(spec.origin).parents[1])))


def scripts_run(office: Office) -> bool:
    """Whether the office has the part that runs Python scripts."""
    return bool(office.context.ServiceManager.createContentEnumeration(SCRIPTS).hasMoreElements())


def total(document: Any) -> float:
    """The total of the first card, from its cell on the ranking sheet; 0 when it is empty."""
    table = document.DatabaseRanges.getByName("tblCards").DataArea
    column = table.StartColumn + TABLES["tblCards"].position("total")
    return float(document.Sheets.getByIndex(table.Sheet).getCellByPosition(column, table.StartRow + 1).Value)


def quiet(document: Any) -> None:
    """Close a document without the question whether to save it."""
    document.setModified(False)
    document.close(True)
