"""check reads the goals of the year and the changes of targets: every mistake with its code and its cell."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest

from kpi_xl.book.tables.targets import ANNUAL, RESETS
from kpi_xl.commands.check import check
from kpi_xl.commands.receipt import issue_json
from kpi_xl.commands.score import score
from kpi_xl.commands.targets import targets
from kpi_xl.hosts.file import FileHost
from kpi_xl.labels import LANGS, Lang
from kpi_xl.model.grid import CellOut, Patch, Scalar, a1
from kpi_xl.model.issue import Issue
from tests.commands.plans import Row, company, goal, ratios, series, written

YEAR = [100.0 + month for month in range(12)]


def annual_cell(column: str, row: int = 6) -> str:
    return a1(row, 1 + ANNUAL.position(column))


def reset_cell(column: str, row: int = 6) -> str:
    return a1(row, len(ANNUAL.columns) + 2 + RESETS.position(column))


def found(path: Path, **content: Sequence[Row]) -> dict[tuple[str, str], Issue]:
    """What check says of the sheet of goals, by code and address."""
    host = written(path, company("2026-04", series("2025-01", "C", "REV", YEAR), **content))  # type: ignore[arg-type]
    sheet = host.tables()[ANNUAL.name if "goals" in content else RESETS.name].sheet
    issues = [issue for issue in check(host).issues if issue.cell.startswith(f"{sheet}!")]
    return {(issue.code, issue.cell.partition("!")[2]): issue for issue in issues}


def reset_row(**changes: Scalar) -> Row:
    row: dict[str, Scalar] = {
        "period": "2026-04", "subject": "C", "kpi": "REV", "reason": "platform", "target": 160.0,
        "effective": datetime(2026, 4, 16), "decided": datetime(2026, 4, 10), "approver": "CFO",
    }  # fmt: skip
    return row | changes


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        (goal(2026, "X", "REV", 10.0), "E-SUBJECT-UNKNOWN", "subject"),
        (goal(2026, "C", "NOPE", 10.0), "E-KPI-UNKNOWN", "kpi"),
        (goal(2026, "", "REV", 10.0), "E-KEY-EMPTY", "subject"),
        ({**goal(2026, "C", "REV", 10.0), "target": "十万"}, "E-NUMBER", "target"),
        (goal(2026, "C", "REV", 10.0, growth="fast"), "E-NUMBER", "growth"),
        (goal(2026, "C", "REV", 10.0, share=-0.5), "E-NUMBER-RANGE", "share"),
        (goal(2026, "C", "REV", 10.0, mode="halves"), "E-CHOICE", "mode"),
        (goal(2026, "C", "REV", 10.0, mix="TM99=2"), "E-TARGET-MIX", "mix"),
        ({**goal(2026, "C", "REV", 10.0), "period": "2026-01"}, "E-ANNUAL-PERIOD", "period"),
        ({**goal(2026, "C", "REV", 10.0), "period": "soon"}, "E-ROW-PERIOD", "period"),
        (goal(2026, "C", "REV", 10.001), "E-ALLOC-UNIT", "target"),
        (goal(2026, "C", "REV", 1050.0, unit=100.0), "E-ALLOC-UNIT", "target"),
        (goal(2026, "C", "REV", 10.0, benchmark=9.0), "W-TARGET-SOURCE", "source"),
    ],
)  # fmt: skip
def test_a_goal_that_cannot_stand_is_found_at_its_cell(tmp_path: Path, row: Row, code: str, column: str) -> None:
    assert [*found(tmp_path / "book.xlsx", goals=[row])] == [(code, annual_cell(column))]


def test_a_goal_that_stands_twice_is_found_and_the_first_one_stands(tmp_path: Path) -> None:
    goals = [goal(2026, "C", "REV", 1200.0), goal(2026, "c", "rev", 2400.0)]
    issues = found(tmp_path / "book.xlsx", goals=goals)
    assert issues["E-KEY-DUPLICATE", annual_cell("kpi", 7)].args["first"].endswith(annual_cell("kpi"))  # type: ignore[attr-defined]
    assert targets(FileHost(tmp_path / "book.xlsx"), decompose=True).facts["goals"][0]["annual"] == 1200  # type: ignore[index]


@pytest.mark.parametrize(
    ("changes", "code", "column"),
    [
        ({"reason": None}, "E-RESET-REASON", "reason"), ({"reason": "weather"}, "E-CHOICE", "reason"),
        ({"approver": None}, "E-RESET-APPROVER", "approver"), ({"reason": "strategy"}, "E-RESET-COMMITTEE", "committee"),
        ({"effective": datetime(2026, 5, 2)}, "E-RESET-DATE", "effective"),
        ({"decided": datetime(2026, 5, 2)}, "E-RESET-LATE", "decided"),
        ({"effective": "mid April"}, "E-DATE", "effective"), ({"decided": None}, "W-RESET-UNDATED", "decided"),
        ({"target": "more"}, "E-NUMBER", "target"), ({"subject": "X"}, "E-SUBJECT-UNKNOWN", "subject"),
    ],
)  # fmt: skip
def test_a_change_that_is_not_allowed_is_found_at_its_cell(
    tmp_path: Path, changes: dict[str, Scalar], code: str, column: str
) -> None:
    assert [*found(tmp_path / "book.xlsx", resets=[reset_row(**changes)])] == [(code, reset_cell(column))]


def test_a_second_change_in_a_quarter_is_found_at_the_second(tmp_path: Path) -> None:
    may = reset_row(period="2026-05", effective=datetime(2026, 5, 4), decided=datetime(2026, 5, 1))
    july = reset_row(period="2026-07", effective=datetime(2026, 7, 4), decided=datetime(2026, 7, 1))
    assert [*found(tmp_path / "book.xlsx", resets=[reset_row(), may, july])] == [
        ("E-RESET-QUARTER", reset_cell("effective", 7))
    ]


def test_a_sound_goal_and_a_sound_change_are_nothing_to_speak_of(tmp_path: Path) -> None:
    assert found(tmp_path / "book.xlsx", goals=[goal(2026, "C", "REV", 1200.0)], resets=[reset_row()]) == {}


def typed_months(values: Sequence[float], kpi: str = "REV") -> list[Row]:
    return [
        {"period": f"2026-{month:02d}", "subject": "C", "kpi": kpi, "target": value}
        for month, value in enumerate(values, start=1)
    ]


def test_months_that_do_not_make_the_year_are_told(tmp_path: Path) -> None:
    """Twelve months of 100 under a goal of 1200, then of 1300; without December nobody can tell."""
    for goal_of_year, months, wanted in ((1200.0, 12, 0), (1300.0, 12, 1), (1300.0, 11, 0)):
        path = tmp_path / f"{goal_of_year}-{months}.xlsx"
        issues = found(path, goals=[goal(2026, "C", "REV", goal_of_year)], targets=typed_months([100.0] * months))
        assert len(issues) == wanted
        for (code, address), issue in issues.items():
            assert (code, address) == ("W-ANNUAL-MONTHS", annual_cell("target"))
            assert (issue.args["found"], issue.args["wanted"], issue.args["rows"]) == (1200, 1300, 12)


def test_a_change_that_was_allowed_excuses_the_months(tmp_path: Path) -> None:
    changed = typed_months([100.0] * 3 + [130.0] + [100.0] * 8)
    goals = [goal(2026, "C", "REV", 1200.0)]
    assert found(tmp_path / "book.xlsx", goals=goals, targets=changed, resets=[reset_row()]) == {}


def test_active_users_are_held_against_their_mean_and_rates_against_their_denominators(tmp_path: Path) -> None:
    """Denominators 100, 200, 300 and 1.98, 2.97, 3.96 % make 3.3 %, the specification's 5.2."""
    pairs = [(rate * den, den) for den, rate in ((10000, 0.02), (20000, 0.03), (30000, 0.04))] * 4
    actuals = [*ratios("2025-01", "C", "CVR", pairs), *series("2025-01", "C", "MAU", [500.0] * 12)]
    rates, users = [0.0198, 0.0297, 0.0396] * 4, [500.0] * 11 + [560.0]
    for rate, mean, wanted in ((0.033, 505.0, set()), (0.034, 506.0, {"W-ANNUAL-MONTHS"})):
        goals = [goal(2026, "C", "CVR", rate), goal(2026, "C", "MAU", mean)]
        rows = [*typed_months(rates, "CVR"), *typed_months(users, "MAU")]
        host = written(tmp_path / f"{rate}.xlsx", company("2026-01", actuals, ("CVR", "MAU"), goals=goals, targets=rows))
        targets(host, decompose=True)
        told = [issue for issue in check(host).issues if issue.code.startswith("W-ANNUAL")]
        assert {issue.code for issue in told} == wanted
        assert len(told) == 2 * len(wanted)


