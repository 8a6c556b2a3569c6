"""Tables out of cells: the same reading for every host."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar, overload

from kpi_xl.model.grid import CellError, Scalar

T = TypeVar("T")
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


class Deferred(Sequence[T]):
    """A sequence that is worked out when somebody first looks at it."""

    def __init__(self, work_out: Callable[[], tuple[T, ...]]) -> None:
        self._work_out = work_out
        self._items: tuple[T, ...] | None = None

    @property
    def items(self) -> tuple[T, ...]:
        """The sequence itself."""
        if self._items is None:
            self._items = self._work_out()
        return self._items

    @overload
    def __getitem__(self, index: int) -> T: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[T, ...]: ...

    def __getitem__(self, index: int | slice) -> T | tuple[T, ...]:
        return (self.items if self._items is None else self._items)[index]

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    def __eq__(self, other: object) -> bool:
        return self.items == tuple(other) if isinstance(other, Sequence) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.items)


def table_rows(frame: Frame, cells: Cells, floor: int) -> tuple[tuple[Scalar, ...], ...]:
    """The rows as they are used: to the end of the table's range, and on to the last one that somebody typed below.

    Parameters
    ----------
    frame : Frame
        Where the table is.
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
    return tuple(rows)


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
