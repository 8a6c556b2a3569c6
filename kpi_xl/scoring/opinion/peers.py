"""RANK, PERCENTILE, ZSCORE: points from where an actual stands among those of its comparison group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, sqrt

from kpi_xl.model.params import Problem
from kpi_xl.scoring.moments import median
from kpi_xl.scoring.opinion.points import Points, refused
from kpi_xl.scoring.rounding import excel_round

FEW = 5
"""Below so many, a place in the group says little."""
TO_DEVIATION = 1.4826
"""Median absolute deviation times this is the standard deviation of normal data."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """Points of the last and of the first of a group, and of one who is alone in it."""

    worst: float = 60.0
    best: float = 120.0
    alone: float = 100.0


@dataclass(frozen=True, slots=True)
class Spread:
    """Points at the middle of a group, and for each standard deviation above it."""

    middle: float = 80.0
    per_deviation: float = 10.0
    robust: bool = False                # by median and median absolute deviation


def rank(own: float, group: Sequence[float], sign: int, digits: int, ladder: Ladder) -> Points:
    """Points by rank, evenly from last to first; ties share their average rank.

    Parameters
    ----------
    own : float
        The actual to score.
    group : (n,)
        Actuals of the comparison group in any order, `own` among them.
    sign : int
        -1 where less is better.
    digits : int
        Two actuals are equal when they are at so many decimals.
    ladder : Ladder

    Returns
    -------
    Points
        ``W-PEERS-FEW`` in a group below `FEW`; ``E-PEERS-SELF`` when `own` is not in the group.

    >>> [rank(own, (95, 88, 88, 70, 60), 1, 9, Ladder()).value for own in (95, 88, 60)]
    [120.0, 97.5, 60.0]
    """
    here, keys = _keys(own, group, sign, digits)
    if here not in keys:
        return refused("E-PEERS-SELF", found=own)
    n, better = len(keys), sum(key > here for key in keys)
    if n == 1:
        return Points(ladder.alone, problems=_few(n))
    average = better + (keys.count(here) + 1) / 2
    return Points(ladder.best - (average - 1) / (n - 1) * (ladder.best - ladder.worst), problems=_few(n))


def percentile(own: float, group: Sequence[float], sign: int, digits: int, ladder: Ladder) -> Points:
    """Points by the share of the group that is worse; otherwise as `rank`.

    Those that are equal count half.

    >>> [percentile(own, (95, 88, 88, 70, 60), 1, 9, Ladder()).value for own in (95, 88, 60)]
    [114.0, 96.0, 66.0]
    """
    here, keys = _keys(own, group, sign, digits)
    if here not in keys:
        return refused("E-PEERS-SELF", found=own)
    n, worse = len(keys), sum(key < here for key in keys)
    if n == 1:
        return Points(ladder.alone, problems=_few(n))
    share = (worse + keys.count(here) / 2) / n
    return Points(ladder.worst + share * (ladder.best - ladder.worst), problems=_few(n))


def zscore(own: float, group: Sequence[float], sign: int, digits: int, spread: Spread) -> Points:
    """Points by standard deviations from the mean of the group; otherwise as `rank`.

    The deviation is that of a population. A group without spread has the middle for all, and ``W-PEERS-ALIKE``.

    >>> round(zscore(95, (95, 88, 88, 70, 60), 1, 9, Spread()).value, 2)
    91.33
    """
    here, keys = _keys(own, group, sign, digits)
    if here not in keys:
        return refused("E-PEERS-SELF", found=own)
    centre, deviation = _robust(keys) if spread.robust else _plain(keys)
    if deviation == 0:
        return Points(spread.middle, problems=(*_few(len(keys)), Problem("W-PEERS-ALIKE", {"count": len(keys)})))
    return Points(spread.middle + spread.per_deviation * (here - centre) / deviation, problems=_few(len(keys)))


def _keys(own: float, group: Sequence[float], sign: int, digits: int) -> tuple[float, list[float]]:
    """Actuals on the grid of equality, more being better."""
    return excel_round(sign * own, digits), [excel_round(sign * each, digits) for each in group]


def _few(count: int) -> tuple[Problem, ...]:
    return (Problem("W-PEERS-FEW", {"found": count, "wanted": FEW}),) if count < FEW else ()


def _plain(keys: Sequence[float]) -> tuple[float, float]:
    if len(set(keys)) == 1:             # their mean may be off by a bit, and then they would seem to differ
        return keys[0], 0.0
    mean = fsum(keys) / len(keys)
    return mean, sqrt(fsum((key - mean) ** 2 for key in keys) / len(keys))


def _robust(keys: Sequence[float]) -> tuple[float, float]:
    centre = median(keys)
    return centre, TO_DEVIATION * median([abs(key - centre) for key in keys])
