"""A block of cells as XML: every row is the same text with gaps for its number and its values."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from kpi_xl.hosts.ooxml.cellxml import number_text, value_xml
from kpi_xl.hosts.ooxml.xmltext import formula_xml
from kpi_xl.model.grid import NEXT_ROW, THIS_ROW, Block, Scalar, column_letters

_BETWEEN_MARKS = re.compile(f"[^{THIS_ROW}{NEXT_ROW}]+")
_GAP = "%s"

Texts = dict[float | str, tuple[str, ...]]


class _Gaps(NamedTuple):
    """How the cells of a column say their values, and the texts they have said before."""

    is_result: bool                     # a formula stands before the value
    texts: Texts


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
    results, plain = _Gaps(True, {}), _Gaps(False, {})
    columns = [plain if formula is None else results for formula in block.formulas]
    for row, line in enumerate(block.values, start=block.row):
        gaps: list[str] = []
        for value, column in zip(line, columns, strict=True):
            gaps += _texts(value, column, is_1904)
        yield with_row(frame % tuple(gaps), row)


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


def _texts(value: Scalar, column: _Gaps, is_1904: bool) -> tuple[str, ...]:
    """What fills the gaps of one cell; texts and whole numbers come again and again."""
    kind = type(value)
    if kind is float or kind is str:
        found = column.texts.get(value)  # type: ignore[arg-type]
        if found is None:
            found = _spelled(value, column.is_result, is_1904)
            if kind is str or value.is_integer():  # type: ignore[union-attr]
                column.texts[value] = found  # type: ignore[index]
        return found
    return _spelled(value, column.is_result, is_1904)


def _spelled(value: Scalar, is_result: bool, is_1904: bool) -> tuple[str, ...]:
    if type(value) is float and math.isfinite(value):
        kind, content = "", f"<v>{number_text(value)}</v>"
    else:
        kind, content = value_xml(value, is_result=is_result, is_1904=is_1904)
    said = f' t="{kind}"' if kind else ""
    if is_result:
        return said, content
    return (f"{said}>{content}</c>" if content else f"{said}/>",)
