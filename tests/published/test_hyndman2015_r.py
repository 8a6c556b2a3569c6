"""Exponential smoothing of Australian tourists, computed in R by R. J. Hyndman's packages forecast and fpp.

The results of R stand in the tests of statsmodels, to which they were contributed.
"""

from __future__ import annotations

import pytest

from kpi_xl.scoring.targets.smoothing import Smoothed, Smoothing, State, smooth
from tests.published.cases import case

TOURISTS = [
    41.727458, 24.04185, 32.328103, 37.328708, 46.213153, 29.346326, 36.48291, 42.977719, 48.901525, 31.180221,
    37.717881, 40.420211, 51.206863, 31.887228, 40.978263, 43.772491, 55.558567, 33.850915, 42.076383, 45.642292,
    59.76678, 35.191877, 44.319737, 47.913736,
]  # fmt: skip
ALPHA, BETA, GAMMA = 0.362500481843614, 0.0754341632786649, 0.63749564203014
LEVEL, TREND = 31.6429376250105, 1.00282356207448
SEASONS = (2.0685005855211, -2.02739592581295, -9.46755384381316)
VARIANCE = 3.75145949470755
MIDDLE = [61.2650423365003, 37.071590862526, 46.3496222476879, 50.0719004541517, 63.4232050585459]
LOWER = [57.4688498800486, 32.9273260460426, 41.7700005700215, 44.9759122506884, 56.3246992632325]
UPPER = [65.061234792952, 41.2158556790094, 50.9292439253542, 55.1678886576149, 70.5217108538594]


def smoothed() -> Smoothed:
    """R's season takes over gamma of the error; its newest first season comes first and all four sum to zero."""
    seasons = (-sum(SEASONS), *reversed(SEASONS))
    return smooth(TOURISTS, State(LEVEL, TREND, seasons), Smoothing(ALPHA, BETA / ALPHA, GAMMA / (1 - ALPHA)))


def test_forecasts() -> None:
    assert [smoothed().middle(steps) for steps in range(1, 6)] == pytest.approx(MIDDLE, abs=1e-5)


def test_intervals() -> None:
    """95 % of the normal distribution, with R's variance of one step."""
    found = smoothed()
    widths = [1.959963984540054 * (VARIANCE * found.spread(steps)) ** 0.5 for steps in range(1, 6)]
    assert [middle - width for middle, width in zip(MIDDLE, widths, strict=True)] == pytest.approx(LOWER, abs=1e-5)
    assert [middle + width for middle, width in zip(MIDDLE, widths, strict=True)] == pytest.approx(UPPER, abs=1e-5)


def test_the_example_at_hand() -> None:
    example = case("ets_hw_additive_aust")
    assert example["inputs"]["series"] == TOURISTS
    assert list(smoothed().fitted) == pytest.approx(example["expected"]["fitted"], abs=1e-5)
    assert smoothed().sse / len(TOURISTS) == pytest.approx(example["inputs"]["params"]["mse"], abs=1e-6)
