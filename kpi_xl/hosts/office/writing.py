"""Cells written into a document that is open in LibreOffice, in blocks and with the looks of their styles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import reduce
from itertools import product
from typing import Any

from kpi_xl.hosts.area import Area
from kpi_xl.hosts.blocks import blocks
from kpi_xl.hosts.office.cells import address_of, area_of, range_of, used_area
from kpi_xl.hosts.office.formulas import to_office
from kpi_xl.hosts.office.undo import restorable
from kpi_xl.hosts.serials import to_serial
from kpi_xl.model.grid import CellError, CellOut, Patch, Scalar, SheetOut

_LOOKS = 32                     # com.sun.star.sheet.CellFlags.HARDATTR
_LOGICAL = 1024                 # com.sun.star.util.NumberFormat.LOGICAL
_HUNDREDTH_MM = 2540 / 72       # in a point
_PLAIN_STYLE = "Default"


class Writing:
    """One write to one document.

    Parameters
    ----------
    document : Any
        The spreadsheet document (UNO).
    """

    def __init__(self, document: Any) -> None:
        self._document = document
        self._styles = frozenset(document.StyleFamilies.getByName("CellStyles").getElementNames())
        self._is_1904 = document.NullDate.Year == 1904

    def replace(self, sheet: Any, out: SheetOut, tables: Mapping[str, Any]) -> None:
        """Put the cells of a system sheet in place of all it has."""
        for name, table in tables.items():
            _show_all(sheet, table)
            _resize(table, out.tables[name])
        self._clear(sheet, out.cells)
        self.put(sheet, out.cells)
        for height, area in blocks({(row, 1): height for row, height in out.heights.items()}):
            range_of(sheet, area).Rows.Height = round(height * _HUNDREDTH_MM)

    def patch(self, table: Any, patch: Patch) -> None:
        """Put single cells beside what a user typed, and let the table reach as far as they do."""
        area, around = area_of(table.DataArea), int(table.ContainsHeader) + int(table.TotalsRow)
        if patch.rows > area.bottom - area.top + 1 - around:
            _resize(table, patch.rows)
        sheet = self._document.Sheets.getByIndex(table.DataArea.Sheet)
        for _, area in blocks({(cell.row, cell.column): "" for cell in patch.cells}):
            restorable(range_of(sheet, area))
        self.put(sheet, patch.cells)

    def _clear(self, sheet: Any, content: Iterable[CellOut]) -> None:
        """Empty the sheet; cells that are not to come back lose their look as well."""
        used = used_area(sheet)
        coming = {(cell.row, cell.column): "" for cell in content}
        restorable(range_of(sheet, reduce(Area.covering, (area for _, area in blocks(coming)), used)))
        places = product(range(1, used.bottom + 1), range(1, used.right + 1))
        for gone in self._grouped(sheet, {place: "" for place in places if place not in coming}).values():
            gone.CellStyle = _PLAIN_STYLE
            gone.clearContents(_LOOKS)

    def put(self, sheet: Any, content: Iterable[CellOut]) -> None:
        """Write these cells and touch none between."""
        by_place = {(cell.row, cell.column): cell for cell in content}
        self._style(sheet, by_place)
        for is_formula, area in blocks({place: _is_formula(cell) for place, cell in by_place.items()}):
            lines = tuple(
                tuple(self._said(by_place[row, column]) for column in range(area.left, area.right + 1))
                for row in range(area.top, area.bottom + 1)
            )
            cells = range_of(sheet, area)
            if is_formula:
                cells.setFormulaArray(lines)
            else:
                cells.setDataArray(lines)

    def _style(self, sheet: Any, by_place: Mapping[tuple[int, int], CellOut]) -> None:
        named = {place: cell.style for place, cell in by_place.items() if cell.style in self._styles}
        if named:
            # LibreOffice passes over columns that it has not needed so far when many ranges are styled at once.
            row, column = max(named, key=lambda place: place[1])
            range_of(sheet, Area(row, column, row, column)).CellStyle = named[row, column]
        for style, ranges in self._grouped(sheet, named).items():
            ranges.CellStyle = style
        truths = {place: "" for place, cell in by_place.items() if isinstance(cell.value, bool) and not cell.formula}
        for ranges in self._grouped(sheet, truths).values():
            ranges.NumberFormat = self._document.NumberFormats.getStandardFormat(_LOGICAL, self._document.CharLocale)

    def _grouped(self, sheet: Any, kinds: Mapping[tuple[int, int], str | None]) -> dict[str | None, Any]:
        """All ranges of one kind as one, for a property is then set once."""
        groups: dict[str | None, list[Any]] = {}
        index = sheet.RangeAddress.Sheet
        for kind, area in blocks(kinds):
            groups.setdefault(kind, []).append(address_of(index, area))
        found: dict[str | None, Any] = {}
        for kind, addresses in groups.items():
            found[kind] = self._document.createInstance("com.sun.star.sheet.SheetCellRanges")
            found[kind].addRangeAddresses(tuple(addresses), False)
        return found

    def _said(self, cell: CellOut) -> str | float:
        """The cell as LibreOffice is told it; it works out a formula's value itself."""
        if cell.formula is not None:
            return "=" + to_office(cell.formula)
        return self._plain(cell.value)

    def _plain(self, value: Scalar) -> str | float:
        match value:
            case None:
                return ""               # None would end LibreOffice 7.4
            case CellError(code):
                return "=" + code
            case datetime():
                return to_serial(value, is_1904=self._is_1904)
            case str():
                return value
            case _:
                return float(value)


def _is_formula(cell: CellOut) -> bool:
    return cell.formula is not None or isinstance(cell.value, CellError)


def _show_all(sheet: Any, table: Any) -> None:
    """Rows that a filter hides come back: what is filtered is about to be replaced."""
    area = area_of(table.DataArea)
    rows = range_of(sheet, area).Rows
    if table.getFilterDescriptor().getFilterFields():
        table.getFilterDescriptor().setFilterFields(())
        rows.IsVisible = True


def _resize(table: Any, rows: int) -> None:
    address = table.DataArea
    address.EndRow = address.StartRow + int(table.ContainsHeader) + int(table.TotalsRow) + max(rows, 1) - 1
    table.DataArea = address

