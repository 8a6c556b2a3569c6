"""Roles, superiors, opinions and longer periods on the book: the worked numbers of the rules, native and in Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from kpi_xl.book.example import example
from kpi_xl.book.sheets import TABLES
from kpi_xl.book.starter import Content
from kpi_xl.book.tables.check_list import CHECKS_IN_ORDER
from kpi_xl.commands.new import new_from
from kpi_xl.commands.receipt import Receipt
from kpi_xl.commands.score import score
from kpi_xl.hosts.file import FileHost
from kpi_xl.model.grid import CellOut, Patch, Scalar, a1
from kpi_xl.referee import recalculate
from tests.workbooks.books import assert_engines_agree
from tests.workbooks.test_hand_changes import changed

MONTH, QUARTER = "2026-03", "2026Q1"
Rows = Sequence[Mapping[str, Scalar]]


def plan(template: str, *lines: tuple[str, str, str, float]) -> list[dict[str, Scalar]]:
    """Plan rows: indicator, rule, params, weight."""
    return [
        {"template": template, "kpi": kpi, "no": float(n), "weight": weight, "rule": rule, "params": params, "missing": "BLOCK"}
        for n, (kpi, rule, params, weight) in enumerate(lines, start=1)
    ]


def book(period: str, plans: Rows, subjects: Rows, **tables: Any) -> Content:
    """A small company: the worked example's set-up with another plan and other people."""
    start = example("zh")
    given = tables.pop("settings", {})
    settings = [{**row, "value": given.get(row["key"], period if row["key"] == "period" else row["value"])} for row in start["tblSettings"]]
    rows = {name: [{"period": period, **row} for row in content] if name not in ("tblRoles",) else content for name, content in tables.items()}
    return {**start, "tblSettings": settings, "tblPlan": plans, "tblSubjects": subjects, "tblTargets": [], "tblActuals": [], **rows}  # type: ignore[dict-item]


def person(id_: str, template: str, **more: Scalar) -> dict[str, Scalar]:
    return {"subject": id_, "kind": "person", "name": f"员工{id_}", "template": template, "rank_group": "person", **more}


def scored(path: Path, content: Content) -> tuple[Receipt, dict[str, Mapping[str, Any]]]:
    """The book scored, and its formulas held against the fast engine; the random companies go through both."""
    new_from(path, FileHost, content, "zh")
    receipt = score(FileHost(path))
    assert receipt.is_done, receipt.issues
    assert_engines_agree(path, ["formualizer"])
    return receipt, {card["card"]: card for card in receipt.facts["cards"]}  # type: ignore[attr-defined]


def valued(kpi: str, values: Mapping[str, float]) -> list[dict[str, Scalar]]:
    return [{"subject": id_, "kpi": kpi, "value": value} for id_, value in values.items()]


PEERS = dict(zip(("P1", "P2", "P3", "P4", "P5"), (95.0, 88.0, 88.0, 70.0, 60.0), strict=True))


@pytest.mark.parametrize(("rule", "expected"), [
    ("RANK", (120.0, 97.5, 97.5, 75.0, 60.0)),
    ("PERCENTILE", (114.0, 96.0, 96.0, 78.0, 66.0)),
    ("ZSCORE", (91.33, 85.97, 85.97, 72.19, 64.53)),
])  # fmt: skip
def test_peers_of_a_rank_group(tmp_path: Path, rule: str, expected: tuple[float, ...]) -> None:
    """Domain specification §3, SR08, SR08b, SR09."""
    content = book(
        MONTH, plan("P", ("NPS", rule, "", 1.0)), [person(id_, "P") for id_ in PEERS],
        tblActuals=valued("NPS", PEERS),
    )  # fmt: skip
    _, cards = scored(tmp_path / "book.xlsx", content)
    assert tuple(cards[id_]["total"] for id_ in PEERS) == expected


