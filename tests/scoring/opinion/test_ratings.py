"""Ratings: who counts, how much, and when there is no score at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_xl.model.status import Status
from kpi_xl.scoring.opinion.ratings import ROLE_WEIGHTS, Rating, panel, trimmed_mean

quarter = st.integers(0, 480).map(lambda n: n / 4)
ratings = st.lists(st.builds(Rating, st.sampled_from(tuple(ROLE_WEIGHTS)), quarter | st.none()), max_size=20)


def codes(found) -> list[str]:
    return [problem.code for problem in found.points.problems]


@given(rated=ratings, data=st.data())
def test_the_order_of_the_raters_says_nothing(rated, data) -> None:
    assert panel(rated).points == panel(data.draw(st.permutations(rated))).points


@given(rated=ratings)
def test_points_lie_between_the_lowest_and_the_highest(rated) -> None:
    value = panel(rated).points.value
    if value is not None:
        given_points = [rating.points for rating in rated if rating.points is not None]
        assert min(given_points) - 1e-9 <= value <= max(given_points) + 1e-9


@given(rated=ratings, times=st.integers(1, 9))
def test_only_the_proportion_of_the_weights_counts(rated, times) -> None:
    scaled = {role: weight * times for role, weight in ROLE_WEIGHTS.items()}
    one, other = panel(rated).points, panel(rated, scaled).points
    assert one.status is other.status
    assert one.value == (None if other.value is None else pytest.approx(other.value))


@given(rated=ratings)
def test_effective_weights_sum_to_one_where_somebody_counts(rated) -> None:
    found = panel(rated)
    if found.points.value is not None:
        assert sum(role.effective for role in found.roles) == pytest.approx(1)


@given(values=st.lists(quarter, min_size=1, max_size=12), drop=st.integers(0, 3), data=st.data())
def test_a_trimmed_mean_is_not_moved_by_how_extreme_an_extreme_is(values, drop, data) -> None:
    assert min(values) <= trimmed_mean(values, drop) <= max(values)
    if len(values) >= 5 and 0 < 2 * drop < len(values):
        assert trimmed_mean([*sorted(values)[:-1], 1e6], drop) == trimmed_mean(values, drop)


@pytest.mark.parametrize(("count", "left_out"), [(4, 0), (5, 2), (9, 2)])
def test_trimming_starts_at_five_raters_of_a_role(count: int, left_out: int) -> None:
    found = panel([Rating("superior", 80), *(Rating("peer", 10 * i) for i in range(count))])
    assert {role.role: role.left_out for role in found.roles}["peer"] == left_out


def test_nobody_rated() -> None:
    assert panel([]).points.status is Status.MISSING
    assert panel([Rating("superior", None)]).points.status is Status.MISSING


def test_a_rater_who_gave_no_level_is_not_a_zero() -> None:
    assert panel([Rating("superior", 85), Rating("superior", None)]).points.value == 85


@pytest.mark.parametrize(
    ("roles", "status"),
    [
        (("superior",), Status.OK),
        (("peer", "partner", "self"), Status.OK),
        (("peer", "partner"), Status.INSUFFICIENT),
        (("self",), Status.INSUFFICIENT),
    ],
)
def test_half_of_the_weight_must_have_rated(roles: tuple[str, ...], status: Status) -> None:
    """Superior 50, peer 20, partner 20, self 10: a half exactly is enough."""
    found = panel([Rating(role, 85) for role in roles])
    assert found.points.status is status
    assert found.points.value == pytest.approx(85), "shown, though too few have rated to score"
    assert codes(found) == ["W-RATING-ABSENT" if status is Status.OK else "W-RATING-PRESENT"]


def test_a_role_without_a_weight_is_shown_and_does_not_count() -> None:
    found = panel([Rating("superior", 80), Rating("self", 120)], {"superior": 1.0, "self": 0.0})
    assert found.points.value == 80
    assert [(role.role, role.mean, role.effective) for role in found.roles] == [("superior", 80, 1), ("self", 120, 0)]
    assert panel([Rating("customer", 90), Rating("superior", 80)]).points.value == 80


@pytest.mark.parametrize(("own", "wanted"), [(0.1, []), (0.11, ["E-RATING-SELF"]), (-0.1, ["E-RATING-WEIGHTS"])])
def test_the_own_rating_holds_a_tenth_at_most(own: float, wanted: list[str]) -> None:
    found = panel([Rating("superior", 80), Rating("self", 80)], {"superior": 1 - own, "self": own})
    assert codes(found) == wanted


def test_weights_of_nothing_cannot_score() -> None:
    found = panel([Rating("superior", 80)], {"superior": 0.0})
    assert (found.points.status, codes(found)) == (Status.CONFIG_ERROR, ["E-RATING-WEIGHTS"])
