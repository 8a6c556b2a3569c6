"""Several roles in one period: one after the other, or side by side."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import fsum

SHORTEST = Fraction(1, 6)
"""Least part of a period for which a role counts by itself."""


def mixed(totals: Sequence[float | None], days: Sequence[float]) -> float | None:
    """Mean of the totals of somebody's roles, not rounded.

    Parameters
    ----------
    totals : (n_roles,)
        None where the card of a role is withheld: what is missing is not zero.
    days : (n_roles,)
        Days of each role times the part of the working time that it took.

    >>> round(mixed((92, 85), (40, 52)), 2), mixed((100, 90), (0.6, 0.4))
    (88.04, 96.0)
    """
    known = [total for total in totals if total is not None]
    whole = fsum(days)
    if len(known) < len(totals) or not whole:
        return None
    return fsum(total * count for total, count in zip(known, days, strict=True)) / whole


def merged(days: Sequence[int], period_days: int) -> tuple[int, ...]:
    """Days by role after the short ones went to the longest, the first of several.

    >>> merged((10, 82), 92)
    (0, 92)
    """
    longest = max(range(len(days)), key=lambda i: (days[i], -i))
    counted = list(days)
    for i, count in enumerate(days):
        if i != longest and count < SHORTEST * period_days:
            counted[longest] += count
            counted[i] = 0
    return tuple(counted)
