"""Worksheet functions of one indicator: its score, its attainment, its growth, and the actual that a score needs."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated

from kpi_xl.errors import FunctionError
from kpi_xl.functions.cells import NO_SCORE, Cell, Grid, choice, each, figure, is_missing, size, word
from kpi_xl.functions.registry import worksheet_function
from kpi_xl.model.params import Params, Problem, number, parse_params
from kpi_xl.model.status import Status
from kpi_xl.scoring.item import attainment, growth, item_score, needed, word_score
from kpi_xl.scoring.rules import RuleForm, compile_rule
from kpi_xl.scoring.rules.form import GROWTH, Direction

DIRECTIONS: tuple[Direction, ...] = ("up", "down", "range")
GRIDS = ((1e5, 9), (1e11, 4))
"""Digits of equality by the size of the largest number: a float has no half grid of nine digits around a billion."""

OF_THE_NAME = frozenset(("E-RULE-UNKNOWN", "W-RULE-LATER"))
"""Problems of the rule's name; every other is one of its configuration."""


@worksheet_function("KPI_SCORE")
def kpi_score(
    rule: Annotated[Grid, "rule"],
    actual: Annotated[Grid, "actual"],
    target: Annotated[Grid, "target"] = None,
    threshold: Annotated[Grid, "threshold"] = None,
    stretch: Annotated[Grid, "stretch"] = None,
    direction: Annotated[Grid, "direction"] = "up",
    params: Annotated[Grid, "params"] = "",
) -> Grid:
    """Item score of actuals by a scoring rule; "" where there is no actual."""
    return each(_score, rule, actual, target, threshold, stretch, direction, params)


@worksheet_function("KPI_NEEDED")
def kpi_needed(
    rule: Annotated[Grid, "rule"],
    score: Annotated[Grid, "score"],
    target: Annotated[Grid, "target"] = None,
    threshold: Annotated[Grid, "threshold"] = None,
    stretch: Annotated[Grid, "stretch"] = None,
    direction: Annotated[Grid, "direction"] = "up",
    params: Annotated[Grid, "params"] = "",
) -> Grid:
    """Actual that a score needs; "" where no actual reaches it, or every one does."""
    return each(_needed, rule, score, target, threshold, stretch, direction, params)


@worksheet_function("KPI_ATTAIN")
def kpi_attain(
    actual: Annotated[Grid, "actual"],
    target: Annotated[Grid, "target"],
    direction: Annotated[Grid, "direction"] = "up",
) -> Grid:
    """Share of the target that was reached, 1 on target; "" for a target of zero."""
    return each(_attain, actual, target, direction)


@worksheet_function("KPI_GROWTH")
def kpi_growth(actual: Annotated[Grid, "actual"], previous: Annotated[Grid, "previous"]) -> Grid:
    """Growth on the size of the previous value; "" without a base."""
    return each(_growth, actual, previous)


def _score(
    rule: Cell, actual: Cell, target: Cell, threshold: Cell, stretch: Cell, direction: Cell, params: Cell
) -> Cell:
    anchors = figure(target, "target"), figure(threshold, "threshold"), figure(stretch, "stretch")
    form = _form(rule, params, direction, anchors, size(actual))
    if form.form is None:
        return _by_words(form, actual)
    value = figure(actual, "actual")
    outcome = item_score(form, value, *anchors, _previous(form))
    if outcome.status is Status.CONFIG_ERROR:
        raise _unsound(form, *anchors)
    if outcome.status is Status.NON_FINITE:
        raise FunctionError("NON_FINITE", found=value)
    return NO_SCORE if outcome.score is None else outcome.score


def _needed(
    rule: Cell, score: Cell, target: Cell, threshold: Cell, stretch: Cell, direction: Cell, params: Cell
) -> Cell:
    anchors = figure(target, "target"), figure(threshold, "threshold"), figure(stretch, "stretch")
    form = _form(rule, params, direction, anchors, 0.0)
    wanted = figure(score, "score")
    if wanted is None or form.form is None:
        return NO_SCORE
    if item_score(form, 0.0, *anchors, _previous(form)).status is Status.CONFIG_ERROR:
        raise _unsound(form, *anchors)
    actual = needed(form, wanted, *anchors, _previous(form))
    return NO_SCORE if actual is None else actual


def _attain(actual: Cell, target: Cell, direction: Cell) -> Cell:
    sign = -1 if choice(direction, "direction", ("up", "down")) == "down" else 1
    share = attainment(figure(actual, "actual"), figure(target, "target"), sign)
    return NO_SCORE if share is None else share


def _growth(actual: Cell, previous: Cell) -> Cell:
    change = growth(figure(actual, "actual"), figure(previous, "previous"))
    return NO_SCORE if change is None else change


def _form(
    rule: Cell, params: Cell, direction: Cell, anchors: tuple[float | None, ...], actual_size: float
) -> RuleForm:
    given = frozenset(letter for letter, value in zip("TBS", anchors, strict=True) if value is not None)
    text = word(params)
    digits = _digits(max(actual_size, _largest(text), *(abs(value or 0.0) for value in anchors)))
    form, problems = _compiled(word(rule).upper(), text, choice(direction, "direction", DIRECTIONS), digits, given)
    if form is None:
        first = problems[0]
        facts = {"rule": word(rule), **first.args}
        raise FunctionError(first.code, **facts) if first.code in OF_THE_NAME else _config(first.code, **facts)
    if form.measure == GROWTH and isinstance(form.reference, str):
        raise _config("W-PARAM-MISSING", rule=word(rule), param="previous")
    return form


@lru_cache(maxsize=1024)
def _compiled(
    rule: str, params: str, direction: Direction, digits: int, given: frozenset[str]
) -> tuple[RuleForm | None, tuple[Problem, ...]]:
    return compile_rule(rule, _params(params), direction, digits, given)


@lru_cache(maxsize=1024)
def _params(text: str) -> Params:
    return parse_params(text)


@lru_cache(maxsize=1024)
def _largest(text: str) -> float:
    """Size of the largest number among params."""
    parts = (part for value in _params(text).texts.values() for part in value.replace(":", ",").split(","))
    sizes = (abs(value) for value in map(number, parts) if value is not None)
    return max((size for size in sizes if size < 1e100), default=0.0)


def _digits(size: float) -> int:
    return next((digits for limit, digits in GRIDS if size < limit), 0)


def _previous(form: RuleForm) -> float | None:
    return form.reference if isinstance(form.reference, float) else None


def _by_words(form: RuleForm, actual: Cell) -> Cell:
    if is_missing(actual):
        return NO_SCORE
    return word_score(form, word(actual))


def _unsound(form: RuleForm, target: float | None, threshold: float | None, stretch: float | None) -> FunctionError:
    given = {"T": target, "B": threshold, "S": stretch}
    lacking = sorted(letter for letter in form.needs if given[letter] is None)
    if lacking:
        return _config("E-TARGET-LACKING", rule=form.rule, lacking=", ".join(lacking))
    if target == 0 and "T" in form.needs:
        return _config("E-TARGET-ZERO", rule=form.rule)
    return _config("E-ANCHOR-ORDER", rule=form.rule, threshold=threshold, target=target, stretch=stretch)


def _config(problem: str, **facts: object) -> FunctionError:
    """A rule or its anchors that cannot score, with the problem that says why."""
    return FunctionError("CONFIG_ERROR", problem=problem, **facts)
