"""Amounts shared out: the sum is exact, nobody is a unit away from the fair share."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_xl.errors import MethodError
from kpi_xl.model.status import Status
from kpi_xl.scoring.allocation import Stake, allocate, share_pool, split_actual, split_target, two_stage

TEAM = (Stake(8000, 1.5), Stake(8000, 1.2), Stake(6500, 1), Stake(6500, 0.5), Stake(5000, 0.7))
shares = st.lists(st.integers(0, 10**6).map(lambda n: n / 100), min_size=1, max_size=30).filter(any)
units = st.sampled_from((1.0, 0.01, 0.05, 0.001, 100.0, 1))


def exact(values) -> Decimal:
    """Sum of amounts as they are printed."""
    return sum((Decimal(repr(value)) for value in values), Decimal(0))


def test_the_pool_of_the_specification() -> None:
    """Domain specification, 7.2."""
    found = share_pool(50_000, TEAM)
    assert found.amounts == (17216.64, 13773.32, 9325.68, 4662.84, 5021.52)
    assert found.unallocated == 0
    assert allocate(100, (1, 1, 1)) == (33.34, 33.33, 33.33)


@given(parts=shares, unit=units, count=st.integers(-(10**7), 10**9))
def test_the_sum_is_exact_and_nobody_a_unit_off(parts, unit, count) -> None:
    total = float(Decimal(repr(unit)) * count)
    found = allocate(total, parts, unit)
    assert exact(found) == Decimal(repr(total))
    whole = sum(parts)
    for amount, share in zip(found, parts, strict=True):
        assert abs(amount - total * share / whole) < unit * (1 + 1e-6) + abs(total) * 1e-12


@given(parts=shares, data=st.data())
def test_the_order_decides_between_equals_only(parts, data) -> None:
    shuffled = data.draw(st.permutations(parts))
    assert sorted(allocate(1000, parts)) == sorted(allocate(1000, shuffled))


def test_equal_remainders_go_to_the_larger_share_then_to_the_first() -> None:
    """Domain specification, 4.4: 1.5, 2.5 and 1 of five units."""
    assert allocate(5, (1.5, 2.5, 1), 1) == (1, 3, 1)
    assert allocate(3, (1, 1), 1) == (2, 1)


def test_nothing_to_share_by_allocates_nothing() -> None:
    assert allocate(100, (0, 0)) == (0.0, 0.0)
    assert share_pool(100, [Stake(8000, 0)]).unallocated == 100
    assert share_pool(100, []).unallocated == 100


@pytest.mark.parametrize(
    ("total", "parts", "unit", "code"),
    [
        (100.005, (1, 1), 0.01, "E-ALLOC-UNIT"),
        (100, (1, 1), 0, "E-ALLOC-UNIT"),
        (100, (1, 1), -0.01, "E-ALLOC-UNIT"),
        (1e300, (1, 1), 0.01, "E-ALLOC-UNIT"),
        (100, (1, -1), 0.01, "E-WEIGHT-AMOUNT"),
    ],
)
def test_totals_that_cannot_be_shared(total: float, parts: tuple[float, ...], unit: float, code: str) -> None:
    with pytest.raises(MethodError, match=code):
        allocate(total, parts, unit)


@given(target=st.integers(0, 10**9), cut=st.integers(0, 1000))
def test_targets_of_the_units_sum_to_the_parents(target: int, cut: int) -> None:
    share = cut / 1000
    assert sum(split_target(target, (share, 1 - share))) == target


def test_targets_by_share() -> None:
    """Domain specification, 1.3, with the 60/40 split of R17."""
    assert split_target(100_001, (0.6, 0.4)) == (60_001, 40_000)
    assert split_actual(90_000, (0.6, 0.4)) == ((54_000, 36_000), Status.APPROX)
    for split in (split_target, split_actual):
        with pytest.raises(MethodError, match="E-SPLIT-SHARES"):
            split(100, (0.6, 0.5))


def test_nobody_gets_more_than_base_times_coefficients() -> None:
    """The stakes of the team come to 34,850; the rest of the pool stays."""
    found = share_pool(50_000, TEAM, at_most_stake=True)
    assert found.amounts == (12000, 9600, 6500, 3250, 3500)
    assert found.unallocated == 15_150
    assert share_pool(30_000, TEAM, at_most_stake=True) == share_pool(30_000, TEAM)


def test_days_and_the_department_bear_on_a_stake() -> None:
    assert Stake(8000, 1.2, 0.5, 1.1).share == pytest.approx(5280)


@given(
    pool=st.integers(0, 10**8).map(lambda n: n / 100),
    departments=st.dictionaries(st.sampled_from("ABCDE"), st.integers(0, 100), min_size=1),
    data=st.data(),
)
def test_two_stages_lose_no_cent(pool, departments, data) -> None:
    stakes = st.lists(st.builds(Stake, st.integers(0, 9000), st.sampled_from((0, 0.5, 1, 1.2, 1.5))), max_size=6)
    members = {name: data.draw(stakes) for name in departments}
    found = two_stage(pool, departments, members)
    handed = exact(amount for each in found.values() for amount in (*each.amounts, each.unallocated))
    assert handed == (Decimal(repr(pool)) if any(departments.values()) else 0)


def test_a_company_of_two_departments() -> None:
    """The department of the fixture has half of the company's pool, and the amounts of the fixture."""
    found = two_stage(100_000, {"D01": 1.2, "D02": 1.2}, {"D01": TEAM, "D02": (Stake(1, 1), Stake(1, 1), Stake(1, 1))})
    assert found["D01"].amounts == (17216.64, 13773.32, 9325.68, 4662.84, 5021.52)
    assert found["D02"].amounts == (16666.67, 16666.67, 16666.66)
