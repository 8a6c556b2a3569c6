"""One cell as XML: its formula, its value and its format."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import datetime

from kpi_xl.hosts.ooxml.xmltext import formula_xml, text_xml
from kpi_xl.hosts.serials import to_serial
from kpi_xl.model.grid import CellError, CellOut, Scalar, a1

_NOT_A_NUMBER = CellError("#NUM!")


def cell_xml(cell: CellOut, style: int | None, prefix: str = "", *, is_1904: bool = False) -> str:
    """The ``c`` element of a cell; without formula and value it only carries the format.

    A number that is not finite becomes ``#NUM!``: the format has no other word for it, and an empty cell would say
    that nothing was computed.

    >>> cell_xml(CellOut(2, 1, 5.0, "B2*2"), 3)
    '<c r="A2" s="3"><f>B2*2</f><v>5</v></c>'
    """
    kind, content = value_xml(cell.value, prefix, is_result=cell.formula is not None, is_1904=is_1904)
    if cell.formula is not None:
        content = f"<{prefix}f>{formula_xml(cell.formula)}</{prefix}f>{content}"
    tag = f'{prefix}c r="{a1(cell.row, cell.column)}"'
    if style is not None:
        tag += f' s="{style}"'
    if kind:
        tag += f' t="{kind}"'
    return f"<{tag}>{content}</{prefix}c>" if content else f"<{tag}/>"


def cells_by_row(content: Iterable[CellOut]) -> dict[int, dict[int, CellOut]]:
    """Cells by 1-based row, then column, both ascending; the last of several for one place counts."""
    found: dict[int, dict[int, CellOut]] = {}
    for cell in sorted(content, key=lambda each: (each.row, each.column)):
        found.setdefault(cell.row, {})[cell.column] = cell
    return found


def number_text(number: float) -> str:
    """Shortest text that reads back as exactly this number.

    >>> number_text(5.0), number_text(0.1 + 0.2), number_text(-0.0)
    ('5', '0.30000000000000004', '0')
    """
    return repr(float(number) or 0.0).removesuffix(".0")


def value_xml(value: Scalar, prefix: str = "", *, is_result: bool, is_1904: bool = False) -> tuple[str, str]:
    """The ``t`` attribute of a cell's tag, and what stands in the cell behind its formula if it has one."""
    if isinstance(value, str):
        return _text(value, is_result, prefix)
    if isinstance(value, float | int) and not isinstance(value, bool) and not math.isfinite(value):
        value = _NOT_A_NUMBER
    match value:
        case None:
            return "", ""
        case bool():
            return "b", f"<{prefix}v>{int(value)}</{prefix}v>"
        case datetime():
            return "", f"<{prefix}v>{number_text(to_serial(value, is_1904=is_1904))}</{prefix}v>"
        case CellError(code):
            return "e", f"<{prefix}v>{formula_xml(code)}</{prefix}v>"
        case _:
            return "", f"<{prefix}v>{number_text(value)}</{prefix}v>"


def _text(value: str, is_result: bool, prefix: str) -> tuple[str, str]:
    text = text_xml(value)
    if is_result:
        return "str", f"<{prefix}v>{text}</{prefix}v>"
    if not value:
        return "", ""
    space = ' xml:space="preserve"' if value != " ".join(value.split()) else ""
    return "inlineStr", f"<{prefix}is><{prefix}t{space}>{text}</{prefix}t></{prefix}is>"
