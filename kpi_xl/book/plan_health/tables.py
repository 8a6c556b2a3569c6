"""Rows of the tables that a plan is documented in, each cell by its column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kpi_xl.book.rows import is_nothing
from kpi_xl.labels import keys_by_label
from kpi_xl.model.grid import CellError, Scalar, TableGrid


@dataclass(frozen=True, slots=True)
class Record:
    """One filled row: its cells by column, and where it stands."""

    values: Mapping[str, Scalar]
    cell: str
    place: int = 1                      # position in its column with the heading first, as a look-up counts

    def text(self, column: str) -> str:
        """The cell as trimmed text; empty for a column that is not there, and for a word that says "nothing"."""
        value = self.values.get(column)
        if is_nothing(value) or isinstance(value, CellError):
            return ""
        return format(value, ".15g") if isinstance(value, float) else str(value).strip()

    def number(self, column: str) -> float | None:
        """The cell as a number; None for anything else."""
        value = self.values.get(column)
        return value if isinstance(value, float) and not isinstance(value, bool) else None


def records(name: str, grids: Mapping[str, TableGrid], period: str = "") -> Iterator[Record]:
    """Filled rows of a table, or those of one period; none when the book does not have it.

    What cannot be read is no concern here: the reading of the inputs reports it.
    """
    grid = grids.get(name)
    if grid is None:
        return
    places = _places(name, grid)
    when = places.get("period")
    for index, row in enumerate(grid.rows):
        if period and (when is None or row[when] != period):
            continue
        values = {column: row[position] for column, position in places.items()}
        if any(not is_nothing(value) for value in values.values()):
            yield Record(values, grid.address(index, 0), index + 2)


def _places(name: str, grid: TableGrid) -> Mapping[str, int]:
    words = keys_by_label("columns", f"{name}.")
    keys = {heading.casefold(): key.partition(".")[2] for heading, key in words.items()}
    found: dict[str, int] = {}
    for position, heading in enumerate(grid.header):
        column = keys.get(heading.strip().casefold())
        if column is not None:
            found.setdefault(column, position)
    return found
