"""Two sets of weights brought to one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_xl.errors import MethodError
from kpi_xl.scoring.weights.combine import Combined, game, geometric, linear, multiplicative
from tests.scoring.weights.strategies import Rows, orders, shuffled, shuffled_columns, weight_sets

PAIR = [[0.4, 0.3, 0.2, 0.1], [0.25, 0.2, 0.25, 0.3]]
Method = Callable[[Rows], Combined]
EVERY: tuple[Method, ...] = (linear, multiplicative, geometric, game)


def test_linear() -> None:
    assert linear(PAIR, [0.6, 0.4]).weights == pytest.approx([0.34, 0.26, 0.22, 0.18], abs=1e-12)


def test_multiplicative() -> None:
    """.1 .06 .05 .03 of .24."""
    assert multiplicative(PAIR).weights == pytest.approx([10 / 24, 6 / 24, 5 / 24, 3 / 24], abs=1e-12)
    assert multiplicative(PAIR).weights == pytest.approx([0.4167, 0.2500, 0.2083, 0.1250], abs=5e-5)


def test_geometric() -> None:
    assert geometric(PAIR).weights == pytest.approx([0.3301, 0.2557, 0.2334, 0.1808], abs=5e-5)
    assert geometric(PAIR, [1, 1]).weights == multiplicative(PAIR).weights
    assert geometric(PAIR, [1, 0]).weights == pytest.approx(PAIR[0])


def test_game_theory() -> None:
    """.3 a + .24 b = .3 and .24 a + .255 b = .255 give .8095 and .2381, as parts of 1 .7727 and .2273."""
    result = game(PAIR)
    assert result.alphas == pytest.approx([0.7727, 0.2273], abs=5e-5)
    assert result.weights == pytest.approx([0.3659, 0.2773, 0.2114, 0.1455], abs=5e-5)
    assert result.warnings == ()


def test_a_negative_part_is_dropped_and_the_rest_weighed_again() -> None:
    """By hand: .38 a + .455 b = .38 and .455 a + .665 b = .665 give a = .665 (.38 - .455) / .045675 < 0."""
    result = game([[0.2, 0.3, 0.5], [0.05, 0.15, 0.8]])
    assert result.alphas == (0, 1)
    assert result.weights == pytest.approx([0.05, 0.15, 0.8])
    (warning,) = result.warnings
    assert (warning.code, warning.args["position"]) == ("W-GAME-NEGATIVE", 1)
    assert warning.args["alpha"] == pytest.approx(0.665 * (0.38 - 0.455) / 0.045675)


@pytest.mark.parametrize("second", [[0.4, 0.3, 0.2, 0.1], [0.4 + 1e-12, 0.3, 0.2, 0.1]])
def test_sets_that_say_the_same_have_equal_parts(second: list[float]) -> None:
    result = game([PAIR[0], second])
    assert result.alphas == (0.5, 0.5)
    assert result.weights == pytest.approx(PAIR[0], abs=1e-9)
    assert [each.code for each in result.warnings] == ["W-GAME-COLLINEAR"]


@pytest.mark.parametrize("method", [multiplicative, geometric])
def test_a_zero_settles_a_product_and_is_named(method: Method) -> None:
    result = method([[0.5, 0.5, 0], [0.2, 0.3, 0.5]])
    assert result.weights[2] == 0
    assert [(each.code, each.args["position"]) for each in result.warnings] == [("W-COMBINE-ZERO", 3)]
    assert linear([[0.5, 0.5, 0], [0.2, 0.3, 0.5]]).weights == pytest.approx([0.35, 0.4, 0.25])
    with pytest.raises(MethodError, match="E-WEIGHT-NOTHING"):
        method([[1, 0], [0, 1]])


@pytest.mark.parametrize("method", EVERY)
@pytest.mark.parametrize(
    ("sets", "code"),
    [
        ([[0.5, 0.45], [0.5, 0.5]], "E-WEIGHT-TOTAL"),
        ([[50, 50], [0.5, 0.5]], "E-WEIGHT-TOTAL"),
        ([[1.5, -0.5], [0.5, 0.5]], "E-WEIGHT-AMOUNT"),
        ([[0.5, 0.5], [1.0]], "E-WEIGHT-LENGTH"),
        ([], "E-WEIGHT-NOTHING"),
    ],
)
def test_sets_that_are_no_weights(method: Method, sets: Rows, code: str) -> None:
    with pytest.raises(MethodError) as caught:
        method(sets)
    assert caught.value.code == code


def test_weights_as_printed_are_taken_for_what_they_were() -> None:
    """Four decimals of thirds sum to .9999; the result sums to 1 all the same."""
    assert linear([[0.3333, 0.3333, 0.3333]] * 2).weights == pytest.approx([1 / 3] * 3, abs=1e-15)


@pytest.mark.parametrize("parts", [[0.5, 0.6], [1.2, -0.2], [float("nan"), 0.5]])
def test_parts_that_are_none(parts: list[float]) -> None:
    with pytest.raises(MethodError, match="E-COMBINE-PARTS"):
        linear(PAIR, parts)


@given(weight_sets(count=3, smallest=1), st.sampled_from(EVERY), st.data())
def test_weights_are_shares_and_follow_a_shuffle(sets: Rows, method: Method, draw: st.DataObject) -> None:
    order = draw.draw(orders(len(sets[0])))
    one, other = method(sets), method(shuffled_columns(sets, order))
    assert min(one.weights) >= 0
    assert sum(one.weights) == pytest.approx(1, abs=1e-12)
    assert other.weights == pytest.approx(shuffled(one.weights, order), abs=1e-6)


@given(weight_sets(count=1, smallest=1), st.sampled_from((linear, geometric, game)))
def test_one_set_twice_is_itself(sets: Rows, method: Method) -> None:
    assert method(sets * 2).weights == pytest.approx(sets[0], abs=1e-9)


@given(weight_sets(smallest=1))
def test_a_game_of_two_lies_between_them(sets: Rows) -> None:
    for low, weight, high in zip(map(min, *sets), game(sets).weights, map(max, *sets), strict=True):
        assert low - 1e-9 <= weight <= high + 1e-9
