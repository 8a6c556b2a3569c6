"""Mean, sample variance and median of plain numbers; the standard library's module is slow to import and to run."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum


def mean(values: Sequence[float]) -> float:
    """Arithmetic mean of at least one number."""
    return fsum(values) / len(values)


def variance(values: Sequence[float]) -> float:
    """Sample variance of at least two numbers.

    >>> variance([1.0, 2.0, 3.0])
    1.0
    """
    centre = mean(values)
    return fsum((value - centre) ** 2 for value in values) / (len(values) - 1)


def median(values: Sequence[float]) -> float:
    """Middle of at least one number; the mean of the two in the middle when their count is even.

    >>> median([3.0, 1.0, 2.0]), median([4.0, 1.0])
    (2.0, 2.5)
    """
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
