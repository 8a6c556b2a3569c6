"""A. Tuş, E. Aytaç Adalı, The new combination with CRITIC and WASPAS methods for the time and attendance software
selection problem, 2019.
"""

from __future__ import annotations

import pytest

from kpi_xl.scoring.weights.interplay import critic
from tests.published.cases import case

MATRIX = [
    [5000, 3, 3, 4, 3, 2],
    [680, 5, 3, 2, 2, 1],
    [2000, 3, 2, 3, 4, 3],
    [600, 4, 3, 1, 2, 2],
    [800, 2, 4, 3, 3, 4],
]
WEIGHTS = [0.157, 0.249, 0.168, 0.121, 0.154, 0.151]


def test_the_printed_weights_take_the_price_as_a_benefit() -> None:
    """The first criterion is a cost; the paper's numbers come out when no direction is applied."""
    assert critic(MATRIX).weights == pytest.approx(WEIGHTS, abs=6e-4)


def test_with_its_direction_the_price_weighs_more() -> None:
    """Not printed in the paper: recomputed apart from the program, as the example at hand records."""
    weights = critic(MATRIX, ["down", *["up"] * 5]).weights
    exact = [0.184066407, 0.213028979, 0.142214162, 0.158300641, 0.168382221, 0.134007589]
    assert weights == pytest.approx(exact, abs=1e-9)


def test_the_example_at_hand() -> None:
    example = case("critic_tus2019")
    exact = example["verify"]["full_precision"]
    matrix = example["inputs"]["matrix"]
    signs = [{1: "up", -1: "down"}[sign] for sign in example["inputs"]["directions_in_paper"]]
    assert critic(matrix).weights == pytest.approx(exact["weights"], abs=1e-12)
    assert critic(matrix, signs).weights == pytest.approx(exact["weights_with_cost_direction"], abs=1e-12)
    assert example["expected"]["weights"] == WEIGHTS
