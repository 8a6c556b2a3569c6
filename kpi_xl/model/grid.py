"""Cells as data: what a host reads from a workbook and what it is asked to write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import NamedTuple


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


@dataclass(frozen=True, slots=True)
class SheetOut:
    """The whole cell data of one system sheet; everything else about the sheet stays as the user has it."""

    anchor: str                             # a table or a defined name that lives on the sheet
    cells: tuple[CellOut, ...]
    heights: Mapping[int, float] = field(default_factory=dict)      # points by row, where not the default
    tables: Mapping[str, int] = field(default_factory=dict)         # table name -> its number of data rows


@dataclass(frozen=True, slots=True)
class Patch:
    """Single system cells inside an input sheet (native key columns); cells around them are untouched.

    `rows` grows the table to that many data rows when it is more than the table declares.
    """

    table: str
    cells: tuple[CellOut, ...]
    rows: int
