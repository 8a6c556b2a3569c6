"""Calibration between teams: only of what people judged, never of what a system measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum

from kpi_xl.errors import MethodError
from kpi_xl.scoring.rounding import excel_round

SMALLEST_TEAM = 5
MOST_CHANGE = 0.1
"""Largest change of a score, up or down, as a fraction of it."""


@dataclass(frozen=True, slots=True)
class ItemBefore:
    """One indicator's score on a card, and whether people judged it."""

    score: float | None
    is_judged: bool


@dataclass(frozen=True, slots=True)
class Calibration:
    """Scores of one card before and after, with what was done and why."""

    before: tuple[float | None, ...]
    after: tuple[float | None, ...]
    factor: float
    reason: str


def team_factors(
    teams: Mapping[str, Sequence[float]], smallest: int = SMALLEST_TEAM, most: float = MOST_CHANGE
) -> Mapping[str, float]:
    """Factor of each team's judged scores: the mean of all over its own.

    Parameters
    ----------
    teams : mapping
        Judged scores by team. One with fewer than `smallest`, or with a mean that is not above zero, keeps a factor
        of 1 and does not bear on the others.
    most : float
        The factor lies within 1 - most and 1 + most.

    >>> team_factors({"A": [90] * 5, "B": [80] * 5})["B"]
    1.0625
    """
    compared = {team: scores for team, scores in teams.items() if len(scores) >= smallest and fsum(scores) > 0}
    every = [score for scores in compared.values() for score in scores]
    if len(compared) < 2:
        return dict.fromkeys(teams, 1.0)
    mean = fsum(every) / len(every)
    return {
        team: min(1 + most, max(1 - most, mean * len(scores) / fsum(scores))) if team in compared else 1.0
        for team, scores in teams.items()
    }


def calibrated(items: Sequence[ItemBefore], factor: float, reason: str, cap: float = 120.0) -> Calibration:
    """A card whose judged scores are multiplied; measured ones stay.

    The scores have two decimals and are at most `cap`.

    Raises
    ------
    MethodError
        ``E-CALIBRATION-REASON``: nobody says why.

    >>> calibrated([ItemBefore(80, True), ItemBefore(80, False)], 1.05, "strict panel").after
    (84.0, 80)
    """
    if not reason.strip():
        raise MethodError("E-CALIBRATION-REASON")
    before = tuple(item.score for item in items)
    after = tuple(
        item.score if item.score is None or not item.is_judged else _changed(item.score, factor, cap) for item in items
    )
    return Calibration(before, after, factor, reason.strip())


def _changed(score: float, factor: float, cap: float) -> float:
    return excel_round(excel_round(min(cap, score * factor), 9), 2)
