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


@dataclass(frozen=True, slots=True)
class BestWorstRange:
    """All weights that come equally near to the comparisons; with two or three indicators one."""

    middle: BestWorst                                           # xi is a deviation of ratios, not of weights
    low: tuple[float, ...]                                      # (n_kpis,) least weight of each
    high: tuple[float, ...]


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
    b, w = _checked(best_to_others, others_to_worst, best, worst)
    weights = _nearest(best_to_others, others_to_worst, b, w)
    top = best_to_others[w]
    xi = _largest_deviation(weights, best_to_others, others_to_worst, b, w)
    ratio = _consistency(xi, top)
    return BestWorst(weights, xi, ratio, input_ratio(best_to_others, others_to_worst, top), b, w)


def nonlinear_bwm(
    best_to_others: Sequence[float],
    others_to_worst: Sequence[float],
    best: int | None = None,
    worst: int | None = None,
) -> BestWorstRange:
    """Weights whose ratios come nearest to all comparisons: the first model.

    The least xi with ``|w_B / w_j - a_Bj| <= xi`` and ``|w_j / w_W - a_jW| <= xi``. At the least xi ``w_B / w_W`` is
    settled, and every other weight over ``w_W`` has a range of its own; the middle is taken of each.

    Parameters
    ----------
    best_to_others, others_to_worst, best, worst
        As for `bwm`.

    Raises
    ------
    MethodError
        ``E-BWM-SCALE``, ``E-BWM-SELF``, ``E-BWM-SAME``, ``E-BWM-MAX``.

    Source: J. Rezaei, Best-worst multi-criteria decision-making method, 2015; for the ranges the same, Best-worst
    multi-criteria decision-making method: some properties and a linear model, 2016.
    """
    b, w = _checked(best_to_others, others_to_worst, best, worst)
    top = best_to_others[w]
    others = [pair for j, pair in enumerate(zip(best_to_others, others_to_worst, strict=True)) if j not in (b, w)]
    xi = _least_xi(top, others)
    low, high = _settled(top, others, xi)
    span = (low + high) / 2
    ranges = [_over_worst(span, *pair, xi) for pair in others]
    for at, known in sorted(((b, span), (w, 1.0))):
        ranges.insert(at, (known, known))
    weights = shares([(least + most) / 2 for least, most in ranges])
    cr = input_ratio(best_to_others, others_to_worst, top)
    found = BestWorst(weights, xi, _consistency(xi, top), cr, b, w)
    return BestWorstRange(found, _extremes(ranges), _extremes([(most, least) for least, most in ranges]))


def input_ratio(best_to_others: Sequence[float], others_to_worst: Sequence[float], top: float) -> float:
    """Largest gap between ``a_Bj * a_jW`` and ``a_BW``, over the largest possible.

    `top` is ``a_BW``, the best compared with the worst.
    """
    if top == 1:
        return 0.0
    products = (a * b for a, b in zip(best_to_others, others_to_worst, strict=True))
    return max(abs(product - top) for product in products) / (top * top - top)


def _consistency(xi: float, top: float) -> float:
    """Over the largest xi of the nonlinear model among comparisons with this `top`."""
    index = CONSISTENCY_INDEX[int(top) - 1]
    return xi / index if index else 0.0


def _checked(bo: Sequence[float], ow: Sequence[float], best: int | None, worst: int | None) -> tuple[int, int]:
    same_length(ow, bo)
    _check_scale("best_to_others", bo)
    _check_scale("others_to_worst", ow)
    return _ends(bo, ow, best, worst)


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


Comparisons = Sequence[tuple[float, float]]
"""``a_Bj`` and ``a_jW`` of every indicator between the best and the worst."""


def _least_xi(top: float, others: Comparisons) -> float:
    """Halved down to neighbouring floats: the larger xi, the more values of ``w_B / w_W`` it allows."""
    least, most = 0.0, top - 1
    if _allows(top, others, least):
        return least
    while least < (middle := (least + most) / 2) < most:
        least, most = (least, middle) if _allows(top, others, middle) else (middle, most)
    return most


def _allows(top: float, others: Comparisons, xi: float) -> bool:
    low, high = _settled(top, others, xi)
    return low <= high


def _settled(top: float, others: Comparisons, xi: float) -> tuple[float, float]:
    """Least and largest ``w_B / w_W``: near `top`, and for every indicator a product of two that are near theirs."""
    low = max([top - xi, *(max(a - xi, 0.0) * max(b - xi, 0.0) for a, b in others)])
    high = min([top + xi, *((a + xi) * (b + xi) for a, b in others)])
    return low, high


def _over_worst(span: float, from_best: float, to_worst: float, xi: float) -> tuple[float, float]:
    """Least and largest ``w_j / w_W``; where rounding crosses them they are one."""
    least = max(span / (from_best + xi), to_worst - xi)
    most = min(span / (from_best - xi), to_worst + xi) if from_best > xi else to_worst + xi
    return min(least, most), max(least, most)


def _extremes(ranges: Comparisons) -> tuple[float, ...]:
    """Weight of each at the first end of its range, with all the others at their second."""
    total = sum(second for _, second in ranges)
    return tuple(first / (total - second + first) for first, second in ranges)
