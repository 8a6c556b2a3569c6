"""What already stands in a sheet as it is to be written: most of it, most of the time, and found without reading it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from kpi_xl.hosts.ooxml.blockxml import formula_frame, with_row
from kpi_xl.hosts.ooxml.cellxml import cells_by_row, value_xml
from kpi_xl.hosts.ooxml.formulas import read_formulas
from kpi_xl.hosts.ooxml.sheetxml import rows, sheet_data
from kpi_xl.hosts.ooxml.xmltext import formula_xml
from kpi_xl.model.grid import Block, CellOut, Cells, Scalar, column_letters

_CALCULATED = re.compile(rb'<c r="([A-Z]+)[0-9]+"[^>]*><f>([^<]*)</f>')
_IN_COLUMN = rb'<c r="%s([0-9]+)"(?: s="[0-9]+")?([^>]*><f>[^<]*</f>(?:<v>[^<]*</v>)?)</c>'

Place = tuple[int, int]


class StandingFormulas(Mapping[Place, str]):
    """Formula text by 1-based row and column, read when somebody first asks for one.

    Parameters
    ----------
    part : bytes
        The worksheet part.
    """

    def __init__(self, part: bytes) -> None:
        self._part = part

    def __getitem__(self, place: Place) -> str:
        return self._texts[place]

    def __iter__(self) -> Iterator[Place]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def unlike(self, content: Iterable[CellOut], *, is_whole: bool) -> Iterator[CellOut]:
        """The cells whose formula may be another one here: all but those that are surely the same.

        Parameters
        ----------
        content : iterable
            Cells of this sheet.
        is_whole : bool
            Whether they are all the cells it is to have, or a few columns of somebody's sheet.
        """
        if not is_whole:
            yield from self._unlike_cells(content)
        else:
            single, blocks = _parted(content)
            yield from self._unlike_rows(single)
            for block in blocks:
                yield from self._unlike_lines(block)

    def _unlike_cells(self, content: Iterable[CellOut]) -> Iterator[CellOut]:
        single, blocks = _parted(content)
        for block in blocks:
            yield from self._unlike_keys(block)
        calculated = [cell for cell in single if cell.formula is not None]
        held = {column: _column(self._part, column) for column in {cell.column for cell in calculated}}
        for cell in calculated:
            found = held[cell.column].get(cell.row)
            if found is None or f"<f>{formula_xml(cell.formula or '')}</f>".encode() not in found:
                yield cell

    def _unlike_keys(self, block: Block) -> Iterator[CellOut]:
        """The same for a block, column by column."""
        for position, formula in enumerate(block.formulas):
            if formula is None:
                continue
            held, frame = _column(self._part, block.column + position), f"<f>{formula_frame(formula)}</f>"
            for index, row in enumerate(block.rows):
                found = held.get(row)
                if found is None or with_row(frame, row).encode() not in found:
                    yield block.cell(index, position)

    def _unlike_rows(self, content: Iterable[CellOut]) -> Iterator[CellOut]:
        for row, columns in cells_by_row(cell for cell in content if cell.formula is not None).items():
            wanted = "\n".join(
                f"{column_letters(column)} {formula_xml(cell.formula or '')}" for column, cell in columns.items()
            )
            if self._rows.get(row) != wanted.encode():
                yield from columns.values()

    def _unlike_lines(self, block: Block) -> Iterator[CellOut]:
        wanted = "\n".join(
            f"{column_letters(column)} {formula_frame(formula)}"
            for column, formula in enumerate(block.formulas, start=block.column)
            if formula is not None
        )
        for index, line in enumerate(block.values):
            row = block.row + index
            if self._rows.get(row) != with_row(wanted, row).encode():
                yield from Block(row, block.column, block.formulas, block.styles, [line]).cells()

    @cached_property
    def _rows(self) -> dict[int, bytes]:
        """The formulas of each row with their columns, in the order they stand."""
        body = sheet_data(self._part).body
        return {
            row.number: b"\n".join(map(b" ".join, _CALCULATED.findall(body, row.inside, row.cells_end)))
            for row in rows(body)
            if row.inside >= 0
        }

    @cached_property
    def _texts(self) -> dict[Place, str]:
        return read_formulas(self._part)


def changing(part: bytes, content: Iterable[CellOut]) -> list[CellOut]:
    """The cells that do not stand in the part as they are to be written, in whatever format."""
    single, blocks = _parted(content)
    return [*_changing_cells(part, single), *(cell for block in blocks for cell in _changing_lines(part, block))]


def _parted(content: Iterable[CellOut]) -> tuple[Iterable[CellOut], tuple[Block, ...]]:
    """Single cells, and blocks of them."""
    return (content.single, content.blocks) if isinstance(content, Cells) else (content, ())


def _changing_cells(part: bytes, content: Iterable[CellOut]) -> list[CellOut]:
    cells = list(content)
    calculated = {cell.column for cell in cells if cell.formula is not None and cell.style is None}
    held = {column: _column(part, column) for column in calculated}
    return [cell for cell in cells if not _stands(cell, held.get(cell.column, {}))]


def _changing_lines(part: bytes, block: Block) -> Iterator[CellOut]:
    for position, (formula, style) in enumerate(zip(block.formulas, block.styles, strict=True)):
        held = {} if formula is None or style is not None else _column(part, block.column + position)
        frame = formula_frame(formula or "")
        for index, (row, line) in enumerate(zip(block.rows, block.values, strict=True)):
            found = held.get(row)
            if found is None or found != _said(line[position], with_row(frame, row)):
                yield block.cell(index, position)


def _stands(cell: CellOut, held: Mapping[int, bytes]) -> bool:
    found = held.get(cell.row)
    if found is None or cell.formula is None or cell.style is not None:
        return False
    return found == _said(cell.value, formula_xml(cell.formula))


def _said(value: Scalar, formula: str) -> bytes:
    """What `_column` finds in a cell that says this value of this formula."""
    kind, content = value_xml(value, is_result=True)
    said = f' t="{kind}"' if kind else ""
    return f"{said}><f>{formula}</f>{content}".encode()


def _column(part: bytes, column: int) -> dict[int, bytes]:
    """The rest of the tag, formula and value, by row, of a column's cells that are written as ours are."""
    pattern = re.compile(_IN_COLUMN % column_letters(column).encode())
    return {int(row): said for row, said in pattern.findall(part)}