RATINGS = [("上级", "良"), ("同级", "优"), ("同级", "良"), ("同级", "良"), ("同级", "中"), ("同级", "低"), ("自评", "优")]
CROSS = [("协作", "中"), ("协作", "良")]


@pytest.mark.parametrize(("more", "expected"), [(CROSS, 84.0), ([], 85.63)])
def test_a_panel_of_raters(tmp_path: Path, more: list[tuple[str, str]], expected: float) -> None:
    """Domain specification §3, SR12."""
    content = book(
        MONTH, plan("P", ("INNOV", "RATING", "", 1.0)), [person("P1", "P")],
        tblRatings=[
            {"subject": "P1", "kpi": "INNOV", "rater": f"R{n}", "role": role, "level": level}
            for n, (role, level) in enumerate([*RATINGS, *more])
        ],
    )  # fmt: skip
    receipt, cards = scored(tmp_path / "book.xlsx", content)
    assert cards["P1"]["total"] == expected
    assert {issue.code for issue in receipt.issues} == (set() if more else {"W-RATING-ABSENT"})


def test_too_few_raters_withhold(tmp_path: Path) -> None:
    content = book(
        MONTH, plan("P", ("INNOV", "RATING", "", 1.0)), [person("P1", "P"), person("P2", "P")],
        tblRatings=[{"subject": "P1", "kpi": "INNOV", "rater": "R1", "role": "同级", "level": "优"}],
    )  # fmt: skip
    receipt, cards = scored(tmp_path / "book.xlsx", content)
    assert (cards["P1"]["total"], cards["P2"]["total"]) == (None, None)
    assert {issue.code for issue in receipt.issues} == {"W-RATING-PRESENT", "W-RATINGS-MISSING"}


@pytest.mark.parametrize(("params", "cap", "level", "typed", "expected"), [
    ("", 90.0, "优", None, 90.0), ("cap=95", None, "优", None, 95.0), ("cap=95", 110.0, "优", None, 100.0),
    ("", None, "优", 130.0, 120.0), ("", 150.0, "优", 130.0, 130.0), ("floor=40", None, "优", 20.0, 40.0),
])  # fmt: skip
def test_what_was_judged_keeps_its_limits(
    tmp_path: Path, params: str, cap: float | None, level: str, typed: float | None, expected: float
) -> None:
    """The plan's own cap stands in the place of the rule's, for points of a panel and for typed ones."""
    lines = [{**row, "cap": cap} for row in plan("P", ("INNOV", "RATING", params, 1.0))]
    content = book(
        MONTH, lines, [person("P1", "P")], settings={"total_cap": 150.0},
        tblRatings=[{"subject": "P1", "kpi": "INNOV", "rater": "R1", "role": "上级", "level": level}],
        tblActuals=valued("INNOV", {"P1": typed}) if typed is not None else [],
    )  # fmt: skip
    assert scored(tmp_path / "book.xlsx", content)[1]["P1"]["total"] == expected


def test_a_plan_of_milestones(tmp_path: Path) -> None:
    """Domain specification §3, SR13: 82.00."""
    steps = [
        ("上线", 0.4, datetime(2026, 3, 10), datetime(2026, 3, 10), None),
        ("验收", 0.4, datetime(2026, 3, 10), datetime(2026, 3, 15), None),
        ("复盘", 0.2, datetime(2026, 3, 31), None, 0.5),
    ]
    content = book(
        MONTH, plan("P", ("PLAN", "MILESTONE", "", 1.0)), [person("P1", "P")],
        tblMilestones=[
            {"subject": "P1", "plan": name, "weight": weight, "due": due, "done": done, "progress": progress, "evidence": "OA-1"}
            for name, weight, due, done, progress in steps
        ],
    )  # fmt: skip
    _, cards = scored(tmp_path / "book.xlsx", content)
    assert cards["P1"]["total"] == 82.0


