"""Blocks of cells: a function for one cell, applied to every cell as a spreadsheet does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from kpi_xl.errors import KpiError
from kpi_xl.functions.cells import CellFailure, Outcome, Value
from kpi_xl.model.grid import Scalar

Rows = Sequence[Sequence[Scalar]]
Grid = Outcome | list[list[Outcome]]
"""What a function gives: one outcome for scalars, rows of outcomes for blocks."""


def is_block(argument: object) -> bool:
    """Rows of cells, not one cell."""
    return isinstance(argument, (list, tuple))


def rows_of(argument: Any) -> Rows:
    """An argument as rows of equal length; a scalar is one cell, a flat list one row.

    Raises
    ------
    ValueError
        The rows are empty or of unequal length, or a cell is no cell.

    >>> rows_of(5), rows_of([1, 2]), rows_of([[1], [2]])
    ([[5]], [[1, 2]], [[1], [2]])
    """
    if not is_block(argument):
        rows: Rows = [[argument]]
    else:
        rows = argument if argument and all(map(is_block, argument)) else [argument]
    widths = {len(row) for row in rows}
    if len(widths) != 1 or widths == {0} or any(isinstance(cell, (list, tuple, dict)) for row in rows for cell in row):
        raise ValueError(argument)
    return rows


def cell_by_cell(function: Callable[..., Value]) -> Callable[..., Grid]:
    """A function of cells made to take blocks.

    A single cell, row or column is repeated as far as the largest block reaches; where a block has no cell, that
    cell fails with ``E-FUNCTION-SHAPE``. What the function raises for one cell becomes that cell's failure.
    """

    @wraps(function)
    def mapped(*args: Any, **named: Any) -> Grid:
        given = [*args, *named.values()]

        def one(cells: Sequence[Scalar]) -> Outcome:
            return _outcome(function, cells[: len(args)], dict(zip(named, cells[len(args) :], strict=True)))

        if not any(map(is_block, given)):
            return one(given)
        blocks = [rows_of(argument) for argument in given]
        height, width = max(map(len, blocks)), max(len(block[0]) for block in blocks)
        return [[_cell(one, blocks, row, column, (height, width)) for column in range(width)] for row in range(height)]

    return mapped


def _outcome(function: Callable[..., Value], cells: Sequence[Scalar], named: dict[str, Scalar]) -> Outcome:
    try:
        return function(*cells, **named)
    except KpiError as error:
        return CellFailure(error.code, error.args_by_name)


def _cell(
    one: Callable[[Sequence[Scalar]], Outcome], blocks: Sequence[Rows], row: int, column: int, shape: tuple[int, int]
) -> Outcome:
    short = next((block for block in blocks if not (_reaches(block, row) and _reaches(block[0], column))), None)
    if short is not None:
        return CellFailure("E-FUNCTION-SHAPE", {"found": f"{len(short)}x{len(short[0])}", "wanted": "{}x{}".format(*shape)})
    lines = [block[row if len(block) > 1 else 0] for block in blocks]
    return one([line[column if len(line) > 1 else 0] for line in lines])


def _reaches(cells: Sequence[object], index: int) -> bool:
    return len(cells) == 1 or index < len(cells)
