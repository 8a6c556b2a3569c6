"""R. J. Hyndman, G. Athanasopoulos, Forecasting: Principles and Practice, 2nd edition, 2018."""

from __future__ import annotations

import pytest

from kpi_xl.model.periods import Period
from kpi_xl.scoring.targets.backtest import accuracy, naive, naive_scale, seasonal_naive
from kpi_xl.scoring.targets.history import History
from kpi_xl.scoring.targets.smoothing import Smoothing, State, smooth

NIGHTS = [
    42.20566, 24.64917, 32.66734, 37.25735, 45.24246, 29.35048, 36.34421, 41.78208, 49.27660, 31.27540, 37.85063,
    38.83704, 51.23690, 31.83855, 41.32342, 42.79900, 55.70836, 33.40714, 42.31664, 45.15712, 59.57608, 34.83733,
    44.84168, 46.97125, 60.01903, 38.37118, 46.97586, 50.73380, 61.64687, 39.29957, 52.67121, 54.33232, 66.83436,
    40.87119, 51.82854, 57.49191, 65.25147, 43.06121, 54.76076, 59.83447, 73.25703, 47.69662, 61.09777, 66.05576,
]  # fmt: skip
"""Millions of nights that visitors spent in Australia, by quarter, 2005 to 2015."""

BEER = (
    443, 410, 420, 532, 433, 421, 410, 512, 449, 381, 423, 531, 426, 408, 416, 520, 409, 398, 398, 507, 432, 398, 406,
    526, 428, 397, 403, 517, 435, 383, 424, 521, 421, 402, 414, 500, 451, 380, 416, 492, 428, 408, 406, 506, 435, 380,
    421, 490, 435, 390, 412, 454, 416, 403, 408, 482, 438, 386, 405, 491, 427, 383, 394, 473, 420, 390, 410, 488, 415,
    398, 419, 488, 414, 374,
)  # fmt: skip
"""Megalitres of beer that Australia brewed, by quarter, from 1992 to the second of 2010."""
FIRST, FIRST_TESTED = Period(1992, "Q", 1), Period(2008, "Q", 1)


def test_holt_winters_with_additive_season() -> None:
    """Section 7.3, table 7.4: parameters and first states as printed; errors 1.763 in the root of their mean square."""
    alpha, beta, gamma = 0.306, 0.0003, 0.426
    found = smooth(NIGHTS, State(32.26, 0.7014, (9.70, -9.31, -1.69, 1.31)), Smoothing(alpha, beta, gamma / (1 - alpha)))
    assert (found.sse / len(NIGHTS)) ** 0.5 == pytest.approx(1.763, abs=5e-4)
    assert [found.middle(steps) for steps in (1, 2, 3, 4)] == pytest.approx([76.10, 51.60, 63.97, 68.37], abs=5e-3)


@pytest.mark.parametrize(
    ("method", "mae", "mape", "mase"),
    [("mean", 34.83, 8.28, 2.44), ("naive", 57.40, 14.18, 4.01), ("seasonal naive", 13.40, 3.17, 0.94)],
)
def test_accuracy_of_three_simple_methods(method: str, mae: float, mape: float, mase: float) -> None:
    """Section 3.4, quarterly beer production: 1992 to 2007 is known, ten quarters are asked for."""
    known = History(FIRST, tuple(map(float, BEER))).before(FIRST_TESTED)
    asked = [FIRST_TESTED.shift(place) for place in range(10)]
    told = {
        "mean": [sum(known.known) / len(known.known)] * 10,
        "naive": [naive(known, period) for period in asked],
        "seasonal naive": [seasonal_naive(known, period) for period in asked],
    }[method]
    found = accuracy(method, BEER[64:], [value or 0.0 for value in told], naive_scale(known))
    assert found.mae == pytest.approx(mae, abs=5.1e-3)
    assert 100 * (found.mape or 0) == pytest.approx(mape, abs=5e-3)
    assert found.mase == pytest.approx(mase, abs=5e-3)
