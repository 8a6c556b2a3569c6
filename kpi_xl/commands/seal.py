"""verify --seal: whether a published file still says what it said, or which cell changed first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from kpi_xl.commands.receipt import Receipt
from kpi_xl.hosts.disk import read_file
from kpi_xl.hosts.ooxml.package import package_from, part_key
from kpi_xl.hosts.ooxml.xmlpart import root_of
from kpi_xl.hosts.publishing.digests import address
from kpi_xl.hosts.publishing.seals import CODE_NAME, PROPERTY, Comparison, Line, cells_of, code_of, compared, listed
from kpi_xl.hosts.snapshot import Snapshot
from kpi_xl.model.grid import a1
from kpi_xl.model.issue import Issue

CODE = re.compile(r"[0-9a-f]{4}-[0-9a-f]{4}")
PROPERTIES = "docProps/custom.xml"
CHANGES = {"value": "E-SEAL-VALUE", "formula": "E-SEAL-FORMULA", "new": "E-SEAL-NEW", "gone": "E-SEAL-GONE"}


def verify_seal(path: Path) -> Receipt:
    """Compare a published file with its seal.

    Returns
    -------
    Receipt
        Facts ``intact`` and ``seal``; issues name the first changed cell, a sheet that is gone or new, a seal that
        was dropped or tampered with, or that there never was one.

    Raises
    ------
    WorkbookError
        Whatever reading a file raises.
    """
    start = perf_counter()
    book = Snapshot(package_from(path.name, read_file(path)))
    lines = listed(book)
    issues = tuple(_issues(book, lines))
    is_intact = not any(issue.severity == "error" for issue in issues)
    facts = {"seal": code_of(lines) if lines else "", "intact": is_intact}
    return Receipt("seal", path.name, issues, facts, is_intact, perf_counter() - start)


def _issues(book: Snapshot, lines: list[Line]) -> Iterator[Issue]:
    shown, kept = _on_cover(book), _in_properties(book)
    if not lines:
        yield Issue("E-SEAL-LOST" if shown or kept else "E-SEAL-NONE", "", {"seal": shown or kept})
        return
    code = code_of(lines)
    if code not in (shown, kept) or (shown and shown != code):
        place = book.definitions.names.get(CODE_NAME)
        cell = f"{place.sheet.name}!{a1(place.row, place.column)}" if place else ""
        yield Issue("E-SEAL-BROKEN", cell, {"found": shown or kept or "—", "wanted": code})
        return
    try:
        found = compared(lines, cells_of(book))
    except ValueError:
        yield Issue("E-SEAL-BROKEN", "", {"found": shown, "wanted": code})
        return
    yield from _differing(found)
    if not kept:
        yield Issue("W-SEAL-PROPERTY", "", {"seal": code})
    elif kept != code:
        yield Issue("E-SEAL-BROKEN", "", {"found": kept, "wanted": code})


def _differing(found: Comparison) -> Iterator[Issue]:
    for sheet in found.missing:
        yield Issue("E-SEAL-SHEET-GONE", sheet, {"sheet": sheet, "found": ", ".join(found.added) or "—"})
    if not found.missing:
        for sheet in found.added:
            yield Issue("E-SEAL-SHEET-NEW", sheet, {"sheet": sheet})
    if found.differences and not found.missing:
        first = found.differences[0]
        args = {"count": len(found.differences)}
        yield Issue(CHANGES[first.kind], address(first.sheet, first.place), args)
    if found.emptied:
        yield Issue("W-SEAL-NO-RESULTS", "", {"count": found.emptied})


def _on_cover(book: Snapshot) -> str:
    place = book.definitions.names.get(CODE_NAME)
    if place is None:
        return ""
    match = CODE.search(str(book.values(place.sheet).get(place.row, {}).get(place.column) or ""))
    return match[0] if match else ""


def _in_properties(book: Snapshot) -> str:
    if part_key(PROPERTIES) not in book.package.parts:
        return ""
    for each in root_of(book.package, PROPERTIES):
        if each.get("name") == PROPERTY and (match := CODE.search("".join(each.itertext()))):
            return match[0]
    return ""
