"""The rows of every card: plan, fact, target and compiled rule; what cannot be compiled is an issue at its cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import cast

from kpi_xl.book.opinion_words import rater_words
from kpi_xl.facts.judged import judged_fact
from kpi_xl.facts.typed import Fact, TypedRows, fact, has_numbers, typed_rows
from kpi_xl.model.inputs import Indicator, Inputs, PlanRow, RatingRow, Subject, Target, key
from kpi_xl.model.issue import Issue
from kpi_xl.model.params import Problem, parse_params
from kpi_xl.model.periods import Period
from kpi_xl.model.status import Status
from kpi_xl.scoring.appraise import plan_of
from kpi_xl.scoring.opinion import RULES as OPINIONS
from kpi_xl.scoring.opinion import OpinionForm
from kpi_xl.scoring.opinion.milestones import Milestone
from kpi_xl.scoring.opinion.planned import PEERS, WITHOUT_ACTUAL, Case, Judgement, judge
from kpi_xl.scoring.opinion.points import item_points
from kpi_xl.scoring.opinion.ratings import Rating
from kpi_xl.scoring.opinion.reading import Evidence, Words
from kpi_xl.scoring.posts import Post, is_due, posts
from kpi_xl.scoring.rounding import excel_round
from kpi_xl.scoring.rules import RuleForm, compile_rule
from kpi_xl.scoring.rules.form import Direction


@dataclass(frozen=True, slots=True)
class CardRow:
    """One plan row on one card, with its fact and its compiled rule."""

    post: Post
    plan: PlanRow
    indicator: Indicator
    measured: str                       # the subject, or card, whose facts and targets count
    target: Target | None
    fact: Fact
    form: RuleForm | None
    problems: tuple[Problem, ...] = ()
    opinion: OpinionForm | None = None  # of a rule that is no curve, for the way back from points to an actual
    remarks: tuple[Problem, ...] = ()   # what is odd about the points of this row
    counts: bool = True                 # it is due in the period, and somebody was there

    @property
    def subject(self) -> Subject:
        """Whose card it is."""
        return self.post.subject

    @property
    def card(self) -> str:
        """Id of the card."""
        return self.post.card


@dataclass(frozen=True, slots=True)
class Plan:
    """Every row of every card, and the typed rows that their facts are from."""

    rows: tuple[CardRow, ...]
    typed: TypedRows

    @property
    def forms(self) -> Mapping[tuple[str, str], RuleForm | None]:
        """Compiled rule by card and indicator."""
        return {(row.card, row.plan.kpi): row.form for row in self.rows}


@dataclass(frozen=True, slots=True)
class _Desk:
    """What every row is looked up in."""

    inputs: Inputs
    typed: TypedRows
    posts: tuple[Post, ...]
    words: Words
    indicators: Mapping[str, Indicator]
    targets: Mapping[str, Target]
    ratings: Mapping[str, tuple[RatingRow, ...]]
    known: dict[tuple[str, str, str, str], Fact] = field(default_factory=dict)

    @property
    def period(self) -> Period:
        return self.inputs.settings.period


def card_plan(inputs: Inputs) -> Plan:
    """Every row of every card, compiled with the anchors that its targets give."""
    typed = typed_rows(inputs)
    ratings: dict[str, list[RatingRow]] = {}
    for row in inputs.ratings:
        ratings.setdefault(row.key, []).append(row)
    desk = _Desk(
        inputs,
        typed,
        posts(inputs),
        rater_words(),
        {indicator.code: indicator for indicator in inputs.indicators},
        {target.key: target for target in reversed(inputs.targets)},
        {name: tuple(rows) for name, rows in ratings.items()},
    )
    rows = (_card_row(post, plan, desk) for post in desk.posts for plan in _plan(post, desk))
    return Plan(tuple(row if _counts(row, desk) else replace(row, counts=False) for row in rows), typed)


def _counts(row: CardRow, desk: _Desk) -> bool:
    return row.post.is_present and is_due(row.indicator.frequency, desk.period)


def _plan(post: Post, desk: _Desk) -> tuple[PlanRow, ...]:
    return plan_of(desk.inputs, post.subject.template)


def _card_row(post: Post, plan: PlanRow, desk: _Desk) -> CardRow:
    measured, indicator = post.measured_at(plan), desk.indicators[plan.kpi]
    target = desk.targets.get(key(desk.period, measured, plan.kpi))
    if plan.rule in OPINIONS:
        return _judged_row(post, plan, target, desk)
    found = _fact(desk.period, measured, plan, desk)
    given = frozenset(letter for letter, number in zip("TBS", anchors(target), strict=True) if number is not None)
    way = cast(Direction, indicator.direction)
    form, problems = compile_rule(plan.rule, parse_params(plan.params), way, indicator.digits, given)
    return CardRow(post, plan, indicator, measured, target, found, form, problems)


def _judged_row(post: Post, plan: PlanRow, target: Target | None, desk: _Desk) -> CardRow:
    measured, indicator = post.measured_at(plan), desk.indicators[plan.kpi]
    found = _fact(desk.period, measured, plan, desk)
    own = desk.typed.actuals.get(found.key)
    if plan.rule in WITHOUT_ACTUAL and has_numbers(own):
        # Somebody typed the points themselves: they stand, and nobody's opinion is asked.
        result = _points_as_typed(plan, found)
    else:
        judged = judge(plan.rule, parse_params(plan.params), _case(post, plan, target, found, desk))
        result = _calibrated(judged, found, desk.inputs)
    return CardRow(
        post, plan, indicator, measured, target, found, result.form, result.problems, result.opinion, result.remarks
    )


def _calibrated(result: Judgement, found: Fact, inputs: Inputs) -> Judgement:
    """The panel's points as somebody calibrated them."""
    after = _after(found.key, result, inputs)
    if after is None or result.form is None:
        return result
    return replace(result, form=replace(result.form, verdict=item_points(after, result.form.floor, result.form.cap)))


