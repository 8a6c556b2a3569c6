"""The formulas of a worksheet part, those that are only shared with another cell spelled out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from kpi_xl.book.filling import filled
from kpi_xl.hosts.ooxml.sheetxml import attribute, cell_values, cells, rows, sheet_data
from kpi_xl.hosts.ooxml.xmltext import xml_characters

_FORMULA = re.compile(rb"<(?:[\w.-]+:)?f(?=[\s/>])([^>]*?)(?:/>|>([^<]*)</(?:[\w.-]+:)?f\s*>)")


class FormulaXml(NamedTuple):
    """One ``f`` element; offsets count within the bytes it was found in."""

    row: int
    column: int
    kind: bytes                 # shared, array, dataTable; b"" for an ordinary one
    group: bytes                # of a shared formula
    area: bytes                 # that a shared, array or table formula states
    text: str
    start: int
    end: int


def formula_elements(body: bytes) -> Iterator[FormulaXml]:
    """Every formula element within sheet data, in document order."""
    for row in rows(body):
        for cell in cells(body, row):
            formula = _element(body, cell.start, cell.end, row.number, cell.column)
            if formula:
                yield formula


def read_formulas(part: bytes) -> dict[tuple[int, int], str]:
    """Formula text by 1-based row and column; the cells that an array formula fills have none of their own."""
    body = sheet_data(part).body
    found: dict[tuple[int, int], str] = {}
    masters: dict[bytes, FormulaXml] = {}
    for row in rows(body):
        for column, _, _, plain, _, content in cell_values(body, row):
            text = xml_characters(plain) if plain else _inner_text(content, row.number, column, masters)
            if text:
                found[row.number, column] = text
    return found


def _inner_text(content: bytes, row: int, column: int, masters: dict[bytes, FormulaXml]) -> str:
    formula = _element(content, 0, len(content), row, column) if content else None
    if formula is None:
        return ""
    if formula.kind == b"shared":
        master = masters.setdefault(formula.group, formula)
        return formula.text or shared_text(master, row, column)
    return formula.text


def _element(data: bytes, start: int, end: int, row: int, column: int) -> FormulaXml | None:
    match = _FORMULA.search(data, start, end)
    if match is None:
        return None
    kind, group, area = (attribute(match[1], name) or b"" for name in (b"t", b"si", b"ref"))
    return FormulaXml(row, column, kind, group, area, xml_characters(match[2] or b""), match.start(), match.end())


def shared_text(master: FormulaXml, row: int, column: int) -> str:
    """What the formula of a shared group says in another cell; ``#REF!`` where it would leave the sheet."""
    return filled(master.text, (master.row, master.column), (row, column))
