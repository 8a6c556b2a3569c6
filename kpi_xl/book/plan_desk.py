"""What a row of a card is looked up in: plans, targets, facts, ratings, milestones, and the actuals of its peers."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar, cast

from kpi_xl.book.opinion_words import rater_words
from kpi_xl.facts.judged import judged_fact
from kpi_xl.facts.typed import Fact, TypedRows, fact, has_numbers, typed_rows
from kpi_xl.model.inputs import CalibrationRow, Indicator, Inputs, MilestoneRow, PlanRow, RatingRow, Target, key
from kpi_xl.model.params import parse_params
from kpi_xl.model.periods import Period
from kpi_xl.model.status import Status
from kpi_xl.scoring.appraise import plans_of
from kpi_xl.scoring.opinion.milestones import Milestone
from kpi_xl.scoring.opinion.planned import PEERS, WITHOUT_ACTUAL, Case, Judgement, judge
from kpi_xl.scoring.opinion.ratings import Rating, mark
from kpi_xl.scoring.opinion.reading import Evidence, Words
from kpi_xl.scoring.posts import Post, posts
from kpi_xl.scoring.rounding import excel_round
from kpi_xl.scoring.rules.form import Direction

Row = TypeVar("Row")
Name = TypeVar("Name", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Desk:
    """Rows of the inputs by what they are asked for, and the facts that were asked for already."""

    inputs: Inputs
    typed: TypedRows
    posts: tuple[Post, ...]
    words: Words
    plans: Mapping[str, tuple[PlanRow, ...]]            # by template
    indicators: Mapping[str, Indicator]
    targets: Mapping[str, Target]
    ratings: Mapping[str, tuple[RatingRow, ...]]        # by the key of the fact
    milestones: Mapping[str, tuple[MilestoneRow, ...]]  # by the key of the card
    calibrations: Mapping[str, CalibrationRow]          # complete ones, by the key of the fact
    peers: Mapping[tuple[str, str], tuple[Post, ...]]   # by rank group in lower case, and indicator
    known: dict[tuple[str, str, str, str], Fact] = field(default_factory=dict)

    @property
    def period(self) -> Period:
        """The one to score."""
        return self.inputs.settings.period

    def plan_of(self, post: Post) -> tuple[PlanRow, ...]:
        """The rows of a card's template."""
        return self.plans.get(post.subject.template, ())

    def target_of(self, post: Post, plan: PlanRow) -> Target | None:
        """The row of the targets that a plan row is measured against."""
        return self.targets.get(key(self.period, post.measured_at(plan), plan.kpi))


def desk_of(inputs: Inputs) -> Desk:
    """Everything sorted once."""
    found, plans = posts(inputs), plans_of(inputs)
    return Desk(
        inputs,
        typed_rows(inputs),
        found,
        rater_words(),
        plans,
        {indicator.code: indicator for indicator in inputs.indicators},
        {target.key: target for target in reversed(inputs.targets)},
        _by(inputs.ratings, lambda row: row.key),
        _by(inputs.milestones, lambda row: row.card_key),
        {row.key: row for row in reversed(inputs.calibrations) if row.is_complete},
        _peers(found, plans),
    )


def _peers(
    found: Iterable[Post], plans: Mapping[str, tuple[PlanRow, ...]]
) -> Mapping[tuple[str, str], tuple[Post, ...]]:
    pairs = [(post, plan.kpi) for post in found for plan in plans.get(post.subject.template, ())]
    grouped = _by(pairs, lambda pair: (pair[0].subject.rank_group.casefold(), pair[1]))
    return {name: tuple(post for post, _ in rows) for name, rows in grouped.items()}


def _by(rows: Iterable[Row], name_of: Callable[[Row], Name]) -> Mapping[Name, tuple[Row, ...]]:
    found: dict[Name, list[Row]] = {}
    for row in rows:
        found.setdefault(name_of(row), []).append(row)
    return {name: tuple(each) for name, each in found.items()}


def case_of(post: Post, plan: PlanRow, desk: Desk) -> Case:
    """One row of a card as its rule sees it."""
    indicator, measured = desk.indicators[plan.kpi], post.measured_at(plan)
    target, share = desk.target_of(post, plan), post.share_of(indicator)
    t, b, s = (None if number is None else number * share for number in anchors(target))
    is_blend = plan.rule == "BLEND"
    last_year, last_period = (
        _shown(fact_of(each, measured, plan, desk), indicator) if is_blend else None
        for each in (desk.period.year_ago, desk.period.shift(-1))
    )
    has_actual = plan.rule not in WITHOUT_ACTUAL
    return Case(
        cast(Direction, indicator.direction),
        indicator.digits,
        _shown(fact_of(desk.period, measured, plan, desk), indicator) if has_actual else None,
        t,
        b,
        s,
        last_year,
        last_period,
        evidence=_evidence(desk.period, measured, plan, desk, peers=partial(_actuals_beside, post, plan, desk)),
        words=desk.words,
    )


