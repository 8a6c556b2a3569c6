"""Which method would have told the newest actuals best: every one is asked again with only what was known then."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from typing import TypeAlias

from kpi_xl.model.periods import Period
from kpi_xl.scoring.targets.challenge import realised_growth
from kpi_xl.scoring.targets.history import History
from kpi_xl.scoring.targets.proposals import (
    linear_trend,
    moving_average,
    same_period_growth,
    seasonal_growth,
    smoothed_forecast,
)
from kpi_xl.scoring.targets.smoothing import Fits, holt_winters

N_ORIGINS = 6
NAIVE, SEASONAL_NAIVE = "NAIVE", "SNAIVE"
Forecaster: TypeAlias = Callable[[History, Period], float | None]
"""The value of a period by a history that ends before it."""


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Errors of one method over the periods it was asked for."""

    method: str
    n: int
    mae: float
    mape: float | None                  # a fraction; None where an actual is zero
    mase: float | None                  # below 1 it beats the naive forecast of the past; None where that is exact


def backtest(
    history: History,
    methods: Mapping[str, Forecaster] | None = None,
    n_origins: int = N_ORIGINS,
    horizon: int = 1,
) -> tuple[Accuracy, ...]:
    """Accuracy of methods on the newest periods, the best first.

    Parameters
    ----------
    history : History
    methods : mapping, optional
        Forecasters by name; `FORECASTERS` when left out.
    n_origins : int
        How many of the newest reported periods are forecast again.
    horizon : int
        How many periods ahead: 1 knows the period before, 12 only what was known a year before.

    Returns
    -------
    tuple of Accuracy
        Of the methods that have a forecast for every period asked for; empty where there is none.

    Source: R. J. Hyndman, A. B. Koehler, Another look at measures of forecast accuracy, 2006.
    """
    asked = _asked(history, n_origins, horizon)
    if not asked:
        return ()
    known = [_known(history, period, horizon) for period in asked]
    scale = naive_scale(known[0])
    actuals = [actual for period in asked if (actual := history.at(period)) is not None]
    found = []
    for name, forecaster in (FORECASTERS if methods is None else methods).items():
        told = [forecaster(past, period) for past, period in zip(known, asked, strict=True)]
        forecasts = [each for each in told if each is not None]
        if len(forecasts) == len(asked):
            found.append(accuracy(name, actuals, forecasts, scale))
    return tuple(sorted(found, key=lambda each: each.mae))


def accuracy(method: str, actuals: Sequence[float], forecasts: Sequence[float], scale: float | None) -> Accuracy:
    """Errors of forecasts.

    Parameters
    ----------
    method : str
    actuals, forecasts : (n,)
    scale : float or None
        Of the mean absolute scaled error: `naive_scale` of what was known before.

    >>> accuracy("NAIVE", [10, 20], [12, 16], 2)
    Accuracy(method='NAIVE', n=2, mae=3.0, mape=0.2, mase=1.5)
    """
    errors = [abs(actual - told) for actual, told in zip(actuals, forecasts, strict=True)]
    mae = fsum(errors) / len(errors)
    shares = [error / abs(actual) for error, actual in zip(errors, actuals, strict=True) if actual]
    mape = fsum(shares) / len(shares) if len(shares) == len(errors) else None
    return Accuracy(method, len(errors), mae, mape, mae / scale if scale else None)


def naive_scale(history: History) -> float | None:
    """Mean absolute error of the seasonal naive forecast in the past, of the naive one below a year and a period.

    Source: R. J. Hyndman, A. B. Koehler, Another look at measures of forecast accuracy, 2006.
    """
    lag = history.season if len(history.values) > history.season else 1
    pairs = zip(history.values[lag:], history.values, strict=False)
    steps = [abs(now - then) for now, then in pairs if now is not None and then is not None]
    return fsum(steps) / len(steps) if steps else None


def _asked(history: History, n_origins: int, horizon: int) -> list[Period]:
    reported = [history.first.shift(place) for place, value in enumerate(history.values) if value is not None]
    return [period for period in reported[-n_origins:] if _known(history, period, horizon).values]


def _known(history: History, period: Period, horizon: int) -> History:
    return history.before(period.shift(1 - horizon))


def naive(history: History, period: Period) -> float | None:
    """The newest actual."""
    return history.values[-1] if history.values else None


def seasonal_naive(history: History, period: Period) -> float | None:
    """The newest actual of the same season."""
    while history.place(period := period.year_ago) >= 0:
        if (value := history.at(period)) is not None:
            return value
    return None


def _grown(history: History, period: Period) -> float | None:
    growth = realised_growth(history, period.year - 1)
    return None if growth is None else same_period_growth(history, period, growth).target


def _season_grown(history: History, period: Period) -> float | None:
    growth = realised_growth(history, period.year - 1)
    return None if growth is None else seasonal_growth(history, period, growth).target


def forecasters(fits: Fits) -> Mapping[str, Forecaster]:
    """`FORECASTERS`, with the parameters of the smoothing where they are known already."""
    return {**FORECASTERS, "TM7": lambda history, period: _smoothed(history, period, fits)}


def pasts(history: History, n_origins: int = N_ORIGINS) -> tuple[tuple[float, ...], ...]:
    """The series that a back-test of one period ahead smooths, the oldest first."""
    return tuple(_known(history, period, 1).unbroken().known for period in _asked(history, n_origins, 1))


def _smoothed(history: History, period: Period, fits: Fits | None = None) -> float | None:
    """The point forecast, without the distribution around it."""
    stretch = history.unbroken()
    found = holt_winters(stretch.known, stretch.season, fits=fits)
    if found is None:
        return smoothed_forecast(history, period).target
    return found.middle(stretch.place(period) - len(stretch.values) + 1)


FORECASTERS: Mapping[str, Forecaster] = {
    NAIVE: naive,
    SEASONAL_NAIVE: seasonal_naive,
    "TM1": _grown,
    "TM2": lambda history, period: moving_average(history, period).target,
    "TM4": lambda history, period: linear_trend(history, period).target,
    "TM6": _season_grown,
    "TM7": _smoothed,
}
"""Methods that tell a value from the past alone; growth is last year's over the year before."""
