"""Strict and lenient raters: how far each is from the others, and ratings brought to one scale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum, sqrt
from typing import Literal

from kpi_xl.scoring.opinion.points import GRID
from kpi_xl.scoring.rounding import excel_round

LEAST_RATINGS = 5
"""A rater with fewer is neither compared nor corrected."""
SHRINKAGE = 3.0
"""Ratings' worth of the whole panel that is mixed into each rater's own mean and variance."""
NOTABLE, STRONG = 0.5, 0.8
"""Leniency, in standard deviations, that is a warning, and that is a failure of fairness."""

Verdict = Literal["OK", "WARN", "FAIL"]


@dataclass(frozen=True, slots=True)
class Normalised:
    """One rater's points before and after; the same where nothing could be compared."""

    before: tuple[float, ...]
    after: tuple[float, ...]
    is_changed: bool


@dataclass(frozen=True, slots=True)
class Leniency:
    """How far a rater's mean is above that of the others.

    `d` is in pooled standard deviations, below zero when strict.
    """

    mean: float
    others: float
    d: float
    verdict: Verdict


def normalise(
    ratings: Mapping[str, Sequence[float]], shrinkage: float = SHRINKAGE, floor: float = 0.0, cap: float = 120.0
) -> Mapping[str, Normalised]:
    """Each rater's points on the scale of the whole panel.

    Only for raters who judged comparable groups, and never for what a system measured.

    Parameters
    ----------
    ratings : mapping
        Points by rater, in their order. Raters with fewer than `LEAST_RATINGS` stay as they are, and so do all when
        fewer than two have enough or when nobody's points vary.
    shrinkage : float
        As `SHRINKAGE`.
    floor, cap : float
        Limits of the corrected points.

    Returns
    -------
    mapping
        By rater, in the same order, not rounded: M + SD (p - m) / s, where m and s² are the rater's mean and sample
        variance, shrunk towards the panel's.
    """
    compared = _compared(ratings)
    centre, deviation = _panel(compared)
    if len(compared) < 2 or deviation == 0:
        compared = {}
    return {
        rater: _on_scale(points, centre, deviation, shrinkage, floor, cap)
        if rater in compared
        else Normalised(tuple(points), tuple(points), False)
        for rater, points in ratings.items()
    }


def leniency(ratings: Mapping[str, Sequence[float]]) -> Mapping[str, Leniency]:
    """Leniency of each rater against the others.

    Only those with at least `LEAST_RATINGS` are compared.

    Parameters
    ----------
    ratings : mapping
        Points by rater, in any order.

    Returns
    -------
    mapping
        Empty when fewer than two raters can be compared, or nobody's points vary.
    """
    compared = _compared(ratings)
    _, deviation = _panel(compared)
    if len(compared) < 2 or deviation == 0:
        return {}
    return {rater: _against(rater, compared, deviation) for rater in compared}


def _against(rater: str, compared: Mapping[str, Sequence[float]], deviation: float) -> Leniency:
    own = _mean(compared[rater])
    others = _mean([point for name, points in compared.items() if name != rater for point in points])
    d = (own - others) / deviation
    size = excel_round(abs(d), GRID)
    return Leniency(own, others, d, "FAIL" if size >= STRONG else "WARN" if size >= NOTABLE else "OK")


def _compared(ratings: Mapping[str, Sequence[float]]) -> Mapping[str, Sequence[float]]:
    return {rater: points for rater, points in ratings.items() if len(points) >= LEAST_RATINGS}


def _panel(compared: Mapping[str, Sequence[float]]) -> tuple[float, float]:
    """Mean of all points, and the standard deviation within raters."""
    points = [point for own in compared.values() for point in own]
    if not points or all(len(set(own)) == 1 for own in compared.values()):
        return 0.0, 0.0
    squares = fsum((len(own) - 1) * _variance(own) for own in compared.values())
    return _mean(points), sqrt(squares / (len(points) - len(compared)))


def _on_scale(
    points: Sequence[float], centre: float, deviation: float, k: float, floor: float, cap: float
) -> Normalised:
    n = len(points)
    mean = (n * _mean(points) + k * centre) / (n + k)
    own = sqrt((n * _variance(points) + k * deviation**2) / (n + k))
    # Without shrinkage a rater who gives everyone the same has no scale: that rater's points say nothing.
    after = [centre + deviation * (point - mean) / own if own else centre for point in points]
    return Normalised(tuple(points), tuple(min(cap, max(floor, point)) for point in after), True)


def _mean(points: Sequence[float]) -> float:
    return fsum(points) / len(points)


def _variance(points: Sequence[float]) -> float:
    mean = _mean(points)
    return fsum((point - mean) ** 2 for point in points) / (len(points) - 1)
