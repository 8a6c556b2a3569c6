"""Formulas of a sheet, against openpyxl, and the groups that offices share."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from kpi_xl.hosts.file import FileHost
from kpi_xl.hosts.ooxml.formulas import read_formulas
from tests.hosts.samples import handmade

FORMULAS = ("SUM(A1:A3)*2", 'IF(A1<5,"a&b","c>d")', "'考 核'!$B$3&\"x\"", "_xlfn.IFNA(A1,0)", 'A1&" "&\n B1', "TRUE()")


@pytest.mark.parametrize("prefix", ["", "x"])
def test_every_kind_of_formula_element(tmp_path: Path, prefix: str) -> None:
    rows = (
        '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><f>A1&amp;"&lt;"</f><v>1</v></c>'
        '<c r="C1"><f ca="1">NOW()</f></c></row>'
        '<row r="2"><c r="A2"><f t="array" ref="A2:A3">B1:B2</f><v>1</v></c><c r="B2"><f t="shared" ref="B2:D3" si="4">'
        'A2+$A2+A$2+SUM(A:A)+LOG10(A2)</f></c><c r="C2" t="str"><f t="shared" si="4"/><v>x</v></c></row>'
        '<row r="3"><c r="A3"><v>1</v></c><c r="D3"><f t="shared" si="4"/></c></row>'
    )
    assert FileHost(handmade(tmp_path / "a.xlsx", rows, prefix=prefix)).formulas("tblHand") == {
        (1, 2): 'A1&"<"',
        (1, 3): "NOW()",
        (2, 1): "B1:B2",
        (2, 2): "A2+$A2+A$2+SUM(A:A)+LOG10(A2)",
        (2, 3): "B2+$A2+B$2+SUM(B:B)+LOG10(B2)",
        (3, 4): "C3+$A3+C$2+SUM(C:C)+LOG10(C3)",
    }


def test_a_shared_reference_that_leaves_the_sheet_is_broken() -> None:
    data = (
        b'<worksheet><sheetData><row r="2"><c r="B2"><f t="shared" si="0">A1</f></c></row>'
        b'<row r="3"><c r="A3"><f t="shared" si="0"/></c></row></sheetData></worksheet>'
    )
    assert read_formulas(data)[3, 1] == "#REF!"


def test_formulas_read_as_openpyxl_reads_them(tmp_path: Path) -> None:
    path = tmp_path / "formulas.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.add_table(0, 0, 3, 3, {"name": "tblHand"})
        for row, text in enumerate(FORMULAS, start=5):
            sheet.write_formula(row, 2, f"={text}", None, 1.5)
            sheet.write_formula(row, 3, f"={text}", None, "text")
    theirs = {
        (cell.row, cell.column): str(cell.value).removeprefix("=")
        for line in openpyxl.load_workbook(path).worksheets[0].iter_rows(min_row=6)
        for cell in line
        if cell.data_type == "f"
    }
    assert len(theirs) == 2 * len(FORMULAS)
    assert FileHost(path).formulas("tblHand") == theirs
