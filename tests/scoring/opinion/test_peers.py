"""Points among peers: they hang on the group and on nothing else about it."""

from __future__ import annotations

from math import fsum
from statistics import fmean, pstdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_xl.scoring.opinion.peers import Ladder, Spread, percentile, rank, zscore
from tests.scoring.opinion.opinions import Opinion

quarter = st.integers(-400, 400).map(lambda n: n / 4)
groups = st.lists(quarter, min_size=2, max_size=12)
signs = st.sampled_from((1, -1))
PLACES = (
    lambda own, group, sign: rank(own, group, sign, 9, Ladder()),
    lambda own, group, sign: percentile(own, group, sign, 9, Ladder()),
    lambda own, group, sign: zscore(own, group, sign, 9, Spread()),
    lambda own, group, sign: zscore(own, group, sign, 9, Spread(robust=True)),
)


@pytest.mark.parametrize("place", PLACES)
@given(group=groups, sign=signs, data=st.data())
def test_the_order_of_the_group_says_nothing(place, group, sign, data) -> None:
    shuffled = data.draw(st.permutations(group))
    assert [place(own, group, sign) for own in group] == [place(own, shuffled, sign) for own in group]


@pytest.mark.parametrize("place", PLACES)
@given(group=groups, sign=signs)
def test_who_is_better_never_gets_less_and_who_is_equal_gets_the_same(place, group, sign) -> None:
    points = {own: place(own, group, sign).value for own in group}
    in_order = [points[own] for own in sorted(points, key=lambda own: sign * own)]
    assert in_order == sorted(in_order)


@given(group=groups, sign=signs)
def test_ranks_hand_out_the_middle_on_average(group, sign) -> None:
    """Zero-sum: whatever the actuals, the points of a group sum to the same."""
    for place in PLACES[:2]:
        assert fsum(place(own, group, sign).value for own in group) == pytest.approx(90 * len(group))


@given(group=groups.filter(lambda group: len(set(group)) > 1))
def test_deviations_are_those_of_a_population(group) -> None:
    for own in group:
        wanted = 80 + 10 * (own - fmean(group)) / pstdev(group)
        assert zscore(own, group, 1, 9, Spread()).value == pytest.approx(wanted, abs=1e-6)


@given(group=groups, sign=signs)
def test_less_is_better_is_more_is_better_turned_around(group, sign) -> None:
    for place in PLACES:
        assert place(group[0], group, sign) == place(-group[0], [-each for each in group], -sign)


def test_robust_deviations_shrug_off_an_outlier() -> None:
    """Median 88, deviations 7 0 0 18 28: their median is 7."""
    assert zscore(95, (95, 88, 88, 70, 60), 1, 9, Spread(robust=True)).value == pytest.approx(80 + 10 / 1.4826)
    far = zscore(95, (95, 88, 88, 70, -1e6), 1, 9, Spread(robust=True)).value
    assert far == zscore(95, (95, 88, 88, 70, 60), 1, 9, Spread(robust=True)).value


@pytest.mark.parametrize("rule", ["RANK", "PERCENTILE"])
def test_one_alone_has_the_base_and_says_so(rule: str) -> None:
    case = Opinion(rule, "peers=42; base=90")
    assert (case.score(42), case.told(42)) == (90.0, ["W-PEERS-FEW"])


@pytest.mark.parametrize("rule", ["RANK", "PERCENTILE"])
def test_when_all_are_equal_all_have_the_middle(rule: str) -> None:
    assert Opinion(rule, "peers=7,7,7,7,7; smin=50; smax=110").score(7) == 80.0


def test_a_small_group_is_scored_against_the_target_where_there_is_one() -> None:
    alone = Opinion("RANK", "peers=0.21,0.19", target=0.22, threshold=0.18)
    assert (alone.score(0.21), alone.told(0.21)) == (90.0, ["W-PEERS-FEW"])
    assert Opinion("RANK", "peers=0.21,0.19; points=0.18:60,0.22:100").score(0.21) == 90.0
    assert Opinion("RANK", "peers=0.21,0.19", target=0.22).score(0.21) == 120.0
    large = Opinion("RANK", "peers=0.21,0.19,0.18,0.17,0.16", target=0.22, threshold=0.18)
    assert (large.score(0.21), large.told(0.21)) == (120.0, [])


def test_equal_is_equal_at_the_indicators_digits() -> None:
    fine, coarse = (Opinion("RANK", "peers=3.001,3.004,1,1,1", digits=digits) for digits in (3, 2))
    assert (fine.score(3.004), fine.score(3.001)) == (120.0, 105.0)
    assert coarse.score(3.004) == coarse.score(3.001) == 112.5


def test_peers_are_shown_with_as_many_decimals_as_the_actual() -> None:
    assert Opinion("RANK", "peers=0.02996,0.0301,0.01,0.01,0.01; decimals=3").score(0.0304) == 112.5


def test_a_peer_without_a_figure_is_no_peer() -> None:
    assert Opinion("RANK", "peers=95,—,88,88,,70,60").score(70) == 75.0


def test_the_group_holds_the_one_who_is_scored() -> None:
    assert Opinion("RANK", "peers=95,88,70").told(90) == ["E-PEERS-SELF"]


def test_a_group_without_spread_says_so() -> None:
    assert Opinion("ZSCORE", "peers=3,3,3,3,3; m=75").told(3) == ["W-PEERS-ALIKE"]
    assert Opinion("ZSCORE", "peers=3,3,3,3,9; robust=1").score(9) == 80.0
