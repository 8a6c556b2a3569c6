"""Analytic hierarchy process: weights from one matrix of comparisons, and how well the comparisons agree."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import fsum, log, prod
from typing import Literal, TypeAlias

from kpi_xl.errors import MethodError
from kpi_xl.model.params import Problem
from kpi_xl.scoring.rounding import excel_round
from kpi_xl.scoring.weights.judgements import Cells, Matrix, PartialMatrix, judgements
from kpi_xl.scoring.weights.shares import equal, shares

RANDOM_INDEX: tuple[float, ...] = (
    0, 0, 0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.54, 1.56, 1.58, 1.59,
)  # fmt: skip
"""Mean consistency index of random matrices by size, as most textbooks print it; printed tables differ by a few
hundredths. Source: T. L. Saaty, The Analytic Hierarchy Process, 1980."""
CR_LIMIT = 0.10
STRICT_CR_LIMITS = {3: 0.05, 4: 0.08}
GCI_LIMITS = {3: 0.31, 4: 0.35}
GCI_LIMIT = 0.37
"""The geometric consistency index that answers to a consistency ratio of 0.10, above four things."""

PRECISION = 1e-12
MOST_STEPS = 10_000

Method: TypeAlias = Literal["eigenvector", "geometric"]


@dataclass(frozen=True, slots=True)
class Priorities:
    """Weights from comparisons, with the measures of their consistency."""

    weights: tuple[float, ...]
    lambda_max: float
    ci: float
    ri: float
    cr: float
    cr_limit: float
    gci: float
    gci_limit: float
    warnings: tuple[Problem, ...] = ()

    @property
    def passes(self) -> bool:
        """The comparisons contradict each other no more than is accepted."""
        return is_consistent(self.cr, self.cr_limit)


def ahp(cells: Cells, method: Method = "eigenvector", is_strict: bool = False) -> Priorities:
    """Weights from a complete matrix of pairwise comparisons.

    Parameters
    ----------
    cells : (n_kpis, n_kpis)
        Judgements on Saaty's scale, as `judgements` takes them; at most 9 things.
    method : "eigenvector" or "geometric"
        Principal eigenvector, or the geometric mean of each row.
    is_strict : bool
        Accept a consistency ratio up to .05 for three things and .08 for four, instead of .10.

    Returns
    -------
    Priorities
        With ``W-AHP-CR`` when the comparisons are not consistent enough.

    Raises
    ------
    MethodError
        What `judgements` raises; ``E-AHP-CONVERGE``: they contradict each other beyond any weights.

    Source: T. L. Saaty, A scaling method for priorities in hierarchical structures, 1977; for the row mean
    G. Crawford, C. Williams, A note on the analysis of subjective judgment matrices, 1985.

    >>> result = ahp([[1, 3, 5], [1 / 3, 1, 3], [1 / 5, 1 / 3, 1]])
    >>> [round(weight, 4) for weight in result.weights], round(result.cr, 4)
    ([0.637, 0.2583, 0.1047], 0.0332)
    """
    matrix = judgements(cells)
    return priorities(matrix, METHODS[method](matrix), RANDOM_INDEX[len(matrix)], is_strict)


def priorities(matrix: Matrix, weights: Sequence[float], ri: float, is_strict: bool = False) -> Priorities:
    """The measures of consistency beside weights that came from a matrix."""
    size = len(matrix)
    ratios = [_dot(row, weights) / weight for row, weight in zip(matrix, weights, strict=True)]
    lambda_max = max(float(size), fsum(ratios) / size)
    ci = (lambda_max - size) / (size - 1) if size > 2 else 0.0
    cr = ci / ri if ri else 0.0
    limit = limit_of(size, is_strict)
    warning = Problem("W-AHP-CR", {"cr": cr, "limit": limit})
    index = geometric_consistency(matrix, geometric_means(matrix))
    warnings = () if is_consistent(cr, limit) else (warning,)
    return Priorities(
        tuple(weights), lambda_max, ci, ri, cr, limit, index, GCI_LIMITS.get(size, GCI_LIMIT), warnings
    )


def limit_of(size: int, is_strict: bool) -> float:
    """Largest consistency ratio that is accepted of a matrix of this size."""
    return STRICT_CR_LIMITS.get(size, CR_LIMIT) if is_strict else CR_LIMIT


def is_consistent(cr: float, limit: float) -> bool:
    """A ratio is within its limit, at nine digits."""
    return excel_round(cr, 9) <= limit


def eigenvector(matrix: Matrix) -> tuple[float, ...]:
    """Principal eigenvector by power iteration, each weight to `PRECISION`."""
    weights = equal(len(matrix))
    for _ in range(MOST_STEPS):
        found = shares([_dot(row, weights) for row in matrix])
        if max(abs(new - old) for new, old in zip(found, weights, strict=True)) <= PRECISION:
            return found
        weights = found
    raise MethodError("E-AHP-CONVERGE", steps=MOST_STEPS)


def geometric_means(matrix: Matrix) -> tuple[float, ...]:
    """Geometric mean of each row, as shares."""
    return shares([prod(value ** (1 / len(matrix)) for value in row) for row in matrix])


def geometric_consistency(matrix: PartialMatrix, weights: Sequence[float]) -> float:
    """Geometric consistency index: squared log errors per comparison to spare.

    Source: J. Aguarón, J. M. Moreno-Jiménez, The geometric consistency index: approximated thresholds, 2003.
    """
    pairs = combinations(range(len(matrix)), 2)
    errors = [error(value, weights, i, j) for i, j in pairs if (value := matrix[i][j]) is not None]
    spare = len(errors) - (len(matrix) - 1)
    return fsum(log(each) ** 2 for each in errors) / spare if spare > 0 else 0.0


def error(judgement: float, weights: Sequence[float], i: int, j: int) -> float:
    """How many times a judgement exceeds the ratio of the weights; 1 where they agree."""
    return judgement * weights[j] / weights[i]


def _dot(row: Sequence[float], weights: Sequence[float]) -> float:
    return fsum(value * weight for value, weight in zip(row, weights, strict=True))


METHODS: Mapping[Method, Callable[[Matrix], tuple[float, ...]]] = {
    "eigenvector": eigenvector,
    "geometric": geometric_means,
}
