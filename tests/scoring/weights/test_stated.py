"""Weights that people state: worked numbers of the domain specification, and its edges."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import fsum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_xl.errors import MethodError
from kpi_xl.scoring.weights.shares import Weighting
from kpi_xl.scoring.weights.stated import direct, goal_map, rank_reciprocal, rank_sum, roc
from tests.scoring.weights.strategies import orders, shuffled, shuffled_columns

Method = Callable[[Sequence[float]], Weighting]

strengths = st.sampled_from((0, 1, 3, 9))
relations = st.integers(1, 5).flatmap(
    lambda size: st.lists(st.lists(strengths, min_size=size, max_size=size), min_size=3, max_size=3)
)
ranks = st.lists(st.integers(1, 12), min_size=1, max_size=12)


def test_rank_order_centroid_of_four() -> None:
    """1/m * sum of 1/k from r to m: 25/48, 13/48, 7/48, 3/48."""
    assert roc([1, 2, 3, 4]).weights == pytest.approx([25 / 48, 13 / 48, 7 / 48, 3 / 48], abs=1e-15)
    assert roc([1, 2, 3, 4]).weights == pytest.approx([0.5208, 0.2708, 0.1458, 0.0625], abs=5e-5)


@pytest.mark.parametrize("typed", [[1, 2, 2, 4], [1, 2, 2, 3], [1, 7, 7, 9]])
def test_ties_share_the_mean_of_their_positions(typed: list[int]) -> None:
    assert roc(typed).weights == pytest.approx([0.5208, 0.2083, 0.2083, 0.0625], abs=5e-5)


def test_rank_sum_and_rank_reciprocal_of_four() -> None:
    assert rank_sum([1, 2, 3, 4]).weights == pytest.approx([0.4, 0.3, 0.2, 0.1], abs=1e-15)
    assert rank_reciprocal([1, 2, 3, 4]).weights == pytest.approx([0.48, 0.24, 0.16, 0.12], abs=1e-15)


@pytest.mark.parametrize("method", [roc, rank_sum, rank_reciprocal])
def test_one_indicator_has_all_the_weight_and_ties_have_the_same(method: Method) -> None:
    assert method([1]).weights == (1.0,)
    assert method([3, 3, 3]).weights == pytest.approx([1 / 3] * 3, abs=1e-15)


@given(ranks, st.sampled_from([roc, rank_sum, rank_reciprocal]))
def test_a_better_rank_never_weighs_less(typed: list[int], method: Method) -> None:
    weights = method(typed).weights
    by_rank = sorted(zip(typed, weights, strict=True))
    assert all(later <= earlier + 1e-15 for (_, earlier), (_, later) in pairwise(by_rank))


@given(ranks, st.sampled_from([roc, rank_sum, rank_reciprocal, direct]), st.data())
def test_weights_are_shares_and_follow_a_shuffle(typed: list[int], method: Method, draw: st.DataObject) -> None:
    order = draw.draw(orders(len(typed)))
    weights = method(typed).weights
    assert min(weights) >= 0
    assert fsum(weights) == pytest.approx(1, abs=1e-12)
    assert method(shuffled(typed, order)).weights == pytest.approx(shuffled(weights, order), abs=1e-12)


@pytest.mark.parametrize("rank", [0, -1, 0.5, float("nan"), float("inf")])
def test_a_rank_below_one_is_refused(rank: float) -> None:
    with pytest.raises(MethodError) as caught:
        roc([1, rank])
    assert (caught.value.code, caught.value.args_by_name["position"]) == ("E-RANK", 2)


def test_direct_weights_that_do_not_sum_to_one_are_scaled_and_say_so() -> None:
    assert direct([0.5, 0.3, 0.2]).warnings == ()
    scaled = direct([0.5, 0.3, 0.15])
    assert scaled.weights == pytest.approx([0.5 / 0.95, 0.3 / 0.95, 0.15 / 0.95])
    (warning,) = scaled.warnings
    assert warning.code == "W-WEIGHT-TOTAL"
    assert warning.args["difference"] == pytest.approx(0.05)


@pytest.mark.parametrize("amounts", [[5e-324, 5e-324], [1e100, 1e100], [30, 30]])
def test_the_size_of_amounts_does_not_matter(amounts: list[float]) -> None:
    assert direct(amounts).weights == (0.5, 0.5)


@pytest.mark.parametrize(
    ("amounts", "code"),
    [
        ([0.5, -0.1], "E-WEIGHT-AMOUNT"),
        ([0.5, float("nan")], "E-WEIGHT-AMOUNT"),
        ([0.5, float("inf")], "E-WEIGHT-AMOUNT"),
        ([0, 0], "E-WEIGHT-NOTHING"),
        ([], "E-WEIGHT-NOTHING"),
    ],
)
def test_direct_weights_that_are_none(amounts: list[float], code: str) -> None:
    with pytest.raises(MethodError) as caught:
        direct(amounts)
    assert caught.value.code == code


GOALS = [0.5, 0.3, 0.2]
RELATION = [[9, 3, 1, 0], [1, 9, 3, 1], [0, 1, 9, 3]]


def test_goal_map() -> None:
    """Products 4.8, 4.4, 3.2, 0.9 of 13.3."""
    result = goal_map(GOALS, RELATION)
    assert result.weights == pytest.approx([4.8 / 13.3, 4.4 / 13.3, 3.2 / 13.3, 0.9 / 13.3], abs=1e-15)
    assert result.weights == pytest.approx([0.3609, 0.3308, 0.2406, 0.0677], abs=5e-5)
    assert result.warnings == ()


def test_a_goal_without_indicator_and_an_indicator_without_goal_are_named() -> None:
    result = goal_map(GOALS, [[9, 3, 0], [0, 0, 0], [0, 1, 0]])
    assert [(each.code, *each.args.values()) for each in result.warnings] == [("W-QFD-GOAL", 2), ("W-QFD-INDICATOR", 3)]
    assert result.weights[2] == 0


def test_serving_a_goal_without_weight_is_serving_none() -> None:
    (warning,) = goal_map([1, 0], [[9, 0], [0, 9]]).warnings
    assert (warning.code, warning.args["column"]) == ("W-QFD-INDICATOR", 2)


@given(relations.filter(lambda relation: any(map(any, relation))), st.data())
def test_goal_maps_follow_a_shuffle(relation: list[list[int]], draw: st.DataObject) -> None:
    order = draw.draw(orders(len(relation[0])))
    weights = goal_map(GOALS, relation).weights
    assert fsum(weights) == pytest.approx(1, abs=1e-12)
    other = goal_map(shuffled(GOALS, [2, 0, 1]), shuffled(shuffled_columns(relation, order), [2, 0, 1]))
    assert other.weights == pytest.approx(shuffled(weights, order), abs=1e-12)


@pytest.mark.parametrize(
    ("goals", "relation", "code"),
    [
        (GOALS, [[9, 2], [0, 1], [1, 1]], "E-QFD-RELATION"),
        (GOALS, [[9, 3]], "E-WEIGHT-LENGTH"),
        (GOALS, [[9, 3], [1], [0, 1]], "E-WEIGHT-LENGTH"),
        (GOALS, [[0, 0], [0, 0], [0, 0]], "E-WEIGHT-NOTHING"),
        ([0, 0, 0], RELATION, "E-WEIGHT-NOTHING"),
        ([], [], "E-WEIGHT-NOTHING"),
    ],
)
def test_goal_maps_that_are_none(goals: list[float], relation: list[list[float]], code: str) -> None:
    with pytest.raises(MethodError) as caught:
        goal_map(goals, relation)
    assert caught.value.code == code
