"""T. L. Saaty, Decision making with the analytic hierarchy process, 2008: how much of each drink is drunk in the US."""

from __future__ import annotations

import pytest

from kpi_xl.scoring.weights.ahp import ahp
from tests.published.cases import case

WATER_TO_WINE = [
    [1, 2, 2, 3, 3, 9, 9],
    [1 / 2, 1, 1, 2, 2, 4, 9],
    [1 / 2, 1, 1, 1, 2, 5, 9],
    [1 / 3, 1 / 2, 1, 1, 1, 3, 9],
    [1 / 3, 1 / 2, 1 / 2, 1, 1, 3, 9],
    [1 / 9, 1 / 4, 1 / 5, 1 / 3, 1 / 3, 1, 3],
    [1 / 9, 1 / 9, 1 / 9, 1 / 9, 1 / 9, 1 / 3, 1],
]
WEIGHTS = [0.3268, 0.1896, 0.1775, 0.1288, 0.1164, 0.0418, 0.0191]
CR = 0.022


def test_the_printed_weights_and_ratio() -> None:
    result = ahp(WATER_TO_WINE)
    assert result.weights == pytest.approx(WEIGHTS, abs=6e-5)
    assert result.cr == pytest.approx(CR, abs=6e-4)
    assert result.passes


def test_the_example_at_hand() -> None:
    example = case("ahp_saaty2008_drinks")
    exact = example["verify"]["full_precision"]
    result = ahp(example["inputs"]["matrix"])
    assert result.weights == pytest.approx(exact["weights"], abs=1e-9)
    assert result.lambda_max == pytest.approx(exact["lambda_max"], abs=1e-9)
    rows = ahp(example["inputs"]["matrix"], "geometric")
    assert rows.weights == pytest.approx(exact["geometric_mean_weights"], abs=1e-9)
    assert example["expected"]["weights"] == WEIGHTS
