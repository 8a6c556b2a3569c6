"""权重变动台账 as dated weights: which weights were in force in a period, and whether the plan holds those."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kpi_xl.book.context import Context
from kpi_xl.book.rows import rows
from kpi_xl.book.settings import own_periods
from kpi_xl.book.tables import weights as spec
from kpi_xl.book.tables.inputs import PERIODS
from kpi_xl.book.weighing.stated import Place
from kpi_xl.model.grid import TableGrid
from kpi_xl.model.inputs import PlanRow
from kpi_xl.model.issue import Issue
from kpi_xl.model.periods import Period, parse_period
from kpi_xl.scoring.rounding import excel_round

LISTED = 6
"""Indicators that a message names."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal: from a period on an indicator weighs something else."""

    period: Period
    template: str
    kpi: str
    old: float
    new: float

    @property
    def place(self) -> Place:
        """Template and indicator, whatever their case."""
        return place_of(self.template, self.kpi)


def place_of(template: str, kpi: str) -> Place:
    """Template and indicator as the journal is searched by them."""
    return template.casefold(), kpi.casefold()


def read_journal(grids: Mapping[str, TableGrid]) -> tuple[Entry, ...]:
    """The lines of the journal in the order they were written; a line that cannot be read has no say."""
    if spec.WEIGHT_LOG.name not in grids:
        return ()
    own = own_periods(grids[PERIODS.name]) if PERIODS.name in grids else {}
    return tuple(_entries(grids[spec.WEIGHT_LOG.name], own))


def _entries(grid: TableGrid, own: Mapping[str, Period]) -> Iterator[Entry]:
    for row in rows(spec.WEIGHT_LOG, grid, []):
        old, new = row.raw("old"), row.raw("new")
        period = period_of(row.text("period"), own)
        if period is not None and isinstance(old, float) and isinstance(new, float):
            yield Entry(period, row.text("template"), row.text("kpi"), old, new)


def period_of(code: str, own: Mapping[str, Period]) -> Period | None:
    """The period of a code, also one of the company's own; None for no code."""
    if code.casefold() in own:
        return own[code.casefold()]
    try:
        return parse_period(code)
    except ValueError:
        return None


def in_force(entries: Sequence[Entry], day: date) -> Mapping[Place, float]:
    """Weights on a day, by template and indicator, of all that the journal knows.

    Of several lines that had begun the one that began last counts, and of those that began together the one written
    last. Before the first of an indicator it weighed what its first line replaced.

    >>> march, april = parse_period("2026-03"), parse_period("2026-04")
    >>> lines = [Entry(march, "D", "REV", 0.10, 0.15), Entry(april, "D", "REV", 0.15, 0.20)]
    >>> [in_force(lines, date(2026, month, 1))[place_of("D", "REV")] for month in (2, 3, 4)]
    [0.1, 0.15, 0.2]
    """
    found: dict[Place, float] = {}
    for entry in entries:
        found.setdefault(entry.place, entry.old)
    begun = [entry for entry in entries if entry.period.start <= day]
    return found | {entry.place: entry.new for entry in sorted(begun, key=lambda each: each.period.start)}


def weights_are_those_of_the_period(context: Context, grids: Mapping[str, TableGrid]) -> Iterator[Issue]:
    """A period is scored by its own weights: an old month scored again must not take those of a later one."""
    entries = read_journal(grids)
    if not entries:
        return
    period = context.inputs.settings.period
    wanted = in_force(entries, period.start)
    plans: dict[str, dict[str, PlanRow]] = {}
    cards: dict[str, set[str]] = {}
    for row in context.rows:
        plans.setdefault(row.plan.template, {}).setdefault(row.plan.kpi, row.plan)
        cards.setdefault(row.plan.template, set()).add(row.card)
    for template, plan in plans.items():
        odd = [each for each in plan.values() if _differs(each, wanted)]
        if not odd:
            continue
        since = _other_period(template, plan.values(), entries, period)
        facts = {"template": template, "period": str(period), "listed": _listed(odd, wanted)}
        cell = context.beside(odd[0].cell, "tblPlan", "weight")
        if since:
            yield Issue("E-WEIGHT-PERIOD", cell, {**facts, "since": since}, frozenset(cards[template]))
        else:
            yield Issue("W-WEIGHT-PERIOD", cell, facts, frozenset(cards[template]))


def _differs(row: PlanRow, wanted: Mapping[Place, float]) -> bool:
    """At nine digits; an indicator that the journal does not know has no other weight."""
    weight = wanted.get(place_of(row.template, row.kpi))
    return weight is not None and excel_round(row.weight, 9) != excel_round(weight, 9)


def _other_period(template: str, plan: Iterable[PlanRow], entries: Sequence[Entry], period: Period) -> str:
    """The period from which the plan's weights count, when they are another's; "" when somebody typed them."""
    rows_ = list(plan)
    mine = sorted((entry for entry in entries if entry.place[0] == template.casefold()), key=lambda e: e.period.start)
    starts = {entry.period.start: str(entry.period) for entry in mine}
    for start, code in starts.items():
        if not any(_differs(row, in_force(mine, start)) for row in rows_):
            return code
    first = mine[0].period
    is_older = not any(_differs(row, in_force(mine, date.min)) for row in rows_)
    return f"< {first}" if is_older and period.start >= first.start else ""


def _listed(odd: Sequence[PlanRow], wanted: Mapping[Place, float]) -> str:
    shown = [f"{row.kpi} {row.weight:.6g} / {wanted[place_of(row.template, row.kpi)]:.6g}" for row in odd[:LISTED]]
    return ", ".join(shown) + (", …" if len(odd) > LISTED else "")
