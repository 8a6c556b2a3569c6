"""formualizer as referee: a compiled engine in this process, for workbooks of any size."""

from __future__ import annotations

from datetime import date, time, timedelta
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from threading import Timer
from time import perf_counter
from typing import Any

from kpi_xl.errors import WorkbookError
from kpi_xl.model.grid import CellError
from kpi_xl.referee.cells import formula_cells, position
from kpi_xl.referee.recalculation import Place, Recalculated, Value, serial

ENGINE = "formualizer"
TIMEOUT = 600.0                             # seconds for the evaluation

# A sheet of half a million raw rows is 240 MB of XML, beyond the limits the engine starts with.
_LIMITS = {"max_part_bytes": 2**31, "max_expanded_bytes": 2**32}

_CANCELLED = "#CANCELLED!"

# Its other kinds of error (Circ, NImpl, Error, Cancelled) say that the cell was not evaluated.
_ERRORS = {
    "Div": "#DIV/0!",
    "Na": "#N/A",
    "Name": "#NAME?",
    "Null": "#NULL!",
    "Num": "#NUM!",
    "Ref": "#REF!",
    "Value": "#VALUE!",
    "Spill": "#SPILL!",
    "Calc": "#CALC!",
}


def installed() -> bool:
    """Whether the package can be imported here."""
    return find_spec("formualizer") is not None


def recalculate(path: Path, timeout: float = TIMEOUT) -> Recalculated:
    """Values of all formula cells as formualizer computes them.

    Raises
    ------
    WorkbookError
        ``E-ENGINE-MISSING``, ``E-ENGINE-FAILED`` or ``E-ENGINE-TIMEOUT``.
    """
    started = perf_counter()
    book = _evaluated(path, timeout)
    values = _values(book, list(formula_cells(path)))
    return Recalculated(ENGINE, version("formualizer"), values, perf_counter() - started)


def _evaluated(path: Path, timeout: float) -> Any:
    try:
        import formualizer
    except ImportError:
        raise WorkbookError("E-ENGINE-MISSING", engine=ENGINE, reason="no-package") from None
    try:
        book = formualizer.load_workbook(str(path), backend="native", load_limits=_LIMITS)
        alarm = Timer(timeout, book.cancel)
        alarm.start()
        try:
            book.evaluate_all()
        finally:
            alarm.cancel()
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as failure:        # a panic in the compiled engine is not an Exception
        if _CANCELLED in str(failure):
            raise WorkbookError("E-ENGINE-TIMEOUT", engine=ENGINE, reason=f"{timeout:g}s") from None
        raise WorkbookError("E-ENGINE-FAILED", engine=ENGINE, reason=str(failure)) from failure
    return book


def _values(book: Any, places: list[Place]) -> dict[Place, Value]:
    values: dict[Place, Value] = {}
    for sheet, address in places:
        found = book.get_value(sheet, *position(address))
        if found is not None and not _is_refusal(found):
            values[sheet, address] = _value(found)
    return values


def _is_refusal(found: object) -> bool:
    return isinstance(found, dict) and found.get("kind") not in _ERRORS


def _value(found: Any) -> Value:
    if isinstance(found, dict):
        return CellError(_ERRORS[found["kind"]])
    if isinstance(found, list):             # an array result: its own cell shows the first element
        return _value(found[0][0])
    if isinstance(found, timedelta):
        return found.total_seconds() / 86400
    if isinstance(found, date | time):
        return serial(found)
    return found if isinstance(found, bool | str) else float(found)
