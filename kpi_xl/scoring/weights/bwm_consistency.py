"""Whether comparisons with the best and the worst agree well enough, and which of them fits the others worst."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kpi_xl.scoring.rounding import excel_round
from kpi_xl.scoring.weights.bwm import input_ratio

FEWEST, MOST = 3, 9
"""Indicators that the thresholds were simulated for; more are held to those of the most."""
THRESHOLDS: Mapping[int, tuple[float, ...]] = {
    1: (0.0,) * 7,
    2: (0.0,) * 7,
    3: (0.1667,) * 7,
    4: (0.1121, 0.1529, 0.1898, 0.2206, 0.2527, 0.2577, 0.2683),
    5: (0.1354, 0.1994, 0.2306, 0.2546, 0.2716, 0.2844, 0.2960),
    6: (0.1330, 0.1990, 0.2643, 0.3044, 0.3144, 0.3221, 0.3262),
    7: (0.1294, 0.2457, 0.2819, 0.3029, 0.3144, 0.3251, 0.3403),
    8: (0.1309, 0.2521, 0.2958, 0.3154, 0.3408, 0.3620, 0.3657),
    9: (0.1359, 0.2681, 0.3062, 0.3337, 0.3517, 0.3620, 0.3662),
}
"""Largest input-based ratio that is accepted, by how many times the best outweighs the worst and for 3 to 9 indicators.
Source: F. Liang, M. Brunelli, J. Rezaei, Consistency issues in the best worst method, 2020."""


@dataclass(frozen=True, slots=True)
class Weakest:
    """The indicator whose two comparisons fit the best's with the worst least, and one change that mends it best."""

    indicator: int                      # 0-based
    is_from_best: bool                  # the change is to the best's comparison with it, else to its with the worst
    now: float
    suggested: float
    ratio_after: float                  # the input-based ratio when only this is changed


def threshold(size: int, top: float) -> float:
    """Largest input-based ratio that is accepted of `size` indicators, the best `top` times as heavy as the worst."""
    return THRESHOLDS[int(top)][min(max(size, FEWEST), MOST) - FEWEST]


def agrees(ratio: float, limit: float) -> bool:
    """A ratio is within its limit, at the four digits that are printed."""
    return excel_round(ratio, 4) <= limit


def weakest(best_to_others: Sequence[float], others_to_worst: Sequence[float], best: int, worst: int) -> Weakest:
    """Where the comparisons contradict each other most, and the change of one that brings the ratio down furthest.

    Parameters
    ----------
    best_to_others, others_to_worst : (n_kpis,)
        As for `bwm`, with at least one indicator between the best and the worst.
    best, worst : int
        0-based.
    """
    top = best_to_others[worst]
    between = [j for j in range(len(best_to_others)) if j not in (best, worst)]
    j = max(between, key=lambda k: abs(best_to_others[k] * others_to_worst[k] - top))
    tried = [
        _changed(best_to_others, others_to_worst, top, j, is_from_best, float(step))
        for is_from_best in (True, False)
        for step in range(1, int(top) + 1)
    ]
    return min(tried, key=lambda each: (excel_round(each.ratio_after, 9), abs(each.suggested - each.now)))


def _changed(
    best_to_others: Sequence[float], others_to_worst: Sequence[float], top: float, j: int, is_from_best: bool, to: float
) -> Weakest:
    first, second = list(best_to_others), list(others_to_worst)
    side = first if is_from_best else second
    now, side[j] = side[j], to
    return Weakest(j, is_from_best, now, to, input_ratio(first, second, top))
