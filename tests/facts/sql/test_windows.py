"""Stretches of time as queries see them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_xl.facts.sql.windows import Window, between, layers, window
from kpi_xl.model.periods import Period

PERIODS = st.one_of(
    st.builds(Period, st.integers(2000, 2100), st.just("M"), st.integers(1, 12)),
    st.builds(Period, st.integers(2000, 2100), st.just("Q"), st.integers(1, 4)),
    st.builds(Period, st.integers(2000, 2100), st.just("H"), st.integers(1, 2)),
    st.builds(Period, st.integers(2000, 2100), st.just("Y"), st.just(1)),
)


def test_a_period_ends_before_the_next_begins() -> None:
    assert window("2024-02") == Window(datetime(2024, 2, 1), datetime(2024, 3, 1), "M")
    assert window("2024-02").days == 29
    assert between(date(2024, 5, 20), date(2024, 6, 18)) == Window(datetime(2024, 5, 20), datetime(2024, 6, 19))


@given(PERIODS)
def test_the_window_before_is_that_of_the_period_before(period: Period) -> None:
    assert window(period).previous == window(period.shift(-1))
    assert window(period).year_ago == window(period.year_ago)


@given(PERIODS)
def test_months_and_days_fill_a_period(period: Period) -> None:
    whole = window(period)
    for parts in (whole.by_month, whole.by_day):
        assert parts[0].start == whole.start and parts[-1].end == whole.end
        assert all(first.end == then.start for first, then in pairwise(parts))
    assert len(whole.by_month) == {"M": 1, "Q": 3, "H": 6, "Y": 12}[period.kind]
    assert len(whole.by_day) == whole.days


def test_codes_inside_a_period() -> None:
    assert window("2024Q1").codes == ("2024-01", "2024-02", "2024-03", "2024Q1")
    assert len(window("2024").codes) == 12 + 4 + 2 + 1
    assert between(date(2024, 5, 20), date(2024, 6, 18)).codes == ()  # a monthly figure cannot be cut


def test_a_sale_is_compared_with_as_many_days_before() -> None:
    sale = between(date(2024, 6, 1), date(2024, 6, 18))
    assert sale.previous == Window(datetime(2024, 5, 14), datetime(2024, 6, 1))
    assert sale.trailing(90).start == datetime(2024, 3, 21)
    assert sale.year_to_date == Window(datetime(2024, 1, 1), sale.end)
    assert window("2024").year_to_date.start == datetime(2024, 1, 1)


MOMENTS = st.integers(0, 400).map(lambda days: datetime(2024, 1, 1) + timedelta(days=days))
WINDOWS = st.lists(
    st.one_of(PERIODS.map(window), st.tuples(MOMENTS, st.integers(1, 90)).map(lambda w: Window(w[0], w[0] + timedelta(days=w[1])))),
    max_size=12,
)


@given(WINDOWS)
def test_no_two_windows_of_a_layer_overlap(windows: list[Window]) -> None:
    found = layers(windows)
    assert sorted(each for layer in found for each in layer) == sorted(set(windows))
    for layer in found:
        assert all(first.end <= then.start for first, then in pairwise(layer))
        assert len({each.kind for each in layer}) == 1


@pytest.mark.parametrize("day", [date(2024, 2, 29)])
def test_the_day_that_has_no_year_ago(day: date) -> None:
    assert between(day, day).year_ago == Window(datetime(2023, 2, 28), datetime(2023, 3, 1))
