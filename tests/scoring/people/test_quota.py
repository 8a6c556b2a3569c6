"""Grades by quota."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_xl.scoring.people.quota import QUOTAS, competition_ranks, grade_proposal, quota_counts

GRADES = tuple(QUOTAS)
people = st.lists(st.none() | st.tuples(st.integers(60, 80).map(float), st.integers(0, 3)), max_size=40)


def test_the_quotas_of_the_specification() -> None:
    """Domain specification, 6.8: 23 people at 10/20/50/15/5 % are 2, 5, 12, 3, 1."""
    assert quota_counts(23, tuple(QUOTAS.values())) == (2, 5, 12, 3, 1)
    assert grade_proposal([(float(-i),) for i in range(23)]) == tuple("SSAAAAABBBBBBBBBBBBCCCD")


@given(count=st.integers(10, 3000))
def test_quotas_hand_out_everybody_and_are_less_than_one_off(count: int) -> None:
    found = quota_counts(count, tuple(QUOTAS.values()))
    assert sum(found) == count
    assert all(abs(n - share * count) < 1 for n, share in zip(found, QUOTAS.values(), strict=True))


@pytest.mark.parametrize(("count", "exempt"), [(9, True), (10, False)])
def test_a_small_team_has_no_quota(count: int, exempt: bool) -> None:
    assert (grade_proposal([(float(i),) for i in range(count)]) == (None,) * count) is exempt


def test_a_tie_across_a_line_goes_up_and_the_next_grade_shrinks() -> None:
    """Ten people at 20/80 %: the second and the third are equal."""
    keys = [(95.0,), (90.0,), (90.0,), *((80.0 - i,) for i in range(7))]
    assert grade_proposal(keys, {"A": 0.2, "B": 0.8}) == ("A",) * 3 + ("B",) * 7


def test_a_tie_may_take_the_whole_next_grade() -> None:
    keys = [(95.0,), *(((90.0,),) * 4), *((80.0 - i,) for i in range(5))]
    assert grade_proposal(keys, {"S": 0.2, "A": 0.2, "B": 0.6}) == ("S",) * 5 + ("B",) * 5


def test_who_is_withheld_has_no_grade_and_takes_no_place() -> None:
    keys = [None, *((90.0 - i,) for i in range(10))]
    assert grade_proposal(keys, {"A": 0.1, "B": 0.9}) == (None, "A", *("B",) * 9)


@given(keys=people, data=st.data())
def test_a_better_person_never_has_a_worse_grade_and_order_says_nothing(keys, data) -> None:
    grades = grade_proposal(keys)
    known = sorted(((key, grade) for key, grade in zip(keys, grades, strict=True) if key and grade), reverse=True)
    places = [GRADES.index(grade) for _, grade in known]
    assert places == sorted(places)
    order = data.draw(st.permutations(range(len(keys))))
    assert grade_proposal([keys[i] for i in order]) == tuple(grades[i] for i in order)


@given(keys=people)
def test_ranks_count_those_who_are_better(keys) -> None:
    known = [key for key in keys if key is not None]
    wanted = [None if key is None else 1 + sum(other > key for other in known) for key in keys]
    assert list(competition_ranks(keys)) == wanted


def test_ties_are_broken_in_the_order_of_the_specification() -> None:
    """Total, then the weightiest indicator, then the finance subtotal, then fewer deductions (6.9)."""
    keys = [(90, 80, 30, -1), (90, 80, 30, -2), (90, 85, 20, -9), (90, 80, 31, -9), (90, 80, 30, -1)]
    assert competition_ranks(keys) == (3, 5, 1, 2, 3)
