"""Sheets of a donor taken over into a book that is open in Excel: opened beside it, copied, closed."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

from kpi_xl.hosts.area import Area
from kpi_xl.hosts.excel.writing import type_each
from kpi_xl.hosts.grafting.openable import Openable, openable
from kpi_xl.hosts.machine.desktop import this_machine
from kpi_xl.hosts.machine.places import open_folder

if TYPE_CHECKING:
    from kpi_xl.hosts.excel.books import Book, Sheet


def readable(donor: Path) -> contextlib.AbstractContextManager[Openable]:
    """The donor where Excel opens it without asking anybody."""
    return openable(donor, open_folder(this_machine()))


def copied(book: Book, donor: Openable, behind: Sheet) -> tuple[str, ...]:
    """Put copies of the donor's sheets behind one of the book's; a failure leaves none of them."""
    new: dict[str, Sheet] = {}
    source = book.app.books.open(str(donor.path), update_links=False, read_only=True)
    try:
        for sheet in source.sheets:
            behind = new[sheet.name] = sheet.copy(after=behind)
            _name_tables(behind, sheet.name, donor)
        for name, content in donor.typed({original: sheet.name for original, sheet in new.items()}):
            type_each(book.sheets[name], {(cell.row, cell.column): cell for cell in content})
    except BaseException:
        for sheet in reversed(new.values()):
            with contextlib.suppress(Exception):
                sheet.delete()
        raise
    finally:
        source.close()
        book.activate()
    return tuple(sheet.name for sheet in new.values())


def _name_tables(sheet: Sheet, original: str, donor: Openable) -> None:
    """Give the tables their names: Excel may number that of a table it copies."""
    names = {str(table.area): name for name, table in donor.tables.items() if table.sheet.name == original}
    for table in sheet.tables:
        cells = table.range
        last = cells.row + cells.shape[0] - 1, cells.column + cells.shape[1] - 1
        wanted = names[str(Area(cells.row, cells.column, *last))]
        if table.name != wanted:
            table.name = wanted
