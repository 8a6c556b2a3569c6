"""The past of an indicator: what is missing stays missing."""

from __future__ import annotations

import pytest

from kpi_xl.errors import MethodError
from kpi_xl.model.periods import Period
from kpi_xl.scoring.targets.history import History
from tests.scoring.targets.fixtures import TWO_YEARS, months

LATER = Period(2026, "M", 1)


@pytest.mark.parametrize("wrong", [float("nan"), float("inf"), -1e101])
def test_what_is_no_quantity_is_refused(wrong: float) -> None:
    with pytest.raises(MethodError, match="NON_FINITE"):
        months(1.0, wrong)


def test_nothing_before_the_first_and_after_the_last() -> None:
    past = months(1.0, None, 3.0)
    assert [past.at(Period(2024, "M", 12)), past.at(Period(2025, "M", 2)), past.at(Period(2025, "M", 4))] == [None] * 3
    assert past.at(Period(2025, "M", 3)) == 3.0


def test_a_zero_is_a_value_and_a_blank_is_none() -> None:
    assert months(None, 0.0, None).before(LATER) == months(0.0, month=2)
    assert months(0.0, None, 0.0).known == (0.0, 0.0)


def test_what_was_known_then() -> None:
    assert months(1.0, 2.0, 3.0).before(Period(2025, "M", 3)).values == (1.0, 2.0)
    assert months(1.0).before(Period(2024, "M", 6)).values == ()
    assert months().last == Period(2024, "M", 12)


@pytest.mark.parametrize(("values", "newest"), [((), ()), ((None,), ()), ((1.0, None), ()), ((None, 1.0), (1.0,))])
def test_the_newest_stretch(values: tuple[float | None, ...], newest: tuple[float, ...]) -> None:
    assert months(*values).unbroken().values == newest


def test_years_are_counted_back_from_the_newest_period() -> None:
    quarters = History(Period(2024, "Q", 2), (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0))
    assert quarters.full_years() == ((6.0, 7.0, 8.0, 9.0), (2.0, 3.0, 4.0, 5.0))
    broken = History(Period(2024, "Q", 1), (1.0, 2.0, None, 4.0, 5.0, 6.0, 7.0, 8.0))
    assert broken.full_years() == ((5.0, 6.0, 7.0, 8.0),)


def test_a_calendar_year_is_whole_or_nothing() -> None:
    assert sum(TWO_YEARS.year(2022)) == 1220.0
    assert TWO_YEARS.year(2024) == ()
    assert months(*[1.0] * 11, None).year(2025) == ()
