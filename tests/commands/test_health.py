"""方案体检 and 公平性 on a book: what they say, what they keep from being confirmed, and that their arithmetic is live."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from kpi_xl.book.example import example
from kpi_xl.book.formula import violations
from kpi_xl.book.starter import Content
from kpi_xl.commands.adding import add_sheet
from kpi_xl.commands.check import check
from kpi_xl.commands.health import health
from kpi_xl.commands.new import new_from
from kpi_xl.commands.score import score
from kpi_xl.hosts.file import FileHost
from kpi_xl.labels import LANGS, Lang, label
from kpi_xl.model.grid import CellOut, Patch, Scalar, TableGrid, column_letters
from kpi_xl.model.issue import Issue
from kpi_xl.referee import formula_cells, recalculate
from tests.book.plan_health.books import added, changed
from tests.commands.conftest import CopyBook
from tests.workbooks.books import assert_agrees, assert_engines_agree, skip_without

Rows = Sequence[Mapping[str, Scalar]]
EARLY, OPEN = "draft", "targets_set"


def book(path: Path, content: Content, lang: Lang = "zh") -> Path:
    new_from(path, FileHost, content, lang)
    return path


def typed(path: Path, table: str, column: str, row: int, value: Scalar) -> None:
    """Somebody types one cell."""
    grid = FileHost(path).tables()[table]
    place = grid.header.index(label("columns", f"{table}.{column}", "zh"))
    FileHost(path).write([], [Patch(table, (CellOut(grid.row + 1 + row, grid.column + place, value),), grid.declared)])


def cells(path: Path, table: str, columns: Sequence[str], lang: Lang = "zh") -> list[tuple[Scalar, ...]]:
    grid = FileHost(path).tables()[table]
    places = [grid.header.index(label("columns", f"{table}.{column}", lang)) for column in columns]
    return [tuple(row[place] for place in places) for row in grid.rows]


def recalculated(path: Path, table: str, column: str) -> list[object]:
    """A column as an engine of others computes it now."""
    skip_without("formualizer")
    grid: TableGrid = FileHost(path).tables()[table]
    letters = column_letters(grid.column + grid.header.index(label("columns", f"{table}.{column}", "zh")))
    values = recalculate("formualizer", path).values
    return [values[grid.sheet, f"{letters}{grid.row + 1 + index}"] for index in range(len(grid.rows))]


def gate(path: Path) -> list[Issue]:
    return [issue for issue in check(FileHost(path)).issues if issue.code == "E-TARGETS-UNSOUND"]


@pytest.mark.parametrize("lang", LANGS)
def test_the_worked_example_is_sound_and_its_formulas_are_right(copy_book: CopyBook, lang: Lang) -> None:
    path = copy_book(lang, scored=True)
    receipt = health(FileHost(path))
    assert (receipt.exit_code, receipt.facts["blocking"], receipt.facts["cards"]) == (0, [], 1)
    assert receipt.facts["sheets"] == [label("sheets", key, lang) for key in ("health", "fairness")]
    assert len(cells(path, "tblSmart", ("kpi",), lang)) == 12
    formulas = formula_cells(path)
    assert not [cell.formula for cell in formulas.values() if list(violations(cell.formula))]
    assert_engines_agree(path)


def test_examining_twice_gives_the_same_file_and_scoring_leaves_it_alone(copy_book: CopyBook) -> None:
    path = copy_book("zh", scored=True)
    health(FileHost(path))
    once = path.read_bytes()
    health(FileHost(path))
    assert path.read_bytes() == once
    score(FileHost(path))
    assert cells(path, "tblBalance", ("share",))[0] == (0.7,)
    assert_engines_agree(path)


def test_a_changed_weight_moves_the_balance_before_anybody_examines_again(copy_book: CopyBook) -> None:
    """§1.2: 65 : 35 against 60 : 40 has an index of 0.95; 5 % go from revenue (short) to retention (long)."""
    path = copy_book("zh", scored=True)
    health(FileHost(path))
    weights = dict(cells(path, "tblPlan", ("kpi", "weight")))
    rows = [str(kpi) for (kpi,) in cells(path, "tblPlan", ("kpi",))]
    assert (weights["REV"], weights["RET"]) == (0.15, 0.1)
    typed(path, "tblPlan", "weight", rows.index("REV"), 0.10)
    typed(path, "tblPlan", "weight", rows.index("RET"), 0.15)
    shares, indexes = recalculated(path, "tblBalance", "share"), recalculated(path, "tblBalance", "index")
    assert (shares[0], shares[1], indexes[0]) == (pytest.approx(0.65), pytest.approx(0.35), pytest.approx(0.95))
    assert sum(map(float, recalculated(path, "tblBasis", "stale"))) == 2  # type: ignore[arg-type]
    health(FileHost(path))
    assert cells(path, "tblBalance", ("share", "index"))[0] == (0.65, 0.95)


def test_scoring_brings_the_live_cells_up_to_date(copy_book: CopyBook) -> None:
    """Weights that no office recomputed: the file must not show the balance of yesterday."""
    path = copy_book("zh", scored=True)
    health(FileHost(path))
    rows = [str(kpi) for (kpi,) in cells(path, "tblPlan", ("kpi",))]
    typed(path, "tblPlan", "weight", rows.index("REV"), 0.10)
    typed(path, "tblPlan", "weight", rows.index("RET"), 0.15)
    targets = [str(kpi) for (kpi,) in cells(path, "tblTargets", ("kpi",))]
    typed(path, "tblTargets", "target", targets.index("ORD"), 61_000.0)
    score(FileHost(path))
    assert cells(path, "tblBalance", ("share", "index"))[0] == (0.65, 0.95)
    changed_rows = [kpi for kpi, stale in cells(path, "tblBasis", ("kpi", "stale")) if stale]
    assert changed_rows == ["REV", "RET", "ORD"]
    assert_engines_agree(path)


def test_a_changed_tag_tips_the_balance(copy_book: CopyBook) -> None:
    path = copy_book("zh", scored=True)
    health(FileHost(path))
    rows = [str(kpi) for (kpi,) in cells(path, "tblIndicators", ("kpi",))]
    for kpi in ("RET", "MAU", "CSAT"):
        typed(path, "tblIndicators", "horizon", rows.index(kpi), "S")
    assert recalculated(path, "tblBalance", "sign")[:2] == ["✗", "✗"]


BROKEN = {"tblTargets.CSAT": {"stretch": 1.2}}
OVERRIDE: Mapping[str, Scalar] = {
    "template": "DECK12", "kpi": "CSAT", "check": "L-A5", "reason": "口径含返利，可超过 100%", "approver": "总经办",
}  # fmt: skip


def unsound(state: str) -> Content:
    return changed(example("zh"), {**BROKEN, "tblSettings.state": {"value": state}})


def test_targets_that_are_not_sound_are_not_confirmed(tmp_path: Path) -> None:
    path = book(tmp_path / "b.xlsx", unsound(OPEN))
    (issue,) = gate(path)
    rows = [str(key) for (key,) in cells(path, "tblSettings", ("key",))]
    assert issue.cell == f"设置!B{6 + rows.index('state')}"
    assert (issue.args["listed"], issue.cards) == ("D01 CSAT L-A5", frozenset({"D01"}))
    receipt = health(FileHost(path))
    (blocking,) = receipt.facts["blocking"]  # type: ignore[misc]
    assert (blocking["card"], blocking["kpi"], blocking["check"]) == ("D01", "CSAT", "L-A5")
    assert cells(path, "tblHealth", ("kpi", "check", "gates"))[0] == ("CSAT", "L-A5", "是")


def test_a_draft_may_be_unsound(tmp_path: Path) -> None:
    path = book(tmp_path / "b.xlsx", unsound(EARLY))
    assert gate(path) == []
    assert len(health(FileHost(path)).facts["blocking"]) == 1  # type: ignore[arg-type]


@pytest.mark.parametrize("approver", ["总经办", None])
def test_somebody_may_answer_for_a_failure_by_name(tmp_path: Path, approver: str | None) -> None:
    path = book(tmp_path / "b.xlsx", unsound(OPEN))
    add_sheet(FileHost(path), "collaboration", content={"tblOverrides": [{**OVERRIDE, "approver": approver}]})
    assert len(gate(path)) == (0 if approver else 1)
    health(FileHost(path))
    shown = [row for row in cells(path, "tblHealth", ("check", "gates", "reason")) if row[0] == "L-A5"]
    assert shown == [("L-A5", "已豁免", OVERRIDE["reason"]) if approver else ("L-A5", "是", None)]


UNITS: Rows = [
    {"subject": name, "kind": "team", "name": f"团队{name}", "parent": "D01", "template": None, "rank_group": None}
    for name in ("T1", "T2", "T3")
]


def sharing(whole: float, shares: Sequence[float], targets: Sequence[float | None]) -> tuple[Content, Rows]:
    """A department whose orders are split among three teams, named by code or by name."""
    start = changed(example("zh"), {"tblTargets.ORD": {"target": whole, "threshold": whole * 0.8, "stretch": whole * 1.2}})
    rows: Rows = [
        {"period": "2026-03", "subject": f"T{n}", "kpi": "ORD", "target": target}
        for n, target in enumerate(targets, start=1)
    ]
    parts: Rows = [
        {"kpi": "ORD", "unit": unit, "role": "A" if unit == "T1" else "R", "mode": "SHARED-SPLIT", "share": share}
        for unit, share in zip(("T1", "团队T2", "T3"), shares, strict=True)
    ]
    return added(added(start, "tblSubjects", UNITS), "tblTargets", rows), parts


@pytest.mark.parametrize(
    ("whole", "shares", "exact"),
    [
        (100_001.0, (0.6, 0.4, 0.0), (60_001.0, 40_000.0, 0.0)),
        (100.0, (1 / 3, 1 / 3, 1 / 3), (34.0, 33.0, 33.0)),
        (10.0, (0.25, 0.25, 0.5), (3.0, 2.0, 5.0)),
    ],
)
def test_split_targets_sum_to_the_parent_s_exactly(
    tmp_path: Path, whole: float, shares: Sequence[float], exact: Sequence[float]
) -> None:
    """§1.3: largest remainder, so that the units' targets make the parent's; the sheet works it out by itself."""
    content, parts = sharing(whole, shares, (exact[0], exact[1] + 1, None))
    path = book(tmp_path / "b.xlsx", content)
    add_sheet(FileHost(path), "collaboration", content={"tblRaci": parts})
    receipt = health(FileHost(path))
    shown = cells(path, "tblShares", ("whole", "exact", "sign"))
    assert shown == [(whole, exact[0], "✓"), (whole, exact[1], "▲"), (whole, exact[2], "–")]
    (issue,) = [issue for issue in receipt.issues if issue.code == "W-SHARE-TARGET"]
    assert (issue.args["found"], issue.args["wanted"], issue.cards) == (exact[1] + 1, exact[1], frozenset({"T2"}))
    assert recalculated(path, "tblShares", "exact") == list(exact)
    assert_engines_agree(path)


def test_a_split_that_cannot_be_exact_is_left_open(tmp_path: Path) -> None:
    content, parts = sharing(100.0, (0.5, 0.3, 0.1), (50.0, 30.0, 10.0))
    path = book(tmp_path / "b.xlsx", content)
    add_sheet(FileHost(path), "collaboration", content={"tblRaci": parts})
    health(FileHost(path))
    assert set(cells(path, "tblShares", ("exact", "sign"))) == {("—", "–")}
    found = [row for row in cells(path, "tblCollaboration", ("kpi", "verdict")) if row[0] == "ORD"]
    assert found == [("ORD", "注意")]
    assert_engines_agree(path)


def test_a_rate_is_not_split(tmp_path: Path) -> None:
    path = book(tmp_path / "b.xlsx", example("zh"))
    parts = [{"kpi": "CVR", "unit": "D01", "role": "A", "mode": "SHARED-SPLIT", "share": 1.0}]
    add_sheet(FileHost(path), "collaboration", content={"tblRaci": parts})
    (issue,) = check(FileHost(path)).issues
    assert (issue.code, issue.cell, issue.args["kpi"]) == ("W-SHARE-RATE", "协作", "CVR")


def test_a_whole_company_is_examined_and_compared(tmp_path: Path) -> None:
    """The sample: sound, with unions of functions, and every check of fairness that has something to look at."""
    from kpi_xl.book.sample import sample

    path = book(tmp_path / "sample.xlsx", sample("zh"))
    score(FileHost(path))
    receipt = health(FileHost(path))
    assert (receipt.facts["blocking"], gate(path)) == ([], [])
    assert len(cells(path, "tblTeams", ("team",))) == 4
    titles = dict.fromkeys(title for (title,) in cells(path, "tblFairness", ("title",)))
    assert len(titles) == 10
    skip_without("formualizer")
    assert_agrees(path, recalculate("formualizer", path))


def test_a_book_that_cannot_be_read_is_not_examined(tmp_path: Path) -> None:
    path = book(tmp_path / "b.xlsx", changed(example("zh"), {"tblSettings.period": {"value": "soon"}}))
    before = path.read_bytes()
    receipt = health(FileHost(path))
    assert (receipt.is_done, receipt.exit_code) == (False, 1)
    assert path.read_bytes() == before
