"""Threshold, target and stretch at stated chances of being reached, and how likely a given target is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from math import inf
from typing import Literal, TypeAlias

from kpi_xl.model.params import Problem
from kpi_xl.model.status import Status
from kpi_xl.scoring.targets.forecast import Forecast

Level: TypeAlias = Literal["PASS", "WARN", "FAIL"]
CHANCES = (0.90, 0.60, 0.20)
"""Of reaching threshold, target and stretch."""
SPREAD = 0.1
PASS = (0.30, 0.80)
WARN = (0.10, 0.95)


class Verdict(Enum):
    """How challenging a target is, by the chance of reaching it."""

    TOO_HARD = "too hard"
    HARD = "hard"
    FAIR = "fair"
    EASY = "easy"
    TOO_EASY = "too easy"

    @property
    def level(self) -> Level:
        """What it means for confirming the targets; FAIL blocks it."""
        return LEVELS[self]


LEVELS: Mapping[Verdict, Level] = {
    Verdict.TOO_HARD: "FAIL",
    Verdict.HARD: "WARN",
    Verdict.FAIR: "PASS",
    Verdict.EASY: "WARN",
    Verdict.TOO_EASY: "FAIL",
}


@dataclass(frozen=True, slots=True)
class Proposed:
    """Three values for an indicator's anchors; NO_BASE where a target of zero has no share to spread by."""

    threshold: float | None
    target: float | None
    stretch: float | None
    status: Status = Status.OK
    warnings: tuple[Problem, ...] = ()


def anchors(
    forecast: Forecast,
    sign: int = 1,
    chances: tuple[float, float, float] = CHANCES,
    within: tuple[float, float] = (-inf, inf),
) -> Proposed:
    """Values that are reached with stated chances.

    Parameters
    ----------
    forecast : Forecast
        Distribution of the period's value.
    sign : int
        -1 where less is better.
    chances : (3,)
        Of reaching threshold, target and stretch, each between 0 and 1.
    within : (2,)
        Least and largest value there can be, such as 0 and 1 for a rate.
    """
    quantiles = [forecast.quantile(1 - chance if sign > 0 else chance) for chance in chances]
    found = [min(within[1], max(within[0], value)) for value in quantiles]
    return Proposed(found[0], found[1], found[2])


def spread_anchors(target: float, sign: int = 1) -> Proposed:
    """Without a past: a tenth of the target to either side, marked as such.

    >>> spread_anchors(100).threshold, spread_anchors(100, -1).stretch
    (90.0, 90.0)
    """
    usual = (Problem("W-ANCHORS-USUAL", {"found": target}),)
    if target == 0:
        return Proposed(None, target, None, Status.NO_BASE, usual)
    step = SPREAD * abs(target) * sign
    return Proposed(target - step, target, target + step, Status.APPROX, usual)


def chance(forecast: Forecast, target: float, sign: int = 1) -> float:
    """Chance of reaching a target, between 0 and 1; `sign` is -1 where less is better.

    >>> from kpi_xl.scoring.targets.forecast import Bell
    >>> round(chance(Bell(128.71212, 1.859672, 10), 128), 4)
    0.6451
    """
    return forecast.at_least(target) if sign > 0 else forecast.at_most(target)


def verdict(p: float) -> Verdict:
    """Band of a chance; a bound belongs to the better band.

    >>> verdict(0.6451).level, verdict(0.9123), verdict(0.0219)
    ('PASS', <Verdict.EASY: 'easy'>, <Verdict.TOO_HARD: 'too hard'>)
    """
    if PASS[0] <= p <= PASS[1]:
        return Verdict.FAIR
    if p < PASS[0]:
        return Verdict.HARD if p >= WARN[0] else Verdict.TOO_HARD
    return Verdict.EASY if p <= WARN[1] else Verdict.TOO_EASY
