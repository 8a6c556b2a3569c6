"""From the grid of one table to typed cells: headings found by name in either language, every doubt an `Issue`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from kpi_xl.book.table import Table
from kpi_xl.labels import keys_by_label
from kpi_xl.model.grid import CellError, Scalar, TableGrid
from kpi_xl.model.issue import Issue
from kpi_xl.model.typed_text import NOTHING

WILD = frozenset("|*?~")
"""Joined keys are split at the bar; COUNTIF and MATCH take the others for wildcards."""
OPERATORS = ("=", "<", ">")
READ_OTHERWISE = frozenset(("E-NUMBER-SIZE", "E-PERIOD-DATE", "E-CODE-DATE"))
"""Formulas compute with a number of any size, and join a date as its serial number."""
LONGEST_CODE = 60
"""MATCH looks up at most 255 characters, and a key joins three codes."""
LARGEST, SMALLEST = 1e15, 1e-100
"""Beyond the one a spreadsheet loses the digits that are compared, below the other a ratio overflows."""


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

    def heading(self, column: str) -> str:
        """The column as its reader knows it."""
        return self.grid.header[self.positions[column]].strip()

    def native(self, column: str) -> str:
        """The cell as the & of a formula joins it, spaces and all; a date stands for itself, which no code equals."""
        value = self.raw(column)
        if value is None or isinstance(value, CellError):
            return ""
        if isinstance(value, datetime):
            return f"{value:%Y-%m-%d}"
        if isinstance(value, bool):
            return str(value).upper()
        return format(value, ".15g") if isinstance(value, float) else value

    def text(self, column: str) -> str:
        """The cell as text, trimmed; a whole number loses its ".0", a date becomes its month when it is a first."""
        value = self.raw(column)
        if isinstance(value, datetime) and value.day == 1:
            return f"{value:%Y-%m}"
        return self.native(column).strip()

    def number(self, column: str, issues: list[Issue]) -> float | None:
        """The cell as a number; anything else that is not a way to say "nothing" becomes an issue."""
        value = self.raw(column)
        if is_nothing(value):
            return None
        if isinstance(value, float) and is_sized(value):
            return value
        issues.append(_not_a_number(self.cell(column), value, self.native(column)))
        return None

    def between(self, column: str, low: float, high: float, issues: list[Issue]) -> float | None:
        """A number within limits; one outside becomes an issue."""
        number = self.number(column, issues)
        if number is None or low <= number <= high:
            return number
        issues.append(Issue("E-NUMBER-RANGE", self.cell(column), {"found": number, "low": low, "high": high}))
        return None

    def choice(
        self, column: str, wanted: tuple[str, ...], issues: list[Issue], default: str = "", *, exact: bool = False
    ) -> str:
        """The cell as one of the codes, whatever its case unless `exact`; `default` when empty or wrong."""
        text = self.native(column)
        if not text.strip():
            return default
        if isinstance(self.raw(column), datetime):
            issues.append(Issue("E-CODE-DATE", self.cell(column), {"found": text}))
            return default
        if text != text.strip():
            issues.append(_spaced(self.cell(column), text))
            return default
        found = {code.casefold(): code for code in wanted}.get(text.casefold())
        if found is None or (exact and found != text):
            issues.append(Issue("E-CHOICE", self.cell(column), {"found": text, "wanted": ", ".join(wanted)}))
        return found or default

    def chosen(
        self, column: str, wanted: tuple[str, ...], issues: list[Issue], fallback: str, *, exact: bool = False
    ) -> str:
        """A choice that must be made: an empty cell is an issue too."""
        if not self.text(column) and not isinstance(self.raw(column), CellError):
            issues.append(Issue("E-CHOICE-EMPTY", self.cell(column), {"wanted": ", ".join(wanted)}))
        return self.choice(column, wanted, issues, fallback, exact=exact)

    def code(self, column: str, issues: list[Issue]) -> str:
        """A code as it stands, which formulas can look up: no date, outer spaces or wildcards, not too long."""
        text = self.native(column)
        if isinstance(self.raw(column), datetime):
            issues.append(Issue("E-CODE-DATE", self.cell(column), {"found": text}))
        else:
            issues.extend(_faults_of_code(self.cell(column), text))
        return text

    def key(self, column: str, issues: list[Issue]) -> str:
        """A code that must not be empty."""
        text = self.code(column, issues)
        if not text.strip() and not isinstance(self.raw(column), CellError):
            issues.append(Issue("E-KEY-EMPTY", self.cell(column), {"column": self.heading(column)}))
        return text

    def errors(self, columns: Iterable[str]) -> Iterator[Issue]:
        """The error values among these cells."""
        for column in columns:
            value = self.raw(column)
            if isinstance(value, CellError):
                yield Issue("E-CELL-ERROR", self.cell(column), {"found": value.code})


def is_nothing(value: Scalar) -> bool:
    """The cell is empty, or says in words that there is nothing."""
    return value is None or (isinstance(value, str) and value.strip().casefold() in NOTHING)


def is_sized(number: float) -> bool:
    """Formulas compute with the number as we do."""
    return number == 0 or SMALLEST <= abs(number) <= LARGEST


def _not_a_number(cell: str, value: Scalar, shown: str) -> Issue:
    match value:
        case CellError(code):
            return Issue("E-CELL-ERROR", cell, {"found": code})
        case datetime():
            return Issue("E-NUMBER-DATE", cell, {"found": shown})
        case float():
            return Issue("E-NUMBER-SIZE", cell, {"found": value, "low": SMALLEST, "high": LARGEST})
        case str():
            return Issue("E-NUMBER", cell, {"found": in_quotes(value)})
        case _:
            return Issue("E-NUMBER", cell, {"found": shown})


def in_quotes(text: str) -> str:
    """A text as a message shows it, so that the text 15 is not taken for the number."""
    return f"“{text.strip()}”"


def _faults_of_code(cell: str, text: str) -> Iterator[Issue]:
    if text.strip() and text != text.strip():
        yield _spaced(cell, text)
    elif set(text) & WILD or text.startswith(OPERATORS):
        yield Issue("E-CODE-CHARACTER", cell, {"found": text})
    elif len(text) > LONGEST_CODE:
        yield Issue("E-CODE-LONG", cell, {"found": len(text), "wanted": LONGEST_CODE})


def _spaced(cell: str, text: str) -> Issue:
    """The spaces around a code, made visible."""
    bare = text.strip()
    before = len(text) - len(text.lstrip())
    shown = "␣" * before + bare + "␣" * (len(text) - before - len(bare))
    return Issue("E-CODE-SPACE", cell, {"found": shown, "wanted": bare})


def spoiling(issues: Iterable[Issue], cards: frozenset[str], kpi: str) -> Iterator[Issue]:
    """Issues with the cards, and the row of them, that they spoil; what the sheet reads otherwise spoils the book."""
    for issue in issues:
        yield issue if issue.code in READ_OTHERWISE else replace(issue, cards=cards, kpi=kpi if cards else "")


def positions(table: Table, grid: TableGrid, issues: list[Issue]) -> Mapping[str, int]:
    """Position of every column by its heading, in either language; one that must be there and is not is an issue."""
    words = keys_by_label("columns", f"{table.name}.")
    keys = {heading.casefold(): key.partition(".")[2] for heading, key in words.items()}
    found: dict[str, int] = {}
    for position, heading in enumerate(grid.header):
        column = keys.get(heading.strip().casefold())
        if column is not None:
            found.setdefault(column, position)
    for column in (each.key for each in table.columns if each.key not in found and not each.optional):
        wanted = " / ".join(sorted(heading for heading, key in words.items() if key == f"{table.name}.{column}"))
        place = _place_of_lost(table.position(column), grid, found)
        args = {"table": table.name, "wanted": wanted, "found": grid.header[place] or "—"}
        issues.append(Issue("E-COLUMN-MISSING", grid.address(-1, place), args))
    return found


def _place_of_lost(usual: int, grid: TableGrid, found: Mapping[str, int]) -> int:
    """Where a lost heading most likely stood: its usual place, else the first heading that means nothing."""
    strange = [position for position in range(len(grid.header)) if position not in found.values()]
    return usual if usual in strange else min([*strange, len(grid.header) - 1])


def rows(table: Table, grid: TableGrid, issues: list[Issue]) -> Iterator[Row]:
    """The filled rows of a table, including those typed below its range (which are reported, once)."""
    places = positions(table, grid, issues)
    typed = _typed_places(table, places)
    filled = [index for index, cells in enumerate(grid.rows) if _is_filled(cells, typed)]
    below = [index for index in filled if index >= grid.declared]
    if below and table.owner == "input":
        issues.append(Issue("I-ROW-BELOW", grid.address(below[0], 0), {"table": table.name, "rows": len(below)}))
    read = replace(grid, rows=tuple(grid.rows))     # a million cells are looked up in it
    for index in filled:
        yield Row(read, index, places)


def filled_rows(table: Table, grid: TableGrid) -> int:
    """How many rows there are down to the last filled one."""
    typed = _typed_places(table, positions(table, grid, []))
    return next((index + 1 for index in reversed(range(len(grid.rows))) if _is_filled(grid.rows[index], typed)), 0)


def _typed_places(table: Table, places: Mapping[str, int]) -> list[int]:
    """Positions of the columns that tell whether a row is filled."""
    mine = "input" if table.owner == "input" else "value"
    return [places[column.key] for column in table.columns if column.kind == mine and column.key in places]


def _is_filled(cells: Sequence[Scalar], positions: Iterable[int]) -> bool:
    for position in positions:
        value = cells[position]
        if value is not None and not (isinstance(value, str) and not value.strip()):
            return True
    return False
