"""Best-worst method: the number of its source, its checks, and that no other weights deviate less."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi_xl.errors import MethodError
from kpi_xl.scoring.weights.bwm import CONSISTENCY_INDEX, bwm
from kpi_xl.scoring.weights.shares import shares
from tests.scoring.weights.strategies import comparisons, orders, shuffled

pytest.importorskip("scipy.optimize", reason="scipy solves the linear programme")

BEST_TO_OTHERS, OTHERS_TO_WORST = [2, 1, 4, 3, 8], [4, 8, 2, 3, 1]
Case = tuple[list[int], list[int], int, int]


def deviation(weights: list[float], case: Case) -> float:
    """Largest of ``|w_B - a_Bj w_j|`` and ``|w_j - a_jW w_W|``."""
    to_others, to_worst, best, worst = case
    first = [abs(weights[best] - a * w) for a, w in zip(to_others, weights, strict=True)]
    second = [abs(w - a * weights[worst]) for a, w in zip(to_worst, weights, strict=True)]
    return max(first + second)


def test_the_car_of_the_linear_model() -> None:
    """By hand in 183rds: 42 82 21 28 10, deviation 2; over the index of 8, 4.47."""
    result = bwm(BEST_TO_OTHERS, OTHERS_TO_WORST)
    assert result.weights == pytest.approx([n / 183 for n in (42, 82, 21, 28, 10)], abs=1e-9)
    assert result.weights == pytest.approx([0.229508, 0.448087, 0.114754, 0.153005, 0.054645], abs=5e-7)
    assert result.xi == pytest.approx(0.010929, abs=5e-7)
    assert result.ratio == pytest.approx(0.002445, abs=5e-7)
    assert (result.best, result.worst) == (1, 4)


def test_the_ratio_that_needs_no_weights() -> None:
    """3 * 3 = 9 where 8 is wanted: 1 over 8 * 8 - 8."""
    assert bwm(BEST_TO_OTHERS, OTHERS_TO_WORST).input_cr == pytest.approx(1 / 56)


def test_the_index_in_force() -> None:
    assert CONSISTENCY_INDEX == (0, 0.44, 1.00, 1.63, 2.30, 3.00, 3.73, 4.47, 5.23)


@pytest.mark.parametrize(
    ("to_others", "to_worst", "weights"), [([1, 1], [1, 1], [0.5, 0.5]), ([1, 9], [9, 1], [0.9, 0.1])]
)
def test_two_indicators(to_others: list[int], to_worst: list[int], weights: list[float]) -> None:
    result = bwm(to_others, to_worst)
    assert result.weights == pytest.approx(weights, abs=1e-12)
    assert (result.xi, result.ratio, result.input_cr) == pytest.approx((0, 0, 0), abs=1e-12)


def test_of_two_that_tie_for_the_best_the_first_or_the_named_one() -> None:
    to_others, to_worst = [1, 1, 4], [4, 4, 1]
    assert bwm(to_others, to_worst).best == 0
    assert bwm(to_others, to_worst, best=1).best == 1


@pytest.mark.parametrize(
    ("to_others", "to_worst", "code"),
    [
        ([1, 2, 10], [5, 2, 1], "E-BWM-SCALE"),
        ([1, 2.5, 5], [5, 2, 1], "E-BWM-SCALE"),
        ([1, 0, 5], [5, 2, 1], "E-BWM-SCALE"),
        ([1, float("nan"), 5], [5, 2, 1], "E-BWM-SCALE"),
        ([2, 2, 5], [5, 2, 1], "E-BWM-SELF"),
        ([1, 2, 5], [5, 2, 2], "E-BWM-SELF"),
        ([1], [1], "E-BWM-SAME"),
        ([1, 2, 5], [1, 2, 5], "E-BWM-SAME"),
        ([1, 6, 5], [5, 2, 1], "E-BWM-MAX"),
        ([1, 2, 5], [4, 2, 1], "E-BWM-MAX"),
        ([1, 2, 5], [5, 1], "E-WEIGHT-LENGTH"),
        ([], [], "E-BWM-SELF"),
    ],
)
def test_comparisons_that_are_none(to_others: list[float], to_worst: list[float], code: str) -> None:
    with pytest.raises(MethodError) as caught:
        bwm(to_others, to_worst)
    assert caught.value.code == code


def test_without_its_library_the_method_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "scipy.optimize", None)
    with pytest.raises(MethodError) as caught:
        bwm(BEST_TO_OTHERS, OTHERS_TO_WORST)
    assert (caught.value.code, caught.value.args_by_name) == ("E-METHOD-LIBRARY", {"method": "BWM", "library": "scipy"})


@settings(max_examples=40, deadline=None)
@given(comparisons(), st.lists(st.integers(0, 100), min_size=7, max_size=7).filter(any), st.floats(1e-4, 1))
def test_no_other_weights_deviate_less(case: Case, amounts: list[int], step: float) -> None:
    """The deviation is convex, so a step towards any other weights is as good a test as the weights themselves."""
    result = bwm(case[0], case[1])
    assert result.xi == pytest.approx(deviation(list(result.weights), case), abs=1e-12)
    if any(amounts[: len(case[0])]):
        other = shares(amounts[: len(case[0])])
        moved = [(1 - step) * w + step * o for w, o in zip(result.weights, other, strict=True)]
        assert deviation(moved, case) >= result.xi - 1e-9


@settings(max_examples=40, deadline=None)
@given(comparisons(), st.data())
def test_weights_are_shares_and_follow_a_shuffle(case: Case, draw: st.DataObject) -> None:
    """The linear model has one solution, so the order of indicators cannot matter."""
    order = draw.draw(orders(len(case[0])))
    one = bwm(case[0], case[1])
    other = bwm(shuffled(case[0], order), shuffled(case[1], order))
    assert min(one.weights) >= 0
    assert sum(one.weights) == pytest.approx(1, abs=1e-12)
    assert other.weights == pytest.approx(shuffled(one.weights, order), abs=1e-7)
    assert (other.best, other.worst) == (order.index(one.best), order.index(one.worst))
    assert other.input_cr == pytest.approx(one.input_cr)
