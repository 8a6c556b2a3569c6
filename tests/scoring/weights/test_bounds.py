"""Weights within bounds, and in whole units."""

from __future__ import annotations

from fractions import Fraction
from math import floor, fsum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_xl.errors import MethodError
from kpi_xl.scoring.weights.bounds import largest_remainder, project, project_perspectives
from kpi_xl.scoring.weights.shares import shares
from tests.scoring.weights.strategies import orders, shuffled

Case = tuple[list[int], float, float]
FIVE = [0.52, 0.25, 0.15, 0.05, 0.03]
amounts = st.lists(st.integers(0, 1000), min_size=1, max_size=12).filter(any)


@st.composite
def bounded(draw: st.DrawFn) -> Case:
    """Amounts and common bounds, in hundredths, that leave room for a sum of 1."""
    found = draw(amounts)
    even = 100 / len(found)
    return found, draw(st.integers(0, int(even))) / 100, draw(st.integers(-int(-even // 1), 100)) / 100


def test_five_weights_between_5_and_40_percent() -> None:
    result = project(FIVE, [0.05] * 5, [0.4] * 5)
    assert result.weights == pytest.approx([0.4, 0.3056, 0.1833, 0.0611, 0.05], abs=5e-5)
    assert largest_remainder(result.weights, 100) == (40, 31, 18, 6, 5)


def test_bounds_that_no_weights_fit_say_by_how_much() -> None:
    with pytest.raises(MethodError) as caught:
        project(FIVE, [0.25] * 5, [0.4] * 5)
    assert (caught.value.code, caught.value.args_by_name) == ("E-BOUNDS-SUM", {"lo": 1.25, "hi": 2.0})
    with pytest.raises(MethodError, match="E-BOUNDS-SUM"):
        project(FIVE, [0.05] * 5, [0.15] * 5)


@pytest.mark.parametrize(("lo", "hi"), [(0.3, 0.2), (-0.1, 0.5), (float("nan"), 1), (0, float("inf"))])
def test_bounds_that_are_none(lo: float, hi: float) -> None:
    with pytest.raises(MethodError) as caught:
        project([1, 1], [0, lo], [1, hi])
    assert (caught.value.code, caught.value.args_by_name["position"]) == ("E-BOUNDS-ORDER", 2)


def test_lists_of_several_lengths() -> None:
    with pytest.raises(MethodError, match="E-WEIGHT-LENGTH"):
        project([1, 1], [0], [1, 1])


def test_bounds_that_leave_no_choice() -> None:
    assert project([0.9, 0.1], [0.5, 0.5], [0.5, 0.5]).weights == (0.5, 0.5)
    assert project([0.9, 0.1], [0.2, 0.3], [0.7, 0.3]).weights == pytest.approx((0.7, 0.3))
    assert project([0.7], [0], [1]).weights == pytest.approx((1,))


def test_weights_of_zero_take_what_the_others_may_not_hold() -> None:
    """The first may hold 60 %; the rest has no proportion, so it is shared evenly."""
    result = project([1, 0, 0], [0, 0, 0], [0.6, 0.6, 0.6])
    assert result.weights == pytest.approx([0.6, 0.2, 0.2])
    assert [each.code for each in result.warnings] == ["W-BOUNDS-ZERO"]
    assert project([1, 1, 0], [0, 0, 0], [0.6, 0.6, 0.6]).warnings == ()


def test_perspectives_have_at_least_a_fifth_each() -> None:
    """Totals .80 .12 .08 become .60 .20 .20; within each the proportions stay."""
    weights = [0.5, 0.3, 0.09, 0.03, 0.08]
    result = project_perspectives(weights, [0, 0, 1, 1, 2], [0] * 5, [1] * 5, [0.2] * 3, [0.6] * 3)
    assert result.weights == pytest.approx([0.375, 0.225, 0.15, 0.05, 0.2])


def test_bounds_of_indicators_narrow_those_of_perspectives() -> None:
    """The last perspective can hold no more than its one indicator's 25 %."""
    result = project_perspectives([1, 1, 8], [0, 0, 1], [0.05] * 3, [0.5, 0.5, 0.25], [0.2] * 2, [0.9] * 2)
    assert result.weights == pytest.approx([0.375, 0.375, 0.25])


@pytest.mark.parametrize(
    ("perspective_lo", "perspective_hi", "code"),
    [
        ([0.2, 0.3], [1, 1], "E-BOUNDS-PERSPECTIVE"),
        ([0.2, 0.2], [0.5, 1], "E-BOUNDS-SUM"),
        ([0.2], [1], "E-WEIGHT-LENGTH"),
        ([0.2, 0.2], [1], "E-WEIGHT-LENGTH"),
    ],
)
def test_perspectives_that_no_weights_fit(
    perspective_lo: list[float], perspective_hi: list[float], code: str
) -> None:
    with pytest.raises(MethodError) as caught:
        project_perspectives([1, 1, 8], [0, 0, 1], [0.05] * 3, [0.5, 0.5, 0.25], perspective_lo, perspective_hi)
    assert caught.value.code == code


def test_a_perspective_without_indicators_holds_nothing() -> None:
    assert project_perspectives([3, 1], [0, 0], [0] * 2, [1] * 2, [0, 0], [1, 1]).weights == pytest.approx([0.75, 0.25])
    with pytest.raises(MethodError, match="E-BOUNDS-PERSPECTIVE"):
        project_perspectives([3, 1], [0, 0], [0] * 2, [1] * 2, [0.2, 0.2], [1, 1])


@given(bounded(), st.data())
def test_perspectives_keep_all_bounds(case: Case, draw: st.DataObject) -> None:
    start, lo, hi = case
    count = len(start)
    perspectives = [draw.draw(st.integers(0, 2)) for _ in start]
    least, most = draw.draw(st.sampled_from(((0, 1), (0.1, 0.8), (0.2, 0.6))))
    sizes = [perspectives.count(perspective) for perspective in range(3)]
    room = [(max(least, size * lo), min(most, size * hi)) for size in sizes]
    arguments = (start, perspectives, [lo] * count, [hi] * count, [least] * 3, [most] * 3)
    low, high = sum(low for low, _ in room), sum(high for _, high in room)
    if any(low > high + 1e-9 for low, high in room) or not low - 1e-9 <= 1 <= high + 1e-9:
        with pytest.raises(MethodError, match="E-BOUNDS"):
            project_perspectives(*arguments)
        return
    found = project_perspectives(*arguments).weights
    assert fsum(found) == pytest.approx(1, abs=1e-9)
    assert all(lo - 1e-12 <= weight <= hi + 1e-12 for weight in found)
    for perspective in range(3):
        total = fsum(weight for weight, own in zip(found, perspectives, strict=True) if own == perspective)
        assert least - 1e-9 <= total <= most + 1e-9


@given(bounded(), st.data())
def test_projection_keeps_bounds_order_and_proportions(case: Case, draw: st.DataObject) -> None:
    start, lo, hi = case
    count = len(start)
    found = project(start, [lo] * count, [hi] * count).weights
    assert fsum(found) == pytest.approx(1, abs=1e-12)
    assert all(lo <= weight <= hi for weight in found)
    by_start = sorted(zip(start, found, strict=True))
    assert [weight for _, weight in by_start] == sorted(found)
    inside = [(amount, weight) for amount, weight in zip(start, found, strict=True) if lo < weight < hi and amount]
    for amount, weight in inside:
        assert weight * inside[0][0] == pytest.approx(amount * inside[0][1], abs=1e-8)
    order = draw.draw(orders(count))
    other = project(shuffled(start, order), [lo] * count, [hi] * count).weights
    assert other == pytest.approx(shuffled(found, order), abs=1e-9)


@given(amounts)
def test_projection_leaves_alone_what_is_within_bounds(start: list[int]) -> None:
    weights = shares(start)
    assert project(start, [0] * len(start), [1] * len(start)).weights == pytest.approx(weights, abs=1e-12)


@given(bounded())
def test_projecting_twice_is_projecting_once(case: Case) -> None:
    start, lo, hi = case
    once = project(start, [lo] * len(start), [hi] * len(start)).weights
    assert project(once, [lo] * len(start), [hi] * len(start)).weights == pytest.approx(once, abs=1e-9)


def test_equal_remainders_go_to_the_larger_amount_then_to_the_first() -> None:
    assert largest_remainder([3, 1], 2) == (2, 0)
    assert largest_remainder([1, 1, 1], 100) == (34, 33, 33)
    assert largest_remainder([1, 1, 1], 0) == (0, 0, 0)


@given(amounts, st.integers(0, 300))
def test_largest_remainder_loses_nothing_and_moves_no_more_than_a_unit(values: list[int], units: int) -> None:
    found = largest_remainder(values, units)
    assert sum(found) == units
    assert all(abs(part - share * units) < 1 for part, share in zip(found, shares(values), strict=True))
    assert all(part == 0 for part, value in zip(found, values, strict=True) if value == 0)
    by_size = sorted(zip(values, found, strict=True))
    assert [part for _, part in by_size] == sorted(found)


@given(amounts, st.integers(1, 300))
def test_largest_remainder_is_the_one_of_exact_fractions(values: list[int], units: int) -> None:
    ideal = [Fraction(value * units, sum(values)) for value in values]
    order = sorted(range(len(values)), key=lambda i: (-(ideal[i] % 1), -values[i], i))
    left = units - sum(map(floor, ideal))
    wanted = [floor(each) + (i in order[:left]) for i, each in enumerate(ideal)]
    assert largest_remainder(values, units) == tuple(wanted)


@given(bounded(), st.sampled_from((100, 200)))
def test_rounding_keeps_bounds_that_are_multiples_of_the_unit(case: Case, units: int) -> None:
    start, lo, hi = case
    found = largest_remainder(project(start, [lo] * len(start), [hi] * len(start)).weights, units)
    assert sum(found) == units
    assert all(lo - 1e-12 <= each / units <= hi + 1e-12 for each in found)
    assert largest_remainder(found, units) == found
