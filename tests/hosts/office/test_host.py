"""A workbook open in LibreOffice: scored as its file is, in one undo step, by nobody's leave but the user's."""

from __future__ import annotations

import math
import re
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from kpi_xl.book.example import example
from kpi_xl.book.sheets import SHEETS
from kpi_xl.builder.frame import build
from kpi_xl.commands.new import new_from
from kpi_xl.commands.score import score
from kpi_xl.errors import WorkbookError
from kpi_xl.hosts.file import FileHost
from kpi_xl.hosts.office.cells import area_of
from kpi_xl.hosts.office.formulas import from_office, to_office
from kpi_xl.hosts.office.host import OfficeHost
from kpi_xl.hosts.office.program import Office, load_uno, property_value
from kpi_xl.labels import LANGS, Lang, label
from kpi_xl.model.grid import CellError, CellOut, Patch, Scalar, SheetOut
from tests.hosts.samples import CARDS, TARGETS, plain_book

ANCHORS = [sheet.anchor or sheet.tables[0].name for sheet in SHEETS]
HEADINGS = tuple(CellOut(5, 2 + at, text) for at, text in enumerate(CARDS.header))
ONE_ROW = SheetOut("tblCards", (*HEADINGS, CellOut(6, 2, "P09")), tables={"tblCards": 1})


def example_book(path: Path, lang: Lang) -> Path:
    new_from(path, FileHost, example(lang), lang)
    return path


def saved(document: Any, path: Path) -> Path:
    document.storeToURL(path.as_uri(), (property_value("FilterName", "Calc MS Excel 2007 XML"),))
    return path


def same(one: Scalar, other: Scalar) -> bool:
    """Equal, and numbers to the fifteen digits that a workbook keeps."""
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-14)
    return one == other


@pytest.mark.parametrize("lang", LANGS)
def test_the_worked_example_is_scored_as_its_file_is(office: Office, tmp_path: Path, lang: Lang) -> None:
    path = example_book(tmp_path / "book.xlsx", lang)
    document = office.open(path)
    live, file = OfficeHost(document), FileHost(path)
    receipts = score(live), score(file)
    assert [receipt.issues for receipt in receipts] == [(), ()]
    assert receipts[0].facts["cards"] == receipts[1].facts["cards"]
    tables = live.tables()
    total = tables["tblCards"].header.index(label("columns", "tblCards.total", lang))
    assert round(float(tables["tblCards"].rows[0][total]), 2) == 99.22  # type: ignore[arg-type]
    for name, grid in file.tables().items():
        assert (tables[name].header, tables[name].declared) == (tuple(grid.header), grid.declared)
        for mine, theirs in zip(tables[name].rows, grid.rows, strict=True):
            assert all(map(same, mine, theirs)), (name, mine, theirs)
    assert {anchor: live.formulas(anchor) for anchor in ANCHORS} == {anchor: file.formulas(anchor) for anchor in ANCHORS}


def test_what_it_saves_is_scored_again_without_a_change(office: Office, tmp_path: Path) -> None:
    document = office.open(example_book(tmp_path / "book.xlsx", "zh"))
    score(OfficeHost(document))
    receipt = score(FileHost(saved(document, tmp_path / "saved.xlsx")))
    assert receipt.issues == ()
    assert receipt.facts["cards"][0]["total"] == 99.22  # type: ignore[index]


def test_a_write_is_one_step_to_undo(office: Office, tmp_path: Path) -> None:
    document = office.open(plain_book(tmp_path / "book.xlsx", [CARDS, TARGETS], {}))
    host = OfficeHost(document, "重新计算")
    host.write([ONE_ROW], [Patch("tblTargets", (CellOut(9, 4, "k4"),), 4)])
    assert document.UndoManager.getAllUndoActionTitles() == ("重新计算",)
    assert host.tables()["tblTargets"].declared == 4
    written = {name: (grid.declared, tuple(grid.rows)) for name, grid in host.tables().items()}
    document.UndoManager.undo()
    assert dict(host.tables()) == {"tblCards": CARDS, "tblTargets": TARGETS}
    document.UndoManager.redo()
    assert {name: (grid.declared, tuple(grid.rows)) for name, grid in host.tables().items()} == written


def test_undoing_a_score_brings_the_book_back_as_it_was(office: Office, tmp_path: Path) -> None:
    build(tmp_path / "book.xlsx", example("zh"), "zh")
    document = office.open(tmp_path / "book.xlsx")
    before = cells_of(document)
    score(OfficeHost(document))
    scored = cells_of(document)
    assert scored != before
    document.UndoManager.undo()
    assert cells_of(document) == before
    document.UndoManager.redo()
    assert cells_of(document) == scored


