"""Cells written into a book that is open in Excel: in blocks, and taken back when one of them fails."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from kpi_xl.hosts.area import Area
from kpi_xl.hosts.blocks import blocks
from kpi_xl.hosts.excel.cells import ExcelSheet, cells_of, typed
from kpi_xl.model.grid import CellOut, Patch, SheetOut

if TYPE_CHECKING:
    from kpi_xl.hosts.excel.books import Book, Sheet, Table
    from kpi_xl.hosts.excel.native import Native

PLAIN = "Normal"
TEXT_FORMAT = "@"
Place = tuple[int, int]
Content = Mapping[Place, CellOut]


class Writing:
    """One write to one book, which can be taken back.

    Parameters
    ----------
    book : Book
        The workbook (xlwings).
    native : Native
        The platform's words.
    """

    def __init__(self, book: Book, native: Native) -> None:
        self._book = book
        self._native = native
        self._styles = native.styles(book)
        self._undo: list[Callable[[], None]] = []

    def replace(self, sheet: Sheet, out: SheetOut, tables: Mapping[str, Table]) -> None:
        """Put the cells of a system sheet in place of all it has."""
        self._native.show_all(sheet)
        before = ExcelSheet(sheet, self._native).cells
        wanted = {(cell.row, cell.column): cell for cell in out.cells}
        for place in _headings(tables.values()) & before.keys():
            wanted[place] = before[place]._replace(style=wanted[place].style if place in wanted else None)
        gone = before.keys() - wanted
        self._undo.append(lambda: _type(sheet, {place: CellOut(*place, None) for place in wanted} | before))
        left = {place for name, table in tables.items() for place in self._resize(table, out.tables[name])}
        styles = {place: cell.style for place, cell in wanted.items() if cell.style in self._styles}
        self._style(sheet, dict.fromkeys((gone | left) - wanted.keys(), PLAIN) | styles)
        _free_of_text_format(sheet, {place: cell for place, cell in wanted.items() if self._may_be_text(cell)})
        _type(sheet, {place: CellOut(*place, None) for place in gone} | wanted)
        for row, height in out.heights.items():
            cells = sheet.range((row, 1))
            if cells.row_height not in (0, height):         # zero is a row that the user hid
                cells.row_height = height

    def patch(self, table: Table, patch: Patch) -> None:
        """Put single cells beside what a user typed, and let the table reach as far as they do."""
        sheet = table.parent
        self._native.show_all(sheet)
        content = {(cell.row, cell.column): cell for cell in patch.cells}
        before = ExcelSheet(sheet, self._native, max((row for row, _ in content), default=0)).cells
        changed = {place: cell for place, cell in content.items() if _differs(before.get(place), cell)}
        old = {place: before.get(place, CellOut(*place, None)) for place in changed}
        self._undo.append(lambda: type_each(sheet, old))
        if patch.rows > _data_rows(table):
            self._resize(table, patch.rows)
        self._style(sheet, {place: cell.style for place, cell in changed.items() if cell.style in self._styles})
        type_each(sheet, changed)

    def take_back(self) -> bool:
        """Put back values, formulas and tables as before the first of these writes; whether all of it went."""
        is_whole = True
        while self._undo:
            try:
                self._undo.pop()()
            except Exception:  # what else can be put back is put back
                is_whole = False
        return is_whole

    def _resize(self, table: Table, rows: int) -> set[Place]:
        """Make the table that many data rows long, without a totals row; the answer is what it no longer holds."""
        whole, had_totals = table.range, table.show_totals
        old = Area(whole.row, whole.column, whole.row + whole.shape[0] - 1, whole.column + whole.shape[1] - 1)
        bottom = old.top + int(table.show_headers) + max(rows, 1) - 1
        new = Area(old.top, old.left, bottom, old.right)
        if new == old:
            return set()
        self._undo.append(lambda: _reach(table, old, totals=had_totals))
        _reach(table, new, totals=False)
        columns = range(old.left, old.right + 1)
        return {(row, column) for row in range(new.bottom + 1, old.bottom + 1) for column in columns}

    def _may_be_text(self, cell: CellOut) -> bool:
        """Whether the cell may have a format in which a formula is no formula; a style of its own tells."""
        return self._styles.get(cell.style or "", TEXT_FORMAT) == TEXT_FORMAT

    def _style(self, sheet: Sheet, styles: Mapping[Place, str | None]) -> None:
        for style, area in blocks(styles):
            self._native.set_style(cells_of(sheet, area), self._book, str(style))


def _reach(table: Table, area: Area, *, totals: bool) -> None:
    if table.show_totals != totals:
        table.show_totals = totals
    table.resize(cells_of(table.parent, area))


def _data_rows(table: Table) -> int:
    return int(table.range.shape[0]) - int(table.show_headers) - int(table.show_totals)


def _headings(tables: Iterable[Table]) -> set[Place]:
    """Cells whose text is the name of a column: a user may have renamed it, and Excel renames it by what is typed."""
    return {
        (table.range.row, column)
        for table in tables
        if table.show_headers
        for column in range(table.range.column, table.range.column + table.range.shape[1])
    }


def _differs(there: CellOut | None, wanted: CellOut) -> bool:
    """Typing a formula that stands there already would only make Excel calculate it again."""
    if there is None:
        return wanted.value is not None or wanted.formula is not None
    return there.formula != wanted.formula or (wanted.formula is None and there.value != wanted.value)


def _type(sheet: Sheet, content: Content) -> None:
    """Type all of this as one block; cells between that are not in it hold nothing and go on so."""
    if content:
        rows, columns = [row for row, _ in content], [column for _, column in content]
        _type_area(sheet, Area(min(rows), min(columns), max(rows), max(columns)), content)


def type_each(sheet: Sheet, content: Content) -> None:
    """Type these cells and touch none between."""
    _free_of_text_format(sheet, content)
    for _, area in blocks({place: cell.formula is not None for place, cell in content.items()}):
        _type_area(sheet, area, content)


def _free_of_text_format(sheet: Sheet, content: Content) -> None:
    """Make cells general that are to hold a formula: in a cell formatted as text it would stay a text."""
    formulas = {place: place[1] for place, cell in content.items() if cell.formula is not None}
    for _, area in blocks(formulas):
        cells = cells_of(sheet, area)
        if cells.number_format == TEXT_FORMAT:
            cells.number_format = "General"


def _type_area(sheet: Sheet, area: Area, content: Content) -> None:
    cells_of(sheet, area).formula = [
        [typed(content[row, column]) if (row, column) in content else "" for column in range(area.left, area.right + 1)]
        for row in range(area.top, area.bottom + 1)
    ]
