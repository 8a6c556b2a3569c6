"""A write to a document that is open in LibreOffice as one step to undo, the office at rest meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from kpi_xl.errors import WorkbookError

CONTENT = 1 + 2 + 4 + 16        # com.sun.star.sheet.CellFlags VALUE, DATETIME, STRING, FORMULA


def undivided(document: Any, title: str, book: str, act: Callable[[], None]) -> None:
    """Do something as one step to undo, or leave the document as it was.

    Screen and calculation rest meanwhile and are afterwards as the user had them. The step is a function and not the
    body of a ``with``: an exception of UNO cannot pass through a generator.

    Raises
    ------
    WorkbookError
        ``E-OFFICE-REFUSED``: LibreOffice did not take something; and whatever `act` raises.
    """
    from com.sun.star.uno import Exception as Refusal

    undo = document.UndoManager
    before = undo.getAllUndoActionTitles()
    try:
        _at_rest(document, partial(_in_one_step, undo, title, act))
    except (Refusal, WorkbookError) as failure:
        # Not sooner: a step undone while the document is locked ends LibreOffice 7.4.
        if undo.getAllUndoActionTitles() != before:     # else the step undone would be the user's
            undo.undo()
            undo.clearRedo()
        if isinstance(failure, WorkbookError):
            raise
        raise WorkbookError("E-OFFICE-REFUSED", book=book, reason=failure.Message) from failure


def beyond_undo(document: Any, book: str, act: Callable[[], None], take_back: Callable[[], None]) -> None:
    """Do what LibreOffice 7.4 cannot undo, such as taking over a sheet; what fails midway is taken back.

    The steps before it are forgotten: they count sheets as they stood, so undoing one could strike another sheet.

    Raises
    ------
    WorkbookError
        ``E-OFFICE-REFUSED``; and whatever `act` raises.
    """
    from com.sun.star.uno import Exception as Refusal

    undo = document.UndoManager
    undo.lock()
    try:
        _at_rest(document, act)
    except (Refusal, WorkbookError) as failure:
        take_back()
        if isinstance(failure, WorkbookError):
            raise
        raise WorkbookError("E-OFFICE-REFUSED", book=book, reason=failure.Message) from failure
    finally:
        undo.unlock()
        undo.clear()


def _at_rest(document: Any, act: Callable[[], None]) -> None:
    calculates = document.isAutomaticCalculationEnabled()
    document.lockControllers()
    document.addActionLock()
    document.enableAutomaticCalculation(False)
    try:
        act()
    finally:
        document.enableAutomaticCalculation(calculates)
        if not calculates:
            document.calculate()        # or the new formulas would show nothing until the user recalculates
        document.removeActionLock()
        document.unlockControllers()


def _in_one_step(undo: Any, title: str, act: Callable[[], None]) -> None:
    undo.enterUndoContext(title)
    try:
        act()
    finally:
        undo.leaveUndoContext()


def restorable(cells: Any) -> None:
    """Empty a range in such a way that undoing brings back what it holds, and nothing where it holds nothing.

    To undo an array of values, LibreOffice 7.4 puts back what there was and leaves values where there was none; to
    undo a matrix formula it empties the range first.
    """
    cells.setArrayFormula("=0")
    cells.clearContents(CONTENT)
