"""Digests of cells: the same for what two offices write differently, another for everything else."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_xl.hosts.publishing.digests import Cell, Mark, mark, marks, plain_formula, read, written
from kpi_xl.model.grid import CellError

SAME = (("SUM( A1:A3 )", "SUM(A1:A3)"), ("'检查'!B3", "检查!B3"), ("_xlfn.IFS(a1,1)", "IFS(A1,1)"), ("'it''s'!A1", "IT'S!A1"))
OTHER = (('"a b"', '"ab"'), ('"a"', '"A"'), ("A1", "$A1"), ("SUM(A1)", "SUM(A2)"), ('"\'x\'!"', '"x!"'))


@pytest.mark.parametrize(("one", "other"), SAME)
def test_two_ways_to_write_a_formula_are_one(one: str, other: str) -> None:
    assert plain_formula(one) == plain_formula(other)


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_two_formulas_are_two(one: str, other: str) -> None:
    assert plain_formula(one) != plain_formula(other)


@given(st.floats(min_value=-1e15, max_value=1e15, allow_nan=False))
def test_noise_in_the_last_digit_never_changes_a_result(number: float) -> None:
    for near in (math.nextafter(number, math.inf), math.nextafter(number, -math.inf), number + 3e-15):
        assert mark(Cell(number, "A1")) in marks(Cell(near, "A1"))


@given(st.floats(min_value=1e-2, max_value=1e12), st.sampled_from((1e-9, -1e-9, 1e-3)))
def test_a_change_in_the_ninth_digit_is_seen(number: float, change: float) -> None:
    assert mark(Cell(number, "A1")) not in marks(Cell(number * (1 + change), "A1"))


@given(st.floats(min_value=1e-300, max_value=1e300), st.sampled_from((1e-13, -1e-13)))
def test_of_a_typed_number_thirteen_digits_count_however_small_it_is(number: float, change: float) -> None:
    assert mark(Cell(number, "")) not in marks(Cell(number * (1 + change), ""))


def test_kinds_of_value_are_told_apart() -> None:
    cells = [Cell(value, "") for value in (1.0, True, "1", "TRUE", CellError("#N/A"), "#N/A", None, 0.0)]
    assert len({mark(cell) for cell in cells}) == len(cells)


places = st.dictionaries(
    st.tuples(st.integers(1, 1_048_576), st.integers(1, 16_384)),
    st.builds(Mark, st.text("abcxyz", min_size=5, max_size=5), st.none() | st.text("abcxyz", min_size=5, max_size=5)),
)


@given(places)
def test_a_list_reads_back_as_it_was_written(marked: dict[tuple[int, int], Mark]) -> None:
    assert read(written(dict(sorted(marked.items())))) == marked
