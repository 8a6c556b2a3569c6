"""The straight line: the worked numbers, another program, and series that are no line."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi_xl.scoring.targets.trend import trend
from tests.scoring.targets.fixtures import LINE

values = st.lists(st.one_of(st.none(), st.integers(-1000, 1000).map(float)), min_size=6, max_size=24)


def test_the_worked_numbers() -> None:
    line = trend(LINE)
    assert line is not None
    assert not line.is_flat
    after = line.proposed(13)
    assert (after.middle, after.spread, after.df) == (pytest.approx(128.7121, abs=5e-5), pytest.approx(1.8597, abs=5e-5), 10)
    assert [after.quantile(p) for p in (0.1, 0.4, 0.8)] == pytest.approx([126.160, 128.228, 130.347], abs=5e-4)
    assert [after.at_least(t) for t in (128, 133, 126)] == pytest.approx([0.6451, 0.0219, 0.9123], abs=5e-5)


@settings(deadline=None)
@given(values, st.integers(1, 12))
def test_the_prediction_is_that_of_statsmodels(past: list[float | None], steps: int) -> None:
    api = pytest.importorskip("statsmodels.api", reason="an independent program fits the line")
    points = [(t, y) for t, y in enumerate(past, start=1) if y is not None]
    line = trend(past)
    if len({y for _, y in points}) < 3 or line is None:
        return
    t, y = zip(*points, strict=True)
    fitted = api.OLS(y, api.add_constant(t)).fit()
    told = fitted.get_prediction([[1.0, len(past) + steps]])
    if fitted.ssr < 1e-9:
        return
    ours = line.at(len(past) + steps)
    assert ours.middle == pytest.approx(told.predicted_mean[0], rel=1e-8, abs=1e-6)
    assert ours.spread == pytest.approx(told.se_obs[0], rel=1e-8)
    assert line.p_slope == pytest.approx(fitted.pvalues[1], rel=1e-6, abs=1e-12)


def test_a_gap_keeps_its_number() -> None:
    line = trend([2.0, None, 6.0, None, 10.0])
    assert line is not None
    assert (line.n, line.slope, line.at(6).middle) == (3, pytest.approx(2.0), pytest.approx(12.0))


def test_a_line_without_residuals_is_sure() -> None:
    line = trend([1.1, 2.2, 3.3, 4.4, 5.5])
    assert line is not None
    assert (line.is_flat, line.deviation, line.at(6).at_least(6.6)) == (False, 0.0, 1.0)


@pytest.mark.parametrize("level", [0.0, 0.1, -7.3, 1e9])
def test_a_constant_has_no_trend_and_no_spread(level: float) -> None:
    line = trend([level] * 6)
    assert line is not None
    assert line.is_flat
    after = line.proposed(7)
    assert (after.middle, after.spread) == (pytest.approx(level), 0.0)


def test_where_the_slope_is_doubtful_the_mean_stands() -> None:
    """By hand: mean 5, deviations sum to 4 over 5 degrees; the slope of this zigzag is 0.0857."""
    line = trend([4.0, 6.0, 4.0, 6.0, 4.0, 6.0])
    assert line is not None
    assert line.is_flat
    assert line.proposed(7).middle == 5.0
    assert line.proposed(7).spread == pytest.approx((6 / 5) ** 0.5 * (7 / 6) ** 0.5)
    assert line.slope == pytest.approx(3 / 17.5)


@pytest.mark.parametrize("few", [[], [1.0], [1.0, 2.0], [1.0, None, None, 2.0], [None] * 9])
def test_two_points_are_no_trend(few: list[float | None]) -> None:
    assert trend(few) is None
