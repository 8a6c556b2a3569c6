"""Cells of a worksheet part whose formula does not travel, turned into the values they show."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from kpi_xl.hosts.ooxml.formulas import FormulaXml, formula_elements
from kpi_xl.hosts.ooxml.sheetxml import Edit, SheetData, sheet_data, spliced, with_sheet_data
from kpi_xl.hosts.ooxml.xmltext import xml_characters
from kpi_xl.model.grid import a1

_VALUE = re.compile(rb"\s*<(?:[\w.-]+:)?v(?=[\s/>])[^>]*?(?:/>|>([^<]*)<)")
_IS_ERROR = re.compile(rb"\st\s*=\s*[\"']e[\"']")
_DYNAMIC = re.compile(rb"\s+cm\s*=\s*(?:\"[^\"]*\"|'[^']*')")


class Frozen(NamedTuple):
    """A part without the formulas that do not travel; cells by address."""

    part: bytes
    cells: tuple[str, ...]              # that are values now
    empty: tuple[tuple[str, str], ...]  # address and formula of those that have no value to keep
    errors: tuple[tuple[str, str], ...]  # address and value of those that show an error


def frozen(part: bytes, is_outside: Callable[[str], bool]) -> Frozen:
    """The part with plain values where a formula is outside; a formula shared or spilled goes from all its cells."""
    data = sheet_data(part)
    masters: dict[bytes, str] = {}
    verdicts: dict[str, bool] = {}
    edits: list[Edit] = []
    cells: list[str] = []
    empty: list[tuple[str, str]] = []
    errors: list[tuple[str, str]] = []
    for formula in formula_elements(data.body):
        text = _text(formula, masters)
        if text not in verdicts:
            verdicts[text] = is_outside(text)
        if not verdicts[text]:
            continue
        address = a1(formula.row, formula.column)
        cells.append(address)
        opening = data.body.rfind(b"<", 0, formula.start)
        tag = data.body[opening : formula.start]
        edits.append((opening, formula.end, _DYNAMIC.sub(b"", tag)))
        shown = _VALUE.match(data.body, formula.end)
        if shown is None:
            empty.append((address, text))
        elif _IS_ERROR.search(tag):
            errors.append((address, xml_characters(shown[1] or b"")))
    return Frozen(_with_body(part, data, edits), tuple(cells), tuple(empty), tuple(errors))


def _text(formula: FormulaXml, masters: dict[bytes, str]) -> str:
    """What a formula says; the cells of a shared one say what its first cell says, which leans on the same things."""
    if formula.kind != b"shared":
        return formula.text
    if formula.text:
        masters[formula.group] = formula.text
    return masters.get(formula.group, formula.text)


def _with_body(part: bytes, data: SheetData, edits: list[Edit]) -> bytes:
    return with_sheet_data(part, data, spliced(data.body, edits), None) if edits else part
