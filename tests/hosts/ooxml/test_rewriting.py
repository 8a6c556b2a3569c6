"""A sheet's cells replaced: formats, row attributes, prefixes, dimension."""

from __future__ import annotations

import re

import pytest

from kpi_xl.hosts.ooxml.rewriting import rewritten
from kpi_xl.model.grid import CellOut

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
HEAD = (
    f'<?xml version="1.0"?>\n<worksheet xmlns="{MAIN}" xmlns:x14ac="urn:x"><dimension ref="A1:C9"/>'
    '<sheetViews><sheetView workbookViewId="0"/></sheetViews><cols><col min="1" max="1" width="9"/></cols>'
)
TAIL = '<autoFilter ref="A1:B2"/>\n<mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells></worksheet>'
ROWS = (
    '<row r="1" spans="1:3" s="2" customFormat="1" ht="30" customHeight="1" x14ac:dyDescent="0.2">'
    '<c r="A1" s="7" t="s"><v>0</v></c></row>'
    '<row r="2" hidden="1" outlineLevel="1">'
    '<c r="B2" s="8" t="str" cm="1"><f t="array" ref="B2">X</f><v>1</v></c></row>'
    '<row r="9" hidden="false" collapsed="0" ht="12"><c r="C9"/></row>'
)


def sheet(rows: str = ROWS) -> bytes:
    return f"{HEAD}<sheetData>{rows}</sheetData>{TAIL}".encode()


def data_of(xml: bytes) -> str:
    found = re.search(rb"<sheetData>(.*)</sheetData>", xml, re.DOTALL)
    assert found
    return found[1].decode()


def test_all_around_the_cells_stays_and_the_dimension_follows() -> None:
    xml = rewritten(sheet(), [CellOut(2, 2, 1.0), CellOut(4, 4, 2.0)], {}, {}).decode()
    before, after = xml.split("<sheetData>")[0], xml.split("</sheetData>")[1]
    assert (before, after) == (HEAD.replace("A1:C9", "B2:D4"), TAIL)


def test_a_cell_takes_its_named_style_else_the_format_that_stood_there() -> None:
    styled = [CellOut(2, 2, 3.0, style="score"), CellOut(2, 3, 4.0, style="gone")]
    content = [CellOut(1, 1, 1.0), CellOut(1, 2, 2.0), *styled]
    xml = data_of(rewritten(sheet(), content, {}, {"score": 5}))
    assert re.findall(r'<c r="(\w+)"(?: s="(\d)")?', xml) == [("A1", "7"), ("B1", ""), ("B2", "5"), ("C2", "")]


def test_rows_keep_what_a_user_chose_and_get_the_heights_they_are_given() -> None:
    xml = data_of(rewritten(sheet(), [CellOut(1, 1, None)], {2: 18.75, 3: 40.0}, {}))
    assert re.findall(r"<row ([^>]*?)/?>", xml) == [
        'r="1" s="2" customFormat="1"',
        'r="2" ht="18.75" customHeight="1" hidden="1" outlineLevel="1"',
        'r="3" ht="40" customHeight="1"',
    ]


def test_rows_to_show_are_shown() -> None:
    xml = data_of(rewritten(sheet(), [], {}, {}, shown=frozenset({2})))
    assert 'r="2" outlineLevel="1"' in xml


@pytest.mark.parametrize("empty", ["<sheetData/>", "<sheetData />", "<sheetData></sheetData>"])
def test_an_empty_sheet_is_filled_and_a_full_one_emptied(empty: str) -> None:
    bare = f"{HEAD}{empty}{TAIL}".encode()
    filled = rewritten(bare, [CellOut(1, 1, 1.0)], {}, {})
    assert data_of(filled) == '<row r="1"><c r="A1"><v>1</v></c></row>'
    emptied = rewritten(filled, [], {}, {})
    assert data_of(emptied) == ""
    assert b'<dimension ref="A1"/>' in emptied


def test_a_prefixed_sheet_gets_prefixed_cells() -> None:
    prefixed = (
        f'<x:worksheet xmlns:x="{MAIN}"><x:dimension ref="A1"/><x:sheetData><x:row r="1"><x:c r="A1" s="3"/></x:row>'
        "</x:sheetData></x:worksheet>"
    )
    xml = rewritten(prefixed.encode(), [CellOut(1, 1, "a", "B1")], {}, {}).decode()
    assert '<x:row r="1"><x:c r="A1" s="3" t="str"><x:f>B1</x:f><x:v>a</x:v></x:c></x:row>' in xml


def test_writing_again_changes_nothing() -> None:
    content = [CellOut(1, 1, 1.0), CellOut(2, 2, "a", "B1"), CellOut(5, 1, None)]
    once = rewritten(sheet(), content, {5: 33.0}, {})
    assert rewritten(once, content, {5: 33.0}, {}) == once
