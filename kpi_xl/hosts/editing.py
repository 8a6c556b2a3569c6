"""What a write changes in a package: the parts of the named sheets, their tables, and the calculation chain."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from kpi_xl.errors import WorkbookError
from kpi_xl.hosts.ooxml.definitions import Sheet, TableDefinition
from kpi_xl.hosts.ooxml.package import is_same, part_key, read_part
from kpi_xl.hosts.ooxml.patching import patched
from kpi_xl.hosts.ooxml.rewriting import rewritten
from kpi_xl.hosts.ooxml.tablexml import cleared, is_filtered, resized
from kpi_xl.hosts.ooxml.xmlpart import forget, markup, rels_part
from kpi_xl.hosts.snapshot import Snapshot
from kpi_xl.model.grid import CellOut, Cells, Patch, SheetOut

_CONTENT_TYPES = "[Content_Types].xml"
_OVERRIDE = rb"<(?:[\w.-]+:)?Override\s[^>]*?PartName\s*=\s*[\"']/?%s[\"'][^>]*?/>"
_CHAIN_RELATION = re.compile(rb"<(?:[\w.-]+:)?Relationship\s[^>]*?/calcChain[\"'][^>]*?/>")


class Edits(NamedTuple):
    """New content by part name, and the parts to leave out."""

    changes: Mapping[str, bytes]
    dropped: tuple[str, ...]


def edits_of(book: Snapshot, sheets: Sequence[SheetOut], patches: Sequence[Patch]) -> Edits:
    """Everything a write changes; parts that would come out the same are not among it.

    Raises
    ------
    WorkbookError
        ``E-BOOK-ANCHOR``: no such table or name; ``E-BOOK-SHARED-FORMULA``: see `patched`.
    ValueError
        The same sheet is written twice, or a table with a totals row is to grow.
    """
    changes: dict[str, bytes] = {}
    for out in sheets:
        sheet = _sheet(book, out.anchor)
        if sheet.part in changes:
            raise ValueError(f"sheet {sheet.name} is written twice")
        changes |= _rewritten_sheet(book, sheet, out)
    for sheet, group in _by_sheet(book, patches).items():
        changes |= _patched_sheet(book, sheet, group, changes)
    return with_chain_dropped(
        book, {part: new for part, new in changes.items() if not is_same(book.package, part, new)}
    )


def _rewritten_sheet(book: Snapshot, sheet: Sheet, out: SheetOut) -> Iterator[tuple[str, bytes]]:
    tables = {name: _table(book, name, sheet) for name in out.tables}
    parts = {name: markup(book.package, table.part) for name, table in tables.items()}
    shown = frozenset(
        row
        for name, table in tables.items()
        if is_filtered(parts[name])
        for row in range(table.first, table.area.bottom + 1)
    )
    for name, table in tables.items():
        yield table.part, cleared(resized(parts[name], replace(table, totals=0), out.tables[name]))
    content = _with_headings(out.cells, tables.values())
    yield sheet.part, rewritten(
        markup(book.package, sheet.part), content, out.heights, book.styles,
        shown=shown, is_1904=book.definitions.is_1904,
    )
    forget(book.package, sheet.part)


def _with_headings(content: Iterable[CellOut], tables: Iterable[TableDefinition]) -> Iterable[CellOut]:
    """Cells whose headings say what the table part calls its columns.

    A user may rename a heading; a file in which cell and table part disagree is one that Excel offers to repair.
    """
    headings = {
        (table.area.top, table.area.left + position): name
        for table in tables
        if table.headings
        for position, name in enumerate(table.columns)
    }
    if isinstance(content, Cells) and not {row for row, _ in headings} & _rows_of(content):
        return Cells(tuple(_renamed(content.single, headings)), content.blocks)
    return _renamed(content, headings)


def _rows_of(content: Cells) -> set[int]:
    return {row for block in content.blocks for row in block.rows}


def _renamed(content: Iterable[CellOut], headings: Mapping[tuple[int, int], str]) -> Iterator[CellOut]:
    for cell in content:
        name = headings.get((cell.row, cell.column), cell.value)
        yield cell if name == cell.value else cell._replace(value=name, formula=None)


def _patched_sheet(
    book: Snapshot, sheet: Sheet, patches: Sequence[Patch], changes: Mapping[str, bytes]
) -> Iterator[tuple[str, bytes]]:
    tables = [book.definitions.tables[patch.table] for patch in patches]
    for patch, table in zip(patches, tables, strict=True):
        if patch.rows > table.declared:
            if table.totals:
                raise ValueError(f"table {table.name} ends in a totals row and cannot grow")
            yield table.part, resized(markup(book.package, table.part), table, patch.rows)
    part = changes.get(sheet.part) or markup(book.package, sheet.part)
    # A table is usually alone on its sheet; what its patch says in blocks is then never taken apart into cells.
    content = patches[0].cells if len(patches) == 1 else [cell for patch in patches for cell in patch.cells]
    headings = frozenset(table.first - 1 for table in tables)
    try:
        yield sheet.part, patched(
            part, content, book.styles, headings=headings, is_1904=book.definitions.is_1904
        )
    except WorkbookError as failure:
        arguments = {"book": book.package.book, "sheet": sheet.name, **failure.args_by_name}
        raise WorkbookError(failure.code, **arguments) from failure


def _by_sheet(book: Snapshot, patches: Iterable[Patch]) -> dict[Sheet, list[Patch]]:
    groups: dict[Sheet, list[Patch]] = defaultdict(list)
    for patch in patches:
        groups[_table(book, patch.table).sheet].append(patch)
    return groups


def _sheet(book: Snapshot, anchor: str) -> Sheet:
    sheet = book.definitions.sheet_of(anchor)
    if sheet is None:
        raise WorkbookError("E-BOOK-ANCHOR", book=book.package.book, anchor=anchor)
    return sheet


def _table(book: Snapshot, name: str, sheet: Sheet | None = None) -> TableDefinition:
    table = book.definitions.tables.get(name)
    if table is None or (sheet and table.sheet != sheet):
        raise WorkbookError("E-BOOK-ANCHOR", book=book.package.book, anchor=name)
    return table


def with_chain_dropped(book: Snapshot, changes: dict[str, bytes]) -> Edits:
    """The calculation chain lists formula cells; Excel rebuilds an absent one, a wrong one it calls damage."""
    chain = book.definitions.calculation_chain
    if not changes or not chain or part_key(chain) not in book.package.parts:
        return Edits(changes, ())
    relations = rels_part(book.definitions.workbook)
    override = re.compile(_OVERRIDE % re.escape(chain.encode()), re.IGNORECASE)
    for part, listed in ((_CONTENT_TYPES, override), (relations, _CHAIN_RELATION)):
        changes[part] = listed.sub(b"", changes.get(part) or read_part(book.package, part))
    return Edits(changes, (chain,))
