"""From the grid of one table to typed cells: headings found by name in either language, every doubt an `Issue`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from kpi_xl.book.table import Table
from kpi_xl.labels import keys_by_label
from kpi_xl.model.grid import CellError, Scalar, TableGrid
from kpi_xl.model.issue import Issue

NOTHING = frozenset({"", "—", "-", "–", "/", "无", "n/a", "na", "none", "null"})
"""What people type where there is no number; never zero."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: its cells by column key, with their addresses."""

    grid: TableGrid
    index: int
    positions: Mapping[str, int]

    def raw(self, column: str) -> Scalar:
        """The cell as read; None where the column is absent."""
        position = self.positions.get(column)
        return None if position is None else self.grid.rows[self.index][position]

    def cell(self, column: str) -> str:
        """``Sheet!B7``."""
        return self.grid.address(self.index, self.positions.get(column, 0))

    def text(self, column: str) -> str:
        """The cell as text, trimmed; a whole number loses its ".0", a date becomes its month when it is a first."""
        value = self.raw(column)
        if value is None or isinstance(value, CellError):
            return ""
        if isinstance(value, datetime):
            return f"{value:%Y-%m}" if value.day == 1 else f"{value:%Y-%m-%d}"
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
        return str(value).strip()

    def number(self, column: str, issues: list[Issue]) -> float | None:
        """The cell as a number; anything else that is not a way to say "nothing" becomes an issue."""
        value = self.raw(column)
        if isinstance(value, float):
            return value
        if value is None or (isinstance(value, str) and value.strip().casefold() in NOTHING):
            return None
        issues.append(_not_a_number(self.cell(column), value))
        return None

    def choice(self, column: str, wanted: tuple[str, ...], issues: list[Issue], default: str = "") -> str:
        """The cell as one of the codes, whatever its case; `default` when empty."""
        text = self.text(column)
        found = {code.casefold(): code for code in wanted}.get(text.casefold())
        if text and found is None:
            issues.append(Issue("E-CHOICE", self.cell(column), {"found": text, "wanted": ", ".join(wanted)}))
        return found or default


def _not_a_number(cell: str, value: Scalar) -> Issue:
    if isinstance(value, CellError):
        return Issue("E-CELL-ERROR", cell, {"found": value.code})
    if isinstance(value, datetime):
        return Issue("E-NUMBER-DATE", cell, {"found": f"{value:%Y-%m-%d}"})
    return Issue("E-NUMBER", cell, {"found": str(value)})


def positions(table: Table, grid: TableGrid, issues: list[Issue]) -> Mapping[str, int]:
    """Position of every column by its heading, in whichever language; a lost heading is an issue."""
    keys = {words: key.partition(".")[2] for words, key in _headings(table.name).items()}
    found: dict[str, int] = {}
    for position, heading in enumerate(grid.header):
        column = keys.get(heading.strip().casefold())
        if column is not None:
            found.setdefault(column, position)
    for column in table.columns:
        if column.key not in found:
            wanted = " / ".join(sorted(w for w, k in keys_by_label("columns").items() if k == f"{table.name}.{column.key}"))
            issues.append(
                Issue("E-COLUMN-MISSING", grid.address(-1, table.position(column.key)), {"table": table.name, "wanted": wanted})
            )
    return found


def _headings(table: str) -> dict[str, str]:
    return {words.casefold(): key for words, key in keys_by_label("columns", f"{table}.").items()}


def rows(table: Table, grid: TableGrid, issues: list[Issue]) -> Iterator[Row]:
    """The filled rows of a table, including those typed below its range (which are reported)."""
    places = positions(table, grid, issues)
    typed = [places[column.key] for column in table.columns if column.kind == "input" and column.key in places]
    for index, cells in enumerate(grid.rows):
        if all(_is_blank(cells[position]) for position in typed):
            continue
        if index >= grid.declared and table.owner == "input":
            issues.append(Issue("I-ROW-BELOW", grid.address(index, 0), {"table": table.name}))
        yield Row(grid, index, places)


def _is_blank(value: Scalar) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())
