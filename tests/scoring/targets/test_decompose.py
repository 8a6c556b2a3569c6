"""A year's target split: sums exact to the unit whatever the season, the units and the sign."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_xl.errors import MethodError
from kpi_xl.scoring.targets.decompose import around_mean, by_season, decompose, rates, reconcile
from kpi_xl.scoring.targets.seasons import seasonal_indices
from tests.scoring.targets.fixtures import TWO_YEARS

shapes = st.lists(st.floats(0.01, 10), min_size=2, max_size=12)
cents = st.integers(-10_000_000, 10_000_000).map(lambda count: count / 100)


def exact(values: object) -> Decimal:
    return sum((Decimal(repr(value)) for value in values), Decimal())  # type: ignore[attr-defined]


def test_the_worked_year() -> None:
    """1,500.00 by the season of 2022 and 2023; each within a cent of its exact share."""
    indices = seasonal_indices(TWO_YEARS, 2024).indices
    months = by_season(1500.0, indices)
    assert exact(months) == 1500
    assert list(months) == pytest.approx([125 * index for index in indices], abs=0.01)


@given(cents, shapes, st.data())
def test_every_sum_is_exact(annual: float, indices: list[float], draw: st.DataObject) -> None:
    n_units = draw.draw(st.integers(1, 6))
    row = st.lists(st.floats(0.01, 10), min_size=n_units, max_size=n_units)
    own = draw.draw(st.lists(row, min_size=len(indices), max_size=len(indices)) | row.map(lambda one: [one]))
    found = decompose(annual, indices, own)
    assert exact(found.periods) == Decimal(repr(annual))
    for period, units in zip(found.periods, found.units, strict=True):
        assert exact(units) == Decimal(repr(period))
    for place, total in enumerate(found.unit_totals):
        assert exact(row[place] for row in found.units) == Decimal(repr(total))
    assert exact(found.unit_totals) == Decimal(repr(annual))


@given(cents, shapes, st.lists(st.floats(0.01, 10), min_size=2, max_size=6))
def test_a_unit_is_within_a_cent_a_month_of_its_share(annual: float, indices: list[float], own: list[float]) -> None:
    found = decompose(annual, indices, [own])
    shares = [each / sum(own) for each in own]
    for total, share, difference in zip(found.unit_totals, shares, found.differences, strict=True):
        assert total - annual * share == pytest.approx(difference, abs=1e-6)
        assert abs(difference) <= 0.01 * len(indices) * 2 + 1e-6


@given(st.integers(0, 10_000), st.permutations([1.0, 2.5, 3.25, 4.125, 7.0]))
def test_the_order_of_units_does_not_matter(annual: int, own: list[float]) -> None:
    one, other = decompose(annual, [1, 2], [own], 1), decompose(annual, [1, 2], [sorted(own)], 1)
    assert sorted(one.unit_totals) == sorted(other.unit_totals)
    assert dict(zip(own, one.unit_totals, strict=True)) == dict(zip(sorted(own), other.unit_totals, strict=True))


@given(cents, shapes)
def test_a_mean_is_met_exactly(annual: float, indices: list[float]) -> None:
    assert exact(around_mean(annual, indices)) == Decimal(repr(annual)) * len(indices)


def test_the_worked_rates() -> None:
    found = rates(0.033, [100, 200, 300], [0.02, 0.03, 0.04])
    assert found.scale == pytest.approx(0.99)
    assert found.periods == pytest.approx((0.0198, 0.0297, 0.0396))


@given(st.floats(0.001, 1), st.lists(st.tuples(st.floats(0, 1e6), st.floats(0.001, 1)), min_size=1, max_size=12))
def test_a_rate_is_met_under_its_denominators(annual: float, periods: list[tuple[float, float]]) -> None:
    denominators, shape = zip(*periods, strict=True)
    if sum(denominators) < 1e-3:
        return
    found = rates(annual, denominators, shape).periods
    whole = sum(den * rate for den, rate in zip(denominators, found, strict=True)) / sum(denominators)
    assert whole == pytest.approx(annual, rel=1e-9)


@pytest.mark.parametrize(
    ("annual", "indices", "unit", "code"),
    [
        (100.005, [1, 1], 0.01, "E-ALLOC-UNIT"),
        (100, [1, 1], 0, "E-ALLOC-UNIT"),
        (100, [1, -1], 1, "E-WEIGHT-AMOUNT"),
        (100, [0, 0], 1, "E-WEIGHT-NOTHING"),
        (100, [], 1, "E-WEIGHT-NOTHING"),
        (float("nan"), [1], 1, "E-ALLOC-UNIT"),
    ],
)
def test_what_cannot_be_split(annual: float, indices: list[float], unit: float, code: str) -> None:
    with pytest.raises(MethodError, match=code):
        by_season(annual, indices, unit)


def test_units_need_a_share_in_every_month() -> None:
    with pytest.raises(MethodError, match="E-WEIGHT-NOTHING"):
        decompose(100, [1, 1], [[1, 1], [0, 0]], 1)
    with pytest.raises(MethodError, match="E-WEIGHT-LENGTH"):
        decompose(100, [1, 1], [[1, 1], [1, 1], [1, 1]], 1)


@pytest.mark.parametrize(("denominators", "shape"), [([0, 0], [1, 1]), ([1, 1], [0, 0]), ([0, 1], [1, 0])])
def test_a_shape_without_weight(denominators: list[float], shape: list[float]) -> None:
    with pytest.raises(MethodError, match="E-RATE-SHAPE"):
        rates(0.5, denominators, shape)


def test_nothing_and_less_than_nothing_are_split_too() -> None:
    assert by_season(0, [1, 2], 1) == (0.0, 0.0)
    assert by_season(-100, [1, 3], 1) == (-25.0, -75.0)


def test_what_units_propose_is_brought_to_the_target() -> None:
    """90 + 60 of 180: a gap of 30, a sixth; in proportion 108 and 72; by potential 1:2 100 and 80."""
    assert reconcile(180, [90, 60]).targets == (108.0, 72.0)
    assert reconcile(180, [90, 60], "potential", [1, 2]).targets == (100.0, 80.0)
    held = reconcile(180, [90, 60], "hold")
    assert (held.targets, held.gap, held.gap_share) == ((90.0, 60.0), 30.0, pytest.approx(1 / 6))


@given(st.integers(1, 10**6), st.lists(st.integers(1, 10**5), min_size=1, max_size=8), st.data())
def test_reconciled_targets_add_up(target: int, proposals: list[int], draw: st.DataObject) -> None:
    potential = draw.draw(st.lists(st.integers(1, 9), min_size=len(proposals), max_size=len(proposals)))
    assert sum(reconcile(target, proposals, unit=1).targets) == target
    if target >= sum(proposals):
        assert sum(reconcile(target, proposals, "potential", potential, 1).targets) == target


def test_no_target_has_no_share_of_a_gap() -> None:
    assert reconcile(0, [1, 2], "hold").gap_share is None


def test_units_may_be_set_in_finer_steps_than_their_periods() -> None:
    """100 in two months of 50, in tens; by 1 : 2 each to the piece: 17 and 33."""
    found = decompose(100, [1, 1], [[1, 2]], 10, 1)
    assert found.periods == (50, 50)
    assert found.units == ((17, 33), (17, 33))
