"""E. K. Zavadskas, V. Podvezko, Integrated determination of objective criteria weights in MCDM, 2016: IDOCRIW."""

from __future__ import annotations

import pytest

from kpi_xl.scoring.weights.combine import multiplicative
from kpi_xl.scoring.weights.dispersion import entropy
from tests.published.cases import case

MATRIX = [[3, 100, 10, 7], [2.5, 80, 8, 5], [1.8, 50, 20, 11], [2.2, 70, 12, 9]]
ENTROPY = [0.1146, 0.1981, 0.4185, 0.2689]
CILOS = [0.3343, 0.2199, 0.1957, 0.2501]
COMBINED = [0.1658, 0.1886, 0.35455, 0.2911]


def test_entropy_of_shares_whatever_the_direction() -> None:
    """Two of the four criteria are costs; the paper takes shares of the columns as they are."""
    assert entropy(MATRIX, normalisation="sum").weights == pytest.approx(ENTROPY, abs=6e-5)
    assert entropy(MATRIX, ["down", "up", "down", "up"], "sum").weights == pytest.approx(ENTROPY, abs=6e-5)


def test_entropy_times_impact_loss() -> None:
    combined = multiplicative([entropy(MATRIX, normalisation="sum").weights, CILOS])
    assert combined.weights == pytest.approx(COMBINED, abs=6e-4)
    assert multiplicative([ENTROPY, CILOS]).weights == pytest.approx(COMBINED, abs=6e-4)


def test_the_example_at_hand() -> None:
    example = case("combined_weights_idocriw_zavadskas2016")
    exact = example["verify"]["full_precision"]
    found = entropy(example["inputs"]["matrix"], normalisation="sum").weights
    assert found == pytest.approx(exact["entropy"], abs=1e-12)
    assert multiplicative([found, exact["cilos"]]).weights == pytest.approx(exact["combined"], abs=1e-12)
    assert example["expected"] == {"entropy": ENTROPY, "cilos": CILOS, "combined": COMBINED}
