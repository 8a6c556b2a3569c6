"""Best-worst method by ratios: the printed index, a linear programme that can do no better, and the edges."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi_xl.errors import MethodError
from kpi_xl.scoring.weights.bwm import CONSISTENCY_INDEX, nonlinear_bwm
from tests.scoring.weights.strategies import comparisons, orders, shuffled

Case = tuple[list[int], list[int], int, int]
CAR: Case = ([2, 1, 4, 3, 8], [4, 8, 2, 3, 1], 1, 4)
NEAR = 1e-7


def deviation(weights: Sequence[float], case: Case) -> float:
    """Largest of ``|w_B / w_j - a_Bj|`` and ``|w_j / w_W - a_jW|``."""
    to_others, to_worst, best, worst = case
    first = [abs(weights[best] / w - a) for a, w in zip(to_others, weights, strict=True)]
    second = [abs(w / weights[worst] - a) for a, w in zip(to_worst, weights, strict=True)]
    return max(first + second)


def programme(case: Case, xi: float, goal: Sequence[float]) -> Any:
    """Least ``goal @ w`` with no deviation above `xi`: linear, since `xi` is given."""
    optimize = pytest.importorskip("scipy.optimize", reason="scipy solves the linear programme")
    to_others, to_worst, best, worst = case
    size = len(to_others)
    rows = []
    for j in range(size):
        for over, under, wanted in ((best, j, to_others[j]), (j, worst, to_worst[j])):
            for sign in (1, -1):
                row = [0.0] * size
                row[over] += sign
                row[under] -= sign * wanted + xi
                rows.append(row)
    return optimize.linprog(goal, A_ub=rows, b_ub=[0.0] * len(rows), A_eq=[[1.0] * size], b_eq=[1.0])


@pytest.mark.parametrize("top", range(1, 10))
def test_comparisons_as_unlike_as_can_be_give_the_printed_index(top: int) -> None:
    """J. Rezaei, 2015: xi of ``a_Bj = a_jW = a_BW``, printed with two digits."""
    found = nonlinear_bwm([1, top, top], [top, top, 1]).middle
    assert found.xi == pytest.approx(CONSISTENCY_INDEX[top - 1], abs=0.00501)
    assert found.ratio == pytest.approx(1 if top > 1 else 0, abs=0.01)


def test_the_ranges_of_a_car_are_those_of_a_linear_programme() -> None:
    found = nonlinear_bwm(CAR[0], CAR[1])
    for j in range(5):
        goal = [float(j == k) for k in range(5)]
        least = programme(CAR, found.middle.xi + 1e-10, goal)
        most = programme(CAR, found.middle.xi + 1e-10, [-g for g in goal])
        assert (found.low[j], found.high[j]) == pytest.approx((least.fun, -most.fun), abs=NEAR)
        assert found.low[j] <= found.middle.weights[j] <= found.high[j]


@settings(max_examples=60, deadline=None)
@given(comparisons())
def test_no_weights_deviate_less(case: Case) -> None:
    found = nonlinear_bwm(case[0], case[1], case[2], case[3]).middle
    assert deviation(found.weights, case) == pytest.approx(found.xi, abs=1e-9)
    assert programme(case, found.xi + NEAR, [0.0] * len(case[0])).status == 0
    if found.xi > 1e-3:
        assert programme(case, found.xi - 1e-4, [0.0] * len(case[0])).status == 2


@settings(max_examples=60, deadline=None)
@given(comparisons(), st.data())
def test_weights_are_shares_and_follow_a_shuffle(case: Case, draw: st.DataObject) -> None:
    order = draw.draw(orders(len(case[0])))
    one = nonlinear_bwm(case[0], case[1])
    other = nonlinear_bwm(shuffled(case[0], order), shuffled(case[1], order))
    assert min(one.middle.weights) > 0
    assert sum(one.middle.weights) == pytest.approx(1, abs=1e-12)
    assert other.middle.weights == pytest.approx(shuffled(one.middle.weights, order), abs=1e-9)
    assert other.low == pytest.approx(shuffled(one.low, order), abs=1e-9)
    assert all(low <= high + 1e-12 for low, high in zip(one.low, one.high, strict=True))


@pytest.mark.parametrize(
    ("to_others", "to_worst", "weights"), [([1, 1], [1, 1], [0.5, 0.5]), ([1, 9], [9, 1], [0.9, 0.1])]
)
def test_two_indicators_agree_always(to_others: list[int], to_worst: list[int], weights: list[float]) -> None:
    found = nonlinear_bwm(to_others, to_worst)
    assert (found.middle.xi, found.middle.ratio, found.middle.input_cr) == (0, 0, 0)
    for each in (found.middle.weights, found.low, found.high):
        assert each == pytest.approx(weights, abs=1e-12)


@pytest.mark.parametrize(
    ("to_others", "to_worst", "code"),
    [
        ([1, 2, 10], [5, 2, 1], "E-BWM-SCALE"),
        ([2, 2, 5], [5, 2, 1], "E-BWM-SELF"),
        ([1], [1], "E-BWM-SAME"),
        ([1, 6, 5], [5, 2, 1], "E-BWM-MAX"),
        ([1, 2, 5], [5, 1], "E-WEIGHT-LENGTH"),
    ],
)
def test_comparisons_that_are_none(to_others: list[float], to_worst: list[float], code: str) -> None:
    with pytest.raises(MethodError) as caught:
        nonlinear_bwm(to_others, to_worst)
    assert caught.value.code == code
