"""M. Keshavarz-Ghorabaee et al., Determination of objective weights using a new method based on the removal effects of
criteria (MEREC), 2021.
"""

from __future__ import annotations

import pytest

from kpi_xl.scoring.weights.components import principal_components
from kpi_xl.scoring.weights.interplay import merec
from tests.published.cases import case

MATRIX = [[450, 8000, 54, 145], [10, 9100, 2, 160], [100, 8200, 31, 153], [220, 9300, 1, 162], [5, 8400, 23, 158]]
DIRECTIONS = ("up", "up", "down", "down")
WEIGHTS = [0.5752216672093823, 0.01409659116846726, 0.40156136388773117, 0.009120377734419302]


def test_the_published_weights() -> None:
    assert merec(MATRIX, DIRECTIONS).weights == pytest.approx(WEIGHTS, abs=1e-9)


def test_principal_components_of_the_same_data() -> None:
    """Eigenvectors of the correlations, computed with numpy apart from the program."""
    pytest.importorskip("numpy", reason="numpy decomposes the correlations")
    result = principal_components(MATRIX)
    assert len(result.variances) == 2
    assert sum(result.variances) == pytest.approx(0.99065804, abs=1e-8)
    assert result.weights == pytest.approx([0.2481, 0.2628, 0.2512, 0.2379], abs=5e-5)


def test_the_example_at_hand() -> None:
    example = case("merec_keshavarz2021")
    signs = [{1: "up", -1: "down"}[sign] for sign in example["inputs"]["directions"]]
    found = merec(example["inputs"]["matrix"], signs)
    assert found.weights == pytest.approx(example["expected"]["weights"], abs=example["tolerance_abs"])
    assert example["expected"]["weights"] == WEIGHTS
