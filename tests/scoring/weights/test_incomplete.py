"""Weights from comparisons of which some were left out."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kpi_xl.errors import MethodError
from kpi_xl.scoring.weights.ahp import ahp
from kpi_xl.scoring.weights.incomplete import incomplete_ahp, random_index
from kpi_xl.scoring.weights.judgements import partial_judgements, pieces
from tests.scoring.weights.strategies import Rows, orders, reciprocal, shuffled, shuffled_columns

Blanks = list[list[float | None]]


def without(cells: Rows, left_out: set[tuple[int, int]]) -> Blanks:
    return [
        [None if {(i, j), (j, i)} & left_out else value for j, value in enumerate(row)] for i, row in enumerate(cells)
    ]


@st.composite
def with_gaps(draw: st.DrawFn) -> Blanks:
    """A connected matrix from which comparisons were taken."""
    cells = draw(reciprocal(smallest=2, largest=6))
    pairs = [(i, j) for i in range(len(cells)) for j in range(i + 1, len(cells))]
    found = without(cells, set(draw(st.lists(st.sampled_from(pairs)))))
    assume(len(pieces(partial_judgements(found))) == 1)
    return found


def test_a_chain_of_comparisons_settles_the_weights() -> None:
    """1 twice 2, 2 three times 3, 3 four times 4: 24 : 12 : 4 : 1, with nothing left to contradict."""
    chain: Blanks = [[1, 2, None, None], [None, 1, 3, None], [None, None, 1, 4], [None, None, None, 1]]
    result = incomplete_ahp(chain)
    assert result.weights == pytest.approx([24 / 41, 12 / 41, 4 / 41, 1 / 41], abs=1e-12)
    assert (result.ri, result.cr, result.gci) == (0, 0, 0)
    assert [(each.code, *each.args.values()) for each in result.warnings] == [("W-AHP-INCOMPLETE", 3, 6)]


def test_one_comparison_too_many_is_spread_over_its_circle() -> None:
    """By hand: around 1-2-3 the logs miss by ln 2; each of the three judgements gives a third of it."""
    cells: Blanks = [[1, 2, 8, 2], [None, 1, 2, None], [None, None, 1, None], [None, None, None, 1]]
    third = 2 ** (1 / 3)
    result = incomplete_ahp(cells)
    one, two, three, four = result.weights
    assert (one / two, two / three, one / three) == pytest.approx((2 * third, 2 * third, 8 / third))
    assert one / four == pytest.approx(2)
    assert result.ri == pytest.approx(0.90 / 3)


def test_the_random_index_runs_from_its_table_to_zero() -> None:
    """K. C. Ágoston, L. Csató, 2022: nearly linear in the number of missing comparisons."""
    assert [random_index(5, known) for known in (10, 7, 4)] == pytest.approx([1.12, 0.56, 0.0])
    assert random_index(2, 1) == random_index(1, 0) == 0


@pytest.mark.parametrize(
    ("cells", "groups"),
    [
        ([[1, 2, None, None], [None, 1, None, None], [None, None, 1, 3], [None, None, None, 1]], "1, 2 | 3, 4"),
        ([[1, None, 3], [None, 1, None], [None, None, 1]], "1, 3 | 2"),
    ],
)
def test_comparisons_without_a_link_are_refused(cells: Blanks, groups: str) -> None:
    with pytest.raises(MethodError) as caught:
        incomplete_ahp(cells)
    assert (caught.value.code, caught.value.args_by_name["found"]) == ("E-AHP-CONNECTED", groups)


def test_either_side_of_the_diagonal_will_do() -> None:
    above: Blanks = [[1, 4, None], [None, 1, 2], [None, None, 1]]
    below: Blanks = [[1, None, None], [1 / 4, 1, None], [None, 1 / 2, 1]]
    assert incomplete_ahp(above).weights == pytest.approx(incomplete_ahp(below).weights, abs=1e-15)


@given(reciprocal())
def test_with_nothing_missing_it_is_the_geometric_mean(cells: Rows) -> None:
    """G. Crawford, C. Williams, 1985: least squares of logs and the mean of rows are the same."""
    one, other = incomplete_ahp(cells), ahp(cells, "geometric")
    assert one.weights == pytest.approx(other.weights, abs=1e-12)
    assert (one.lambda_max, one.cr, one.gci) == pytest.approx((other.lambda_max, other.cr, other.gci), abs=1e-9)
    assert [each.code for each in one.warnings] == [each.code for each in other.warnings]


@given(with_gaps(), st.data())
def test_weights_are_shares_and_follow_a_shuffle(cells: Blanks, draw: st.DataObject) -> None:
    order = draw.draw(orders(len(cells)))
    one = incomplete_ahp(cells)
    other = incomplete_ahp(shuffled(shuffled_columns(cells, order), order))
    assert min(one.weights) > 0
    assert sum(one.weights) == pytest.approx(1, abs=1e-12)
    assert other.weights == pytest.approx(shuffled(one.weights, order), abs=1e-9)
