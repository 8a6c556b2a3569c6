"""Thresholds of best-worst comparisons: the printed table, and the one change that is named against trying all."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kpi_xl.scoring.weights.bwm import input_ratio
from kpi_xl.scoring.weights.bwm_consistency import THRESHOLDS, agrees, threshold, weakest


@pytest.mark.parametrize(
    ("size", "top", "wanted"),
    [(3, 3, 0.1667), (4, 8, 0.2521), (5, 4, 0.1898), (9, 9, 0.3662), (20, 9, 0.3662), (3, 9, 0.1359), (6, 2, 0.0)],
)
def test_the_printed_thresholds(size: int, top: int, wanted: float) -> None:
    """F. Liang, M. Brunelli, J. Rezaei, 2020, input-based; above nine indicators those of nine."""
    assert threshold(size, top) == wanted


def test_more_indicators_may_contradict_each_other_more() -> None:
    for row in THRESHOLDS.values():
        assert list(row) == sorted(row)


def test_a_ratio_that_prints_as_its_limit_agrees() -> None:
    """Three indicators, three apart, 2 by 2: |4 - 3| / 6 is a sixth, printed .1667."""
    assert agrees(input_ratio([1, 2, 3], [3, 2, 1], 3), threshold(3, 3))
    assert not agrees(0.16676, threshold(3, 3))


@given(st.integers(3, 9).flatmap(lambda top: st.tuples(
    st.just(top), st.lists(st.tuples(st.integers(1, top), st.integers(1, top)), min_size=1, max_size=6),
)))  # fmt: skip
def test_no_other_change_of_its_two_comparisons_mends_it_better(case: tuple[int, list[tuple[int, int]]]) -> None:
    top, between = case
    first, second = [1, *(a for a, _ in between), top], [top, *(b for _, b in between), 1]
    assume(input_ratio(first, second, top) > 0)
    found = weakest(first, second, 0, len(first) - 1)
    gaps = [abs(a * b - top) for a, b in zip(first, second, strict=True)]
    assert gaps[found.indicator] == max(gaps)
    assert found.now == (first if found.is_from_best else second)[found.indicator]
    for side, step in product((0, 1), range(1, top + 1)):
        lists = [list(first), list(second)]
        lists[side][found.indicator] = step
        assert found.ratio_after <= input_ratio(*lists, top) + 1e-9
