"""N. Ersoy, Equipment selection for an e-commerce company using entropy-based TOPSIS, EDAS and CODAS methods during the
COVID-19, 2021.
"""

from __future__ import annotations

import pytest

from kpi_xl.scoring.weights.dispersion import entropy
from tests.published.cases import case

MATRIX = [
    [256, 8, 41, 1.6, 1.77, 7347.16],
    [256, 8, 32, 1.0, 1.8, 6919.99],
    [256, 8, 53, 1.6, 1.9, 8400.00],
    [256, 8, 41, 1.0, 1.75, 6808.90],
    [512, 8, 35, 1.6, 1.7, 8479.99],
    [256, 4, 35, 1.6, 1.7, 7499.99],
]
WEIGHTS = [0.405, 0.221, 0.134, 0.199, 0.007, 0.034]


def test_the_printed_weights() -> None:
    assert entropy(MATRIX, normalisation="sum").weights == pytest.approx(WEIGHTS, abs=6e-4)


def test_the_example_at_hand() -> None:
    example = case("entropy_ersoy2021_ecommerce")
    found = entropy(example["inputs"]["matrix"], normalisation="sum")
    assert found.weights == pytest.approx(example["verify"]["full_precision"]["weights"], abs=1e-12)
    assert example["expected"]["weights"] == WEIGHTS
