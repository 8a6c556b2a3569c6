"""Days that China works: the season of an indicator whose own season is not known yet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from kpi_xl.model.periods import MONTHS, Period

# First day of the lunar year, of its fifth month's fifth day and of its eighth month's fifteenth.
_FEASTS = """
2015-02-19 2015-06-20 2015-09-27
2016-02-08 2016-06-09 2016-09-15
2017-01-28 2017-05-30 2017-10-04
2018-02-16 2018-06-18 2018-09-24
2019-02-05 2019-06-07 2019-09-13
2020-01-25 2020-06-25 2020-10-01
2021-02-12 2021-06-14 2021-09-21
2022-02-01 2022-06-03 2022-09-10
2023-01-22 2023-06-22 2023-09-29
2024-02-10 2024-06-10 2024-09-17
2025-01-29 2025-05-31 2025-10-06
2026-02-17 2026-06-19 2026-09-25
2027-02-06 2027-06-09 2027-09-15
2028-01-26 2028-05-28 2028-10-03
2029-02-13 2029-06-16 2029-09-22
2030-02-03 2030-06-05 2030-09-12
2031-01-23 2031-06-24 2031-10-01
2032-02-11 2032-06-12 2032-09-19
2033-01-31 2033-06-01 2033-09-08
2034-02-19 2034-06-20 2034-09-27
2035-02-08 2035-06-10 2035-09-16
"""
FEASTS: Mapping[int, tuple[date, ...]] = {
    int(line[:4]): tuple(map(date.fromisoformat, line.split())) for line in _FEASTS.split("\n") if line
}
"""Spring Festival, Dragon Boat Festival and Mid-Autumn by year."""
SPRING_FESTIVAL: Mapping[int, date] = {year: days[0] for year, days in FEASTS.items()}
WINDOW = 7
"""Days from New Year's Eve in which business is unlike that of other days."""
LONGER_SINCE = 2025
"""The year from which New Year's Eve and a second day of May are holidays by law."""


def holidays(year: int) -> frozenset[date]:
    """Days that are holidays by law; without those of the moon for a year that the table does not have.

    >>> len(holidays(2024)), len(holidays(2025))
    (11, 13)

    Source: State Council of China, Regulation on Public Holidays for National Festivals and Memorial Days, 2013, 2024.
    """
    longer = year >= LONGER_SINCE
    fixed = [(1, 1), (4, 5), (5, 1), *([(5, 2)] if longer else []), (10, 1), (10, 2), (10, 3)]
    spring, *feasts = FEASTS.get(year, (None,))
    around = [spring + timedelta(days) for days in range(-1 if longer else 0, 3)] if spring else []
    return frozenset((*(date(year, month, day) for month, day in fixed), *feasts, *around))


def working_days(period: Period) -> int:
    """Days at work in a period: a holiday by law costs one, on whatever weekday it falls, since it is made up for.

    >>> working_days(Period(2024, "M", 2)), working_days(Period(2024, "Y", 1))
    (18, 251)
    """
    days = [period.start + timedelta(day) for day in range((period.end - period.start).days + 1)]
    closed = holidays(period.year)
    return sum(day.weekday() < 5 for day in days) - sum(day in closed for day in days)


def festival_days(year: int) -> tuple[int, int]:
    """How many days of the festival's window lie in January, and in February.

    >>> festival_days(2022), festival_days(2023)
    ((1, 6), (7, 0))
    """
    eve = SPRING_FESTIVAL[year] - timedelta(1)
    months = [(eve + timedelta(day)).month for day in range(WINDOW)]
    return months.count(1), months.count(2)


def periods_of(year: int, kind: str) -> tuple[Period, ...]:
    """All periods of one kind in a year."""
    return tuple(Period(year, kind, number) for number in range(1, 12 // MONTHS[kind] + 1))
