"""Student's distribution: printed tables, and scipy."""

from __future__ import annotations

from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi_xl.scoring.targets.student import below, quantile

PRINTED = [(1, 12.706, 31.821), (2, 4.303, 6.965), (5, 2.571, 3.365), (10, 2.228, 2.764), (30, 2.042, 2.457)]
freedoms = st.sampled_from([1, 2, 3, 4, 7, 10, 22, 34, 120, 1000, inf])


@pytest.mark.parametrize(("df", "p975", "p99"), PRINTED)
def test_the_printed_table(df: int, p975: float, p99: float) -> None:
    """NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2: critical values of Student's t."""
    assert [quantile(0.975, df), quantile(0.99, df)] == pytest.approx([p975, p99], abs=5e-4)


def test_the_normal_distribution_is_its_limit() -> None:
    assert quantile(0.975, inf) == pytest.approx(1.959963984540054)
    assert below(1.2, 1e7) == pytest.approx(below(1.2, inf), abs=1e-7)


@settings(deadline=None)
@given(freedoms, st.floats(-30, 30))
def test_chances_are_those_of_scipy(df: float, t: float) -> None:
    stats = pytest.importorskip("scipy.stats", reason="an independent program computes the distribution")
    wanted = stats.norm.cdf(t) if df == inf else stats.t.cdf(t, df)
    assert below(t, df) == pytest.approx(wanted, abs=1e-12, rel=1e-6)


@given(freedoms, st.floats(0.001, 0.999))
def test_a_quantile_has_its_chance(df: float, p: float) -> None:
    assert below(quantile(p, df), df) == pytest.approx(p, abs=1e-10)
    assert quantile(p, df) == pytest.approx(-quantile(1 - p, df), rel=1e-9, abs=1e-12)
