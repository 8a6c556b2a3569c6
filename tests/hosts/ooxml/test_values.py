"""Values as read from a sheet: every kind of cell, and the same as independent readers see."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path

import openpyxl
import pytest
import python_calamine
import xlsxwriter

from kpi_xl.hosts.file import FileHost
from kpi_xl.model.grid import CellError, Scalar
from tests.hosts.samples import edited, handmade

ECMA_ERRORS = ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA")
LATER_ERRORS = ("#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!", "#CONNECT!", "#BUSY!", "#PYTHON!", "#UNKNOWN!")


def column(path: Path, position: int = 0) -> list[Scalar]:
    """One column of the only table."""
    return [line[position] for line in FileHost(path).tables()["tblHand"].rows]


def sheet_of(*contents: str) -> str:
    """Rows below a heading, each with one cell in column A: attributes and content by hand."""
    lines = (f'<row r="{n}"><c r="A{n}" {text}</c></row>' for n, text in enumerate(contents, start=2))
    return '<row r="1"><c r="A1"><v>1</v></c></row>' + "".join(lines)


@pytest.mark.parametrize("code", ECMA_ERRORS + LATER_ERRORS)
@pytest.mark.parametrize("cell", ['t="e"><v>{}</v>', 't="e" vm="1"><f>1/0</f><v>{}</v>', "t='e'><v>{}</v>"])
def test_an_error_is_an_error_not_a_blank_and_not_a_text(tmp_path: Path, code: str, cell: str) -> None:
    path = handmade(tmp_path / "a.xlsx", sheet_of(cell.format(code)), ref="A1:C2")
    assert column(path) == [CellError(code)]


def test_the_text_of_an_error_is_a_text(tmp_path: Path) -> None:
    path = handmade(tmp_path / "a.xlsx", sheet_of('t="str"><v>#N/A</v>'), ref="A1:C2")
    assert column(path) == ["#N/A"]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("><v>5</v>", 5.0),
        (' t="n"><f>A1*2</f><v>1E-3</v>', 0.001),
        ("><v>0.30000000000000004</v>", 0.1 + 0.2),
        ("><v>NaN</v>", CellError("#NUM!")),
        ("><v/>", None),
        ("><f>A1</f>", None),
        (' t="b"><v>1</v>', True),
        (' t="b"><v>0</v>', False),
        (' t="s"><v>0</v>', "订单 <A&B>"),
        (' t="s"><v>1</v>', None),
        (' t="s"><v>2</v>', "东京 2024"),
        (' t="s"><v>3</v>', "say 'a' & b"),
        (' t="str"><f>B1</f><v></v>', None),
        (' t="str"><f>B1</f><v> two  spaces </v>', " two  spaces "),
        (' t="str"><v>a_x000D_b_x005F_x0041_</v>', "a\rb_x0041_"),
        (' t="str"><v>line&#10;break&#x4e2d;</v>', "line\nbreak中"),
        (' t="inlineStr"><is><t xml:space="preserve"> in </t></is>', " in "),
        (' t="inlineStr"><is><r><rPr><b/></rPr><t>bo</t></r><r><t>ld</t></r></is>', "bold"),
        (' t="d"><v>2024-05-01T10:30:00</v>', datetime(2024, 5, 1, 10, 30)),
        (' t="d"><v>2024-05-01</v>', datetime(2024, 5, 1)),
        (' s="1"><v>45413</v>', datetime(2024, 5, 1)),
        (' s="1"><v>45413.75</v>', datetime(2024, 5, 1, 18)),
        (' s="1"><v>-5</v>', -5.0),
        (' s="1"><v>0</v>', 0.0),
        (' s="1"><v>59</v>', datetime(1900, 2, 28)),
        (' s="1"><v>61</v>', datetime(1900, 3, 1)),
        (' s="1"><v>99999999</v>', 99999999.0),
    ],
)
@pytest.mark.parametrize("prefix", ["", "x"])
def test_each_kind_of_cell(tmp_path: Path, prefix: str, cell: str, value: Scalar) -> None:
    strings = (
        "<si><t>订单 &lt;A&amp;B&gt;</t></si><si><t></t></si>"
        '<si><r><t>东京</t></r><r><t xml:space="preserve"> 2024</t></r><rPh sb="0" eb="2"><t>トウキョウ</t></rPh></si>'
        "<si><t><![CDATA[say 'a' & b]]></t></si>"
    )
    path = handmade(tmp_path / "a.xlsx", sheet_of(cell), ref="A1:C2", strings=strings, prefix=prefix)
    assert column(path) == [value]


def test_dates_of_the_1904_system(tmp_path: Path) -> None:
    rows = sheet_of(' s="1"><v>43951</v>', ' s="1"><v>0</v>')
    path = handmade(tmp_path / "a.xlsx", rows, ref="A1:C3", is_1904=True)
    assert column(path) == [datetime(2024, 5, 1), datetime(1904, 1, 1)]


def test_rows_and_cells_need_not_say_where_they_are(tmp_path: Path) -> None:
    rows = (
        "<row><c><v>1</v></c></row><row><c><v>2</v></c><c t='b'><v>1</v></c></row>"
        "<row r='4'><c r='C4'><v>3</v></c></row>"
    )
    grid = FileHost(handmade(tmp_path / "a.xlsx", rows)).tables()["tblHand"]
    assert grid.rows == ((2.0, True, None), (None, None, None), (None, None, 3.0))


def test_a_cell_at_the_far_corner_costs_nothing(tmp_path: Path) -> None:
    rows = sheet_of("><v>1</v>") + '<row r="1048576"><c r="XFD1048576"><v>9</v></c></row>'
    assert column(handmade(tmp_path / "a.xlsx", rows, ref="A1:C2")) == [1.0]


def test_comments_in_the_xml_are_no_cells(tmp_path: Path) -> None:
    ghost = '<!-- <row r="2"><c r="A2"><v>7</v></c></row> --><row r="2"'
    rows = sheet_of("><v>1</v>").replace('<row r="2"', ghost)
    assert column(handmade(tmp_path / "a.xlsx", rows, ref="A1:C2")) == [1.0]


def test_a_table_whose_heading_row_is_switched_off_has_its_column_names(tmp_path: Path) -> None:
    path = handmade(tmp_path / "a.xlsx", sheet_of("><v>2</v>"), ref="A2:C2")
    off = edited(
        path, tmp_path / "b.xlsx",
        {"xl/tables/table1.xml": lambda xml: xml.replace(b'ref="A2:C2"', b'ref="A2:C2" headerRowCount="0"', 1)},
    )
    grid = FileHost(off).tables()["tblHand"]
    assert (grid.header, grid.row, grid.rows) == (("h1", "h2", "h3"), 1, ((2.0, None, None),))


FORMATS = (
    "yyyy-mm-dd", "d/m/yy h:mm", "mmm-yy", 'yyyy"年"m"月"d"日"', "[Red]yyyy", "0.00", '0\\.0,"万"', '0.0"days"',
    "General", "@", "0%", "#,##0;[Red]-#,##0", "0.00E+00", '"y"0', "mm/dd", "yyyy;@",
)


def test_what_is_a_date_is_one_for_calamine_and_openpyxl(tmp_path: Path) -> None:
    path = tmp_path / "formats.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.add_table(0, 0, len(FORMATS), 0, {"name": "tblHand", "columns": [{"header": "a"}]})
        for row, code in enumerate(FORMATS, start=1):
            sheet.write_number(row, 0, 45413.25, book.add_format({"num_format": code}))
    ours = [isinstance(value, datetime) for value in column(path)]
    calamine = python_calamine.load_workbook(path).get_sheet_by_index(0).to_python()
    assert ours == [isinstance(line[0], datetime) for line in calamine[1:]]
    assert ours == [cell.is_date for cell in openpyxl.load_workbook(path).worksheets[0]["A"][1:]]


@pytest.mark.parametrize("code", ["h:mm", "[h]:mm", "[mm]", "mm:ss.0", "h:mm AM/PM"])
def test_times_and_durations_are_numbers_of_days(tmp_path: Path, code: str) -> None:
    styles = f'<numFmts><numFmt numFmtId="170" formatCode="{code}"/></numFmts><cellXfs><xf numFmtId="170"/></cellXfs>'
    path = handmade(tmp_path / "a.xlsx", sheet_of("><v>1.5</v>"), ref="A1:C2", styles=styles)
    assert column(path) == [1.5]


@pytest.mark.parametrize(("number", "is_date"), [(31, True), (57, True), (32, False), (55, False), (21, False)])
def test_chinese_built_in_formats_need_no_definition(tmp_path: Path, number: int, is_date: bool) -> None:
    """Source: ECMA-376 Part 1, 18.8.30, formats for zh-cn: 31 is a full date, 55 a time of day."""
    styles = f'<cellXfs><xf numFmtId="{number}"/></cellXfs>'
    path = handmade(tmp_path / "a.xlsx", sheet_of("><v>45413</v>"), ref="A1:C2", styles=styles)
    assert column(path) == [datetime(2024, 5, 1) if is_date else 45413.0]


def test_a_wide_sheet_reads_as_calamine_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "wide.xlsx"
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd hh:mm"}) as book:
        sheet = book.add_worksheet()
        sheet.add_table(0, 0, 400, 29, {"name": "tblHand", "columns": [{"header": f"c{n}"} for n in range(30)]})
        for row in range(1, 401):
            for at in range(30):
                _write(sheet, row, at)
    theirs = python_calamine.load_workbook(path).get_sheet_by_index(0).to_python()
    grid = FileHost(path).tables()["tblHand"]
    assert len(grid.rows) == 400
    for ours, line in zip(grid.rows, theirs[1:], strict=True):
        assert list(ours) == [_scalar(value) for value in line]


def _write(sheet: xlsxwriter.worksheet.Worksheet, row: int, at: int) -> None:
    match (row + at) % 6:
        case 0:
            sheet.write_number(row, at, row * 1.37 / (at + 1))
        case 1:
            sheet.write_string(row, at, f"客户 {row % 37} <{at}>")
        case 2:
            sheet.write_formula(row, at, f"=A{row}*2", None, row / 7)
        case 3:
            sheet.write_boolean(row, at, row % 2 == 0)
        case 4:
            sheet.write_datetime(row, at, datetime(2024, 1, 1) + timedelta(minutes=row * 61))
        case _:
            sheet.write_formula(row, at, '=""', None, f"t{row}")


def _scalar(value: object) -> object:
    if value == "":
        return None
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time())
    return value
