"""What an export is, when nobody says: the mapping or the canonical table that fits its names and headings."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kpi_xl.errors import WorkbookError
from kpi_xl.facts.raw.files import raw_files
from kpi_xl.facts.raw.gathering import named_parts
from kpi_xl.facts.raw.headings import ROWS_TO_LOOK_AT, Headings, found_in, named
from kpi_xl.facts.raw.layouts import Layout, layouts, table_named
from kpi_xl.facts.raw.mapped import wanted_row
from kpi_xl.facts.raw.mappings import TableMapping, mapping, matches, shipped
from kpi_xl.facts.raw.parts import Part, Scan
from kpi_xl.facts.raw.sources import LoadSettings, Source
from kpi_xl.facts.raw.staging import scan_names
from kpi_xl.facts.raw.store import open_store

ANY = "*"
"""Origin of a mapping for files of any name: its headings alone tell."""
LIKE_ENOUGH = 0.5
"""Share of its headings that a table must know, when neither file nor sheet is named after one."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """One sheet or file: its name, and the rows in which its headings are."""

    name: str
    rows: Sequence[Sequence[str | None]]


def detected(place: Path, settings: LoadSettings) -> Source:
    """The source that a file or folder is: its table, or its mapping.

    Raises
    ------
    WorkbookError
        ``E-RAW-TABLE``: no table and no mapping fits, or more than one does; and what opening the files raises.
    """
    source = Source(place=place, name=place.name)
    with tempfile.TemporaryDirectory() as folder:
        files = raw_files(place, Path(folder), settings.most_bytes)
        seen = [_Seen(each.name, _first_rows(each.part)) for file in files
                for each in named_parts(file, source, settings)]  # fmt: skip
    mappings = {each: mapping(each) for each in shipped()}
    named_ones = [each for each, tables in mappings.items() if all(table.origin != ANY for table in tables)]
    for name in named_ones:
        if _fits(mappings[name], seen):
            return replace(source, mapping=name)
    if any(table_named(each.name) for each in seen):
        return source
    tables = {_likeliest(each, settings) for each in seen if each.rows}
    if len(tables) == 1 and "" not in tables:
        return replace(source, table=tables.pop())
    for name in sorted(mappings.keys() - set(named_ones)):
        if _fits(mappings[name], seen):
            return replace(source, mapping=name)
    raise WorkbookError("E-RAW-TABLE", place=place.name, wanted=", ".join(layouts()))


def _fits(tables: Sequence[TableMapping], seen: Sequence[_Seen]) -> bool:
    """Every table of the mapping finds its sheet or file, by name and headings; one for any name takes the headings."""
    return all(any(matches(table.origin, each.name) and _has_columns(table, each) for each in seen) for table in tables)


def _has_columns(table: TableMapping, seen: _Seen) -> bool:
    names = list(table.names())
    if all(name.endswith("?") for name in names):
        return False
    try:
        headings = wanted_row([list(row) for row in seen.rows], names, table.key_names(), seen.name)
    except WorkbookError:
        return False
    known = {heading.text for heading in headings.columns}
    optional = [name for name in names if name.endswith("?")]
    return not optional or sum(name.rstrip("?") in known for name in optional) >= 3


def _likeliest(seen: _Seen, settings: LoadSettings) -> str:
    """The table that knows most of the headings; "" where none or two do."""
    found = sorted(_shares(seen, settings), reverse=True)
    if not found or found[0][0] < LIKE_ENOUGH or (len(found) > 1 and found[1][0] == found[0][0]):
        return ""
    return found[0][1]


def _shares(seen: _Seen, settings: LoadSettings) -> Iterator[tuple[float, str]]:
    for layout in layouts().values():
        headings = _headings(seen, layout, settings)
        if headings is not None and headings.columns:
            yield len(headings.fields) / len(headings.columns), layout.name


def _headings(seen: _Seen, layout: Layout, settings: LoadSettings) -> Headings | None:
    try:
        if len(seen.rows) == 1:
            found = named([cell or "" for cell in seen.rows[0]], layout, settings)
            return found if set(layout.key) - set(layout.loose_key) <= found.fields else None
        return found_in(seen.rows, layout, settings, seen.name)
    except WorkbookError:
        return None


def _first_rows(part: Part | Scan) -> list[tuple[str | None, ...]]:
    if isinstance(part, Scan):
        store = open_store()
        try:
            return [tuple(scan_names(store, part))]
        finally:
            store.close()
    if part.typed is not None and (first := part.typed.top(ROWS_TO_LOOK_AT + 2)):
        return first
    batch = next(part.batches(), None)
    if batch is None:
        return []
    rows = batch.slice(0, ROWS_TO_LOOK_AT + 2).to_pydict().values()
    return list(zip(*rows, strict=True))
