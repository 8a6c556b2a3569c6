"""Weights in whole steps: none of the sum is lost, bounds and order hold."""

from __future__ import annotations

from itertools import combinations
from math import fsum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_xl.book.weighing.whole import adjusted, stepped
from kpi_xl.errors import MethodError

AMOUNTS = st.lists(st.floats(0.001, 100.0), min_size=4, max_size=15)
LOW, HIGH = 0.05, 0.30


@given(AMOUNTS)
def test_steps_keep_sum_bounds_and_order(amounts: list[float]) -> None:
    size = len(amounts)
    weights, _ = adjusted(amounts, [LOW] * size, [HIGH] * size, [0] * size, 0.0, 0.01)
    assert fsum(weights) == pytest.approx(1, abs=1e-12)
    assert all(round(weight * 100) == pytest.approx(weight * 100) for weight in weights)
    assert all(LOW <= weight <= HIGH for weight in weights)
    pairs = combinations(zip(amounts, weights, strict=True), 2)
    assert all(one[1] <= other[1] for one, other in map(sorted, pairs) if one[0] < other[0])


@given(AMOUNTS, st.randoms(use_true_random=False))
def test_the_order_of_rows_is_no_argument(amounts: list[float], random: object) -> None:
    """Permuted distinct amounts give permuted weights; exact ties alone fall to the first row."""
    distinct = sorted({round(amount, 2) + 0.01 for amount in amounts})
    if len(distinct) < 4:
        return
    order = list(range(len(distinct)))
    random.shuffle(order)  # type: ignore[attr-defined]
    size = len(distinct)
    plain, _ = adjusted(distinct, [0.0] * size, [1.0] * size, [0] * size, 0.0, 0.001)
    mixed, _ = adjusted([distinct[i] for i in order], [0.0] * size, [1.0] * size, [0] * size, 0.0, 0.001)
    assert mixed == tuple(plain[i] for i in order)


@given(st.lists(st.tuples(st.floats(0.001, 100.0), st.integers(0, 2)), min_size=6, max_size=15))
def test_a_perspective_keeps_its_floor_in_whole_steps(rows: list[tuple[float, int]]) -> None:
    perspectives = [*(p for _, p in rows), 0, 1, 2]
    amounts = [*(amount for amount, _ in rows), 1.0, 1.0, 1.0]
    size = len(amounts)
    weights, _ = adjusted(amounts, [0.0] * size, [1.0] * size, perspectives, 0.2, 0.01)
    totals = [fsum(w for w, p in zip(weights, perspectives, strict=True) if p == each) for each in range(3)]
    assert fsum(totals) == pytest.approx(1, abs=1e-12)
    assert min(totals) >= 0.2 - 1e-12


def test_rounding_never_falls_below_a_bound() -> None:
    """Plain largest remainders of .0496 and its like would leave four of twenty below 5 %."""
    weights, _ = adjusted([1.0] * 19 + [5.0], [0.05] * 20, [0.3] * 20, [0] * 20, 0.0, 0.01)
    assert weights == (0.05,) * 20


def test_a_unit_that_does_not_go_into_one_is_refused() -> None:
    with pytest.raises(MethodError) as caught:
        adjusted([1, 1], [0, 0], [1, 1], [0, 0], 0.0, 0.03)
    assert caught.value.code == "E-UNIT"


def test_bounds_between_two_steps_give_way_to_the_sum() -> None:
    assert sum(stepped([0.5, 0.5], [0.46, 0.46], [0.54, 0.54], 10, 10)) == 10
