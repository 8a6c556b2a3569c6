"""Totals over several roles."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_xl.errors import MethodError
from kpi_xl.scoring.people.roles import Stint, dual_role, role_mix

stints = st.lists(st.builds(Stint, st.integers(0, 120), st.integers(1, 92)), min_size=1, max_size=5)


def test_the_transfer_of_the_specification() -> None:
    """Domain specification, 6.3: 40 days at 92 and 52 days at 85 give 88.04."""
    found = role_mix((Stint(92, 40), Stint(85, 52)), 92)
    assert round(found.total, 2) == 88.04
    assert found.days == (40, 52)


@given(roles=stints)
def test_days_are_kept_and_the_mix_lies_between_the_totals(roles) -> None:
    found = role_mix(roles, 92)
    assert sum(found.days) == sum(role.days for role in roles)
    assert min(role.total for role in roles) - 1e-9 <= found.total <= max(role.total for role in roles) + 1e-9


@pytest.mark.parametrize(("days", "kept"), [(15, (15, 75)), (14, (0, 89))])
def test_a_role_of_less_than_a_sixth_goes_to_the_longest(days: int, kept: tuple[int, int]) -> None:
    """A sixth of 90 days is 15."""
    assert role_mix((Stint(60, days), Stint(90, 75)), 90).days == kept


def test_several_short_roles_go_to_the_first_of_the_longest() -> None:
    assert role_mix((Stint(60, 5), Stint(70, 10), Stint(90, 5), Stint(80, 10)), 90).days == (0, 30, 0, 0)


def test_a_role_without_a_total_withholds_the_mix_unless_it_was_merged() -> None:
    assert role_mix((Stint(None, 40), Stint(85, 52)), 92).total is None
    assert role_mix((Stint(None, 10), Stint(85, 82)), 92).total == 85


def test_roles_side_by_side_share_the_time() -> None:
    assert dual_role((100, 90), (0.6, 0.4)) == pytest.approx(96)
    assert dual_role((100, None), (0.6, 0.4)) is None
    both = role_mix((Stint(100, 46, 0.5), Stint(80, 46, 0.5), Stint(70, 46)), 92)
    assert both.total == pytest.approx((100 * 23 + 80 * 23 + 70 * 46) / 92)


@pytest.mark.parametrize(
    ("roles", "code"),
    [
        ([], "E-ROLE-DAYS"),
        ([Stint(90, 0)], "E-ROLE-DAYS"),
        ([Stint(90, 93)], "E-ROLE-DAYS"),
        ([Stint(90, 40, 0)], "E-ROLE-TIME"),
        ([Stint(90, 40, 1.2)], "E-ROLE-TIME"),
    ],
)
def test_roles_that_cannot_be(roles: list[Stint], code: str) -> None:
    with pytest.raises(MethodError, match=code):
        role_mix(roles, 92)


def test_parts_of_the_time_make_a_whole() -> None:
    with pytest.raises(MethodError, match="E-ROLE-SPLIT"):
        dual_role((100, 90), (0.6, 0.5))
