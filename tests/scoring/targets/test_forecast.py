"""Distributions: chances fall as a target rises, and a bound belongs to both sides."""

from __future__ import annotations

from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi_xl.errors import MethodError
from kpi_xl.scoring.targets.forecast import Bell, Draws, Forecast, past, percentile

numbers = st.floats(-1e9, 1e9, allow_nan=False)
bells = st.builds(Bell, numbers, st.floats(0, 1e6), st.sampled_from([1, 4, 10, inf]))
draws = st.lists(numbers, min_size=8, max_size=40).map(lambda values: Draws(tuple(sorted(values)), prior=1))
forecasts: st.SearchStrategy[Forecast] = bells | draws


@given(forecasts, numbers, numbers)
def test_a_higher_target_is_never_likelier(forecast: Forecast, one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert 0 <= forecast.at_least(high) <= forecast.at_least(low) <= 1
    assert 0 <= forecast.at_most(low) <= forecast.at_most(high) <= 1


@given(forecasts, st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_quantiles_are_in_order(forecast: Forecast, one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert forecast.quantile(low) <= forecast.quantile(high)


@given(forecasts, numbers)
def test_either_reached_or_not(forecast: Forecast, target: float) -> None:
    """Both sides hold the target itself, so together they are at least sure."""
    assert forecast.at_least(target) + forecast.at_most(target) >= 1 - 1e-12


def test_without_a_spread_the_middle_is_sure() -> None:
    sure = Bell(5.0, 0.0, 4)
    assert [sure.at_least(x) for x in (4.9, 5.0, 5.1)] == [1.0, 1.0, 0.0]
    assert [sure.at_most(x) for x in (4.9, 5.0, 5.1)] == [0.0, 1.0, 1.0]
    assert sure.quantile(0.1) == 5.0


def test_a_last_bit_does_not_make_a_target_missed() -> None:
    tenths = Draws((0.1 + 0.2,) * 8)
    assert tenths.at_least(0.3) == tenths.at_most(0.3) == 1.0
    assert Bell(0.3, 0.0).at_least(0.1 + 0.2) == 1.0


def test_the_past_counts_one_more_of_either() -> None:
    """Laplace's rule of succession by hand: 3 of 9 at 7 or more, so (3 + 1) / (9 + 2)."""
    nine = past([1, 2, 3, 4, 5, 6, 7, 8, 9])
    assert nine is not None
    assert nine.at_least(7) == pytest.approx(4 / 11)
    assert nine.at_least(100) == pytest.approx(1 / 11)
    assert nine.at_most(9) == pytest.approx(10 / 11)


def test_below_eight_the_past_has_no_say() -> None:
    assert past([1.0] * 7) is None
    assert past([]) is None
    assert past([1.0] * 8) is not None


@pytest.mark.parametrize("p", [0.0, 1.0, -0.1, float("nan")])
def test_only_a_chance_has_a_quantile(p: float) -> None:
    for forecast in (Bell(0.0, 1.0), Draws((1.0, 2.0))):
        with pytest.raises(MethodError, match="E-CHANCE"):
            forecast.quantile(p)


@settings(deadline=None)
@given(st.lists(numbers, min_size=1, max_size=20), st.floats(0, 1))
def test_percentiles_are_those_of_numpy(values: list[float], p: float) -> None:
    numpy = pytest.importorskip("numpy", reason="an independent program computes percentiles")
    assert percentile(sorted(values), p) == pytest.approx(numpy.percentile(values, 100 * p), rel=1e-9, abs=1e-6)
