"""The chance to attain a target, as the past of the indicator has it."""

from __future__ import annotations

from kpi_xl.errors import MethodError
from kpi_xl.model.periods import Period
from kpi_xl.scoring.targets.anchors import chance
from kpi_xl.scoring.targets.history import History
from kpi_xl.scoring.targets.outlook import outlook


def attainment(history: History, period: Period, target: float, direction: str) -> float | None:
    """Probability that a period attains its target; None while the past is too short to say.

    Parameters
    ----------
    history : History
        Actuals before the period, the oldest first.
    period : Period
    target : float
    direction : "up" or "down"

    >>> history = History(Period(2025, "M", 3), (100, 104, 103, 108, 112, 111, 115, 118, 117, 122, 126, 125))
    >>> round(attainment(history, Period(2026, "M", 3), 128.0, "up"), 4)
    0.6451
    """
    try:
        forecast = outlook(history, period)
    except MethodError:
        return None
    return chance(forecast, target, -1 if direction == "down" else 1)