def _after(name: str, result: Judgement, inputs: Inputs) -> float | None:
    """Points of a complete calibration, for a panel that has points to calibrate."""
    is_panel = result.form is not None and result.form.rule == "RATING"
    if not is_panel or result.points is None or result.status is not Status.OK:
        return None
    return next((row.after for row in inputs.calibrations if row.key == name and row.is_complete), None)


def _points_as_typed(plan: PlanRow, found: Fact) -> Judgement:
    params = parse_params(plan.params)
    verdict = None if found.value is None else excel_round(sorted((0.0, 120.0, found.value))[1], 2)
    return Judgement(RuleForm(plan.rule, None, is_judged=True, verdict=verdict), problems=params.problems)


def _case(post: Post, plan: PlanRow, target: Target | None, found: Fact, desk: _Desk) -> Case:
    indicator, period = desk.indicators[plan.kpi], desk.period
    measured = post.measured_at(plan)
    share = post.share_of(indicator)
    t, b, s = (None if number is None else number * share for number in anchors(target))
    is_blend = plan.rule == "BLEND"
    last_year, last_period = (
        _shown(_fact(each, measured, plan, desk), indicator) if is_blend else None
        for each in (period.year_ago, period.shift(-1))
    )
    return Case(
        cast(Direction, indicator.direction),
        indicator.digits,
        _shown(found, indicator) if plan.rule not in WITHOUT_ACTUAL else None,
        t,
        b,
        s,
        last_year,
        last_period,
        evidence=Evidence(
            peers=_peers(post, plan, desk) if plan.rule in PEERS or is_blend else None,
            ratings=_ratings(key(period, measured, plan.kpi), desk),
            weights=desk.inputs.role_weights or None,
            milestones=_milestones(key(period, measured), desk),
        ),
        words=desk.words,
    )


def anchors(target: Target | None) -> tuple[float | None, float | None, float | None]:
    """Target, threshold and stretch of a row."""
    return (target.target, target.threshold, target.stretch) if target else (None, None, None)


def _shown(found: Fact, indicator: Indicator) -> float | None:
    """The value as it is printed, which is what is scored."""
    if found.value is None or not Status(found.state).is_scored:
        return None
    return excel_round(found.value, indicator.stored_decimals)


def _fact(period: Period, measured: str, plan: PlanRow, desk: _Desk) -> Fact:
    name = str(period), measured, plan.kpi, plan.missing + plan.rule
    if name not in desk.known:
        desk.known[name] = _looked_up(period, measured, plan, desk)
    return desk.known[name]


def _looked_up(period: Period, measured: str, plan: PlanRow, desk: _Desk) -> Fact:
    indicator = desk.indicators[plan.kpi]
    row = key(period, measured, plan.kpi)
    if plan.rule in WITHOUT_ACTUAL and not has_numbers(desk.typed.actuals.get(row)):
        return _opined(period, measured, plan, desk)
    policy = plan.missing if period == desk.period else "BLOCK"
    return fact(period, measured, indicator, desk.typed, policy)


