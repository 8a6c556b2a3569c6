"""Choice of a car by five criteria, the example of J. Rezaei, Best-worst multi-criteria decision-making method, 2015.

Derived, not printed: with one comparison changed all of them agree, and then the weights are exact fractions in every
model, ``w_j = w_B / a_Bj``.
"""

from __future__ import annotations

from fractions import Fraction

import pytest

from kpi_xl.scoring.weights.bwm import bwm
from tests.published.cases import case

BEST_TO_OTHERS, OTHERS_TO_WORST = [2, 1, 4, 2, 8], [4, 8, 2, 4, 1]
WEIGHTS = [Fraction(n, 19) for n in (4, 8, 2, 4, 1)]


@pytest.fixture(autouse=True)
def _solver() -> None:
    pytest.importorskip("scipy.optimize", reason="scipy solves the linear programme")


def test_consistent_comparisons_have_exact_weights() -> None:
    result = bwm(BEST_TO_OTHERS, OTHERS_TO_WORST)
    assert result.weights == pytest.approx([float(weight) for weight in WEIGHTS], abs=1e-9)
    assert (result.xi, result.ratio, result.input_cr) == pytest.approx((0, 0, 0), abs=1e-9)


def test_the_example_at_hand() -> None:
    example = case("bwm_consistent_car")
    result = bwm(example["inputs"]["best_to_others"], example["inputs"]["others_to_worst"])
    assert result.weights == pytest.approx(example["expected"]["weights"], abs=example["tolerance_abs"])
    assert result.xi == pytest.approx(example["expected"]["ksi"], abs=example["tolerance_abs"])
