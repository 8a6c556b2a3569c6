"""What the checks of the plan look at: one indicator on one card, with its past and everything known beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from kpi_xl.book.context import Context
from kpi_xl.book.plan_health.planfile import IndicatorNote, PlanFile
from kpi_xl.book.plan_rules import CardRow
from kpi_xl.facts.typed import Fact, fact, has_numbers
from kpi_xl.model.inputs import Actual, Indicator, Inputs, key
from kpi_xl.model.params import Problem
from kpi_xl.model.periods import MONTHS, OWN, Period, parse_period
from kpi_xl.scoring.targets.history import History

LOOK_BACK = 36
"""Periods before the one that is judged: a season is known after two years and a period."""
Chance = Callable[[History, Period, float, str], float | None]
"""Probability that a period attains a target, from its past, the period, the target and the direction."""


@dataclass(frozen=True, slots=True)
class RawTable:
    """One table of raw rows that formulas may speak of."""

    fields: frozenset[str]
    filled: frozenset[str] = frozenset()    # fields in which something stands; none in a table that is not loaded
    newest: date | None = None              # day of its last row
    lag: float | None = None                # working days since the end of the period, while its rows are not all there


@dataclass(frozen=True, slots=True)
class Raw:
    """Raw tables, and what of them every indicator needs."""

    tables: Mapping[str, RawTable] = field(default_factory=dict)
    needs: Mapping[str, frozenset[tuple[str, str]]] = field(default_factory=dict)   # table and field, by indicator
    values: Mapping[str, float] = field(default_factory=dict)                       # recomputed, by key
    faults: Mapping[str, Problem] = field(default_factory=dict)     # what else is wrong with an indicator's formulas


@dataclass(frozen=True, slots=True)
class Past:
    """What an indicator did on one card before the period, the oldest first."""

    values: History
    samples: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Material:
    """Everything the checks may ask for; what a book does not have is None or empty."""

    context: Context
    file: PlanFile
    past: Mapping[tuple[str, str], Past]                        # by card and indicator
    kinds: Mapping[str, frozenset[str]]                         # lengths of period that were reported, by indicator
    cards: Mapping[str, tuple[CardRow, ...]]                    # rows of each card
    targets: Mapping[str, float | None]                         # of every period, by key
    raw: Raw | None = None
    typed: frozenset[str] = frozenset()                         # indicators of which something is typed for the period
    components: Mapping[str, frozenset[str]] = field(default_factory=dict)  # indicators that a formula is made of
    chance: Chance | None = None

    @property
    def inputs(self) -> Inputs:
        """The tables as read."""
        return self.context.inputs

    @property
    def period(self) -> Period:
        """The period that is judged."""
        return self.inputs.settings.period


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator on one card."""

    material: Material
    row: CardRow
    note: IndicatorNote

    @property
    def kpi(self) -> str:
        """Code of the indicator."""
        return self.row.plan.kpi

    @property
    def indicator(self) -> Indicator:
        """As scoring reads it."""
        return self.row.indicator

    @property
    def sign(self) -> int:
        """-1 where less is better."""
        return -1 if self.indicator.direction == "down" else 1

    @property
    def key(self) -> str:
        """Of target and actual in the period."""
        return key(self.material.period, self.row.measured, self.kpi)

    @property
    def anchors(self) -> Mapping[str, float]:
        """Threshold, target and stretch as far as they are given."""
        target = self.row.target
        given = {} if target is None else {"B": target.threshold, "T": target.target, "S": target.stretch}
        return {letter: number for letter, number in given.items() if number is not None}

    @property
    def siblings(self) -> tuple[CardRow, ...]:
        """All rows of its card."""
        return self.material.cards[self.row.card]

    @property
    def is_by_hand(self) -> bool:
        """Somebody typed it for the period; or types it as a rule, and none of the tables it could be of is loaded."""
        material = self.material
        if self.kpi in material.typed:
            return True
        return self.kpi in material.kinds and not any(table.filled for table in self.raw_tables.values())

    @property
    def raw_tables(self) -> Mapping[str, RawTable]:
        """The raw tables that it is made of, as far as there are such."""
        raw = self.material.raw or Raw()
        wanted = {table for table, _ in raw.needs.get(self.kpi, ())}
        return {table: raw.tables[table] for table in sorted(wanted) if table in raw.tables}

    @property
    def past(self) -> Past:
        """Its own past."""
        return self.past_of(self.kpi)

    def past_of(self, kpi: str) -> Past:
        """The past of another indicator on the same card."""
        nothing = Past(History(self.material.period, ()), ())
        return self.material.past.get((self.row.card, kpi), nothing)


