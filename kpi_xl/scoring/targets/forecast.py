"""Forecasts as distributions: what a period's value may become, and how likely."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, fsum, inf
from typing import TypeAlias

from kpi_xl.errors import MethodError
from kpi_xl.scoring.targets import student

HALF_GRID = 0.5e-9
"""Two quantities are equal within this share of their size."""
FEWEST_PAST = 8


@dataclass(frozen=True, slots=True)
class Bell:
    """Student's t around a middle, as a regression or a smoothing predicts; infinite `df` is the normal one."""

    middle: float
    spread: float                       # standard deviation of the prediction, before the factor that t brings
    df: float = inf

    def quantile(self, p: float) -> float:
        """The value that is not exceeded with the chance p."""
        return self.middle + self.spread * student.quantile(_inside(p), self.df)

    def at_least(self, value: float) -> float:
        """Chance of this value or more."""
        if self.spread == 0:
            return float(self.middle >= value - _grid(value))
        return student.below((self.middle - value) / self.spread, self.df)

    def at_most(self, value: float) -> float:
        """Chance of this value or less."""
        if self.spread == 0:
            return float(self.middle <= value + _grid(value))
        return student.below((value - self.middle) / self.spread, self.df)


@dataclass(frozen=True, slots=True)
class Draws:
    """Simulated or past values in ascending order; `prior` is added to what happened and to what did not."""

    ordered: tuple[float, ...]
    prior: int = 0

    @property
    def middle(self) -> float:
        """Mean."""
        return fsum(self.ordered) / len(self.ordered)

    def quantile(self, p: float) -> float:
        """The value that is not exceeded with the chance p, between two by their distance."""
        return percentile(self.ordered, _inside(p))

    def at_least(self, value: float) -> float:
        """Chance of this value or more."""
        return self._share(len(self.ordered) - bisect_left(self.ordered, value - _grid(value)))

    def at_most(self, value: float) -> float:
        """Chance of this value or less."""
        return self._share(bisect_right(self.ordered, value + _grid(value)))

    def _share(self, count: int) -> float:
        return (count + self.prior) / (len(self.ordered) + 2 * self.prior)


Forecast: TypeAlias = Bell | Draws


def past(values: Sequence[float]) -> Draws | None:
    """What happened before, each as likely, with one more that reached a target and one that did not.

    values  : (n,)     in any order
    returns : None below eight of them

    Source: P. S. Laplace's rule of succession, Essai philosophique sur les probabilités, 1814.
    """
    return Draws(tuple(sorted(values)), prior=1) if len(values) >= FEWEST_PAST else None


def percentile(ordered: Sequence[float], p: float) -> float:
    """PERCENTILE.INC of a spreadsheet.

    Parameters
    ----------
    ordered : (n,)
        Ascending, at least one.
    p : float
        From 0 to 1.

    >>> percentile((1, 2, 3, 4), 0.3)
    1.9
    """
    place = p * (len(ordered) - 1)
    low = min(floor(place), len(ordered) - 1)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def _inside(p: float) -> float:
    if not 0 < p < 1:
        raise MethodError("E-CHANCE", found=p)
    return p


def _grid(value: float) -> float:
    return HALF_GRID * max(1.0, abs(value))
