"""Excel on Windows, where xlwings has no word of its own: the object model through COM."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kpi_xl.labels import Lang

if TYPE_CHECKING:
    from kpi_xl.hosts.excel.books import App, Book, Range, Sheet

_ALLOWS = (
    "AllowFormattingCells", "AllowFormattingColumns", "AllowFormattingRows", "AllowInsertingColumns",
    "AllowInsertingRows", "AllowInsertingHyperlinks", "AllowDeletingColumns", "AllowDeletingRows", "AllowSorting",
    "AllowFiltering", "AllowUsingPivotTables",
)  # fmt: skip
_LANGUAGE_OF_MENUS = 2                  # MsoAppLanguageID.msoLanguageIDUI
_PRIMARY_LANGUAGE, _CHINESE = 0x3FF, 0x04


def values(cells: Range) -> Sequence[Sequence[object]]:
    """Rows of values; of a currency, which COM cuts to four decimals, the whole number."""
    rows: list[list[object]] = cells.options(ndim=2, err_to_str=True).value
    if any(isinstance(value, Decimal) for row in rows for value in row):
        exact = cells.api.Value2
        exact = exact if isinstance(exact, tuple) else ((exact,),)
        return [
            [whole if isinstance(value, Decimal) else value for value, whole in zip(row, line, strict=True)]
            for row, line in zip(rows, exact, strict=True)
        ]
    return rows


def full_name(book: Book) -> str:
    """Path or web address; the bare name of a book that was never saved."""
    return str(book.api.FullName)


def save_copy(book: Book, target: Path, *, may_save: bool) -> bool:
    """Write the book as it is now, saved or not, to another file."""
    book.api.SaveCopyAs(str(target))
    return True


def styles(book: Book) -> Mapping[str, str]:
    """Number format of each of the book's cell styles, by name."""
    return {str(style.Name): str(style.NumberFormat) for style in book.api.Styles}


def set_style(cells: Range, book: Book, name: str) -> None:
    """Give cells a style of the book."""
    cells.api.Style = name


def protection(sheet: Sheet) -> Mapping[str, object] | None:
    """The arguments that protect the sheet again; None for an open one."""
    api = sheet.api
    if not api.ProtectContents:
        return None
    allowed = api.Protection
    return {
        "DrawingObjects": api.ProtectDrawingObjects,
        "Contents": True,
        "Scenarios": api.ProtectScenarios,
        **{name: getattr(allowed, name) for name in _ALLOWS},
    }


def unprotect(sheet: Sheet) -> None:
    """Lift a protection without a password; an empty one keeps Excel from asking the user."""
    sheet.api.Unprotect("")


def protect(sheet: Sheet, allowed: Mapping[str, object]) -> None:
    """Protect a sheet again as it was."""
    sheet.api.Protect(**allowed)


def show_all(sheet: Sheet) -> None:
    """Bring back every row that a filter hides: a block written over hidden rows would go astray."""
    for table in sheet.tables:
        if table.show_autofilter and table.api.AutoFilter.FilterMode:
            table.api.AutoFilter.ShowAllData()
    if sheet.api.FilterMode:
        sheet.api.ShowAllData()


def typing_aids(app: App) -> Sequence[tuple[Any, str]]:
    """Filling a formula down its column, and growing a table by the row below it."""
    corrections = app.api.AutoCorrect
    return [(corrections, "AutoFillFormulasInLists"), (corrections, "AutoExpandListRange")]


def language(app: App) -> Lang | None:
    """The language of Excel's menus."""
    code = int(app.api.LanguageSettings.LanguageID(_LANGUAGE_OF_MENUS))
    return "zh" if code & _PRIMARY_LANGUAGE == _CHINESE else "en"
