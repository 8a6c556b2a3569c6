"""Best-worst method: the best indicator compared with every other, and every other with the worst."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kpi_xl.errors import MethodError
from kpi_xl.scoring.weights.shares import library, same_length, shares

LARGEST = 9
CONSISTENCY_INDEX: tuple[float, ...] = (0.0, 0.44, 1.00, 1.63, 2.30, 3.00, 3.73, 4.47, 5.23)
"""By how much the best outweighs the worst, from 1 to 9. Source: J. Rezaei, 2015."""


@dataclass(frozen=True, slots=True)
class BestWorst:
    """Weights from comparisons with the best and the worst.

    All three measures of consistency are 0 when it is full.
    """

    weights: tuple[float, ...]
    xi: float                                                   # largest deviation from a comparison
    ratio: float                                                # xi over the consistency index
    input_cr: float                                             # from the comparisons alone
    best: int                                                   # 0-based
    worst: int


def bwm(
    best_to_others: Sequence[float],
    others_to_worst: Sequence[float],
    best: int | None = None,
    worst: int | None = None,
) -> BestWorst:
    """Weights that come nearest to all comparisons: the linear best-worst method.

    Parameters
    ----------
    best_to_others : (n_kpis,)
        How many times the best matters more than each, 1 to 9; 1 for itself.
    others_to_worst : (n_kpis,)
        How many times each matters more than the worst, 1 to 9; 1 for the worst itself.
    best, worst : int, optional
        0-based; otherwise the first pair that the comparisons allow.

    Raises
    ------
    MethodError
        ``E-BWM-SCALE``, ``E-BWM-SELF``, ``E-BWM-SAME``, ``E-BWM-MAX``: comparisons that are none;
        ``E-METHOD-LIBRARY``: scipy, which solves the linear programme, is not installed.

    Source: J. Rezaei, Best-worst multi-criteria decision-making method: some properties and a linear model, 2016;
    for the input-based ratio F. Liang, M. Brunelli, J. Rezaei, Consistency issues in the best worst method, 2020.
    """
    same_length(others_to_worst, best_to_others)
    _check_scale("best_to_others", best_to_others)
    _check_scale("others_to_worst", others_to_worst)
    b, w = _ends(best_to_others, others_to_worst, best, worst)
    weights = _nearest(best_to_others, others_to_worst, b, w)
    top = best_to_others[w]
    xi = _largest_deviation(weights, best_to_others, others_to_worst, b, w)
    index = CONSISTENCY_INDEX[int(top) - 1]
    return BestWorst(weights, xi, xi / index if index else 0.0, input_ratio(best_to_others, others_to_worst, top), b, w)


def input_ratio(best_to_others: Sequence[float], others_to_worst: Sequence[float], top: float) -> float:
    """Largest gap between ``a_Bj * a_jW`` and ``a_BW``, over the largest possible.

    `top` is ``a_BW``, the best compared with the worst.
    """
    if top == 1:
        return 0.0
    products = (a * b for a, b in zip(best_to_others, others_to_worst, strict=True))
    return max(abs(product - top) for product in products) / (top * top - top)


def _check_scale(argument: str, comparisons: Sequence[float]) -> None:
    for position, value in enumerate(comparisons, start=1):
        if not (1 <= value <= LARGEST and value == int(value)):
            raise MethodError("E-BWM-SCALE", argument=argument, position=position, found=value)


def _ends(bo: Sequence[float], ow: Sequence[float], best: int | None, worst: int | None) -> tuple[int, int]:
    """Best and worst; their own comparison is the largest, and both lists say the same of it."""
    bests, worsts = _ones("best_to_others", bo, best), _ones("others_to_worst", ow, worst)
    pairs = [(b, w) for b in bests for w in worsts if b != w]
    if not pairs:
        raise MethodError("E-BWM-SAME")
    largest = max(*bo, *ow)
    for b, w in pairs:
        if bo[w] == ow[b] == largest:
            return b, w
    b, w = pairs[0]
    raise MethodError("E-BWM-MAX", row=b + 1, column=w + 1, found=f"{bo[w]:g}, {ow[b]:g}", wanted=f"{largest:g}")


def _ones(argument: str, comparisons: Sequence[float], named: int | None) -> list[int]:
    """Which may be the one that is compared: its comparison with itself is 1."""
    found = [j for j, value in enumerate(comparisons) if value == 1 and (named is None or named == j)]
    if not found:
        raise MethodError("E-BWM-SELF", argument=argument)
    return found


def _nearest(bo: Sequence[float], ow: Sequence[float], b: int, w: int) -> tuple[float, ...]:
    """Least xi with both deviations of every indicator at most xi; the last unknown is xi."""
    size = len(bo)
    rows = [row for j in range(size) for row in _deviations(size, bo[j], ow[j], j, b, w)]
    bounded = [[sign * value for value in row] + [-1.0] for row in rows for sign in (1, -1)]
    answer = library("BWM", "scipy.optimize").linprog(
        c=[0.0] * size + [1.0], A_ub=bounded, b_ub=[0.0] * len(bounded), A_eq=[[1.0] * size + [0.0]], b_eq=[1.0]
    )
    return shares([max(0.0, float(value)) for value in answer.x[:size]])


def _deviations(size: int, from_best: float, to_worst: float, j: int, b: int, w: int) -> list[list[float]]:
    """Coefficients of ``w_B - a_Bj w_j`` and of ``w_j - a_jW w_W``."""
    first, second = [0.0] * size, [0.0] * size
    first[b] += 1
    first[j] -= from_best
    second[j] += 1
    second[w] -= to_worst
    return [first, second]


def _largest_deviation(weights: Sequence[float], bo: Sequence[float], ow: Sequence[float], b: int, w: int) -> float:
    from_best = (abs(weights[b] - a * weight) for a, weight in zip(bo, weights, strict=True))
    to_worst = (abs(weight - a * weights[w]) for a, weight in zip(ow, weights, strict=True))
    return max(*from_best, *to_worst)
