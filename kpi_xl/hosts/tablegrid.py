"""Tables out of cells: the same reading for every host."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kpi_xl.model.grid import CellError, Scalar, TableGrid

LAST_ROW = 1_048_576
_EMPTY: Mapping[int, Scalar] = {}

Cells = Mapping[int, Mapping[int, Scalar]]
"""Filled cells by 1-based row, then column."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the cells of a table are."""

    name: str
    sheet: str
    row: int                    # of the heading
    column: int                 # of the first heading
    columns: int
    declared: int               # data rows inside the table's own range
    is_closed: bool = False     # a totals row ends it

    @property
    def bottom(self) -> int:
        """Last row of its own range, a totals row aside."""
        return self.row + self.declared


def read_table(frame: Frame, header: tuple[str, ...], cells: Cells, floor: int) -> TableGrid:
    """The table as it is used: to the end of its range, and on to the last row that somebody typed below.

    Parameters
    ----------
    frame : Frame
        Where the table is.
    header : tuple
        Its heading texts.
    cells : mapping
        Filled cells of its sheet.
    floor : int
        Last row that may belong to it.
    """
    rows = [_line(frame, cells.get(row, _EMPTY)) for row in range(frame.row + 1, frame.bottom + 1)]
    if not frame.is_closed:
        for row in range(frame.bottom + 1, floor + 1):
            line = _line(frame, cells.get(row, _EMPTY))
            if all(each is None for each in line):
                break
            rows.append(line)
    return TableGrid(frame.name, frame.sheet, frame.row, frame.column, header, tuple(rows), frame.declared)


def floor_of(frame: Frame, others: Iterable[Frame]) -> int:
    """Last row above the next table that stands below this one in some of its columns."""
    below = (
        other.row - 1
        for other in others
        if other.sheet == frame.sheet
        and other.row > frame.row
        and other.column < frame.column + frame.columns
        and frame.column < other.column + other.columns
    )
    return min(below, default=LAST_ROW)


def heading_text(value: Scalar) -> str:
    """A heading as text, exactly as it stands; "" for an empty cell.

    >>> heading_text(2024.0), heading_text(" a "), heading_text(None)
    ('2024', ' a ', '')
    """
    match value:
        case None:
            return ""
        case CellError(code):
            return code
        case float():
            return f"{value:.15g}"
        case _:
            return str(value)


def _line(frame: Frame, row: Mapping[int, Scalar]) -> tuple[Scalar, ...]:
    return tuple(map(row.get, range(frame.column, frame.column + frame.columns)))
