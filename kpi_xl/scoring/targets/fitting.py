"""Holt-Winters parameters of many series at once: the search of `smoothing`, step by step, over arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any, TypeAlias

from kpi_xl.scoring.targets.smoothing import (
    FINEST,
    GRID,
    N_PARAMETERS,
    WIDEST,
    Form,
    Smoothing,
    form_of,
    start_on_line,
)
from kpi_xl.scoring.weights.shares import library

MANY = 1024
"""Series that are searched together: more no longer fit a processor's nearest memory."""
Values: TypeAlias = tuple[float, ...]
Arrays: TypeAlias = Any
Loss: TypeAlias = Callable[[Arrays, Arrays], Arrays]


def fits(series: Iterable[Values], season: int) -> Mapping[Values, Smoothing]:
    """Parameters of the least squared one-step errors, by series, as `holt_winters` finds them.

    Parameters
    ----------
    series
        Each without a gap, the oldest value first; one of two seasons or less is left out.
    season : int
        Periods of a year.

    Raises
    ------
    MethodError
        ``E-METHOD-LIBRARY``: numpy is not installed.
    """
    groups: dict[tuple[int, Form], list[Values]] = {}
    for values in dict.fromkeys(series):
        if len(values) > 2 * season:
            groups.setdefault((len(values), form_of(values, season)), []).append(values)
    found: dict[Values, Smoothing] = {}
    for (_, form), same in groups.items():
        for start in range(0, len(same), MANY):
            some = same[start : start + MANY]
            found |= zip(some, _fitted(some, season, form), strict=True)
    return found


def _fitted(series: Sequence[Values], season: int, form: Form) -> Iterator[Smoothing]:
    """Parameters of series of one length and form."""
    numpy = library("TM7", "numpy")
    sse = _loss(numpy, series, season, form)
    grid = numpy.array(list(product(GRID, repeat=N_PARAMETERS)))                 # (n_points, 3)
    everywhere = numpy.broadcast_to(grid, (len(series), *grid.shape))
    errors = sse(everywhere, slice(None))
    best, lowest = grid[errors.argmin(axis=1)], errors.min(axis=1)
    step = numpy.full(len(series), WIDEST)
    moves = numpy.array([sign * numpy.eye(N_PARAMETERS)[which] for which in range(N_PARAMETERS) for sign in (1, -1)])
    # A few series take four times as many steps as most: only those that still move are looked at.
    while (rows := numpy.flatnonzero(step > FINEST)).size:
        around = (best[rows, None, :] + moves[None, :, :] * step[rows, None, None]).clip(0.0, 1.0)
        errors = sse(around, rows)
        nearest = errors.min(axis=1)
        better = nearest < lowest[rows]
        moved, place = rows[better], errors.argmin(axis=1)[better]
        best[moved], lowest[moved] = around[better, place], nearest[better]
        step[rows[~better]] /= 2
    return (Smoothing(*point) for point in best.tolist())


def _loss(numpy: Any, series: Sequence[Values], season: int, form: Form) -> Loss:
    """Sum of squared one-step errors of every series at points of its own.

    points  : (n_rows, n_points, 3)
    rows    : which series they are of
    returns : (n_rows, n_points)
    """
    starts = [start_on_line(values, season, form) for values in series]
    first = [numpy.array([getattr(state, name) for state in starts])[:, None] for name in ("level", "trend")]
    begun = numpy.array([state.seasons for state in starts])                     # (n_series, season)
    rest = numpy.array([values[season:] for values in series])                   # (n_series, n_periods)

    def sse(points: Arrays, rows: Arrays) -> Arrays:
        alpha, beta, gamma = (points[:, :, which] for which in range(N_PARAMETERS))
        level, trend = (each[rows] for each in first)
        start, values = begun[rows], rest[rows]
        seasons = [start[:, place, None] for place in range(season)]
        total = numpy.zeros(points.shape[:2])
        for period in range(values.shape[1]):
            value, own, line = values[:, period, None], seasons[period % season], level + trend
            if form == "additive":
                error = value - (line + own)
                new = line + alpha * (value - own - line)
                seasons[period % season] = own + gamma * (value - new - own)
            else:
                error = value - line * own
                new = line + alpha * (_over(numpy, value, own, line) - line)
                seasons[period % season] = own + gamma * (_over(numpy, value, new, own) - own)
            total = total + error * error
            trend = trend + beta * (new - level - trend)
            level = new
        return total

    return sse


def _over(numpy: Any, above: Arrays, below: Arrays, otherwise: Arrays) -> Arrays:
    """A ratio; a level or a season of zero has none and stays."""
    is_zero = below == 0
    return numpy.where(is_zero, otherwise, above / numpy.where(is_zero, 1.0, below))
