"""Small systems of linear equations."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kpi_xl.scoring.weights.equations import solved

systems = st.integers(1, 5).flatmap(
    lambda size: st.tuples(
        st.lists(st.lists(st.integers(-9, 9), min_size=size, max_size=size), min_size=size, max_size=size),
        st.lists(st.integers(-9, 9), min_size=size, max_size=size),
    )
)


def right_sides(coefficients: list[list[int]], x: list[int]) -> list[float]:
    return [float(sum(a * b for a, b in zip(row, x, strict=True))) for row in coefficients]


@given(systems)
def test_what_is_put_in_comes_out(system: tuple[list[list[int]], list[int]]) -> None:
    coefficients, x = system
    found = solved(coefficients, right_sides(coefficients, x))
    assume(found is not None)
    assert found == pytest.approx(x, abs=1e-6)


@pytest.mark.parametrize("coefficients", [[[1, 2], [2, 4]], [[0]], [[0, 0], [0, 1]], [[0.1, 0.3], [0.7, 2.1]], [[0.38, 0.455], [0.38 * 3, 0.455 * 3]]])
def test_equations_that_repeat_each_other_settle_nothing(coefficients: list[list[float]]) -> None:
    assert solved(coefficients, [1.0] * len(coefficients)) is None


def test_a_zero_on_the_diagonal_is_no_obstacle() -> None:
    assert solved([[0, 1], [1, 0]], [3, 4]) == (4, 3)


def test_no_equation() -> None:
    assert solved([], []) == ()
