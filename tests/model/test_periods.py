"""The grammar of periods: 2024-01, 2024Q1, 2024H1, 2024 (domain specification, C10)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_xl.model.periods import MONTHS, Period, parse_period


@st.composite
def periods(draw: st.DrawFn) -> Period:
    """A period of any kind, far enough from the ends of the calendar to be shifted."""
    kind = draw(st.sampled_from(sorted(MONTHS)))
    return Period(draw(st.integers(1950, 2150)), kind, draw(st.integers(1, 12 // MONTHS[kind])))


steps = st.integers(-40, 40)


@given(periods())
def test_what_is_printed_is_parsed_again(period: Period) -> None:
    assert parse_period(str(period)) == period


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2024-01", date(2024, 1, 1), date(2024, 1, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2023-02", date(2023, 2, 1), date(2023, 2, 28)),
        ("2024Q1", date(2024, 1, 1), date(2024, 3, 31)),
        ("2024Q4", date(2024, 10, 1), date(2024, 12, 31)),
        ("2024H1", date(2024, 1, 1), date(2024, 6, 30)),
        ("2024H2", date(2024, 7, 1), date(2024, 12, 31)),
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
    ],
)
def test_first_and_last_day(text: str, start: date, end: date) -> None:
    period = parse_period(text)
    assert (period.start, period.end) == (start, end)


@pytest.mark.parametrize("text", [" 2024q1 ", "2024Q1", "2024Q1\n"])
def test_spaces_and_case_are_free(text: str) -> None:
    assert parse_period(text) == Period(2024, "Q", 1)


@pytest.mark.parametrize(
    "text",
    ["2024-1", "2024-00", "2024-13", "2024Q0", "2024Q5", "2024H3", "2024-Q1", "1899", "2200", "2024-01-01", "年"],
)
def test_other_texts_are_no_period(text: str) -> None:
    with pytest.raises(ValueError, match=text):
        parse_period(text)


@given(periods(), steps)
def test_there_and_back(period: Period, count: int) -> None:
    assert period.shift(count).shift(-count) == period
    assert period.shift(0) == period


@given(periods(), steps, steps)
def test_shifts_add_up(period: Period, one: int, other: int) -> None:
    assert period.shift(one).shift(other) == period.shift(one + other)


@given(periods())
def test_the_next_period_starts_on_the_day_after_the_last(period: Period) -> None:
    assert period.shift(1).start == period.end + timedelta(days=1)
    assert period.shift(1).kind == period.kind


@given(periods())
def test_a_year_ago_is_a_year_of_periods_back(period: Period) -> None:
    assert period.year_ago == period.shift(-12 // MONTHS[period.kind])
    assert (period.year_ago.start.month, period.year_ago.start.day) == (period.start.month, period.start.day)