def _opined(period: Period, measured: str, plan: PlanRow, desk: _Desk) -> Fact:
    """The fact of a rule that needs none: its points."""
    indicator = desk.indicators[plan.kpi]
    name = key(period, measured, plan.kpi)
    given = desk.ratings.get(name, ())
    steps = _milestones(key(period, measured), desk)
    case = Case(
        cast(Direction, indicator.direction),
        indicator.digits,
        evidence=Evidence(
            ratings=_ratings(name, desk), weights=desk.inputs.role_weights or None, milestones=steps
        ),
        words=desk.words,
    )
    result = judge(plan.rule, parse_params(plan.params), case)
    after = _after(name, result, desk.inputs)
    points = result.points if after is None else after
    is_rating = plan.rule == "RATING"
    count = sum(row.points is not None for row in given) if is_rating else len(steps)
    marks = sum(mark(row) for row in given) if is_rating else 0.0
    return judged_fact(
        period, measured, indicator, desk.typed, points, count, result.status,
        origin=("RATINGS" if is_rating else "MILESTONES") if count else "NONE", marks=marks,
    )  # fmt: skip


def mark(row: RatingRow) -> float:
    """A number that moves when anything does that the points of a rating hang on."""
    return 0.0 if row.points is None else excel_round(1 + row.points * (2 + row.share), 9)


def _ratings(name: str, desk: _Desk) -> tuple[Rating, ...]:
    return tuple(Rating(row.role, row.points) for row in desk.ratings.get(name, ()))


def _milestones(card_key: str, desk: _Desk) -> tuple[Milestone, ...]:
    return tuple(
        Milestone(
            row.weight,
            row.done is not None,
            float(max(0, (row.done - row.due).days)) if row.done and row.due else 0.0,
            row.progress,
            row.has_evidence,
        )
        for row in desk.inputs.milestones
        if row.card_key == card_key
    )


def _peers(post: Post, plan: PlanRow, desk: _Desk) -> tuple[float, ...]:
    """The actuals of everybody in the rank group whose card has the indicator, its own among them."""
    group = post.subject.rank_group.casefold()
    shown = (
        _shown(_fact(desk.period, other.measured_at(row), row, desk), desk.indicators[plan.kpi])
        for other in desk.posts
        if other.subject.rank_group.casefold() == group
        for row in _plan(other, desk)
        if row.kpi == plan.kpi
    )
    return tuple(value for value in shown if value is not None)


def all_facts(plan: Plan, inputs: Inputs) -> tuple[Fact, ...]:
    """The facts of every card row: its period; and the period and the year before, where something is known."""
    period = inputs.settings.period
    found = {row.fact.key: row.fact for row in plan.rows}
    for row in plan.rows:
        for when in (period.shift(-1), period.year_ago):
            if key(when, row.measured, row.plan.kpi) not in found:
                each = _before(when, row, plan, inputs)
                if each.origin != "NONE" and (each.pooled == 0 or each.value is not None):
                    found[each.key] = each
    return tuple(found.values())


def _before(when: Period, row: CardRow, plan: Plan, inputs: Inputs) -> Fact:
    if row.plan.rule not in WITHOUT_ACTUAL:
        return fact(when, row.measured, row.indicator, plan.typed)
    desk = _Desk(
        inputs, plan.typed, (), rater_words(), {row.plan.kpi: row.indicator}, {}, _of(inputs, when, row)
    )
    return _looked_up(when, row.measured, row.plan, desk)


def _of(inputs: Inputs, when: Period, row: CardRow) -> Mapping[str, tuple[RatingRow, ...]]:
    name = key(when, row.measured, row.plan.kpi)
    return {name: tuple(each for each in inputs.ratings if each.key == name)}


def rule_issues(rows: tuple[CardRow, ...]) -> Iterator[Issue]:
    """What is wrong with rules and params, each cell once, with all the cards that share it."""
    found: dict[tuple[str, str, str], list[tuple[CardRow, Problem]]] = {}
    for row in rows:
        for problem in _apart(row.problems) if row.plan.rule else ():
            mark_ = problem.code, row.plan.cells["rule"], repr(problem.args)
            found.setdefault(mark_, []).append((row, problem))
    for same in found.values():
        row, problem = same[0]
        cell = row.plan.cells["rule" if "RULE" in problem.code else "params"]
        facts = {"rule": row.plan.rule, "kpi": row.plan.kpi, **problem.args}
        yield Issue(problem.code, cell, facts, frozenset({each.card for each, _ in same}), row.plan.kpi)


def _apart(problems: Iterable[Problem]) -> Iterator[Problem]:
    """One problem for each param, and nothing called missing as long as something is wrong."""
    listed = list(problems)
    wrong = [problem for problem in listed if problem.code.startswith("E-")]
    first = {(problem.code, str(problem.args.get("param"))): problem for problem in reversed(wrong or listed)}
    yield from reversed(first.values())


