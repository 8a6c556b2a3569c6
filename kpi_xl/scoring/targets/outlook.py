"""What the next period may bring: one forecast distribution, by the best method that the past allows, or by one."""

from __future__ import annotations

from typing import Literal, TypeAlias

from kpi_xl.errors import MethodError
from kpi_xl.model.periods import Period
from kpi_xl.model.status import Status
from kpi_xl.scoring.targets.forecast import FEWEST_PAST, Forecast, past
from kpi_xl.scoring.targets.history import History
from kpi_xl.scoring.targets.proposals import FEWEST_TREND, PAST, linear_trend, smoothed_forecast
from kpi_xl.scoring.targets.smoothing import SEED

Outlook: TypeAlias = Literal["auto", "hw", "ets", "trend", "past"]
OUTLOOKS: tuple[Outlook, ...] = ("auto", "hw", "ets", "trend", "past")


def outlook(history: History, period: Period, method: Outlook = "auto", seed: int = SEED) -> Forecast:
    """Distribution of a period's value.

    Parameters
    ----------
    history : History
    period : Period
        After the newest actual.
    method : "auto", "hw", "ets", "trend" or "past"
        Holt-Winters; the same estimated and simulated by statsmodels; a straight line; or each of the last twelve
        values as likely. "auto" is Holt-Winters where the past has two years and a period, else the line.
    seed : int
        Of simulated paths.

    Raises
    ------
    MethodError
        ``E-HISTORY-SHORT``: too few past values; ``E-METHOD-LIBRARY``: "ets" without statsmodels.
    """
    known = history.before(period)
    found, wanted = len(known.known), FEWEST_TREND
    forecast: Forecast | None
    if method == "past":
        forecast, wanted = past(known.known[-PAST:]), FEWEST_PAST
    elif method == "trend":
        forecast = linear_trend(history, period).forecast
    else:
        smoothed = smoothed_forecast(history, period, seed, simulate=method == "ets")
        forecast = smoothed.forecast if method == "auto" or smoothed.status is Status.OK else None
        if method != "auto":
            found, wanted = len(known.unbroken().values), 2 * known.season + 1
    if forecast is None:
        raise MethodError("E-HISTORY-SHORT", method=method, found=found, wanted=wanted)
    return forecast
