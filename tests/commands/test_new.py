"""A new book: its tables, its validation, its look, and that it has no errors whatever the preset."""

from __future__ import annotations

import hashlib
from pathlib import Path

import openpyxl
import pytest

from kpi_xl.book.sheets import SHEETS, STARTING_TABLES
from kpi_xl.commands.new import new
from kpi_xl.errors import WorkbookError
from kpi_xl.hosts.file import FileHost
from kpi_xl.labels import Lang, label
from kpi_xl.library import indicators, presets


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("preset", list(presets()))
def test_every_preset_gives_a_book_without_errors(tmp_path: Path, preset: str, lang: Lang) -> None:
    receipt = new(tmp_path / "book.xlsx", FileHost, preset, lang, "2026Q1")
    assert receipt.exit_code == 0
    assert not [issue for issue in receipt.issues if issue.severity == "error"]
    codes = ("W-ACTUAL-MISSING", "W-RATINGS-MISSING", "W-MILESTONES-MISSING")
    missing = {issue.args["kpi"] for issue in receipt.issues if issue.code in codes}
    assert missing == set(presets()[preset].weights)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_sheets_and_tables_of_the_data_model(tmp_path: Path, lang: Lang) -> None:
    path = tmp_path / "book.xlsx"
    new(path, FileHost, lang=lang)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == [label("sheets", sheet.key, lang) for sheet in SHEETS]
    assert {name for sheet in book for name in sheet.tables} == set(STARTING_TABLES)
    assert all(sheet.sheet_state == "visible" and not sheet.merged_cells.ranges for sheet in book)
    assert {sheet.title for sheet in book if sheet.freeze_panes} >= {
        label("sheets", key, lang) for key in ("plan", "form")
    }
    assert len(list(FileHost(path).tables()["tblIndicators"].rows)) == len(indicators()) == 67
    lists = [v for v in book[label("sheets", "plan", lang)].data_validations.dataValidation if v.type == "list"]
    assert any("RATIO_INV" in (v.formula1 or "") for v in lists)
    assert "kpi input weight" in book.named_styles


def test_same_text_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        new(tmp_path / name, FileHost, "B2C", "zh", "2026-03")
    digests = {hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() for name in ("a.xlsx", "b.xlsx")}
    assert len(digests) == 1


def test_a_preset_answers_to_its_chinese_name(tmp_path: Path) -> None:
    assert new(tmp_path / "book.xlsx", FileHost, "用户运营").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"preset": "D2C"}, "E-PRESET-UNKNOWN"),
        ({"period": "2026-13"}, "E-PERIOD-CODE"),
        ({"period": "March"}, "E-PERIOD-CODE"),
    ],
)
def test_wrong_arguments_write_nothing(tmp_path: Path, arguments: dict[str, str], code: str) -> None:
    path = tmp_path / "book.xlsx"
    with pytest.raises(WorkbookError) as raised:
        new(path, FileHost, **arguments)  # type: ignore[arg-type]
    assert raised.value.code == code
    assert not path.exists()


def test_an_existing_file_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_text("mine")
    with pytest.raises(WorkbookError, match="E-BOOK-EXISTS"):
        new(path, FileHost)
    assert path.read_text() == "mine"
