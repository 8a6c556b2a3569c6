"""Holt-Winters: the worked numbers, exact worlds, another program, and series that have no season."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi_xl.scoring.targets.forecast import Bell, Draws
from kpi_xl.scoring.targets.smoothing import (
    Form,
    Smoothing,
    form_of,
    holt_winters,
    simulated,
    smooth,
    start,
    start_on_line,
)
from tests.scoring.targets.fixtures import QUARTERS, YEAR_2022, YEAR_2023

NOISY = tuple(50 + 2 * t + (0, 9, -4, 3)[t % 4] + (1, -2, 2, 0, -1, 3, -3)[t % 7] for t in range(24))


def test_the_worked_numbers() -> None:
    state = start(QUARTERS, 4, "additive")
    assert (state.level, state.trend, state.seasons) == (25.0, 1.0, (-15.0, -5.0, 5.0, 15.0))
    found = smooth(QUARTERS[4:], state, Smoothing(0.5, 0.3, 0.2))
    assert [found.middle(k) for k in (1, 2, 3, 4)] == pytest.approx([20.2578, 30.5999, 41.1649, 51.8843], abs=5e-5)


@settings(deadline=None, max_examples=40)
@given(*[st.floats(0.05, 0.95)] * 3)
def test_the_recursion_is_that_of_statsmodels(alpha: float, beta: float, gamma: float) -> None:
    """In its form the trend takes over alpha times beta of the error, the season gamma times 1 - alpha."""
    module = pytest.importorskip(
        "statsmodels.tsa.exponential_smoothing.ets", reason="an independent program smooths the series"
    )
    pandas = pytest.importorskip("pandas", reason="its prediction takes a series")
    state = start(NOISY, 4, "additive")
    ours = smooth(NOISY[4:], state, Smoothing(alpha, beta, gamma))
    model = module.ETSModel(
        pandas.Series(NOISY[4:]), trend="add", seasonal="add", seasonal_periods=4, initialization_method="known",
        initial_level=state.level, initial_trend=state.trend, initial_seasonal=state.seasons,
    )  # fmt: skip
    states = [state.level, state.trend, *reversed(state.seasons)]
    theirs = model.smooth([alpha, alpha * beta, gamma * (1 - alpha), *states])
    assert list(ours.fitted) == pytest.approx(list(theirs.fittedvalues), rel=1e-9)
    assert [ours.middle(k) for k in range(1, 9)] == pytest.approx(list(theirs.forecast(8)), rel=1e-9)
    told = theirs.get_prediction(start=20, end=27).summary_frame()
    spreads = [ours.spread(k) ** 0.5 for k in range(1, 9)]
    widths = list(told["pi_upper"] - told["pi_lower"])
    assert [each / widths[0] for each in widths] == pytest.approx([each / spreads[0] for each in spreads], rel=1e-6)


def test_a_line_with_a_season_is_told_exactly() -> None:
    found = holt_winters(QUARTERS, 4, "additive")
    assert found is not None
    assert found.sse == pytest.approx(0, abs=1e-18)
    assert [found.middle(k) for k in (1, 2, 3, 4, 5)] == pytest.approx([22, 32, 42, 52, 26])
    assert found.ahead(1).at_least(22.0) == 1.0


def test_a_season_that_grows_with_its_level_is_told_exactly() -> None:
    """Level 100, 101, 102 ... times .5, 1, 1.5."""
    values = [(100 + t) * (0.5, 1.0, 1.5)[t % 3] for t in range(12)]
    found = holt_winters(values, 3)
    assert found is not None
    assert (found.form, [found.middle(k) for k in (1, 2, 3)]) == ("multiplicative", pytest.approx([56, 113, 171]))


def test_the_best_parameters_beat_every_point_of_a_grid() -> None:
    found, state = holt_winters(NOISY, 4, "additive"), start_on_line(NOISY, 4, "additive")
    assert found is not None
    points = product([each / 10 for each in range(11)], repeat=3)
    assert found.sse <= min(smooth(NOISY[4:], state, Smoothing(*point)).sse for point in points) * (1 + 1e-3)


@given(st.floats(0.01, 1000), st.floats(-1e4, 1e4))
def test_a_unit_and_a_shift_change_nothing_but_themselves(times: float, shift: float) -> None:
    smoothing = Smoothing(0.4, 0.2, 0.3)
    plain = smooth(NOISY[4:], start(NOISY, 4, "additive"), smoothing)
    moved = [shift + times * value for value in NOISY]
    changed = smooth(moved[4:], start(moved, 4, "additive"), smoothing)
    assert changed.middle(3) == pytest.approx(shift + times * plain.middle(3), rel=1e-9, abs=1e-6)


def test_the_closed_form_is_where_simulation_goes() -> None:
    found = holt_winters(NOISY, 4, "additive")
    assert found is not None
    for steps in (1, 3, 6):
        exact, drawn = found.ahead(steps), simulated(found, steps, n_draws=6000)
        assert isinstance(exact, Bell)
        assert drawn.middle == pytest.approx(exact.middle, abs=0.06 * exact.spread)
        for p in (0.1, 0.4, 0.8):
            assert drawn.quantile(p) == pytest.approx(exact.quantile(p), abs=0.1 * exact.spread)


def test_a_seed_draws_the_same_again() -> None:
    found = holt_winters(YEAR_2022 + YEAR_2023 + YEAR_2022, 12, "multiplicative")
    assert found is not None
    one, same, other = found.ahead(2, 7), found.ahead(2, 7), found.ahead(2, 8)
    assert isinstance(one, Draws)
    assert one == same != other


@pytest.mark.parametrize("values", [(), (1.0,), (1.0, 2.0), (1.0, 2.0, 3.0), (5.0,) * 8])
def test_two_seasons_and_a_period_are_needed(values: tuple[float, ...]) -> None:
    assert holt_winters(values, 4) is None


@pytest.mark.parametrize("level", [0.0, 3.3, -8.0])
def test_a_constant_goes_on(level: float) -> None:
    found = holt_winters([level] * 12, 4)
    assert found is not None
    assert (found.middle(1), found.middle(7), found.deviation) == (pytest.approx(level), pytest.approx(level), 0.0)


@pytest.mark.parametrize(
    ("values", "form"),
    [
        ([10, 20, 30, 40] * 2, "additive"),
        ([100, 120, 80, 100, 200, 220, 180, 200], "additive"),
        ([100, 120, 80, 100, 200, 240, 160, 200], "multiplicative"),
        ([100, 120, 80, 100, 200, 240, 160, -200], "additive"),
        ([5.0] * 8, "additive"),
    ],
)
def test_when_the_season_multiplies(values: list[float], form: Form) -> None:
    assert form_of(values, 4) == form
