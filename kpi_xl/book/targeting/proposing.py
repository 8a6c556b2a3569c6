"""What every indicator of every card is proposed as a target: the better method, and how hard it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from kpi_xl.book.plan_health.achievable import possible
from kpi_xl.book.targeting.lines import SMOOTHED, TOP_DOWN, TREND, Line, Told
from kpi_xl.book.targeting.shared import Part, Sharing, parts_in_force
from kpi_xl.model.inputs import Indicator, Target
from kpi_xl.model.issue import Issue
from kpi_xl.model.params import Problem
from kpi_xl.model.status import Status
from kpi_xl.scoring.rounding import excel_round
from kpi_xl.scoring.targets.anchors import CHANCES, Proposed, Verdict, anchors, chance, spread_anchors
from kpi_xl.scoring.targets.backtest import SEASONAL_NAIVE, Accuracy
from kpi_xl.scoring.targets.challenge import challenge, ratchet, realised_growth
from kpi_xl.scoring.targets.forecast import Forecast
from kpi_xl.scoring.targets.methods import recommended
from kpi_xl.scoring.targets.proposals import Proposal

OWN_SPREAD = frozenset(("TM4", "TM7"))
"""Methods that are models with a distribution; the others tell one number, around which the outlook spreads."""

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
    part: Part | None = None            # of a whole that units split

    @property
    def accuracy(self) -> Accuracy | None:
        """Of the chosen method: last year's value, where no growth is known, is the seasonal naive forecast."""
        own = self.accuracy_of(self.chosen or "")
        return self.accuracy_of(SEASONAL_NAIVE) if own is None and self.chosen == "TM1" else own

    def accuracy_of(self, method: str) -> Accuracy | None:
        """Of one method in the back-test."""
        return next((each for each in self.tested if each.method == method), None)


def proposal_of(line: Line, told: Told, part: Part | None = None) -> LineProposal:
    """The proposed anchors of a line, and how hard they and the typed target are; a part of a whole is exact."""
    methods = told.methods if part is None else _with_part(told.methods, part)
    chosen = _chosen(line, told) if part is None else "TM9"
    proposal = next((each for each in methods if each.method == chosen), None)
    outlook = told.methods[SMOOTHED].forecast
    found = _settled(_anchors(line, proposal, outlook), line.row.indicator, line.sign)
    if part is not None:
        found = _exact(found, part.anchors)
    typed = line.row.target.target if line.row.target else None
    in_force = found.target if typed is None else typed
    is_range = line.row.indicator.direction == "range"
    judged = None if is_range or in_force is None else challenge(line.shown, line.period, in_force, outlook, line.sign)
    return LineProposal(
        line=line,
        methods=methods,
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
        part=part,
    )


def shared_out(
    found: Sequence[LineProposal],
    told_of: Callable[[Line], Told],
    shared: Sequence[Sharing],
    targets: Mapping[str, Target],
    issues: list[Issue],
) -> tuple[LineProposal, ...]:
    """The same proposals, those of units that split a target being their parts of what is in force for the whole.

    `targets` are the typed ones by key.
    """
    if not shared or not found:
        return tuple(found)
    proposed = {(each.line.row.measured, each.line.row.plan.kpi): each.anchors for each in found}
    parts = parts_in_force(shared, targets, str(found[0].line.period), proposed, issues)
    names = ((each, parts.get((each.line.row.measured, each.line.row.plan.kpi))) for each in found)
    return tuple(proposal_of(each.line, told_of(each.line), part) if part else each for each, part in names)


def _with_part(methods: tuple[Proposal, ...], part: Part) -> tuple[Proposal, ...]:
    own = Proposal("TM9", part.anchors.target, Status.OK)
    return (*methods[:TOP_DOWN], own, *methods[TOP_DOWN + 1 :])


def _exact(found: Proposed, part: Proposed) -> Proposed:
    """Anchors that the whole has are split like its target."""
    return replace(
        found,
        threshold=found.threshold if part.threshold is None else part.threshold,
        target=part.target,
        stretch=found.stretch if part.stretch is None else part.stretch,
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
