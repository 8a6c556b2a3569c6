"""The anatomy of a workbook table: columns as frozen data, rendered and read by the same description."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["input", "key", "value", "calc"]
"""input: a person types · key: native formula at an input table's right edge · value: Python writes · calc: native."""

MISSING = "—"
"""What a cell shows instead of a number that is not there; never zero, never empty (an empty cell reads as 0)."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    `formula` is written in the notation of `book.formula`; its cached value is the attribute `key` of the row record.
    """

    key: str
    kind: Kind
    style: str                          # number style: text code int num pct score coef weight long flag
    width: float                        # characters; a Chinese character counts two
    formula: str | None = None
    choices: tuple[str, ...] = ()       # drop-down list
    rule: str = ""                      # data validation: number fraction positive date period text
    optional: bool = False              # a book made before there was this column does without

    @property
    def role(self) -> str:
        """Name of the cell style: who writes it, and how it looks."""
        owner = {"input": "input", "key": "value", "value": "value", "calc": "calc"}[self.kind]
        return f"kpi {owner} {self.style}"


@dataclass(frozen=True, slots=True)
class Table:
    """One Excel table: stable name, columns in order, and the sheet that carries it."""

    name: str
    sheet: str                          # key of the sheet's name in labels/sheets.toml
    owner: Literal["input", "system"]
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()           # the columns whose values joined by a bar identify a row

    def position(self, column: str) -> int:
        """0-based position of a column."""
        return self._positions()[column]

    def _positions(self) -> Mapping[str, int]:
        return {column.key: index for index, column in enumerate(self.columns)}


def typed(
    key: str, style: str = "text", width: float = 12, choices: tuple[str, ...] = (), rule: str = "", *,
    optional: bool = False,
) -> Column:  # fmt: skip
    """A column that a person fills."""
    return Column(key, "input", style, width, choices=choices, rule=rule, optional=optional)


def value(key: str, style: str = "text", width: float = 9) -> Column:
    """A column of values that Python writes."""
    return Column(key, "value", style, width)


def calc(key: str, formula: str, style: str = "num", width: float = 10) -> Column:
    """A column of one native formula."""
    return Column(key, "calc", style, width, formula=formula)


def row_key(key: str, formula: str, width: float = 22, style: str = "text") -> Column:
    """A native column of an input table, such as its key."""
    return Column(key, "key", style, width, formula=formula)
