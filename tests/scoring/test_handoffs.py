"""Hand-offs between units: §1.3 of the specification."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from math import fsum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_xl.scoring.handoffs import (
    Handoff,
    HandoffRate,
    chained,
    cycle_hours,
    flows,
    handoff_rate,
    is_in_order,
    waiting_hours,
)

MONDAY = datetime(2026, 3, 2, 9)
CUTOFF = datetime(2026, 3, 31, 18)


def at(hours: float) -> datetime:
    return MONDAY + timedelta(hours=hours)


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
    """Two hours of waiting over two hand-offs; what was never accepted waits still, and is no hour of anybody."""
    back = Handoff("商品", "平台", at(24), at(20), at(21))
    found = flows([handoff(20, 22), back, handoff(25, 26), handoff(None, None)], CUTOFF)
    assert [(pair, flow.rate, flow.waiting) for pair, flow in found.items()] == [
        (("商品", "平台"), HandoffRate(1, 1), 0.0), (("平台", "商品"), HandoffRate(1, 3), 1.0),
    ]  # fmt: skip


def test_the_receiver_s_cycle_leaves_out_the_waiting() -> None:
    """Due after 24 hours, accepted after 30, handed on after 40: ten hours of work, not sixteen."""
    first = replace(handoff(29, 30), item="A")
    on, other = (Handoff("商品", "用户", at(48), at(done), at(done + 1), item=item) for done, item in ((40, "A"), (33, "B")))
    flow = flows(chained([first, on, other]), CUTOFF)["平台", "商品"]
    assert (flow.ended, flow.cycle, flow.waiting) == (1, 10.0, 6.0)
    assert flows(chained([first, other]), CUTOFF)["平台", "商品"].cycle is None


def test_a_name_that_stands_for_many_things_chains_nothing() -> None:
    weekly = [replace(handoff(29, 30), item="周报"), *(
        Handoff("商品", "用户", at(48), at(done), at(done + 1), item="周报") for done in (40, 50))]  # fmt: skip
    assert flows(chained(weekly), CUTOFF)["平台", "商品"].ended == 0


def test_what_nobody_noted_did_not_pass_at_once() -> None:
    assert not is_in_order(replace(handoff(20, 22), reworks=None))


@given(st.lists(st.tuples(st.sampled_from("AB"), st.sampled_from("CD"), st.booleans()), max_size=20))
def test_the_matrix_counts_every_hand_off_once(pairs: list[tuple[str, str, bool]]) -> None:
    items = [Handoff(a, b, at(24), at(1) if ok else at(30), at(31)) for a, b, ok in pairs]
    found = flows(items, CUTOFF).values()
    whole = handoff_rate(items, CUTOFF)
    assert (fsum(each.rate.num for each in found), fsum(each.rate.den for each in found)) == (whole.num, whole.den)
