"""Worksheet functions that give the weights of indicators, as one column."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Annotated

from kpi_xl.errors import FunctionError
from kpi_xl.functions.cells import NO_SCORE, Cell, Grid, choice, figure, word
from kpi_xl.functions.matrices import column, full_rows, rows_with_blanks, single, stretched, vector
from kpi_xl.functions.registry import worksheet_function
from kpi_xl.scoring.weights.ahp import Method, ahp
from kpi_xl.scoring.weights.bounds import project
from kpi_xl.scoring.weights.bwm import bwm, nonlinear_bwm
from kpi_xl.scoring.weights.combine import game, geometric, linear, multiplicative
from kpi_xl.scoring.weights.dispersion import Normalisation, entropy, standard_deviation, variation
from kpi_xl.scoring.weights.incomplete import incomplete_ahp
from kpi_xl.scoring.weights.interplay import critic, merec
from kpi_xl.scoring.weights.observations import Direction, Objective
from kpi_xl.scoring.weights.shares import Weighting
from kpi_xl.scoring.weights.stated import goal_map, rank_sum, roc

METHODS: tuple[Method, ...] = ("eigenvector", "geometric")
INCOMPLETE = "incomplete"
BWM_MODELS = ("linear", "nonlinear")
NORMALISATIONS: tuple[Normalisation, ...] = ("minmax", "sum")
DIRECTIONS: tuple[Direction, ...] = ("up", "down")
SIGNS = {"1": "up", "-1": "down"}
"""How sheets write directions that they also calculate with."""
COMBINATIONS = ("linear", "multiplicative", "geometric", "game")
MOST_RANKS = 100
FRACTION = re.compile(r"([1-9]) ?/ ?([1-9])", re.ASCII)
"""How people write the half of Saaty's scale below 1."""
HALF = 0.5


@worksheet_function("KPI_AHP")
def kpi_ahp(
    matrix: Annotated[Grid, "judgements"], method: Annotated[Grid, "ahp_method"] = "eigenvector"
) -> Grid:
    """Weights from pairwise comparisons; then the eigenvalue, CI, RI and CR."""
    cells = rows_with_blanks(matrix, "matrix", _judgement)
    chosen = choice(single(method, "method"), "method", (*METHODS, INCOMPLETE))
    known = next((each for each in METHODS if each == chosen), None)
    found = ahp(cells, known) if known else incomplete_ahp(cells)
    return column([*found.weights, found.lambda_max, found.ci, found.ri, found.cr])


@worksheet_function("KPI_BWM")
def kpi_bwm(
    best_to_others: Annotated[Grid, "best_to_others"],
    others_to_worst: Annotated[Grid, "others_to_worst"],
    model: Annotated[Grid, "bwm_model"] = "linear",
) -> Grid:
    """Weights by the best-worst method; then the largest deviation and its ratio."""
    lists = vector(best_to_others, "best_to_others"), vector(others_to_worst, "others_to_worst")
    if choice(single(model, "model"), "model", BWM_MODELS) == "linear":
        found = bwm(*lists)
        return column([*found.weights, found.xi, found.ratio])
    ranges = nonlinear_bwm(*lists)
    rows: list[list[Cell]] = [list(row) for row in zip(ranges.middle.weights, ranges.low, ranges.high, strict=True)]
    rows += [[measure, NO_SCORE, NO_SCORE] for measure in (ranges.middle.xi, ranges.middle.ratio)]
    return rows


@worksheet_function("KPI_ROC")
def kpi_roc(ranks: Annotated[Grid, "ranks"]) -> Grid:
    """Weights from an order of importance, by rank-order centroids."""
    return _by_rank(ranks, roc)


@worksheet_function("KPI_RANKSUM")
def kpi_ranksum(ranks: Annotated[Grid, "ranks"]) -> Grid:
    """Weights from an order of importance, in equal steps."""
    return _by_rank(ranks, rank_sum)


@worksheet_function("KPI_QFD")
def kpi_qfd(goal_weights: Annotated[Grid, "goal_weights"], relation: Annotated[Grid, "relation"]) -> Grid:
    """Weights from how strongly each indicator serves each goal."""
    goals = vector(goal_weights, "goal_weights")
    return column(goal_map(goals, full_rows(relation, "relation")).weights)


