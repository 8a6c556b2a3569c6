"""What taking over a donor's sheets changes in a package: all of it, worked out before anything is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from kpi_xl.errors import WorkbookError
from kpi_xl.hosts.editing import with_chain_dropped
from kpi_xl.hosts.grafting.entries import free_ids, with_relations, with_types
from kpi_xl.hosts.grafting.naming import free_name, renamed
from kpi_xl.hosts.grafting.scion import Scion, flavoured, scion_of, taken_over
from kpi_xl.hosts.grafting.spans import spans_sheets
from kpi_xl.hosts.grafting.workbook import (
    RELATIONS,
    NewName,
    NewSheet,
    is_locked,
    position_after,
    sheet_names,
    with_sheets,
)
from kpi_xl.hosts.ooxml.package import read_chunks, read_part
from kpi_xl.hosts.ooxml.packing import Deflated
from kpi_xl.hosts.ooxml.xmlpart import children, markup, relationships, rels_part, root_of
from kpi_xl.hosts.publishing.relations import CONTENT_TYPES, relations_of
from kpi_xl.hosts.snapshot import Snapshot


class Graft(NamedTuple):
    """New content by part name, parts to leave out, parts to add, and the names of the new sheets."""

    changes: Mapping[str, bytes]
    dropped: tuple[str, ...]
    added: Mapping[str, bytes | Deflated]
    names: tuple[str, ...]


def grafted(book: Snapshot, donor: Snapshot, after: str = "") -> Graft:
    """Everything that changes when a book takes over all sheets of a donor.

    Parameters
    ----------
    book, donor : Snapshot
        The workbook, and one of nothing but the new sheets.
    after : str
        The table or defined name on the sheet behind which they go; last when empty, or when a formula of the book
        runs across several sheets, which new ones must not join.

    Raises
    ------
    WorkbookError
        ``E-BOOK-ANCHOR``; ``E-SHEET-EXISTS``: a table of the donor is there already; ``E-BOOK-STRUCTURE``: the
        workbook's structure is protected.
    """
    workbook = markup(book.package, book.definitions.workbook)
    _refuse(book, donor, workbook)
    position = _position(book, workbook, after)
    taken = list(sheet_names(workbook))
    chosen: dict[str, str] = {}
    for sheet in donor.definitions.sheets:
        chosen[sheet.name] = free_name(sheet.name, taken)
        taken.append(chosen[sheet.name])
    scion = scion_of(book, donor, {old: new for old, new in chosen.items() if old != new})
    parts = [taken_over(scion, sheet.part) for sheet in donor.definitions.sheets]
    changes = dict(_changes(scion, workbook, list(zip(chosen.values(), parts, strict=True)), position))
    edits = with_chain_dropped(book, changes) if scion.calculates else None
    return Graft(
        edits.changes if edits else changes, edits.dropped if edits else (), scion.added, tuple(chosen.values())
    )


def _refuse(book: Snapshot, donor: Snapshot, workbook: bytes) -> None:
    there = {each.casefold() for each in (*book.definitions.tables, *book.definitions.names)}
    taken = [table for table in donor.definitions.tables if table.casefold() in there]
    if taken:
        raise WorkbookError("E-SHEET-EXISTS", book=book.package.book, found=", ".join(taken))
    if is_locked(workbook):
        raise WorkbookError("E-BOOK-STRUCTURE", book=book.package.book)


def _position(book: Snapshot, workbook: bytes, after: str) -> int:
    """How many sheets stand before the new ones."""
    known, names = book.definitions, sheet_names(workbook)
    sheet = known.sheet_of(after) if after else None
    if after and sheet is None:
        raise WorkbookError("E-BOOK-ANCHOR", book=book.package.book, anchor=after)
    parts = (known.workbook, *(each.part for each in known.sheets))
    if sheet is None or any(spans_sheets(read_chunks(book.package, part), names) for part in parts):
        return len(names)
    related = relationships(book.package, known.workbook)
    return position_after(workbook, next(each.id for each in related if each.target == sheet.part))


def _changes(
    scion: Scion, workbook: bytes, sheets: Sequence[tuple[str, str]], position: int
) -> Iterator[tuple[str, bytes]]:
    """The parts in which new sheets are entered, and that of the formats where some are new.

    Parameters
    ----------
    sheets : sequence
        Name and part of each.
    """
    package, known = scion.book.package, scion.book.definitions
    ids = free_ids(each.id for each in relations_of(package, known.workbook))
    entries = [(next(ids), f"{RELATIONS}/worksheet", part) for _, part in sheets]
    new = [NewSheet(name, entry[0]) for (name, _), entry in zip(sheets, entries, strict=True)]
    yield known.workbook, flavoured(scion, with_sheets(workbook, new, list(_names(scion)), position))
    if scion.looks is None:
        entries.append((next(ids), f"{RELATIONS}/styles", taken_over(scion, scion.donor.definitions.styles)))
    elif (styles := scion.looks.part()) != markup(package, known.styles):
        yield known.styles, styles
    related = rels_part(known.workbook)
    yield related, flavoured(scion, with_relations(read_part(package, related), entries))
    yield CONTENT_TYPES, with_types(read_part(package, CONTENT_TYPES), scion.types)


def _names(scion: Scion) -> Iterator[NewName]:
    """The donor's names of single sheets: what is printed, and which rows on every page."""
    root = root_of(scion.donor.package, scion.donor.definitions.workbook)
    for item in children(root, "definedNames", "definedName"):
        if local := item.get("localSheetId"):
            yield NewName(item.get("name", ""), renamed(item.text or "", scion.names), int(local))
