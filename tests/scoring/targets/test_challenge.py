"""Challenging yet feasible; no sliding back; no ratchet."""

from __future__ import annotations

import pytest

from kpi_xl.model.periods import Period
from kpi_xl.scoring.targets.anchors import Verdict
from kpi_xl.scoring.targets.challenge import (
    backsliding,
    challenge,
    leap,
    needed_run_rate,
    ratchet,
    realised_growth,
)
from kpi_xl.scoring.targets.proposals import linear_trend
from tests.scoring.targets.fixtures import LINE, TWO_YEARS, months

NEXT = Period(2026, "M", 1)
PAST = months(*LINE)


def test_a_target_beside_what_is_known() -> None:
    """128 over 100 a year ago, over 126 at best, over a benchmark of 160; from 125 one month earlier."""
    found = challenge(PAST, NEXT, 128, linear_trend(PAST, NEXT).forecast, benchmark=160)
    assert (found.p, found.verdict) == (pytest.approx(0.6451, abs=5e-5), Verdict.FAIR)
    assert found.over_last_year == pytest.approx(0.28)
    assert found.over_best == pytest.approx(2 / 126)
    assert found.over_benchmark == pytest.approx(-0.2)
    assert found.monthly_growth == pytest.approx(3 / 125)
    assert found.warnings == ()


def test_growth_is_compound_and_by_month() -> None:
    quarterly = challenge(months(100.0, 100.0), Period(2025, "M", 5), 121.0, None)
    assert quarterly.monthly_growth == pytest.approx(1.21 ** (1 / 3) - 1)
    assert (quarterly.p, quarterly.verdict) == (None, None)


def test_the_best_of_less_is_the_least() -> None:
    past = months(5.0, 4.0, 6.0, 7.0, 5.0, 6.0)
    assert challenge(past, Period(2025, "M", 7), 3.0, None, -1).over_best == pytest.approx(-0.25)


@pytest.mark.parametrize("past", [(), (0.0,), (-5.0,)])
def test_what_has_no_share_is_not_told(past: tuple[float, ...]) -> None:
    found = challenge(months(*past), Period(2025, "M", 1 + len(past)), 10.0, None)
    assert found.monthly_growth is None
    assert found.over_last_year is None


def test_a_new_indicator_is_judged_by_its_best_and_by_last_year() -> None:
    short = challenge(months(100.0, 90.0), Period(2025, "M", 3), 121.0, None)
    assert [warning.code for warning in short.warnings] == ["W-TARGET-LEAP"]
    long = challenge(PAST, NEXT, 90.0, None)
    assert [warning.code for warning in long.warnings] == ["W-TARGET-BACKSLIDE"]


@pytest.mark.parametrize(
    ("target", "last", "sign", "slides"),
    [(99, 100, 1, True), (100, 100, 1, False), (101, 100, -1, True), (99, 100, -1, False), (0, None, 1, False),
     (0.3, 0.1 + 0.2, 1, False), (-2, -1, 1, True)],
)  # fmt: skip
def test_no_sliding_back(target: float, last: float | None, sign: int, slides: bool) -> None:
    assert (backsliding(target, last, sign) is not None) is slides


@pytest.mark.parametrize(
    ("target", "best", "sign", "leaps"),
    [(120, 100, 1, False), (120.1, 100, 1, True), (80, 100, -1, False), (79, 100, -1, True), (5, None, 1, False),
     (5, 0, 1, False), (-79, -100, 1, True)],
)  # fmt: skip
def test_a_leap_is_more_than_a_fifth(target: float, best: float | None, sign: int, leaps: bool) -> None:
    assert (leap(target, best, sign) is not None) is leaps


@pytest.mark.parametrize(
    ("growth", "realised", "sign", "stops"),
    [(0.2, 0.1, 1, False), (0.21, 0.1, 1, True), (0.05, -0.1, 1, True), (-0.2, -0.1, -1, False), (-0.21, -0.1, -1, True),
     (0.5, None, 1, False), (0.1 + 0.2, 0.2, 1, False)],
)  # fmt: skip
def test_the_ratchet(growth: float, realised: float | None, sign: int, stops: bool) -> None:
    assert (ratchet(growth, realised, sign) is not None) is stops


def test_growth_that_was_realised() -> None:
    """1,350 over 1,220."""
    assert realised_growth(TWO_YEARS, 2023) == pytest.approx(1350 / 1220 - 1)
    assert realised_growth(TWO_YEARS, 2024) is None
    assert realised_growth(months(*[0.0] * 12, *[5.0] * 12), 2026) is None
    assert realised_growth(months(*[5.0] * 12, *[0.0] * 12), 2026) == -1.0


def test_the_needed_run_rate_is_for_what_is_left() -> None:
    assert needed_run_rate(1200, 700, 5) == 100.0
    assert needed_run_rate(1200, 1300, 2) == -50.0
    assert needed_run_rate(1200, 1300, 0) is None
