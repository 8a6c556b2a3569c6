"""Single cells changed inside a sheet that belongs to the user; every other byte of its cells stays."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from kpi_xl.book.filling import BROKEN
from kpi_xl.errors import WorkbookError
from kpi_xl.hosts.area import Area, area_from
from kpi_xl.hosts.ooxml.cellxml import cell_xml, cells_by_row
from kpi_xl.hosts.ooxml.formulas import FormulaXml, formula_elements, shared_text
from kpi_xl.hosts.ooxml.sheetxml import (
    Edit,
    RowXml,
    cells,
    dimension,
    rows,
    sheet_data,
    spliced,
    with_sheet_data,
)
from kpi_xl.hosts.ooxml.standing import changing
from kpi_xl.hosts.ooxml.xmltext import formula_xml
from kpi_xl.model.grid import CellOut, a1

_SPANS = re.compile(rb"\s+spans\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_TAG_NAME = re.compile(rb"<[\w.:-]+")

Place = tuple[int, int]


class _Sheet(NamedTuple):
    """What writing a cell needs to know about the sheet around it."""

    body: bytes
    prefix: str
    by_number: Mapping[int, RowXml]
    styles: Mapping[str, int]
    headings: frozenset[int]
    is_1904: bool
    formats: dict[Place, int | None]    # of the cells written so far


def patched(
    part: bytes,
    content: Iterable[CellOut],
    styles: Mapping[str, int],
    *,
    headings: frozenset[int] = frozenset(),
    is_1904: bool = False,
) -> bytes:
    """The part with some cells replaced or added.

    A cell keeps its format; a new one takes that of the cell above it, unless that is in a heading row.

    Parameters
    ----------
    part : bytes
        The worksheet part.
    content : iterable
        The cells to write.
    styles : mapping
        Cell format by style name.
    headings : frozenset
        Rows that hold headings.
    is_1904 : bool
        The workbook's date system.

    Raises
    ------
    WorkbookError
        ``E-BOOK-SHARED-FORMULA``: a cell to replace carries a formula that fills other cells too.
    """
    by_row = cells_by_row(changing(part, content))
    if not by_row:
        return part
    data = sheet_data(part)
    present = list(rows(data.body))
    by_number = {row.number: row for row in present}
    sheet = _Sheet(data.body, data.prefix.decode(), by_number, styles, headings, is_1904, {})
    edits = list(_freed(data.body, {(row, column) for row, columns in by_row.items() for column in columns}))
    for number, wanted in by_row.items():
        found = by_number.get(number)
        edits += _row(sheet, found, wanted) if found else _new_row(sheet, number, wanted, present)
    edits += (_numbering(data.body, row) for row in present if not row.is_numbered and row.number not in by_row)
    return with_sheet_data(part, data, spliced(data.body, edits), _grown(dimension(part, data), by_row))


def _row(sheet: _Sheet, row: RowXml, wanted: Mapping[int, CellOut]) -> Iterator[Edit]:
    """Edits inside a row that exists."""
    if row.inside < 0:
        tag = spliced(sheet.body[row.start : row.end], _row_tag(sheet, row, row.start))
        opening, inside = tag.rstrip(b"/> \t\r\n"), _cells(sheet, wanted.values())
        yield row.start, row.end, opening + b">" + inside + f"</{sheet.prefix}row>".encode()
        return
    yield from _row_tag(sheet, row, 0)
    missing = dict(wanted)
    for cell in cells(sheet.body, row):
        before = [missing.pop(column) for column in list(missing) if column < cell.column]
        if before:
            yield cell.start, cell.start, _cells(sheet, before)
        if cell.column in missing:
            yield cell.start, cell.end, _element(sheet, missing.pop(cell.column), cell.style)
        elif not cell.is_addressed:
            yield _addressing(sheet.body, cell.start, row.number, cell.column)
    if missing:
        yield row.cells_end, row.cells_end, _cells(sheet, missing.values())


def _new_row(sheet: _Sheet, number: int, wanted: Mapping[int, CellOut], present: list[RowXml]) -> list[Edit]:
    position = next((row.start for row in present if row.number > number), len(sheet.body))
    inside = _cells(sheet, wanted.values())
    element = f'<{sheet.prefix}row r="{number}">'.encode() + inside + f"</{sheet.prefix}row>".encode()
    return [(position, position, element)]


def _row_tag(sheet: _Sheet, row: RowXml, origin: int) -> Iterator[Edit]:
    """The row's own tag: its number made explicit, and no ``spans``, a hint that new cells could belie."""
    spans = _SPANS.search(sheet.body, row.start, row.end if row.inside < 0 else row.inside)
    if spans:
        yield spans.start() - origin, spans.end() - origin, b""
    if not row.is_numbered:
        start, end, text = _numbering(sheet.body, row)
        yield start - origin, end - origin, text


