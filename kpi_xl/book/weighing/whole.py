"""Weights as whole steps of a unit that stay within their bounds, with none of the sum lost."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, fsum

from kpi_xl.errors import MethodError
from kpi_xl.model.params import Problem
from kpi_xl.scoring.rounding import excel_round
from kpi_xl.scoring.weights.bounds import project, project_perspectives

DIGITS = 6


def adjusted(
    weights: Sequence[float],
    lo: Sequence[float],
    hi: Sequence[float],
    perspectives: Sequence[int],
    least: float,
    unit: float,
) -> tuple[tuple[float, ...], tuple[Problem, ...]]:
    """Weights within all bounds, in the proportions they had, as multiples of a unit.

    Parameters
    ----------
    weights, lo, hi : (n_kpis,)
        As for `project`.
    perspectives : (n_kpis,)
        0-based perspective of each.
    least : float
        Of each perspective's total; 0 for none.
    unit : float
        As 0.01.

    Returns
    -------
    weights : (n_kpis,)
    warnings : tuple of Problem
        Of the projection.

    Raises
    ------
    MethodError
        As `project_perspectives`; ``E-UNIT``: the unit does not go into 1.

    >>> adjusted([0.52, 0.25, 0.15, 0.05, 0.03], [0.05] * 5, [0.4] * 5, [0] * 5, 0.0, 0.01)[0]
    (0.4, 0.31, 0.18, 0.06, 0.05)
    """
    units = round(1 / unit)
    if abs(units * unit - 1) > 1e-9:
        raise MethodError("E-UNIT", found=unit)
    count = max(perspectives) + 1
    if least <= 0 or count == 1:
        found = project(weights, lo, hi)
        return _fractions(stepped(found.weights, lo, hi, units, units), units), found.warnings
    found = project_perspectives(weights, perspectives, lo, hi, [least] * count, [1.0] * count)
    members = [[i for i, own in enumerate(perspectives) if own == p] for p in range(count)]
    totals = [fsum(found.weights[i] for i in own) for own in members]
    least_totals = [max(least, fsum(lo[i] for i in own)) for own in members]
    most_totals = [fsum(hi[i] for i in own) for own in members]
    steps = [0] * len(weights)
    for own, total in zip(members, stepped(totals, least_totals, most_totals, units, units), strict=True):
        inside, least_own, most_own = ([each[i] for i in own] for each in (found.weights, lo, hi))
        for i, step in zip(own, stepped(inside, least_own, most_own, total, units), strict=True):
            steps[i] = step
    return _fractions(steps, units), found.warnings


def stepped(
    weights: Sequence[float], lo: Sequence[float], hi: Sequence[float], total: int, units: int
) -> tuple[int, ...]:
    """Whole steps that sum to `total`: each rounded down, the rest to the largest remainders within the bounds.

    Parameters
    ----------
    weights, lo, hi : (n,)
        Fractions of the whole.
    total : int
        Steps to hand out among these.
    units : int
        Steps of the whole.

    >>> stepped([0.25, 0.25, 0.25, 0.25], [0.0] * 4, [0.3] * 4, 10, 10)
    (3, 3, 2, 2)
    """
    ideal = [each * units for each in weights]
    least = [ceil(excel_round(each * units, DIGITS)) for each in lo]
    most = [max(low, floor(excel_round(each * units, DIGITS))) for each, low in zip(hi, least, strict=True)]
    down = [floor(excel_round(each, DIGITS)) for each in ideal]
    found = [min(high, max(low, each)) for each, low, high in zip(down, least, most, strict=True)]
    while (short := total - sum(found)) != 0:
        way = 1 if short > 0 else -1
        free = [i for i in range(len(found)) if (found[i] < most[i] if way > 0 else found[i] > least[i])]
        if not free:                    # bounds that no whole steps fit: the sum counts more
            free = [i for i in range(len(found)) if way > 0 or found[i] > 0]
        best = max(free, key=lambda i: (excel_round(way * (ideal[i] - found[i]), DIGITS), way * ideal[i], -i))
        found[best] += way
    return tuple(found)


def _fractions(steps: Sequence[int], units: int) -> tuple[float, ...]:
    return tuple(each / units for each in steps)