def cells_of(document: Any) -> list[Any]:
    """Formula, style and protection of every cell that a sheet uses."""
    sheets = [document.Sheets.getByIndex(index) for index in range(document.Sheets.Count)]
    return [
        (sheet.isProtected(), sheet.getCellRangeByName("A1:CN60").getFormulaArray(), looks_of(sheet))
        for sheet in sheets
    ]


def looks_of(sheet: Any) -> dict[tuple[int, int], str]:
    """Cell style of every cell down to where our sheets end; columns that were never used have none to tell."""
    ranges = sheet.getCellRangeByName("A1:CN60").getCellFormatRanges()
    found = {}
    for index in range(ranges.Count):
        area, style = area_of(ranges.getByIndex(index).RangeAddress), ranges.getByIndex(index).CellStyle
        for row in range(area.top, area.bottom + 1):
            found |= {(row, column): style or "Default" for column in range(area.left, area.right + 1)}
    return found


def test_looks_are_those_of_the_scored_file(office: Office, tmp_path: Path) -> None:
    for name in ("live.xlsx", "file.xlsx"):
        build(tmp_path / name, example("zh"), "zh")
    live = office.open(tmp_path / "live.xlsx")
    score(OfficeHost(live))
    score(FileHost(tmp_path / "file.xlsx"))
    file = office.open(tmp_path / "file.xlsx")
    for name in live.Sheets.ElementNames:
        sheets = live.Sheets.getByName(name), file.Sheets.getByName(name)
        mine, theirs = map(looks_of, sheets)
        assert mine == theirs, name


def test_a_sheet_with_a_password_is_left_alone_and_so_is_the_rest(office: Office, tmp_path: Path) -> None:
    document = office.open(plain_book(tmp_path / "book.xlsx", [CARDS, TARGETS], {}))
    document.Sheets.getByName("目标").protect("secret")
    before = document.UndoManager.getAllUndoActionTitles()
    with pytest.raises(WorkbookError) as failure:
        OfficeHost(document).write([ONE_ROW], [Patch("tblTargets", (CellOut(6, 4, "k9"),), 3)])
    assert (failure.value.code, failure.value.args_by_name["sheet"]) == ("E-OFFICE-PROTECTED", "目标")
    assert dict(OfficeHost(document).tables()) == {"tblCards": CARDS, "tblTargets": TARGETS}
    assert document.UndoManager.getAllUndoActionTitles() == before


def test_what_the_office_refuses_leaves_nothing_behind(office: Office, tmp_path: Path) -> None:
    document = office.open(plain_book(tmp_path / "book.xlsx", [CARDS, TARGETS], {}))
    outside = Patch("tblTargets", (CellOut(2_000_000, 1, "too far"),), 3)
    with pytest.raises(WorkbookError) as failure:
        OfficeHost(document).write([ONE_ROW], [outside])
    assert failure.value.code == "E-OFFICE-REFUSED"
    assert dict(OfficeHost(document).tables()) == {"tblCards": CARDS, "tblTargets": TARGETS}
    assert document.isAutomaticCalculationEnabled() and not document.hasControllersLocked()
    assert (document.UndoManager.getAllUndoActionTitles(), document.UndoManager.getAllRedoActionTitles()) == ((), ())


def test_protection_without_a_password_comes_back_with_its_permissions(office: Office, tmp_path: Path) -> None:
    document = office.open(example_book(tmp_path / "book.xlsx", "zh"))
    before = protections(saved(document, tmp_path / "before.xlsx"))
    score(OfficeHost(document))
    assert protections(saved(document, tmp_path / "after.xlsx")) == before
    assert len(before) == 7