def material_of(
    context: Context,
    file: PlanFile,
    raw: Raw | None = None,
    components: Mapping[str, frozenset[str]] | None = None,
    chance: Chance | None = None,
    *,
    looks_back: bool = True,
) -> Material:
    """Everything that the checks look at, with the past of every row unless nobody is going to look back."""
    return Material(
        context=context,
        file=file,
        past=pasts(context) if looks_back else {},
        typed=typed_within(context.actuals, context.inputs.settings.period),
        kinds=data_kinds(name for name, row in context.actuals.items() if has_numbers(row)),
        cards=rows_by_card(context),
        targets={row.key: row.target for row in reversed(context.inputs.targets)},
        raw=raw,
        components=components or {},
        chance=chance,
    )


def rows_by_card(context: Context) -> Mapping[str, tuple[CardRow, ...]]:
    """Rows of every card, both in the order of the book."""
    found: dict[str, list[CardRow]] = {}
    for row in context.rows:
        found.setdefault(row.card, []).append(row)
    return {card: tuple(rows) for card, rows in found.items()}


def lines(material: Material) -> tuple[Line, ...]:
    """Every indicator of every card, in the order of the plan; nobody's who was not there for long enough."""
    notes = {note.code: note for note in reversed(material.file.notes)}
    return tuple(
        Line(material, row, notes.get(row.plan.kpi, IndicatorNote(row.plan.kpi)))
        for row in material.context.rows
        if row.post.is_present
    )


def pasts(context: Context, periods: int = LOOK_BACK) -> Mapping[tuple[str, str], Past]:
    """The past of every card row, from typed rows and what rolls up from them."""
    now = context.inputs.settings.period
    touched = _touched(context, now)
    first = now.shift(-periods)
    found = {}
    for row in context.rows:
        begun = touched.get(row.plan.kpi, frozenset())
        facts = [_past_fact(context, row, now.shift(-back), begun) for back in range(periods, 0, -1)]
        values = History(first, tuple(each.value if each else None for each in facts))
        found[row.card, row.plan.kpi] = Past(values, tuple(each.n if each else None for each in facts))
    return found


def _past_fact(context: Context, row: CardRow, when: Period, begun: frozenset[Period]) -> Fact | None:
    return fact(when, row.measured, row.indicator, context.typed) if when in begun else None


def _touched(context: Context, now: Period) -> Mapping[str, frozenset[Period]]:
    """By indicator: the periods of the same length in which anybody typed anything of it."""
    found: dict[str, set[Period]] = {}
    for name in context.actuals:
        when, _, kpi = name.split("|", 2)
        covering = enclosing(_readable(when), now.kind)
        if covering is not None:
            found.setdefault(kpi, set()).add(covering)
    return {kpi: frozenset(periods) for kpi, periods in found.items()}


@cache
def _readable(code: str) -> Period | None:
    try:
        return parse_period(code)
    except ValueError:
        return None


def enclosing(period: Period | None, kind: str) -> Period | None:
    """The period of a kind that another lies in; None when it is longer itself, or one of a company's own.

    >>> str(enclosing(parse_period("2026-05"), "Q"))
    '2026Q2'
    """
    if period is None or OWN in (period.kind, kind) or MONTHS[period.kind] > MONTHS[kind]:
        return None
    return Period(period.year, kind, (period.start.month - 1) // MONTHS[kind] + 1)


def typed_within(actuals: Mapping[str, Actual], now: Period) -> frozenset[str]:
    """Indicators of which somebody typed a number for a period, or for a part of it."""
    found = set()
    for name, row in actuals.items():
        when, _, kpi = name.split("|", 2)
        if kpi in found or not has_numbers(row):
            continue
        period = _readable(when)
        if when == str(now) or (period is not None and now.start <= period.start and period.end <= now.end):
            found.add(kpi)
    return frozenset(found)


def data_kinds(names: Iterable[str]) -> Mapping[str, frozenset[str]]:
    """Lengths of period for which anybody typed an actual, by indicator."""
    found: dict[str, set[str]] = {}
    for name in names:
        when, _, kpi = name.split("|", 2)
        period = _readable(when)
        if period is not None:
            found.setdefault(kpi, set()).add(period.kind)
    return {kpi: frozenset(kinds) for kpi, kinds in found.items()}
