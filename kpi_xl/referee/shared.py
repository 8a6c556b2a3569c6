"""Shared formulas: the text a cell shows whose file entry only points at the first cell of its group."""

from __future__ import annotations

import re

from kpi_xl.model.grid import column_letters

# Quoted text, quoted sheet names and [structured] parts come first: what looks like an address in them is none.
_PIECES = re.compile(
    r"""
      "(?:[^"]|"")*"
    | '(?:[^']|'')*'
    | \[(?:[^\[\]]|\[[^\[\]]*\])*\]
    | (?<![\w.$]) (?P<cell>\$?[A-Za-z]{1,3}\$?[0-9]{1,7}) (?![\w.(!])
    | (?<![\w.$]) (?P<columns>\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}) (?![\w.(!])
    | (?<![\w.$:]) (?P<rows>\$?[0-9]{1,7}:\$?[0-9]{1,7}) (?![\w.(!:])
    """,
    re.VERBOSE,
)
_AXES = re.compile(r"(\$?)([A-Za-z]+|[0-9]+)")
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384


def moved(formula: str, rows: int, columns: int) -> str:
    """`formula` as Excel would fill it `rows` down and `columns` to the right.

    >>> moved("A1*$A1+B$1&\\"A1\\"", 2, 1)
    'B3*$A3+C$1&"A1"'
    """

    def piece(match: re.Match[str]) -> str:
        if match.lastgroup is None:
            return match[0]
        try:
            return _AXES.sub(lambda axis: _axis(axis, rows, columns), match[0])
        except IndexError:
            return "#REF!"

    return _PIECES.sub(piece, formula)


def column_number(letters: str) -> int:
    """1-based number of a column's letters.

    >>> column_number("AB")
    28
    """
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def _axis(axis: re.Match[str], rows: int, columns: int) -> str:
    fixed, name = axis.groups()
    if fixed:
        return axis[0]
    if name.isdigit():
        return str(_on_grid(int(name) + rows, _LAST_ROW))
    return column_letters(_on_grid(column_number(name) + columns, _LAST_COLUMN))


def _on_grid(number: int, last: int) -> int:
    if not 1 <= number <= last:
        raise IndexError(number)
    return number