def _numbering(body: bytes, row: RowXml) -> Edit:
    return _stated(body, row.start, str(row.number))


def _addressing(body: bytes, start: int, row: int, column: int) -> Edit:
    return _stated(body, start, a1(row, column))


def _stated(body: bytes, start: int, address: str) -> Edit:
    name = _TAG_NAME.match(body, start)
    position = name.end() if name else start
    return position, position, f' r="{address}"'.encode()


def _cells(sheet: _Sheet, content: Iterable[CellOut]) -> bytes:
    return b"".join(_element(sheet, cell, _format_above(sheet, cell)) for cell in content)


def _element(sheet: _Sheet, cell: CellOut, unstyled: int | None) -> bytes:
    style = sheet.styles.get(cell.style or "", unstyled)
    sheet.formats[cell.row, cell.column] = style
    return cell_xml(cell, style, sheet.prefix, is_1904=sheet.is_1904).encode()


def _format_above(sheet: _Sheet, cell: CellOut) -> int | None:
    above = cell.row - 1, cell.column
    if above in sheet.formats:
        return sheet.formats[above]
    row = sheet.by_number.get(above[0])
    if row is None or above[0] in sheet.headings:
        return None
    return next((each.style for each in cells(sheet.body, row) if each.column == cell.column), None)


def _freed(body: bytes, replaced: set[Place]) -> Iterator[Edit]:
    """Formulas of cells that only point at a replaced one, given a text of their own."""
    if not any(kind in body for kind in (b"shared", b"array", b"dataTable")):
        return
    masters = {each.group: each for each in formula_elements(body) if _is_master(each, replaced)}
    for formula in formula_elements(body) if masters else ():
        follows = formula.kind == b"shared" and not formula.text and formula.group in masters
        if follows and (formula.row, formula.column) not in replaced:
            yield formula.start, formula.end, _own_text(body, formula, masters[formula.group])


def _is_master(formula: FormulaXml, replaced: set[Place]) -> bool:
    """Whether other cells take their formula from this one, which is to be replaced."""
    if (formula.row, formula.column) not in replaced:
        return False
    if formula.kind in (b"array", b"dataTable") and _fills_others(formula):
        raise WorkbookError("E-BOOK-SHARED-FORMULA", cell=a1(formula.row, formula.column))
    return formula.kind == b"shared" and bool(formula.text)


def _own_text(body: bytes, formula: FormulaXml, master: FormulaXml) -> bytes:
    name = _TAG_NAME.match(body, formula.start)
    tag = (name[0] if name else b"<f")[1:]
    text = shared_text(master, formula.row, formula.column)
    if text == BROKEN:
        raise WorkbookError("E-BOOK-SHARED-FORMULA", cell=a1(master.row, master.column))
    return b"<" + tag + b">" + formula_xml(text).encode() + b"</" + tag + b">"


def _fills_others(formula: FormulaXml) -> bool:
    area = area_from(formula.area.decode())
    return area is not None and (area.top, area.left) != (area.bottom, area.right)


def _grown(area: Area | None, by_row: Mapping[int, Mapping[int, CellOut]]) -> Area | None:
    if area is None:
        return None
    for row, columns in by_row.items():
        area = area.covering(Area(row, min(columns), row, max(columns)))
    return area
