"""RATING: levels given by people become points, by role and in total."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum

from kpi_xl.model.params import Problem
from kpi_xl.model.status import Status
from kpi_xl.scoring.opinion.points import GRID, Points
from kpi_xl.scoring.rounding import excel_round

LEVELS: Mapping[str, float] = {"excellent": 100.0, "good": 85.0, "fair": 70.0, "poor": 50.0, "bad": 30.0}
ROLE_WEIGHTS: Mapping[str, float] = {"superior": 0.5, "peer": 0.2, "partner": 0.2, "self": 0.1}
ROLES = ("superior", "peer", "partner", "subordinate", "self", "expert", "customer")
SELF = "self"
MOST_SELF = 0.1
"""Largest share of the weight that a person's own rating may have; without a weight it is only shown."""
LEAST_PRESENT = 0.5
"""Smallest share of the weight whose roles must have rated."""
ENOUGH_TO_TRIM = 5
"""Raters of one role from which on the highest and the lowest are left out."""


@dataclass(frozen=True, slots=True)
class Rating:
    """One rater's points; None when the rater gave no level, which is not zero."""

    role: str
    points: float | None


def mark(points: float, share: float) -> float:
    """A number that moves when anything does that the points of a panel hang on.

    points : of one rater
    share : weight of the rater's role
    """
    return excel_round(1 + points * (2 + share), 9)


@dataclass(frozen=True, slots=True)
class RoleMean:
    """What one role gave."""

    role: str
    raters: int
    left_out: int                       # by trimming
    mean: float | None                  # None when nobody of the role rated
    weight: float                       # as set
    effective: float                    # among the roles that rated; fractions that sum to 1


@dataclass(frozen=True, slots=True)
class Panel:
    """The points of a panel, and of each of its roles."""

    points: Points
    roles: tuple[RoleMean, ...] = ()


def trimmed_mean(values: Sequence[float], drop: int = 1) -> float:
    """Mean without the `drop` highest and lowest.

    Nothing is left out below five values, or when nothing would remain.

    >>> trimmed_mean([100, 85, 85, 70, 50]), trimmed_mean([100, 50])
    (80.0, 75.0)
    """
    kept = sorted(values)
    if len(kept) >= ENOUGH_TO_TRIM and 2 * drop < len(kept):
        kept = kept[drop : len(kept) - drop]
    return fsum(kept) / len(kept)


def panel(ratings: Sequence[Rating], weights: Mapping[str, float] = ROLE_WEIGHTS, trim: int = 1) -> Panel:
    """Points of a panel: a trimmed mean for each role, weighted by role.

    Parameters
    ----------
    ratings : (n_raters,)
        In any order; a role without a weight is shown and does not count.
    weights : mapping
        Weight of each role, in any proportion; that of "self" at most `MOST_SELF` of their sum.
    trim : int
        How many raters of a role are left out at either end where there are at least `ENOUGH_TO_TRIM`.

    Returns
    -------
    Panel
        The weights of absent roles go to the others (``W-RATING-ABSENT``). MISSING without any rating;
        INSUFFICIENT (``W-RATING-PRESENT``, with the points so far) when the roles that rated hold less than
        `LEAST_PRESENT` of the weight;
        CONFIG_ERROR: ``E-RATING-WEIGHTS``, ``E-RATING-SELF``.
    """
    problem = _unsound(weights)
    if problem:
        return Panel(Points(None, Status.CONFIG_ERROR, (problem,)))
    given: dict[str, list[float]] = {role: [] for role in weights}
    for rating in ratings:
        if rating.points is not None:
            given.setdefault(rating.role, []).append(rating.points)
    present = fsum(weights.get(role, 0.0) for role, points in given.items() if points)
    roles = tuple(_role(role, points, weights.get(role, 0.0), present, trim) for role, points in given.items())
    return Panel(_together(roles, present / fsum(weights.values())), roles)


def _unsound(weights: Mapping[str, float]) -> Problem | None:
    total = fsum(weights.values())
    if min(weights.values(), default=0.0) < 0 or total <= 0:
        found = ", ".join(f"{role}:{weight:g}" for role, weight in weights.items())
        return Problem("E-RATING-WEIGHTS", {"found": found})
    own = weights.get(SELF, 0.0) / total
    return Problem("E-RATING-SELF", {"found": own, "limit": MOST_SELF}) if excel_round(own, GRID) > MOST_SELF else None


def _role(role: str, points: Sequence[float], weight: float, present: float, trim: int) -> RoleMean:
    left_out = 2 * trim if len(points) >= ENOUGH_TO_TRIM and 2 * trim < len(points) else 0
    mean = trimmed_mean(points, trim) if points else None
    return RoleMean(role, len(points), left_out, mean, weight, weight / present if points and present else 0.0)


def _together(roles: Sequence[RoleMean], present: float) -> Points:
    if not any(role.raters for role in roles):
        return Points(None, Status.MISSING)
    absent = ", ".join(role.role for role in roles if role.weight and not role.raters)
    value = fsum(role.effective * role.mean for role in roles if role.mean is not None)
    if excel_round(present, GRID) < LEAST_PRESENT:
        facts = {"found": present, "wanted": LEAST_PRESENT, "roles": absent}
        return Points(value if present else None, Status.INSUFFICIENT, (Problem("W-RATING-PRESENT", facts),))
    return Points(value, problems=(Problem("W-RATING-ABSENT", {"roles": absent}),) if absent else ())
