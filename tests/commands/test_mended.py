"""What somebody typed over, sorted or added is put right by scoring, and said."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from kpi_xl.commands.check import check
from kpi_xl.commands.receipt import Receipt, issue_json
from kpi_xl.commands.score import score
from kpi_xl.commands.verify import verify
from kpi_xl.hosts.file import FileHost
from kpi_xl.model.grid import a1
from kpi_xl.referee import available
from tests.commands.damage import D01_TOTAL, D02_TOTAL, Typed, damaged, place, put

TOTALS = [D01_TOTAL, D02_TOTAL]


def totals(receipt: Receipt) -> list[object]:
    return [card["total"] for card in receipt.facts["cards"]]  # type: ignore[attr-defined]


def found(receipt: Receipt) -> list[tuple[str, str]]:
    return [(issue.code, issue.cell) for issue in receipt.issues]


@pytest.fixture
def scored(tmp_path: Path) -> Path:
    path = damaged(tmp_path)
    assert found(score(FileHost(path))) == []
    return path


@pytest.mark.parametrize(
    ("table", "column", "typed", "shown"),
    [
        ("tblCards", "total", 120.0, "120"),
        ("tblCards", "grade", "S", "S"),
        ("tblDetail", "score", "=100+20", "=100+20"),
        ("tblFacts", "value", 1.0, "1"),
        ("tblChecks", "result", "✓", "✓"),
        ("tblParameters", "setting", 999.0, "999"),
        ("tblPlan", "key", "DECK12|GPM", "DECK12|GPM"),
        ("tblActuals", "key", "2026-03|D01|GPM", "2026-03|D01|GPM"),
        ("tblAdjustments", "limit", 120.0, "120"),
    ],
)
def test_a_formula_that_was_typed_over_comes_back(
    table: str, column: str, typed: Typed, shown: str, scored: Path
) -> None:
    cell = place(scored, table, column)
    formulas = FileHost(scored).formulas(table)
    put({cell: typed})(scored)
    assert FileHost(scored).formulas(table) != formulas

    receipt = score(FileHost(scored))
    assert found(receipt) == [("I-FORMULA-MENDED", cell)]
    said = str(issue_json(receipt.issues[0], "zh")["message"])
    assert shown in said
    assert "{" not in said
    assert totals(receipt) == TOTALS
    assert receipt.exit_code == 0
    assert FileHost(scored).formulas(table) == formulas
    assert found(score(FileHost(scored))) == []


def test_a_formula_that_points_to_another_row_comes_back(scored: Path) -> None:
    cell = place(scored, "tblDetail", "score", row=3)
    row, column = 8, FileHost(scored).tables()["tblDetail"].header.index("指标得分") + 1
    own = FileHost(scored).formulas("tblDetail")[row, column]
    put({cell: f"={own.replace(str(row), str(row - 1))}"})(scored)
    assert found(score(FileHost(scored))) == [("I-FORMULA-MENDED", cell)]


def test_a_total_typed_over_on_the_printed_form_comes_back(scored: Path) -> None:
    formulas = FileHost(scored).formulas("k_card")
    row, column = next(at for at, text in formulas.items() if "$H$5" in text and at[0] > 10)
    cell = f"考核评分表!{a1(row, column)}"
    put({cell: 120.0})(scored)
    assert found(score(FileHost(scored))) == [("I-FORMULA-MENDED", cell)]
    assert FileHost(scored).formulas("k_card") == formulas


def test_many_formulas_typed_over_are_counted(scored: Path) -> None:
    cells = [place(scored, "tblDetail", column, row) for column in ("score", "weighted") for row in range(1, 13)]
    put(dict.fromkeys(cells, 120.0))(scored)
    issues = score(FileHost(scored)).issues
    assert [issue.code for issue in issues] == ["I-FORMULA-MENDED"] * 20 + ["I-FORMULA-MENDED-MORE"]
    assert issues[-1].args["count"] == 4


def test_a_row_typed_below_a_table_is_read_and_taken_in(tmp_path: Path) -> None:
    gone: dict[str, Typed] = {f"填报!{column}6": None for column in "ABCD"}
    below: dict[str, Typed] = {"填报!A20": "2026-03", "填报!B20": "D01", "填报!C20": "REV", "填报!D20": 5_400_000.0}
    path = damaged(tmp_path, put({**gone, **below}))
    receipt = score(FileHost(path))
    assert found(receipt) == [("I-ROW-BELOW", "填报!A20")]
    assert totals(receipt) == TOTALS
    grid = FileHost(path).tables()["tblActuals"]
    assert grid.declared == 15
    assert grid.rows[14][grid.header.index("匹配键")] == "2026-03|D01|REV"
    assert found(score(FileHost(path))) == []
    if available("formualizer") is None:
        assert verify(path, ("formualizer",)).issues == ()


def test_a_sorted_table_scores_the_same(tmp_path: Path) -> None:
    path = damaged(tmp_path)
    rows = FileHost(path).tables()["tblActuals"].rows
    put({f"填报!{column}{19 - index}": row["ABCDEFGHIJ".index(column)]  # type: ignore[misc]
         for index, row in enumerate(rows) for column in "ABCDEFGHIJ"})(path)  # fmt: skip
    assert FileHost(path).tables()["tblActuals"].rows[0][2] == rows[13][2]
    receipt = score(FileHost(path))
    assert found(receipt) == []
    assert totals(receipt) == TOTALS
    if available("formualizer") is None:
        assert verify(path, ("formualizer",)).issues == ()


def test_a_new_plan_row_moves_formulas_and_mends_none(scored: Path) -> None:
    typed = {"A": "SECOND", "B": "ROI", "D": 0.0, "E": "EFFICACY", "F": "xs=6%; xh=14%", "I": "BLOCK"}
    row: dict[str, Typed] = {f"考核方案!{column}20": value for column, value in typed.items()}
    actual: dict[str, Typed] = {"填报!A20": "2026-03", "填报!B20": "D02", "填报!C20": "ROI", "填报!F20": 0.11}
    put({**row, **actual})(scored)
    receipt = score(FileHost(scored))
    assert found(receipt) == [("I-ROW-BELOW", "考核方案!A20"), ("I-ROW-BELOW", "填报!A20")]
    assert totals(receipt) == TOTALS


def test_another_language_is_no_damage(scored: Path) -> None:
    put({"设置!B7": "en"})(scored)
    receipt = score(FileHost(scored))
    assert found(receipt) == []
    assert totals(receipt) == TOTALS


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_a_book_saved_by_libreoffice_is_scored_like_any_other(scored: Path, tmp_path: Path) -> None:
    folder = tmp_path / "office"
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", str(folder), str(scored)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    path = folder / scored.name
    assert path.read_bytes() != scored.read_bytes()
    assert found(check(FileHost(path))) == []
    receipt = score(FileHost(path))
    assert found(receipt) == []
    assert totals(receipt) == TOTALS
