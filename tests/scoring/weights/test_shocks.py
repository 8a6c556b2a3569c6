"""Random weights: what they change is what a plain loop would count, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi_xl.errors import MethodError
from kpi_xl.scoring.grades import band_of, scheme
from kpi_xl.scoring.rounding import excel_round
from kpi_xl.scoring.weights.sensitivity import moved, totals
from kpi_xl.scoring.weights.shares import shares
from kpi_xl.scoring.weights.shocks import Weighed, shocks, swaps

BANDS = scheme("BAND120")
WEIGHTS = (0.5, 0.3, 0.2)
A, B = Weighed((90.0, 100.0, 110.0), WEIGHTS), Weighed((100.0, 95.0, 98.0), WEIGHTS)


@pytest.fixture(autouse=True)
def needs_numpy() -> None:
    pytest.importorskip("numpy", reason="numpy draws and computes the shocks")


def total(card: Weighed, factors: list[float]) -> float:
    known = [(score, weight * factor) for score, weight, factor in zip(card.scores, card.weights, factors, strict=True)
             if score is not None]
    mean = sum(score * weight for score, weight in known) / sum(weight for _, weight in known)
    return min(120.0, max(0.0, excel_round(excel_round(mean + card.adjust, 9), 2)))


def ranks(values: list[float]) -> list[int]:
    return [1 + sum(other > value for other in values) for value in values]


def test_a_plain_loop_counts_the_same() -> None:
    """The same draws one by one: ten cards, two without an item, one with a bonus."""
    numpy = pytest.importorskip("numpy")
    random = Random(1)
    cards = [Weighed(tuple(random.uniform(60, 120) for _ in WEIGHTS), WEIGHTS, random.choice((0.0, 3.0))) for _ in range(10)]
    cards[3] = replace(cards[3], scores=(None, *cards[3].scores[1:]))
    cards[7] = replace(cards[7], scores=(*cards[7].scores[:2], None))
    found = shocks(cards, BANDS, n=300, seed=5)
    drawn = numpy.random.default_rng(5).uniform(0.8, 1.2, (300, 3)).tolist()
    plain = [[total(card, factors) for card in cards] for factors in [[1.0] * 3, *drawn]]
    graded = [[band_of(value, BANDS).grade for value in row] for row in plain]
    ranked = [ranks(row) for row in plain]
    for place, card in enumerate(found.cards):
        assert card is not None
        column = [row[place] for row in plain]
        assert card.total == column[0]
        assert (card.lowest, card.highest) == (pytest.approx(min(column)), pytest.approx(max(column)))
        assert card.grade_changes == sum(row[place] != graded[0][place] for row in graded) / 300
        assert card.rank_changes == sum(row[place] != ranked[0][place] for row in ranked) / 300
        assert card.best_rank == min(row[place] for row in ranked)
        assert card.worst_rank == max(row[place] for row in ranked)
    assert found.any_grade == sum(row != graded[0] for row in graded) / 300
    assert found.any_rank == sum(row != ranked[0] for row in ranked) / 300


def test_a_seed_shakes_the_same_again() -> None:
    one, same, other = shocks([A, B], BANDS, n=500), shocks([A, B], BANDS, n=500), shocks([A, B], BANDS, n=500, seed=3)
    assert one == same != other


def test_no_shock_changes_nothing() -> None:
    found = shocks([A, B], BANDS, size=0.0, n=10)
    assert (found.any_grade, found.any_rank) == (0.0, 0.0)
    assert [(each.lowest, each.total, each.highest) for each in found.cards if each] == [(97.0,) * 3, (98.1,) * 3]


def test_more_than_one_batch_is_counted() -> None:
    assert shocks([A, B], BANDS, n=2500).cards[0] is not None
    assert 0 < shocks([A, B], BANDS, n=2500).any_rank < 1


@settings(deadline=None, max_examples=25)
@given(st.permutations(range(6)), st.integers(0, 9))
def test_the_order_of_cards_does_not_matter(order: list[int], seed: int) -> None:
    random = Random(seed)
    cards = [Weighed(tuple(float(random.randint(60, 120)) for _ in WEIGHTS), WEIGHTS) for _ in range(6)]
    plain, moved_about = shocks(cards, BANDS, n=50), shocks([cards[place] for place in order], BANDS, n=50)
    assert [plain.cards[place] for place in order] == list(moved_about.cards)
    assert plain.any_rank == moved_about.any_rank


def test_equal_scores_stand_whatever_the_weights() -> None:
    """A card that has 88 in everything is moved by no weight; two that are equal share a rank."""
    flat = Weighed((88.0,) * 3, WEIGHTS)
    found = shocks([flat, flat], BANDS, n=100)
    for card in found.cards:
        assert card is not None
        assert (card.lowest, card.highest, card.best_rank, card.worst_rank) == (88.0, 88.0, 1, 1)


def test_a_card_without_scores_is_not_ranked() -> None:
    blank = Weighed((None,) * 3, WEIGHTS)
    watched = Weighed((90.0, None, None), (0.0, 0.5, 0.5))
    found = shocks([blank, A, watched, B], BANDS, n=200)
    assert found.cards[0] is found.cards[2] is None
    assert found.cards[1] == shocks([A, B], BANDS, n=200).cards[0]
    assert shocks([blank], BANDS, n=5).any_rank == 0.0
    assert shocks([], BANDS).cards == ()


def test_cards_are_ranked_in_their_groups() -> None:
    found = shocks([replace(A, group="头部"), B], BANDS, n=200)
    assert [each.worst_rank for each in found.cards if each] == [1, 1]
    assert found.any_rank == 0.0


def test_a_bonus_moves_a_card_and_the_top_stops_it() -> None:
    high = Weighed((119.0, 119.0, 119.0), WEIGHTS, adjust=5.0)
    (card,) = shocks([high], BANDS, n=20).cards
    assert card is not None
    assert card.total == card.highest == 120.0


@pytest.mark.parametrize(("size", "n"), [(1.0, 10), (-0.1, 10), (0.2, 0), (float("nan"), 10)])
def test_sizes_that_are_none(size: float, n: int) -> None:
    with pytest.raises(MethodError, match="E-SHOCK-SIZE"):
        shocks([A], BANDS, size=size, n=n)


def test_cards_have_the_same_indicators() -> None:
    with pytest.raises(MethodError, match="E-WEIGHT-LENGTH"):
        shocks([A, Weighed((1.0,), (1.0,))], BANDS)
    with pytest.raises(MethodError, match="E-WEIGHT-AMOUNT"):
        shocks([Weighed((1.0,), (-1.0,))], BANDS)


def test_the_nearest_swap_of_two_neighbours() -> None:
    """Domain 4.4: the first weight at .4382, which is .5 less an eighth."""
    found = swaps([A.scores, B.scores], WEIGHTS)  # type: ignore[list-item]
    assert found[0].kpi == 0
    assert (found[0].ahead, found[0].behind) == (1, 0)
    assert (found[0].critical, found[0].change) == (pytest.approx(0.4382, abs=5e-5), pytest.approx(7.8 / 17.8 / 0.5 - 1))


rows = st.lists(st.lists(st.integers(60, 120).map(float), min_size=3, max_size=3), min_size=2, max_size=6)


@given(rows, st.lists(st.integers(1, 9), min_size=3, max_size=3).map(shares))
def test_at_a_critical_weight_the_neighbours_are_equal(scores: list[list[float]], weights: tuple[float, ...]) -> None:
    found = swaps(scores, weights)
    for swap in found:
        pair = totals([scores[swap.ahead], scores[swap.behind]], moved(weights, swap.kpi, swap.critical))
        assert pair[0] == pytest.approx(pair[1], abs=1e-9)
    assert [abs(swap.change) for swap in found] == sorted(abs(swap.change) for swap in found)
