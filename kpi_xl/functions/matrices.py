"""Blocks of numbers as a whole, for functions that need every cell of them at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kpi_xl.errors import FunctionError
from kpi_xl.functions.cells import Cell, CellFailure, Grid, each, figure

Read = Callable[[Cell, str], float | None]
"""The number in a cell of an argument; None when it is missing."""


def rows_with_blanks(block: Grid, argument: str, read: Read = figure) -> list[list[float | None]]:
    """Rows of numbers, None where a cell is blank.

    Raises
    ------
    FunctionError
        ``E-NUMBER``, ``NON_FINITE``: a cell that is neither blank nor a number; ``E-ARG-SHAPE``: rows of different
        lengths.
    """
    numbers = each(lambda cell: cell if isinstance(cell, CellFailure) else read(cell, argument), block)
    return [[_number(cell) for cell in row] for row in _rows(numbers)]


def full_rows(block: Grid, argument: str, read: Read = figure) -> list[list[float]]:
    """Rows of numbers.

    >>> full_rows([[1, "2%"], [3, 4]], "relation")
    [[1.0, 0.02], [3.0, 4.0]]

    Raises
    ------
    FunctionError
        ``E-ARG-BLANK``: a cell is missing, which is not zero; otherwise as `rows_with_blanks`.
    """
    rows = rows_with_blanks(block, argument, read)
    for i, row in enumerate(rows, start=1):
        for j, value in enumerate(row, start=1):
            if value is None:
                raise FunctionError("E-ARG-BLANK", argument=argument, row=i, column=j)
    return [[value for value in row if value is not None] for row in rows]


def vector(block: Grid, argument: str, read: Read = figure) -> list[float]:
    """The numbers of one row or one column.

    >>> vector([[1], [2]], "ranks")
    [1.0, 2.0]

    Raises
    ------
    FunctionError
        ``E-ARG-VECTOR``: several rows and several columns; otherwise as `full_rows`.
    """
    rows = full_rows(block, argument, read)
    if len(rows) > 1 and len(rows[0]) > 1:
        raise FunctionError("E-ARG-VECTOR", argument=argument, found=f"{len(rows)} x {len(rows[0])}")
    return [value for row in rows for value in row]


def single(block: Grid, argument: str) -> Cell:
    """The one cell of an argument.

    >>> single([["geometric"]], "method"), single(0.3, "alpha")
    ('geometric', 0.3)

    Raises
    ------
    FunctionError
        ``E-ARG-CELL``: several cells.
    """
    rows = _rows(each(lambda cell: cell, block))
    if len(rows) > 1 or len(rows[0]) > 1:
        raise FunctionError("E-ARG-CELL", argument=argument, found=f"{len(rows)} x {len(rows[0])}")
    return rows[0][0]


def stretched(values: list[float], length: int) -> list[float]:
    """One value for all, or a value for each."""
    return values * length if len(values) == 1 else values


def column(values: Sequence[float]) -> Grid:
    """Numbers below each other."""
    return [[value] for value in values]


def _rows(block: Grid) -> Sequence[Sequence[Cell]]:
    if isinstance(block, str) or not isinstance(block, Sequence):
        return [[block]]
    return [row for row in block if isinstance(row, Sequence) and not isinstance(row, str)]


def _number(cell: Cell) -> float | None:
    if isinstance(cell, CellFailure):
        raise FunctionError(cell.code, **cell.args)
    return None if cell is None else float(cell)
