"""A worksheet part as bytes: its rows and cells found in place, so that one can change and the rest stay as they are.

The part is known to be well-formed and free of comments (`xmlpart.markup`); what is matched here is its markup only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from kpi_xl.hosts.area import Area, area_from
from kpi_xl.model.grid import column_number

ATTRIBUTE = re.compile(rb"""([\w.:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")

_PREFIX = rb"(?:[\w.-]+:)?"
_SHEET_DATA = re.compile(rb"<([\w.-]+:)?sheetData(?=[\s/>])[^>]*?(/?)>")
_DIMENSION = re.compile(rb"<" + _PREFIX + rb"dimension\s[^>]*?ref\s*=\s*[\"']([^\"']*)")
_ROW_TAG = re.compile(rb"<([\w.-]+:)?row(?=[\s/>])(?= r=\"([0-9]+)\"|)([^>]*?)(/?)>")
# Every office writes r, s, t in this order; whatever else stands in the tag lands in the fourth group.
_CELL_TAG = rb"<" + _PREFIX + rb'c(?=[\s/>])(?: r="([A-Z]+)[0-9]+")?(?: s="([0-9]+)")?(?: t="(\w+)")?([^>]*?)'
_CELL = re.compile(_CELL_TAG + rb"(?:/>|>(.*?)</" + _PREFIX + rb"c\s*>)", re.DOTALL)
_SIMPLY = rb"(?:/>|>(?:<f>([^<]*)</f>)?(?:<v>([^<]*)</v></c>|(.*?)</" + _PREFIX + rb"c\s*>))"
_CELL_VALUE = re.compile(_CELL_TAG + _SIMPLY, re.DOTALL)
# A cell that only carries a format is passed over, unless the next one takes its address from it.
_PASSED = rb'(?:<c r="[A-Z]+[0-9]+"(?: s="[0-9]+")?/>(?=<c r="))*'
_NEXT_VALUE = re.compile(_PASSED + _CELL_TAG + _SIMPLY, re.DOTALL)


class SheetData(NamedTuple):
    """The ``sheetData`` element of a part."""

    prefix: bytes               # of its namespace, with the colon; usually empty
    start: int                  # span of the whole element
    end: int
    body: bytes                 # what is inside


class RowXml(NamedTuple):
    """One ``row`` element; offsets count within the body of the sheet data."""

    number: int
    attributes: bytes
    start: int
    end: int
    inside: int                 # where its cells begin; -1 for an empty-element tag
    cells_end: int
    is_numbered: bool           # whether it says its own number


class CellXml(NamedTuple):
    """One ``c`` element; offsets count within the body of the sheet data."""

    column: int
    style: int | None
    kind: bytes
    content: bytes
    start: int
    end: int
    is_addressed: bool          # whether it says its own address


Edit = tuple[int, int, bytes]   # replace the bytes from start to end


def sheet_data(part: bytes) -> SheetData:
    """The cell data of a worksheet part.

    Raises
    ------
    ValueError
        The part has no ``sheetData``.
    """
    opening = _SHEET_DATA.search(part)
    if opening is None:
        raise ValueError("the part has no sheetData")
    prefix = opening[1] or b""
    if opening[2]:
        return SheetData(prefix, opening.start(), opening.end(), b"")
    closing = part.rindex(b"</" + prefix + b"sheetData")
    return SheetData(prefix, opening.start(), part.index(b">", closing) + 1, part[opening.end() : closing])


def with_sheet_data(part: bytes, data: SheetData, body: bytes, area: Area | None) -> bytes:
    """The part with another body of its sheet data and, where it states one, the dimension `area`."""
    name = data.prefix + b"sheetData"
    dimension = _DIMENSION.search(part, 0, data.start)
    before = part[: data.start]
    if dimension and area:
        before = spliced(before, [(dimension.start(1), dimension.end(1), str(area).encode())])
    return b"".join([before, b"<", name, b">", body, b"</", name, b">", part[data.end :]])


def dimension(part: bytes, data: SheetData) -> Area | None:
    """The area that the part says its cells cover."""
    match = _DIMENSION.search(part, 0, data.start)
    return area_from(match[1].decode()) if match else None


def rows(body: bytes) -> Iterator[RowXml]:
    """Rows in document order; one that does not say its number follows the row before it."""
    number = position = 0
    while match := _ROW_TAG.search(body, position):
        prefix, usual, attributes, is_empty = match.groups()
        stated = usual or attribute(attributes, b"r")
        number = int(stated) if stated else number + 1
        position = cells_end = match.end()
        if not is_empty:
            cells_end = body.index(b"</" + (prefix or b"") + b"row", position)
            position = body.index(b">", cells_end) + 1
        inside = -1 if is_empty else match.end()
        yield RowXml(number, attributes, match.start(), position, inside, cells_end, bool(stated))


def cells(body: bytes, row: RowXml) -> Iterator[CellXml]:
    """Cells of a row in document order; one that does not say its address follows the cell before it."""
    if row.inside < 0:
        return
    column = 0
    for match in _CELL.finditer(body, row.inside, row.cells_end):
        letters, style, kind, rest, content = match.groups()
        if rest:
            letters, style, kind = _attributes(rest, letters, style, kind)
        column = column_of(letters) if letters else column + 1
        yield CellXml(
            column, int(style) if style else None, kind or b"n", content or b"", match.start(), match.end(),
            letters is not None,
        )


def cell_values(
    body: bytes, row: RowXml, *, is_filled: bool = False
) -> Iterator[tuple[int, bytes, bytes, bytes, bytes, bytes]]:
    """Column, style, kind, plain formula, plain value and, where it is not that simple, content of each cell of a row.

    The same reading as `cells`, for the million cells nobody wants to change; empty bytes stand for what is absent.
    Cells with a format and nothing else may be left out when only filled ones are asked for.
    """
    if row.inside < 0:
        return
    found = (_NEXT_VALUE if is_filled else _CELL_VALUE).findall(body, row.inside, row.cells_end)
    column = 0
    for letters, style, kind, rest, formula, value, content in found:
        if rest:
            address, style, kind = _attributes(rest, letters or None, style or None, kind or None)
            letters, style, kind = address or b"", style or b"", kind or b""
        column = column_of(letters) if letters else column + 1
        yield column, style, kind, formula, value, content


@cache
def column_of(letters: bytes) -> int:
    """1-based number of a column's letters as they stand in the file."""
    return column_number(letters.decode())


def attribute(attributes: bytes, name: bytes) -> bytes | None:
    """Raw value of an attribute in the text of a tag."""
    for match in ATTRIBUTE.finditer(attributes) if attributes else ():
        if match[1] == name:
            return match[2] or match[3] or b""
    return None


def spliced(data: bytes, edits: Iterable[Edit]) -> bytes:
    """The bytes with some spans replaced; the spans do not overlap."""
    pieces: list[bytes] = []
    position = 0
    for start, end, replacement in sorted(edits, key=lambda edit: edit[:2]):
        pieces += (data[position:start], replacement)
        position = end
    pieces.append(data[position:])
    return b"".join(pieces)


def _attributes(
    rest: bytes, letters: bytes | None, style: bytes | None, kind: bytes | None
) -> tuple[bytes | None, bytes | None, bytes | None]:
    """Address, style and kind of a cell whose tag does not begin with them in the usual order."""
    address = attribute(rest, b"r")
    letters = letters or (address.rstrip(b"0123456789") if address else None)
    return letters, style or attribute(rest, b"s"), kind or attribute(rest, b"t")
