"""Quarters from months and departments from teams: the worked example, spread over time and units, scores the same."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from kpi_xl.book.example import example
from kpi_xl.book.starter import Content, Rows
from kpi_xl.commands.new import new_from
from kpi_xl.commands.score import score
from kpi_xl.hosts.file import FileHost
from kpi_xl.labels import label
from kpi_xl.library import indicators
from kpi_xl.model.grid import Scalar
from kpi_xl.model.periods import parse_period
from kpi_xl.referee import recalculate
from tests.workbooks.books import assert_engines_agree, skip_without

QUARTER = "2026Q1"
TEAMS = ("T1", "T2")
APPROXIMATE = {"CVR", "RET"}
"""Distinct counts of months, and of teams, may count a person twice."""


def spread(content: Content, *, over_teams: bool) -> Content:
    """The example for a quarter, with its actuals typed by month, and by team where asked for."""
    settings = [row | {"value": QUARTER} if row["key"] == "period" else row for row in content["tblSettings"]]
    teams = [{"subject": team, "kind": "team", "name": team, "parent": "D01"} for team in TEAMS]
    targets = [row | {"period": QUARTER} for row in content["tblTargets"]]
    actuals: Rows = [
        part | {"period": str(month), "subject": subject}
        for row in content["tblActuals"]
        for subject in (TEAMS if over_teams else ("D01",))
        for month in parse_period(QUARTER).parts
        for part in [share(row, len(TEAMS) if over_teams else 1)]
    ]
    return {
        **content,
        "tblSettings": settings,
        "tblSubjects": [*content["tblSubjects"], *(teams if over_teams else ())],
        "tblTargets": targets,
        "tblActuals": actuals,
    }


def share(row: dict[str, Scalar], teams: int) -> dict[str, Scalar]:
    """The share of one month and team in a typed row of the whole quarter."""
    entry = indicators()[str(row["kpi"])]
    num, den, value = (float(row[name]) if isinstance(row.get(name), float) else None for name in ("num", "den", "value"))
    if entry.agg_time in ("SUM", "DIST"):
        whole = num if num is not None else value
        assert whole is not None
        months = 3 if entry.agg_time == "SUM" else 1
        return {**row, "num": None, "value": whole / months / teams}
    if num is None or den is None:
        assert value is not None
        num, den = value * 6e6 / entry.factor, 6e6
    return {**row, "num": num / 3 / teams, "den": den / (1 if entry.agg_time == "RFS" else 3) / teams, "value": None}


@pytest.fixture(scope="module", params=[False, True], ids=["months", "months and teams"])
def spread_book(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("rolled") / "book.xlsx"
    content = spread(example("zh"), over_teams=request.param)
    if request.param:                   # a head count of distinct people does not add up over teams: the department's own
        whole = [{**row, "period": QUARTER} for row in example("zh")["tblActuals"] if row["kpi"] == "MAU"]
        content["tblActuals"] = [row for row in content["tblActuals"] if row["kpi"] != "MAU"] + whole
    new_from(path, FileHost, content, "zh")
    return path


def test_the_worked_example_spread_over_parts_scores_the_same(spread_book: Path) -> None:
    receipt = score(FileHost(spread_book))
    card = receipt.facts["cards"][0]
    assert (card["total"], card["grade"]) == (99.22, "B")
    codes = {issue.code for issue in receipt.issues}
    assert codes <= {"W-ROLLED-APPROX"}
    assert {"CVR"} <= {issue.args["kpi"] for issue in receipt.issues} <= APPROXIMATE
    assert_engines_agree(spread_book)


def test_a_month_typed_later_makes_the_quarter_stale(spread_book: Path, tmp_path: Path) -> None:
    skip_without("libreoffice")
    score(FileHost(spread_book))
    book = openpyxl.load_workbook(spread_book)
    sheet = book[label("sheets", "actuals", "zh")]
    column = next(cell.column for cell in sheet[5] if cell.value == label("columns", "tblActuals.value", "zh"))
    first = next(row for row in range(6, sheet.max_row + 1) if isinstance(sheet.cell(row, column).value, (int, float)))
    sheet.cell(first, column).value *= 2
    book.save(tmp_path / "changed.xlsx")
    values = recalculate("libreoffice", tmp_path / "changed.xlsx").values
    stale = label("form", "master.stale", "zh")
    assert stale in {value for (name, _), value in values.items() if name == label("sheets", "ranking", "zh")}
