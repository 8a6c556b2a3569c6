"""Single cells of a user's sheet: only they change."""

from __future__ import annotations

import re
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_xl.errors import WorkbookError
from kpi_xl.hosts.ooxml.formulas import read_formulas
from kpi_xl.hosts.ooxml.patching import patched
from kpi_xl.model.grid import CellOut, a1

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def sheet(rows: str, dimension: str = "A1:D4") -> bytes:
    return (
        f'<worksheet xmlns="{MAIN}"><dimension ref="{dimension}"/><sheetData>{rows}</sheetData>'
        '<pageMargins left="0.7"/></worksheet>'
    ).encode()


def patch(rows: str, *content: CellOut, headings: frozenset[int] = frozenset(), dimension: str = "A1:D4") -> str:
    """Sheet data after a patch; fails when anything around it changed."""
    xml = patched(sheet(rows, dimension), content, {"key": 9}, headings=headings).decode()
    found = re.fullmatch(r'(.*)<dimension ref="([^"]*)"/><sheetData>(.*)</sheetData>(.*)', xml, re.DOTALL)
    assert found
    assert (found[1], found[4]) == (f'<worksheet xmlns="{MAIN}">', '<pageMargins left="0.7"/></worksheet>')
    fromstring(xml)
    return found[3]


def test_a_present_cell_keeps_its_format_and_its_neighbours() -> None:
    old, new = '<c r="B2" s="2" t="s" cm="1" ph="1"><v>0</v></c>', '<c r="B2" s="2" t="str"><f>A2</f><v>k</v></c>'
    rows = f'<row r="2"><c r="A2" s="1"><v>1</v></c>{old}\n<c r="C2" s="3"/></row>'
    assert patch(rows, CellOut(2, 2, "k", "A2")) == rows.replace(old, new)


def test_a_present_cell_without_a_format_stays_without() -> None:
    rows = '<row r="1"><c r="A1" s="4"/></row><row r="2"><c r="A2"/></row>'
    assert patch(rows, CellOut(2, 1, 1.0)) == rows.replace('<c r="A2"/>', '<c r="A2"><v>1</v></c>')


@pytest.mark.parametrize(
    ("column", "after"),
    [
        (1, '<row r="2"><c r="A2"><v>7</v></c><c r="B2"/><c r="D2"/></row>'),
        (3, '<row r="2"><c r="B2"/><c r="C2"><v>7</v></c><c r="D2"/></row>'),
        (5, '<row r="2"><c r="B2"/><c r="D2"/><c r="E2"><v>7</v></c></row>'),
    ],
)
def test_an_absent_cell_finds_its_place_in_the_row(column: int, after: str) -> None:
    assert patch('<row r="2"><c r="B2"/><c r="D2"/></row>', CellOut(2, column, 7.0)) == after


@pytest.mark.parametrize(
    ("row", "after"),
    [
        (1, '<row r="1"><c r="A1"><v>7</v></c></row><row r="2"><c r="A2"/></row>\n<row r="5"/>'),
        (3, '<row r="2"><c r="A2"/></row>\n<row r="3"><c r="A3"><v>7</v></c></row><row r="5"/>'),
        (5, '<row r="2"><c r="A2"/></row>\n<row r="5"><c r="A5"><v>7</v></c></row>'),
        (9, '<row r="2"><c r="A2"/></row>\n<row r="5"/><row r="9"><c r="A9"><v>7</v></c></row>'),
    ],
)
def test_an_absent_or_empty_row_finds_its_place_in_the_sheet(row: int, after: str) -> None:
    assert patch('<row r="2"><c r="A2"/></row>\n<row r="5"/>', CellOut(row, 1, 7.0)) == after


def test_new_cells_take_the_format_above_but_not_that_of_a_heading() -> None:
    rows = '<row r="5"><c r="D5" s="1"/></row><row r="6"><c r="D6" s="2"/></row>'
    content = CellOut(7, 4, "a"), CellOut(8, 4, "b"), CellOut(9, 4, "c", style="key")
    grown = patch(rows, *content, headings=frozenset({5}))
    assert re.findall(r'<c r="(\w+)"(?: s="(\d)")?', grown) == [
        ("D5", "1"), ("D6", "2"), ("D7", "2"), ("D8", "2"), ("D9", "9"),
    ]
    first = patch('<row r="5"><c r="D5" s="1"/></row>', CellOut(6, 4, "a"), headings=frozenset({5}))
    assert '<c r="D6" t=' in first


def test_the_dimension_grows_to_the_new_cells_and_a_belied_hint_goes() -> None:
    rows = '<row r="2" spans="1:2" ht="20"><c r="A2"/></row>'
    xml = patched(sheet(rows), [CellOut(2, 6, 1.0), CellOut(9, 1, 1.0)], {})
    assert b'<dimension ref="A1:F9"/>' in xml
    assert b'<row r="2" ht="20"><c r="A2"/><c r="F2">' in xml


def test_rows_and_cells_that_do_not_say_where_they_are_learn_to() -> None:
    rows = "<row><c><v>1</v></c></row><row><c><v>2</v></c><c><v>3</v></c></row><row/>"
    assert patch(rows, CellOut(2, 5, 9.0)) == (
        '<row r="1"><c><v>1</v></c></row>'
        '<row r="2"><c r="A2"><v>2</v></c><c r="B2"><v>3</v></c><c r="E2"><v>9</v></c></row><row r="3"/>'
    )


