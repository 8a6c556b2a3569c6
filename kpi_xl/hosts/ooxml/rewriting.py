"""A system sheet's cell data written anew; whatever else its part says stays byte for byte."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from itertools import chain

from kpi_xl.hosts.area import Area
from kpi_xl.hosts.ooxml.blockxml import block_rows
from kpi_xl.hosts.ooxml.cellxml import cell_xml, cells_by_row, number_text
from kpi_xl.hosts.ooxml.sheetxml import ATTRIBUTE, cell_values, rows, sheet_data, with_sheet_data
from kpi_xl.model.grid import Block, CellOut, Cells

_USERS = frozenset((b"s", b"customFormat", b"hidden", b"outlineLevel", b"collapsed", b"thickTop", b"thickBot", b"ph"))
_DEFAULTS = frozenset((b"0", b"false"))


def rewritten(
    part: bytes,
    content: Iterable[CellOut],
    heights: Mapping[int, float],
    styles: Mapping[str, int],
    *,
    shown: frozenset[int] = frozenset(),
    is_1904: bool = False,
) -> bytes:
    """The part with all cells replaced.

    A cell without a style of its own, or with one that the workbook does not know, keeps the format of the cell that
    stood there. Rows keep what a user did to them (hidden, grouped), except their height, which is ours.

    Parameters
    ----------
    part : bytes
        The worksheet part.
    content : iterable
        All cells the sheet is to have.
    heights : mapping
        Points by row.
    styles : mapping
        Cell format by style name.
    shown : frozenset
        Rows that must not stay hidden.
    is_1904 : bool
        The workbook's date system.
    """
    data = sheet_data(part)
    prefix = data.prefix.decode()
    single, blocks = _parted(content, styles, prefix)
    by_row, in_blocks = cells_by_row(single), {row for block in blocks for row in block.rows}
    kept = _users_rows(data.body, shown)
    is_all_styled = all(cell.style in styles for columns in by_row.values() for cell in columns.values())
    formats = {} if is_all_styled else _formats(data.body)
    written = chain.from_iterable(block_rows(block, styles, is_1904=is_1904) for block in blocks)
    pieces: list[bytes] = []
    for number in sorted({*by_row, *heights, *kept, *in_blocks}):
        tag = _row_tag(number, heights.get(number), kept.get(number, ""), prefix)
        inside = next(written) if number in in_blocks else "".join(
            cell_xml(cell, styles.get(cell.style or "", formats.get((number, column))), prefix, is_1904=is_1904)
            for column, cell in by_row.get(number, {}).items()
        )
        pieces.append((f"<{tag}>{inside}</{prefix}row>" if inside else f"<{tag}/>").encode())
    return with_sheet_data(part, data, b"".join(pieces), _bounds(by_row, blocks))


def _parted(
    content: Iterable[CellOut], styles: Mapping[str, int], prefix: str
) -> tuple[Iterable[CellOut], tuple[Block, ...]]:
    """Single cells, and blocks from top to bottom where they can be written as such: styled, alone in their rows."""
    if not isinstance(content, Cells) or prefix:
        return content, ()
    blocks = sorted(content.blocks, key=lambda block: block.row)
    rows_taken = [{cell.row for cell in content.single}, *(block.rows for block in blocks)]
    is_alone = len(set().union(*rows_taken)) == sum(map(len, rows_taken))
    is_styled = all(style in styles for block in blocks for style in block.styles)
    return (content.single, tuple(blocks)) if is_alone and is_styled else (content, ())


def _formats(body: bytes) -> dict[tuple[int, int], int]:
    """Formats of the old cells by row and column."""
    return {
        (row.number, column): int(style)
        for row in rows(body)
        for column, style, *_ in cell_values(body, row)
        if style
    }


def _users_rows(body: bytes, shown: frozenset[int]) -> dict[int, str]:
    """What the old rows say that a user chose, by row."""
    found = {row.number: _users_attributes(row.attributes, is_shown=row.number in shown) for row in rows(body)}
    return {number: said for number, said in found.items() if said}


def _users_attributes(attributes: bytes, *, is_shown: bool) -> str:
    return "".join(
        f' {name.decode()}="{(double or single).decode()}"'
        for name, double, single in ATTRIBUTE.findall(attributes)
        if name in _USERS and (double or single) not in _DEFAULTS and not (is_shown and name == b"hidden")
    )


def _row_tag(number: int, height: float | None, kept: str, prefix: str) -> str:
    size = "" if height is None else f' ht="{number_text(height)}" customHeight="1"'
    return f'{prefix}row r="{number}"{size}{kept}'


def _bounds(by_row: Mapping[int, Mapping[int, CellOut]], blocks: Iterable[Block]) -> Area:
    areas = [Area(row, min(columns), row, max(columns)) for row, columns in by_row.items()]
    areas += [
        Area(block.row, block.column, block.rows[-1], block.column + len(block.formulas) - 1)
        for block in blocks
        if block.rows
    ]
    if not areas:
        return Area(1, 1, 1, 1)
    return reduce(Area.covering, areas)
