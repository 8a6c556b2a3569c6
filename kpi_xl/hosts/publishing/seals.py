"""The seal of a published book: a digest of every cell on a sheet of its own, and a short code for all of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from kpi_xl.hosts.ooxml.definitions import Sheet
from kpi_xl.hosts.publishing.digests import Cell, Mark, Place, mark, marks, read, sheet_cells, written
from kpi_xl.hosts.snapshot import Snapshot

CODE_NAME, LIST_NAME = "k_seal", "k_seal_list"
"""Defined names of the cell on the cover that shows the code, and of the first line of the list."""
PROPERTY = "kpi_xl seal"
CHUNK = 30_000                          # characters in one cell of the list
WIDTH = 3
Line = tuple[str, str, str]
"""Name, what is said of it, and how many cells that covers; the columns of the list."""
Change = Literal["value", "formula", "new", "gone"]


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell that does not say what it said."""

    sheet: str
    place: Place
    kind: Change


@dataclass(frozen=True, slots=True)
class Comparison:
    """What became of the sealed cells."""

    missing: tuple[str, ...]                # sheets that are not there any more
    added: tuple[str, ...]                  # sheets that were not there
    differences: tuple[Difference, ...]     # in the order of sheets, rows, columns
    emptied: int                            # formulas whose result was not saved


def cells_of(book: Snapshot) -> Mapping[str, Mapping[Place, Cell]]:
    """All cells by sheet, without those that make up the seal itself."""
    return {sheet.name: _unsealed(book, sheet) for sheet in book.definitions.sheets}


def lines_of(facts: Mapping[str, str], cells: Mapping[str, Mapping[Place, Cell]]) -> Iterator[Line]:
    """The list: what the book was made from, then every sheet with the digests of its cells."""
    yield from ((name, said, "") for name, said in facts.items())
    for sheet, content in cells.items():
        pieces = written({place: mark(cell) for place, cell in content.items()})
        yield from ((f"[{sheet}]", chunk, str(chunk.count(";") + len(chunk.split()))) for chunk in _chunks(pieces))


def code_of(lines: Sequence[Line]) -> str:
    """The short code that stands for a list.

    >>> code_of([("engine", "0.1.0", "")])
    '6b19-85b9'
    """
    digest = full_code(lines)
    return f"{digest[:4]}-{digest[4:8]}"


def full_code(lines: Sequence[Line]) -> str:
    """SHA-256 of a list in hexadecimal digits."""
    text = "\n".join("\t".join(line) for line in lines)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def listed(book: Snapshot) -> list[Line]:
    """The list as it stands in the book; empty when there is none."""
    place = book.definitions.names.get(LIST_NAME)
    if place is None:
        return []
    values = book.values(place.sheet)
    lines: list[Line] = []
    row = place.row
    while values.get(row, {}).get(place.column) is not None:
        name, said, covered = (str(values[row].get(place.column + step) or "") for step in range(WIDTH))
        lines.append((name, said, covered))
        row += 1
    return lines


def compared(lines: Sequence[Line], cells: Mapping[str, Mapping[Place, Cell]]) -> Comparison:
    """The list against what the cells say now.

    Raises
    ------
    ValueError
        The list is no list of digests.
    """
    sealed = _sealed(lines)
    differences = [
        each for sheet, marked in sealed.items() if sheet in cells for each in _differences(sheet, marked, cells[sheet])
    ]
    emptied = [each for each in differences if each.kind == "value" and _is_emptied(each, sealed, cells)]
    computed = sum(1 for sheet in sealed.values() for each in sheet.values() if each.result)
    if emptied and len(emptied) == computed:
        differences = [each for each in differences if each not in set(emptied)]
    else:
        emptied = []
    return Comparison(
        tuple(sheet for sheet in sealed if sheet not in cells),
        tuple(sheet for sheet in cells if sheet not in sealed),
        tuple(differences),
        len(emptied),
    )


def _unsealed(book: Snapshot, sheet: Sheet) -> Mapping[Place, Cell]:
    cells = sheet_cells(book, sheet)
    code, first = (book.definitions.names.get(name) for name in (CODE_NAME, LIST_NAME))
    if code and code.sheet == sheet:
        cells = {place: cell for place, cell in cells.items() if place != (code.row, code.column)}
    if first and first.sheet == sheet:
        columns = range(first.column, first.column + WIDTH)
        cells = {place: cell for place, cell in cells.items() if place[0] < first.row or place[1] not in columns}
    return cells


def _chunks(pieces: Iterator[str]) -> Iterator[str]:
    chunk = ""
    for piece in pieces:
        if chunk and len(chunk) + len(piece) >= CHUNK:
            yield chunk
            chunk = ""
        chunk += f"{' ' if chunk else ''}{piece}"
    yield chunk


def _sealed(lines: Sequence[Line]) -> Mapping[str, Mapping[Place, Mark]]:
    pieces: dict[str, list[str]] = {}
    for name, said, _ in lines:
        if name.startswith("["):
            pieces.setdefault(name[1:-1], []).extend(said.split())
    return {sheet: read(iter(texts)) for sheet, texts in pieces.items()}


def _differences(sheet: str, sealed: Mapping[Place, Mark], cells: Mapping[Place, Cell]) -> Iterator[Difference]:
    for place in sorted({*sealed, *cells}):
        was, now = sealed.get(place), cells.get(place)
        if was is None:
            yield Difference(sheet, place, "new")
        elif now is None:
            yield Difference(sheet, place, "gone")
        elif was not in (found := marks(now)):
            is_same = any(was.said == each.said and (was.result is None) == (each.result is None) for each in found)
            yield Difference(sheet, place, "value" if is_same or not now.formula else "formula")


def _is_emptied(
    each: Difference, sealed: Mapping[str, Mapping[Place, Mark]], cells: Mapping[str, Mapping[Place, Cell]]
) -> bool:
    cell = cells[each.sheet][each.place]
    return bool(cell.formula) and cell.value is None and bool(sealed[each.sheet][each.place].result)
