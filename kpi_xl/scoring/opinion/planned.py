"""The rules that are no curve, for a row of a plan: what its tables say about it becomes points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from kpi_xl.model.params import Params, Problem
from kpi_xl.model.status import Status
from kpi_xl.scoring.item import item_score
from kpi_xl.scoring.opinion import RULES, OpinionForm, compile_opinion, opinion_score
from kpi_xl.scoring.opinion.blend import Part
from kpi_xl.scoring.opinion.points import item_points
from kpi_xl.scoring.opinion.reading import NO_EVIDENCE, PLAIN_WORDS, Evidence, Words
from kpi_xl.scoring.rules import RULES as CURVES
from kpi_xl.scoring.rules import RuleForm, compile_rule
from kpi_xl.scoring.rules.form import COMMON, Direction, finite

PEERS = frozenset(("RANK", "PERCENTILE", "ZSCORE"))
"""Rules that look at everybody who is ranked with the appraised."""
WITHOUT_ACTUAL = frozenset(("RATING", "MILESTONE"))
"""Rules whose points are the actual, too."""
REFERENCES = ("year", "period")


@dataclass(frozen=True, slots=True)
class Case:
    """One row of one card as its rule sees it; the numbers are rounded as they are shown."""

    direction: Direction
    digits: int
    actual: float | None = None
    target: float | None = None
    threshold: float | None = None
    stretch: float | None = None
    last_year: float | None = None
    last_period: float | None = None
    evidence: Evidence = NO_EVIDENCE
    words: Words = PLAIN_WORDS

    @property
    def anchors(self) -> tuple[float | None, float | None, float | None]:
        """Target, threshold and stretch."""
        return self.target, self.threshold, self.stretch

    @property
    def given(self) -> frozenset[str]:
        """Which of the anchors are there."""
        return frozenset(letter for letter, number in zip("TBS", self.anchors, strict=True) if number is not None)


@dataclass(frozen=True, slots=True)
class Judgement:
    """Points of one row, or why there are none.

    `problems` keep the rule from scoring anybody, `remarks` are about this row.
    """

    form: RuleForm | None
    opinion: OpinionForm | None = None
    problems: tuple[Problem, ...] = ()
    remarks: tuple[Problem, ...] = ()
    status: Status = Status.OK
    points: float | None = None


def judge(rule: str, params: Params, case: Case) -> Judgement:
    """Score a row by a rule that is no curve.

    Parameters
    ----------
    rule : str
        A name of `opinion.RULES`.
    params : Params
        As typed in the plan. BLEND takes ``parts=RULE:weight,…`` with names of other rules, which share its params;
        a number in place of a name is a score.
    case : Case
        What the row is scored on.

    Returns
    -------
    Judgement
        A form without a curve that carries the points; without a form when the plan must be mended first.
    """
    if rule == "BLEND":
        parts, problems = _blended(params, case)
        params = Params({key: text for key, text in params.texts.items() if key in ("parts", *COMMON)}, params.problems)
        case = replace(case, evidence=replace(case.evidence, parts=parts))
        if problems:
            return Judgement(None, problems=problems)
    form, problems = compile_opinion(
        rule, params, case.direction, case.digits, case.given, case.evidence, case.words
    )
    if form is None:
        return Judgement(None, problems=problems)
    outcome = opinion_score(form, case.actual, *case.anchors)
    if outcome.status is Status.CONFIG_ERROR and not form.needs - case.given:
        return Judgement(None, form, remarks=outcome.problems, status=outcome.status)
    ready = RuleForm(
        rule, None, needs=form.needs, cap=form.cap, floor=form.floor, decimals=form.decimals, is_judged=True,
        verdict=outcome.points if outcome.status is Status.OK else None,
    )  # fmt: skip
    remarks = () if outcome.status is Status.CONFIG_ERROR else outcome.problems
    return Judgement(ready, form, remarks=remarks, status=outcome.status, points=outcome.points)


def stated(rule: str, params: Params, case: Case, points: float | None) -> Judgement:
    """Points that somebody typed, whatever was judged; the limits of the rule hold."""
    case = replace(case, evidence=Evidence(ratings=(), milestones=()))
    form, problems = compile_opinion(rule, params, case.direction, case.digits, case.given, case.evidence, case.words)
    if form is None:
        return Judgement(None, problems=problems)
    return Judgement(RuleForm(rule, None, cap=form.cap, floor=form.floor, decimals=form.decimals, is_judged=True,
        verdict=points), points=points)  # fmt: skip


def _blended(params: Params, case: Case) -> tuple[tuple[Part, ...], tuple[Problem, ...]]:
    """The parts of a blend with the scores that their rules give."""
    found: list[Part] = []
    problems: list[Problem] = []
    for name, weight in _named(params):
        share = finite(weight)
        if share is None:
            problems.append(Problem("E-PARAM-NUMBER", {"param": "parts", "found": weight}))
            continue
        number = finite(name)
        score, wrong = (number, ()) if number is not None or not name else _part(name.upper(), params, case)
        problems += wrong
        found.append(Part(score, share))
    return tuple(found), tuple(problems) or _strange(params)


def _named(params: Params) -> Iterator[tuple[str, str]]:
    for entry in params.texts.get("parts", "").split(","):
        if entry.strip():
            name, _, weight = entry.partition(":")
            yield name.strip(), weight.strip()


def _part(rule: str, params: Params, case: Case) -> tuple[float | None, tuple[Problem, ...]]:
    """Score by one of the rules of a blend."""
    if rule in CURVES:
        form, problems = compile_rule(rule, _of(params, CURVES[rule].params), case.direction, case.digits, case.given)
        if form is None:
            return None, problems
        previous = form.reference if isinstance(form.reference, float) else None
        if form.reference in REFERENCES:
            previous = case.last_year if form.reference == "year" else case.last_period
        return item_score(form, case.actual, *case.anchors, previous).score, ()
    if rule in RULES and rule != "BLEND":
        inner = judge(rule, _of(params, RULES[rule].params), case)
        return _score(inner.form), inner.problems
    wanted = ", ".join(name for name in (*CURVES, *RULES) if name != "BLEND")
    return None, (Problem("E-RULE-UNKNOWN", {"found": rule, "wanted": wanted}),)


def _score(form: RuleForm | None) -> float | None:
    if form is None or form.verdict is None:
        return None
    return item_points(form.verdict, form.floor, form.cap)


def _of(params: Params, known: tuple[str, ...]) -> Params:
    """The params that one rule knows."""
    return Params({key: text for key, text in params.texts.items() if key in (*known, *COMMON)})


def _strange(params: Params) -> tuple[Problem, ...]:
    """Params that none of the rules of a blend knows."""
    known = {"parts", *COMMON}
    for name, _ in _named(params):
        rule = CURVES.get(name.upper()) or RULES.get(name.upper())
        known.update(rule.params if rule else ())
    wanted = ", ".join(sorted(known))
    strange = (key for key in params.texts if key not in known)
    return tuple(Problem("E-PARAM-UNKNOWN", {"param": key, "wanted": wanted}) for key in strange)
