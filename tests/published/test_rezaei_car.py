"""Choice of a car by five criteria, the example of J. Rezaei, Best-worst multi-criteria decision-making method, 2015.

Derived, not printed: with one comparison changed all of them agree, and then the weights are exact fractions in every
model, ``w_j = w_B / a_Bj``.
"""

from __future__ import annotations

from fractions import Fraction
from math import sqrt

import pytest

from kpi_xl.scoring.weights.bwm import bwm, nonlinear_bwm
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


def test_three_criteria_by_ratios() -> None:
    """By hand, 2 by 5 for 8: ``(2 - xi)(5 - xi) = 8 + xi``, so xi is 4 - sqrt(14), .2583.

    The ratios to the worst are 1, 5 - xi and 8 + xi, which sum to 14; xi over the index of 8, 4.47, is .058.
    """
    result = nonlinear_bwm([8, 2, 1], [1, 5, 8])
    xi = 4 - sqrt(14)
    assert result.middle.xi == pytest.approx(xi, abs=1e-12)
    assert result.middle.weights == pytest.approx([1 / 14, (5 - xi) / 14, (8 + xi) / 14], abs=1e-12)
    assert result.middle.weights == pytest.approx([0.0714, 0.3387, 0.5899], abs=5e-5)
    assert result.middle.ratio == pytest.approx(0.058, abs=5e-4)
    assert result.low == pytest.approx(result.high, abs=1e-12)


def test_five_criteria_by_ratios() -> None:
    """Only one indicator contradicts, 3 by 3 for 8: ``(3 - xi)^2 = 8 + xi``, so xi is (7 - sqrt(45)) / 2."""
    result = nonlinear_bwm([2, 1, 4, 3, 8], [4, 8, 2, 3, 1])
    assert result.middle.xi == pytest.approx((7 - sqrt(45)) / 2, abs=1e-12)
    assert result.middle.ratio == pytest.approx((7 - sqrt(45)) / 2 / 4.47, abs=1e-12)


def test_all_models_agree_where_the_comparisons_do() -> None:
    result = nonlinear_bwm(BEST_TO_OTHERS, OTHERS_TO_WORST)
    assert (result.middle.xi, result.middle.ratio, result.middle.input_cr) == (0, 0, 0)
    for each in (result.middle.weights, result.low, result.high):
        assert each == pytest.approx([float(weight) for weight in WEIGHTS], abs=1e-12)
