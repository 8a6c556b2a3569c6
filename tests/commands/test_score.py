"""Scoring a file: idempotent, faithful to every part it does not own, and honest in its history."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest

from kpi_xl.commands.score import score
from kpi_xl.hosts.file import FileHost
from kpi_xl.labels import label
from tests.commands.conftest import CopyBook

FOREIGN = {
    "xl/charts/chart99.xml": b'<?xml version="1.0"?><c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"/>',
    "xl/media/image99.png": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "customXml/item1.xml": b"<root><secret>keep me</secret></root>",
    "xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" + b"macro" * 400,
    "xl/slicers/slicer1.xml": b"<slicers/>",
    "docProps/custom.xml": b"<Properties/>",
}
OWNED = ("xl/worksheets/", "xl/tables/")


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def with_foreign_parts(path: Path) -> None:
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, data in FOREIGN.items():
            archive.writestr(name, data)


def test_scoring_twice_gives_the_same_bytes(copy_book: CopyBook) -> None:
    path = copy_book()
    score(FileHost(path))
    once = path.read_bytes()
    score(FileHost(path))
    assert path.read_bytes() == once


def test_parts_that_are_not_ours_stay_byte_for_byte(copy_book: CopyBook) -> None:
    path = copy_book()
    with_foreign_parts(path)
    before = parts(path)
    assert score(FileHost(path)).is_done
    after = parts(path)
    assert set(before) == set(after)
    changed = {name for name in before if before[name] != after[name]}
    assert changed
    assert all(name.startswith(OWNED) for name in changed)
    assert all(after[name] == data for name, data in FOREIGN.items())


def test_sheets_that_people_fill_stay_byte_for_byte(copy_book: CopyBook) -> None:
    path = copy_book()
    book = openpyxl.load_workbook(path, read_only=True)
    inputs = {
        label("sheets", key, "zh") for key in ("plan", "targets", "actuals", "settings", "subjects", "indicators")
    }
    names = {f"xl/worksheets/sheet{number}.xml" for number, name in enumerate(book.sheetnames, 1) if name in inputs}
    before = parts(path)
    score(FileHost(path))
    after = parts(path)
    assert len(names) == len(inputs)
    assert all(before[name] == after[name] for name in names)


def test_out_leaves_the_original_alone(copy_book: CopyBook, tmp_path: Path) -> None:
    path, out = copy_book(), tmp_path / "out.xlsx"
    before = path.read_bytes()
    assert score(FileHost(path, out)).is_done
    assert path.read_bytes() == before
    assert score(FileHost(out)).facts["cards"][0]["total"] == 99.22  # type: ignore[index]


def test_history_replaces_its_own_period_and_keeps_the_others(copy_book: CopyBook) -> None:
    path = copy_book()
    score(FileHost(path))
    book = openpyxl.load_workbook(path)
    sheet = book[label("sheets", "settings", "zh")]
    row = next(row for row in sheet.iter_rows(min_row=6, max_col=2) if row[0].value == "period")
    row[1].value = "2026-04"
    book.save(path)
    score(FileHost(path))
    keys = [row[0] for row in FileHost(path).tables()["tblHistory"].rows]
    assert keys == ["2026-03|D01", "2026-04|D01"]
    score(FileHost(path))
    history = FileHost(path).tables()["tblHistory"]
    totals = {
        row[0]: row[list(history.header).index(label("columns", "tblHistory.total", "zh"))] for row in history.rows
    }
    assert totals == {"2026-03|D01": 99.22, "2026-04|D01": "—"}


def test_a_book_saved_by_openpyxl_is_scored_like_any_other(copy_book: CopyBook) -> None:
    path = copy_book()
    openpyxl.load_workbook(path).save(path)
    assert score(FileHost(path)).facts["cards"][0]["total"] == 99.22  # type: ignore[index]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_form_shows_the_total(copy_book: CopyBook, lang: str) -> None:
    path = copy_book(lang, scored=True)
    sheet = openpyxl.load_workbook(path, data_only=True)[label("sheets", "form", lang)]  # type: ignore[arg-type]
    values = [cell.value for row in sheet.iter_rows() for cell in row]
    assert 99.22 in values
    assert "B" in values
