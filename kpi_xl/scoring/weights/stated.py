"""Weights that people state: as amounts, as an order of importance, or through the goals that indicators serve."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import fsum, isfinite

from kpi_xl.errors import MethodError
from kpi_xl.model.params import Problem
from kpi_xl.scoring.weights.shares import Weighting, amounts, same_length, shares

EQUAL_TO = 1e-9
"""Sums of weights are equal to 1 within this."""
RELATION = (0.0, 1.0, 3.0, 9.0)
"""How much an indicator serves a goal: not at all, weakly, clearly, strongly."""

Place = Callable[[int, int], float]
"""Weight of a 1-based position among so many indicators."""


def direct(values: Sequence[float]) -> Weighting:
    """Weights as typed, or any amounts in the same proportion.

    Parameters
    ----------
    values : (n_kpis,)
        None below zero; percentages and points will do.

    Returns
    -------
    Weighting
        With ``W-WEIGHT-TOTAL`` when the amounts did not sum to 1 as they were.

    >>> direct([0.5, 0.3, 0.2]).weights
    (0.5, 0.3, 0.2)
    """
    weights = shares(amounts(values))
    total = fsum(values)
    is_whole = abs(total - 1) <= EQUAL_TO
    warning = Problem("W-WEIGHT-TOTAL", {"total": total, "difference": 1 - total})
    return Weighting(weights, () if is_whole else (warning,))


def roc(ranks: Sequence[float]) -> Weighting:
    """Weights from an order of importance: rank-order centroid.

    Parameters
    ----------
    ranks : (n_kpis,)
        1 for the most important; equal numbers are ties and share the mean of their positions' weights. Only the
        order counts: 1, 2, 2, 4 and 1, 2, 2, 3 are the same.

    Raises
    ------
    MethodError
        ``E-RANK``: a rank below 1.

    Source: F. H. Barron, B. E. Barrett, Decision quality using ranked attribute weights, 1996.

    >>> [round(weight, 4) for weight in roc([1, 2, 3, 4]).weights]
    [0.5208, 0.2708, 0.1458, 0.0625]
    """
    return _by_rank(ranks, _centroid)


def rank_sum(ranks: Sequence[float]) -> Weighting:
    """Weights from an order of importance, falling in equal steps.

    Ranks and ties as in `roc`.

    Source: W. G. Stillwell, D. A. Seaver, W. Edwards, A comparison of weight approximation techniques, 1981.

    >>> rank_sum([1, 2, 3, 4]).weights
    (0.4, 0.3, 0.2, 0.1)
    """
    return _by_rank(ranks, lambda place, count: float(count + 1 - place))


def rank_reciprocal(ranks: Sequence[float]) -> Weighting:
    """Weights from an order of importance, proportional to 1/rank.

    Ranks and ties as in `roc`.

    Source: W. G. Stillwell, D. A. Seaver, W. Edwards, A comparison of weight approximation techniques, 1981.

    >>> [round(weight, 2) for weight in rank_reciprocal([1, 2, 3, 4]).weights]
    [0.48, 0.24, 0.16, 0.12]
    """
    return _by_rank(ranks, lambda place, count: 1.0 / place)


def goal_map(goal_weights: Sequence[float], relation: Sequence[Sequence[float]]) -> Weighting:
    """Weights from how strongly each indicator serves each goal.

    Parameters
    ----------
    goal_weights : (n_goals,)
        Importance of the goals, in any proportion.
    relation : (n_goals, n_kpis)
        0, 1, 3 or 9.

    Returns
    -------
    Weighting
        With ``W-QFD-GOAL`` for a goal that no indicator serves, ``W-QFD-INDICATOR`` for an indicator of weight zero.

    Raises
    ------
    MethodError
        ``E-QFD-RELATION``: another number in the map.

    Source: Y. Akao, Quality Function Deployment: Integrating Customer Requirements into Product Design, 1990.

    >>> goal_map([0.5, 0.5], [[9, 3], [0, 0]]).weights
    (0.75, 0.25)
    """
    same_length(relation, goal_weights)
    importance = shares(amounts(goal_weights))
    for row in relation:
        same_length(row, relation[0])
    _check_relation(relation)
    weights = shares([_served(importance, column) for column in zip(*relation, strict=True)])
    bare = [Problem("W-QFD-GOAL", {"row": i}) for i, row in enumerate(relation, start=1) if not any(row)]
    idle = [Problem("W-QFD-INDICATOR", {"column": j}) for j, weight in enumerate(weights, start=1) if weight == 0]
    return Weighting(weights, (*bare, *idle))


def _centroid(place: int, count: int) -> float:
    return fsum(1 / position for position in range(place, count + 1))


def _by_rank(ranks: Sequence[float], weight_at: Place) -> Weighting:
    for position, rank in enumerate(ranks, start=1):
        if not (isfinite(rank) and rank >= 1):
            raise MethodError("E-RANK", position=position, found=rank)
    count = len(ranks)
    ordered = sorted(ranks)
    at = [weight_at(place, count) for place in range(1, count + 1)]
    mean = {rank: _mean([at[i] for i in range(count) if ordered[i] == rank]) for rank in set(ranks)}
    return Weighting(shares([mean[rank] for rank in ranks]))


def _mean(values: Sequence[float]) -> float:
    return fsum(values) / len(values)


def _served(importance: Sequence[float], column: Sequence[float]) -> float:
    return fsum(weight * strength for weight, strength in zip(importance, column, strict=True))


def _check_relation(relation: Sequence[Sequence[float]]) -> None:
    for i, row in enumerate(relation, start=1):
        for j, strength in enumerate(row, start=1):
            if strength not in RELATION:
                raise MethodError("E-QFD-RELATION", row=i, column=j, found=strength)
