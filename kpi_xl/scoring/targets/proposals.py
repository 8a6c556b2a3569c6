"""What past values propose as a target, by the methods TM1 to TM7; a gap or too short a past is said, never filled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum

from kpi_xl.model.params import Problem
from kpi_xl.model.periods import Period
from kpi_xl.model.status import Status
from kpi_xl.scoring.targets.ets import ets
from kpi_xl.scoring.targets.forecast import Draws, Forecast, past, percentile
from kpi_xl.scoring.targets.history import History
from kpi_xl.scoring.targets.seasons import Seasons, moved_festival, seasonal_indices
from kpi_xl.scoring.targets.smoothing import SEED, Fits, holt_winters
from kpi_xl.scoring.targets.trend import trend

WINDOW = 3
PAST = 12
"""Periods that the percentiles look back on."""
FEWEST_PERCENTILE, FEWEST_TREND = 8, 6
CHANCES = (0.25, 0.60, 0.85)
"""Percentiles that propose threshold, target and stretch, where more is better."""
TAILS = (0.02, 0.98)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What one method proposes; no target where its status says why.

    APPROX: by a simpler method than the one asked for, or with days at work for the season.
    """

    method: str                         # TM1 to TM10
    target: float | None
    status: Status
    warnings: tuple[Problem, ...] = ()
    forecast: Forecast | None = None    # the distribution of the period's value, where the method has one
    threshold: float | None = None
    stretch: float | None = None


def same_period_growth(
    history: History, period: Period, growth: float, increment: float | None = None
) -> Proposal:
    """TM1: the same period of last year, grown.

    Parameters
    ----------
    history : History
    period : Period
        The target's.
    growth : float
        Of the value as a fraction, below zero to shrink it.
    increment : float, optional
        Added instead, in the indicator's unit, where last year's value is not above zero.

    >>> same_period_growth(History(Period(2025, "M", 3), (178.0,)), Period(2026, "M", 3), 0.12).target
    199.36
    """
    base = history.at(period.year_ago)
    if base is None:
        return _short("TM1", 0, 1)
    if base > 0:
        return Proposal("TM1", base * (1 + growth), Status.OK)
    if increment is None:
        return Proposal("TM1", None, Status.NO_BASE, (Problem("W-TARGET-INCREMENT", {"found": base}),))
    return Proposal("TM1", base + increment, Status.OK)


def moving_average(history: History, period: Period, window: int = WINDOW) -> Proposal:
    """TM2: the mean of the last periods, with the distribution of the past.

    >>> months = History(Period(2025, "M", 1), (118.0, 117.0, 122.0, 126.0, 125.0))
    >>> round(moving_average(months, Period(2025, "M", 6)).target, 2)
    124.33
    """
    known = history.before(period)
    recent = known.values[-window:]
    found = [value for value in recent if value is not None]
    if len(found) < window:
        return _short("TM2", len(found), window)
    return Proposal("TM2", fsum(found) / window, Status.OK, (), past(known.known[-PAST:]))


def past_percentile(history: History, period: Period, sign: int = 1, *, winsorised: bool = False) -> Proposal:
    """TM3: percentiles of the last twelve periods for threshold, target and stretch.

    Parameters
    ----------
    history : History
    period : Period
        The target's.
    sign : int
        -1 where less is better: the percentiles are counted from the other end.
    winsorised : bool
        Values beyond the second and the ninety-eighth percentile count as these.

    Source: the method of PERCENTILE.INC, R. J. Hyndman, Y. Fan, Sample quantiles in statistical packages, 1996.
    """
    found = history.before(period).known[-PAST:]
    if len(found) < FEWEST_PERCENTILE:
        return _short("TM3", len(found), FEWEST_PERCENTILE)
    ordered = sorted(found)
    if winsorised:
        low, high = (percentile(ordered, tail) for tail in TAILS)
        ordered = [min(high, max(low, value)) for value in ordered]
    threshold, target, stretch = (percentile(ordered, p if sign > 0 else 1 - p) for p in CHANCES)
    return Proposal("TM3", target, Status.OK, (), Draws(tuple(ordered), prior=1), threshold, stretch)


