"""Weights drawn from data: worked numbers of the domain specification, edges, and what libraries get wrong there."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite, log, sqrt

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kpi_xl.errors import MethodError
from kpi_xl.model.status import Status
from kpi_xl.scoring.weights.components import Loadings, principal_components
from kpi_xl.scoring.weights.dispersion import entropy, maximum_deviation, standard_deviation, variation
from kpi_xl.scoring.weights.interplay import critic, merec
from kpi_xl.scoring.weights.observations import Direction, Objective
from tests.scoring.weights.strategies import Rows, above_zero, data, orders, shuffled, shuffled_columns

THREE = [[2.9, 2.31, 0.56, 1.89], [1.2, 1.34, 0.21, 2.48], [0.3, 2.48, 1.75, 1.69]]
Method = Callable[..., Objective]


def shares_of_sum(rows: Rows, directions: tuple[Direction, ...] = ()) -> Objective:
    return entropy(rows, directions, "sum")


OF_ANY_SIGN = (entropy, standard_deviation, maximum_deviation, critic)
ABOVE_ZERO = (shares_of_sum, variation, merec)
EVERY = (*OF_ANY_SIGN, *ABOVE_ZERO)


@pytest.mark.parametrize(
    ("method", "weights"),
    [
        (entropy, [0.245599, 0.189910, 0.287827, 0.276664]),
        (shares_of_sum, [0.450092, 0.050844, 0.477893, 0.021171]),
        (standard_deviation, [0.242814, 0.257948, 0.250646, 0.248592]),
        (variation, [0.380555, 0.127233, 0.406259, 0.085954]),
        (maximum_deviation, [0.25, 0.25, 0.25, 0.25]),
    ],
)
def test_three_rows_of_four_indicators(method: Method, weights: list[float]) -> None:
    assert method(THREE).weights == pytest.approx(weights, abs=5e-7)


def test_critic_of_three_rows() -> None:
    assert critic(THREE).weights == pytest.approx([0.22514451, 0.21769531, 0.24375671, 0.31340347], abs=5e-9)


def test_a_zero_counts_as_nothing_not_as_everything() -> None:
    """By hand: shares 0, 1/2, 1/2 have the entropy ln 2 / ln 3; 1/6, 1/3, 1/2 that of three terms.

    pymcdm takes the entropy of a column with a zero as 0, which would give it 93 % of the weight.
    """
    first = 1 - log(2) / log(3)
    second = 1 - (log(6) / 6 + log(3) / 3 + log(2) / 2) / log(3)
    result = entropy([[0, 1], [1, 2], [1, 3]], normalisation="sum")
    assert result.importance == pytest.approx([first, second], abs=1e-14)
    assert result.weights == pytest.approx([0.8230, 0.1770], abs=5e-5)


@pytest.mark.parametrize("method", [standard_deviation, critic])
def test_a_constant_column_weighs_nothing_and_leaves_the_others_alone(method: Method) -> None:
    """By hand: from 0 to 1 the columns are 0, 1/2, 1 and 0, 0, 1, with deviations as 1/2 to 1/sqrt(3).

    scikit-criteria divides 0 by 0 in CRITIC here, and every weight is NaN.
    """
    result = method([[1, 5, 4], [2, 5, 4], [3, 5, 7]])
    whole = 0.5 + 1 / sqrt(3)
    assert result.weights == pytest.approx([0.5 / whole, 0, 1 / sqrt(3) / whole], abs=1e-12)
    assert [each.args["column"] for each in result.warnings if each.code == "W-DATA-CONSTANT"] == [2]


@pytest.mark.parametrize("method", EVERY)
def test_one_column_that_varies_has_all_the_weight(method: Method) -> None:
    result = method([[1, 5, 0.3], [2, 5, 0.1 + 0.2], [4, 5, 0.3], [3, 5, 0.3]])
    assert result.weights == (1, 0, 0)


@pytest.mark.parametrize("method", EVERY)
@pytest.mark.parametrize("rows", [[[3, 5]], [[3, 5], [3, 5]], [[3, 5]] * 12])
def test_nothing_varies(method: Method, rows: Rows) -> None:
    result = method(rows)
    assert result.weights == (0.5, 0.5)
    assert result.status is Status.INSUFFICIENT
    assert "W-DATA-ALL-CONSTANT" in {each.code for each in result.warnings}


@pytest.mark.parametrize("method", EVERY)
def test_one_indicator_has_all_the_weight(method: Method) -> None:
    assert method([[3], [5], [4], [9]]).weights == (1,)
    assert method([[3]]).weights == (1,)


def test_columns_that_repeat_each_other_do_not_conflict() -> None:
    """Every correlation is 1, so that CRITIC has nothing to say, whatever the last bits of the floats."""
    result = critic([[x, 3 * x + 1.1, 9] for x in (3.3, 1.6, 6.4, 9.8)])
    assert result.weights == (0.5, 0.5, 0)
    assert "W-DATA-ALIKE" in {each.code for each in result.warnings}


def test_direction_turns_conflict_into_agreement() -> None:
    """Cost and sales rise together: both "up" they agree; with the cost "down" they pull apart."""
    rows = [[1, 10, 5], [2, 20, 1], [3, 30, 4], [9, 90, 2]]
    both_up, cost_down = critic(rows), critic(rows, ("up", "down", "up"))
    assert both_up.importance[0] < cost_down.importance[0]
    assert entropy(rows).weights != pytest.approx(entropy(rows, ("up", "down", "up")).weights)
    assert standard_deviation(rows).weights == standard_deviation(rows, ("up", "down", "up")).weights


@pytest.mark.parametrize(
    ("method", "rows", "code", "place"),
    [
        (shares_of_sum, [[1, 2], [3, -4]], "E-DATA-NEGATIVE", {"row": 2, "column": 2, "found": -4.0}),
        (merec, [[1, 2], [0, 4]], "E-DATA-POSITIVE", {"row": 2, "column": 1, "found": 0.0}),
        (merec, [[1, -2], [3, -2]], "E-DATA-POSITIVE", {"row": 1, "column": 2, "found": -2.0}),
        (variation, [[1, 2], [3, -4]], "E-DATA-SIGN", {"column": 2}),
        (entropy, [[1, 2], [3]], "E-WEIGHT-LENGTH", {"found": 1, "wanted": 2}),
        (entropy, [], "E-WEIGHT-NOTHING", {}),
        (entropy, [[]], "E-WEIGHT-NOTHING", {}),
    ],
)
def test_data_that_a_method_cannot_take(method: Method, rows: Rows, code: str, place: dict[str, object]) -> None:
    with pytest.raises(MethodError) as caught:
        method(rows)
    assert (caught.value.code, caught.value.args_by_name) == (code, place)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -1e200])
@pytest.mark.parametrize("method", EVERY)
def test_only_finite_data(method: Method, value: float) -> None:
    with pytest.raises(MethodError, match="NON_FINITE"):
        method([[1, 2], [3, value]])


def test_directions_go_with_columns() -> None:
    with pytest.raises(MethodError, match="E-WEIGHT-LENGTH"):
        entropy(THREE, ("up", "down"))


def test_negative_values_and_zeros_where_they_are_allowed() -> None:
    """Losses alone have a mean; the smallest value between worst and best is simply 0."""
    assert variation([[-1, 2], [-3, 2]]).weights == (1, 0)
    assert variation([[0, 2], [3, 4], [6, 6]]).weights == pytest.approx([2 / 3, 1 / 3])
    assert entropy([[-1, 0], [-3, 2], [0, 1]]).weights[1] > 0


@pytest.mark.parametrize(
    ("rows", "codes"),
    [
        ([[i, i * i % 7] for i in range(10)], []),
        ([[i, i * i % 7] for i in range(9)], ["W-DATA-ROWS"]),
        ([[i, i % 3] for i in range(10)], ["W-DATA-DISTINCT"]),
        ([[i, i % 4] for i in range(10)], []),
        ([[i + 7 * j % (i + 2) for j in range(6)] for i in range(11)], ["W-DATA-ROWS"]),
        ([[i + 7 * j % (i + 2) for j in range(6)] for i in range(12)], []),
    ],
)
def test_too_few_rows_or_values_make_advice_of_weights(rows: Rows, codes: list[str]) -> None:
    """At least ten rows, two for each indicator, and four distinct values in each column."""
    result = entropy(rows)
    assert [each.code for each in result.warnings] == codes
    assert result.status is (Status.INSUFFICIENT if codes else Status.OK)
    assert sum(result.weights) == pytest.approx(1)


def test_maximum_deviation_warns_of_three_rows() -> None:
    assert "W-DEVIATION-ROWS" in {each.code for each in maximum_deviation(THREE).warnings}
    assert "W-DEVIATION-ROWS" not in {each.code for each in maximum_deviation([*THREE, [1, 2, 1, 2]]).warnings}


def test_maximum_deviation_of_four_rows() -> None:
    """By hand over ordered pairs: 0, 0, 0, 1 differs 6 times by 1; 0, 1/3, 2/3, 1 by 20/3 in sum."""
    result = maximum_deviation([[0, 1], [0, 2], [0, 3], [1, 4]])
    assert result.importance == pytest.approx([6, 20 / 3])


def test_nearly_equal_values_keep_their_digits() -> None:
    """Spreads of 1 and 2 in a billion: entropy goes with the square, so the weights are as 1 to 4."""
    rows = [[1e9 - 1, 1e9 - 2], [1e9, 1e9], [1e9 + 1, 1e9 + 2]]
    assert entropy(rows, normalisation="sum").weights == pytest.approx([0.2, 0.8], abs=1e-6)


@given(data(above_zero), st.sampled_from(ABOVE_ZERO), st.data())
@example([[1.0, 1.0], [1.0, 2.0]], merec, None)
def test_weights_of_what_is_above_zero(rows: Rows, method: Method, draw: st.DataObject | None) -> None:
    are_shares_and_follow_a_shuffle(method, rows, draw)


@given(data(), st.sampled_from(OF_ANY_SIGN), st.data())
def test_weights_of_any_data(rows: Rows, method: Method, draw: st.DataObject) -> None:
    are_shares_and_follow_a_shuffle(method, rows, draw)


def are_shares_and_follow_a_shuffle(method: Method, rows: Rows, draw: st.DataObject | None) -> None:
    """Neither the order of indicators nor that of periods matters."""
    length = len(rows[0])
    ways = ["up"] * length if draw is None else [draw.draw(st.sampled_from(("up", "down"))) for _ in range(length)]
    order = list(range(length))[::-1] if draw is None else draw.draw(orders(length))
    one = method(rows, ways)
    other = method(shuffled_columns(rows[::-1], order), shuffled(ways, order))
    assert all(isfinite(weight) and weight >= 0 for weight in one.weights)
    assert sum(one.weights) == pytest.approx(1, abs=1e-12)
    assert other.weights == pytest.approx(shuffled(one.weights, order), abs=1e-9)
    assert other.status is one.status


@given(data(), st.sampled_from(OF_ANY_SIGN), st.integers(1, 50), st.integers(-90, 90))
def test_the_unit_of_an_indicator_does_not_matter(rows: Rows, method: Method, times: int, plus: int) -> None:
    """Between worst and best, euros and cents are the same, and so are degrees of any zero."""
    other = [[row[0] * times + plus, *row[1:]] for row in rows]
    assert method(other).weights == pytest.approx(method(rows).weights, abs=1e-9)


@settings(deadline=None)
@given(data())
def test_principal_components_are_advice(rows: Rows) -> None:
    pytest.importorskip("numpy", reason="numpy decomposes the correlations")
    result = principal_components(rows)
    assert isinstance(result, Loadings)
    assert sum(result.weights) == pytest.approx(1, abs=1e-12)
    assert min(result.weights) >= 0
    assert result.warnings[0].code == "I-PCA-ADVISORY"
    assert (not result.variances) == all(len(set(column)) == 1 for column in zip(*rows, strict=True))
    assert not result.variances or sum(result.variances) >= 0.85 - 1e-9


def test_uncorrelated_columns_all_count() -> None:
    """Of four corners of a square each coordinate is a component of its own, with half of the variance."""
    pytest.importorskip("numpy", reason="numpy decomposes the correlations")
    result = principal_components([[0, 0, 5], [0, 1, 5], [1, 0, 5], [1, 1, 5]])
    assert result.variances == pytest.approx((0.5, 0.5))
    assert result.weights == pytest.approx([0.5, 0.5, 0])
