"""Rank correlation against an independent program."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_xl.scoring.correlation import mean_ranks, spearman

stats = pytest.importorskip("scipy.stats")
small = st.integers(0, 9).map(float)
pairs = st.lists(st.tuples(small, small), min_size=3, max_size=40)


@given(pairs)
def test_spearman_is_that_of_scipy(given_: list[tuple[float, float]]) -> None:
    xs, ys = zip(*given_, strict=True)
    found = spearman(given_)
    if len(set(xs)) == 1 or len(set(ys)) == 1:
        assert found is None
    else:
        assert found == pytest.approx(stats.spearmanr(xs, ys).statistic, abs=1e-12)


@given(st.lists(small, min_size=1, max_size=40))
def test_ranks_rise_and_sum_to_those_without_ties(values: list[float]) -> None:
    ranks = mean_ranks(values)
    assert sum(ranks[value] for value in values) == len(values) * (len(values) + 1) / 2
    assert all(ranks[low] < ranks[high] for low, high in pairwise(sorted(ranks)))


def test_nothing_has_no_correlation() -> None:
    assert spearman([]) is None
