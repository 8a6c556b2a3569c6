"""The rules that are no curve, by name: peers, opinions, plans, blends and smooth curves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite

from kpi_xl.model.params import Params, Problem
from kpi_xl.model.status import Status
from kpi_xl.scoring.opinion.compiling import (
    Anchors,
    Blueprint,
    Measure,
    NeededAt,
    bell,
    blend,
    efficacy_exp,
    milestone,
    percentile,
    rank,
    rating,
    zscore,
)
from kpi_xl.scoring.opinion.points import GRID, Points, item_points
from kpi_xl.scoring.opinion.reading import NO_EVIDENCE, PLAIN_WORDS, Evidence, Words
from kpi_xl.scoring.opinion.smooth import on_grid
from kpi_xl.scoring.rounding import excel_round
from kpi_xl.scoring.rules import ANY, LINEAR_KEYS
from kpi_xl.scoring.rules.form import Direction, Given, open_reader


@dataclass(frozen=True, slots=True)
class OpinionRule:
    """One rule: the params it knows beside the common ones, and how it compiles."""

    params: tuple[str, ...]
    compile: Callable[[Blueprint], Measure]
    takes_actual: bool = True
    directions: tuple[Direction, ...] = ("up", "down")
    cap: float = 120.0


RULES: Mapping[str, OpinionRule] = {
    "RANK": OpinionRule(("peers", "smin", "smax", *LINEAR_KEYS), rank),
    "PERCENTILE": OpinionRule(("peers", "smin", "smax", *LINEAR_KEYS), percentile),
    "ZSCORE": OpinionRule(("peers", "m", "k", "robust"), zscore),
    "BELL": OpinionRule(("mu", "tol", "edge"), bell, directions=ANY),
    "EFFICACY_EXP": OpinionRule(("xs", "xh"), efficacy_exp, cap=100.0),
    "RATING": OpinionRule(("ratings", "weights", "trim"), rating, False, ANY),
    "MILESTONE": OpinionRule(("items", "late", "undone"), milestone, False, ANY),
    "BLEND": OpinionRule(("parts",), blend, False, ANY),
}


@dataclass(frozen=True, slots=True)
class OpinionForm:
    """A rule ready to score, with its limits and what it was given."""

    rule: str
    measure: Measure
    needed_at: NeededAt | None
    takes_actual: bool
    needs: frozenset[str]
    sign: int
    digits: int
    cap: float
    floor: float
    decimals: int | None

    @property
    def has_inverse(self) -> bool:
        """An actual follows from a score without knowing anybody else's."""
        return self.needed_at is not None


@dataclass(frozen=True, slots=True)
class OpinionScore:
    """Item score; None where the status carries none.

    `problems` say why, or what the reader of the score should know. `points` are before floor and cap; they are
    there although too few have rated.
    """

    score: float | None
    status: Status
    problems: tuple[Problem, ...] = ()
    points: float | None = None


def compile_opinion(
    rule: str,
    params: Params,
    direction: Direction,
    digits: int,
    given: Given,
    evidence: Evidence = NO_EVIDENCE,
    words: Words = PLAIN_WORDS,
) -> tuple[OpinionForm | None, tuple[Problem, ...]]:
    """A rule with its params, ready to score.

    Parameters
    ----------
    rule : str
        Name as in `RULES`.
    params : Params
        As typed; every one of its problems comes back among the problems here.
    direction : "up", "down" or "range"
        Whether more is better, less, or neither.
    digits : int
        Grid of equality of the indicator: two actuals are equal when they are at so many decimals.
    given : frozenset of "T", "B", "S"
        The anchors that are there.
    evidence : Evidence
        Rows of tables: peers, ratings, milestones, parts. What is None is read from the params.
    words : Words
        What people call roles and levels in the params.

    Returns
    -------
    form : OpinionForm or None
        None when any problem keeps the rule from scoring.
    problems : tuple of Problem
    """
    known = RULES.get(rule)
    if known is None:
        return None, (Problem("E-RULE-UNKNOWN", {"found": rule, "wanted": ", ".join(RULES)}),)
    reader = open_reader(rule, known.params, known.directions, params, direction, digits, given)
    blueprint = Blueprint(reader, evidence, words)
    measure = known.compile(blueprint)
    limits = reader.finish(None, known.cap)
    problems = reader.found(limits.cap, limits.floor)
    form = OpinionForm(
        rule, measure, blueprint.needed_at, known.takes_actual, frozenset(reader.needs), reader.sign, digits,
        limits.cap, limits.floor, limits.decimals,
    )  # fmt: skip
    return (None if problems else form), problems


def opinion_score(
    form: OpinionForm,
    actual: float | None,
    target: float | None = None,
    threshold: float | None = None,
    stretch: float | None = None,
) -> OpinionScore:
    """Score one actual, or what stands in its place.

    What keeps it from a score is its status. The order is that of the rules that are curves: configuration, missing,
    non-finite, then the rule.
    """
    anchors = Anchors(target, threshold, stretch)
    lacking = [letter for letter in sorted(form.needs) if anchors.at(letter) is None]
    if lacking:
        facts = {"rule": form.rule, "lacking": ", ".join(lacking)}
        return OpinionScore(None, Status.CONFIG_ERROR, (Problem("E-TARGET-LACKING", facts),))
    if form.takes_actual and actual is None:
        return OpinionScore(None, Status.MISSING)
    if form.takes_actual and not isfinite(actual or 0.0):
        return OpinionScore(None, Status.NON_FINITE)
    return settled(form, form.measure(_shown(form, actual or 0.0), anchors))


def settled(form: OpinionForm, points: Points) -> OpinionScore:
    """Points within the rule's limits, rounded as an item score."""
    if points.value is None:
        return OpinionScore(None, points.status, points.problems)
    score = item_points(points.value, form.floor, form.cap) if points.status is Status.OK else None
    return OpinionScore(score, points.status, points.problems, excel_round(points.value, GRID))


def opinion_needed(
    form: OpinionForm,
    score: float,
    target: float | None = None,
    threshold: float | None = None,
    stretch: float | None = None,
) -> float | None:
    """The least good actual that reaches a score.

    None when that hangs on others, or no actual does.
    """
    anchors = Anchors(target, threshold, stretch)
    if form.needed_at is None or not form.floor < score <= form.cap:
        return None
    if any(anchors.at(letter) is None for letter in form.needs):
        return None
    actual = form.needed_at(score, anchors)
    digits = form.digits if form.decimals is None else min(form.digits, form.decimals)
    return None if actual is None else on_grid(actual, digits, form.sign)


def _shown(form: OpinionForm, actual: float) -> float:
    return actual if form.decimals is None else excel_round(actual, form.decimals)


__all__ = [
    "RULES",
    "Evidence",
    "OpinionForm",
    "OpinionRule",
    "OpinionScore",
    "Words",
    "compile_opinion",
    "opinion_needed",
    "opinion_score",
]
