"""Joiners and leavers, at the bounds that decide whether somebody is appraised."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_xl.scoring.people.tenure import Tenure, is_appraised, working_days

days = st.dates(date(2024, 1, 1), date(2024, 12, 31))


@given(first=days, length=st.integers(0, 200))
def test_working_days_of_parts_add_up_to_those_of_the_whole(first: date, length: int) -> None:
    middle, last = first + timedelta(length // 2), first + timedelta(length)
    assert working_days(first, middle) + working_days(middle + timedelta(1), last) == working_days(first, last)


def test_nobody_works_on_less_than_no_days() -> None:
    assert working_days(date(2024, 10, 1), date(2024, 9, 30)) == 0


def test_the_week_of_the_first_of_may() -> None:
    """In 2024 the holiday took 1 to 3 May, and the Sunday before and the Saturday after were worked."""
    closed, opened = {date(2024, 5, day) for day in (1, 2, 3)}, {date(2024, 4, 28), date(2024, 5, 11)}
    assert working_days(date(2024, 4, 28), date(2024, 5, 11), closed, opened) == 9


@pytest.mark.parametrize(
    ("kind", "there", "appraised"),
    [
        ("M", Tenure(15, 11, 31, 22), True),
        ("M", Tenure(16, 10, 31, 22), False),
        ("Q", Tenure(30, 22, 92, 66), True),
        ("Q", Tenure(31, 21, 92, 66), False),
        ("H", Tenure(60, 43, 182, 129), True),
        ("Y", Tenure(121, 83, 365, 250), False),
        ("custom", Tenure(10, 7, 20, 15), False),
        ("M", Tenure(1, 0, 2, 0), True),
    ],
)
def test_half_a_month_and_a_third_of_anything_longer(kind: str, there: Tenure, appraised: bool) -> None:
    assert is_appraised(kind, there) is appraised
