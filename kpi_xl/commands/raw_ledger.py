"""What was sold beside what the ledger calls revenue, period by period."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from kpi_xl.book.raw_sheets.register import SourceRow
from kpi_xl.commands.raw_freshness import day_of
from kpi_xl.facts.engines.compute import compute
from kpi_xl.facts.engines.engine import Engine
from kpi_xl.facts.formula.measure import Measure
from kpi_xl.facts.raw.store import Store
from kpi_xl.facts.sql.windows import Window, between, window
from kpi_xl.model.issue import Issue
from kpi_xl.model.periods import OWN, Period

TURNOVER, REVENUE = "GMV", "REV"
TABLES = ("ledger", "orders", "")
MOST_MONTHS = 36


@dataclass(frozen=True, slots=True)
class Beside:
    """Turnover and revenue of one period; they are not the same, and how far apart they may be is the company's."""

    period: str
    turnover: float
    revenue: float
    tolerance: float | None             # share of the revenue; None where the register names none

    @property
    def is_off(self) -> bool:
        """Further apart than is tolerated."""
        return self.tolerance is not None and abs(self.turnover - self.revenue) > self.tolerance * abs(self.revenue)


def beside_ledger(
    engine: Engine, library: Sequence[Measure], sources: Sequence[SourceRow], periods: Sequence[Period],
    cut_off: datetime,
) -> tuple[Beside, ...]:  # fmt: skip
    """Every period of which orders and ledger both say something. Source: domain specification, §10.2 rule 15."""
    wanted = [each for each in library if each.kpi in (TURNOVER, REVENUE)]
    if len(wanted) < 2 or not periods:
        return ()
    spans = {str(each): _window(each) for each in periods}
    facts = compute(engine, wanted, spans, cut_off=cut_off, library=library)
    found = {(each.kpi, each.period): each.value for each in facts}
    return tuple(_both(found, list(spans), tolerance_of(sources)))


def _both(
    found: Mapping[tuple[str, str], float | None], periods: Sequence[str], tolerance: float | None
) -> Iterator[Beside]:
    for period in periods:
        turnover, revenue = (found.get((kpi, period)) for kpi in (TURNOVER, REVENUE))
        if turnover is not None and revenue is not None:
            yield Beside(period, turnover, revenue, tolerance)


def _window(period: Period) -> Window:
    return between(period.start, period.end) if period.kind == OWN else window(period)


def tolerance_of(sources: Sequence[SourceRow]) -> float | None:
    """Of the ledger's source, else of the orders': the first that names one."""
    active = [row for row in sources if row.is_active and row.tolerance]
    return next((row.tolerance for table in TABLES for row in active if row.table == table), None)


def months_of(store: Store) -> tuple[Period, ...]:
    """The last months of the ledger, the oldest first."""
    rows = store.rows("SELECT min(first_time), max(last_time) FROM loads WHERE \"table\" = 'ledger'")
    first, last = (None if cell is None else day_of(str(cell)) for cell in rows[0])
    found: list[Period] = []
    day = last
    while first is not None and day is not None and day >= first.replace(day=1) and len(found) < MOST_MONTHS:
        found.append(Period(day.year, "M", day.month))
        day = day.replace(day=1) - timedelta(days=1)
    return tuple(reversed(found))


def ledger_issue(beside: Beside, cell: str) -> Issue | None:
    """What there is to say of the period that is scored; nothing where the two are as near as they should be."""
    if beside.turnover == beside.revenue or (beside.tolerance is not None and not beside.is_off):
        return None
    args: dict[str, object] = {"period": beside.period, "found": beside.turnover, "wanted": beside.revenue}
    if beside.tolerance is None:
        return Issue("I-RAW-LEDGER", cell, args)
    return Issue("W-RAW-LEDGER", cell, {**args, "tolerance": beside.tolerance})
