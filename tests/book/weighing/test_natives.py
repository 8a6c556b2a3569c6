"""The live checks beside judgements: what they say of odd rows, and that the offices say the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from kpi_xl.book.weighing.natives import live_cells
from kpi_xl.commands.score import score
from kpi_xl.commands.weigh import weigh
from kpi_xl.hosts.file import FileHost
from tests.commands import weighed as w
from tests.workbooks.books import assert_engines_agree

PAIR = {"template": "THREE", "expert": "甲", "matrix": "ALL", "row": "REV", "column": "GPM", "value": "3"}
MIRROR = {**PAIR, "row": "GPM", "column": "REV", "value": "1/3"}


@pytest.mark.parametrize(
    ("table", "rows", "signs"),
    [
        ("tblJudgements", [PAIR], ["✓"]),
        ("tblJudgements", [{**PAIR, "value": None}], [""]),
        ("tblJudgements", [{**PAIR, "value": "0.5"}], ["✗"]),
        ("tblJudgements", [PAIR, {**PAIR, "row": "rev", "value": "5"}], ["✗", "✗"]),
        ("tblJudgements", [PAIR, MIRROR], ["✗", "✗"]),
        ("tblJudgements", [PAIR, {**MIRROR, "expert": "乙"}], ["✓", "✓"]),
        ("tblRanks", [{"rank": 0.5}, {"rank": 1.0}, {"low": 0.3, "high": 0.2}, {"high": 0.41}, {}],
         ["✗", "✓", "✗", "✗", ""]),
        ("tblBestWorst", [{"template": "T", "best_to_other": 1.0, "other_to_worst": 9.0},
                          {"template": "T", "best_to_other": 9.0, "other_to_worst": 1.0},
                          {"template": "U", "best_to_other": 2.0, "other_to_worst": 1.0},
                          {"template": "T", "best_to_other": 10.0, "other_to_worst": 2.0},
                          {"template": "T", "best_to_other": 3.0}, {"template": "T"}],
         ["✓", "✓", "✗", "✗", "✗", ""]),
    ],
)  # fmt: skip
def test_a_sign_for_every_way_to_be_wrong(table: str, rows: list[w.Cells], signs: list[str]) -> None:
    found = live_cells(table, {table: rows})
    assert found is not None
    assert [each["check"] for each in found] == signs


def test_goals_without_an_indicator_and_links_without_a_goal_show() -> None:
    tables: dict[str, list[w.Cells]] = {
        "tblGoals": [{"goal": "A", "weight": 3.0}, {"goal": "B", "weight": 1.0}, {}],
        "tblGoalLinks": [
            {"goal": "a", "kpi": "REV", "strength": 9.0}, {"goal": "B", "kpi": "REV", "strength": 0.0},
            {"goal": "C", "kpi": "REV", "strength": 3.0}, {"goal": "A", "kpi": "NONE", "strength": 3.0},
            {"goal": "A", "kpi": "REV", "strength": 2.0}, {"goal": "A"}, {},
        ],
        "tblIndicators": [{"kpi": "REV"}],
    }  # fmt: skip
    goals, links = (live_cells(name, tables) or () for name in ("tblGoals", "tblGoalLinks"))
    assert [(row["share"], row["served"], row["check"]) for row in goals] == [
        (0.75, 3.0, "✓"), (0.25, 0.0, "▲"), ("", "", ""),
    ]  # fmt: skip
    assert [row["check"] for row in links] == ["✓", "✓", "✗", "✗", "✗", "✗", ""]


def test_odd_rows_are_judged_alike_by_python_and_the_offices(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    host = w.built(path)
    w.with_goals(host, "FOUR")
    w.appended(host, "tblGoals", [{"goal": "G1", "weight": 0.1}, {"weight": 0.2}, {"goal": "Z"}])
    w.appended(host, "tblGoalLinks", [{"goal": "Z", "kpi": "REV", "strength": 2.0}, {"kpi": "REV"}, {"goal": "G2"}])
    w.appended(host, "tblJudgements", [PAIR, MIRROR, {**PAIR, "value": "7", "expert": "乙"}, {"value": "9"}])
    w.appended(host, "tblRanks", [{"template": "THREE", "kpi": "GMV", "rank": 0.2}, {"low": 0.4, "high": 0.1}])
    w.appended(host, "tblBestWorst", [{"template": "FOUR", "kpi": "REV", "best_to_other": 12.0, "other_to_worst": 1.0}])
    receipt = weigh(host)
    assert "W-WEIGHING-UNKNOWN" in {issue.code for issue in receipt.issues}
    assert_engines_agree(path)
    score(FileHost(path))
    assert_engines_agree(path)
