"""Which book in which running Excel; the one place of the hosts that imports xlwings."""

from __future__ import annotations

import os
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from kpi_xl.errors import WorkbookError
from kpi_xl.hosts.excel.native import native
from kpi_xl.hosts.machine.places import XLWINGS

if TYPE_CHECKING:
    from xlwings import App, Book, Range, Sheet
    from xlwings.main import Table

__all__ = ["App", "Book", "Range", "Sheet", "Table", "calling_book", "is_appraisal", "running_book", "xlwings"]

SETTINGS = "tblSettings"


def xlwings() -> ModuleType:
    """The package, of the very version whose names the VBA of our workbooks carries.

    Raises
    ------
    WorkbookError
        ``E-XLWINGS-MISSING``, ``E-XLWINGS-VERSION``.
    """
    package = _installed()
    if package.__version__ != XLWINGS:
        raise WorkbookError("E-XLWINGS-VERSION", found=package.__version__, wanted=XLWINGS)
    return package


def calling_book() -> Book:
    """The book whose button was pressed; of whichever xlwings there is, or nobody could say that it is the wrong one.

    Raises
    ------
    WorkbookError
        ``E-XLWINGS-MISSING``.
    """
    book: Book = _installed().Book.caller()
    return book


def _installed() -> ModuleType:
    try:
        import xlwings as package
    except ImportError as failure:
        raise WorkbookError("E-XLWINGS-MISSING", wanted=XLWINGS) from failure
    return package


def running_book(name: str | None = None) -> Book:
    """A book that is open in any running Excel, the second instance and the third as well.

    Parameters
    ----------
    name : str, optional
        Its path or file name; when absent, the active book, or else the only appraisal book that is open.

    Raises
    ------
    WorkbookError
        ``E-EXCEL-NONE``: no Excel runs; ``E-EXCEL-BOOK``: no such book is open; ``E-EXCEL-MANY``: several are.
    """
    books = _open_books()
    if name is None:
        found = _active(books) or [book for book in books if is_appraisal(book)]
    else:
        found = [book for book in books if _same_path(book, name)] or [
            book for book in books if book.name.casefold() == Path(name).name.casefold() and not Path(name).is_file()
        ]
    if len(found) == 1:
        return found[0]
    code = "E-EXCEL-MANY" if found else "E-EXCEL-BOOK"
    raise WorkbookError(code, book=name or "", found=", ".join(native().full_name(book) for book in found or books))


def is_appraisal(book: Book) -> bool:
    """Whether the book has the settings table by which one of ours is known."""
    return any(table.name == SETTINGS for sheet in book.sheets for table in sheet.tables)


def _open_books() -> list[Book]:
    package = xlwings()
    try:
        books = [book for app in package.apps for book in app.books]
    except package.XlwingsError as failure:
        raise WorkbookError("E-EXCEL-NONE") from failure
    if not books:
        raise WorkbookError("E-EXCEL-NONE")
    return books


def _active(books: list[Book]) -> list[Book]:
    """The active book of the foremost Excel when it is an appraisal."""
    active = books[0].app.books.active
    return [active] if is_appraisal(active) else []


def _same_path(book: Book, name: str) -> bool:
    wanted, there = os.path.abspath(name), native().full_name(book)
    return os.path.normcase(there) == os.path.normcase(wanted) or there == name
