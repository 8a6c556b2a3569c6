"""T: the indicator is measured often enough, is due in time, and its months add up to its year."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import fsum

from kpi_xl.book.plan_health.check import PASS, Check, Judged, fail, none, warn
from kpi_xl.book.plan_health.material import Line, enclosing
from kpi_xl.model.inputs import Indicator, key
from kpi_xl.model.periods import MONTHS, Period
from kpi_xl.scoring.people.tenure import working_days
from kpi_xl.scoring.rounding import excel_round

FREQUENCIES = ("M", "Q", "H", "Y")
CLOSE_DAYS = 5
"""Working days after a period in which its books close, unless the setting `close_days` says otherwise."""
EARLY = ("draft", "targets_set", "running")
"""States in which nobody expects the period's raw data yet."""
GRID = 9
WEIGHTED = ("RATIO", "DISTRATIO", "WMEAN")
"""Aggregations by which the whole is a weighted mean of its parts."""


def is_frequent_enough(line: Line) -> Judged:
    """L-T1 - a known frequency, and data at least as often as it is scored."""
    frequency = line.note.frequency.upper()
    if frequency not in FREQUENCIES:
        return fail("t1_frequency", found=line.note.frequency or "—", wanted=", ".join(FREQUENCIES))
    kinds = line.material.kinds.get(line.kpi, frozenset())
    # A period of the company's own is as long as it is: the indicator's frequency alone counts.
    scored = max(MONTHS[frequency], MONTHS.get(line.material.period.kind, 0))
    finest = min((MONTHS[kind] for kind in kinds if kind in MONTHS), default=scored)
    return fail("t1_finer", found=frequency, months=finest) if finest > scored else PASS


def is_due(line: Line) -> Judged:
    """L-T2 - a start and a due date, the latter between the end of the period and the close."""
    period = line.material.period
    typed = line.material.inputs.settings.texts.get("data_cutoff", "")
    if not typed:
        return fail("t2_unset")
    try:
        due = date.fromisoformat(typed[:10])
    except ValueError:
        return fail("t2_unset")
    close = closing_day(period.end, close_days(line))
    return PASS if period.end <= due <= close else fail("t2_due", found=typed, first=str(period.end), last=str(close))


def close_days(line: Line) -> int:
    """Working days until the close."""
    text = line.material.inputs.settings.texts.get("close_days", "")
    return int(text) if text.isdecimal() else CLOSE_DAYS


def closing_day(end: date, days: int) -> date:
    """The day so many working days after the last of a period.

    >>> str(closing_day(date(2026, 3, 31), 5))
    '2026-04-07'
    """
    day = end
    while working_days(end + timedelta(1), day) < days:
        day += timedelta(1)
    return day


@dataclass(frozen=True, slots=True)
class Split:
    """The target of a long period beside those of all its parts."""

    whole: Period
    target: float
    parts: tuple[float, ...]
    dens: tuple[float, ...] | None      # weights of the parts, where last year tells them


def adds_up(line: Line) -> Judged:
    """L-T3 - the targets of the parts make the target of the whole."""
    found = tuple(_splits(line))
    if not found:
        return none("n_no_annual")
    for split in found:
        judged = _sum(split, line.indicator)
        if judged.verdict != "PASS":
            return judged
    return PASS


def _sum(split: Split, indicator: Indicator) -> Judged:
    wanted, low, high = split.target, min(split.parts), max(split.parts)
    facts = {"whole": str(split.whole), "wanted": wanted}
    kind = indicator.agg_time
    if kind in ("SUM", "DIST", "LAST"):
        total = {"SUM": fsum(split.parts), "DIST": fsum(split.parts) / len(split.parts), "LAST": split.parts[-1]}[kind]
        is_whole = excel_round(total, GRID) == excel_round(wanted, GRID)
        return PASS if is_whole else fail("t3_sum", **facts, found=excel_round(total, GRID))
    if kind not in WEIGHTED:
        return none("n_no_dens")
    # Whatever the weights, a mean of the parts lies between the least and the greatest of them.
    if not low <= wanted <= high:
        return fail("t3_between", **facts, low=low, high=high)
    if split.dens is None:
        return none("n_no_dens")
    mean = fsum(t * d for t, d in zip(split.parts, split.dens, strict=True)) / fsum(split.dens)
    is_met = abs(mean - wanted) <= 1e-9 * max(1.0, abs(wanted))
    # This year's denominators may fall otherwise: that the weighted mean is off is worth a look, and no more.
    return PASS if is_met else warn("t3_sum", **facts, found=excel_round(mean, GRID))


def _splits(line: Line) -> Iterator[Split]:
    targets = line.material.targets
    for kind in ("Q", "H", "Y"):
        whole = enclosing(line.material.period, kind)
        target = None if whole is None else targets.get(key(whole, line.row.measured, line.kpi))
        if whole is None or target is None:
            continue
        for parts in _layers(whole):
            given = [targets.get(key(part, line.row.measured, line.kpi)) for part in parts]
            known = [number for number in given if number is not None]
            if len(known) == len(parts):
                yield Split(whole, target, tuple(known), _dens(line, parts))


def _layers(whole: Period) -> Iterator[Sequence[Period]]:
    """The halves of a year, its quarters, its months."""
    parts: Sequence[Period] = whole.parts
    while parts:
        yield parts
        parts = [each for part in parts for each in part.parts]


def _dens(line: Line, parts: Sequence[Period]) -> tuple[float, ...] | None:
    actuals = line.material.context.actuals
    rows = [actuals.get(key(part.year_ago, line.row.measured, line.kpi)) for part in parts]
    dens = [row.den for row in rows if row is not None and row.den is not None and row.den > 0]
    return tuple(dens) if len(dens) == len(parts) else None


def is_there_in_time(line: Line) -> Judged:
    """L-T4 - its data come in before the books close."""
    lags = {name: table.lag for name, table in line.raw_tables.items() if table.lag is not None}
    if not lags or line.is_by_hand:
        return none("n_no_raw")
    slowest, wanted = max(lags, key=lags.__getitem__), close_days(line)
    return warn("t4_lag", found=lags[slowest], wanted=wanted, table=slowest) if lags[slowest] > wanted else PASS


def is_complete(line: Line) -> Judged:
    """L-T5 - at scoring, the raw rows reach the end of the period."""
    newest = {name: table.newest for name, table in line.raw_tables.items() if table.newest is not None}
    if not newest or line.is_by_hand:
        return none("n_no_raw")
    if line.material.inputs.settings.state in EARLY:
        return none("n_not_yet")
    oldest, end = min(newest, key=newest.__getitem__), line.material.period.end
    if newest[oldest] >= end:
        return PASS
    return fail("t5_newest", found=str(newest[oldest]), wanted=str(end), table=oldest)


CHECKS = (
    Check("L-T1", is_frequent_enough, gates=True),
    Check("L-T2", is_due),
    Check("L-T3", adds_up, gates=True),
    Check("L-T4", is_there_in_time),
    Check("L-T5", is_complete),
)
