"""Excel on a Mac, where xlwings has no word of its own: its AppleScript dictionary through appscript."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kpi_xl.hosts.excel.cells import ERRORS, lines
from kpi_xl.labels import Lang

if TYPE_CHECKING:
    from kpi_xl.hosts.excel.books import App, Book, Range, Sheet

_ALLOWS = (
    "allow_formatting_cells", "allow_formatting_columns", "allow_formatting_rows", "allow_inserting_columns",
    "allow_inserting_rows", "allow_inserting_hyperlinks", "allow_deleting_columns", "allow_deleting_rows",
    "allow_sorting", "allow_filtering", "allow_using_pivot_table",
)  # fmt: skip


def values(cells: Range) -> Sequence[Sequence[object]]:
    """Rows of values; AppleScript hands an error over like an empty cell, so the shown texts tell them apart."""
    rows: list[list[object]] = cells.options(ndim=2).value
    shown = lines(cells.api.string_value.get(), cells.shape)
    return [
        [text if value is None and text in ERRORS else value for value, text in zip(row, texts, strict=True)]
        for row, texts in zip(rows, shown, strict=True)
    ]


def full_name(book: Book) -> str:
    """Path or web address; the bare name of a book that was never saved."""
    return str(book.api.full_name.get())


def save_copy(book: Book, target: Path, *, may_save: bool) -> bool:
    """Copy the file on disk: Excel's dictionary has no word for saving a copy.

    What was typed since the last save is in the copy only where the book may be saved first.
    """
    path = Path(full_name(book))
    if not path.is_file():
        return False
    if may_save and not book.api.saved.get():
        book.save()
    shutil.copy2(path, target)
    return True


def styles(book: Book) -> Mapping[str, str]:
    """Number format of each of the book's cell styles, by name."""
    every = book.api.styles
    return dict(zip(map(str, every.name.get()), map(str, every.number_format.get()), strict=True))


def set_style(cells: Range, book: Book, name: str) -> None:
    """Give cells a style of the book."""
    cells.api.style_object.set(book.api.styles[name])


def protection(sheet: Sheet) -> Mapping[str, object] | None:
    """The arguments that protect the sheet again; None for an open one."""
    api = sheet.api
    if not api.protect_contents.get():
        return None
    allowed = api.protection_object
    return {
        "drawing_objects": api.protect_drawing_objects.get(),
        "worksheet_contents": True,
        "scenarios": api.protect_scenarios.get(),
        **{name: getattr(allowed, name).get() for name in _ALLOWS},
    }


def unprotect(sheet: Sheet) -> None:
    """Lift a protection without a password; an empty one keeps Excel from asking the user."""
    sheet.api.unprotect(password="")


def protect(sheet: Sheet, allowed: Mapping[str, object]) -> None:
    """Protect a sheet again as it was."""
    sheet.api.protect_worksheet(**allowed)


def show_all(sheet: Sheet) -> None:
    """Bring back every row that a filter hides: a block written over hidden rows would go astray."""
    for table in sheet.tables:
        if table.show_autofilter:
            table.autofilter.clear()
    if sheet.api.filter_mode.get():
        sheet.api.show_all_data()


def typing_aids(app: App) -> Sequence[tuple[Any, str]]:
    """None that can be asked for."""
    return []


def language(app: App) -> Lang | None:
    """Not in the dictionary: the locale tells."""
    return None
