"""Where comparisons contradict each other, and what would mend it; nothing is ever changed here."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import log

from kpi_xl.scoring.weights.ahp import RANDOM_INDEX, eigenvector, error, priorities
from kpi_xl.scoring.weights.judgements import Matrix, PartialMatrix

SCALE: tuple[float, ...] = (*(1 / n for n in range(9, 1, -1)), *map(float, range(1, 10)))
"""Saaty's scale, from 1/9 to 9."""
LISTED = 3
AGREES = 1 + 1e-9


@dataclass(frozen=True, slots=True)
class Repair:
    """One judgement that fits the others badly, and what it would take to fit."""

    row: int                                                    # 0-based, above the diagonal: row < column
    column: int
    judgement: float
    error: float                                                # 1 or more: how many times too large or too small
    ratio: float                                                # of the two weights
    suggested: float                                            # the ratio on Saaty's scale
    cr_after: float                                             # when only this judgement is changed


@dataclass(frozen=True, slots=True)
class Triad:
    """Three things of which the comparisons fit each other badly."""

    members: tuple[int, int, int]                               # 0-based, in the order of the matrix
    error: float                                                # 1 or more: how many times two of them miss the third


def repairs(matrix: Matrix) -> tuple[Repair, ...]:
    """The three judgements that fit the weights worst, worst first.

    Parameters
    ----------
    matrix : (n_kpis, n_kpis)
        Complete, as `judgements` returns it.

    Returns
    -------
    tuple of Repair
        None for a judgement that agrees with the weights.

    Source: T. L. Saaty, Decision-making with the AHP: why is the principal eigenvector necessary, 2003.
    """
    weights = eigenvector(matrix)
    errors = {(i, j): error(matrix[i][j], weights, i, j) for i, j in combinations(range(len(matrix)), 2)}
    sizes = {pair: max(each, 1 / each) for pair, each in errors.items()}
    worst = sorted((pair for pair in sizes if sizes[pair] > AGREES), key=lambda pair: -sizes[pair])
    return tuple(_repair(matrix, i, j, sizes[i, j], weights[i] / weights[j]) for i, j in worst[:LISTED])


def triads(matrix: Matrix) -> tuple[tuple[int, int, int], ...]:
    """Three things that go in a circle: a before b, b before c, and c before a.

    Returns
    -------
    tuple of (int, int, int)
        0-based, each in the order of its circle, from its first member on.

    >>> triads(((1, 2, 1 / 3), (1 / 2, 1, 4), (3, 1 / 4, 1)))
    ((0, 1, 2),)
    """
    threes = combinations(range(len(matrix)), 3)
    circles = (circle for i, j, k in threes for circle in ((i, j, k), (i, k, j)))
    return tuple((i, j, k) for i, j, k in circles if min(matrix[i][j], matrix[j][k], matrix[k][i]) > 1)


def worst_triad(matrix: PartialMatrix) -> Triad | None:
    """The three things whose comparisons contradict each other most; None where no three were all compared.

    Source: W. W. Koczkodaj, A new definition of consistency of pairwise comparisons, 1993.

    >>> worst_triad(((1, 2, 1 / 3), (1 / 2, 1, 4), (3, 1 / 4, 1)))
    Triad(members=(0, 1, 2), error=24.0)
    """
    found: Triad | None = None
    for i, j, k in combinations(range(len(matrix)), 3):
        first, second, whole = matrix[i][j], matrix[j][k], matrix[i][k]
        if first is None or second is None or whole is None:
            continue
        times = first * second / whole
        if found is None or max(times, 1 / times) > found.error:
            found = Triad((i, j, k), max(times, 1 / times))
    return found


def changed(matrix: Matrix, i: int, j: int, judgement: float) -> Matrix:
    """A copy with one judgement and its reciprocal replaced."""
    new = {(i, j): judgement, (j, i): 1 / judgement}
    return tuple(tuple(new.get((a, b), value) for b, value in enumerate(row)) for a, row in enumerate(matrix))


def on_scale(ratio: float) -> float:
    """The step of Saaty's scale nearest to a ratio, in proportion."""
    return min(SCALE, key=lambda step: abs(log(step / ratio)))


def _repair(matrix: Matrix, i: int, j: int, size: float, ratio: float) -> Repair:
    mended = changed(matrix, i, j, on_scale(ratio))
    after = priorities(mended, eigenvector(mended), RANDOM_INDEX[len(matrix)])
    return Repair(i, j, matrix[i][j], size, ratio, on_scale(ratio), after.cr)
