"""Several roles in one period: one after the other, or side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import fsum

from kpi_xl.errors import MethodError

SHORTEST = Fraction(1, 6)
"""Least part of a period for which a role counts by itself."""


@dataclass(frozen=True, slots=True)
class Stint:
    """One role of one person in one period."""

    total: float | None                 # of its card; None when withheld
    days: int
    fte: float = 1.0                    # part of the working time; roles side by side share it


@dataclass(frozen=True, slots=True)
class RoleMix:
    """The total over roles, not rounded, and the days that each counts for.

    A role that was merged counts for none.
    """

    total: float | None
    days: tuple[int, ...]


def role_mix(stints: Sequence[Stint], period_days: int) -> RoleMix:
    """Mean of the totals of roles by their days and the part of the time they took.

    Parameters
    ----------
    stints : (n_roles,)
        In any order.
    period_days : int
        Calendar days of the period. A role of less than a sixth of them hands its days to the longest role.

    Returns
    -------
    RoleMix
        Without a total when a role that counts has none: what is missing is not zero.

    Raises
    ------
    MethodError
        ``E-ROLE-DAYS``: no days at all, or more than the period has; ``E-ROLE-TIME``: a part of the time that is not
        above 0 and at most 1.

    >>> round(role_mix((Stint(92, 40), Stint(85, 52)), 92).total, 2)
    88.04
    """
    for stint in stints:
        if not 0 < stint.fte <= 1:
            raise MethodError("E-ROLE-TIME", found=stint.fte)
        if not 0 <= stint.days <= period_days:
            raise MethodError("E-ROLE-DAYS", found=stint.days, wanted=period_days)
    if not any(stint.days for stint in stints):
        raise MethodError("E-ROLE-DAYS", found=0, wanted=period_days)
    days = merged([stint.days for stint in stints], period_days)
    counted = [(stint.total, count * stint.fte) for stint, count in zip(stints, days, strict=True) if count]
    if any(total is None for total, _ in counted):
        return RoleMix(None, days)
    weight = fsum(part for _, part in counted)
    return RoleMix(fsum(total * part for total, part in counted if total is not None) / weight, days)


def dual_role(totals: Sequence[float | None], ftes: Sequence[float]) -> float | None:
    """Total of several roles held at once, by the fixed parts of the time they take.

    Raises
    ------
    MethodError
        ``E-ROLE-SPLIT``: the parts do not sum to 1.

    >>> dual_role((100, 90), (0.6, 0.4))
    96.0
    """
    if abs(fsum(ftes) - 1) > 1e-9 or min(ftes) <= 0:
        raise MethodError("E-ROLE-SPLIT", found=fsum(ftes))
    return role_mix([Stint(total, 1, fte) for total, fte in zip(totals, ftes, strict=True)], 1).total


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
