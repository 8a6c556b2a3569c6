"""How much totals and ranks hang on weights."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi_xl.scoring.weights.sensitivity import critical_weight, kendall_tau, moved, sensitivity, totals
from kpi_xl.scoring.weights.shares import shares

A, B, WEIGHTS = [90, 100, 110], [100, 95, 98], [0.5, 0.3, 0.2]
Case = tuple[list[list[int]], tuple[float, ...]]
cards = st.integers(1, 5).flatmap(
    lambda size: st.tuples(
        st.lists(st.lists(st.integers(0, 120), min_size=size, max_size=size), min_size=1, max_size=5),
        st.lists(st.integers(1, 50), min_size=size, max_size=size).map(shares),
    )
)


def test_the_weight_at_which_two_cards_swap() -> None:
    """R = 104 and 96.2: w = (96.2 - 104) / ((90 - 104) - (100 - 96.2)) = 7.8 / 17.8."""
    assert totals([A, B], WEIGHTS) == pytest.approx([97.0, 98.1])
    critical = critical_weight(A, B, WEIGHTS, 0)
    assert critical == pytest.approx(7.8 / 17.8)
    assert critical == pytest.approx(0.4382, abs=5e-5)


def test_cards_that_no_weight_makes_equal() -> None:
    """Worse in everything, and most or least in the first; the same distance in everything; one indicator alone."""
    assert critical_weight([50, 60, 70], [80, 70, 80], WEIGHTS, 0) is None
    assert critical_weight([50, 60, 70], [60, 70, 90], WEIGHTS, 0) is None
    assert critical_weight([50, 60, 70], [60, 70, 80], WEIGHTS, 0) is None
    assert critical_weight([50], [60], [1.0], 0) is None


@given(cards, st.data())
def test_at_the_critical_weight_totals_are_equal(case: Case, draw: st.DataObject) -> None:
    scores, weights = case
    kpi = draw.draw(st.integers(0, len(weights) - 1))
    critical = critical_weight(scores[0], scores[-1], weights, kpi)
    if critical is not None:
        one, other = totals([scores[0], scores[-1]], moved(weights, kpi, critical))
        assert one == pytest.approx(other, abs=1e-9)


def test_a_tenth_more_of_each_weight() -> None:
    """By hand: the first weight at .55 leaves .45 in proportion 3:2; a = 49.5 + 46.8 = 96.3, b = 55 + 43.29."""
    shifts = sensitivity([A, B], WEIGHTS)
    assert [(each.kpi, each.change) for each in shifts] == [(j, sign * 0.1) for j in range(3) for sign in (1, -1)]
    assert moved(WEIGHTS, 0, 0.55) == pytest.approx([0.55, 0.27, 0.18])
    assert shifts[0].max_total_change == pytest.approx(0.7)
    assert shifts[0].tau == 1.0


def test_a_tenth_can_turn_a_ranking_round() -> None:
    """The two totals are equal at .4382, so that from .47 a tenth less swaps them and a tenth more does not."""
    more, less, *_ = sensitivity([A, B], [0.47, 0.318, 0.212])
    assert (more.tau, less.tau) == (1.0, -1.0)


@given(cards)
def test_changed_weights_still_sum_to_one(case: Case) -> None:
    scores, weights = case
    for shift in sensitivity(scores, weights):
        changed = moved(weights, shift.kpi, min(1.0, weights[shift.kpi] * (1 + shift.change)))
        assert sum(changed) == pytest.approx(1, abs=1e-12)
        assert min(changed) >= 0
        assert shift.max_total_change <= 120
        assert shift.tau is None or -1 <= shift.tau <= 1


def test_one_indicator_cannot_give_way() -> None:
    assert {each.max_total_change for each in sensitivity([[80], [90]], [1.0])} == {0.0}


@pytest.mark.parametrize(
    ("one", "other", "tau"),
    [
        ([1, 2, 3, 4], [1, 2, 3, 4], 1),
        ([1, 2, 3, 4], [4, 3, 2, 1], -1),
        ([1, 2, 3], [1, 3, 2], 1 / 3),
        ([1, 1, 2], [1, 2, 3], 2 / 6**0.5),
        ([1, 1, 1], [1, 2, 3], None),
        ([5], [5], None),
        ([], [], None),
    ],
)
def test_agreement_of_rankings(one: list[float], other: list[float], tau: float | None) -> None:
    """Ties by hand: 2 of 2 untied pairs agree, over the root of 2 * 3."""
    assert kendall_tau(one, other) == (None if tau is None else pytest.approx(tau))


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=2, max_size=8))
def test_tau_is_the_one_of_scipy(pairs: list[tuple[int, int]]) -> None:
    stats = pytest.importorskip("scipy.stats", reason="an independent program computes tau-b")
    one, other = zip(*pairs, strict=True)
    found = kendall_tau(one, other)
    if found is not None:
        assert found == pytest.approx(stats.kendalltau(one, other).statistic, abs=1e-12)
