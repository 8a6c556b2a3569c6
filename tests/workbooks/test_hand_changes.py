"""One cell changed by hand in a scored book: nothing missing becomes a zero, nothing that matters changes unseen."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from kpi_xl.book.example import example
from kpi_xl.book.sheets import TABLES
from kpi_xl.book.starter import Content
from kpi_xl.commands.new import new_from
from kpi_xl.commands.score import score
from kpi_xl.hosts.file import FileHost
from kpi_xl.labels import label
from kpi_xl.model.grid import CellOut, Patch, Scalar, TableGrid, a1
from kpi_xl.referee import Value, recalculate
from tests.workbooks.books import OFFICES, assert_agrees, skip_without

NUMBERS = {
    "tblPlan": ("weight",),
    "tblTargets": ("threshold", "target", "stretch"),
    "tblActuals": ("num", "den", "value"),
}
GIVEN = [
    (table, str(row["kpi"]), column)
    for table, columns in NUMBERS.items()
    for row in example("zh")[table]
    for column in columns
    if row.get(column) is not None
]
"""Every number of the worked example that a score hangs on."""
STALE, FAILED = (label("form", f"master.{key}", "zh").partition("{")[0] for key in ("stale", "fail"))


def example_in_words() -> Content:
    """The worked example with one indicator judged by a word, in a group of its own."""
    content = example("zh")
    by_words = {"rule": "PASSFAIL", "params": "op=in; value=合格,优良", "missing": "REWEIGHT"}
    return {
        **content,
        "tblPlan": [{**row, **by_words} if row["kpi"] == "DLT" else row for row in content["tblPlan"]],
        "tblActuals": [{**row, "value": "合格 "} if row["kpi"] == "DLT" else row for row in content["tblActuals"]],
    }


@pytest.fixture(scope="module")
def scored_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("scored") / "book.xlsx"
    new_from(path, FileHost, example("zh"), "zh")
    assert score(FileHost(path)).is_done
    return path


@pytest.fixture(scope="module")
def book_in_words(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("words") / "book.xlsx"
    new_from(path, FileHost, example_in_words(), "zh")
    assert score(FileHost(path)).is_done
    return path


def changed(book: Path, folder: Path, table: str, row: str, values: Mapping[str, Scalar]) -> Path:
    """A copy of the book with cells of one row changed and nothing recalculated; the row is found by its code."""
    path = folder / "changed.xlsx"
    shutil.copyfile(book, path)
    grid = FileHost(path).tables()[table]
    line = grid.row + 1 + _index(grid, row)
    cells = tuple(CellOut(line, grid.column + _position(grid, column), value) for column, value in values.items())
    FileHost(path).write([], [Patch(table, cells, grid.declared)])
    return path


def _index(grid: TableGrid, code: str) -> int:
    """The row that holds this code in any cell; the first empty one for an empty code."""
    if not code:
        return next(index for index, cells in enumerate(grid.rows) if cells[0] is None)
    return next(index for index, cells in enumerate(grid.rows) if code in cells)


def _position(grid: TableGrid, column: str) -> int:
    return grid.header.index(label("columns", f"{grid.name}.{column}", "zh"))


def shown(path: Path, engine: str) -> Sequence[Value]:
    """Total, coefficient and the sign above the checks, as an office shows them."""
    values = recalculate(engine, path).values
    cards = FileHost(path).tables()["tblCards"]
    places = [a1(cards.row + 1, cards.column + TABLES["tblCards"].position(key)) for key in ("total", "coefficient")]
    return [*(values[cards.sheet, place] for place in places), values[label("sheets", "checks", "zh"), "A3"]]


@pytest.mark.parametrize(("table", "kpi", "column"), GIVEN)
def test_an_emptied_number_withholds_the_total(
    scored_book: Path, tmp_path: Path, table: str, kpi: str, column: str
) -> None:
    skip_without("formualizer")
    path = changed(scored_book, tmp_path, table, kpi, {column: None})
    total, coefficient, sign = shown(path, "formualizer")
    assert (total, coefficient) == ("—", "—")
    assert str(sign).startswith(FAILED if column == "weight" else STALE)


@pytest.mark.parametrize(
    ("table", "row", "values"),
    [
        ("tblIndicators", "MAU", {"direction": "down"}),
        ("tblIndicators", "MAU", {"decimals": 1.0}),
        ("tblIndicators", "MAU", {"perspective": "O"}),
        ("tblIndicators", "MAU", {"min_n": 30.0}),
        ("tblIndicators", "MAU", {"agg_time": "RATIO"}),
        ("tblPlan", "MAU", {"rule": "STEP"}),
        ("tblPlan", "MAU", {"params": "cap=110"}),
        ("tblPlan", "MAU", {"missing": "ZERO"}),
        ("tblSubjects", "D01", {"template": "其他"}),
        ("tblSubjects", "D01", {"rank_group": "其他"}),
        ("tblSettings", "period", {"value": "2026-04"}),
        ("tblSettings", "total_cap", {"value": 90.0}),
        ("tblAdjustments", "", {"period": "2026-03", "subject": "D01", "kind": "bonus", "points": 2.0}),
        ("tblActuals", "RET", {"n": 12.0}),
        ("tblActuals", "REV", {"flag": "PROVISIONAL"}),
        ("tblActuals", "REV", {"period": "2026-04"}),
    ],
)
def test_a_change_that_matters_is_signed(
    scored_book: Path, tmp_path: Path, table: str, row: str, values: Mapping[str, Scalar]
) -> None:
    skip_without("formualizer")
    path = changed(scored_book, tmp_path, table, row, values)
    sign = str(shown(path, "formualizer")[2])
    assert sign.startswith(FAILED if table == "tblAdjustments" else STALE), "a bonus without approver is a failed check"
    if score(FileHost(path)).is_done:
        recalculated = recalculate("formualizer", path)
        assert_agrees(path, recalculated)
        assert not str(recalculated.values[label("sheets", "checks", "zh"), "A3"]).startswith(STALE)


@pytest.mark.parametrize("engine", OFFICES)
def test_an_impossible_fraction_is_named_on_the_sheet(scored_book: Path, tmp_path: Path, engine: str) -> None:
    """After scoring the same cell is an error of its row; before, the sheet itself says what it is."""
    skip_without(engine)
    path = changed(scored_book, tmp_path, "tblActuals", "CVR", {"num": 5.0, "den": -1.0, "value": None})
    detail = FileHost(path).tables()["tblDetail"]
    line = detail.row + 1 + next(i for i, cells in enumerate(detail.rows) if "CVR" in cells)
    place = a1(line, detail.column + TABLES["tblDetail"].position("status"))
    assert recalculate(engine, path).values[detail.sheet, place] == "NON_FINITE"


@pytest.mark.parametrize("word", ["优良", "不合格", None, 3.0])
@pytest.mark.parametrize("engine", OFFICES)
def test_a_word_changed_by_hand_is_signed(book_in_words: Path, tmp_path: Path, word: Scalar, engine: str) -> None:
    skip_without(engine)
    assert not str(shown(book_in_words, engine)[2]).startswith(STALE)
    path = changed(book_in_words, tmp_path, "tblActuals", "DLT", {"value": word})
    assert str(shown(path, engine)[2]).startswith(STALE)


@pytest.mark.parametrize("engine", OFFICES)
@pytest.mark.parametrize(
    ("table", "row", "values", "total"),
    [
        ("tblSettings", "total_cap", {"value": 90.0}, 90.0),
        ("tblSettings", "total_cap", {"value": None}, "—"),
        ("tblGrades", "STEP", {"coef": 0.1}, 99.22),
        ("tblActuals", "RET", {"n": 12.0}, "—"),
    ],
)
def test_settings_and_grades_flow_by_themselves(
    scored_book: Path, tmp_path: Path, table: str, row: str, values: Mapping[str, Scalar], total: Value, engine: str
) -> None:
    skip_without(engine)
    assert shown(changed(scored_book, tmp_path, table, row, values), engine)[0] == total


@pytest.mark.parametrize("engine", OFFICES)
def test_a_row_typed_below_the_table_flows_by_its_key(tmp_path: Path, engine: str) -> None:
    """An office that does not grow tables: the typed row and its key count at once, and after scoring too."""
    skip_without(engine)
    path, content = tmp_path / "book.xlsx", example("zh")
    rows = [row for row in content["tblActuals"] if row["kpi"] != "DLT"]
    new_from(path, FileHost, {**content, "tblActuals": rows}, "zh")
    assert score(FileHost(path)).facts["cards"][0]["total"] is None  # type: ignore[index]
    grid = FileHost(path).tables()["tblActuals"]
    line = grid.row + 1 + grid.declared
    typed = {"period": "2026-03", "subject": "D01", "kpi": "DLT", "value": 50.4, "key": "2026-03|D01|DLT"}
    cells = tuple(CellOut(line, grid.column + _position(grid, column), value) for column, value in typed.items())
    FileHost(path).write([], [Patch("tblActuals", cells, grid.declared)])
    assert FileHost(path).tables()["tblActuals"].declared == grid.declared
    total, _, sign = shown(path, engine)
    assert (total, str(sign).startswith(STALE)) == (99.22, True)
    assert score(FileHost(path)).facts["cards"][0]["total"] == 99.22  # type: ignore[index]
    assert_agrees(path, recalculate(engine, path))


@pytest.mark.parametrize("engine", OFFICES)
def test_an_emptied_coefficient_is_none_at_all(scored_book: Path, tmp_path: Path, engine: str) -> None:
    skip_without(engine)
    path = tmp_path / "changed.xlsx"
    shutil.copyfile(scored_book, path)
    grid = FileHost(path).tables()["tblGrades"]
    line = next(i for i, cells in enumerate(grid.rows) if cells[:2] == ("STEP", "B")) + grid.row + 1
    emptied = CellOut(line, grid.column + _position(grid, "coef"), None)
    FileHost(path).write([], [Patch("tblGrades", (emptied,), grid.declared)])
    assert list(shown(path, engine)[:2]) == [99.22, "—"]
