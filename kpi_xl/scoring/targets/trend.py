"""A straight line through the past, and the prediction that follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, inf, sqrt

from kpi_xl.scoring.targets.forecast import Bell
from kpi_xl.scoring.targets.student import below

FEWEST = 3
"""A line through two points leaves nothing to judge it by."""
EXACT = 1e-12
"""Residuals below this share of the values are the noise of their last bits."""
DOUBTFUL = 0.1
"""A slope with a larger chance of being none is taken for none."""


@dataclass(frozen=True, slots=True)
class Trend:
    """Least squares over periods numbered from 1; where the slope is doubtful the mean stands for the line."""

    n: int
    slope: float                        # per period
    intercept: float
    deviation: float                    # of the residuals, n - 2 degrees of freedom
    middle: float                       # mean of the period numbers
    sxx: float
    p_slope: float                      # two-sided
    mean: Bell                          # the prediction when there is no trend

    @property
    def is_flat(self) -> bool:
        """The slope may as well be none."""
        return self.p_slope > DOUBTFUL

    def at(self, t: float) -> Bell:
        """Prediction for a period by its number, on the line whatever its slope."""
        spread = self.deviation * sqrt(1 + 1 / self.n + (t - self.middle) ** 2 / self.sxx)
        return Bell(self.intercept + self.slope * t, spread, self.n - 2)

    def proposed(self, t: float) -> Bell:
        """Prediction for a period: the line, or the mean when it is flat."""
        return self.mean if self.is_flat else self.at(t)


def trend(values: Sequence[float | None]) -> Trend | None:
    """Least-squares line through values of consecutive periods.

    Parameters
    ----------
    values : (n_periods,)
        The oldest first; None where nothing was reported, which keeps its number.

    Returns
    -------
    Trend or None
        None below three values.

    Source: N. R. Draper, H. Smith, Applied Regression Analysis, 1998.

    >>> line = trend([100, 104, 103, 108, 112, 111, 115, 118, 117, 122, 126, 125])
    >>> round(line.at(13).middle, 4), round(line.at(13).spread, 4)
    (128.7121, 1.8597)
    """
    points = [(float(t), value) for t, value in enumerate(values, start=1) if value is not None]
    n = len(points)
    if n < FEWEST:
        return None
    middle, mean = fsum(t for t, _ in points) / n, fsum(y for _, y in points) / n
    sxx = fsum((t - middle) ** 2 for t, _ in points)
    slope = fsum((t - middle) * (y - mean) for t, y in points) / sxx
    intercept = mean - slope * middle
    size = max(abs(y) for _, y in points)
    left = _deviation([y - intercept - slope * t for t, y in points], n - 2, size)
    apart = _deviation([y - mean for _, y in points], n - 1, size)
    return Trend(
        n, slope if apart else 0.0, intercept, left, middle, sxx,
        _chance_of_none(slope, left / sqrt(sxx), n - 2) if apart else 1.0,
        Bell(mean, apart * sqrt(1 + 1 / n), n - 1),
    )  # fmt: skip


def _deviation(residuals: Sequence[float], df: int, size: float) -> float:
    found = sqrt(fsum(each * each for each in residuals) / df)
    return found if found > EXACT * size else 0.0


def _chance_of_none(slope: float, error: float, df: int) -> float:
    return 2 * below(-abs(slope) / error if error else -inf, df)
