"""TM1 to TM7: worked numbers, and a past that is too short, blank, constant, zero or below zero."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_xl.model.periods import Period
from kpi_xl.model.status import Status
from kpi_xl.scoring.targets.forecast import Bell, Draws
from kpi_xl.scoring.targets.history import History
from kpi_xl.scoring.targets.proposals import (
    Proposal,
    linear_trend,
    moving_average,
    past_percentile,
    same_period_growth,
    season_of,
    seasonal_growth,
    seasonal_share,
    smoothed_forecast,
)
from tests.scoring.targets.fixtures import INDICES, LINE, QUARTERS, TWO_YEARS, YEAR_2023, months

NEXT = Period(2026, "M", 1)
YEAR = months(*LINE)


def outcome(found: Proposal) -> tuple[float | None, str, list[str]]:
    return found.target, found.status.name, [warning.code for warning in found.warnings]


def test_last_year_grown() -> None:
    november = History(Period(2023, "M", 11), (178.0,))
    assert outcome(same_period_growth(november, Period(2024, "M", 11), 0.12)) == (pytest.approx(199.36), "OK", [])
    assert same_period_growth(TWO_YEARS, Period(2024, "M", 11), -0.1).target == pytest.approx(160.2)


@pytest.mark.parametrize("base", [0.0, -40.0])
def test_what_is_not_above_zero_grows_by_an_increment(base: float) -> None:
    past, period = months(base), Period(2026, "M", 1)
    assert outcome(same_period_growth(past, period, 0.12)) == (None, "NO_BASE", ["W-TARGET-INCREMENT"])
    assert outcome(same_period_growth(past, period, 0.12, 15.0)) == (base + 15, "OK", [])


def test_the_mean_of_the_last_periods() -> None:
    assert moving_average(YEAR, NEXT).target == pytest.approx(124.33, abs=5e-3)
    assert moving_average(YEAR, NEXT, 12).target == pytest.approx(sum(LINE) / 12)
    forecast = moving_average(YEAR, NEXT).forecast
    assert isinstance(forecast, Draws)
    assert (len(forecast.ordered), forecast.prior) == (12, 1)


def test_percentiles_by_hand() -> None:
    """100, 101 ... 111: the place of P60 is .6 * 11 = 6.6, of P25 2.75, of P85 9.35; for less they are mirrored."""
    past = months(*map(float, range(100, 112)))
    more, less = past_percentile(past, NEXT), past_percentile(past, NEXT, -1)
    assert (more.threshold, more.target, more.stretch) == pytest.approx((102.75, 106.6, 109.35))
    assert (less.threshold, less.target, less.stretch) == pytest.approx((108.25, 104.4, 101.65))


def test_an_outlier_counts_as_the_tail() -> None:
    """1 ... 11 and 1,000: P98 lies at place 10.78, between 11 and 1,000."""
    past = months(*map(float, range(1, 12)), 1000.0)
    found = past_percentile(past, NEXT, winsorised=True).forecast
    assert isinstance(found, Draws)
    assert found.ordered[-1] == pytest.approx(11 + 0.78 * 989)
    assert found.ordered[0] == pytest.approx(1.22)


def test_the_line_and_the_mean_that_stands_for_it() -> None:
    assert outcome(linear_trend(YEAR, NEXT)) == (pytest.approx(128.7121, abs=5e-5), "OK", [])
    zigzag = linear_trend(months(*[4.0, 6.0] * 3), Period(2025, "M", 7))
    assert outcome(zigzag) == (5.0, "OK", ["W-TREND-FLAT"])


def test_a_year_by_its_season() -> None:
    found = [seasonal_share(TWO_YEARS, Period(2024, "M", month), 1500.0) for month in range(1, 13)]
    assert sum(each.target or 0 for each in found) == pytest.approx(1500)
    assert [each.target for each in found][2:] == pytest.approx([125 * index for index in INDICES[2:]], abs=0.01)
    level = seasonal_share(TWO_YEARS, Period(2024, "M", 3), 100.0, is_sum=False)
    assert outcome(level) == (pytest.approx(88.26, abs=5e-3), "OK", ["W-SEASON-FEW"])
    assert outcome(seasonal_share(TWO_YEARS, Period(2024, "M", 3), None)) == (None, "MISSING", ["W-TARGET-ANNUAL"])


def test_last_year_grown_by_the_season() -> None:
    """2023 brought 1,350: 1,350 * 1.1 / 12 = 123.75 at an index of 1."""
    found = seasonal_growth(TWO_YEARS, Period(2024, "M", 11), 0.1)
    assert found.target == pytest.approx(123.75 * INDICES[10], abs=0.01)
    one = seasonal_growth(History(Period(2023, "M", 1), YEAR_2023), Period(2024, "M", 11), 0.1)
    assert (one.status, [warning.code for warning in one.warnings]) == (Status.APPROX, ["W-SEASON-CALENDAR"])


def test_the_year_of_the_target_does_not_shift_its_own_season() -> None:
    """All months of a year are split by what was known before it, or they would not add up."""
    more = History(Period(2022, "M", 1), (*TWO_YEARS.known, 300.0, 5.0))
    assert season_of(more, Period(2024, "M", 6)) == season_of(TWO_YEARS, Period(2024, "M", 6))


def test_smoothing_looks_past_blank_months() -> None:
    past = History(Period(2023, "Q", 1), (None, *QUARTERS, None))
    assert smoothed_forecast(past, Period(2026, "Q", 2)).target == pytest.approx(22)
    assert smoothed_forecast(past, Period(2026, "Q", 3)).target == pytest.approx(32)


def test_a_gap_leaves_the_newest_stretch() -> None:
    past = History(Period(2022, "Q", 3), (500.0, None, *QUARTERS))
    assert outcome(smoothed_forecast(past, Period(2026, "Q", 1))) == (pytest.approx(22), "OK", ["W-HISTORY-GAPS"])


def test_below_two_years_a_line_then_a_mean() -> None:
    line = smoothed_forecast(YEAR, NEXT)
    assert outcome(line) == (pytest.approx(128.7121, abs=5e-5), "APPROX", ["W-TARGET-FALLBACK"])
    assert isinstance(line.forecast, Bell)
    short = smoothed_forecast(months(1.0, 2.0, 6.0), Period(2025, "M", 4))
    assert outcome(short) == (pytest.approx(3.0), "APPROX", ["W-TARGET-FALLBACK"])


METHODS = [
    lambda past, period: same_period_growth(past, period, 0.1),
    moving_average,
    past_percentile,
    linear_trend,
    lambda past, period: seasonal_growth(past, period, 0.1),
    smoothed_forecast,
]


@pytest.mark.parametrize("n", [0, 1, 2])
@pytest.mark.parametrize("method", METHODS[1:4] + METHODS[5:])
def test_too_short_a_past_proposes_nothing(method: object, n: int) -> None:
    target, status, warnings = outcome(method(months(*[7.0] * n), NEXT))  # type: ignore[operator]
    assert (target, status, warnings) == (None, "INSUFFICIENT", ["W-HISTORY-SHORT"])


@given(
    st.lists(st.one_of(st.none(), st.sampled_from([0.0, -3.0, 5.0, 1e12]), st.floats(-1e6, 1e6)), max_size=40),
    st.sampled_from(METHODS),
)
def test_a_target_is_a_number_or_there_is_a_reason(values: list[float | None], method: object) -> None:
    past = months(*values)
    found = method(past, past.last.shift(1))  # type: ignore[operator]
    if found.target is None:
        assert not found.status.is_scored
        assert found.warnings
    else:
        assert abs(found.target) < 1e15
        assert found.status in (Status.OK, Status.APPROX)


@given(st.lists(st.floats(1, 1e6), min_size=30, max_size=30), st.floats(0.01, 100))
def test_the_unit_of_the_past_is_that_of_the_target(values: list[float], times: float) -> None:
    past, scaled = months(*values), months(*(times * value for value in values))
    for method in METHODS[:5]:
        one, other = method(past, past.last.shift(1)).target, method(scaled, past.last.shift(1)).target
        assert other == (None if one is None else pytest.approx(times * one, rel=1e-6, abs=1e-6 * times))
