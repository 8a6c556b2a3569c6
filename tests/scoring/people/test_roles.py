"""Totals over several roles."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_xl.scoring.people.roles import merged, mixed

roles = st.lists(st.tuples(st.integers(0, 120), st.integers(1, 92)), min_size=1, max_size=5)


def test_the_transfer_of_the_specification() -> None:
    """Domain specification, 6.3: 40 days at 92 and 52 days at 85 give 88.04."""
    assert merged((40, 52), 92) == (40, 52)
    assert round(mixed((92, 85), (40, 52)), 2) == 88.04


@given(roles=roles)
def test_days_are_kept_and_the_mix_lies_between_the_totals(roles) -> None:
    totals, days = zip(*roles, strict=True)
    counted = merged(days, 92)
    assert sum(counted) == sum(days)
    assert min(totals) - 1e-9 <= mixed(totals, counted) <= max(totals) + 1e-9


@pytest.mark.parametrize(("days", "kept"), [(15, (15, 75)), (14, (0, 89))])
def test_a_role_of_less_than_a_sixth_goes_to_the_longest(days: int, kept: tuple[int, int]) -> None:
    """A sixth of 90 days is 15."""
    assert merged((days, 75), 90) == kept


def test_several_short_roles_go_to_the_first_of_the_longest() -> None:
    assert merged((5, 10, 5, 10), 90) == (0, 30, 0, 0)


def test_a_role_without_a_total_withholds_the_mix() -> None:
    assert mixed((None, 85), (40, 52)) is None
    assert mixed((85,), (92,)) == 85


def test_roles_side_by_side_share_the_time() -> None:
    assert mixed((100, 90), (0.6, 0.4)) == pytest.approx(96)
    assert mixed((100, 80, 70), (23, 23, 46)) == pytest.approx((100 * 23 + 80 * 23 + 70 * 46) / 92)