def anchors(target: Target | None) -> tuple[float | None, float | None, float | None]:
    """Target, threshold and stretch of a row."""
    return (target.target, target.threshold, target.stretch) if target else (None, None, None)


def fact_of(period: Period, measured: str, plan: PlanRow, desk: Desk) -> Fact:
    """The fact of a plan row in a period: typed, rolled up, or what was judged."""
    name = str(period), measured, plan.kpi, plan.missing + plan.rule
    if name not in desk.known:
        desk.known[name] = _looked_up(period, measured, plan, desk)
    return desk.known[name]


def calibrated(name: str, result: Judgement, desk: Desk) -> float | None:
    """Points of a complete calibration, for a panel that has points to calibrate."""
    is_panel = result.form is not None and result.form.rule == "RATING"
    if not is_panel or result.points is None or result.status is not Status.OK:
        return None
    found = desk.calibrations.get(name)
    return found.after if found else None


def _looked_up(period: Period, measured: str, plan: PlanRow, desk: Desk) -> Fact:
    row = key(period, measured, plan.kpi)
    if plan.rule in WITHOUT_ACTUAL and not has_numbers(desk.typed.actuals.get(row)):
        return _opined(period, measured, plan, desk)
    policy = plan.missing if period == desk.period else "BLOCK"
    return fact(period, measured, desk.indicators[plan.kpi], desk.typed, policy)


def _opined(period: Period, measured: str, plan: PlanRow, desk: Desk) -> Fact:
    """The fact of a rule that needs none: its points."""
    indicator, name = desk.indicators[plan.kpi], key(period, measured, plan.kpi)
    evidence = _evidence(period, measured, plan, desk)
    case = Case(cast(Direction, indicator.direction), indicator.digits, evidence=evidence, words=desk.words)
    result = judge(plan.rule, parse_params(plan.params), case)
    after = calibrated(name, result, desk)
    points = result.points if after is None else after
    given = desk.ratings.get(name, ()) if plan.rule == "RATING" else ()
    is_rating = plan.rule == "RATING"
    count = sum(row.points is not None for row in given) if is_rating else len(evidence.milestones or ())
    origin = ("RATINGS" if is_rating else "MILESTONES") if count else "NONE"
    marks = sum(mark(row.points, row.share) for row in given if row.points is not None)
    return judged_fact(
        period, measured, indicator, desk.typed, points, count, result.status, origin=origin, marks=float(marks)
    )


def _evidence(
    period: Period,
    measured: str,
    plan: PlanRow,
    desk: Desk,
    peers: Callable[[], tuple[float, ...]] | None = None,
) -> Evidence:
    """What the tables say of a row; peers only where they are asked for."""
    looks_around = plan.rule in PEERS or plan.rule == "BLEND"
    given = desk.ratings.get(key(period, measured, plan.kpi), ())
    return Evidence(
        peers=peers() if peers is not None and looks_around else None,
        ratings=tuple(Rating(row.role, row.points) for row in given),
        weights=desk.inputs.role_weights or None,
        milestones=tuple(map(_milestone, desk.milestones.get(key(period, measured), ()))),
    )


def _milestone(row: MilestoneRow) -> Milestone:
    late = float(max(0, (row.done - row.due).days)) if row.done and row.due else 0.0
    return Milestone(row.weight, row.done is not None, late, row.progress, row.has_evidence)


def _actuals_beside(post: Post, plan: PlanRow, desk: Desk) -> tuple[float, ...]:
    """The actuals of everybody in the rank group whose card has the indicator, its own among them."""
    indicator = desk.indicators[plan.kpi]
    shown = (
        _shown(fact_of(desk.period, other.measured_at(row), row, desk), indicator)
        for other in desk.peers[post.subject.rank_group.casefold(), plan.kpi]
        for row in desk.plan_of(other)
        if row.kpi == plan.kpi
    )
    return tuple(value for value in shown if value is not None)


def _shown(found: Fact, indicator: Indicator) -> float | None:
    """The value as it is printed, which is what is scored."""
    if found.value is None or not Status(found.state).is_scored:
        return None
    return excel_round(found.value, indicator.stored_decimals)