def test_smooth_rules_and_blends(tmp_path: Path) -> None:
    """SR07b 88.01; SR11b 82.57; SR14: 0.5 x 108 + 0.3 x 110 + 0.2 x 100 (alone among peers) = 107.00."""
    content = book(
        MONTH,
        plan("B", ("NPS", "BELL", "mu=50; tol=20", 1.0))
        + plan("E", ("ROI", "EFFICACY_EXP", "xs=6%; xh=14%", 1.0))
        + plan("M", ("GMV", "BLEND", "parts=RATIO:0.5,GROWTH:0.3,105:0.2; points=5%:60,15%:100,25%:120; previous=100", 1.0)),
        [person("P1", "B"), person("P2", "E"), person("P3", "M")],
        tblActuals=[*valued("NPS", {"P1": 60.0}), *valued("ROI", {"P2": 0.11}), *valued("GMV", {"P3": 120.0})],
        tblTargets=[{"subject": "P3", "kpi": "GMV", "target": 120 / 1.08}],
    )
    _, cards = scored(tmp_path / "book.xlsx", content)
    assert [cards[id_]["total"] for id_ in ("P1", "P2", "P3")] == [88.01, 82.57, 108.0]


def test_a_superior_in_the_total(tmp_path: Path) -> None:
    """Domain specification §6.5: 104 and 91 with 0.4 make 96.20; as a coefficient 92.82."""
    line = plan("T", ("ROI", "LINEAR", "points=0:0,1:100,1.2:120", 1.0))
    subjects = [
        {"subject": "D01", "kind": "department", "name": "部门", "template": "T", "rank_group": "d"},
        person("P1", "T", parent="D01", alpha=0.4), person("P2", "T", parent="P1", alpha=0.4), person("P3", "T"),
    ]  # fmt: skip
    facts = valued("ROI", {"D01": 1.04, "P1": 0.91, "P2": 0.8, "P3": 1.0})
    _, cards = scored(tmp_path / "share.xlsx", book(MONTH, line, subjects, tblActuals=facts))
    assert [cards[id_]["total"] for id_ in ("D01", "P1", "P2", "P3")] == [104.0, 96.2, 84.4, 100.0]
    subjects[1]["alpha"] = 0.5
    content = book(MONTH, line, subjects, tblActuals=facts, settings={"cascade": "coefficient"})
    assert scored(tmp_path / "coefficient.xlsx", content)[1]["P1"]["total"] == 92.82


@pytest.mark.parametrize(("table", "column", "value", "wanted"), [
    ("tblSubjects", "alpha", 0.5, {"cards_changed": 1.0}),
    ("tblActuals", "value", 1.1, {"rows_changed": 1.0, "cards_changed": 2.0}),
    ("tblSettings", "value", "coefficient", {"settings_changed": 1.0, "cards_changed": 3.0}),
])  # fmt: skip
def test_what_bears_on_a_total_is_signed_as_changed(
    tmp_path: Path, table: str, column: str, value: Scalar, wanted: Mapping[str, float]
) -> None:
    """A superior's better figures, another share of it or another use: inputs changed, the arithmetic is not wrong."""
    line = plan("T", ("ROI", "LINEAR", "points=0:0,1:100,1.2:120", 1.0))
    subjects = [
        {"subject": "D01", "kind": "department", "name": "部门", "template": "T", "rank_group": "d"},
        person("P1", "T", parent="D01", alpha=0.4), person("P2", "T"),
    ]  # fmt: skip
    path = tmp_path / "book.xlsx"
    scored(path, book(MONTH, line, subjects, tblActuals=valued("ROI", {"D01": 1.04, "P1": 0.91, "P2": 0.8})))
    row = {"tblSubjects": "P1", "tblActuals": "D01", "tblSettings": "cascade"}[table]
    values = recalculate("formualizer", changed(path, tmp_path, table, row, {column: value})).values
    grid = FileHost(path).tables()["tblChecks"]
    place = TABLES["tblChecks"].position("value") + grid.column
    counts = {
        check.key: values[grid.sheet, a1(grid.row + 1 + index, place)] for index, check in enumerate(CHECKS_IN_ORDER)
    }
    signed = {check.key for check in CHECKS_IN_ORDER if check.sign != "▲" and not isinstance(check.expected, str)}
    assert {key: count for key, count in counts.items() if key in signed and count} == wanted


