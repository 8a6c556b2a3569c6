"""Seasonal indices: how much larger than its year's mean a month, or a quarter, tends to be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import fsum

from kpi_xl.model.params import Problem
from kpi_xl.model.periods import Period
from kpi_xl.model.status import Status
from kpi_xl.scoring.targets.calendar import SPRING_FESTIVAL, festival_days, periods_of, working_days
from kpi_xl.scoring.targets.history import History, mean_of

FEWEST_YEARS = 2
WANTED_YEARS = 3
MOST_LIVELY = 2.0
"""A day of the festival counts for at most so many ordinary days."""


@dataclass(frozen=True, slots=True)
class Seasons:
    """Indices that sum to their number; APPROX where days at work stand for them."""

    indices: tuple[float, ...]          # (season,) from the year's first period on
    n_years: int                        # complete years they are drawn from
    status: Status
    warnings: tuple[Problem, ...] = ()


def seasonal_indices(history: History, year: int) -> Seasons:
    """Mean of each month's part of its own year, which takes the growth between years out.

    Months of a promotion stay in. A year with a gap, or with a mean not above zero, is left out.

    Parameters
    ----------
    history : History
        Of months, quarters or half-years; years are counted back from its newest period.
    year : int
        For which the days at work count where fewer than two years are complete.

    Returns
    -------
    Seasons
        ``W-SEASON-CALENDAR`` below two years, or when a season's own index is below zero; ``W-SEASON-FEW`` at two.

    Source: method of simple averages in its form with each year's own mean; J. D. Croxton, D. J. Cowden, Applied
    General Statistics, 1939.
    """
    usable = [own for own in history.full_years() if fsum(own) > 0]
    if len(usable) >= FEWEST_YEARS:
        parts = [[value / mean_of(own) for value in own] for own in usable]
        means = [fsum(each) / len(parts) for each in zip(*parts, strict=True)]
        if min(means) >= 0:
            few = Problem("W-SEASON-FEW", {"found": len(usable), "wanted": WANTED_YEARS})
            indices = _from_first(means, history)
            return Seasons(_scaled(indices), len(usable), Status.OK, () if len(usable) >= WANTED_YEARS else (few,))
    problem = Problem("W-SEASON-CALENDAR", {"found": len(usable), "wanted": FEWEST_YEARS})
    return Seasons(_worked(year, history.first.kind), len(usable), Status.APPROX, (problem,))


def moved_festival(seasons: Seasons, history: History, year: int) -> Seasons:
    """January and February pooled, and split again by where the Spring Festival of a year lies.

    What a festival day counts for is the number of ordinary days that fits the Januaries and Februaries of the past
    best; ordinary days count the same in both months.

    Parameters
    ----------
    seasons : Seasons
        Of months.
    history : History
        The months they were drawn from.
    year : int
        Of the target. The indices stay as they are for a year whose festival is not known, and for indices that are
        not drawn from the past.
    """
    if seasons.status is not Status.OK or len(seasons.indices) != 12 or year not in SPRING_FESTIVAL:
        return seasons
    january, february, *rest = seasons.indices
    part = _january(year, _festive_day(history))
    pooled = january + february
    return replace(seasons, indices=(pooled * part, pooled * (1 - part), *rest))


def _festive_day(history: History) -> float:
    """What a day of the festival counts for, in ordinary days: least squares over the Januaries' parts."""
    years = (year for year in range(history.first.year, history.last.year + 1) if year in SPRING_FESTIVAL)
    terms = [_terms(year, own) for year in years if (own := _pair(history, year))]
    square = fsum(u * u for u, _ in terms)
    return min(MOST_LIVELY, max(0.0, fsum(u * v for u, v in terms) / square)) if square else 1.0


def _terms(year: int, pair: tuple[float, float]) -> tuple[float, float]:
    """Coefficient and right side of the equation that one year's January and February set up for a festival day."""
    part = pair[0] / fsum(pair)
    (festive1, festive2), (plain1, plain2) = festival_days(year), _ordinary(year)
    return part * festive2 - (1 - part) * festive1, (1 - part) * plain1 - part * plain2


def _pair(history: History, year: int) -> tuple[float, float] | None:
    january, february = (history.at(Period(year, "M", number)) for number in (1, 2))
    if january is None or february is None or min(january, february) < 0 or january + february <= 0:
        return None
    return january, february


def _january(year: int, festive: float) -> float:
    """January's part of both months."""
    days = [plain + festive * each for plain, each in zip(_ordinary(year), festival_days(year), strict=True)]
    return days[0] / fsum(days)


def _ordinary(year: int) -> tuple[int, int]:
    both = (date(year, 3, 1) - date(year, 1, 1)).days
    festive = festival_days(year)
    return 31 - festive[0], both - 31 - festive[1]


def _from_first(means: Sequence[float], history: History) -> list[float]:
    """Means that begin with the period after the newest, as a year does."""
    start = history.last.shift(1).number - 1
    return [means[(place - start) % len(means)] for place in range(len(means))]


def _worked(year: int, kind: str) -> tuple[float, ...]:
    return _scaled([float(working_days(period)) for period in periods_of(year, kind)])


def _scaled(parts: Sequence[float]) -> tuple[float, ...]:
    total = fsum(parts)
    return tuple(part * len(parts) / total for part in parts)
