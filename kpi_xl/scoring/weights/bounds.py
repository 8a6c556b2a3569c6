"""Weights kept within their bounds, and whole units handed out without losing any."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor, fsum, isfinite

from kpi_xl.errors import MethodError
from kpi_xl.model.params import Problem
from kpi_xl.scoring.rounding import excel_round
from kpi_xl.scoring.weights.shares import Weighting, amounts, same_length, shares

FITS = 1e-9
"""Bounds leave room for a sum of 1 within this."""
NOTHING = 1e-12
"""A weight smaller than this share of the largest has no proportion to keep."""
HALVINGS = 200


def project(weights: Sequence[float], lo: Sequence[float], hi: Sequence[float]) -> Weighting:
    """Weights within their bounds, in the proportions they had.

    Parameters
    ----------
    weights : (n_kpis,)
        None below zero, in any proportion.
    lo, hi : (n_kpis,)
        Least and largest weight of each indicator, as fractions.

    Returns
    -------
    Weighting
        Every weight that is not at a bound has kept its proportion to the others that are not. With
        ``W-BOUNDS-ZERO`` where indicators of weight zero had to take what the others may not hold.

    Raises
    ------
    MethodError
        ``E-BOUNDS-ORDER``: a lower bound above its upper one; ``E-BOUNDS-SUM``: no weights within the bounds sum to 1.

    >>> [round(w, 4) for w in project([0.52, 0.25, 0.15, 0.05, 0.03], [0.05] * 5, [0.4] * 5).weights]
    [0.4, 0.3056, 0.1833, 0.0611, 0.05]
    """
    start = shares(amounts(weights))
    check_feasible(lo, hi, start)
    return Weighting(*_level(start, lo, hi, 1.0))


def project_perspectives(
    weights: Sequence[float],
    perspectives: Sequence[int],
    lo: Sequence[float],
    hi: Sequence[float],
    perspective_lo: Sequence[float],
    perspective_hi: Sequence[float],
) -> Weighting:
    """Weights within bounds of each indicator and of each perspective.

    Parameters
    ----------
    weights, lo, hi : (n_kpis,)
        As for `project`.
    perspectives : (n_kpis,)
        0-based perspective of each indicator.
    perspective_lo, perspective_hi : (n_perspectives,)
        Least and largest total of each perspective, as fractions.

    Returns
    -------
    Weighting
        In the proportions they had: the totals are projected first, then each perspective's indicators to its total.

    Raises
    ------
    MethodError
        As `project`; ``E-BOUNDS-PERSPECTIVE``: a perspective's indicators cannot make up a total within its bounds.
    """
    start = shares(amounts(weights))
    check_feasible(lo, hi, start)
    same_length(perspectives, start)
    members = [[i for i, own in enumerate(perspectives) if own == p] for p in range(len(perspective_lo))]
    same_length([i for own in members for i in own], start)
    least, most = _room(members, lo, hi, perspective_lo, perspective_hi)
    totals, warnings = _level([fsum(_at(start, own)) for own in members], least, most, 1.0)
    found = [0.0] * len(start)
    for own, total in zip(members, totals, strict=True):
        parts, more = _level(_at(start, own), _at(lo, own), _at(hi, own), total)
        warnings += more
        for i, part in zip(own, parts, strict=True):
            found[i] = part
    return Weighting(tuple(found), warnings[:1])


def check_feasible(lo: Sequence[float], hi: Sequence[float], weights: Sequence[float]) -> None:
    """Some weights within these bounds sum to 1.

    Raises
    ------
    MethodError
        ``E-BOUNDS-ORDER``, ``E-BOUNDS-SUM``, ``E-WEIGHT-LENGTH``.
    """
    same_length(lo, weights)
    same_length(hi, weights)
    for position, (least, most) in enumerate(zip(lo, hi, strict=True), start=1):
        if not (0 <= least <= most and isfinite(most)):
            raise MethodError("E-BOUNDS-ORDER", position=position, lo=least, hi=most)
    if not fsum(lo) <= 1 + FITS or not fsum(hi) >= 1 - FITS:
        raise MethodError("E-BOUNDS-SUM", lo=fsum(lo), hi=fsum(hi))


def largest_remainder(quantities: Sequence[float], units: int) -> tuple[int, ...]:
    """Whole units in proportion to quantities; the largest remainders are rounded up.

    Parameters
    ----------
    quantities : (n,)
        None below zero, in any proportion.
    units : int
        To hand out, none is lost. Equal remainders go to the larger quantity, then to the first in order.

    Source: T. Hare, A Treatise on the Election of Representatives, Parliamentary and Municipal, 1859.

    >>> largest_remainder([0.4, 0.3056, 0.1833, 0.0611, 0.05], 100)
    (40, 31, 18, 6, 5)
    """
    ideal = [share * units for share in shares(amounts(quantities))]
    whole = [floor(each) for each in ideal]
    # A workbook compares remainders by six digits; a whole number short of its last bit has a remainder of 1 by them.
    order = sorted(range(len(ideal)), key=lambda i: (-excel_round(ideal[i] - whole[i], 6), -quantities[i], i))
    raised = set(order[: units - sum(whole)])
    return tuple(each + (i in raised) for i, each in enumerate(whole))


def _level(
    weights: Sequence[float], lo: Sequence[float], hi: Sequence[float], total: float
) -> tuple[tuple[float, ...], tuple[Problem, ...]]:
    """``clip(mu * weights, lo, hi)`` with the mu that gives the total."""
    largest = max(weights, default=0.0)
    tiny = [weight <= NOTHING * largest for weight in weights]
    most = [least if idle else bound for idle, least, bound in zip(tiny, lo, hi, strict=True)]
    if fsum(most) >= total - FITS:
        return _clipped([0.0 if idle else w for idle, w in zip(tiny, weights, strict=True)], lo, hi, total), ()
    # All that have a proportion are at their upper bounds; the rest is shared evenly by those that have none.
    least = [low if idle else bound for idle, low, bound in zip(tiny, lo, hi, strict=True)]
    return _clipped([float(idle) for idle in tiny], least, hi, total), (Problem("W-BOUNDS-ZERO"),)


def _clipped(weights: Sequence[float], lo: Sequence[float], hi: Sequence[float], total: float) -> tuple[float, ...]:
    below, above = 0.0, max((most / w for w, most in zip(weights, hi, strict=True) if w > 0), default=0.0)
    for _ in range(HALVINGS):
        middle = (below + above) / 2
        if fsum(_clip(weights, lo, hi, middle)) < total:
            below = middle
        else:
            above = middle
    return tuple(_clip(weights, lo, hi, above))


def _clip(weights: Sequence[float], lo: Sequence[float], hi: Sequence[float], times: float) -> list[float]:
    return [min(most, max(least, times * w)) for w, least, most in zip(weights, lo, hi, strict=True)]


def _room(
    members: Sequence[Sequence[int]],
    lo: Sequence[float],
    hi: Sequence[float],
    perspective_lo: Sequence[float],
    perspective_hi: Sequence[float],
) -> tuple[list[float], list[float]]:
    """Bounds of each perspective's total, narrowed to what its indicators can hold."""
    same_length(perspective_hi, perspective_lo)
    least = [max(low, fsum(_at(lo, own))) for own, low in zip(members, perspective_lo, strict=True)]
    most = [min(high, fsum(_at(hi, own))) for own, high in zip(members, perspective_hi, strict=True)]
    for position, (low, high) in enumerate(zip(least, most, strict=True), start=1):
        if not low <= high + FITS:
            raise MethodError("E-BOUNDS-PERSPECTIVE", position=position, lo=low, hi=high)
    most = [max(low, high) for low, high in zip(least, most, strict=True)]      # equal but for their last bit
    check_feasible(least, most, least)
    return least, most


def _at(values: Sequence[float], places: Sequence[int]) -> list[float]:
    return [values[i] for i in places]
