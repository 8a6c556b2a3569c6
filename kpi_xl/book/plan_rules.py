"""The rules of the plan, compiled for every card; what cannot be compiled is an issue at its cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from kpi_xl.model.inputs import Indicator, Inputs, PlanRow, Subject, Target, key
from kpi_xl.model.issue import Issue
from kpi_xl.model.params import Problem, parse_params
from kpi_xl.scoring.appraise import appraised_subjects, plan_of
from kpi_xl.scoring.rules import RuleForm, compile_rule
from kpi_xl.scoring.rules.form import Direction


@dataclass(frozen=True, slots=True)
class CardRow:
    """One plan row on one card, with its compiled rule."""

    subject: Subject
    plan: PlanRow
    indicator: Indicator
    target: Target | None
    form: RuleForm | None
    problems: tuple[Problem, ...]


def card_rows(inputs: Inputs) -> tuple[CardRow, ...]:
    """Every row of every card, compiled with the anchors that its targets give."""
    return tuple(_compile(inputs))


def forms(rows: tuple[CardRow, ...]) -> Mapping[tuple[str, str], RuleForm | None]:
    """Compiled rule by subject and indicator."""
    return {(row.subject.id, row.plan.kpi): row.form for row in rows}


def _compile(inputs: Inputs) -> Iterator[CardRow]:
    indicators = {indicator.code: indicator for indicator in inputs.indicators}
    targets = {target.key: target for target in reversed(inputs.targets)}
    for subject in appraised_subjects(inputs):
        for plan in plan_of(inputs, subject.template):
            target = targets.get(key(inputs.settings.period, subject.id, plan.kpi))
            indicator = indicators[plan.kpi]
            given = frozenset(
                letter
                for letter, number in zip("TBS", _anchors(target), strict=True)
                if number is not None
            )
            form, problems = compile_rule(
                plan.rule, parse_params(plan.params), cast(Direction, indicator.direction), indicator.digits, given
            )
            yield CardRow(subject, plan, indicator, target, form, problems)


def _anchors(target: Target | None) -> tuple[float | None, float | None, float | None]:
    return (target.target, target.threshold, target.stretch) if target else (None, None, None)


def rule_issues(rows: tuple[CardRow, ...]) -> Iterator[Issue]:
    """What is wrong with rules and params, each cell once, with all the cards that share it."""
    found: dict[tuple[str, str, str], list[tuple[CardRow, Problem]]] = {}
    for row in rows:
        for problem in _apart(row.problems) if row.plan.rule else ():
            mark = problem.code, row.plan.cells["rule"], repr(problem.args)
            found.setdefault(mark, []).append((row, problem))
    for same in found.values():
        row, problem = same[0]
        cell = row.plan.cells["rule" if "RULE" in problem.code else "params"]
        facts = {"rule": row.plan.rule, "kpi": row.plan.kpi, **problem.args}
        yield Issue(problem.code, cell, facts, frozenset(each.subject.id for each, _ in same), row.plan.kpi)


def _apart(problems: tuple[Problem, ...]) -> Iterator[Problem]:
    """One problem for each param, and nothing called missing as long as something is wrong."""
    wrong = [problem for problem in problems if problem.code.startswith("E-")]
    first = {(problem.code, str(problem.args.get("param"))): problem for problem in reversed(wrong or problems)}
    yield from reversed(first.values())
