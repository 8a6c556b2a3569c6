"""Cell formats by the name of their style, in files of several writers."""

from __future__ import annotations

import zipfile
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

import openpyxl
import xlsxwriter
from openpyxl.styles import Font, NamedStyle

from kpi_xl.hosts.ooxml.cellstyles import date_formats, style_formats

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
# As Excel writes it: style "score" (base 1) with one format a user made bold and one that is the style itself.
EXCEL = f"""<styleSheet xmlns="{MAIN}">
<numFmts count="1"><numFmt numFmtId="176" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/></numFmts>
<cellStyleXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"><alignment vertical="center"/></xf>
<xf numFmtId="2" fontId="1" fillId="2" borderId="1"/>
<xf numFmtId="9" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>
<cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>
<xf numFmtId="2" fontId="5" fillId="2" borderId="1" xfId="1" applyFont="1"/>
<xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>
<xf numFmtId="2" fontId="1" fillId="2" borderId="1" xfId="1"/>
<xf numFmtId="176" fontId="7" fillId="0" borderId="0" xfId="3"/></cellXfs>
<cellStyles count="4"><cellStyle name="常规" xfId="0" builtinId="0"/><cellStyle name="score" xfId="1"/>
<cellStyle name="unused" xfId="2"/><cellStyle name="bare" xfId="3"/></cellStyles></styleSheet>"""


def test_the_format_that_looks_like_the_style_stands_for_it() -> None:
    assert style_formats(fromstring(EXCEL)) == {"常规": 0, "score": 3, "bare": 4}


def test_date_formats_are_found_by_number_and_by_text() -> None:
    assert date_formats(fromstring(EXCEL)) == {2, 4}


def test_a_styles_part_without_style_names_has_none() -> None:
    bare = f'<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/></cellXfs></styleSheet>'
    assert style_formats(fromstring(bare)) == {}


def test_xlsxwriter_knows_the_normal_style_only(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        book.add_worksheet().write(0, 0, 1, book.add_format({"bold": True}))
    assert style_formats(_styles(tmp_path / "a.xlsx")) == {"Normal": 0}


def test_styles_that_openpyxl_names_are_those_its_cells_carry(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row, name in enumerate(("得分", "grade", "note"), start=1):
        sheet.cell(row, 1, 1.0).style = NamedStyle(name, font=Font(bold=row == 2, size=8 + row), number_format="0.00")
    book.save(tmp_path / "a.xlsx")
    found = style_formats(_styles(tmp_path / "a.xlsx"))
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        cells = fromstring(archive.read("xl/worksheets/sheet1.xml")).iter(f"{{{MAIN}}}c")
    assert [found[name] for name in ("得分", "grade", "note")] == [int(cell.get("s", "0")) for cell in cells]


def _styles(path: Path) -> Element:
    with zipfile.ZipFile(path) as archive:
        return fromstring(archive.read("xl/styles.xml"))