def test_a_superior_without_a_score_withholds(tmp_path: Path) -> None:
    line = plan("T", ("ROI", "LINEAR", "points=0:0,1:100,1.2:120", 1.0))
    content = book(MONTH, line, [person("P1", "T", parent="D01", alpha=0.4)], tblActuals=valued("ROI", {"P1": 0.91}))
    receipt, cards = scored(tmp_path / "book.xlsx", content)
    assert cards["P1"]["total"] is None
    assert "W-CASCADE-PARENT" in {issue.code for issue in receipt.issues}


def test_a_transfer_is_mixed_by_days(tmp_path: Path) -> None:
    """Domain specification §6.3: 40 days at 92 and 52 at 85 make 88.04."""
    line = plan("T", ("ROI", "LINEAR", "points=0:0,1:100,1.2:120", 1.0))
    content = book(
        "2026Q3", line, [person("P1", "T"), person("P2", "T")],
        tblRoles=[
            {"person": "P1", "role_no": 1.0, "template": "T", "from": datetime(2020, 1, 1), "to": datetime(2026, 8, 9)},
            {"person": "P1", "role_no": 2.0, "template": "T", "from": datetime(2026, 8, 10)},
        ],
        tblActuals=valued("ROI", {"P1": 0.92, "P1#2": 0.85, "P2": 0.9}),
    )  # fmt: skip
    _, cards = scored(tmp_path / "book.xlsx", content)
    assert (cards["P1"]["total"], cards["P1#2"]["total"]) == (88.04, 88.04)
    assert (cards["P1"]["rank"], cards["P1#2"]["rank"], cards["P2"]["rank"]) == (None, 2, 1)


def test_joiners_get_their_part_of_a_target(tmp_path: Path) -> None:
    """Domain specification §6.2: 45 of 92 days, 300 becomes 146.74; a month of less than half is not appraised."""
    lines = plan("T", ("GMV", "RATIO", "", 0.5), ("ROI", "LINEAR", "points=0:0,1:100,1.2:120", 0.5))
    content = book(
        "2026Q3", lines, [person("P1", "T"), person("P2", "T"), person("P3", "T")],
        tblRoles=[
            {"person": "P1", "role_no": 1.0, "from": datetime(2026, 8, 17)},
            {"person": "P2", "role_no": 1.0, "from": datetime(2026, 9, 20)},
            {"person": "P3", "role_no": 1.0, "to": datetime(2026, 3, 1)},
        ],
        tblActuals=valued("GMV", {"P1": 146.74, "P2": 10.0}) + valued("ROI", {"P1": 1.0, "P2": 1.0}),
        tblTargets=[{"subject": id_, "kpi": "GMV", "target": 300.0} for id_ in ("P1", "P2")],
    )  # fmt: skip
    receipt, cards = scored(tmp_path / "book.xlsx", content)
    assert (cards["P1"]["total"], cards["P2"]["total"], cards["P2"]["status"]) == (100.0, None, "EXCLUDED")
    assert "P3" not in cards
    assert {issue.code for issue in receipt.issues} == {"I-ROLE-ABSENT"}


def test_a_quarterly_indicator_is_not_due_in_a_month(tmp_path: Path) -> None:
    lines = plan("T", ("ROI", "LINEAR", "points=0:0,1:100,1.2:120", 0.6), ("BRAND", "LINEAR", "", 0.4))
    content = book(MONTH, lines, [person("P1", "T")], tblActuals=valued("ROI", {"P1": 0.9}))
    _, cards = scored(tmp_path / "book.xlsx", content)
    assert cards["P1"]["total"] == 90.0


