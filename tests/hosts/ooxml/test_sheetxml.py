"""Cells found in the bytes of a worksheet part."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kpi_xl.hosts.ooxml.sheetxml import cell_values, cells, rows

EMPTY = ('<c r="{}5"/>', '<c r="{}5" s="3"/>', '<c r="{}5" s="3"></c>', '<c r="{}5" s="3" cm="1"/>', "<c/>", '<c s="1"/>')
FILLED = (
    '<c r="{}5" s="3"><v>1</v></c>',
    '<c r="{}5" t="s"><v>0</v></c>',
    '<c r="{}5" t="str"><f>A1&amp;""</f><v>a/&gt;</v></c>',
    '<c r="{}5"><f t="shared" si="0"/><v>2</v></c>',
    '<c r="{}5" t="inlineStr"><is><t/></is></c>',
    "<c><v>3</v></c>",
)


@given(st.lists(st.sampled_from(EMPTY + FILLED), max_size=9))
def test_passing_over_empty_cells_loses_no_other(kinds: list[str]) -> None:
    line = "".join(kind.format("ABCDEFGHI"[position]) for position, kind in enumerate(kinds))
    body = f'<row r="5">{line}</row>'.encode()
    (row,) = rows(body)
    every = list(cell_values(body, row))
    assert [(column, style) for column, style, *_ in every] == [
        (cell.column, b"" if cell.style is None else str(cell.style).encode()) for cell in cells(body, row)
    ]
    assert [cell for cell in cell_values(body, row, is_filled=True) if any(cell[3:])] == [
        cell for cell in every if any(cell[3:])
    ]
