"""Fidelity: a graft adds parts and changes those in which sheets and formats are entered, and no byte besides."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
import python_calamine
import xlsxwriter

from kpi_xl.errors import WorkbookError
from kpi_xl.hosts.file import FileHost
from tests.hosts.samples import (
    MILESTONES,
    TARGETS,
    donor_book,
    edited,
    handmade,
    plain_book,
    raw_members,
    rich_book,
    zipped,
)

ENTERED = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"}
BROUGHT = {"xl/worksheets/sheet4.xml", "xl/worksheets/_rels/sheet4.xml.rels", "xl/tables/table3.xml"}
MAIN, STRICT = "http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@pytest.fixture
def rich(tmp_path: Path) -> Path:
    return rich_book(tmp_path / "rich.xlsm")


@pytest.fixture
def donor(tmp_path: Path) -> Path:
    return donor_book(tmp_path / "donor.xlsx")


def part(path: Path, name: str) -> str:
    with zipfile.ZipFile(path) as archive:
        return archive.read(name).decode()


def with_part(path: Path, name: str, change: Callable[[str], str]) -> Path:
    return edited(path, path, {name: lambda data: change(data.decode()).encode()})


def test_every_other_part_keeps_its_very_bytes(rich: Path, donor: Path) -> None:
    before = raw_members(rich)
    FileHost(rich).graft(donor, "tblTargets")
    after = raw_members(rich)
    assert before.keys() - after.keys() == {"xl/calcChain.xml"}
    assert after.keys() - before.keys() == BROUGHT
    assert {name for name in after.keys() & before.keys() if after[name] != before[name]} == ENTERED
    assert after["xl/vbaProject.bin"] == before["xl/vbaProject.bin"]


def test_the_sheet_stands_behind_its_anchor_and_names_keep_their_sheets(rich: Path, donor: Path) -> None:
    FileHost(rich).graft(donor, "tblTargets")
    book = openpyxl.load_workbook(rich)
    assert book.sheetnames == ["目标", "里程碑", "汇总排名", "考核评分表"]
    assert (book["里程碑"].print_title_rows, book["里程碑"].freeze_panes) == ("$1:$5", "B6")
    assert (book["汇总排名"].print_area, book["目标"].print_area) == ("'汇总排名'!$A$1:$F$40", "")
    assert book["里程碑"].sheet_properties.tabColor.rgb == "FFD9A400"
    assert [sheet.title for sheet in book if sheet.sheet_view.tabSelected] == ["目标"]


def test_the_tab_that_is_open_stays_open(rich: Path, donor: Path) -> None:
    with_part(rich, "xl/workbook.xml", lambda xml: xml.replace("<workbookView ", '<workbookView activeTab="2" '))
    FileHost(rich).graft(donor, "tblTargets")
    assert openpyxl.load_workbook(rich).active.title == "考核评分表"


def test_an_independent_reader_sees_the_values(rich: Path, donor: Path) -> None:
    FileHost(rich).graft(donor)
    rows = python_calamine.CalamineWorkbook.from_path(rich).get_sheet_by_name("里程碑").to_python()
    assert rows[4:] == [
        list(MILESTONES.header), ["新仓上线", 0.4, datetime(2024, 5, 31).date(), "新仓上线|P01"],
        ["试运行", 0.6, "", "试运行|P01"],
    ]  # fmt: skip


def test_looks_rules_and_prompts_come_along_and_the_books_own_stay(rich: Path, donor: Path) -> None:
    before = openpyxl.load_workbook(rich)
    FileHost(rich).graft(donor)
    book = openpyxl.load_workbook(rich)
    sheet = book["里程碑"]
    due = sheet["C6"]
    assert (due.number_format, due.fill.fgColor.rgb, sheet["A1"].font.b) == ("yyyy-mm-dd", "FFFFF8E1", True)
    ((rule,),) = (each.rules for each in sheet.conditional_formatting)
    assert (rule.dxf.font.color.rgb, rule.dxf.numFmt.formatCode) == ("FFB42318", '0.0"分"')
    (prompt,) = sheet.data_validations.dataValidation
    assert (str(prompt.sqref), prompt.type, prompt.formula2) == ("B6:B60", "decimal", "1")
    assert sheet["A3"].hyperlink.location == "k_card"
    for name in before.sheetnames:
        for row in before[name].iter_rows():
            for cell in row:
                same = book[name][cell.coordinate]
                looks = [(each.value, repr(each.font), repr(each.fill), each.number_format) for each in (same, cell)]
                assert looks[0] == looks[1]


def test_ids_of_tables_and_parts_are_new_and_listed(rich: Path, donor: Path) -> None:
    FileHost(rich).graft(donor)
    ids = [re.search(r' id="(\d+)"', part(rich, f"xl/tables/table{number}.xml")) for number in (1, 2, 3)]
    assert [found and found[1] for found in ids] == ["1", "2", "3"]
    types = part(rich, "[Content_Types].xml")
    assert types.count('PartName="/xl/worksheets/sheet4.xml"') == types.count('PartName="/xl/tables/table3.xml"') == 1
    assert len(set(re.findall(r'sheetId="(\d+)"', part(rich, "xl/workbook.xml")))) == 4
    relations = re.findall(r'Id="(\w+)"', part(rich, "xl/_rels/workbook.xml.rels"))
    assert len(set(relations)) == len(relations)


@pytest.mark.parametrize("formula", ["SUM('目标:考核评分表'!B3)", "SUM(目标:汇总排名!C6)"])
def test_a_reference_across_sheets_does_not_swallow_the_new_one(rich: Path, donor: Path, formula: str) -> None:
    """Were the sheet put between the two, the sum would silently take in a cell of it."""
    with_part(rich, "xl/worksheets/sheet3.xml", lambda xml: xml.replace("<f>B3", f"<f>{formula}&amp;B3"))
    FileHost(rich).graft(donor, "tblTargets")
    assert openpyxl.load_workbook(rich).sheetnames == ["目标", "汇总排名", "考核评分表", "里程碑"]


def test_a_protected_structure_is_left_alone(rich: Path, donor: Path) -> None:
    lock = '<workbookProtection lockStructure="1"/><bookViews>'
    with_part(rich, "xl/workbook.xml", lambda xml: xml.replace("<bookViews>", lock))
    before = rich.read_bytes()
    with pytest.raises(WorkbookError) as failure:
        FileHost(rich).graft(donor)
    assert (failure.value.code, rich.read_bytes()) == ("E-BOOK-STRUCTURE", before)


def test_a_book_that_changed_on_disk_is_left_alone(rich: Path, donor: Path) -> None:
    host = FileHost(rich)
    host.tables()
    other = rich_book(rich.with_name("other.xlsm")).read_bytes() + b""
    rich.write_bytes(other[:-2] + b"\1\0x")
    with pytest.raises(WorkbookError) as failure:
        host.graft(donor)
    assert failure.value.code == "E-BOOK-CHANGED"


def test_a_second_graft_of_other_tables_finds_free_places(rich: Path, donor: Path, tmp_path: Path) -> None:
    again = with_part(
        donor_book(tmp_path / "again.xlsx"), "xl/tables/table1.xml", lambda xml: xml.replace("tblMilestones", "tblOther")
    )
    third = with_part(
        donor_book(tmp_path / "third.xlsx"), "xl/tables/table1.xml", lambda xml: xml.replace("tblMilestones", "tblThird")
    )
    host = FileHost(rich)
    assert (host.graft(donor), host.graft(again)) == (("里程碑",), ("里程碑 (2)",))
    styles = part(rich, "xl/styles.xml")
    assert (host.graft(third), part(rich, "xl/styles.xml")) == (("里程碑 (3)",), styles), "what is there is used again"
    assert openpyxl.load_workbook(rich)["里程碑 (2)"].print_title_rows == "$1:$5"
    assert host.formulas("tblOther")[2, 2] == "'里程碑 (2)'!B6+B7"


def test_dates_follow_the_books_date_system(donor: Path, tmp_path: Path) -> None:
    path = plain_book(tmp_path / "old.xlsx", [TARGETS], {})
    with_part(path, "xl/workbook.xml", lambda xml: xml.replace("<workbookPr ", '<workbookPr date1904="1" '))
    FileHost(path).graft(donor)
    assert openpyxl.load_workbook(path)["里程碑"]["C6"].value == datetime(2024, 5, 31)
    assert FileHost(path).tables()["tblMilestones"] == MILESTONES


def test_a_book_whose_elements_carry_a_prefix_gets_them_too(donor: Path, tmp_path: Path) -> None:
    path = handmade(tmp_path / "net.xlsx", '<row r="1"><c r="A1"><v>1</v></c></row>', prefix="x")
    FileHost(path).graft(donor, "tblHand")
    assert FileHost(path).tables()["tblMilestones"] == MILESTONES
    styles = part(path, "xl/styles.xml")
    assert set(re.findall(r"</?(?!x:|\?)(\w+)", styles)) == set()
    assert re.findall("<x:patternFill patternType=\"(\\w+)\"", styles) == ["none", "gray125", "solid"]
    assert re.findall(r"<x:cellXfs count=\"(\d+)\"", styles) == [str(styles.partition("<x:cellXfs")[2].count("<x:xf "))]


def test_a_strict_book_stays_strict(donor: Path, tmp_path: Path) -> None:
    path = plain_book(tmp_path / "strict.xlsx", [TARGETS], {})
    names = [name for name in zipfile.ZipFile(path).namelist() if name.startswith(("xl/", "_rels"))]
    as_strict = lambda data: data.replace(MAIN.encode(), STRICT.encode()).replace(  # noqa: E731
        OFFICE.encode(), b"http://purl.oclc.org/ooxml/officeDocument/relationships"
    )
    edited(path, path, dict.fromkeys(names, as_strict))
    FileHost(path).graft(donor, "tblTargets")
    assert FileHost(path).tables()["tblMilestones"] == MILESTONES
    with zipfile.ZipFile(path) as archive:
        assert [name for name in archive.namelist() if MAIN.encode() in archive.read(name)] == []
        assert [name for name in archive.namelist() if OFFICE.encode() in archive.read(name)] == []


def test_a_book_without_formats_gets_the_donors(donor: Path, tmp_path: Path) -> None:
    path = plain_book(tmp_path / "bare.xlsx", [TARGETS], {})
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if name != "xl/styles.xml"}
    for name in ("[Content_Types].xml", "xl/_rels/workbook.xml.rels"):
        parts[name] = re.sub(rb"<(?:Override|Relationship) [^>]*styles[^>]*/>", b"", parts[name])
    zipped(path, parts)
    FileHost(path).graft(donor)
    assert openpyxl.load_workbook(path)["里程碑"]["C6"].number_format == "yyyy-mm-dd"


def test_a_chart_of_a_donor_follows_its_sheet(rich: Path, tmp_path: Path) -> None:
    path = tmp_path / "charted.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("目标")
        sheet.write_column("A1", [1, 2, 3])
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "=目标!$A$1:$A$3"})
        sheet.insert_chart("C2", chart)
        sheet.write_url("A9", "https://example.org/")
    assert FileHost(rich).graft(path) == ("目标 (2)",)
    book = openpyxl.load_workbook(rich)
    (drawn,) = book["目标 (2)"]._charts
    assert drawn.series[0].val.numRef.f == "'目标 (2)'!$A$1:$A$3"
    assert len(book["汇总排名"]._charts) == 1
    assert book["目标 (2)"]["A9"].hyperlink.target == "https://example.org/"


def test_half_a_sheet_of_pieces_reads_as_one(rich: Path, tmp_path: Path) -> None:
    """A sheet of several megabytes crosses in pieces; every row and every date must come out whole."""
    path, rows = tmp_path / "raw.xlsx", 60_000
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet("数据_订单")
        for row in range(rows):
            sheet.write_string(row, 0, f"O{row} </row> <c r=\"A1\" s=\"1\">")
            sheet.write_datetime(row, 1, datetime(2026, 1 + row % 12, 1 + row % 28), day)
            sheet.write_number(row, 2, row / 8)
    FileHost(rich).graft(path)
    found = python_calamine.CalamineWorkbook.from_path(rich).get_sheet_by_name("数据_订单").to_python()
    assert len(found) == rows
    assert found == [
        [f"O{row} </row> <c r=\"A1\" s=\"1\">", datetime(2026, 1 + row % 12, 1 + row % 28).date(), row / 8]
        for row in range(rows)
    ]
