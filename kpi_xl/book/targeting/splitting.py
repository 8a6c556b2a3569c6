"""The goal of a year over its periods and over the units below, exact to the last step of a target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from math import fsum

from kpi_xl.book.targeting.pasts import Archive
from kpi_xl.book.targeting.shared import Sharing, step_of
from kpi_xl.book.targeting.typed import Goal
from kpi_xl.errors import MethodError
from kpi_xl.facts.typed import units_below
from kpi_xl.model.inputs import Indicator, key
from kpi_xl.model.issue import Issue
from kpi_xl.model.params import Problem
from kpi_xl.model.periods import Period
from kpi_xl.scoring.rounding import excel_round
from kpi_xl.scoring.targets.calendar import periods_of
from kpi_xl.scoring.targets.decompose import around_mean, by_season, decompose, rates, reconcile
from kpi_xl.scoring.targets.history import History
from kpi_xl.scoring.targets.proposals import season_of

SUMMED, MEANT, WEIGHTED, LAST = 1, 2, 3, 4
"""What a year is to its periods: their sum, their mean, their mean weighted by denominators, the last of them."""
HOW: Mapping[str, int] = {"SUM": SUMMED, "DIST": MEANT, "LAST": LAST}
"""By the indicator's way of coming together over time; all others are ratios."""


@dataclass(frozen=True, slots=True)
class UnitSplit:
    """What one unit gets."""

    subject: str
    share: float                        # of the year
    periods: tuple[float, ...]
    ideal: float                        # its part of the year before rounding


@dataclass(frozen=True, slots=True)
class Split:
    """A year's goal, its periods and its units."""

    goal: Goal
    indicator: Indicator
    annual: float
    how: int
    grain: float                        # smallest step of a target
    periods: tuple[float, ...]
    dens: tuple[float, ...] = ()        # of the periods of a ratio, as expected
    units: tuple[UnitSplit, ...] = ()
    problems: tuple[Problem, ...] = ()

    def of(self, subject: str) -> tuple[float, ...]:
        """Targets of a unit by period."""
        return next(unit.periods for unit in self.units if unit.subject == subject)

    @property
    def is_approximate(self) -> bool:
        """Days at work or equal parts stand for what the past does not tell."""
        return any(problem.code != "W-SEASON-FEW" for problem in self.problems)


@dataclass(frozen=True, slots=True)
class Splits:
    """Every goal of the planned year that could be split, and why another could not."""

    found: tuple[Split, ...]
    issues: tuple[Issue, ...]

    def targets(self, kind: str) -> Mapping[str, tuple[float, Split]]:
        """Target of each period, subject and indicator, with the split it is from."""
        targets: dict[str, tuple[float, Split]] = {}
        for split in reversed(self.found):
            rows = [(split.goal.subject, split.periods), *((unit.subject, unit.periods) for unit in split.units)]
            for subject, values in reversed(rows):
                for period, value in zip(periods_of(split.goal.year, kind), values, strict=True):
                    targets[key(period, subject, split.indicator.code)] = value, split
        return targets


def split_goals(
    goals: Mapping[str, Goal], indicators: Mapping[str, Indicator], archive: Archive, sharings: Sequence[Sharing] = ()
) -> Splits:
    """The goals of the planned year, each split; one that its unit above has settled is not split again."""
    agreed = {key(each.parent, each.kpi): each for each in sharings}
    found: list[Split] = []
    issues: list[Issue] = []
    settled: set[str] = set()
    wanted = [goal for goal in goals.values() if goal.year == archive.period.year]
    above = {child: parent for parent, children in archive.typed.children.items() for child in children}
    for goal in sorted(wanted, key=lambda each: _depth(each.subject, above)):
        if goal.key in settled:
            continue
        try:
            split = _split(goal, indicators[goal.kpi], goals, archive, agreed.get(key(goal.subject, goal.kpi)))
        except MethodError as error:
            issues.append(Issue(error.code, goal.cell, error.args_by_name))
            continue
        if split is not None:
            found.append(split)
            settled |= {key(goal.year, unit.subject, goal.kpi) for unit in split.units}
    return Splits(tuple(found), tuple(issues))


def _depth(subject: str, above: Mapping[str, str]) -> int:
    return 0 if subject not in above else 1 + _depth(above[subject], above)


