"""What a rule that is no curve hands back."""

from __future__ import annotations

from dataclasses import dataclass

from kpi_xl.model.params import Problem
from kpi_xl.model.status import Status
from kpi_xl.scoring.rounding import excel_round

GRID = 9
"""Digits at which sums of weights, and whatever has no grid of its own, are compared."""


@dataclass(frozen=True, slots=True)
class Points:
    """Points before floor, cap and rounding; None where the status carries none.

    `problems` say why there are none, or what the reader of the points should know.
    """

    value: float | None
    status: Status = Status.OK
    problems: tuple[Problem, ...] = ()


def refused(code: str, **facts: object) -> Points:
    """No points, for a set-up that cannot score."""
    return Points(None, Status.CONFIG_ERROR, (Problem(code, facts),))


def item_points(raw: float, floor: float, cap: float) -> float:
    """Item score of raw points: between floor and cap, two decimals by way of nine."""
    return excel_round(excel_round(sorted((floor, cap, raw))[1], 9), 2)
