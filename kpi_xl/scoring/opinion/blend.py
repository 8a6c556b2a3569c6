"""BLEND: one indicator by several standards - its target, the year before, its peers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum

from kpi_xl.model.params import Problem
from kpi_xl.model.status import Status
from kpi_xl.scoring.opinion.points import GRID, Points, refused
from kpi_xl.scoring.rounding import excel_round


@dataclass(frozen=True, slots=True)
class Part:
    """The score by one standard; None when that standard gives none."""

    score: float | None
    weight: float                       # fraction; those of a blend sum to 1


def blend(parts: Sequence[Part]) -> Points:
    """Mean of scores by their weights.

    Parameters
    ----------
    parts : (n,)
        In any order.

    Returns
    -------
    Points
        The weights of parts without a score go to the others (``W-BLEND-ABSENT``, with 1-based positions). MISSING
        when no weight is left; CONFIG_ERROR: ``E-PARTS-SUM``, ``E-PARTS-RANGE``.

    >>> round(blend([Part(108, 0.5), Part(110, 0.3), Part(96, 0.2)]).value, 2)
    106.2
    """
    if not parts:
        return Points(None, Status.MISSING)
    total = fsum(part.weight for part in parts)
    if excel_round(total, GRID) != 1:
        return refused("E-PARTS-SUM", found=total)
    for position, part in enumerate(parts, start=1):
        if not 0 <= part.weight <= 1:
            return refused("E-PARTS-RANGE", position=position)
    present = fsum(part.weight for part in parts if part.score is not None)
    if present <= 0:
        return Points(None, Status.MISSING)
    absent = ", ".join(str(i) for i, part in enumerate(parts, start=1) if part.weight and part.score is None)
    problems = (Problem("W-BLEND-ABSENT", {"positions": absent}),) if absent else ()
    value = fsum(part.weight * part.score for part in parts if part.score is not None) / present
    return Points(value, problems=problems)
