"""Work across units: who shares an indicator, and what each of them is held to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from typing import Literal

from kpi_xl.errors import MethodError
from kpi_xl.model.params import Problem
from kpi_xl.model.status import Status
from kpi_xl.scoring.allocation import split_actual, split_target
from kpi_xl.scoring.rounding import excel_round
from kpi_xl.scoring.verdicts import GRID, is_below

Mode = Literal["OWN", "SHARED-FULL", "SHARED-SPLIT", "HANDOFF"]
MODES: tuple[Mode, ...] = ("OWN", "SHARED-FULL", "SHARED-SPLIT", "HANDOFF")
ROLES = ("R", "A", "C", "I")
LEAST_COLLABORATION = 0.10
"""Least weight of a card that hangs on working together."""
JOINT_KPIS = frozenset(("HANDOFF", "COLLAB"))
SHARED_KPIS = frozenset(("CVR", "CSAT", "BRAND", "RATING", "RPR", "LTV", "GMV"))
"""Indicators of the library that several functions have a hand in, until a book says otherwise."""


@dataclass(frozen=True, slots=True)
class Part:
    """One unit's part in one indicator."""

    kpi: str
    unit: str
    role: str                           # R does, A answers for it, C is asked, I is told
    mode: Mode = "OWN"
    share: float | None = None          # of the target, where it is split
    controllability: float | None = None    # 0 to 1: how far the result is in the unit's hands


def part_problems(parts: Sequence[Part]) -> tuple[Problem, ...]:
    """What is wrong with the parts of one indicator: one answers for it, and split shares make a whole.

    >>> [problem.code for problem in part_problems([Part("CVR", "平台", "R"), Part("CVR", "商品", "R")])]
    ['W-RACI-ACCOUNTABLE']
    """
    accountable = [part.unit for part in parts if part.role == "A"]
    shares = [part.share or 0.0 for part in parts if part.mode == "SHARED-SPLIT"]
    found = []
    if len(accountable) != 1:
        found.append(Problem("W-RACI-ACCOUNTABLE", {"found": len(accountable), "units": ", ".join(accountable) or "—"}))
    if shares and excel_round(fsum(shares), GRID) != 1:
        found.append(Problem("W-RACI-SHARES", {"found": excel_round(fsum(shares), GRID)}))
    return tuple(found)


def unit_targets(mode: Mode, target: float, shares: Sequence[float], unit: float = 1.0) -> tuple[float, ...]:
    """Each unit's target of an indicator that they share.

    Parameters
    ----------
    mode : Mode
        SHARED-SPLIT gives each its part, the parts summing to the target exactly; otherwise each has all of it.
    target : float
        Of the parent.
    shares : (n_units,)
        Fractions that sum to 1; only their number counts unless the target is split.
    unit : float
        Smallest step of a split target.

    Raises
    ------
    MethodError
        ``E-SPLIT-SHARES``; ``E-SHARE-OWN``: an indicator of one's own with several units.

    >>> unit_targets("SHARED-SPLIT", 100_001, (0.6, 0.4)), unit_targets("SHARED-FULL", 0.03, (0.5, 0.5))
    ((60001.0, 40000.0), (0.03, 0.03))
    """
    if mode == "OWN" and len(shares) != 1:
        raise MethodError("E-SHARE-OWN", found=len(shares))
    return split_target(target, shares, unit) if mode == "SHARED-SPLIT" else (target,) * len(shares)


def unit_actuals(
    mode: Mode, joint: float | None, shares: Sequence[float], own: Sequence[float | None] | None = None
) -> tuple[tuple[float | None, ...], Status]:
    """Each unit's actual of an indicator that they share; what is missing stays missing.

    Parameters
    ----------
    mode : Mode
    joint : float or None
        Of all units together.
    shares : (n_units,)
        Fractions that sum to 1.
    own : (n_units,) or None
        What the rows say of each unit; None when they do not tell the units apart.

    Returns
    -------
    actuals : (n_units,)
    status : Status
        APPROX when the joint actual was split by shares.
    """
    if mode != "SHARED-SPLIT":
        return (joint,) * len(shares), Status.OK if joint is not None else Status.MISSING
    if own is not None:
        return tuple(own), Status.OK if None not in own else Status.MISSING
    return (((None,) * len(shares)), Status.MISSING) if joint is None else split_actual(joint, shares)


def collaboration_weight(weights: Mapping[str, float], modes: Mapping[str, str] | None = None) -> float:
    """Weight of a card's indicators that hang on working together.

    Parameters
    ----------
    weights : mapping
        By indicator.
    modes : mapping or None
        Mode by indicator, as the book says; None takes the library's shared ones.

    >>> round(collaboration_weight({"REV": 0.85, "CVR": 0.10, "HANDOFF": 0.05}), 9)
    0.15
    """
    shared = SHARED_KPIS if modes is None else frozenset(kpi for kpi, mode in modes.items() if mode != "OWN")
    return excel_round(fsum(weight for kpi, weight in weights.items() if kpi in shared | JOINT_KPIS), GRID)


def is_collaborative(weight: float) -> bool:
    """Enough of a card hangs on working together."""
    return not is_below(weight, LEAST_COLLABORATION)
