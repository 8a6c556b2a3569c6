"""Kruskal-Wallis against an independent program."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_xl.scoring.fairness import kruskal_wallis

stats = pytest.importorskip("scipy.stats")
point = st.integers(60, 110).map(float)
groups = st.lists(st.lists(point, min_size=1, max_size=12), min_size=2, max_size=9)


@given(groups)
def test_kruskal_wallis_is_that_of_scipy(teams: list[list[float]]) -> None:
    found = kruskal_wallis(teams)
    if len({value for team in teams for value in team}) == 1:
        assert found is None
        return
    h, p = stats.kruskal(*teams)
    assert found is not None
    assert found.h == pytest.approx(h, abs=1e-9)
    assert found.p == pytest.approx(p, abs=1e-12)


@pytest.mark.parametrize("freedom", [1, 2, 3, 10, 400])
def test_the_tail_holds_for_many_groups_too(freedom: int) -> None:
    teams = [[float(n % 7), float(n)] for n in range(freedom + 1)]
    found = kruskal_wallis(teams)
    assert found is not None
    assert found.freedom == freedom
    assert found.p == pytest.approx(stats.chi2.sf(found.h, freedom), rel=1e-9)
