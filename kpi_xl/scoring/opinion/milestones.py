"""MILESTONE: points from what a plan has delivered, and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum

from kpi_xl.model.params import Problem
from kpi_xl.model.status import Status
from kpi_xl.scoring.opinion.points import GRID, Points, refused
from kpi_xl.scoring.rounding import excel_round

PER_DAY = 0.02
"""Share of a milestone that each day of delay costs."""
UNDONE = 0.6
"""What progress counts for while a milestone is not done."""


@dataclass(frozen=True, slots=True)
class Milestone:
    """One step of a plan."""

    weight: float                       # fraction; those of a plan sum to 1
    is_done: bool
    days_late: float = 0.0              # of one that is done; early is no bonus
    progress: float | None = None       # fraction, of one that is not done
    has_evidence: bool = True           # without it progress counts for nothing


def milestones(
    items: Sequence[Milestone], per_day: float = PER_DAY, undone: float = UNDONE, base: float = 100.0
) -> Points:
    """Points of a plan.

    Parameters
    ----------
    items : (n,)
        In any order; none at all is MISSING.
    per_day, undone : float
        As `PER_DAY` and `UNDONE`.
    base : float
        Points of a plan that is delivered in time.

    Returns
    -------
    Points
        ``W-MILESTONE-EVIDENCE`` with 1-based positions where progress is not reported or not shown;
        CONFIG_ERROR: ``E-PARTS-SUM``, ``E-PARTS-RANGE``.

    >>> plan = [Milestone(0.4, True), Milestone(0.4, True, 5), Milestone(0.2, False, progress=0.5)]
    >>> round(milestones(plan).value, 2)
    82.0
    """
    if not items:
        return Points(None, Status.MISSING)
    total = fsum(item.weight for item in items)
    if excel_round(total, GRID) != 1:
        return refused("E-PARTS-SUM", found=total)
    for position, item in enumerate(items, start=1):
        if not 0 <= item.weight <= 1 or not 0 <= (item.progress or 0.0) <= 1:
            return refused("E-PARTS-RANGE", position=position)
    silent = [str(i) for i, item in enumerate(items, start=1) if not item.is_done and _shown(item) is None]
    problems = (Problem("W-MILESTONE-EVIDENCE", {"positions": ", ".join(silent)}),) if silent else ()
    return Points(base * fsum(item.weight * _share(item, per_day, undone) for item in items), problems=problems)


def _shown(item: Milestone) -> float | None:
    """Progress that may count."""
    return item.progress if item.has_evidence else None


def _share(item: Milestone, per_day: float, undone: float) -> float:
    if item.is_done:
        return max(0.0, 1 - per_day * max(0.0, item.days_late))
    return (_shown(item) or 0.0) * undone
