"""Blocks of cells are written as the same cells one by one would be, and what stands already is left alone."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_xl.hosts.ooxml.patching import patched
from kpi_xl.hosts.ooxml.rewriting import rewritten
from kpi_xl.hosts.ooxml.standing import StandingFormulas, changing
from kpi_xl.model.grid import NEXT_ROW, THIS_ROW, Block, CellError, CellOut, Cells, Scalar

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STYLES = {"kpi calc num": 3, "kpi value text": 4}
FORMULAS = (f'IF(A{THIS_ROW}<1%,"%s & {{}}",B{THIS_ROW}&"—")', None, f"A{NEXT_ROW}>A{THIS_ROW}")
TITLE = CellOut(1, 1, "得分 & <b>", style="kpi value text")

values: st.SearchStrategy[Scalar] = st.one_of(
    st.none(),
    st.booleans(),
    st.floats(),
    st.integers(-9, 9).map(float),
    st.text(max_size=8),
    st.sampled_from((CellError("#DIV/0!"), datetime(2026, 3, 1), "_x0001_", "\x01", " a", "100%s")),
)


def block(lines: list[tuple[Scalar, Scalar, Scalar]]) -> Block:
    return Block(6, 2, FORMULAS, ("kpi calc num", "kpi value text", "kpi calc num"), lines)


def sheet(rows: str = '<row r="7" hidden="1"/>', prefix: str = "") -> bytes:
    space = f'xmlns:{prefix[:-1]}="{MAIN}"' if prefix else f'xmlns="{MAIN}"'
    return f"<{prefix}worksheet {space}><{prefix}sheetData>{rows}</{prefix}sheetData></{prefix}worksheet>".encode()


@given(st.lists(st.tuples(values, values, values), max_size=4), st.booleans())
def test_a_block_is_written_as_its_cells_are(lines: list[tuple[Scalar, Scalar, Scalar]], is_1904: bool) -> None:
    laid = Cells((TITLE,), (block(lines),))
    assert len(laid) == len(list(laid))
    assert rewritten(sheet(), laid, {5: 32.0}, STYLES, is_1904=is_1904) == rewritten(
        sheet(), list(laid), {5: 32.0}, STYLES, is_1904=is_1904
    )


@pytest.mark.parametrize(
    ("single", "styles", "prefix"),
    [
        (CellOut(6, 9, 1.0), STYLES, ""),
        (TITLE, {"kpi calc num": 3}, ""),
        (TITLE, STYLES, "x:"),
    ],
)
def test_beside_other_cells_unstyled_or_in_another_namespace_too(
    single: CellOut, styles: dict[str, int], prefix: str
) -> None:
    laid = Cells((single,), (block([(1.0, "a", True), (2.0, "b", False)]),))
    old = sheet(f'<{prefix}row r="6"><{prefix}c r="C6" s="8"/></{prefix}row>', prefix)
    assert rewritten(old, laid, {}, styles) == rewritten(old, list(laid), {}, styles)


def test_only_rows_with_another_formula_are_looked_into() -> None:
    laid = Cells((), (block([(1.0, "a", True), (2.0, "b", False), (3.0, "c", True)]),))
    part = rewritten(sheet(), laid, {}, STYLES)
    assert list(StandingFormulas(part).unlike(laid, is_whole=True)) == []
    typed = part.replace(b"A8&gt;A7", b"A9&gt;A7")
    assert [cell.row for cell in StandingFormulas(typed).unlike(laid, is_whole=True)] == [7, 7, 7]
    assert StandingFormulas(typed)[7, 4] == "A9>A7"


def test_key_cells_that_are_right_are_not_touched_and_others_are() -> None:
    block = Block(6, 3, (f'A{THIS_ROW}&"|"&B{THIS_ROW}',), (None,), [(f"2026-03|P{row}&co",) for row in (6, 7, 8)])
    keys = list(block.cells())
    assert keys[1] == block.cell(1, 0) == CellOut(7, 3, "2026-03|P7&co", 'A7&"|"&B7')
    rows = "".join(f'<row r="{row}" spans="1:3"><c r="A{row}" s="1"><v>1</v></c></row>' for row in (6, 7, 8))
    part = patched(sheet(rows), keys, {})
    for content in (keys, Cells((), (block,))):
        assert changing(part, content) == []
        assert patched(part, content, {}) == part
        assert list(StandingFormulas(part).unlike(content, is_whole=False)) == []
        for mark, other in ((b"P7&amp;co", b"P9"), (b'A7&amp;"', b'B7&amp;"'), (b'<c r="C7" t="str">', b'<c r="C7">')):
            typed = part.replace(mark, other)
            assert changing(typed, content) == [keys[1]]
            assert patched(typed, content, {}) == part
        typed = part.replace(b'A7&amp;"', b'B7&amp;"')
        assert list(StandingFormulas(typed).unlike(content, is_whole=False)) == [keys[1]]
