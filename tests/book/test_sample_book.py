"""The sample company as a book: no errors, agreed by an outside engine, and scored for three months in a row."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from kpi_xl.book.sample import sample
from kpi_xl.book.tables.check_list import remarks_in
from kpi_xl.commands.check import check, read_and_check
from kpi_xl.commands.new import new_from, new_sample
from kpi_xl.commands.receipt import Receipt
from kpi_xl.commands.score import score
from kpi_xl.commands.verify import verify
from kpi_xl.hosts.file import FileHost
from kpi_xl.labels import label
from tests.workbooks.books import skip_without


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sample") / "book.xlsx"
    new_sample(path, FileHost, "zh")
    return path


@pytest.fixture(scope="module")
def scored(book: Path) -> Receipt:
    return score(FileHost(book))


def totals(path: Path, month: str) -> dict[str, float | None]:
    inputs = read_and_check(FileHost(path)).inputs
    return {row.key.partition("|")[2]: row.total for row in inputs.history if row.period == month}


def cards(receipt: Receipt) -> dict[str, dict[str, object]]:
    return {str(card["card"]): card for card in receipt.facts["cards"]}  # type: ignore[attr-defined]


def test_it_has_no_errors(scored: Receipt, book: Path) -> None:
    for receipt in (scored, check(FileHost(book))):
        assert receipt.is_done
        assert [issue for issue in receipt.issues if issue.severity == "error"] == []


def test_in_english_it_has_none_either_and_the_engine_agrees(tmp_path: Path) -> None:
    skip_without("formualizer")
    path = tmp_path / "book.xlsx"
    new_from(path, FileHost, sample("en"), "en")
    receipt = score(FileHost(path))
    assert [issue for issue in receipt.issues if issue.severity == "error"] == []
    assert cards(receipt)["P22#2"]["status"] == "OK"
    assert verify(path, ["formualizer"]).is_done


def test_the_checks_count_what_checking_finds_in_the_plan(scored: Receipt, book: Path) -> None:
    grid = FileHost(book).tables()["tblChecks"]
    wanted = {label("checks", f"check.{key}", "zh"): count for key, count in remarks_in(i.code for i in scored.issues).items()}
    shown = {row[1]: row[2] for row in grid.rows if row[1] in wanted}
    assert shown == wanted
    assert sum(wanted.values()) > 0
    assert {row[5] for row in grid.rows if row[1] in wanted and row[2]} == {"△"}


def test_the_engine_agrees(scored: Receipt, book: Path) -> None:
    skip_without("formualizer")
    assert verify(book, ["formualizer"]).is_done


def test_the_months_before_stand_in_the_history_unchanged(scored: Receipt, book: Path, tmp_path: Path) -> None:
    alone = tmp_path / "january.xlsx"
    new_from(alone, FileHost, sample("zh", "2025-01"), "zh")
    january = {name: card["total"] for name, card in cards(score(FileHost(alone))).items()}
    assert totals(book, "2025-01") == january
    assert set(totals(book, "2025-02")) == set(january)
    assert totals(book, "2025-03") == {name: card["total"] for name, card in cards(scored).items()}


def test_grades_are_spread_and_nobody_is_perfect(scored: Receipt) -> None:
    """Most people near the target, a few above it, a few below, one who failed; one card waits for a figure."""
    people = {name: card for name, card in cards(scored).items() if name.startswith("P")}
    grades = Counter(card["grade"] for card in people.values())
    assert grades["D"] == 1
    assert min(grades["A"], grades["B"], grades["C"]) >= 3
    assert {card["status"] for card in people.values()} == {"OK", "EXCLUDED", "WITHHELD"}
    assert max(float(str(card["total"])) for card in people.values() if card["total"] is not None) < 115


def test_who_failed_can_read_why(scored: Receipt) -> None:
    failed = next(name for name, card in cards(scored).items() if card["grade"] == "D")
    blocks = {row["block"] for row in sample("zh")["tblComments"] if row["subject"] == failed}
    assert {"problems", "improvements", "interview"} <= blocks


def test_what_is_withheld_waits_for_one_figure(scored: Receipt) -> None:
    withheld = {name for name, card in cards(scored).items() if card["status"] == "WITHHELD"}
    missing = {str(issue.args["subject"]) for issue in scored.issues if issue.code == "W-ACTUAL-MISSING"}
    assert withheld == {"P17"} <= missing
