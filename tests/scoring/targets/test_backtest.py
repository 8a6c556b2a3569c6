"""The back-test: nothing of the future is known, and the best is what would have been best."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi_xl.model.periods import Period
from kpi_xl.scoring.targets.backtest import FORECASTERS, NAIVE, SEASONAL_NAIVE, accuracy, backtest, naive_scale
from kpi_xl.scoring.targets.history import History
from tests.scoring.targets.fixtures import QUARTERS, TWO_YEARS, YEAR_2022, YEAR_2023, months

THREE = History(Period(2022, "M", 1), YEAR_2022 + YEAR_2023 + tuple(1.1 * value for value in YEAR_2023))


def test_errors_by_hand() -> None:
    found = accuracy("x", [100, 50], [90, 60], 5)
    assert (found.mae, found.mape, found.mase) == (10.0, pytest.approx(0.15), 2.0)
    assert accuracy("x", [0, 50], [1, 60], 5).mape is None
    assert accuracy("x", [1, 50], [1, 60], None).mase is None
    assert accuracy("x", [1, 50], [1, 60], 0).mase is None


@settings(deadline=None, max_examples=20)
@given(st.integers(1, 12), st.integers(1, 12))
def test_no_method_sees_what_it_is_asked_for(n_origins: int, horizon: int) -> None:
    seen: list[tuple[Period, Period]] = []

    def spy(history: History, period: Period) -> float:
        seen.append((history.last, period))
        return 1.0

    backtest(THREE, {"spy": spy}, n_origins, horizon)
    assert len(seen) == n_origins
    assert all(last == period.shift(-horizon) for last, period in seen)


def test_a_season_that_repeats_is_best_told_by_repeating_it() -> None:
    found = backtest(History(Period(2022, "M", 1), YEAR_2022 * 3))
    by_name = {each.method: each for each in found}
    assert by_name[SEASONAL_NAIVE].mae == 0
    assert found[0].mae == 0
    assert by_name[NAIVE].mae > 10
    assert [each.mae for each in found] == sorted(each.mae for each in found)


def test_every_method_takes_part_when_the_past_is_long() -> None:
    found = backtest(THREE)
    assert {each.method for each in found} == set(FORECASTERS)
    assert {each.n for each in found} == {6}


def test_growth_is_told_by_the_methods_that_know_it() -> None:
    """The last year repeats the one before, times 1.1; the growth of the year before that was 1.107."""
    found = {each.method: each for each in backtest(THREE)}
    assert found["TM1"].mae < found[SEASONAL_NAIVE].mae
    assert found["TM1"].mape == pytest.approx(abs(1350 / 1220 / 1.1 - 1))


def test_a_method_that_cannot_tell_every_period_is_left_out() -> None:
    assert {each.method for each in backtest(TWO_YEARS)} == {NAIVE, SEASONAL_NAIVE, "TM2", "TM4", "TM7"}
    assert {each.method for each in backtest(months(1.0, 2.0, 4.0))} == {NAIVE}


@pytest.mark.parametrize("values", [(), (None,), (5.0,)])
def test_a_past_too_short_to_ask(values: tuple[float | None, ...]) -> None:
    assert backtest(months(*values)) == ()


@pytest.mark.parametrize("level", [0.0, -4.0, 7.0])
def test_a_constant_is_told_by_all(level: float) -> None:
    found = backtest(months(*[level] * 36))
    assert max(each.mae for each in found) == pytest.approx(0, abs=1e-9)
    assert {each.mase for each in found} == {None}


def test_the_scale_is_seasonal_from_a_year_and_a_period_on() -> None:
    """Quarters that rise by 4 a year; three of them by 10 a quarter."""
    assert naive_scale(History(Period(2022, "Q", 1), QUARTERS)) == 4.0
    assert naive_scale(History(Period(2022, "Q", 1), (10.0, 20.0, 30.0))) == 10.0
    assert naive_scale(History(Period(2022, "Q", 1), (10.0, None, 30.0))) is None
    assert naive_scale(months()) is None


def test_a_gap_is_not_asked_for() -> None:
    seen: list[Period] = []

    def spy(history: History, period: Period) -> float:
        seen.append(period)
        return 1.0

    backtest(months(1.0, 2.0, None, 4.0), {"spy": spy}, 2)
    assert [period.number for period in seen] == [2, 4]
