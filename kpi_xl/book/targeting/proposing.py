"""What every indicator of every card is proposed as a target: ten methods, the better one, and how hard it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from importlib.util import find_spec

from kpi_xl.book.plan_health.achievable import possible
from kpi_xl.book.plan_rules import CardRow
from kpi_xl.book.targeting.pasts import Archive
from kpi_xl.book.targeting.splitting import Split
from kpi_xl.book.targeting.typed import Goal
from kpi_xl.model.inputs import Indicator, key
from kpi_xl.model.params import Problem
from kpi_xl.model.periods import Period
from kpi_xl.model.status import Status
from kpi_xl.scoring.opinion.planned import WITHOUT_ACTUAL
from kpi_xl.scoring.posts import is_due
from kpi_xl.scoring.rounding import excel_round
from kpi_xl.scoring.targets.anchors import CHANCES, Proposed, Verdict, anchors, chance, spread_anchors
from kpi_xl.scoring.targets.backtest import SEASONAL_NAIVE, Accuracy, backtest, forecasters, pasts
from kpi_xl.scoring.targets.challenge import challenge, ratchet, realised_growth
from kpi_xl.scoring.targets.forecast import Forecast
from kpi_xl.scoring.targets.history import History
from kpi_xl.scoring.targets.methods import Wish, mixed, propose, recommended
from kpi_xl.scoring.targets.proposals import Proposal, seasonal_share
from kpi_xl.scoring.targets.smoothing import Fits

TREND, SEASON, SMOOTHED, TOP_DOWN, MIXED = 3, 4, 6, 8, 9
"""Places of TM4, TM5, TM7, TM9 and TM10 among the proposals."""
MANY = 20
"""From so many lines on their smoothings are searched for together."""
OWN_SPREAD = frozenset(("TM4", "TM7"))
"""Methods that are models with a distribution; the others tell one number, around which the outlook spreads."""


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
class LineProposal:
    """All that is said about one target."""

    line: Line
    methods: tuple[Proposal, ...]       # (10,)
    tested: tuple[Accuracy, ...]
    chosen: str | None
    anchors: Proposed
    p: float | None
    typed: float | None
    p_typed: float | None
    verdict: Verdict | None             # of the target in force: the typed one, else the proposed
    problems: tuple[Problem, ...]

    @property
    def accuracy(self) -> Accuracy | None:
        """Of the chosen method: last year's value, where no growth is known, is the seasonal naive forecast."""
        own = self.accuracy_of(self.chosen or "")
        return self.accuracy_of(SEASONAL_NAIVE) if own is None and self.chosen == "TM1" else own

    def accuracy_of(self, method: str) -> Accuracy | None:
        """Of one method in the back-test."""
        return next((each for each in self.tested if each.method == method), None)


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


def proposal_of(line: Line, told: Told) -> LineProposal:
    """The proposed anchors of a line, and how hard they and the typed target are."""
    chosen = _chosen(line, told)
    proposal = next((each for each in told.methods if each.method == chosen), None)
    outlook = told.methods[SMOOTHED].forecast
    found = _settled(_anchors(line, proposal, outlook), line.row.indicator, line.sign)
    typed = line.row.target.target if line.row.target else None
    in_force = found.target if typed is None else typed
    is_range = line.row.indicator.direction == "range"
    judged = None if is_range or in_force is None else challenge(line.shown, line.period, in_force, outlook, line.sign)
    return LineProposal(
        line=line,
        methods=told.methods,
        tested=told.tested,
        chosen=chosen,
        anchors=found,
        p=_chance(outlook, found.target, line),
        typed=typed,
        p_typed=_chance(outlook, typed, line),
        verdict=judged.verdict if judged else None,
        problems=(
            *(proposal.warnings if proposal else told.methods[TREND].warnings),
            *found.warnings,
            *_ratchet(line),
            *(judged.warnings if judged else ()),
        ),
    )


def _chosen(line: Line, told: Told) -> str | None:
    """What somebody asked for; else the goal of the year; else the better one in the back-test."""
    has = {each.method for each in told.methods if each.target is not None}
    asked = line.goal.method if line.goal else ""
    if asked in has:
        return asked
    return "TM9" if "TM9" in has else recommended(told.methods, told.tested)


def _anchors(line: Line, proposal: Proposal | None, outlook: Forecast | None) -> Proposed:
    if proposal is None or proposal.target is None or line.row.indicator.direction == "range":
        return Proposed(None, proposal.target if proposal else None, None, Status.INSUFFICIENT)
    sign, target = line.sign, proposal.target
    if proposal.method == "TM3":
        return Proposed(proposal.threshold, target, proposal.stretch)
    if proposal.method in OWN_SPREAD and proposal.forecast is not None:
        return anchors(proposal.forecast, sign)
    if outlook is None:
        return spread_anchors(target, sign)
    low, middle, high = (outlook.quantile(1 - each if sign > 0 else each) for each in CHANCES)
    if low == high:
        return spread_anchors(target, sign)
    return Proposed(target + low - middle, target, target + high - middle)


def _settled(found: Proposed, indicator: Indicator, sign: int) -> Proposed:
    """Rounded to the indicator's decimals, within what is possible, and still one harder than the other."""
    low, high = possible(indicator, indicator.name)
    decimals = indicator.stored_decimals
    step = sign * 10.0**-decimals

    def settled(value: float) -> float:
        return min(high, max(low, excel_round(value, decimals)))

    if found.target is None:
        return found
    target = settled(found.target)
    if found.threshold is None or found.stretch is None:
        return replace(found, target=target)
    threshold, stretch = settled(found.threshold), settled(found.stretch)
    if sign * (target - threshold) <= 0:
        threshold = settled(target - step)
    if sign * (stretch - target) <= 0:
        stretch = settled(target + step)
    return replace(found, threshold=threshold, target=target, stretch=stretch)


def _ratchet(line: Line) -> tuple[Problem, ...]:
    """More growth than last year's needs an approval, which the row of the goal may have."""
    goal = line.goal
    if goal is None or goal.growth is None or goal.approver:
        return ()
    found = ratchet(goal.growth, realised_growth(line.history, line.period.year - 1), line.sign)
    return (found,) if found else ()


def _chance(outlook: Forecast | None, target: float | None, line: Line) -> float | None:
    if outlook is None or target is None or line.row.indicator.direction == "range":
        return None
    return chance(outlook, target, line.sign)