def test_figures_of_the_superior(tmp_path: Path) -> None:
    """A shared indicator scores the same on every participant's card, with its own weight."""
    lines = plan("T", ("ROI", "LINEAR", "points=0:0,1:100,1.2:120", 0.6), ("GMV", "RATIO", "", 0.4))
    lines[1]["measured_at"] = "parent"
    content = book(
        MONTH, lines, [{"subject": "D01", "kind": "department", "name": "部门"}, person("P1", "T", parent="D01")],
        tblActuals=valued("ROI", {"P1": 0.9}) + valued("GMV", {"D01": 110.0}),
        tblTargets=[{"subject": "D01", "kpi": "GMV", "target": 100.0}],
    )  # fmt: skip
    _, cards = scored(tmp_path / "book.xlsx", content)
    assert cards["P1"]["total"] == 98.0


YEAR_PARTS = {"2026Q1": 95.0, "2026Q2": 101.0, "2026Q3": 98.0, "2026Q4": 104.0}


@pytest.mark.parametrize(("mode", "expected"), [("MIX", 101.0), ("AVG", 99.5), ("LASTP", 104.0), ("RECALC", 102.0)])
def test_a_year_of_a_person(tmp_path: Path, mode: str, expected: float) -> None:
    """Domain specification §6.1: quarters 95, 101, 98, 104 and year 102 with 0.4 make 101.00."""
    line = plan("T", ("ROI", "LINEAR", "points=0:0,1:100,1.2:120", 1.0))
    content = book("2026Q1", line, [person("P1", "T")], settings={"year_mode_person": mode})
    content["tblActuals"] = [  # type: ignore[index]
        {"period": period, "subject": "P1", "kpi": "ROI", "value": total / 100} for period, total in {**YEAR_PARTS, "2026": 102.0}.items()
    ]
    path = tmp_path / "book.xlsx"
    new_from(path, FileHost, content, "zh")
    for period in YEAR_PARTS:
        turned_to(path, period)
        assert score(FileHost(path)).facts["cards"][0]["total"] == YEAR_PARTS[period]
    turned_to(path, "2026")
    receipt = score(FileHost(path))
    assert receipt.facts["cards"][0]["total"] == expected
    assert_engines_agree(path)


def test_a_year_without_its_quarters_is_withheld(tmp_path: Path) -> None:
    line = plan("T", ("ROI", "LINEAR", "points=0:0,1:100,1.2:120", 1.0))
    receipt, cards = scored(tmp_path / "book.xlsx", book("2026", line, [person("P1", "T")], tblActuals=valued("ROI", {"P1": 1.0})))
    assert cards["P1"]["total"] is None
    assert {issue.code for issue in receipt.issues} == {"W-PERIOD-PARTS"}


def test_a_promotion_of_its_own(tmp_path: Path) -> None:
    """A period from one day to another: typed rows carry its code, and joiners are measured by its days."""
    line = plan("T", ("GMV", "RATIO", "", 1.0))
    content = book(
        "618", line, [person("P1", "T"), person("P2", "T")],
        tblRoles=[{"person": "P2", "role_no": 1.0, "from": datetime(2026, 6, 10)}],
        tblActuals=valued("GMV", {"P1": 90.0, "P2": 44.0}),
        tblTargets=[{"subject": id_, "kpi": "GMV", "target": 100.0} for id_ in ("P1", "P2")],
    )  # fmt: skip
    days = {"period": "618", "kind": "C", "start": datetime(2026, 6, 1), "end": datetime(2026, 6, 20)}
    content["tblPeriods"] = [*content["tblPeriods"], days]  # type: ignore[index]
    _, cards = scored(tmp_path / "book.xlsx", content)
    assert (cards["P1"]["total"], cards["P2"]["total"]) == (90.0, 80.0)


def turned_to(path: Path, period: str) -> None:
    grid = FileHost(path).tables()["tblSettings"]
    index = next(i for i, row in enumerate(grid.rows) if row[0] == "period")
    FileHost(path).write([], [Patch("tblSettings", (CellOut(grid.row + 1 + index, grid.column + 1, period),), grid.declared)])
