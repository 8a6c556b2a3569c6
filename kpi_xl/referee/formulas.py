"""The package `formulas` as referee: slow and hungry, so on request and for slices of a workbook.

It runs in a process of its own: it can be ended, its memory is returned, its console noise goes nowhere, and the
changed ROUND stays out of the program that asks.
"""

from __future__ import annotations

import os
from decimal import ROUND_HALF_UP, Context, Decimal
from importlib.metadata import version
from importlib.util import find_spec
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from kpi_xl.errors import WorkbookError
from kpi_xl.model.grid import CellError
from kpi_xl.referee.cells import formula_cells
from kpi_xl.referee.recalculation import Place, Recalculated, Value
from kpi_xl.referee.registered import registered

ENGINE = "formulas"
TIMEOUT = 1800.0                            # seconds; 400 rows of curve formulas take it over a minute
_LEAVE = 10.0                               # seconds to end by itself once it has answered

_WIDE = Context(prec=400)                   # room for any float written out in full
_BOOK = "book.xlsx"                         # the engine's keys carry the file name: a plain one, whatever the user's is


def installed() -> bool:
    """Whether the package can be imported here."""
    return find_spec("formulas") is not None


def recalculate(path: Path, timeout: float = TIMEOUT) -> Recalculated:
    """Values of all formula cells as `formulas` computes them, with Excel's rule for ROUND.

    Raises
    ------
    WorkbookError
        ``E-ENGINE-MISSING``, ``E-ENGINE-FAILED`` or ``E-ENGINE-TIMEOUT``.
    """
    started = perf_counter()
    if not installed():
        raise WorkbookError("E-ENGINE-MISSING", engine=ENGINE, reason="no-package")
    places = list(formula_cells(path))
    with TemporaryDirectory(prefix="kpi_xl-referee-", ignore_cleanup_errors=True) as folder:
        book = copyfile(path, Path(folder) / _BOOK)
        values = _in_own_process(book, places, timeout)
    return Recalculated(ENGINE, version("formulas"), values, perf_counter() - started)


def excel_round(number: float, digits: float) -> float:
    """Excel's ROUND: half away from zero on the 15 significant digits that Excel keeps.

    >>> excel_round(1.005, 2), excel_round(-2.5, 0), excel_round(25, -1)
    (1.01, -3.0, 30.0)
    """
    seen = Decimal(format(number, ".15g"))
    return float(seen.quantize(Decimal(1).scaleb(-int(digits)), ROUND_HALF_UP, _WIDE))


def _in_own_process(book: Path, places: list[Place], timeout: float) -> dict[Place, Value]:
    processes = get_context("spawn")
    ours, theirs = processes.Pipe(duplex=False)
    process = processes.Process(target=_answer, args=(book, places, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        if not ours.poll(timeout):
            raise WorkbookError("E-ENGINE-TIMEOUT", engine=ENGINE, reason=f"{timeout:g}s")
        answer = ours.recv()
        process.join(_LEAVE)
    except EOFError:
        raise WorkbookError("E-ENGINE-FAILED", engine=ENGINE, reason="process-died") from None
    finally:
        process.kill()
        process.join()
        ours.close()
    if isinstance(answer, str):
        raise WorkbookError("E-ENGINE-FAILED", engine=ENGINE, reason=answer)
    values: dict[Place, Value] = answer
    return values


def _answer(book: Path, places: list[Place], line: Connection) -> None:
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    try:
        solution = _solution(book)
        line.send({place: _value(solution[key]) for place in places if (key := _key(*place)) in solution})
    except Exception as failure:
        line.send(f"{type(failure).__name__}: {failure}")


def _solution(book: Path) -> Any:
    import formulas
    from formulas.functions import wrap_ufunc

    functions = formulas.get_functions()
    functions.update(registered())
    functions["ROUND"] = wrap_ufunc(excel_round)
    functions["HYPERLINK"] = lambda target, text: text      # the package has none, and the link itself is no result
    return formulas.ExcelModel().loads(str(book)).finish().calculate()


def _key(sheet: str, address: str) -> str:
    return f"'[{_BOOK}]{sheet.upper()}'!{address}"


def _value(ranges: Any) -> Value:
    """The cell's own value; the package answers with numpy scalars, its own error tokens and an empty token."""
    import numpy
    import schedula
    from formulas.tokens.operand import XlError

    found = ranges.value[0, 0]
    if isinstance(found, XlError):
        return CellError(str(found))
    if found is schedula.EMPTY:
        return None
    if isinstance(found, bool | numpy.bool):
        return bool(found)
    return str(found) if isinstance(found, str) else float(found)
