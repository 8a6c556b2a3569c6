"""Weights from complete comparisons, their consistency, and what would mend it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi_xl.errors import MethodError
from kpi_xl.scoring.weights.ahp import RANDOM_INDEX, Method, ahp
from kpi_xl.scoring.weights.hierarchy import hierarchy
from kpi_xl.scoring.weights.judgements import judgements
from kpi_xl.scoring.weights.repair import SCALE, changed, on_scale, repairs, triads, worst_triad
from tests.scoring.weights.strategies import Rows, orders, reciprocal, shuffled, shuffled_columns

THREE = [[1, 3, 5], [1 / 3, 1, 3], [1 / 5, 1 / 3, 1]]
FOUR = [[1, 2, 5, 1 / 3], [1 / 2, 1, 3, 2], [1 / 5, 1 / 3, 1, 1 / 4], [3, 1 / 2, 4, 1]]
METHODS: tuple[Method, ...] = ("eigenvector", "geometric")


@pytest.mark.parametrize("method", METHODS)
def test_three_indicators(method: Method) -> None:
    """Of three things the eigenvector is the geometric mean of the rows."""
    result = ahp(THREE, method)
    assert result.weights == pytest.approx([0.6370, 0.2583, 0.1047], abs=5e-5)
    assert result.lambda_max == pytest.approx(3.0385, abs=5e-5)
    assert result.ci == pytest.approx((3.0385 - 3) / 2, abs=3e-5)
    assert result.ri == 0.58
    assert result.cr == pytest.approx(0.0332, abs=5e-5)
    assert result.gci == pytest.approx(0.1152, abs=5e-5)
    assert result.gci_limit == 0.31
    assert result.passes


def test_four_indicators_that_contradict_each_other() -> None:
    result = ahp(FOUR)
    assert result.cr == pytest.approx(0.2263, abs=5e-5)
    assert not result.passes
    assert [warning.code for warning in result.warnings] == ["W-AHP-CR"]


def test_the_worst_judgement_and_what_mending_it_would_do() -> None:
    matrix = judgements(FOUR)
    worst, *others = repairs(matrix)
    assert (worst.row, worst.column, worst.judgement) == (0, 3, 1 / 3)
    assert worst.error == pytest.approx(2.437, abs=5e-4)
    assert worst.ratio == pytest.approx(0.812, abs=5e-4)
    assert worst.suggested == 1
    assert worst.cr_after == pytest.approx(0.0708, abs=5e-5)
    assert [(each.row, each.column) for each in others] == [(1, 3), (0, 1)]
    mended = ahp(changed(matrix, 0, 3, 1.0))
    assert mended.cr == worst.cr_after
    assert mended.weights == pytest.approx([0.3786, 0.2902, 0.0742, 0.2571], abs=5e-5)
    assert matrix == judgements(FOUR), "nothing is overwritten"


def test_a_circle_is_named_in_its_order() -> None:
    """1 before 2, 2 before 4, 4 before 1; the other way round the circle reads 1, 4, 2."""
    assert triads(judgements(FOUR)) == ((0, 1, 3),)
    assert triads(judgements([list(column) for column in zip(*FOUR, strict=True)])) == ((0, 3, 1),)
    assert triads(judgements(THREE)) == ()


def test_the_three_that_contradict_each_other_most() -> None:
    """1, 2 and 4: 2 times 2 is twelve times a third. Where no three were all compared there are none."""
    found = worst_triad(judgements(FOUR))
    assert found is not None
    assert (found.members, found.error) == ((0, 1, 3), pytest.approx(12))
    assert worst_triad(((1, 2, None), (0.5, 1, 3), (None, 1 / 3, 1))) is None



def test_consistent_judgements_need_no_repair() -> None:
    matrix = judgements([[1, 2, 8], [1 / 2, 1, 4], [1 / 8, 1 / 4, 1]])
    assert repairs(matrix) == ()
    assert ahp(matrix).weights == pytest.approx([8 / 13, 4 / 13, 1 / 13], abs=1e-12)
    assert ahp(matrix).cr == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(("ratio", "step"), [(0.812, 1), (2.4, 2), (2.5, 3), (40, 9), (0.3, 1 / 3), (0.001, 1 / 9)])
def test_a_ratio_on_the_scale(ratio: float, step: float) -> None:
    """Between 2 and 3 the middle in proportion is 2.449."""
    assert on_scale(ratio) == step


@pytest.mark.parametrize("cells", [[[1]], [[1, 9], [1 / 9, 1]], [[None]], [[None, 9], [None, None]]])
def test_one_or_two_things_cannot_contradict_each_other(cells: list[list[float | None]]) -> None:
    result = ahp(cells)
    assert (result.ci, result.ri, result.cr, result.gci) == (0, 0, 0, 0)
    assert result.weights == pytest.approx([1.0] if len(cells) == 1 else [0.9, 0.1], abs=1e-12)
    assert result.passes


def test_the_random_index_in_force() -> None:
    """The table of the domain specification, for three things and more."""
    assert RANDOM_INDEX[3:] == (0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.54, 1.56, 1.58, 1.59)


@pytest.mark.parametrize(
    ("cells", "is_strict", "limit", "passes"),
    [
        ([[1, 2, 5], [1 / 2, 1, 4], [1 / 5, 1 / 4, 1]], False, 0.10, True),
        ([[1, 3, 9], [1 / 3, 1, 9], [1 / 9, 1 / 9, 1]], False, 0.10, False),
        ([[1, 3, 7], [1 / 3, 1, 4], [1 / 7, 1 / 4, 1]], True, 0.05, True),
        ([[1, 3, 4], [1 / 3, 1, 3], [1 / 4, 1 / 3, 1]], False, 0.10, True),
        ([[1, 3, 4], [1 / 3, 1, 3], [1 / 4, 1 / 3, 1]], True, 0.05, False),
        (changed(judgements(FOUR), 0, 3, 1.0), True, 0.08, True),
    ],
)
def test_limits_of_consistency(cells: Rows, is_strict: bool, limit: float, passes: bool) -> None:
    result = ahp(cells, is_strict=is_strict)
    assert (result.cr_limit, result.passes, not result.warnings) == (limit, passes, passes)


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ([], "E-AHP-SIZE"),
        ([[1.0] * 10] * 10, "E-AHP-SIZE"),
        ([[1, 2, 3], [1 / 2, 1, 2]], "E-AHP-SQUARE"),
        ([[1, 0], [None, 1]], "E-AHP-JUDGEMENT"),
        ([[1, -3], [-1 / 3, 1]], "E-AHP-JUDGEMENT"),
        ([[1, float("nan")], [None, 1]], "E-AHP-JUDGEMENT"),
        ([[1, float("inf")], [None, 1]], "E-AHP-JUDGEMENT"),
        ([[1, 3], [3, 1]], "E-AHP-RECIPROCAL"),
        ([[1, 3], [0.33, 1]], "E-AHP-RECIPROCAL"),
        ([[2, 3], [1 / 3, 1]], "E-AHP-RECIPROCAL"),
        ([[1, None], [None, 1]], "E-AHP-BLANK"),
        ([[1, None], [1 / 3, 1]], "E-AHP-BLANK"),
        ([[1, 1e6, 1e-3], [None, 1, 1e6], [None, None, 1]], "E-AHP-CONVERGE"),
    ],
)
def test_judgements_that_are_none(cells: list[list[float | None]], code: str) -> None:
    with pytest.raises(MethodError) as caught:
        ahp(cells)
    assert caught.value.code == code


def test_a_wrong_judgement_is_named_by_its_place() -> None:
    with pytest.raises(MethodError) as caught:
        ahp([[1, 2, 3], [1 / 2, 1, 2], [1 / 2, 1 / 2, 1]])
    assert caught.value.args_by_name == {"row": 3, "column": 1, "found": 0.5, "wanted": 1 / 3}


@settings(deadline=None)
@given(reciprocal(smallest=2))
def test_the_eigenvector_is_the_one_numpy_finds(cells: Rows) -> None:
    numpy = pytest.importorskip("numpy", reason="an independent program decomposes the matrix")
    values, vectors = numpy.linalg.eig(numpy.array(cells))
    at = values.real.argmax()
    principal = abs(vectors[:, at].real)
    result = ahp(cells)
    assert result.lambda_max == pytest.approx(max(values[at].real, len(cells)), abs=1e-9)
    assert result.weights == pytest.approx((principal / principal.sum()).tolist(), abs=1e-9)


@given(reciprocal(), st.sampled_from(METHODS), st.data())
def test_weights_are_shares_and_follow_a_shuffle(cells: Rows, method: Method, draw: st.DataObject) -> None:
    order = draw.draw(orders(len(cells)))
    one, other = ahp(cells, method), ahp(shuffled(shuffled_columns(cells, order), order), method)
    assert min(one.weights) > 0
    assert sum(one.weights) == pytest.approx(1, abs=1e-12)
    assert other.weights == pytest.approx(shuffled(one.weights, order), abs=1e-9)
    assert (other.cr, other.gci) == pytest.approx((one.cr, one.gci), abs=1e-9)


@given(st.lists(st.sampled_from(SCALE), min_size=1, max_size=9), st.sampled_from(METHODS))
def test_ratios_of_weights_give_the_weights_back(amounts: list[float], method: Method) -> None:
    result = ahp([[a / b for b in amounts] for a in amounts], method)
    assert result.weights == pytest.approx([a / sum(amounts) for a in amounts], abs=1e-11)
    assert result.cr == pytest.approx(0, abs=1e-9)


@given(reciprocal(smallest=3, largest=5))
def test_a_repair_is_a_promise_that_is_kept(cells: Rows) -> None:
    matrix = judgements(cells)
    for each in repairs(matrix):
        assert each.error > 1
        assert each.suggested in SCALE
        assert ahp(changed(matrix, each.row, each.column, each.suggested)).cr == each.cr_after


def test_three_levels() -> None:
    """Perspective weights times weights within; CR is the ratio of the weighted means of CI and RI."""
    top = ahp([[1, 2], [1 / 2, 1]])
    below = [ahp(THREE), ahp(changed(judgements(FOUR), 0, 3, 1.0))]
    result = hierarchy(top, below)
    assert result.perspectives == pytest.approx([2 / 3, 1 / 3])
    assert result.overall[0] == pytest.approx([2 / 3 * weight for weight in below[0].weights])
    assert len(result.weights) == 7
    assert sum(result.weights) == pytest.approx(1, abs=1e-12)
    assert result.cr == pytest.approx((2 * below[0].ci + below[1].ci) / (2 * 0.58 + 0.90))
    assert result.passes


def test_a_hierarchy_passes_only_when_every_matrix_does() -> None:
    top = ahp([[1, 9], [1 / 9, 1]])
    result = hierarchy(top, [ahp(THREE), ahp(FOUR)])
    assert result.cr < 0.1
    assert not result.passes
    assert hierarchy(top, [ahp([[1]]), ahp([[1, 2], [1 / 2, 1]])]).cr == 0
    with pytest.raises(MethodError, match="E-WEIGHT-LENGTH"):
        hierarchy(top, [ahp(THREE)])
