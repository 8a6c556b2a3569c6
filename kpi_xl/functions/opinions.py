"""Cells scored by the rules that are no curve, and the trimmed mean that ratings use."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Annotated

from kpi_xl.errors import FunctionError
from kpi_xl.functions.cells import NO_SCORE, Cell, Grid, figure, size
from kpi_xl.functions.compiled import Anchors, given, grid_of, params_of, unusable
from kpi_xl.functions.matrices import rows_with_blanks, single
from kpi_xl.functions.registry import worksheet_function
from kpi_xl.model.params import Problem
from kpi_xl.model.status import Status
from kpi_xl.scoring.opinion import OpinionForm, Words, compile_opinion, opinion_needed, opinion_score
from kpi_xl.scoring.opinion.ratings import LEVELS, trimmed_mean
from kpi_xl.scoring.opinion.reading import NO_EVIDENCE
from kpi_xl.scoring.rules.form import Direction


@worksheet_function("KPI_TRIM")
def kpi_trim(values: Annotated[Grid, "ratings"], drop: Annotated[Grid, "drop"] = 1) -> Grid:
    """Mean without the highest and the lowest; "" where there is no number."""
    found = [value for row in rows_with_blanks(values, "values") for value in row if value is not None]
    cut = figure(single(drop, "drop"), "drop")
    left_out = 1.0 if cut is None else cut
    if not found:
        return NO_SCORE
    if not left_out.is_integer() or not 0 <= 2 * left_out < max(len(found), 5):
        raise FunctionError("E-TRIM-DROP", found=left_out, count=len(found))
    return trimmed_mean(found, int(left_out))


def score(rule: str, params: str, direction: Direction, actual: Cell, anchors: Anchors) -> Cell:
    """Item score by a rule that is no curve; "" where there is nothing to score."""
    form = _form(rule, params, direction, size(actual), anchors)
    value = figure(actual, "actual") if form.takes_actual else None
    outcome = opinion_score(form, value, *anchors)
    if outcome.status is Status.CONFIG_ERROR:
        raise unusable(rule, outcome.problems[0])
    return NO_SCORE if outcome.score is None else outcome.score


def needed(rule: str, params: str, direction: Direction, wanted: float | None, anchors: Anchors) -> Cell:
    """Actual that a score needs; "" where it hangs on others."""
    form = _form(rule, params, direction, 0.0, anchors)
    outcome = opinion_score(form, 0.0, *anchors)
    if outcome.status is Status.CONFIG_ERROR and form.has_inverse:
        raise unusable(rule, outcome.problems[0])
    actual = None if wanted is None else opinion_needed(form, wanted, *anchors)
    return NO_SCORE if actual is None else actual


def _form(rule: str, params: str, direction: Direction, actual_size: float, anchors: Anchors) -> OpinionForm:
    form, problems = _compiled(rule, params, direction, grid_of(params, actual_size, anchors), given(anchors))
    if form is None:
        raise unusable(rule, problems[0])
    return form


@lru_cache(maxsize=1024)
def _compiled(
    rule: str, params: str, direction: Direction, digits: int, anchors: frozenset[str]
) -> tuple[OpinionForm | None, tuple[Problem, ...]]:
    words = _words() if rule == "RATING" else Words()
    return compile_opinion(rule, params_of(params), direction, digits, anchors, NO_EVIDENCE, words)


@cache
def _words() -> Words:
    """Roles and levels in both languages, with the usual points of the levels."""
    from kpi_xl.labels import keys_by_label  # only ratings are written in words, and Excel waits for this import

    roles = {word: key.removeprefix("role.") for word, key in keys_by_label("words", "role.").items()}
    levels = {word: LEVELS[key.removeprefix("level.")] for word, key in keys_by_label("words", "level.").items()}
    return Words(roles, {**levels, **LEVELS})