def grain_of(goal: Goal, indicator: Indicator) -> float:
    """Smallest step of a goal's targets."""
    return goal.unit or step_of(indicator)


def _split(
    goal: Goal, indicator: Indicator, goals: Mapping[str, Goal], archive: Archive, agreed: Sharing | None
) -> Split | None:
    """One goal over periods and units; None where neither a target nor the growth of a known year is given."""
    past = archive.past(goal.subject, indicator)
    grain = grain_of(goal, indicator)
    how = HOW.get(indicator.agg_time, WEIGHTED)
    annual = goal.target if goal.target is not None else _grown(goal, past.values, how, grain)
    if annual is None:
        return None
    first = Period(goal.year, archive.period.kind, 1)
    if how == WEIGHTED:
        return _of_ratio(Split(goal, indicator, annual, how, grain, ()), past.values, past.dens, first)
    season = season_of(past.values, first)
    begun = Split(goal, indicator, annual, how, grain, (), problems=season.warnings if how != LAST else ())
    shares = _shares(begun, goals, archive) if agreed is None else _Shares(agreed.units, (agreed.shares,))
    if how == SUMMED:
        part = grain if agreed is None else min(grain, agreed.step)
        exact = decompose(annual, season.indices, shares.rows or [[1.0]], grain, part)
        ideals = tuple(total - off for total, off in zip(exact.unit_totals, exact.differences, strict=True))
        return _with_units(replace(begun, periods=exact.periods), shares, exact.units, ideals, goals, archive)
    periods = _to_last(annual, past.values, first, grain) if how == LAST else around_mean(annual, season.indices, grain)
    rows = shares.rows * (len(periods) if len(shares.rows) == 1 else 1)
    units = tuple(by_season(target, row, grain) for target, row in zip(periods, rows, strict=False))
    parts = [[target * own / fsum(row) for own in row] for target, row in zip(periods, rows, strict=False)]
    ideals = tuple(column[-1] if how == LAST else fsum(column) / len(column) for column in zip(*parts, strict=True))
    return _with_units(replace(begun, periods=periods), shares, units, ideals, goals, archive)


def _grown(goal: Goal, past: History, how: int, grain: float) -> float | None:
    """Last year's result, grown; None without the whole of it."""
    year = past.year(goal.year - 1)
    if goal.growth is None or not year or how == WEIGHTED:
        return None
    base = {SUMMED: fsum(year), MEANT: fsum(year) / len(year), LAST: year[-1]}[how]
    return _to_grain(base * (1 + goal.growth), grain)


def _to_grain(value: float, grain: float) -> float:
    return float(Decimal(repr(grain)) * int(excel_round(value / grain, 0)))


def _to_last(annual: float, past: History, first: Period, grain: float) -> tuple[float, ...]:
    """Even steps from last year's close to the goal; the goal throughout where that is not known."""
    close, count = past.at(first.shift(-1)), past.season
    if close is None:
        return (annual,) * count
    steps = [close + (annual - close) * step / count for step in range(1, count)]
    return (*(_to_grain(step, grain) for step in steps), annual)


def _of_ratio(begun: Split, past: History, dens: Mapping[Period, float], first: Period) -> Split:
    """Targets of a ratio in the shape of last year's, weighted by last year's denominators."""
    last_year = [period.year_ago for period in periods_of(first.year, first.kind)]
    problems = []
    expected = [dens[period] for period in last_year if period in dens]
    if len(expected) < len(last_year) or min(expected) < 0 or not fsum(expected) > 0:
        problems.append(Problem("W-TARGET-DENOMINATORS", {"found": len(expected), "wanted": len(last_year)}))
        expected = [1.0] * len(last_year)
    shape = list(past.year(first.year - 1))
    if not shape or min(shape) <= 0:
        known = sum(past.at(period) is not None for period in last_year)
        problems.append(Problem("W-TARGET-SHAPE", {"found": known, "wanted": len(last_year)}))
        shape = [1.0] * len(last_year)
    found = rates(begun.annual, expected, shape)
    return replace(begun, periods=found.periods, dens=tuple(expected), problems=tuple(problems))


