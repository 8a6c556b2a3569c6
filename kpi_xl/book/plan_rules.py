"""The rows of every card: plan, fact, target and compiled rule; what cannot be compiled is an issue at its cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import cast

from kpi_xl.book.plan_desk import Desk, anchors, calibrated, case_of, desk_of, fact_of
from kpi_xl.facts.typed import Fact, TypedRows, has_numbers
from kpi_xl.model.inputs import Indicator, Inputs, PlanRow, Subject, Target, key
from kpi_xl.model.issue import Issue
from kpi_xl.model.params import Problem, parse_params
from kpi_xl.scoring.opinion import RULES as OPINIONS
from kpi_xl.scoring.opinion import OpinionForm
from kpi_xl.scoring.opinion.planned import WITHOUT_ACTUAL, Judgement, judge, stated
from kpi_xl.scoring.posts import Post, is_due
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
    """Every row of every card, and the desk that they were looked up at."""

    rows: tuple[CardRow, ...]
    desk: Desk

    @property
    def posts(self) -> tuple[Post, ...]:
        """Every card of the period."""
        return self.desk.posts

    @property
    def typed(self) -> TypedRows:
        """The typed rows that the facts are from."""
        return self.desk.typed

    @property
    def forms(self) -> Mapping[tuple[str, str], RuleForm | None]:
        """Compiled rule by card and indicator."""
        return {(row.card, row.plan.kpi): row.form for row in self.rows}


def card_plan(inputs: Inputs) -> Plan:
    """Every row of every card, compiled with the anchors that its targets give."""
    desk = desk_of(inputs)
    rows = (_card_row(post, plan, desk) for post in desk.posts for plan in desk.plan_of(post))
    return Plan(tuple(row if _counts(row, desk) else replace(row, counts=False) for row in rows), desk)


def _counts(row: CardRow, desk: Desk) -> bool:
    return row.post.is_present and is_due(row.indicator.frequency, desk.period)


def _card_row(post: Post, plan: PlanRow, desk: Desk) -> CardRow:
    measured, indicator = post.measured_at(plan), desk.indicators[plan.kpi]
    target = desk.target_of(post, plan)
    found = fact_of(desk.period, measured, plan, desk)
    if plan.rule in OPINIONS:
        result = _judged(post, plan, found, desk)
        return CardRow(
            post, plan, indicator, measured, target, found, result.form, result.problems, result.opinion, result.remarks
        )
    given = frozenset(letter for letter, number in zip("TBS", anchors(target), strict=True) if number is not None)
    way = cast(Direction, indicator.direction)
    form, problems = compile_rule(plan.rule, parse_params(plan.params), way, indicator.digits, given)
    return CardRow(post, plan, indicator, measured, target, found, form, problems)


def _judged(post: Post, plan: PlanRow, found: Fact, desk: Desk) -> Judgement:
    params, case = parse_params(plan.params), case_of(post, plan, desk)
    if plan.rule in WITHOUT_ACTUAL and has_numbers(desk.typed.actuals.get(found.key)):
        # Somebody typed the points themselves: they stand, and nobody's opinion is asked.
        return stated(plan.rule, params, case, found.value)
    result = judge(plan.rule, params, case)
    after = calibrated(found.key, result, desk)
    if after is None or result.form is None:
        return result
    return replace(result, form=replace(result.form, verdict=after))


def all_facts(plan: Plan) -> tuple[Fact, ...]:
    """The facts of every card row: its period; and the period and the year before, where something is known."""
    period = plan.desk.period
    found = {row.fact.key: row.fact for row in plan.rows}
    for row in plan.rows:
        for when in (period.shift(-1), period.year_ago):
            if key(when, row.measured, row.plan.kpi) not in found:
                each = fact_of(when, row.measured, row.plan, plan.desk)
                if each.origin != "NONE" and (each.pooled == 0 or each.value is not None):
                    found[each.key] = each
    return tuple(found.values())


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


