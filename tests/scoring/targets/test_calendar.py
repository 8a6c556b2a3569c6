"""Feasts by the moon, and days at work as the State Council counts them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from math import radians, sin

import pytest

from kpi_xl.model.periods import Period
from kpi_xl.scoring.targets.calendar import FEASTS, SPRING_FESTIVAL, festival_days, holidays, working_days

DAYS_INTO_MONTH = (0, 4, 14)
"""The first of the first month, the fifth of the fifth, the fifteenth of the eighth."""
MOONS = 12.3685


def new_moon(near: date) -> date:
    """Day of the new moon nearest to a day, by the clock of Beijing.

    Source: J. Meeus, Astronomical Algorithms, 1998, chapter 49; without planetary terms, good to a few minutes.
    """
    k = round((near - date(2000, 1, 6)).days / 365.25 * MOONS)
    t = k / 1236.85
    e = 1 - 0.002516 * t
    sun = radians(2.5534 + 29.10535670 * k)
    moon = radians(201.5643 + 385.81693528 * k + 0.0107582 * t * t)
    node = radians(160.7108 + 390.67050284 * k - 0.0016118 * t * t)
    later = (
        -0.40720 * sin(moon) + 0.17241 * e * sin(sun) + 0.01608 * sin(2 * moon) + 0.01039 * sin(2 * node)
        + 0.00739 * e * sin(moon - sun) - 0.00514 * e * sin(moon + sun) + 0.00208 * e * e * sin(2 * sun)
        - 0.00111 * sin(moon - 2 * node) - 0.00057 * sin(moon + 2 * node) + 0.00056 * e * sin(2 * moon + sun)
        - 0.00042 * sin(3 * moon) + 0.00042 * e * sin(sun + 2 * node) + 0.00038 * e * sin(sun - 2 * node)
    )  # fmt: skip
    days = 2451550.09766 + 29.530588861 * k + 0.00015437 * t * t + later - 2451545.0
    return (datetime(2000, 1, 1, 12) + timedelta(days=days, hours=8, seconds=-69)).date()


def test_the_table_has_every_year() -> None:
    assert list(FEASTS) == list(range(2015, 2036))
    assert all(day.year == year for year, days in FEASTS.items() for day in days)


@pytest.mark.parametrize("year", FEASTS)
def test_the_moon_is_new_on_the_first_of_the_month(year: int) -> None:
    for feast, days in zip(FEASTS[year], DAYS_INTO_MONTH, strict=True):
        first = feast - timedelta(days)
        assert new_moon(first) == first


@pytest.mark.parametrize("year", FEASTS)
def test_the_year_begins_with_the_first_new_moon_from_late_january_on(year: int) -> None:
    days = [date(year, 1, 21) + timedelta(day) for day in range(31)]
    assert next(day for day in days if new_moon(day) == day) == SPRING_FESTIVAL[year]


@pytest.mark.parametrize(("year", "days"), [(2018, 250), (2019, 250), (2021, 250), (2022, 249), (2024, 251), (2025, 248)])
def test_days_at_work_in_a_year(year: int, days: int) -> None:
    """Weekdays less eleven holidays, thirteen from 2025 on: State Council, arrangement of public holidays."""
    assert working_days(Period(year, "Y", 1)) == days


def test_a_year_is_its_months_and_its_quarters() -> None:
    for kind, count in (("M", 12), ("Q", 4), ("H", 2)):
        parts = [working_days(Period(2024, kind, number)) for number in range(1, count + 1)]
        assert sum(parts) == 251


def test_the_month_of_the_festival_is_short() -> None:
    """February 2024: 21 weekdays, three holidays."""
    assert working_days(Period(2024, "M", 2)) == 18
    assert festival_days(2022) == (1, 6)
    assert festival_days(2025) == (4, 3)


def test_outside_the_table_the_fixed_holidays_remain() -> None:
    assert len(holidays(2040)) == 7
    assert date(2040, 10, 1) in holidays(2040)
