"""The one Python entry of all VBA bells: a button of the ribbon or of a sheet rings here."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from kpi_xl.errors import KpiError, WorkbookError
from kpi_xl.faces.answering import Answer, answered, failed, surroundings_lang
from kpi_xl.hosts.machine.places import ADDIN
from kpi_xl.labels import Lang

if TYPE_CHECKING:
    from kpi_xl.hosts.excel.books import Book


def ring(command: str) -> None:
    """Answer a bell of the book that rang it; a message box says what came of it.

    Parameters
    ----------
    command : str
        Key of the button, see book/ribbon.py.
    """
    try:
        from kpi_xl.hosts.excel.books import calling_book

        book = calling_book()
    except Exception as error:
        known = error if isinstance(error, KpiError) else WorkbookError("E-EXCEL-CALLER", reason=str(error))
        sys.exit(failed(command, known, surroundings_lang()).text)
    answer = answered(command, book)
    show(book, answer)
    describe_functions(book, answer.lang)


def show(book: Book, answer: Answer) -> None:
    """The message box; where there is none, the text is what VBA shows of a program that fails."""
    try:
        book.app.alert(answer.text, answer.title, mode="critical" if answer.is_wrong else "info")
    except Exception:
        sys.exit(f"{answer.title}\n{answer.text}")


def describe_functions(book: Book, lang: Lang) -> bool:
    """Help for Excel's function wizard, after the answer, as nobody waits for it; False where Excel takes none."""
    from kpi_xl.faces.udf import describe

    return any(describe(book.app.api, holder, lang) for holder in (book.name, ADDIN))
