"""A write to a document that is open in LibreOffice as one step to undo, the office at rest meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from kpi_xl.errors import WorkbookError


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


class Written(NamedTuple):
    """A block of cells and what is put into it."""

    cells: Any
    lines: tuple[tuple[str | float, ...], ...]
    is_formula: bool


def put(undo: Any, written: Sequence[Written]) -> None:
    """Fill empty blocks, and teach the office to empty and fill them again.

    LibreOffice writes arrays without a trace in its undo list, so the step is added to it by hand.
    """
    import unohelper
    from com.sun.star.document import XUndoAction

    class Filling(unohelper.Base, XUndoAction):  # type: ignore[misc]
        Title = ""

        def undo(self) -> None:
            _unrecorded(undo, lambda: _empty(written))

        def redo(self) -> None:
            _unrecorded(undo, lambda: _fill(written))

    _fill(written)
    undo.addUndoAction(Filling())


def _unrecorded(undo: Any, act: Callable[[], None]) -> None:
    """Rows that grow with their content would become new steps in the middle of an old one, and end LibreOffice 7.4."""
    undo.lock()
    try:
        act()
    finally:
        undo.unlock()


def _empty(written: Sequence[Written]) -> None:
    for block in written:
        block.cells.setDataArray(tuple(("",) * len(line) for line in block.lines))


def _fill(written: Sequence[Written]) -> None:
    for block in written:
        if block.is_formula:
            block.cells.setFormulaArray(block.lines)
        else:
            block.cells.setDataArray(block.lines)