def test_a_prefixed_sheet_is_patched_in_its_prefix() -> None:
    xml = f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"/></x:sheetData></x:worksheet>'.encode()
    after = patched(xml, [CellOut(1, 1, 1.0, "2"), CellOut(2, 1, 1.0)], {}).decode()
    assert '<x:row r="1"><x:c r="A1"><x:f>2</x:f><x:v>1</x:v></x:c></x:row><x:row r="2"><x:c r="A2">' in after


SHARED = (
    '<row r="1"><c r="B1"><f t="shared" ref="B1:B4" si="0">A1*$A$1&amp;"A1"</f><v>1</v></c></row>'
    '<row r="2"><c r="B2" s="5"><f t="shared" si="0"/><v>2</v></c></row>'
    '<row r="3"><c r="B3"><f t="shared" si="0"></f><v>3</v></c><c r="C3"><f t="shared" ref="C3" si="1">B3</f></c></row>'
    '<row r="4"><c r="B4"><f t="shared" si="0"/><v>4</v></c></row>'
)


def test_the_followers_of_a_replaced_shared_formula_keep_their_formulas() -> None:
    before = read_formulas(sheet(SHARED))
    after = patch(SHARED, CellOut(1, 2, 0.0, "9"), CellOut(4, 2, None))
    assert before == {
        (1, 2): 'A1*$A$1&"A1"', (2, 2): 'A2*$A$1&"A1"', (3, 2): 'A3*$A$1&"A1"', (3, 3): "B3", (4, 2): 'A4*$A$1&"A1"',
    }
    kept = {place: before[place] for place in ((2, 2), (3, 2), (3, 3))}
    assert read_formulas(sheet(after)) == {(1, 2): "9", **kept}
    assert '<c r="B2" s="5"><f>A2*$A$1&amp;"A1"</f><v>2</v></c>' in after


def test_a_replaced_follower_leaves_its_group_alone() -> None:
    after = patch(SHARED, CellOut(2, 2, 7.0))
    assert after == SHARED.replace('<c r="B2" s="5"><f t="shared" si="0"/><v>2</v></c>', '<c r="B2" s="5"><v>7</v></c>')


@pytest.mark.parametrize(
    "formula",
    ['<f t="array" ref="A1:A3">B1:B3</f>', '<f t="dataTable" ref="A1:B2" dt2D="1" dtr="1" r1="D1" r2="D2"/>'],
)
def test_a_formula_that_fills_other_cells_is_not_torn_from_them(formula: str) -> None:
    with pytest.raises(WorkbookError) as failure:
        patch(f'<row r="1"><c r="A1">{formula}<v>1</v></c></row>', CellOut(1, 1, 1.0))
    assert (failure.value.code, failure.value.args_by_name) == ("E-BOOK-SHARED-FORMULA", {"cell": "A1"})


def test_an_array_formula_of_one_cell_is_replaced_like_any_other() -> None:
    rows = '<row r="1"><c r="A1" cm="1"><f t="array" ref="A1">SUM(B1:B3)</f><v>1</v></c></row>'
    assert patch(rows, CellOut(1, 1, 2.0)) == '<row r="1"><c r="A1"><v>2</v></c></row>'


def test_a_follower_that_would_leave_the_sheet_is_refused() -> None:
    rows = (
        '<row r="2"><c r="A2"><f t="shared" ref="A1:A2" si="0">B1</f></c></row>'
        '<row r="3"><c r="A3"/></row>'
    )
    above = '<row r="1"><c r="A1"><f t="shared" si="0"/></c></row>'
    with pytest.raises(WorkbookError, match="E-BOOK-SHARED-FORMULA"):
        patch(above + rows, CellOut(2, 1, 1.0))


PLACES = st.dictionaries(st.tuples(st.integers(1, 12), st.integers(1, 6)), st.integers(0, 99), max_size=20)


@given(PLACES, PLACES)
def test_any_patch_is_the_union_of_old_and_new_cells_in_order(
    old: dict[tuple[int, int], int], new: dict[tuple[int, int], int]
) -> None:
    rows = "".join(
        f'<row r="{row}">' + "".join(
            f'<c r="{a1(row, column)}"><v>{old[row, column]}</v></c>'
            for column in range(1, 7) if (row, column) in old
        ) + "</row>"
        for row in sorted({row for row, _ in old})
    )
    xml = patched(sheet(rows), [CellOut(row, column, float(value)) for (row, column), value in new.items()], {})
    cells = [(cell.get("r"), cell[0].text) for cell in fromstring(xml).iter(f"{{{MAIN}}}c")]
    assert cells == [(a1(*place), str(value)) for place, value in sorted({**old, **new}.items())]


@given(PLACES, PLACES)
def test_patching_again_changes_nothing(old: dict[tuple[int, int], int], new: dict[tuple[int, int], int]) -> None:
    first = patched(sheet(""), [CellOut(*place, float(value)) for place, value in old.items()], {})
    content = [CellOut(*place, float(value)) for place, value in new.items()]
    once = patched(first, content, {})
    assert patched(once, content, {}) == once