@worksheet_function("KPI_ENTROPY")
def kpi_entropy(
    matrix: Annotated[Grid, "observations"],
    directions: Annotated[Grid, "directions"] = "up",
    normalisation: Annotated[Grid, "normalisation"] = "minmax",
) -> Grid:
    """Entropy weights from past data."""
    chosen = choice(single(normalisation, "normalisation"), "normalisation", NORMALISATIONS)
    return _drawn(matrix, directions, lambda rows, ways: entropy(rows, ways, chosen))


@worksheet_function("KPI_CRITIC")
def kpi_critic(matrix: Annotated[Grid, "observations"], directions: Annotated[Grid, "directions"] = "up") -> Grid:
    """CRITIC weights from past data: spread, and conflict with the other indicators."""
    return _drawn(matrix, directions, critic)


@worksheet_function("KPI_STD")
def kpi_std(matrix: Annotated[Grid, "observations"], directions: Annotated[Grid, "directions"] = "up") -> Grid:
    """Weights from past data, by standard deviation between worst and best."""
    return _drawn(matrix, directions, standard_deviation)


@worksheet_function("KPI_CV")
def kpi_cv(matrix: Annotated[Grid, "observations"], directions: Annotated[Grid, "directions"] = "up") -> Grid:
    """Weights from past data, by coefficient of variation."""
    return _drawn(matrix, directions, variation)


@worksheet_function("KPI_MEREC")
def kpi_merec(matrix: Annotated[Grid, "observations"], directions: Annotated[Grid, "directions"] = "up") -> Grid:
    """MEREC weights from past data: the effect of leaving an indicator out."""
    return _drawn(matrix, directions, merec)


@worksheet_function("KPI_COMBINE")
def kpi_combine(
    method: Annotated[Grid, "combination"],
    w1: Annotated[Grid, "weights"],
    w2: Annotated[Grid, "weights"],
    alpha: Annotated[Grid, "alpha"] = None,
) -> Grid:
    """Two sets of weights brought to one."""
    chosen = choice(single(method, "method"), "method", COMBINATIONS)
    pair = (vector(w1, "w1"), vector(w2, "w2"))
    parts = _parts(single(alpha, "alpha"))
    if chosen == "linear":
        return column(linear(pair, parts).weights)
    if chosen == "geometric":
        return column(geometric(pair, parts).weights)
    return column((game if chosen == "game" else multiplicative)(pair).weights)


@worksheet_function("KPI_PROJECT")
def kpi_project(w: Annotated[Grid, "weights"], lo: Annotated[Grid, "lo"], hi: Annotated[Grid, "hi"]) -> Grid:
    """Weights within their bounds, in the proportions they had."""
    weights = vector(w, "w")
    bounds = [stretched(vector(block, name), len(weights)) for block, name in ((lo, "lo"), (hi, "hi"))]
    return column(project(weights, *bounds).weights)


def _parts(alpha: Cell) -> tuple[float, float]:
    """Parts of the first and the second set."""
    part = figure(alpha, "alpha")
    first = HALF if part is None else part
    if not 0 <= first <= 1:
        raise FunctionError("E-COMBINE-PARTS", found=f"{first:g}, {1 - first:g}")
    return first, 1 - first


def _by_rank(block: Grid, method: Callable[[Sequence[float]], Weighting]) -> Grid:
    """Ranks, or in a single cell how many there are."""
    ranks = vector(block, "ranks")
    if len(ranks) > 1:
        return column(method(ranks).weights)
    (count,) = ranks
    if not (1 <= count <= MOST_RANKS and count == int(count)):
        raise FunctionError("E-RANK-COUNT", found=count, wanted=MOST_RANKS)
    return column(method(range(1, int(count) + 1)).weights)


def _drawn(
    block: Grid, directions: Grid, method: Callable[[Sequence[Sequence[float]], Sequence[Direction]], Objective]
) -> Grid:
    rows = full_rows(block, "matrix")
    return column(method(rows, _ways(directions, len(rows[0]))).weights)


def _ways(block: Grid, length: int) -> list[Direction]:
    signs = stretched(vector(block, "directions", _sign), length)
    return [DIRECTIONS[sign < 0] for sign in signs]


def _sign(cell: Cell, argument: str) -> float:
    text = word(cell, DIRECTIONS[0])
    way = choice(SIGNS.get(text.removesuffix(".0"), text), argument, DIRECTIONS)
    return -1.0 if way == "down" else 1.0


def _judgement(cell: Cell, argument: str) -> float | None:
    """A judgement, which may be written as a fraction."""
    fraction = FRACTION.fullmatch(cell.strip()) if isinstance(cell, str) else None
    return int(fraction[1]) / int(fraction[2]) if fraction else figure(cell, argument)
