"""All checks together: letters, what blocks, and who answers for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import pytest

from kpi_xl.book.plan_health.examine import CHECKS, blocking, examine, letter_verdicts
from kpi_xl.book.plan_health.planfile import plan_file
from kpi_xl.library import indicators, presets
from kpi_xl.model.grid import Scalar
from tests.book.plan_health.books import EXAMPLE, added, changed, fresh, grids_of, material

MODES = ("DECK12", "B2C", "B2B", "C2C", "O2O")
LATE = {"tblTargets.GPM": {"threshold": 0.25}}
"""A threshold above the target, which L-A1 does not let pass."""


def override(**cells: Scalar) -> Mapping[str, Scalar]:
    row = {"template": "DECK12", "kpi": "GPM", "check": "L-A1", "reason": "按集团口径倒挂", "approver": "总经办"}
    return {**row, **cells}


def test_the_worked_example_has_nothing_that_blocks() -> None:
    findings = examine(material(EXAMPLE))
    assert len(findings) == 12 * len(CHECKS)
    assert blocking(findings) == ()
    assert {(each.check.id, each.verdict) for each in findings if each.verdict in ("WARN", "FAIL")} == {("L-M4", "WARN")}


@pytest.mark.parametrize("name", presets())
def test_a_preset_lacks_only_what_its_reader_must_bring(name: str) -> None:
    """R22: numbers, milestones, a second rater; names, definitions and weights are in order."""
    wrong = {each.check.id for each in examine(material(fresh(name))) if each.verdict in ("WARN", "FAIL")}
    assert wrong <= {"L-A1", "L-M4"} | (set() if name in MODES else {"L-M2", "L-M5"})


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_indicator_of_the_library_is_specific_and_has_a_unit(lang: str) -> None:
    book = fresh("DECK12", lang)  # type: ignore[arg-type]
    plan = [{**book["tblPlan"][0], "kpi": code, "weight": 0.05} for code in indicators()]
    found = examine(material({**book, "tblPlan": plan}), CHECKS[:7])
    assert {(each.line.kpi, each.check.id) for each in found if each.verdict != "PASS"} == set()
    assert len(found) == 7 * len(indicators())


def test_an_override_with_reason_and_approver_lets_it_pass_and_still_says_so() -> None:
    book = changed(EXAMPLE, LATE)
    assert [(each.line.kpi, each.check.id) for each in blocking(examine(material(book)))] == [("GPM", "L-A1")]
    answered = examine(material(added(book, "tblOverrides", [override()])))
    assert blocking(answered) == ()
    assert [each.verdict for each in answered if each.override is not None] == ["FAIL"]


@pytest.mark.parametrize(
    "cells", [{"reason": None}, {"approver": "—"}, {"check": "L-A5"}, {"kpi": "REV"}, {"template": "B2C"}]
)
def test_an_override_counts_only_whole_and_only_for_its_own_check(cells: dict[str, Scalar]) -> None:
    book = added(changed(EXAMPLE, LATE), "tblOverrides", [override(**cells)])
    assert len(blocking(examine(material(book)))) == 1


def test_a_letter_is_as_good_as_its_worst_check() -> None:
    letters = letter_verdicts(examine(material(changed(EXAMPLE, LATE))))
    assert letters["D01", "GPM"] == {"S": "PASS", "M": "WARN", "A": "FAIL", "R": "PASS", "T": "PASS"}
    assert letters["D01", "REV"]["A"] == "PASS"


def test_headings_are_found_in_either_language_and_a_table_that_is_not_there_is_not_empty() -> None:
    rows = [override()]
    for heads in (
        ("方案代码", "指标代码", "检查号", "豁免理由", "批准人"),
        ("Plan code", "INDICATOR CODE", "Check", "Reason", "Approved by"),
    ):
        grids = dict(grids_of(added(EXAMPLE, "tblOverrides", rows)))
        grid = grids["tblOverrides"]
        grids["tblOverrides"] = type(grid)(grid.name, grid.sheet, 1, 1, heads, grid.rows, 1)
        assert plan_file(grids, "2026-03").overrides[0].approver == "总经办"
    without = plan_file(grids_of(EXAMPLE), "2026-03")
    assert (without.parts, without.goals, without.modes()) == (None, None, None)
    assert plan_file(grids_of(added(EXAMPLE, "tblRaci", [])), "2026-03").parts == {}


def test_a_period_of_the_company_s_own_is_examined_like_any_other() -> None:
    """618 lies in no quarter and in no month: nothing sums up to it, and rows of months say nothing of it."""
    book = changed(EXAMPLE, {"tblSettings.period": {"value": "618"}})
    book = added(book, "tblPeriods", [{"period": "618", "kind": "C", "start": datetime(2026, 6, 1), "end": datetime(2026, 6, 20)}])
    found = material(book)
    assert str(found.period) == "618"
    assert {each.verdict for each in examine(found) if each.check.id == "L-T3"} == {"NONE"}
