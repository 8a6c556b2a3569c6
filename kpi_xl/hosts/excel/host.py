"""The host of a workbook that is open in Excel: the port over xlwings, from a button or from outside."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from kpi_xl.errors import WorkbookError
from kpi_xl.hosts.excel.cells import ExcelSheet, scalar
from kpi_xl.hosts.excel.native import Native, native
from kpi_xl.hosts.excel.session import at_rest, keep_snapshot, refusals, unlocked
from kpi_xl.hosts.excel.writing import Writing, type_each
from kpi_xl.hosts.snapshot import LazyTables
from kpi_xl.hosts.tablegrid import Deferred, Frame, floor_of, heading_text, table_rows
from kpi_xl.labels import Lang
from kpi_xl.model.grid import CellOut, Patch, Scalar, SheetOut, TableGrid

if TYPE_CHECKING:
    from kpi_xl.hosts.excel.books import Book, Range, Sheet, Table


class _Found(NamedTuple):
    """A table of the book and where its cells are."""

    table: Table
    frame: Frame
    has_headings: bool


class ExcelHost:
    """A workbook open in Excel.

    Parameters
    ----------
    book : Book
        The workbook (xlwings).
    words : Native, optional
        What the platform calls things; those of the platform we run on when absent.
    """

    def __init__(self, book: Book, words: Native | None = None) -> None:
        self._book = book
        self._native = words or native()

    @property
    def name(self) -> str:
        """Name of the workbook, for messages."""
        return str(self._book.name)

    @property
    def full_name(self) -> str:
        """Its path or web address; the bare name of a book that was never saved."""
        with refusals(self.name):
            return self._native.full_name(self._book)

    def tables(self) -> Mapping[str, TableGrid]:
        """Every Excel table by its name, rows that a filter hides included."""
        with refusals(self.name):
            found = self._found()
        sheets = cache(lambda name: self._sheet(name, found))
        return LazyTables(tuple(found), lambda name: self._grid(found[name], found, sheets))

    def named_cell(self, name: str) -> Scalar:
        """Value of the first cell behind a defined name; None when the name is absent or the cell empty."""
        with refusals(self.name):
            cells = self._referred(name)
            if cells is None:
                return None
            return self.value_at(cells.sheet.name, cells.row, cells.column)

    def formulas(self, anchor: str) -> Mapping[tuple[int, int], str]:
        """Formula text by 1-based (row, column) on the sheet that holds this table or name."""
        with refusals(self.name):
            found = self._found()
            return self._sheet(self._anchored(anchor, found).name, found).formulas

    def write(self, sheets: Sequence[SheetOut], patches: Sequence[Patch]) -> None:
        """Replace the cells of system sheets and patch single cells; what fails midway is taken back.

        A dated copy of the book is kept first. Filters on the sheets are cleared, protections without a password
        lifted and set again.

        Raises
        ------
        WorkbookError
            ``E-BOOK-ANCHOR``, ``E-EXCEL-PROTECTED``, ``E-EXCEL-SNAPSHOT``, ``E-EXCEL-BUSY``, ``E-EXCEL-FAILED``;
            ``E-EXCEL-TORN``: it could not be taken back, and the copy is what there is.
        """
        with refusals(self.name):
            found = self._found()
            targets = [(self._anchored(out.anchor, found), out, self._tables(out.tables, found)) for out in sheets]
            owners = [(self._tables((patch.table,), found)[patch.table], patch) for patch in patches]
            touched = {sheet.name: sheet for sheet in [*(each[0] for each in targets), *(t.parent for t, _ in owners)]}
            app = self._book.app
            snapshot = keep_snapshot(self._book, self._native)
            with at_rest(app, self._native), unlocked(touched.values(), self._native, self.name):
                writing = Writing(self._book, self._native)
                try:
                    for sheet, out, tables in targets:
                        writing.replace(sheet, out, tables)
                    for table, patch in owners:
                        writing.patch(table, patch)
                except BaseException as failure:
                    if not writing.take_back():
                        raise WorkbookError("E-EXCEL-TORN", book=self.name, snapshot=str(snapshot or "")) from failure
                    raise
            if app.calculation != "automatic":
                app.calculate()             # or the new formulas would show nothing until the user asks for it

    def graft(self, donor: Path, after: str = "") -> tuple[str, ...]:
        """Take over all sheets of a donor, which Excel opens for a moment; the last of them comes into view.

        A dated copy of the book is kept first; what fails midway is taken back.

        Raises
        ------
        WorkbookError
            ``E-SHEET-EXISTS``, ``E-BOOK-ANCHOR``, ``E-EXCEL-SNAPSHOT``, ``E-EXCEL-BUSY``; ``E-EXCEL-FAILED``: such as
            where the workbook's structure is protected.
        """
        from kpi_xl.hosts.excel.graft import copied, readable  # a click that only scores never needs it

        with refusals(self.name), readable(donor) as given:
            found = self._found()
            taken = [name for name in given.tables if name in found or name in self._book.names]
            if taken:
                raise WorkbookError("E-SHEET-EXISTS", book=self.name, found=", ".join(taken))
            behind = self._anchored(after, found) if after else self._book.sheets[-1]
            keep_snapshot(self._book, self._native)
            with at_rest(self._book.app, self._native):
                return copied(self._book, given, behind)

    def save_copy(self, target: Path) -> None:
        """Write the book as it is now to a file, for what works on files.

        Raises
        ------
        WorkbookError
            ``E-EXCEL-UNSAVED``: on a Mac, a book that was never saved; ``E-EXCEL-FAILED``.
        """
        with refusals(self.name):
            if not self._native.save_copy(self._book, target, may_save=True):
                raise WorkbookError("E-EXCEL-UNSAVED", book=self.name)

    def menu_lang(self) -> Lang | None:
        """The language of Excel's menus where it can be asked."""
        with refusals(self.name):
            return self._native.language(self._book.app)

    def selected(self) -> tuple[str, int, int] | None:
        """Sheet, row and column of the selected cell; None where a chart or another book has the selection."""
        with refusals(self.name):
            cells = self._book.app.selection
            if cells is None or cells.sheet.book.name != self._book.name:
                return None
            return cells.sheet.name, int(cells.row), int(cells.column)

    def go_to(self, cell: str) -> bool:
        """Select ``Sheet!B7``, or show the sheet when it is no more than its name; False where that cannot be."""
        sheet, _, address = cell.rpartition("!") if "!" in cell else (cell, "", "")
        if sheet not in [each.name for each in self._book.sheets]:
            return False
        try:
            self._book.sheets[sheet].activate()
            if address:
                self._book.sheets[sheet].range(address).select()
        except Exception:  # a hidden sheet; each platform fails in its own way
            return False
        return True

    def add_sheet(self, title: str) -> str:
        """Add a sheet behind the others; its name is the title, numbered when that is taken."""
        with refusals(self.name):
            taken = {sheet.name.casefold() for sheet in self._book.sheets}
            names = (title if number == 1 else f"{title} {number}" for number in count(1))
            name = next(name for name in names if name.casefold() not in taken)
            self._book.sheets.add(name, after=self._book.sheets[len(taken) - 1])
            return name

    def put(self, sheet: str, cells: Sequence[CellOut]) -> None:
        """Type cells into a sheet that is not one of the appraisal's."""
        with refusals(self.name):
            type_each(self._book.sheets[sheet], {(cell.row, cell.column): cell for cell in cells})
            self._book.sheets[sheet].autofit("columns")

    def value_at(self, sheet: str, row: int, column: int) -> Scalar:
        """Value of one cell."""
        with refusals(self.name):
            return scalar(self._native.values(self._book.sheets[sheet].range((row, column)))[0][0])

    def _found(self) -> dict[str, _Found]:
        return {each.frame.name: each for sheet in self._book.sheets for each in map(_found, sheet.tables)}

    def _grid(self, found: _Found, all_found: Mapping[str, _Found], sheets: Callable[[str], ExcelSheet]) -> TableGrid:
        frame = found.frame
        floor = floor_of(frame, (each.frame for each in all_found.values()))
        return TableGrid(
            frame.name, frame.sheet, frame.row, frame.column,
            Deferred(lambda: self._header(found, sheets)),
            Deferred(lambda: self._rows(frame, floor, sheets)),
            frame.declared,
        )  # fmt: skip

    def _rows(self, frame: Frame, floor: int, sheets: Callable[[str], ExcelSheet]) -> tuple[tuple[Scalar, ...], ...]:
        with refusals(self.name):
            return table_rows(frame, sheets(frame.sheet).values, floor)

    def _header(self, found: _Found, sheets: Callable[[str], ExcelSheet]) -> tuple[str, ...]:
        with refusals(self.name):
            if not found.has_headings:
                return tuple(str(column.name) for column in found.table.columns)
            heading = sheets(found.frame.sheet).values.get(found.frame.row, {})
        return tuple(heading_text(heading.get(found.frame.column + at)) for at in range(found.frame.columns))

    def _sheet(self, name: str, found: Mapping[str, _Found]) -> ExcelSheet:
        depth = max((each.frame.bottom for each in found.values() if each.frame.sheet == name), default=0)
        return ExcelSheet(self._book.sheets[name], self._native, depth)

    def _tables(self, names: Sequence[str] | Mapping[str, int], found: Mapping[str, _Found]) -> dict[str, Table]:
        for name in names:
            if name not in found:
                raise WorkbookError("E-BOOK-ANCHOR", book=self.name, anchor=name)
        return {name: found[name].table for name in names}

    def _anchored(self, anchor: str, found: Mapping[str, _Found]) -> Sheet:
        """The sheet that holds a table or a name."""
        if anchor in found:
            return found[anchor].table.parent
        cells = self._referred(anchor)
        if cells is None:
            raise WorkbookError("E-BOOK-ANCHOR", book=self.name, anchor=anchor)
        return cells.sheet

    def _referred(self, name: str) -> Range | None:
        if name not in self._book.names:
            return None
        try:
            return self._book.names[name].refers_to_range
        except Exception:  # a name of a constant or of cells that are gone; each platform fails in its own way
            return None


def _found(table: Table) -> _Found:
    cells, has_headings, totals = table.range, bool(table.show_headers), int(table.show_totals)
    first, headings = int(cells.row), int(has_headings)
    height, width = cells.shape
    frame = Frame(
        table.name, table.parent.name, first + headings - 1, int(cells.column), width, height - headings - totals,
        is_closed=totals > 0,
    )  # fmt: skip
    return _Found(table, frame, has_headings)
