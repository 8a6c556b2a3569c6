"""What the checks look at: the inputs as read, their compiled rules and facts, and where every cell is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from string import ascii_uppercase

from kpi_xl.book.plan_rules import CardRow, Plan, card_plan
from kpi_xl.book.read import Grids, Reading
from kpi_xl.book.rows import positions
from kpi_xl.book.sheets import TABLES
from kpi_xl.facts.typed import Fact, TypedRows
from kpi_xl.model.grid import column_letters
from kpi_xl.model.inputs import Actual, Inputs, Target, key
from kpi_xl.scoring.posts import Post


@dataclass(frozen=True, slots=True)
class Context:
    """What the rules look at."""

    reading: Reading
    plan: Plan
    facts: Mapping[str, Fact]                           # of the period, by key
    faulty: frozenset[str]                              # cells that reading found an error in
    faulty_lines: frozenset[tuple[str, str]]            # sheet and row of such cells
    sheets: Mapping[str, str]                           # sheet name by table name
    letters: Mapping[str, Mapping[str, str]]            # column letters by input table and column

    @property
    def inputs(self) -> Inputs:
        """The tables as read."""
        return self.reading.inputs

    @property
    def rows(self) -> tuple[CardRow, ...]:
        """Every row of every card."""
        return self.plan.rows

    @property
    def posts(self) -> tuple[Post, ...]:
        """Every card of the period."""
        return self.plan.posts

    @property
    def typed(self) -> TypedRows:
        """The typed rows, each key once."""
        return self.plan.typed

    @property
    def actuals(self) -> Mapping[str, Actual]:
        """The typed actuals by key."""
        return self.typed.actuals

    @property
    def period(self) -> str:
        """Code of the period to score."""
        return str(self.inputs.settings.period)

    def key(self, row: CardRow) -> str:
        """Key of the fact and of the target of a card's row."""
        return key(self.period, row.measured, row.plan.kpi)

    def setting(self, name: str) -> str:
        """Cell of a setting's value."""
        return self.reading.setting_cells.get(name, self.sheets["tblSettings"])

    def beside(self, cell: str, table: str, column: str) -> str:
        """The cell of another column in the same row of a table."""
        sheet, number = line_of(cell)
        return f"{sheet}!{self.letters[table][column]}{number}"

    def is_explained(self, table: str, row: CardRow, found: Target | Actual | None) -> bool:
        """A missing number already has its issue: in its own row, or in the key of a row that nothing finds."""
        if found is not None:
            return line_of(found.cell) in self.faulty_lines
        strays = self.reading.strays.get(table, frozenset())
        return any(subject in ("", row.measured) and kpi in ("", row.plan.kpi) for subject, kpi in strays)


def context_of(reading: Reading, grids: Grids) -> Context:
    """Everything that the rules need, computed once."""
    inputs = reading.inputs
    plan = card_plan(inputs)
    faulty = frozenset(issue.cell for issue in reading.issues if issue.severity == "error")
    return Context(
        reading=reading,
        plan=plan,
        facts={row.fact.key: row.fact for row in plan.rows},
        faulty=faulty,
        faulty_lines=frozenset(map(line_of, faulty)),
        sheets={name: grid.sheet for name, grid in grids.items()},
        letters={
            name: _letters(name, grids)
            for name, table in TABLES.items()
            if table.owner == "input" and name in grids
        },
    )


def line_of(cell: str) -> tuple[str, str]:
    """Sheet and row of a cell.

    >>> line_of("Plan!AB12")
    ('Plan', '12')
    """
    sheet, _, address = cell.rpartition("!")
    return sheet, address.lstrip(ascii_uppercase)


def _letters(name: str, grids: Grids) -> Mapping[str, str]:
    grid = grids[name]
    found = positions(TABLES[name], grid, [])
    return {column: column_letters(grid.column + position) for column, position in found.items()}
