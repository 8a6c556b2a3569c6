"""Cells of a sheet that is open in Excel, read in blocks; Excel's values as ours, and ours as they are typed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from kpi_xl.hosts.area import Area
from kpi_xl.model.grid import CellError, CellOut, Scalar

if TYPE_CHECKING:
    from kpi_xl.hosts.excel.books import Range, Sheet
    from kpi_xl.hosts.excel.native import Native

BLOCK_CELLS = 400_000
"""Cells asked for at once."""
LEAST_ROWS = 100
_FIRST_ERROR = -2_146_828_288           # COM hands over an error as this number and Excel's own
_ERROR_NUMBERS = {
    2000: "#NULL!", 2007: "#DIV/0!", 2015: "#VALUE!", 2023: "#REF!", 2029: "#NAME?", 2036: "#NUM!", 2042: "#N/A",
    2043: "#GETTING_DATA", 2045: "#SPILL!", 2046: "#CONNECT!", 2047: "#BLOCKED!", 2048: "#UNKNOWN!", 2049: "#FIELD!",
    2050: "#CALC!", 2051: "#BUSY!",
}  # fmt: skip
ERRORS = frozenset(_ERROR_NUMBERS.values())
_TYPEABLE = frozenset(("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"))
_DAY_ZERO = datetime(1899, 12, 30)
_READ_AS_MORE = re.compile(
    r"\s*(?:[=+\-@'#(.%$¥￥€£&]|\d|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\W*\d|[上下]午\s*\d"
    r"|(?:true|false)\s*$)",
    re.IGNORECASE,
)
"""Texts that Excel, when they are typed, takes for a formula, number, date, truth value or error."""


class ExcelSheet:
    """The filled cells of a sheet as they were when first asked for.

    Parameters
    ----------
    sheet : Sheet
        The worksheet (xlwings).
    native : Native
        The platform's words.
    depth : int
        A row above which reading never stops, however many blank ones there are.
    """

    def __init__(self, sheet: Sheet, native: Native, depth: int = 0) -> None:
        self._sheet = sheet
        self._native = native
        self._depth = depth

    @cached_property
    def values(self) -> dict[int, dict[int, Scalar]]:
        """Filled cells by 1-based row, then column."""
        found: dict[int, dict[int, Scalar]] = {}
        for area, cells in self._blocks():
            before = len(found)
            for number, row in enumerate(self._native.values(cells), start=area.top):
                line = {column: scalar(value) for column, value in enumerate(row, start=area.left)}
                if any(value is not None for value in line.values()):
                    found[number] = {column: value for column, value in line.items() if value is not None}
            if len(found) == before and area.bottom >= self._depth:
                break
        return found

    @cached_property
    def formulas(self) -> dict[tuple[int, int], str]:
        """Formula text by 1-based row and column."""
        found: dict[tuple[int, int], str] = {}
        for area, cells in self._blocks():
            rows = lines(cells.formula, cells.shape)
            for number, row in enumerate(rows, start=area.top):
                for column, text in enumerate(row, start=area.left):
                    if isinstance(text, str) and text.startswith("=") and len(text) > 1:
                        found[number, column] = text[1:]
            if not any(text not in ("", None) for row in rows for text in row) and area.bottom >= self._depth:
                break
        return found

    @cached_property
    def cells(self) -> dict[tuple[int, int], CellOut]:
        """What to type to have the filled cells again."""
        places = {(row, column) for row, line in self.values.items() for column in line} | self.formulas.keys()
        return {place: self._cell(*place) for place in places}

    def _cell(self, row: int, column: int) -> CellOut:
        value, formula = self.values.get(row, {}).get(column), self.formulas.get((row, column))
        is_text = formula is not None and value == f"={formula}"
        return CellOut(row, column, value, None if is_text else formula)

    def _blocks(self) -> Iterator[tuple[Area, Range]]:
        """The used range from above: a format on whole columns stretches it to a million rows."""
        used = self._sheet.used_range
        height, width = used.shape
        step = max(LEAST_ROWS, BLOCK_CELLS // width)
        for top in range(used.row, used.row + height, step):
            bottom = min(top + step, used.row + height) - 1
            area = Area(top, used.column, bottom, used.column + width - 1)
            yield area, cells_of(self._sheet, area)


def cells_of(sheet: Sheet, area: Area) -> Range:
    """The cells of an area."""
    return sheet.range((area.top, area.left), (area.bottom, area.right))


def lines(found: Any, shape: tuple[int, int]) -> Sequence[Sequence[Any]]:
    """Rows, however the platform hands over a block: a cell bare, a row or a column flat.

    >>> lines("a", (1, 1)), lines(["a", "b"], (1, 2)), lines(["a", "b"], (2, 1))
    ([['a']], [['a', 'b']], [['a'], ['b']])
    """
    if not isinstance(found, (list, tuple)):
        return [[found]]
    if found and isinstance(found[0], (list, tuple)):
        return found
    return [list(found)] if shape[0] == 1 else [[each] for each in found]


def scalar(value: Any) -> Scalar:
    """One of Excel's values as ours.

    >>> scalar(-2146826281), scalar("#N/A"), scalar(""), scalar(3)
    (CellError(code='#DIV/0!'), CellError(code='#N/A'), None, 3.0)
    """
    match value:
        case None | bool():
            return value
        case str():
            return CellError(value) if value in ERRORS else value or None
        case datetime():
            return _date(value)
        case int() if value - _FIRST_ERROR in _ERROR_NUMBERS:
            return CellError(_ERROR_NUMBERS[value - _FIRST_ERROR])
        case _:
            return float(value)


def _date(value: datetime) -> Scalar:
    """A date; a time of day, which has none, as the fraction of a day that the cell holds."""
    plain = value.replace(tzinfo=None)
    return plain if plain.year > _DAY_ZERO.year else (plain - _DAY_ZERO) / timedelta(days=1)


def typed(cell: CellOut) -> object:
    """What to type into a cell so that it holds this.

    >>> [typed(CellOut(1, 1, *said)) for said in [("2026-03",), (0.5, "A1/2"), ("P01",), (None,)]]
    ["'2026-03", '=A1/2', 'P01', '']
    """
    if cell.formula is not None:
        return f"={cell.formula}"
    match cell.value:
        case None:
            return ""
        case CellError(code):
            return code if code in _TYPEABLE else "#N/A"
        case str() as text:
            return f"'{text}" if _READ_AS_MORE.match(text) else text
        case value:
            return value