def protections(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        parts = [archive.read(name).decode() for name in sorted(archive.namelist()) if "worksheets/sheet" in name]
    return [found for part in parts for found in re.findall(r"<sheetProtection[^>]*>", part)]


def test_a_filter_on_a_result_table_does_not_hide_new_rows(office: Office, tmp_path: Path) -> None:
    document = office.open(plain_book(tmp_path / "book.xlsx", [CARDS], {}))
    sheet = document.Sheets.getByName("汇总排名")
    filtering = document.DatabaseRanges.getByName("tblCards").getFilterDescriptor()
    only = load_uno().createUnoStruct("com.sun.star.sheet.TableFilterField")
    only.Field, only.StringValue, only.IsNumeric = 0, "P02", False
    only.Operator = load_uno().Enum("com.sun.star.sheet.FilterOperator", "EQUAL")
    filtering.setFilterFields((only,))
    document.DatabaseRanges.getByName("tblCards").refresh()
    assert not sheet.Rows.getByIndex(5).IsVisible
    OfficeHost(document).write([ONE_ROW], [])
    assert sheet.Rows.getByIndex(5).IsVisible


def test_calculation_that_was_off_stays_off_and_the_new_cells_are_worked_out(office: Office, tmp_path: Path) -> None:
    document = office.open(plain_book(tmp_path / "book.xlsx", [CARDS], {}))
    document.enableAutomaticCalculation(False)
    host = OfficeHost(document)
    host.write([SheetOut("tblCards", (*HEADINGS, CellOut(6, 3, 6.0, "2*3")), tables={"tblCards": 1})], [])
    assert not document.isAutomaticCalculationEnabled()
    assert host.tables()["tblCards"].rows == ((None, 6.0, None),)


def test_every_kind_of_value_comes_back(office: Office, tmp_path: Path) -> None:
    document = office.open(plain_book(tmp_path / "book.xlsx", [CARDS], {}))
    host = OfficeHost(document)
    values: tuple[Scalar, ...] = ("2026-03", "=1+1", "'quoted", 0.1 + 0.2, True, False, CellError("#DIV/0!"))
    rows = [CellOut(6 + at, 2, value) for at, value in enumerate(values)]
    host.write([SheetOut("tblCards", (*HEADINGS, *rows), tables={"tblCards": len(values)})], [])
    assert tuple(row[0] for row in host.tables()["tblCards"].rows) == values
    assert host.formulas("tblCards") == {}


def test_a_date_is_a_date_by_its_format(office: Office, tmp_path: Path) -> None:
    document = office.open(plain_book(tmp_path / "book.xlsx", [CARDS], {}))
    cell = document.Sheets.getByName("汇总排名").getCellRangeByName("C6")
    cell.Value = 45413.0
    assert OfficeHost(document).tables()["tblCards"].rows[0][1] == 45413.0
    cell.NumberFormat = document.NumberFormats.getStandardFormat(2, document.CharLocale)
    assert OfficeHost(document).tables()["tblCards"].rows[0][1] == datetime(2024, 5, 1)


@pytest.mark.parametrize(
    ("file", "office_text"),
    [
        ('IF(A1="a,b;c!d",1,"x")', 'IF(A1="a,b;c!d";1;"x")'),
        ("'it''s 2026'!$A$1+'P'!B2", "$'it''s 2026'.$A$1+$'P'.B2"),
        ("SUM({1,2;3,4},Q.1)", "SUM({1;2|3;4};Q.1)"),
        ("STDEV.S(A1:B2)+LOG10(3)", "STDEV.S(A1:B2)+LOG10(3)"),
        ("IF(TRUE,FALSE,MyTRUE)", "IF(TRUE();FALSE();MyTRUE)"),
        ("IFERROR('a'!A:A,#N/A)", "IFERROR($'a'.A:A;#N/A)"),
    ],
)
def test_formulas_go_over_and_come_back(file: str, office_text: str) -> None:
    assert (to_office(file), from_office(office_text)) == (office_text, file)


def test_the_office_reads_our_spelling_as_we_read_its(office: Office, tmp_path: Path) -> None:
    document = office.open(plain_book(tmp_path / "book.xlsx", [CARDS, TARGETS], {}))
    texts = (
        "SUM({1,2;3,4})", "IF(TRUE,'目标'!A5,FALSE)", 'COUNTIF(\'目标\'!$A:$A,"a;b")', "SUM('目标'!1:3,B6)",
        "STDEV.S(1,2)", "IFERROR(1/0,#N/A)", "-2^2", "B6&\"\"\"!\"\"\"", "SUMPRODUCT(('目标'!$C$6:$C$7>0)*1)",
    )  # fmt: skip
    cells = [CellOut(6 + at, 3, None, text) for at, text in enumerate(texts)]
    host = OfficeHost(document)
    host.write([SheetOut("tblCards", (*HEADINGS, *cells), tables={"tblCards": len(texts)})], [])
    assert tuple(host.formulas("tblCards").values()) == texts
    assert [row[1] for row in host.tables()["tblCards"].rows][:2] == [10.0, "period"]
