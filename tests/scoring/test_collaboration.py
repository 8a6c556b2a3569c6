"""Work across units: §1.3 of the specification."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import fsum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_xl.errors import MethodError
from kpi_xl.library import presets
from kpi_xl.model.status import Status
from kpi_xl.scoring.collaboration import (
    Handoff,
    HandoffRate,
    Part,
    collaboration_weight,
    cycle_hours,
    handoff_matrix,
    handoff_rate,
    is_collaborative,
    is_in_order,
    part_problems,
    unit_actuals,
    unit_targets,
    waiting_hours,
)

MONDAY = datetime(2026, 3, 2, 9)
CUTOFF = datetime(2026, 3, 31, 18)


def at(hours: float) -> datetime:
    return MONDAY + timedelta(hours=hours)


def test_two_units_at_sixty_and_forty_make_the_parent_s_target_exactly() -> None:
    """R17; 100,001 orders cannot be split without a rest."""
    assert unit_targets("SHARED-SPLIT", 100_001, (0.6, 0.4)) == (60_001, 40_000)
    assert unit_targets("SHARED-FULL", 0.032, (0.6, 0.4)) == (0.032, 0.032)
    assert unit_targets("OWN", 5.0, (1.0,)) == (5.0,)
    with pytest.raises(MethodError, match="E-SHARE-OWN"):
        unit_targets("OWN", 5.0, (0.5, 0.5))
    with pytest.raises(MethodError, match="E-SPLIT-SHARES"):
        unit_targets("SHARED-SPLIT", 5.0, (0.5, 0.4))


@given(st.integers(0, 10**9), st.lists(st.integers(1, 1000), min_size=1, max_size=12))
def test_split_targets_sum_to_the_parent_s(target: int, parts: list[int]) -> None:
    shares = [part / sum(parts) for part in parts]
    split = unit_targets("SHARED-SPLIT", float(target), shares)
    assert sum(split) == target
    assert all(abs(each - target * share) < 1 for each, share in zip(split, shares, strict=True))


def test_actuals_are_the_joint_one_the_unit_s_own_or_an_approximation() -> None:
    assert unit_actuals("SHARED-FULL", 0.031, (0.6, 0.4)) == ((0.031, 0.031), Status.OK)
    assert unit_actuals("SHARED-SPLIT", 100.0, (0.6, 0.4), (70.0, 30.0)) == ((70.0, 30.0), Status.OK)
    assert unit_actuals("SHARED-SPLIT", 100.0, (0.6, 0.4)) == ((60.0, 40.0), Status.APPROX)


def test_what_is_missing_stays_missing() -> None:
    assert unit_actuals("SHARED-FULL", None, (0.6, 0.4)) == ((None, None), Status.MISSING)
    assert unit_actuals("SHARED-SPLIT", None, (0.6, 0.4)) == ((None, None), Status.MISSING)
    assert unit_actuals("SHARED-SPLIT", 100.0, (0.6, 0.4), (70.0, None)) == ((70.0, None), Status.MISSING)


def test_one_unit_answers_and_split_shares_make_a_whole() -> None:
    fine = [Part("CVR", "平台", "A", "SHARED-SPLIT", 0.6), Part("CVR", "商品", "R", "SHARED-SPLIT", 0.4)]
    assert part_problems(fine) == ()
    assert [each.code for each in part_problems(fine[1:])] == ["W-RACI-ACCOUNTABLE", "W-RACI-SHARES"]
    two = [Part("CVR", "平台", "A"), Part("CVR", "商品", "A")]
    assert part_problems(two)[0].args == {"found": 2, "units": "平台, 商品"}


@given(st.integers(2, 40))
def test_equal_shares_of_any_number_of_units_are_a_whole(count: int) -> None:
    parts = [Part("ORD", str(n), "A" if n == 0 else "R", "SHARED-SPLIT", 1 / count) for n in range(count)]
    assert part_problems(parts) == ()


@pytest.mark.parametrize("name", presets())
def test_every_shipped_card_hangs_on_working_together(name: str) -> None:
    """§2.4: each card reaches the 10 %."""
    assert is_collaborative(collaboration_weight(presets()[name].weights))


def test_the_book_s_modes_win_over_the_library_s() -> None:
    weights = {"CVR": 0.10, "REV": 0.85, "COLLAB": 0.05}
    assert collaboration_weight(weights) == 0.15
    assert collaboration_weight(weights, {"CVR": "OWN", "REV": "SHARED-FULL"}) == 0.90
    assert not is_collaborative(collaboration_weight(weights, {}))


def handoff(done: float | None, accepted: float | None, reworks: int = 0, finished: float | None = None) -> Handoff:
    times = [None if each is None else at(each) for each in (done, accepted, finished)]
    return Handoff("平台", "商品", at(24), times[0], times[1], reworks, times[2])


@pytest.mark.parametrize(
    ("given_", "fine"),
    [
        (handoff(20, 22), True),
        (handoff(24, 30), True),            # in time, whenever the receiver looks at it
        (handoff(25, 26), False),
        (handoff(20, None), False),         # the giver says so, the receiver does not
        (handoff(20, 22, reworks=1), False),
        (handoff(None, None), False),
    ],
)
def test_on_time_and_accepted_at_the_first_attempt(given_: Handoff, fine: bool) -> None:
    assert is_in_order(given_) is fine


def test_the_receiver_s_clock_starts_at_acceptance() -> None:
    """Due after 24 hours, accepted after 30, finished after 40: six hours waiting, ten of work."""
    late = handoff(29, 30, finished=40)
    assert (waiting_hours(late), cycle_hours(late, CUTOFF)) == (6.0, 10.0)
    early = handoff(10, 12, finished=20)
    assert (waiting_hours(early), cycle_hours(early, CUTOFF)) == (0.0, 8.0)


def test_waiting_is_nobody_s_cycle_time_and_open_work_runs_to_the_cutoff() -> None:
    assert waiting_hours(handoff(29, None)) is None
    assert cycle_hours(handoff(29, None), CUTOFF) is None
    assert cycle_hours(handoff(29, 30), at(36)) == 6.0
    assert cycle_hours(handoff(29, 30), at(29)) is None


def test_what_is_not_due_is_in_neither_number() -> None:
    future = Handoff("平台", "商品", CUTOFF + timedelta(days=1), None, None)
    rate = handoff_rate([handoff(20, 22), handoff(25, 26), handoff(None, None), future], CUTOFF)
    assert rate == HandoffRate(1, 3)
    assert handoff_rate([future], CUTOFF).value is None


def test_the_matrix_says_who_hands_to_whom() -> None:
    back = Handoff("商品", "平台", at(24), at(20), at(21))
    found = handoff_matrix([handoff(20, 22), back, handoff(25, 26)], CUTOFF)
    assert found == {("商品", "平台"): HandoffRate(1, 1), ("平台", "商品"): HandoffRate(1, 2)}


@given(st.lists(st.tuples(st.sampled_from("AB"), st.sampled_from("CD"), st.booleans()), max_size=20))
def test_the_matrix_counts_every_hand_off_once(pairs: list[tuple[str, str, bool]]) -> None:
    items = [Handoff(a, b, at(24), at(1) if ok else at(30), at(31)) for a, b, ok in pairs]
    found = handoff_matrix(items, CUTOFF).values()
    whole = handoff_rate(items, CUTOFF)
    assert (fsum(each.num for each in found), fsum(each.den for each in found)) == (whole.num, whole.den)
