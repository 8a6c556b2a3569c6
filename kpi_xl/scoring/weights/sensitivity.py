"""How much a result hangs on its weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import fsum, sqrt

from kpi_xl.scoring.rounding import excel_round
from kpi_xl.scoring.weights.shares import same_length, shares

CHANGE = 0.10
DIGITS = 9
"""Totals equal at so many digits are tied."""


@dataclass(frozen=True, slots=True)
class Shift:
    """What one weight does to totals and ranking when it grows or shrinks."""

    kpi: int                                                    # 0-based
    change: float                                               # relative, signed
    max_total_change: float                                     # largest absolute change of any total
    tau: float | None                                           # of the ranking before and after; None if all are tied


def sensitivity(
    scores: Sequence[Sequence[float]], weights: Sequence[float], change: float = CHANGE
) -> tuple[Shift, ...]:
    """What happens when each weight in turn is a tenth larger, or smaller.

    Parameters
    ----------
    scores : (n_cards, n_kpis)
        Item scores.
    weights : (n_kpis,)
        Fractions that sum to 1.
    change : float
        Relative; the other weights give way in proportion, so that the sum stays 1.

    Returns
    -------
    tuple of Shift
        (2 * n_kpis,): for each indicator first larger, then smaller.

    Source: E. Triantaphyllou, A. Sánchez, A sensitivity analysis approach for some deterministic multi-criteria
    decision-making methods, 1997.

    >>> shift = sensitivity([[90, 100, 110], [100, 95, 98]], [0.5, 0.3, 0.2])[0]
    >>> round(shift.max_total_change, 4), shift.tau
    (0.7, 1.0)
    """
    before = totals(scores, weights)
    return tuple(
        _shift(scores, weights, before, j, sign * change) for j in range(len(weights)) for sign in (1, -1)
    )


def critical_weight(one: Sequence[float], other: Sequence[float], weights: Sequence[float], kpi: int) -> float | None:
    """The weight of one indicator at which two cards have the same total.

    Parameters
    ----------
    one, other : (n_kpis,)
        Item scores of two cards.
    weights : (n_kpis,)
        Fractions that sum to 1; all but that of `kpi` keep their proportions.
    kpi : int
        0-based.

    Returns
    -------
    float or None
        Between 0 and 1; None when no weight of this indicator makes them equal.

    Source: E. Triantaphyllou, A. Sánchez, A sensitivity analysis approach for some deterministic multi-criteria
    decision-making methods, 1997.

    >>> round(critical_weight([90, 100, 110], [100, 95, 98], [0.5, 0.3, 0.2], 0) or 0, 4)
    0.4382
    """
    others = [0.0 if j == kpi else weight for j, weight in enumerate(weights)]
    if not any(others):
        return None
    rest = shares(others)
    (own, apart), (own_other, apart_other) = ((each[kpi], _total(each, rest)) for each in (one, other))
    slope = (own - apart) - (own_other - apart_other)
    if excel_round(slope, DIGITS) == 0:
        return None
    weight = (apart_other - apart) / slope
    return weight if 0 <= weight <= 1 else None


def totals(scores: Sequence[Sequence[float]], weights: Sequence[float]) -> tuple[float, ...]:
    """Weighted mean of each card's scores.

    scores  : (n_cards, n_kpis)
    weights : (n_kpis,)          fractions that sum to 1
    returns : (n_cards,)
    """
    for row in scores:
        same_length(row, weights)
    return tuple(_total(row, weights) for row in scores)


def moved(weights: Sequence[float], kpi: int, weight: float) -> tuple[float, ...]:
    """Weights with one of them set; the others keep their proportions.

    >>> moved([0.5, 0.25, 0.25], 0, 0.6)
    (0.6, 0.2, 0.2)
    """
    others = [0.0 if j == kpi else each for j, each in enumerate(weights)]
    if not any(others):
        return tuple(weights)
    return tuple(weight if j == kpi else (1 - weight) * share for j, share in enumerate(shares(others)))


def kendall_tau(one: Sequence[float], other: Sequence[float]) -> float | None:
    """Agreement of two rankings from -1 to 1, by tau-b; None where one is all ties.

    Source: M. G. Kendall, The treatment of ties in ranking problems, 1945.

    >>> kendall_tau([1, 2, 3], [1, 3, 2])
    0.3333333333333333
    """
    pairs = [(_sign(a[0] - b[0]), _sign(a[1] - b[1])) for a, b in combinations(zip(one, other, strict=True), 2)]
    untied = sum(x * x for x, _ in pairs) * sum(y * y for _, y in pairs)
    return sum(x * y for x, y in pairs) / sqrt(untied) if untied else None


def _shift(
    scores: Sequence[Sequence[float]], weights: Sequence[float], before: Sequence[float], kpi: int, change: float
) -> Shift:
    after = totals(scores, moved(weights, kpi, min(1.0, weights[kpi] * (1 + change))))
    largest = max((abs(new - old) for new, old in zip(after, before, strict=True)), default=0.0)
    return Shift(kpi, change, largest, kendall_tau(_ranked(before), _ranked(after)))


def _ranked(values: Sequence[float]) -> list[float]:
    return [excel_round(value, DIGITS) for value in values]


def _total(row: Sequence[float], weights: Sequence[float]) -> float:
    return fsum(score * weight for score, weight in zip(row, weights, strict=True))


def _sign(x: float) -> int:
    return (x > 0) - (x < 0)