@dataclass(frozen=True, slots=True)
class _Shares:
    """Units, and their shares by period, or one row for all; no rows where the goal is not split over units."""

    units: tuple[str, ...] = ()
    rows: tuple[tuple[float, ...], ...] = ()
    problems: tuple[Problem, ...] = ()
    holds: bool = False                 # the units keep their own goals


def _shares(begun: Split, goals: Mapping[str, Goal], archive: Archive) -> _Shares:
    """By the units' own goals, else by typed shares, else by their parts of last year's same period."""
    goal, indicator = begun.goal, begun.indicator
    units = units_below(goal.subject, goal.kpi, archive.typed) if indicator.agg_unit == "SUM" else ()
    if not units:
        return _Shares()
    own = [goals.get(key(goal.year, unit, goal.kpi)) for unit in units]
    proposals = [each.target for each in own if each is not None and each.target is not None]
    if len(proposals) == len(units):
        return _reconciled(begun, units, proposals, [(each.potential or 0.0) if each else 0.0 for each in own])
    typed = [each.share for each in own if each is not None and each.share is not None]
    if len(typed) == len(units):
        return _Shares(units, (tuple(typed),))
    return _of_last_year(units, begun, archive)


def _reconciled(begun: Split, units: tuple[str, ...], proposals: list[float], potential: list[float]) -> _Shares:
    spread = begun.goal.mode
    found = reconcile(begun.annual, proposals, spread, potential, begun.grain)
    gap = Problem("W-TARGET-GAP", {"found": found.gap, "share": found.gap_share or 0.0, "mode": spread})
    return _Shares(units, (found.targets,), (gap,) if found.gap else (), holds=spread == "hold")


def _of_last_year(units: tuple[str, ...], begun: Split, archive: Archive) -> _Shares:
    first = Period(begun.goal.year, archive.period.kind, 1)
    pasts = [archive.past(unit, begun.indicator).values for unit in units]
    last_year = [period.year_ago for period in periods_of(first.year, first.kind)]
    whole = [row for period in last_year if (row := _row(pasts, period))]
    if len(whole) == len(last_year) and all(fsum(row) > 0 for row in whole):
        return _Shares(units, tuple(whole))
    known = whole or [row for step in range(1, len(last_year) + 1) if (row := _row(pasts, archive.period.shift(-step)))]
    sums = tuple(fsum(column) for column in zip(*known, strict=True))
    if not known or not fsum(sums) > 0:
        return _Shares(problems=(Problem("W-TARGET-UNITS", {"units": ", ".join(units)}),))
    few = Problem("W-TARGET-SHARES", {"found": len(whole), "wanted": len(last_year)})
    return _Shares(units, (sums,), (few,))


def _row(pasts: Sequence[History], period: Period) -> tuple[float, ...]:
    """What every unit had in a period; empty when one is not known."""
    found = [value for past in pasts if (value := past.at(period)) is not None]
    return tuple(found) if len(found) == len(pasts) else ()


def _with_units(
    split: Split,
    shares: _Shares,
    rows: Sequence[Sequence[float]],
    ideals: Sequence[float],
    goals: Mapping[str, Goal],
    archive: Archive,
) -> Split:
    problems = (*split.problems, *shares.problems)
    if not shares.rows:
        return replace(split, problems=problems)
    columns = tuple(zip(*rows, strict=True))
    whole = fsum(ideals)
    units = tuple(
        UnitSplit(unit, ideal / whole if whole else 0.0, column, ideal)
        for unit, column, ideal in zip(shares.units, columns, ideals, strict=True)
    )
    if shares.holds:
        units = tuple(_held(unit, split, goals, archive) for unit in units)
    return replace(split, units=units, problems=problems)


def _held(unit: UnitSplit, split: Split, goals: Mapping[str, Goal], archive: Archive) -> UnitSplit:
    """A unit that keeps its own goal, split by the season of the whole."""
    own = goals[key(split.goal.year, unit.subject, split.goal.kpi)].target or 0.0
    if split.how == LAST:
        first = Period(split.goal.year, archive.period.kind, 1)
        past = archive.past(unit.subject, split.indicator).values
        return replace(unit, periods=_to_last(own, past, first, split.grain), ideal=own)
    spread = by_season if split.how == SUMMED else around_mean
    return replace(unit, periods=spread(own, split.periods, split.grain), ideal=own)
