"""When a confirmed target may change, and what it becomes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_xl.model.periods import Period
from kpi_xl.scoring.targets.reset import REASONS, Change, reset

APRIL = Period(2026, "M", 4)
CHANGE = Change(160.0, date(2026, 4, 11), date(2026, 4, 8), "scope", "总经理")


def test_old_and_new_by_their_days() -> None:
    """Ten days at 100 and twenty at 160: 140."""
    found = reset(APRIL, 100, CHANGE)
    assert (found.target, found.days_old, found.days_new, found.old) == (140.0, 10, 20, 100)
    assert found.problems == ()


def test_from_the_first_day_on_the_new_one_is_all() -> None:
    assert reset(APRIL, 100, replace(CHANGE, effective=date(2026, 4, 1))).target == 160
    assert reset(APRIL, 100, replace(CHANGE, effective=date(2026, 4, 30))).days_new == 1


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.integers(1, 30))
def test_the_target_lies_between_old_and_new(old: float, new: float, day: int) -> None:
    found = reset(APRIL, old, replace(CHANGE, new=new, effective=date(2026, 4, day))).target
    assert found is not None
    assert min(old, new) - 1e-6 <= found <= max(old, new) + 1e-6


@pytest.mark.parametrize(
    ("change", "earlier", "codes"),
    [
        (replace(CHANGE, reason="too hard"), [], ["E-RESET-REASON"]),
        (replace(CHANGE, approver=" "), [], ["E-RESET-APPROVER"]),
        (replace(CHANGE, reason="strategy"), [], ["E-RESET-COMMITTEE"]),
        (replace(CHANGE, effective=date(2026, 5, 1)), [], ["E-RESET-DATE"]),
        (replace(CHANGE, effective=date(2026, 3, 31)), [], ["E-RESET-DATE"]),
        (replace(CHANGE, decided=date(2026, 5, 1)), [], ["E-RESET-LATE"]),
        (CHANGE, [date(2026, 6, 30)], ["E-RESET-QUARTER"]),
        (replace(CHANGE, reason="", approver=""), [date(2026, 4, 1)],
         ["E-RESET-REASON", "E-RESET-APPROVER", "E-RESET-QUARTER"]),
    ],
)  # fmt: skip
def test_all_that_forbids_a_change_is_said_at_once(change: Change, earlier: list[date], codes: list[str]) -> None:
    found = reset(APRIL, 100, change, earlier)
    assert found.target is None
    assert [problem.code for problem in found.problems] == codes


def test_what_is_allowed() -> None:
    for reason in REASONS:
        assert reset(APRIL, 100, replace(CHANGE, reason=reason, by_committee=True)).target == 140
    assert reset(APRIL, 100, CHANGE, [date(2026, 3, 31), date(2025, 4, 11)]).target == 140
    assert reset(APRIL, 100, replace(CHANGE, decided=date(2026, 4, 30))).target == 140
