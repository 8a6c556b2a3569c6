"""A block of cells as XML: every row is the same text with gaps for its number and its values."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping

from kpi_xl.hosts.ooxml.cellxml import number_text, value_xml
from kpi_xl.hosts.ooxml.xmltext import formula_xml
from kpi_xl.model.grid import NEXT_ROW, THIS_ROW, Block, Scalar, column_letters

_BETWEEN_MARKS = re.compile(f"[^{THIS_ROW}{NEXT_ROW}]+")
_GAP = "%s"


def block_rows(block: Block, styles: Mapping[str, int], *, is_1904: bool = False) -> Iterator[str]:
    """The ``c`` elements of each row, in a part whose elements have no namespace prefix.

    Parameters
    ----------
    block : Block
        Each of its columns has a style that is among `styles`.
    styles : mapping
        Cell format by style name.
    is_1904 : bool
        The workbook's date system.
    """
    frame = "".join(_frame(block, position, styles) for position in range(len(block.formulas)))
    for row, gaps in enumerate(zip(*_gaps(block, is_1904), strict=True), start=block.row):
        yield with_row(frame % gaps, row)


def with_row(text: str, row: int) -> str:
    """A text with the number of its row where the marks are."""
    return text.replace(THIS_ROW, str(row)).replace(NEXT_ROW, str(row + 1))


def formula_frame(formula: str) -> str:
    """A column's formula as XML content, with the marks of its rows still in it."""
    return _BETWEEN_MARKS.sub(lambda match: formula_xml(match[0]), formula)


def _frame(block: Block, position: int, styles: Mapping[str, int]) -> str:
    formula = block.formulas[position]
    style = styles[block.styles[position] or ""]
    tag = f'<c r="{column_letters(block.column + position)}{THIS_ROW}" s="{style}"'
    if formula is None:
        return tag + _GAP
    text = formula_frame(formula).replace("%", "%%")
    return f"{tag}{_GAP}><f>{text}</f>{_GAP}</c>"


def _gaps(block: Block, is_1904: bool) -> Iterator[Iterable[str]]:
    """What fills each gap of the frame, for all rows: one gap in a cell, two around a formula."""
    for formula, column in zip(block.formulas, zip(*block.values, strict=True), strict=False):
        texts = list(_texts(column, formula is not None, is_1904))
        yield from zip(*texts, strict=True)


def _texts(column: Iterable[Scalar], is_result: bool, is_1904: bool) -> Iterator[tuple[str, ...]]:
    """What fills the gaps of each cell; in one column, the same values come again and again."""
    known: dict[Scalar, tuple[str, ...]] = {}
    for value in column:
        kind = type(value)
        if kind is not str and kind is not float:       # True equals 1.0, but is another text
            yield _spelled(value, is_result, is_1904)
            continue
        found = known.get(value)
        if found is None:
            found = known[value] = _spelled(value, is_result, is_1904)
        yield found


def _spelled(value: Scalar, is_result: bool, is_1904: bool) -> tuple[str, ...]:
    if type(value) is float and math.isfinite(value):
        kind, content = "", f"<v>{number_text(value)}</v>"
    else:
        kind, content = value_xml(value, is_result=is_result, is_1904=is_1904)
    said = f' t="{kind}"' if kind else ""
    if is_result:
        return said, content
    return (f"{said}>{content}</c>" if content else f"{said}/>",)
