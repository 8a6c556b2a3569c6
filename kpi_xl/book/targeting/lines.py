"""Each indicator of each card with its past and its goals, and what the past alone tells: ten methods, back-tested."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from math import fsum

from kpi_xl.book.plan_rules import CardRow
from kpi_xl.book.targeting.pasts import Archive
from kpi_xl.book.targeting.splitting import MEANT, SUMMED, Split
from kpi_xl.book.targeting.typed import Goal
from kpi_xl.model.inputs import key
from kpi_xl.model.periods import Period
from kpi_xl.model.status import Status
from kpi_xl.scoring.opinion.planned import WITHOUT_ACTUAL
from kpi_xl.scoring.posts import is_due
from kpi_xl.scoring.rounding import excel_round
from kpi_xl.scoring.targets.backtest import Accuracy, backtest, forecasters, pasts
from kpi_xl.scoring.targets.calendar import periods_of
from kpi_xl.scoring.targets.challenge import needed_run_rate, realised_growth
from kpi_xl.scoring.targets.history import History
from kpi_xl.scoring.targets.methods import Wish, mixed, propose
from kpi_xl.scoring.targets.proposals import Proposal, seasonal_share
from kpi_xl.scoring.targets.smoothing import Fits

TREND, SEASON, SMOOTHED, TOP_DOWN, MIXED = 3, 4, 6, 8, 9
"""Places of TM4, TM5, TM7, TM9 and TM10 among the proposals."""
MANY = 20
"""From so many lines on their smoothings are searched for together."""


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator of one card, with everything that a target is proposed from."""

    row: CardRow
    period: Period
    history: History
    goal: Goal | None
    split: tuple[float, Split] | None   # what the goal of the year gives to the period

    @property
    def sign(self) -> int:
        """-1 where less is better."""
        return -1 if self.row.indicator.direction == "down" else 1

    @property
    def shown(self) -> History:
        """The past as it is printed, which is what targets are compared with."""
        decimals = self.row.indicator.stored_decimals
        values = (None if value is None else excel_round(value, decimals) for value in self.history.values)
        return History(self.history.first, tuple(values))


@dataclass(frozen=True, slots=True)
class Told:
    """What the past alone tells: the same for every card that has the figures of one subject."""

    methods: tuple[Proposal, ...]
    tested: tuple[Accuracy, ...]


def is_planned(row: CardRow, period: Period) -> bool:
    """The row needs a target of the period: it has an actual, is due, and somebody is there."""
    return row.post.is_present and row.plan.rule not in WITHOUT_ACTUAL and is_due(row.indicator.frequency, period)


def line_of(
    row: CardRow, archive: Archive, goals: Mapping[str, Goal], splits: Mapping[str, tuple[float, Split]]
) -> Line:
    """One row with its past, its own goal and its part of a goal above."""
    period, kpi = archive.period, row.plan.kpi
    history = archive.past(row.measured, row.indicator).values.before(period)
    goal = goals.get(key(period.year, row.measured, kpi))
    return Line(row, period, history, goal, splits.get(key(period, row.measured, kpi)))


def fits_of(lines: Collection[Line]) -> Fits:
    """Parameters of every smoothing that proposals and back-tests ask for, found together where numpy is installed."""
    if len(lines) < MANY or find_spec("numpy") is None:
        return {}
    from kpi_xl.scoring.targets.fitting import fits

    season = next(iter(lines)).history.season
    series = (each for line in lines for each in (*pasts(line.history), line.history.unbroken().known))
    return fits(series, season)


def tell(line: Line, fits: Fits, *, simulate: bool = False) -> Told:
    """Ten proposals and the back-test of those that tell a value from the past alone."""
    goal, history = line.goal, line.history
    growth = goal.growth if goal and goal.growth is not None else realised_growth(history, line.period.year - 1)
    wish = Wish(
        period=line.period,
        sign=line.sign,
        growth=growth or 0.0,
        benchmark=goal.benchmark if goal else None,
        source=goal.source if goal else "",
        simulate=simulate,
        fits=fits,
    )
    found = list(propose(history, wish))
    is_sum = line.row.indicator.agg_time == "SUM"
    found[SEASON] = seasonal_share(history, line.period, _annual(line), is_sum=is_sum)
    found[TOP_DOWN] = _top_down(line, found[TOP_DOWN])
    found[MIXED] = mixed(found[:MIXED], goal.mix if goal else {})
    return Told(tuple(found), backtest(history, forecasters(fits)))


def run_rate(line: Line) -> float | None:
    """What each period from the planned one on must bring for the goal of the year; None while that cannot be told."""
    if line.split is None or line.split[1].how not in (SUMMED, MEANT):
        return None
    split, subject = line.split[1], line.row.measured
    parts = split.periods if split.goal.subject == subject else split.of(subject)
    begun = [line.history.at(each) for each in periods_of(line.period.year, line.period.kind)][: line.period.number - 1]
    known = [value for value in begun if value is not None]
    if len(known) < len(begun):
        return None
    return needed_run_rate(fsum(parts), fsum(known), len(parts) - len(known))


def _annual(line: Line) -> float | None:
    """The goal of the year as this subject's own."""
    if line.split is not None and line.split[1].goal.subject == line.row.measured:
        return line.split[1].annual
    return line.goal.target if line.goal else None


def _top_down(line: Line, without: Proposal) -> Proposal:
    if line.split is None:
        return without
    value, split = line.split
    status = Status.APPROX if split.is_approximate else Status.OK
    is_own = split.goal.subject == line.row.measured
    problems = split.problems if is_own else (each for each in split.problems if each.code != "W-TARGET-GAP")
    return Proposal("TM9", value, status, tuple(problems))
