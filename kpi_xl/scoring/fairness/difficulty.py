"""Equally hard targets: how far apart the chances are of people in the same role."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kpi_xl.scoring.verdicts import Verdict, graded

MOST_SPREAD = 0.25


@dataclass(frozen=True, slots=True)
class Difficulty:
    """Chances of attainment within one role and indicator."""

    hardest: tuple[str, float]          # card, probability
    easiest: tuple[str, float]
    spread: float
    verdict: Verdict


def target_difficulty(chances: Mapping[str, float | None], most: float = MOST_SPREAD) -> Difficulty | None:
    """Spread of the probability to attain the target among cards of the same role.

    Parameters
    ----------
    chances : mapping
        Probability by card, None where nothing can be said of it.
    most : float
        Largest spread that is fair.

    Returns
    -------
    Difficulty or None
        None with fewer than two probabilities.

    >>> target_difficulty({"P1": 0.60, "P2": 0.30, "P3": None}).verdict
    'WARN'
    """
    known = {card: chance for card, chance in chances.items() if chance is not None}
    if len(known) < 2:
        return None
    hardest, easiest = (pick(known.items(), key=lambda item: item[1]) for pick in (min, max))
    spread = easiest[1] - hardest[1]
    return Difficulty(hardest, easiest, spread, graded(spread, most, 1.0))
