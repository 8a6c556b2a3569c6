"""Random input of the weight methods, and what it means to shuffle it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from hypothesis import strategies as st

from kpi_xl.scoring.weights.repair import SCALE
from kpi_xl.scoring.weights.shares import shares

Item = TypeVar("Item")
Rows = list[list[float]]

quarter = st.integers(-4000, 4000).map(lambda n: n / 4)
above_zero = st.integers(1, 4000).map(lambda n: n / 4)


@st.composite
def reciprocal(draw: st.DrawFn, smallest: int = 1, largest: int = 7) -> Rows:
    """A complete matrix of judgements on Saaty's scale."""
    size = draw(st.integers(smallest, largest))
    matrix = [[1.0] * size for _ in range(size)]
    for i in range(size):
        for j in range(i + 1, size):
            matrix[i][j] = draw(st.sampled_from(SCALE))
            matrix[j][i] = 1 / matrix[i][j]
    return matrix


@st.composite
def data(draw: st.DrawFn, values: st.SearchStrategy[float] = quarter) -> Rows:
    """One to eight rows of one to six columns; columns that are constant or alike come up often."""
    n_rows, n_columns = draw(st.integers(1, 8)), draw(st.integers(1, 6))
    few = st.one_of(values, st.sampled_from((1.0, 2.0)))
    return draw(st.lists(st.lists(few, min_size=n_columns, max_size=n_columns), min_size=n_rows, max_size=n_rows))


@st.composite
def weight_sets(draw: st.DrawFn, count: int = 2, smallest: int = 0) -> Rows:
    """Sets of weights over the same indicators; with `smallest` 0 some may be zero."""
    size = draw(st.integers(1, 8))
    amounts = st.lists(st.integers(smallest, 100), min_size=size, max_size=size).filter(any)
    return [list(shares(draw(amounts))) for _ in range(count)]


@st.composite
def comparisons(draw: st.DrawFn) -> tuple[list[int], list[int], int, int]:
    """Sound comparisons with one best and one worst: best to others, others to worst, best, worst."""
    size = draw(st.integers(2, 7))
    best, worst = draw(st.permutations(range(size)))[:2]
    top = draw(st.integers(2, 9))
    between = st.integers(2, top)
    to_others = [draw(between) for _ in range(size)]
    to_worst = [draw(between) for _ in range(size)]
    to_others[best], to_others[worst] = 1, top
    to_worst[best], to_worst[worst] = top, 1
    return to_others, to_worst, best, worst


def shuffled(items: Sequence[Item], order: Sequence[int]) -> list[Item]:
    """Items in another order."""
    return [items[i] for i in order]


def shuffled_columns(rows: Sequence[Sequence[Item]], order: Sequence[int]) -> list[list[Item]]:
    """Every row in another order."""
    return [shuffled(row, order) for row in rows]


def orders(length: int) -> st.SearchStrategy[list[int]]:
    """Any order of so many things."""
    return st.permutations(range(length)).map(list)
