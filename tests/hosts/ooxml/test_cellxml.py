"""Cells as XML: what is written is what calamine and openpyxl read."""

from __future__ import annotations

import io
import math
import zipfile
from datetime import datetime
from xml.etree.ElementTree import fromstring

import openpyxl
import pytest
import python_calamine
from hypothesis import given
from hypothesis import strategies as st

from kpi_xl.hosts.ooxml.cellxml import cell_xml, number_text
from kpi_xl.hosts.ooxml.rewriting import rewritten
from kpi_xl.hosts.ooxml.xmltext import MAX_TEXT, text_xml, xml_text
from kpi_xl.model.grid import CellError, CellOut, Scalar
from tests.hosts.samples import plain_book

SHEET = "xl/worksheets/sheet1.xml"
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False).filter(lambda number: abs(number) < 1e300)


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    path = plain_book(tmp_path_factory.mktemp("cells") / "a.xlsx", [], {})
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def book_with(parts: dict[str, bytes], *content: CellOut) -> io.BytesIO:
    """The workbook with these cells on its sheet."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, old in parts.items():
            archive.writestr(name, rewritten(old, content, {}, {}) if name == SHEET else old)
    stream.seek(0)
    return stream


def seen_by_calamine(parts: dict[str, bytes], *content: CellOut) -> list[list[object]]:
    sheet = python_calamine.load_workbook(book_with(parts, *content)).get_sheet_by_index(0)
    return [list(line) for line in sheet.to_python(skip_empty_area=False)]


@pytest.mark.parametrize(
    ("cell", "xml"),
    [
        (CellOut(2, 3, None), '<c r="C2" s="4"/>'),
        (CellOut(2, 3, ""), '<c r="C2" s="4"/>'),
        (CellOut(2, 3, 5.0), '<c r="C2" s="4"><v>5</v></c>'),
        (CellOut(2, 3, True), '<c r="C2" s="4" t="b"><v>1</v></c>'),
        (CellOut(2, 3, CellError("#N/A")), '<c r="C2" s="4" t="e"><v>#N/A</v></c>'),
        (CellOut(2, 3, "a<b"), '<c r="C2" s="4" t="inlineStr"><is><t>a&lt;b</t></is></c>'),
        (CellOut(2, 3, " a"), '<c r="C2" s="4" t="inlineStr"><is><t xml:space="preserve"> a</t></is></c>'),
        (CellOut(2, 3, "优", 'IF(A1<1,"优","")'), '<c r="C2" s="4" t="str"><f>IF(A1&lt;1,"优","")</f><v>优</v></c>'),
        (CellOut(2, 3, "", "A1&B1"), '<c r="C2" s="4" t="str"><f>A1&amp;B1</f><v></v></c>'),
        (CellOut(2, 3, None, "A1"), '<c r="C2" s="4"><f>A1</f></c>'),
        (CellOut(2, 3, False, "A1>1"), '<c r="C2" s="4" t="b"><f>A1&gt;1</f><v>0</v></c>'),
        (CellOut(2, 3, datetime(2024, 5, 1)), '<c r="C2" s="4"><v>45413</v></c>'),
        (CellOut(2, 3, math.nan), '<c r="C2" s="4" t="e"><v>#NUM!</v></c>'),
        (CellOut(2, 3, -math.inf, "A1"), '<c r="C2" s="4" t="e"><f>A1</f><v>#NUM!</v></c>'),
    ],
)
def test_each_kind_of_cell_in_the_words_of_the_format(cell: CellOut, xml: str) -> None:
    """Source: ECMA-376 Part 1, 18.3.1.4 c (Cell) and 18.18.11 ST_CellType."""
    assert cell_xml(cell, 4) == xml
    assert cell_xml(cell, 4, "x:").replace("x:", "") == xml


def test_a_date_follows_the_date_system_of_the_book() -> None:
    assert cell_xml(CellOut(1, 1, datetime(2024, 5, 1)), None, is_1904=True) == '<c r="A1"><v>43951</v></c>'


@given(st.lists(st.one_of(NUMBERS, st.booleans(), TEXTS), min_size=1, max_size=8))
def test_calamine_reads_back_every_value(parts: dict[str, bytes], values: list[Scalar]) -> None:
    content = [CellOut(1, at, value) for at, value in enumerate([*values, 1.0], start=1)]
    assert seen_by_calamine(parts, *content) == [[*values, 1.0]]


@given(st.lists(st.one_of(NUMBERS, st.booleans(), TEXTS), min_size=1, max_size=8))
def test_calamine_reads_back_every_result_of_a_formula(parts: dict[str, bytes], values: list[Scalar]) -> None:
    content = [CellOut(1, at, value, "1+1") for at, value in enumerate([*values, 1.0], start=1)]
    assert seen_by_calamine(parts, *content) == [[*values, 1.0]]


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40).map(str.strip).filter(bool))
def test_openpyxl_reads_back_every_formula(parts: dict[str, bytes], formula: str) -> None:
    sheet = openpyxl.load_workbook(book_with(parts, CellOut(3, 2, 0.0, formula))).worksheets[0]
    assert sheet["B3"].value == f"={formula}"


@given(NUMBERS)
def test_a_number_reads_back_as_itself(number: float) -> None:
    assert float(number_text(number)) == number


@given(st.text())
def test_any_text_becomes_xml_and_comes_back(text: str) -> None:
    written = text_xml(text)
    read = fromstring(f"<t>{written}</t>".encode()).text or ""
    assert xml_text(written.encode()) == text
    assert "\r" not in read


def test_text_longer_than_a_cell_holds_shows_that_it_was_cut() -> None:
    """Source: Microsoft, Excel specifications and limits: 32,767 characters in a cell."""
    assert text_xml("考" * MAX_TEXT) == "考" * 32_767
    assert text_xml("考" * (MAX_TEXT + 1)) == "考" * 32_766 + "…"


def test_cells_are_written_in_ascending_order_whatever_the_order_given(parts: dict[str, bytes]) -> None:
    places = [(3, 2), (1, 28), (1, 3), (3, 1)]
    xml = rewritten(parts[SHEET], [CellOut(row, column, 1.0) for row, column in places], {}, {})
    assert [child.get("r") for child in fromstring(xml).iter() if child.tag.endswith("}c")] == ["C1", "AB1", "A3", "B3"]
