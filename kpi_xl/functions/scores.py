"""Worksheet functions of one indicator: its score, its attainment, its growth, and the actual that a score needs."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated

from kpi_xl.errors import FunctionError
from kpi_xl.functions import opinions
from kpi_xl.functions.cells import NO_SCORE, Cell, Grid, choice, each, figure, is_missing, size, word
from kpi_xl.functions.compiled import Anchors, config_error, given, grid_of, params_of, unusable
from kpi_xl.functions.registry import worksheet_function
from kpi_xl.model.params import Problem
from kpi_xl.model.status import Status
from kpi_xl.scoring.item import attainment, growth, item_score, needed, word_score
from kpi_xl.scoring.opinion import RULES as OPINIONS
from kpi_xl.scoring.rules import RuleForm, compile_rule
from kpi_xl.scoring.rules.form import GROWTH, Direction

DIRECTIONS: tuple[Direction, ...] = ("up", "down", "range")


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
    name, way = word(rule).upper(), choice(direction, "direction", DIRECTIONS)
    if name in OPINIONS:
        return opinions.score(name, word(params), way, actual, anchors)
    form = _form(name, word(params), way, anchors, size(actual))
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
    name, way = word(rule).upper(), choice(direction, "direction", DIRECTIONS)
    wanted = figure(score, "score")
    if name in OPINIONS:
        return opinions.needed(name, word(params), way, wanted, anchors)
    form = _form(name, word(params), way, anchors, 0.0)
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


def _form(rule: str, params: str, direction: Direction, anchors: Anchors, actual_size: float) -> RuleForm:
    form, problems = _compiled(rule, params, direction, grid_of(params, actual_size, anchors), given(anchors))
    if form is None:
        raise unusable(rule, problems[0])
    if form.measure == GROWTH and isinstance(form.reference, str):
        raise config_error("W-PARAM-MISSING", rule=rule, param="previous")
    return form


@lru_cache(maxsize=1024)
def _compiled(
    rule: str, params: str, direction: Direction, digits: int, anchors: frozenset[str]
) -> tuple[RuleForm | None, tuple[Problem, ...]]:
    return compile_rule(rule, params_of(params), direction, digits, anchors)


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
        return config_error("E-TARGET-LACKING", rule=form.rule, lacking=", ".join(lacking))
    if target == 0 and "T" in form.needs:
        return config_error("E-TARGET-ZERO", rule=form.rule)
    return config_error("E-ANCHOR-ORDER", rule=form.rule, threshold=threshold, target=target, stretch=stretch)
