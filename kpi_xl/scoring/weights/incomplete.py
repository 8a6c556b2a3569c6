"""Weights from a matrix in which some comparisons were left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from math import exp, log

from kpi_xl.errors import MethodError
from kpi_xl.model.params import Problem
from kpi_xl.scoring.weights.ahp import RANDOM_INDEX, Priorities, geometric_consistency, priorities
from kpi_xl.scoring.weights.equations import solved
from kpi_xl.scoring.weights.judgements import Cells, Matrix, PartialMatrix, partial_judgements, pieces
from kpi_xl.scoring.weights.shares import shares


def incomplete_ahp(cells: Cells, is_strict: bool = False) -> Priorities:
    """Weights nearest to the comparisons there are: logarithmic least squares.

    Parameters
    ----------
    cells : (n_kpis, n_kpis)
        Judgements on Saaty's scale, None where two things were not compared.
    is_strict : bool
        As for `ahp`.

    Returns
    -------
    Priorities
        With ``W-AHP-INCOMPLETE`` when a comparison is missing. The eigenvalue is that of the matrix in which each
        missing comparison agrees with the weights; the random index shrinks along a line, from its full value to zero
        where no comparison is one too many.

    Raises
    ------
    MethodError
        What `partial_judgements` raises; ``E-AHP-CONNECTED``: the comparisons fall into groups without a link.

    Source: S. Bozóki, J. Fülöp, L. Rónyai, On optimal completion of incomplete pairwise comparison matrices, 2010;
    for the index K. C. Ágoston, L. Csató, Inconsistency thresholds for incomplete pairwise comparison matrices, 2022.

    >>> result = incomplete_ahp([[1, 2, None], [None, 1, 3], [None, None, 1]])
    >>> [round(weight, 6) for weight in result.weights]
    [0.6, 0.3, 0.1]
    """
    matrix = partial_judgements(cells)
    groups = pieces(matrix)
    if len(groups) > 1:
        found = " | ".join(", ".join(str(i + 1) for i in group) for group in groups)
        raise MethodError("E-AHP-CONNECTED", found=found)
    weights = least_squares(matrix)
    known = sum(matrix[i][j] is not None for i, j in combinations(range(len(matrix)), 2))
    result = priorities(_completed(matrix, weights), weights, random_index(len(matrix), known), is_strict)
    total = len(matrix) * (len(matrix) - 1) // 2
    missing = (Problem("W-AHP-INCOMPLETE", {"known": known, "total": total}),) if known < total else ()
    return replace(result, gci=geometric_consistency(matrix, weights), warnings=(*missing, *result.warnings))


def least_squares(matrix: PartialMatrix) -> tuple[float, ...]:
    """Weights whose log ratios differ least, in squares, from the log judgements.

    The matrix is connected.
    """
    size = len(matrix)
    neighbours = [[j for j in range(size) if j != i and matrix[i][j] is not None] for i in range(size)]
    coefficients = [
        [float(len(near)) if i == j else -float(j in near) for j in range(1, size)]
        for i, near in enumerate(neighbours)
    ]
    right = [sum(log(value) for value in row if value is not None) for row in matrix]
    # The first log weight is 0; its own equation follows from the others.
    logs = (0.0, *(solved(coefficients[1:], right[1:]) or ()))
    return shares([exp(each - max(logs)) for each in logs])


def random_index(size: int, known: int) -> float:
    """Mean consistency index of random matrices with so many comparisons known."""
    spare, most = known - (size - 1), (size - 1) * (size - 2) // 2
    return RANDOM_INDEX[size] * spare / most if most else 0.0


def _completed(matrix: PartialMatrix, weights: Sequence[float]) -> Matrix:
    return tuple(
        tuple(weights[i] / weights[j] if value is None else value for j, value in enumerate(row))
        for i, row in enumerate(matrix)
    )