def test_a_goal_that_changed_after_it_was_split_is_told_until_it_is_split_again(tmp_path: Path) -> None:
    content = company("2026-04", series("2025-01", "C", "REV", YEAR), goals=[goal(2026, "C", "REV", 1200.0)])
    host = written(tmp_path / "book.xlsx", content)
    targets(host, decompose=True)
    grid = host.tables()[ANNUAL.name]
    host.write([], [Patch(ANNUAL.name, (CellOut(grid.row + 1, grid.column + ANNUAL.position("target"), 1300.0),), grid.declared)])
    (issue,) = [issue for issue in check(host).issues if issue.code == "W-ANNUAL-SPLIT"]
    assert issue.cell == f"{grid.sheet}!{annual_cell('target')}"
    assert (issue.args["found"], issue.args["then"]) == (1300, 1200)
    targets(host, decompose=True)
    assert "W-ANNUAL-SPLIT" not in {issue.code for issue in check(host).issues}


@pytest.mark.parametrize("lang", LANGS)
def test_what_is_wrong_with_a_goal_says_how_to_mend_it_and_keeps_nobody_from_scoring(tmp_path: Path, lang: Lang) -> None:
    actuals = [*series("2025-01", "C", "REV", YEAR), *series("2026-04", "C", "REV", [120.0])]
    rows: list[Row] = [{"period": "2026-04", "subject": "C", "kpi": "REV", "target": 100.0}]
    content = company(
        "2026-04", actuals, goals=[goal(2026, "X", "REV", 1.0)], resets=[reset_row(approver=None)], targets=rows, lang=lang
    )
    host = written(tmp_path / "book.xlsx", content, lang)
    receipt = check(host)
    told = [issue for issue in receipt.issues if issue.code in ("E-SUBJECT-UNKNOWN", "E-RESET-APPROVER")]
    assert len(told) == 2 and receipt.exit_code == 1
    assert all(issue_json(issue, lang)["mend"] for issue in told)
    assert score(host).exit_code == 0
