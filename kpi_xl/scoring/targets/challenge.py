"""Whether a target is challenging yet feasible, and whether it slides back or punishes last year's success."""

from __future__ import annotations

from dataclasses import dataclass

from kpi_xl.model.params import Problem
from kpi_xl.model.periods import MONTHS, Period
from kpi_xl.scoring.rounding import excel_round
from kpi_xl.scoring.targets.anchors import Verdict, chance, verdict
from kpi_xl.scoring.targets.forecast import Forecast
from kpi_xl.scoring.targets.history import History

NEW = 6
"""Below so many periods an indicator is judged by its best and by last year alone."""
LEAP = 0.2
RATCHET = 0.1
"""How much more growth than last year's may be asked for without approval, as a fraction."""
DIGITS = 9


@dataclass(frozen=True, slots=True)
class Challenge:
    """A target beside what is known; shares are of the size of what it is compared with, above zero for more."""

    p: float | None                         # chance of reaching it
    verdict: Verdict | None
    over_last_year: float | None
    over_best: float | None
    over_benchmark: float | None
    monthly_growth: float | None            # compound, from the newest actual
    warnings: tuple[Problem, ...]


def challenge(
    history: History,
    period: Period,
    target: float,
    forecast: Forecast | None,
    sign: int = 1,
    benchmark: float | None = None,
) -> Challenge:
    """How hard a target is.

    Parameters
    ----------
    history : History
    period : Period
        The target's.
    target : float
    forecast : Forecast or None
        Distribution of the period's value; without one there is no chance to tell.
    sign : int
        -1 where less is better.
    benchmark : float, optional
        Of the trade, or of the best unit.
    """
    known = history.before(period)
    last_year = known.at(period.year_ago)
    best = (max if sign > 0 else min)(known.known, default=None)
    p = None if forecast is None else chance(forecast, target, sign)
    warnings = [backsliding(target, last_year, sign)]
    if len(known.known) < NEW:
        warnings.append(leap(target, best, sign))
    return Challenge(
        p, None if p is None else verdict(p), _over(target, last_year), _over(target, best), _over(target, benchmark),
        _monthly_growth(known, period, target), tuple(warning for warning in warnings if warning),
    )  # fmt: skip


def backsliding(target: float, last_year: float | None, sign: int = 1) -> Problem | None:
    """A target that is worse than last year's actual needs a reason.

    >>> backsliding(95, 100).code, backsliding(95, 100, -1)
    ('W-TARGET-BACKSLIDE', None)
    """
    if last_year is None or excel_round(sign * (target - last_year), DIGITS) >= 0:
        return None
    return Problem("W-TARGET-BACKSLIDE", {"found": target, "wanted": last_year})


def leap(target: float, best: float | None, sign: int = 1) -> Problem | None:
    """A target that is better than anything before by more than a fifth."""
    share = _over(target, best)
    if share is None or excel_round(sign * share - LEAP, DIGITS) <= 0:
        return None
    return Problem("W-TARGET-LEAP", {"found": target, "best": best})


def ratchet(growth: float, realised: float | None, sign: int = 1) -> Problem | None:
    """More growth than last year brought, and ten points, takes an approval.

    Parameters
    ----------
    growth : float
        Asked for, of the value; below zero where less is better.
    realised : float or None
        Last year's, of the value.
    sign : int
        -1 where less is better.

    >>> ratchet(0.25, 0.1).args["most"], ratchet(0.2, 0.1)
    (0.2, None)
    """
    if realised is None:
        return None
    most = excel_round(sign * realised + RATCHET, DIGITS)
    if excel_round(sign * growth, DIGITS) <= most:
        return None
    return Problem("W-TARGET-RATCHET", {"found": sign * growth, "most": most})


def realised_growth(history: History, year: int) -> float | None:
    """Growth of a year over the year before; None where either has a gap or the base is not above zero."""
    now, before = sum(history.year(year)), sum(history.year(year - 1))
    known = history.year(year) and history.year(year - 1)
    return now / before - 1 if known and before > 0 else None


def needed_run_rate(annual: float, so_far: float, periods_left: int) -> float | None:
    """What each period left must bring for the year; shown beside the targets, never one of them.

    >>> needed_run_rate(120, 45, 5), needed_run_rate(120, 45, 0)
    (15.0, None)
    """
    return (annual - so_far) / periods_left if periods_left > 0 else None


def _over(target: float, reference: float | None) -> float | None:
    return (target - reference) / abs(reference) if reference else None


def _monthly_growth(known: History, period: Period, target: float) -> float | None:
    months = (known.place(period) - len(known.values) + 1) * MONTHS[period.kind]
    newest = known.values[-1] if known.values else None
    if newest is None or newest <= 0 or target <= 0 or months <= 0:
        return None
    return float((target / newest) ** (1 / months)) - 1
