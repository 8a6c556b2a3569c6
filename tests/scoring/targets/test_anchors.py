"""Threshold, target, stretch, and the chance of a target: the worked numbers and their order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_xl.model.status import Status
from kpi_xl.scoring.targets.anchors import Verdict, anchors, chance, spread_anchors, verdict
from kpi_xl.scoring.targets.forecast import Bell, Draws, Forecast
from kpi_xl.scoring.targets.trend import trend
from tests.scoring.targets.fixtures import LINE
from tests.scoring.targets.test_forecast import draws, forecasts, numbers


def after_the_line() -> Forecast:
    line = trend(LINE)
    assert line is not None
    return line.at(13)


def test_the_worked_numbers() -> None:
    found = anchors(after_the_line())
    assert (found.threshold, found.target, found.stretch) == pytest.approx((126.160, 128.228, 130.347), abs=5e-4)


def test_less_is_mirrored_around_the_middle() -> None:
    more, less = anchors(Bell(10.0, 2.0, 9)), anchors(Bell(10.0, 2.0, 9), -1)
    for one, other in ((more.threshold, less.threshold), (more.target, less.target), (more.stretch, less.stretch)):
        assert one is not None
        assert other is not None
        assert one + other == pytest.approx(20)


def test_a_rate_is_at_most_all() -> None:
    found = anchors(Bell(0.97, 0.05), within=(0, 1))
    assert found.stretch == 1
    assert anchors(Bell(0.01, 0.05), -1, within=(0, 1)).stretch == 0
    assert found.threshold == anchors(Bell(0.97, 0.05)).threshold


@given(forecasts, st.sampled_from([1, -1]))
def test_the_better_the_harder(forecast: Forecast, sign: int) -> None:
    found = anchors(forecast, sign)
    ordered = [sign * (value or 0.0) for value in (found.threshold, found.target, found.stretch)]
    assert ordered == sorted(ordered)


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e5), st.sampled_from([1, -1]))
def test_each_is_reached_with_its_chance(middle: float, spread: float, sign: int) -> None:
    forecast = Bell(middle, spread, 10)
    found = anchors(forecast, sign)
    for value, wanted in ((found.threshold, 0.9), (found.target, 0.6), (found.stretch, 0.2)):
        assert value is not None
        assert chance(forecast, value, sign) == pytest.approx(wanted, abs=1e-5)


@given(forecasts | draws, numbers, numbers, st.sampled_from([1, -1]))
def test_a_better_target_is_never_likelier(forecast: Forecast, one: float, other: float, sign: int) -> None:
    easier, harder = sorted((one, other), key=lambda value: sign * value)
    assert chance(forecast, harder, sign) <= chance(forecast, easier, sign)


@pytest.mark.parametrize(
    ("target", "p", "wanted"),
    [(128, 0.6451, Verdict.FAIR), (133, 0.0219, Verdict.TOO_HARD), (126, 0.9123, Verdict.EASY)],
)
def test_the_worked_chances(target: float, p: float, wanted: Verdict) -> None:
    found = chance(after_the_line(), target)
    assert found == pytest.approx(p, abs=5e-5)
    assert verdict(found) is wanted


@pytest.mark.parametrize(
    ("p", "wanted", "level"),
    [
        (0.0, Verdict.TOO_HARD, "FAIL"), (0.0999, Verdict.TOO_HARD, "FAIL"), (0.10, Verdict.HARD, "WARN"),
        (0.2999, Verdict.HARD, "WARN"), (0.30, Verdict.FAIR, "PASS"), (0.80, Verdict.FAIR, "PASS"),
        (0.8001, Verdict.EASY, "WARN"), (0.95, Verdict.EASY, "WARN"), (0.9501, Verdict.TOO_EASY, "FAIL"),
        (1.0, Verdict.TOO_EASY, "FAIL"),
    ],
)  # fmt: skip
def test_bands_and_their_bounds(p: float, wanted: Verdict, level: str) -> None:
    assert (verdict(p), verdict(p).level) == (wanted, level)


def test_a_target_that_past_values_equal_is_reached_by_them() -> None:
    """Eight at 5: all reach it, (8 + 1) / (8 + 2); none is better."""
    same = Draws((5.0,) * 8, prior=1)
    assert [chance(same, 5.0), chance(same, 5.0, -1), chance(same, 5.1)] == pytest.approx([0.9, 0.9, 0.1])


@pytest.mark.parametrize(
    ("target", "sign", "wanted"),
    [(100, 1, (90, 110)), (100, -1, (110, 90)), (-50, 1, (-55, -45)), (-50, -1, (-45, -55))],
)
def test_without_a_past_a_tenth_to_either_side(target: float, sign: int, wanted: tuple[float, float]) -> None:
    found = spread_anchors(target, sign)
    assert (found.threshold, found.stretch) == pytest.approx(wanted)
    assert (found.target, found.status) == (target, Status.APPROX)
    assert [warning.code for warning in found.warnings] == ["W-ANCHORS-USUAL"]


def test_zero_has_no_tenth() -> None:
    found = spread_anchors(0.0)
    assert (found.threshold, found.stretch, found.status) == (None, None, Status.NO_BASE)
