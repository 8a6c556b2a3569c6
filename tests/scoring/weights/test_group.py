"""Several experts: their judgements or their priorities brought together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_xl.errors import MethodError
from kpi_xl.scoring.weights.ahp import ahp
from kpi_xl.scoring.weights.group import Way, group_ahp
from tests.scoring.weights.strategies import Rows, orders, reciprocal, shuffled, shuffled_columns

ONE = [[1, 3, 5], [1 / 3, 1, 3], [1 / 5, 1 / 3, 1]]
TWO = [[1, 2, 4], [1 / 2, 1, 2], [1 / 4, 1 / 2, 1]]
CIRCLE = [[1, 4, 1 / 4], [1 / 4, 1, 4], [4, 1 / 4, 1]]
ONE_OF_FOUR = [[a / b for b in (4, 3, 2, 1)] for a in (4, 3, 2, 1)]
WAYS: tuple[Way, ...] = ("AIJ", "AIP", "AIP-ARITHMETIC")


@pytest.mark.parametrize(
    ("way", "weights"),
    [
        ("AIJ", [0.6050, 0.2724, 0.1226]),
        ("AIP", [0.6050, 0.2724, 0.1226]),
        ("AIP-ARITHMETIC", [0.6042, 0.2720, 0.1238]),
    ],
)
def test_two_experts(way: Way, weights: list[float]) -> None:
    """Of three things the mean judgements and the geometric mean of priorities are the same."""
    result = group_ahp([ONE, TWO], way=way)
    assert result.weights == pytest.approx(weights, abs=5e-5)
    assert result.included == (0, 1)
    assert (result.joint is None) == (way != "AIJ")


def test_how_far_the_experts_agree() -> None:
    """By hand from .6370 .2583 .1047 and 4/7 2/7 1/7: half the difference over the mean; half the distance to .6042."""
    one, two = ahp(ONE).weights, (4 / 7, 2 / 7, 1 / 7)
    result = group_ahp([ONE, TWO], way="AIP-ARITHMETIC")
    assert result.dispersion == pytest.approx([abs(a - b) / (a + b) for a, b in zip(one, two, strict=True)])
    assert result.consensus == pytest.approx(1 - sum(abs(a - b) for a, b in zip(one, two, strict=True)) / 4)


def test_one_who_goes_in_circles_is_left_out_and_named() -> None:
    result = group_ahp([ONE, CIRCLE, TWO])
    assert result.included == (0, 2)
    assert result.weights == group_ahp([ONE, TWO]).weights
    assert len(result.own) == 3
    (warning,) = result.warnings
    assert (warning.code, warning.args["position"]) == ("W-AHP-EXPERT", 2)


def test_nobody_left() -> None:
    with pytest.raises(MethodError, match="E-AHP-EXPERTS"):
        group_ahp([CIRCLE, CIRCLE])
    with pytest.raises(MethodError, match="E-AHP-EXPERTS"):
        group_ahp([])


def test_matrices_of_several_sizes() -> None:
    with pytest.raises(MethodError, match="E-WEIGHT-LENGTH"):
        group_ahp([ONE, [[1, 2], [1 / 2, 1]]])


@pytest.mark.parametrize("way", WAYS)
def test_the_say_of_experts(way: Way) -> None:
    """All of it to one is that one alone; 3:1 is three such experts to one; 2:2 is 1:1."""
    assert group_ahp([ONE, TWO], [1, 0], way).weights == pytest.approx(ahp(ONE).weights, abs=1e-9)
    three_to_one = group_ahp([ONE, TWO], [3, 1], way).weights
    assert three_to_one == pytest.approx(group_ahp([ONE, ONE, TWO, ONE], way=way).weights, abs=1e-9)
    assert group_ahp([ONE, TWO], [2, 2], way).weights == pytest.approx(group_ahp([ONE, TWO], way=way).weights)
    with pytest.raises(MethodError, match="E-WEIGHT-LENGTH"):
        group_ahp([ONE, TWO], [1], way)
    with pytest.raises(MethodError, match="E-WEIGHT-AMOUNT"):
        group_ahp([ONE, TWO], [1, -1], way)


@given(st.lists(reciprocal(smallest=4, largest=4), min_size=1, max_size=4), st.sampled_from(WAYS), st.data())
def test_weights_are_shares_and_follow_a_shuffle(experts: list[Rows], way: Way, draw: st.DataObject) -> None:
    """Of the experts and of the indicators; most random experts are left out."""
    order, seats = draw.draw(orders(4)), draw.draw(orders(len(experts)))
    experts = [ONE_OF_FOUR, *experts[1:]]
    one = group_ahp(experts, way=way)
    other = group_ahp([shuffled(shuffled_columns(experts[seat], order), order) for seat in seats], way=way)
    assert min(one.weights) > 0
    assert sum(one.weights) == pytest.approx(1, abs=1e-12)
    assert other.weights == pytest.approx(shuffled(one.weights, order), abs=1e-9)
    assert other.included == tuple(sorted(seats.index(expert) for expert in one.included))
    assert -1e-12 <= one.consensus <= 1 + 1e-12


@given(reciprocal(smallest=1, largest=5), st.integers(1, 4), st.sampled_from(WAYS))
def test_experts_of_one_mind_are_one_expert(cells: Rows, count: int, way: Way) -> None:
    alone = ahp(cells)
    if alone.cr > 0.19:
        return
    result = group_ahp([cells] * count, way=way)
    assert result.weights == pytest.approx(alone.weights, abs=1e-9)
    assert sum(result.weights) == pytest.approx(1, abs=1e-12)
    assert result.consensus == pytest.approx(1, abs=1e-9)
    assert result.dispersion == pytest.approx([0] * len(cells), abs=1e-7)
