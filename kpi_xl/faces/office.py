"""The one Python entry of the extension in LibreOffice: a button of the toolbar or the menu rings here."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from itertools import count
from typing import TYPE_CHECKING, Any, cast

from kpi_xl.errors import KpiError, WorkbookError
from kpi_xl.faces.answering import Answer, _answer, book_lang, failed, surroundings_lang
from kpi_xl.faces.errands import ERRANDS, SETTINGS, Desk, copied
from kpi_xl.labels import label

if TYPE_CHECKING:
    from kpi_xl.commands.receipt import Receipt
    from kpi_xl.hosts.excel.host import ExcelHost
    from kpi_xl.hosts.office.live import OfficeLive

CALC = "com.sun.star.sheet.SpreadsheetDocument"
STEPS = 4
"""Marks of the status bar's scale: reading, writing, and one to spare at each end."""
_OK = 1


def ring(context: Any, command: str) -> None:
    """Answer a bell for the document in front; a message box says what came of it.

    Parameters
    ----------
    context : Any
        The component context of the office (UNO).
    command : str
        Key of the button, see book/ribbon.py.
    """
    desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    answer = answered(command, desktop.getCurrentComponent(), context)
    show(desktop.getCurrentFrame(), answer)


def answered(command: str, document: Any, context: Any) -> Answer:
    """Run an errand on an open document; whatever goes wrong comes back in words, and the cell to see is selected."""
    lang = surroundings_lang()
    try:
        if document is None or not document.supportsService(CALC):
            raise WorkbookError("E-BOOK-STRANGE", found=SETTINGS)
        from kpi_xl.hosts.office.live import OfficeLive

        live = OfficeLive(document, context, label("ribbon", f"button.{command}", lang))
        lang = book_lang(cast("ExcelHost", live)) or live.menu_lang() or lang
        live = OfficeLive(document, context, label("ribbon", f"button.{command}", lang))
        receipt = _telling(document, lambda say: run(Desk(command, cast(Any, live), cast(Any, live), lang, say)))
        answer = _answer(command, receipt, lang)
        if answer.goes_to:
            live.go_to(answer.goes_to)
        return answer
    except KpiError as error:
        return failed(command, error, lang)
    except Exception as error:
        if os.environ.get("KPI_XL_DEBUG"):
            raise
        return failed(command, WorkbookError("E-INTERNAL", kind=type(error).__name__, text=str(error)), lang)


def show(frame: Any, answer: Answer) -> None:
    """The message box, in front of the window that was clicked in."""
    from kpi_xl.hosts.office.program import load_uno

    kind = load_uno().Enum("com.sun.star.awt.MessageBoxType", "WARNINGBOX" if answer.is_wrong else "INFOBOX")
    window = frame.getContainerWindow()
    window.getToolkit().createMessageBox(window, kind, _OK, answer.title, answer.text).execute()


def _telling(document: Any, act: Callable[[Callable[[str], None]], Receipt]) -> Receipt:
    """Do something that tells the status bar how far it is; no ``with``, which UNO's exceptions cannot pass."""
    bar = document.CurrentController.Frame.createStatusIndicator()
    marks = count(1)

    def say(text: str) -> None:
        bar.setText(text)
        bar.setValue(min(next(marks), STEPS))

    bar.start("", STEPS)
    try:
        return act(say)
    finally:
        bar.end()


def run(desk: Desk) -> Receipt:
    """Do what the button says, in the way of LibreOffice where it has one of its own."""
    from kpi_xl.book.ribbon import BUTTON_BY_KEY

    if desk.key not in OFFICE_ERRANDS:
        raise WorkbookError("E-BUTTON-UNKNOWN", found=desk.key, wanted=", ".join(OFFICE_ERRANDS))
    if BUTTON_BY_KEY[desk.key].needs == "book" and SETTINGS not in desk.live.tables():
        raise WorkbookError("E-BOOK-STRANGE", found=SETTINGS)
    return OFFICE_ERRANDS[desk.key](desk)


def _verify(desk: Desk) -> Receipt:
    """Python's numbers against the engines': the values of an open document are the office's own already."""
    from kpi_xl.commands.score import score
    from kpi_xl.commands.verify import verify
    from kpi_xl.hosts.file import FileHost

    with copied(desk) as path:
        scored = score(FileHost(path))
        return verify(path) if scored.is_done else scored


def _new(desk: Desk) -> Receipt:
    from dataclasses import replace
    from datetime import date

    from kpi_xl.commands.new import new
    from kpi_xl.commands.publishing import free_path
    from kpi_xl.hosts.file import FileHost

    period = f"{date.today():%Y-%m}"
    path = free_path(desk.folder / f"{label('ribbon', 'tab', desk.lang)} {period}.xlsx")
    receipt = new(path, FileHost, lang=desk.lang, period=period)
    cast("OfficeLive", desk.live).open(path)
    return replace(receipt, issues=(), facts={**receipt.facts, "files": [str(path)]})


SHARED = (
    "score", "check", "explain", "refresh", "facts", "weigh", "targets", "health", "calibrate", "publish", "print_all",
    "copies", "doctor",
)  # fmt: skip
OFFICE_ERRANDS: Mapping[str, Callable[[Desk], Receipt]] = {
    **{key: ERRANDS[key] for key in SHARED}, "verify": _verify, "new": _new,
}  # fmt: skip
