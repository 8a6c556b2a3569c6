"""Cells as data: what a host reads from a workbook and what it is asked to write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import NamedTuple, overload


@dataclass(frozen=True, slots=True)
class CellError:
    """An error value in a cell, such as ``#DIV/0!``."""

    code: str


Scalar = None | bool | float | str | datetime | CellError


@cache
def column_letters(column: int) -> str:
    """Letters of a 1-based column number.

    >>> column_letters(1), column_letters(28)
    ('A', 'AB')
    """
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """1-based number of a column's letters.

    >>> column_number("AB")
    28
    """
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def a1(row: int, column: int) -> str:
    """Relative A1 address of a 1-based row and column."""
    return f"{column_letters(column)}{row}"


@dataclass(frozen=True, slots=True)
class TableGrid:
    """One Excel table as read: its headings and every row down to the last filled one.

    Offices other than Excel do not grow a table when a row is typed below it, so `rows` reads on past the
    table's own range; `declared` says how many of them the range itself covers.
    """

    name: str
    sheet: str
    row: int                                # 1-based row of the heading line
    column: int                             # 1-based column of the first heading
    header: Sequence[str]
    rows: Sequence[tuple[Scalar, ...]]
    declared: int                           # data rows inside the table's own range

    def address(self, index: int, position: int) -> str:
        """``Sheet!B7`` of data row `index` (0-based; -1 is the heading) and column `position` (0-based)."""
        return f"{self.sheet}!{a1(self.row + 1 + index, self.column + position)}"


class CellOut(NamedTuple):
    """One cell to write: a value, and a formula whose cached result that value is."""

    row: int
    column: int
    value: Scalar
    formula: str | None = None              # without the leading "="
    style: str | None = None                # name of a cell style of the workbook; None keeps or takes the default


THIS_ROW, NEXT_ROW = "\x01", "\x02"
"""What stands in the formula of a column for the number of the row, and of the one below it."""


def at_row(formula: str, row: int) -> str:
    """Plain A1 text of a column's formula in one 1-based sheet row."""
    return formula.replace(THIS_ROW, str(row)).replace(NEXT_ROW, str(row + 1))


@dataclass(frozen=True, slots=True)
class Block:
    """Neighbouring columns of rows that follow each other: one formula a column, one value a cell.

    A company's sheets have half a million cells: as a block they are their values, and text only while it is written.
    """

    row: int                                # 1-based, of the first row
    column: int                             # 1-based, of the first column
    formulas: tuple[str | None, ...]        # by column, see `at_row`
    styles: tuple[str | None, ...]          # by column
    values: Sequence[tuple[Scalar, ...]]    # by row

    @property
    def rows(self) -> range:
        """Its sheet rows."""
        return range(self.row, self.row + len(self.values))

    def cell(self, index: int, position: int) -> CellOut:
        """The cell in one of its rows and columns, both counted from 0."""
        row, formula = self.row + index, self.formulas[position]
        text = formula and at_row(formula, row)
        return CellOut(row, self.column + position, self.values[index][position], text, self.styles[position])

    def cells(self) -> Iterator[CellOut]:
        """The same, cell by cell."""
        for row, line in enumerate(self.values, start=self.row):
            for column, (value, formula, style) in enumerate(
                zip(line, self.formulas, self.styles, strict=True), start=self.column
            ):
                yield CellOut(row, column, value, formula and at_row(formula, row), style)


class Cells(Sequence[CellOut]):
    """Single cells and blocks of them, as one sequence of cells.

    Parameters
    ----------
    single : tuple of CellOut
        They come first.
    blocks : tuple of Block
        No two of them have a row in common.
    """

    __slots__ = ("blocks", "single")

    def __init__(self, single: tuple[CellOut, ...], blocks: tuple[Block, ...]) -> None:
        self.single = single
        self.blocks = blocks

    def __iter__(self) -> Iterator[CellOut]:
        yield from self.single
        for block in self.blocks:
            yield from block.cells()

    def __len__(self) -> int:
        return len(self.single) + sum(len(block.values) * len(block.formulas) for block in self.blocks)

    @overload
    def __getitem__(self, index: int) -> CellOut: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[CellOut, ...]: ...

    def __getitem__(self, index: int | slice) -> CellOut | tuple[CellOut, ...]:
        return tuple(self)[index]

    def __eq__(self, other: object) -> bool:
        return tuple(self) == tuple(other) if isinstance(other, Sequence) else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(self))


@dataclass(frozen=True, slots=True)
class SheetOut:
    """The whole cell data of one system sheet; everything else about the sheet stays as the user has it."""

    anchor: str                             # a table or a defined name that lives on the sheet
    cells: Sequence[CellOut]
    heights: Mapping[int, float] = field(default_factory=dict)      # points by row, where not the default
    tables: Mapping[str, int] = field(default_factory=dict)         # table name -> its number of data rows


@dataclass(frozen=True, slots=True)
class Patch:
    """Single system cells inside an input sheet (native key columns); cells around them are untouched.

    `rows` grows the table to that many data rows when it is more than the table declares.
    """

    table: str
    cells: Sequence[CellOut]
    rows: int
