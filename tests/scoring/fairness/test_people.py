"""Same rule, equally hard targets, raters and their own figures: §7.6 of the specification."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_xl.scoring.fairness import (
    RuleRow,
    differing_rules,
    overlap,
    own_ratings,
    rater_spread,
    rule_hash,
    self_supplied,
    target_difficulty,
    too_much_self,
)

ROWS = (
    RuleRow("REV", 0.5, "RATIO", "cap=120"),
    RuleRow("GPM", 0.3, "LINEAR", "below=zero; sb=60"),
    RuleRow("CSAT", 0.2, "LINEAR", ""),
)


@given(st.permutations(ROWS))
def test_the_order_of_rows_is_no_other_rule(rows: list[RuleRow]) -> None:
    assert rule_hash(rows) == rule_hash(ROWS)


def test_the_order_of_params_is_no_other_rule_and_a_rounding_error_neither() -> None:
    assert rule_hash([replace(ROWS[1], params=" sb=60;below=zero ")]) == rule_hash([ROWS[1]])
    assert rule_hash([replace(ROWS[1], weight=0.1 + 0.2)]) == rule_hash([ROWS[1]])


@pytest.mark.parametrize(
    "change",
    [
        {"weight": 0.31}, {"rule": "STEP"}, {"params": "below=zero; sb=70"}, {"cap": 110.0}, {"floor": 50.0},
        {"missing": "ZERO"}, {"period_mode": "AVG"}, {"kpi": "NPM"}, {"params": "below=zero sb=60"},
    ],
)  # fmt: skip
def test_whatever_changes_a_score_is_another_rule(change: dict[str, object]) -> None:
    assert rule_hash([replace(ROWS[1], **change)]) != rule_hash([ROWS[1]])  # type: ignore[arg-type]


def test_a_role_with_two_rules_is_told_and_whether_it_is_one_job() -> None:
    tweaked = (replace(ROWS[0], weight=0.4), replace(ROWS[1], weight=0.4), ROWS[2])
    other = (RuleRow("SEO", 0.5, "LINEAR", ""), RuleRow("CONTO", 0.5, "STEP", ""))
    found = differing_rules({"staff": {"P1": ROWS, "P2": ROWS, "P3": tweaked}, "lead": {"P4": ROWS}})
    assert [(each.role, each.is_same_job) for each in found] == [("staff", True)]
    assert list(found[0].cards.values()) == [("P1", "P2"), ("P3",)]
    assert not differing_rules({"staff": {"P1": ROWS, "P2": other}})[0].is_same_job


def test_overlap_of_sets() -> None:
    assert overlap({"A", "B", "C"}, {"B", "C", "D"}) == 0.5
    assert overlap((), ()) == 1.0


def test_chances_within_a_quarter_are_fair() -> None:
    fair = target_difficulty({"P1": 0.35, "P2": 0.60})
    assert fair is not None and fair.verdict == "OK"
    unfair = target_difficulty({"P1": 0.35, "P2": 0.61, "P3": None})
    assert unfair is not None
    assert (unfair.verdict, unfair.hardest[0], unfair.easiest[0]) == ("WARN", "P1", "P2")
    assert target_difficulty({"P1": 0.5, "P2": None}) is None


def test_a_rater_who_gives_each_person_one_mark_has_a_halo() -> None:
    """Within persons the deviations are 0, between them 15 points."""
    found = rater_spread({"P1": [85, 85, 85], "P2": [70, 70, 70], "P3": [100, 100, 100]})
    assert found is not None
    assert (found.halo, found.verdict, found.kind) == (0.0, "WARN", "halo")
    assert found.overall == pytest.approx(12.99038)


def test_a_rater_who_gives_everybody_one_mark_tends_to_the_middle() -> None:
    found = rater_spread({f"P{n}": [85.0] for n in range(5)})
    assert found is not None
    assert (found.halo, found.kind) == (None, "central")


def test_three_points_will_do_and_four_ratings_say_nothing() -> None:
    found = rater_spread({"P1": [82.0, 85.0, 88.0], "P2": [82.0, 85.0, 88.0]})
    assert found is not None
    assert (found.halo, found.verdict) == (3.0, "WARN")       # all six lie 2.7 apart
    wide = rater_spread({"P1": [82.0, 85.0, 88.0], "P2": [92.0, 95.0, 98.0]})
    assert wide is not None and (wide.halo, wide.verdict, wide.kind) == (3.0, "OK", "")
    assert rater_spread({"P1": [70.0, 70.0, 70.0, 70.0]}) is None


def test_two_equal_marks_are_no_halo() -> None:
    found = rater_spread({"P1": [85.0, 85.0], "P2": [70.0], "P3": [100.0], "P4": [50.0]})
    assert found is not None and (found.halo, found.verdict) == (None, "OK")


def test_own_ratings_weigh_a_tenth_at_most() -> None:
    assert too_much_self({"superior": 50, "peer": 40, "self": 10}) is None
    assert too_much_self({"superior": 0.8, "self": 0.2}) == 0.2
    assert too_much_self({}) is None


def test_a_rater_who_is_the_person_rated_says_so() -> None:
    names = {"P1": ("张三",), "P2": ("李四",)}
    rows = [("P1", "张三", "peer"), ("P1", "p1", "superior"), ("P1", "张三", "self"), ("P1", "李四", "peer"), ("P9", "", "peer")]
    assert own_ratings(rows, names) == (("P1", "张三", "peer"), ("P1", "p1", "superior"))


def test_own_figures_need_evidence() -> None:
    names = {"P1": ("张三",)}
    rows = [("P1", "张三", True), ("P1", "财务总账", False), ("P1", "张三", False)]
    assert self_supplied(rows, names) == (("P1", "张三"),)
