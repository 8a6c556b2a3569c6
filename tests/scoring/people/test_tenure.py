"""Joiners, leavers and leave, at the bounds that decide whether somebody is appraised."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_xl.errors import MethodError
from kpi_xl.scoring.people.tenure import Tenure, after_leave, is_appraised, target_for, tenure, working_days

Q3 = (date(2024, 7, 1), date(2024, 9, 30))
days = st.dates(date(2024, 1, 1), date(2024, 12, 31))


def test_the_joiner_of_the_specification() -> None:
    """Domain specification, 6.2: 300 × 45 / 92 = 146.74."""
    there = tenure(date(2024, 8, 17), date(2024, 12, 31), *Q3)
    assert (there.days, there.period_days) == (45, 92)
    assert target_for(300, there, 2, is_additive=True) == 146.74
    assert target_for(0.22, there, 4, is_additive=False) == 0.22
    assert target_for(None, there, 2, is_additive=True) is None


@given(first=days, length=st.integers(0, 200))
def test_days_of_parts_add_up_to_those_of_the_whole(first: date, length: int) -> None:
    middle, last = first + timedelta(length // 2), first + timedelta(length)
    one, other = tenure(first, middle, first, last), tenure(middle + timedelta(1), last, first, last)
    assert one.days + other.days == length + 1
    assert one.working_days + other.working_days == one.period_working_days


def test_nobody_is_there_for_less_than_no_days() -> None:
    assert tenure(date(2024, 10, 1), date(2024, 12, 31), *Q3).days == 0


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


def test_leave_of_a_third_changes_nothing_and_a_day_more_does() -> None:
    there = Tenure(90, 66, 90, 66)
    assert after_leave(there, 30, 22) == there
    assert after_leave(there, 31, 22) is None
    assert after_leave(there, 31, 22, shortens=True) == Tenure(59, 44, 90, 66)


def test_nobody_is_on_leave_longer_than_present() -> None:
    with pytest.raises(MethodError, match="E-LEAVE-DAYS"):
        after_leave(Tenure(20, 14, 90, 66), 21, 14)
