"""Formula cells read from files of other writers, and from hand-written parts with every kind of cell."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from kpi_xl.errors import WorkbookError
from kpi_xl.model.grid import CellError
from kpi_xl.referee import FormulaCell, cells, formula_cells
from tests.referee.conftest import WriteBook

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"

STRINGS = f"""<sst xmlns="{MAIN}"><si><t>甲</t></si>
<si><r><t>华</t></r><r><t xml:space="preserve"> 东_x000D_</t></r><rPh sb="0" eb="1"><t>hua</t></rPh></si></sst>"""


def relations(*entries: tuple[str, str, str]) -> str:
    lines = "".join(f'<Relationship Id="{i}" Type="{RELATION}/{kind}" Target="{to}"/>' for i, kind, to in entries)
    return f'<Relationships xmlns="{RELATIONS}">{lines}</Relationships>'


def package(path: Path, sheet: str, name: str = "S") -> Path:
    """A workbook whose parts are not where most writers put them."""
    parts = {
        "_rels/.rels": relations(("r1", "officeDocument", "/book/main.xml")),
        "book/main.xml": f'<x:workbook xmlns:x="{MAIN}" xmlns:r="{RELATION}"><x:sheets>'
        f'<x:sheet name="图" sheetId="2" r:id="c"/><x:sheet name="{name}" sheetId="1" r:id="s"/></x:sheets></x:workbook>',
        "book/_rels/main.xml.rels": relations(
            ("s", "worksheet", "sheets/one.xml"), ("c", "chartsheet", "c.xml"), ("t", "sharedStrings", "../text.xml")
        ),
        "text.xml": STRINGS,
        "book/sheets/one.xml": sheet,
    }
    with ZipFile(path, "w", ZIP_DEFLATED) as book:
        for part, content in parts.items():
            book.writestr(part, content)
    return path


def read(tmp_path: Path, rows: str, prefix: str = "") -> dict[str, FormulaCell]:
    space = f'xmlns:{prefix[:-1]}="{MAIN}"' if prefix else f'xmlns="{MAIN}"'
    sheet = f"<{prefix}worksheet {space}><{prefix}sheetData>{rows}</{prefix}sheetData></{prefix}worksheet>"
    found = formula_cells(package(tmp_path / "book.xlsx", sheet))
    return {address: cell for (_, address), cell in found.items()}


@pytest.mark.parametrize(
    ("cell", "cached"),
    [
        ('<c r="B2"><f>X</f><v>-1.5E-7</v></c>', -1.5e-7),
        ('<c r="B2" t="n"><f>X</f><v>12</v></c>', 12.0),
        ('<c r="B2"><f>X</f></c>', None),
        ('<c r="B2"><f>X</f><v></v></c>', None),
        ('<c r="B2" t="str"><f>X</f><v>甲|乙_x000D_ &lt;3</v></c>', "甲|乙\r <3"),
        ('<c r="B2" t="str"><f>X</f><v></v></c>', ""),
        ('<c r="B2" t="s"><f>X</f><v>1</v></c>', "华 东\r"),
        ('<c r="B2" t="inlineStr"><f>X</f><is><r><t>行</t></r><r><t>内</t></r></is></c>', "行内"),
        ('<c r="B2" t="b"><f>X</f><v>1</v></c>', True),
        ('<c r="B2" t="b"><f>X</f><v>0</v></c>', False),
        ('<c r="B2" t="e"><f>X</f><v>#DIV/0!</v></c>', CellError("#DIV/0!")),
        ('<c r="B2" t="d"><f>X</f><v>2008-02-02T12:00:00Z</v></c>', 39480.5),
    ],
)
def test_every_kind_of_cell(tmp_path: Path, cell: str, cached: object) -> None:
    assert read(tmp_path, f'<row r="2">{cell}</row>') == {"B2": FormulaCell("X", cached)}  # type: ignore[arg-type]


def test_cells_without_formula_are_left_out(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="B1"/><c r="C1"><f>A1</f><v>1</v></c></row>'
    assert list(read(tmp_path, rows)) == ["C1"]


def test_shared_formula_is_moved_to_each_cell(tmp_path: Path) -> None:
    rows = (
        '<row r="2"><c r="C2"><f t="shared" ref="C2:D3" si="0">A2*$A2+A$1</f><v>1</v></c>'
        '<c r="D2"><f t="shared" si="0"/><v>2</v></c></row>'
        '<row r="3"><c r="C3"><f t="shared" si="0"/><v>3</v></c></row>'
    )
    found = read(tmp_path, rows)
    assert [cell.formula for cell in found.values()] == ["A2*$A2+A$1", "B2*$A2+B$1", "A3*$A3+A$1"]
    assert [cell.cached for cell in found.values()] == [1.0, 2.0, 3.0]


def test_prefixed_parts_without_addresses(tmp_path: Path) -> None:
    rows = (
        '<x:row r="4"><x:c r="Z4"><x:f>A1</x:f><x:v>1</x:v></x:c><x:c><x:f>B1</x:f><x:v>2</x:v></x:c></x:row>'
        "<x:row><x:c/><x:c><x:f>C1</x:f><x:v>3</x:v></x:c></x:row>"
    )
    assert list(read(tmp_path, rows, prefix="x:")) == ["Z4", "AA4", "B5"]


def test_formula_tag_across_two_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells, "_CHUNK", 3)
    assert list(read(tmp_path, '<row r="1"><c r="A1"><f>1</f><v>1</v></c></row>')) == ["A1"]


def test_values_as_xlsxwriter_stores_them(write_book: WriteBook) -> None:
    sheet = {"A1": ("=1/3", 1 / 3), "A2": ('="—"', "—"), "A3": ('=""', ""), "A4": ("=1=1", True), "A5": ("=1/0", "#DIV/0!")}
    found = formula_cells(write_book({"首页": {"A1": 1, "B1": "甲"}, "评分明细": sheet}))
    assert {place: cell.cached for place, cell in found.items()} == {
        ("评分明细", "A1"): 1 / 3,
        ("评分明细", "A2"): "—",
        ("评分明细", "A3"): None,
        ("评分明细", "A4"): True,
        ("评分明细", "A5"): CellError("#DIV/0!"),
    }
    assert found["评分明细", "A5"].formula == "1/0"


@pytest.mark.parametrize("content", [b"", b"no workbook", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 an encrypted one"])
def test_no_workbook(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "book.xlsx").write_bytes(content)
    with pytest.raises(WorkbookError) as failure:
        formula_cells(tmp_path / "book.xlsx")
    assert failure.value.code == "E-BOOK-UNREADABLE"


def test_broken_sheet(tmp_path: Path) -> None:
    with pytest.raises(WorkbookError) as failure:
        formula_cells(package(tmp_path / "book.xlsx", "<worksheet><row><c><f>1</f>"))
    assert failure.value.args_by_name["reason"] == "ParseError"
