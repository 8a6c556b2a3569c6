"""By hand in an office: a cell is changed and recalculated, and the form shows what `score` then computes."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from kpi_xl.book.example import example
from kpi_xl.book.render.form import HEADING, STRIP
from kpi_xl.commands.new import new_from
from kpi_xl.commands.score import score
from kpi_xl.hosts.file import FileHost
from kpi_xl.labels import label
from kpi_xl.model.grid import column_number
from kpi_xl.referee import recalculate
from tests.workbooks.books import OFFICES, skip_without

Edit = Callable[[Workbook], None]
ITEMS = 12
STRIP_ROW = HEADING + 1 + ITEMS + 3 + 2 + 1
TOTAL = f"{next(letters for key, letters, *_ in STRIP if key == 'total')}{STRIP_ROW}"
STALE = label("form", "master.stale", "zh")
BROKEN = label("form", "master.fail", "zh").format(n=1)
SHOWN_ON = (("form", "A3"), ("ranking", "A3"), ("checks", "A3"), ("home", "B3"), ("detail", "A3"))


@pytest.fixture(scope="module")
def scored_example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("what-if") / "example.xlsx"
    new_from(path, FileHost, example("zh"), "zh")
    assert score(FileHost(path)).is_done
    return path


def put(book: Workbook, sheet: str, kpi: str, column: str, value: object) -> None:
    """Type into the row of an indicator, found by its headings as a person would."""
    page = book[label("sheets", sheet, "zh")]
    table = {"plan": "tblPlan", "targets": "tblTargets", "actuals": "tblActuals"}[sheet]
    headings = {str(cell.value): cell.column for cell in page[5]}
    code, place = (
        headings[label("columns", f"{table}.kpi", "zh")],
        headings[label("columns", f"{table}.{column}", "zh")],
    )
    row = next(row for row in range(6, page.max_row + 1) if page.cell(row, code).value == kpi)
    page.cell(row, place).value = value


def an_actual(book: Workbook) -> None:
    put(book, "actuals", "MAU", "value", 880000)


def a_target(book: Workbook) -> None:
    put(book, "targets", "REV", "target", 6_000_000)


def two_weights(book: Workbook) -> None:
    put(book, "plan", "REV", "weight", 0.10)
    put(book, "plan", "DLT", "weight", 0.10)


def a_threshold_and_a_numerator(book: Workbook) -> None:
    put(book, "targets", "GPM", "threshold", 0.19)
    put(book, "actuals", "GPM", "num", 1_080_000)


def all_of_them(book: Workbook) -> None:
    for edit in (an_actual, a_target, two_weights):
        edit(book)


def an_emptied_actual(book: Workbook) -> None:
    put(book, "actuals", "MAU", "value", None)


def one_weight_alone(book: Workbook) -> None:
    put(book, "plan", "REV", "weight", 0.20)


EDITS = (
    (an_actual, 100.72),  # MAU 110.00 instead of 95.00, 10 %
    (a_target, 96.52),  # REV 90.00 instead of 108.00, 15 %
    (two_weights, 98.57),  # 5 points from REV 108.00 to DLT 95.00
    (a_threshold_and_a_numerator, None),
    (all_of_them, None),
    (an_emptied_actual, "—"),
    (one_weight_alone, "—"),
)
# An office takes ten times as long to start; the edits that hold the others go through it too.
TRIALS = [(*each, "formualizer") for each in EDITS] + [(*each, "libreoffice") for each in EDITS[4:]]


@pytest.mark.parametrize(("edit", "total", "engine"), TRIALS)
def test_what_the_office_shows_is_what_score_computes(
    scored_example: Path, tmp_path: Path, edit: Edit, total: float | str | None, engine: str
) -> None:
    skip_without(engine)
    path = tmp_path / "edited.xlsx"
    shutil.copyfile(scored_example, path)
    book = openpyxl.load_workbook(path)
    edit(book)
    book.save(path)
    shown = recalculate(engine, path).values
    by_hand = shown[label("sheets", "form", "zh"), TOTAL]
    if total is not None:
        assert by_hand == pytest.approx(total) if isinstance(total, float) else by_hand == total
    wanted = BROKEN if edit is one_weight_alone else STALE
    assert {shown[label("sheets", sheet, "zh"), cell] for sheet, cell in SHOWN_ON} == {wanted}
    cards = score(FileHost(path)).facts["cards"]
    if edit is one_weight_alone:  # weights that do not add up are an error of the book: nothing is scored
        assert cards == []
        return
    computed = cards[0]["total"]  # type: ignore[index]
    assert by_hand == ("—" if computed is None else pytest.approx(computed, abs=1e-9))
    after = recalculate(engine, path).values
    assert after[label("sheets", "checks", "zh"), "A3"] != STALE


@pytest.mark.parametrize("engine", OFFICES)
def test_a_row_typed_below_the_table_counts_after_scoring(scored_example: Path, tmp_path: Path, engine: str) -> None:
    """LibreOffice does not grow a table: the typed row is read, reported, and taken into the table."""
    skip_without(engine)
    path = tmp_path / "below.xlsx"
    shutil.copyfile(scored_example, path)
    book = openpyxl.load_workbook(path)
    page = book[label("sheets", "actuals", "zh")]
    last = 5 + ITEMS
    moved = [page.cell(last, column).value for column in range(1, 11)]
    for column, value in enumerate(moved, start=1):
        page.cell(last + 1, column).value = value
        page.cell(last, column).value = None
    page.cell(last + 1, column_number("F")).value = 48
    book.save(path)
    receipt = score(FileHost(path))
    assert "I-ROW-BELOW" in {issue.code for issue in receipt.issues}
    assert receipt.facts["cards"][0]["total"] == pytest.approx(99.47)  # type: ignore[index]
    grown = FileHost(path).tables()["tblActuals"]
    assert grown.declared == ITEMS + 1
    assert recalculate(engine, path).values[label("sheets", "form", "zh"), TOTAL] == pytest.approx(99.47)