def linear_trend(history: History, period: Period) -> Proposal:
    """TM4: a straight line through the past; its mean where the slope is doubtful."""
    known = history.before(period)
    line = trend(known.values)
    if line is None or line.n < FEWEST_TREND:
        return _short("TM4", len(known.known), FEWEST_TREND)
    forecast = line.proposed(known.place(period) + 1)
    flat = (Problem("W-TREND-FLAT", {"found": line.p_slope}),) if line.is_flat else ()
    return Proposal("TM4", forecast.middle, Status.OK, (*flat, *_gaps(known)), forecast)


def seasonal_share(history: History, period: Period, annual: float | None, *, is_sum: bool = True) -> Proposal:
    """TM5: a year's goal by the season.

    Parameters
    ----------
    history : History
        From which the season is drawn.
    period : Period
        The target's.
    annual : float or None
        Goal of the year.
    is_sum : bool
        The year is the sum of its periods; otherwise their mean.
    """
    if annual is None:
        return Proposal("TM5", None, Status.MISSING, (Problem("W-TARGET-ANNUAL", {"method": "TM5"}),))
    return _by_season("TM5", history, period, annual / history.season if is_sum else annual)


def seasonal_growth(history: History, period: Period, growth: float) -> Proposal:
    """TM6: last year's mean, grown, by the season; the usual one for volumes."""
    last = history.year(period.year - 1)
    if not last:
        known = sum(history.at(each) is not None for each in _year_before(period))
        return _short("TM6", known, history.season)
    return _by_season("TM6", history, period, fsum(last) / len(last) * (1 + growth))


def smoothed_forecast(
    history: History, period: Period, seed: int = SEED, *, simulate: bool = False, fits: Fits | None = None
) -> Proposal:
    """TM7: Holt-Winters, or its state-space form with simulated paths; a trend or a mean where two years lack.

    Parameters
    ----------
    history : History
        The newest stretch without a gap is smoothed.
    period : Period
        The target's.
    seed : int
    simulate : bool
        By statsmodels: parameters and first states of the largest likelihood, and a distribution from its paths.
    fits : mapping, optional
        Parameters of Holt-Winters, where they are known already.

    Raises
    ------
    MethodError
        ``E-METHOD-LIBRARY``: simulated without statsmodels.
    """
    known = history.before(period)
    stretch = known.unbroken()
    steps = stretch.place(period) - len(stretch.values) + 1
    forecast = _ahead(stretch.known, steps, stretch.season, seed, fits, simulate=simulate) if steps > 0 else None
    if forecast is not None:
        return Proposal("TM7", forecast.middle, Status.OK, _gaps(known), forecast)
    short = Problem("W-HISTORY-SHORT", {"method": "TM7", "found": len(stretch.values), "wanted": 2 * known.season + 1})
    for simpler in (linear_trend(history, period), moving_average(history, period)):
        if simpler.target is not None:
            used = Problem("W-TARGET-FALLBACK", {"method": "TM7", "used": simpler.method})
            return Proposal("TM7", simpler.target, Status.APPROX, (used, *simpler.warnings), simpler.forecast)
    return Proposal("TM7", None, Status.INSUFFICIENT, (short,))


def _ahead(
    values: Sequence[float], steps: int, season: int, seed: int, fits: Fits | None, *, simulate: bool
) -> Forecast | None:
    if simulate and len(values) > 2 * season and (model := ets(values, season, steps, seed=seed)):
        return model.paths[-1]
    found = holt_winters(values, season, fits=fits)
    return found.ahead(steps, seed) if found else None


def _by_season(method: str, history: History, period: Period, level: float) -> Proposal:
    seasons = season_of(history, period)
    return Proposal(method, level * seasons.indices[period.number - 1], seasons.status, seasons.warnings)


def season_of(history: History, period: Period) -> Seasons:
    """The season as known before a year began, with the Spring Festival where that year has it."""
    before = history.before(Period(period.year, period.kind, 1))
    return moved_festival(seasonal_indices(before, period.year), before, period.year)


def _year_before(period: Period) -> Sequence[Period]:
    season = History(period, ()).season
    return [Period(period.year - 1, period.kind, number) for number in range(1, season + 1)]


def _gaps(history: History) -> tuple[Problem, ...]:
    missing = history.values.count(None)
    return (Problem("W-HISTORY-GAPS", {"found": missing}),) if missing else ()


def _short(method: str, found: int, wanted: int) -> Proposal:
    facts = {"method": method, "found": found, "wanted": wanted}
    return Proposal(method, None, Status.INSUFFICIENT, (Problem("W-HISTORY-SHORT", facts),))
