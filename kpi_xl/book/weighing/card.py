"""One template to be weighed: its indicators that count, and what the book says of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kpi_xl.book.rows import Row, positions
from kpi_xl.book.tables.inputs import INDICATORS, PLAN
from kpi_xl.book.weighing.stated import PERSPECTIVES
from kpi_xl.model.grid import TableGrid
from kpi_xl.model.inputs import Indicator, Inputs, PlanRow
from kpi_xl.scoring.appraise import plans_of

TAGS = ("perspective", "horizon", "scope", "nature")


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator of a template: `tags` are the cells as they stand, for the native columns that repeat them."""

    plan: PlanRow
    indicator: Indicator
    tags: Mapping[str, str]
    is_typed: bool                      # its weight cell is filled

    @property
    def kpi(self) -> str:
        """Its code."""
        return self.plan.kpi


@dataclass(frozen=True, slots=True)
class Card:
    """The indicators of one template among which its weight is shared out."""

    template: str
    lines: tuple[Line, ...]
    subjects: tuple[str, ...]

    @property
    def kpis(self) -> tuple[str, ...]:
        """Codes, in the order of the card."""
        return tuple(line.kpi for line in self.lines)

    @property
    def perspectives(self) -> tuple[str, ...]:
        """Those that have an indicator, in their order."""
        found = {line.indicator.perspective for line in self.lines}
        return tuple(letter for letter in PERSPECTIVES if letter in found)


def cards_of(inputs: Inputs, grids: Mapping[str, TableGrid]) -> tuple[Card, ...]:
    """Every template of the plan, in the order of its rows.

    An indicator with a typed weight of zero is only watched and has no part in it, unless all are zero.
    """
    indicators = {each.code: each for each in reversed(inputs.indicators)}
    tags, weights, cores = _tags(grids), _cells(grids, "weight"), _cells(grids, "core")
    found: list[Card] = []
    plans = plans_of(inputs)
    for template in dict.fromkeys(row.template for row in inputs.plan):
        lines = [
            Line(row, indicators[row.kpi], {**tags[row.kpi.casefold()], "core": core}, is_typed)
            for row in _once(plans.get(template, ()))
            for core, is_typed in [(cores[row.index], bool(weights[row.index]))]
        ]
        counted = [line for line in lines if line.plan.weight > 0 or not line.is_typed] or lines
        subjects = tuple(s.id for s in inputs.subjects if s.template == template)
        if counted:
            found.append(Card(template, tuple(counted), subjects))
    return tuple(found)


def _once(plan: tuple[PlanRow, ...]) -> tuple[PlanRow, ...]:
    """An indicator that stands twice counts once; checking reports it."""
    found: dict[str, PlanRow] = {}
    for row in plan:
        found.setdefault(row.kpi, row)
    return tuple(found.values())


def _cells(grids: Mapping[str, TableGrid], column: str) -> Mapping[int, str]:
    """A column of the plan as the & of a formula joins it, by the index of the row."""
    grid = grids[PLAN.name]
    places = positions(PLAN, grid, [])
    return {index: Row(grid, index, places).native(column) for index in range(len(grid.rows))}


def _tags(grids: Mapping[str, TableGrid]) -> Mapping[str, Mapping[str, str]]:
    """The tags of every indicator as the sheet's look-ups find them: of its first row, whatever the case."""
    grid = grids[INDICATORS.name]
    places = positions(INDICATORS, grid, [])
    found: dict[str, Mapping[str, str]] = {}
    for row in (Row(grid, index, places) for index in range(len(grid.rows))):
        found.setdefault(row.native("kpi").casefold(), {tag: row.native(tag) for tag in TAGS})
    return found
