"""What stands in the cells of a sheet that is open in LibreOffice: values, dates, errors, formulas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache, cached_property
from typing import Any, NamedTuple

from kpi_xl.hosts.area import Area
from kpi_xl.hosts.office.formulas import from_office
from kpi_xl.hosts.serials import from_serial
from kpi_xl.model.grid import CellError, Scalar

Line = dict[int, Scalar]

ERROR_BY_NUMBER = {503: "#NUM!", 521: "#NULL!", 524: "#REF!", 525: "#NAME?", 532: "#DIV/0!", 32767: "#N/A"}
"""LibreOffice's error numbers that have a name in a workbook file; every other is ``#VALUE!``."""
FORMULAS = 16                   # com.sun.star.sheet.CellFlags.FORMULA
_DATE, _LOGICAL = 2, 1024       # com.sun.star.util.NumberFormat.DATE, LOGICAL


class Kinds(NamedTuple):
    """Where the numbers of a sheet are dates or truth values."""

    dates: tuple[Area, ...]
    truths: tuple[Area, ...]


class OfficeSheet:
    """One sheet as it is now; asked once for everything, for each question crosses between two programs.

    Parameters
    ----------
    document : Any
        The spreadsheet document (UNO).
    sheet : Any
        One of its sheets (UNO).
    """

    def __init__(self, document: Any, sheet: Any) -> None:
        self._document = document
        self._sheet = sheet

    @cached_property
    def values(self) -> Mapping[int, Line]:
        """Filled cells by 1-based row, then column."""
        dates, truths = self._kinds
        filled: dict[int, Line] = {}
        for row, line in enumerate(self._used.getDataArray(), start=1):
            cells = {at: self._error(row, at) if value is None else value
                     for at, value in enumerate(line, start=1) if value != ""}  # fmt: skip
            if cells:
                filled[row] = cells
        for row, column, number in _numbers(filled, dates):
            filled[row][column] = from_serial(number, is_1904=self._document.NullDate.Year == 1904) or number
        for row, column, number in _numbers(filled, truths):
            filled[row][column] = number != 0
        return filled

    def formulas(self) -> dict[tuple[int, int], str]:
        """Formula text, in the spelling of a workbook file, by 1-based row and column.

        An error that stands in a cell as such is a formula to LibreOffice alone, and not among them.
        """
        found: dict[tuple[int, int], str] = {}
        for address in self._sheet.queryContentCells(FORMULAS).getRangeAddresses():
            area = area_of(address)
            for row, line in enumerate(range_of(self._sheet, area).getFormulaArray(), start=area.top):
                for column, text in enumerate(line, start=area.left):
                    found[row, column] = from_office(_bare(text))
        return {place: text for place, text in found.items() if not text.startswith("#")}

    @property
    def _used(self) -> Any:
        return range_of(self._sheet, used_area(self._sheet))

    def _error(self, row: int, column: int) -> CellError:
        number = self._sheet.getCellByPosition(column - 1, row - 1).getError()
        return CellError(ERROR_BY_NUMBER.get(number, "#VALUE!"))

    @cached_property
    def _kinds(self) -> Kinds:
        dates: list[Area] = []
        truths: list[Area] = []
        known, formats = self._document.NumberFormats, self._used.getUniqueCellFormatRanges()
        type_of = cache(lambda key: known.getByKey(key).Type)
        for index in range(formats.Count):
            ranges = formats.getByIndex(index)
            kind = type_of(ranges.NumberFormat)
            target = dates if kind & _DATE else truths if kind & _LOGICAL else None
            if target is not None:
                target += map(area_of, ranges.getRangeAddresses())
        return Kinds(tuple(dates), tuple(truths))


def area_of(address: Any) -> Area:
    """A ``CellRangeAddress`` (0-based) as an area (1-based)."""
    return Area(address.StartRow + 1, address.StartColumn + 1, address.EndRow + 1, address.EndColumn + 1)


def address_of(sheet: int, area: Area) -> Any:
    """An area as a ``CellRangeAddress`` of the sheet with this number, made without asking the office."""
    import uno

    top, left, bottom, right = area.top - 1, area.left - 1, area.bottom - 1, area.right - 1
    return uno.createUnoStruct("com.sun.star.table.CellRangeAddress", sheet, left, top, right, bottom)


def used_area(sheet: Any) -> Area:
    """From the first cell to the last one that has content or a look."""
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    return replace(area_of(cursor.RangeAddress), top=1, left=1)


def range_of(sheet: Any, area: Area) -> Any:
    """The cells of an area as the office knows them."""
    return sheet.getCellRangeByPosition(area.left - 1, area.top - 1, area.right - 1, area.bottom - 1)


def _bare(text: str) -> str:
    """Without "=", and without the braces that show an array formula."""
    inside = text[1:-1] if text.startswith("{=") else text
    return inside.removeprefix("=")


def _numbers(filled: Mapping[int, Line], areas: tuple[Area, ...]) -> Iterator[tuple[int, int, float]]:
    for area in areas:
        for row in range(area.top, area.bottom + 1):
            for column, value in tuple(filled.get(row, {}).items()):
                if area.left <= column <= area.right and isinstance(value, float):
                    yield row, column, value
