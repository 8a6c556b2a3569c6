"""The workbook people write by hand, in an office: a sheet whose cells each call a function of their own, one by one.

LibreOffice stands in for Excel, with a function in the office's own macro language, and with KPI_SCORE behind a trip to
Python for each cell. One target is changed, and the clock stops when every cell has its new value; the values are
compared with what KPI_SCORE says.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kpi_xl.functions import REGISTRY
from kpi_xl.hosts.office.program import Office, load_uno, property_value
from tests.office import our_python, quiet, scripts_run

THRESHOLD, TARGET, STRETCH = 0.18, 0.22, 0.26
BASIC = """\
Private python As Object

Function BASIC_SCORE(actual, target, threshold, stretch)
    Dim points As Double
    If actual < target Then
        points = 60 + (actual - threshold) / (target - threshold) * 40
    Else
        points = 100 + (actual - target) / (stretch - target) * 20
    End If
    If points < 0 Then points = 0
    If points > 120 Then points = 120
    BASIC_SCORE = Int(points * 100 + 0.5) / 100
End Function

Function PYTHON_SCORE(actual, target, threshold, stretch)
    Dim scripts As Object
    If IsNull(python) Then
        scripts = CreateUnoService("com.sun.star.script.provider.MasterScriptProviderFactory").createScriptProvider("")
        python = scripts.getScript("vnd.sun.star.script:kpi_rival.py$score?language=Python&location=user")
    End If
    PYTHON_SCORE = python.invoke(Array(actual, target, threshold, stretch), Array(), Array())
End Function
"""
PYTHON = """\
import os
import sys

sys.path[:0] = os.environ["KPI_XL_PYTHON"].split(os.pathsep)

from kpi_xl.functions import REGISTRY

KPI_SCORE = REGISTRY["KPI_SCORE"].function


def score(actual, target, threshold, stretch):
    return KPI_SCORE("LINEAR", actual, target, threshold, stretch, "up", "")
"""


def recalculated(folder: Path, function: str, cells: int) -> float | str:
    """Seconds from the new target to the last new value, or why that was not measured."""
    script = folder / "user" / "Scripts" / "python" / "kpi_rival.py"
    script.parent.mkdir(parents=True)
    script.write_text(PYTHON)
    with Office(folder, environment={"KPI_XL_PYTHON": our_python()}) as office:
        if function == "PYTHON_SCORE" and not scripts_run(office):
            return "not measured: this LibreOffice runs no Python"
        document = _sheet(office, function, cells)
        target = document.Sheets.getByIndex(0).getCellRangeByName("C1")
        start = time.perf_counter()
        target.setValue(TARGET)
        document.calculate()
        seconds = time.perf_counter() - start
        _compare([row[0] for row in _column(document, "B", cells).getDataArray()])
        quiet(document)
    return seconds


def _sheet(office: Office, function: str, cells: int) -> Any:
    """A new document: the functions, a column of actuals, a target, and a column that calls."""
    options = (property_value("Hidden", True), property_value("MacroExecutionMode", 4))
    document = office.desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, options)
    document.BasicLibraries.createLibrary("Standard").insertByName("Rival", BASIC)
    document.enableAutomaticCalculation(False)
    sheet = document.Sheets.getByIndex(0)
    _column(document, "A", cells).setDataArray(tuple((actual,) for actual in _actuals(cells)))
    sheet.getCellRangeByName("B1").setFormula(f"={function}(A1;$C$1;{THRESHOLD};{STRETCH})")
    # Filled down: formulas put in one by one take LibreOffice 7.4 minutes.
    _column(document, "B", cells).fillAuto(load_uno().Enum("com.sun.star.sheet.FillDirection", "TO_BOTTOM"), 1)
    return document


def _compare(found: Sequence[float]) -> None:
    score = REGISTRY["KPI_SCORE"].function
    for points, actual in zip(found, _actuals(len(found)), strict=True):
        wanted = score("LINEAR", actual, TARGET, THRESHOLD, STRETCH, "up", "")
        if abs(points - float(wanted)) > 0.011:
            raise AssertionError(f"{actual}: {points}, not {wanted}")


def _actuals(cells: int) -> list[float]:
    return [0.15 + number / cells / 10 for number in range(cells)]


def _column(document: Any, letter: str, cells: int) -> Any:
    return document.Sheets.getByIndex(0).getCellRangeByName(f"{letter}1:{letter}{cells}")
