"""import: exports into a book: small ones as cells of a raw sheet, others by their place in the register."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from kpi_xl.book.layout import places
from kpi_xl.book.raw_sheets.loads import batch_of, load_column, loads_of
from kpi_xl.book.raw_sheets.raw_tables import PREFIX, raw_table
from kpi_xl.book.raw_sheets.register import read_register
from kpi_xl.book.tables.raw import SOURCES
from kpi_xl.commands.adding import add_sheet, added, graft_raw
from kpi_xl.commands.raw_sources import book_file, load_settings
from kpi_xl.commands.receipt import Receipt, in_order
from kpi_xl.commands.refreshing import read_book, refreshed
from kpi_xl.errors import WorkbookError
from kpi_xl.facts.raw.copying import Copy, columns_of, copied
from kpi_xl.facts.raw.detecting import detected
from kpi_xl.facts.raw.layouts import layouts
from kpi_xl.facts.raw.sources import Loading, LoadSettings, Source
from kpi_xl.hosts.file import FileHost
from kpi_xl.hosts.port import WorkbookHost
from kpi_xl.labels import Lang, lang_of
from kpi_xl.model.grid import CellOut, Patch, Scalar, TableGrid
from kpi_xl.model.issue import Issue

if TYPE_CHECKING:
    from kpi_xl.facts.raw.store import Store

Grids = Mapping[str, TableGrid]


@dataclass(frozen=True, slots=True)
class _Taken:
    """One export that is good enough to be taken in."""

    name: str                           # of the load: the name of its file
    source: Source
    copy: Copy | None                   # None: it stays in its place
    loading: Loading


def import_(
    host: WorkbookHost,
    files: Sequence[Path],
    *,
    table: str = "",
    mapping: str = "",
    link: bool = False,
    rejects: Path | None = None,
) -> Receipt:
    """Take exports into a book, all of them or none.

    Each is loaded on trial first; only when all can be used is the book written to. A file that was imported before
    takes the place of what it brought then.

    Parameters
    ----------
    files
        Exports, or folders of them.
    table, mapping
        What they are; found out from names and headings when absent.
    link
        Register their places even where they are small enough for a raw sheet.
    rejects
        A CSV file that takes every row that was refused or noted.

    Raises
    ------
    WorkbookError
        ``E-BOOK-STRANGE``; ``E-RAW-…`` for a file that is nothing known; and whatever writing raises.
    """
    start = perf_counter()
    reading = read_book(host)
    settings, lang = load_settings(reading.inputs), lang_of(reading.inputs.settings.lang)
    issues: list[Issue] = []
    taken = [_tried(path.resolve(), table, mapping, link, settings, issues) for path in files]
    counts = [asdict(each) for one in taken for each in one.loading.counts]
    if any(issue.severity == "error" for issue in issues):
        return Receipt("import", host.name, in_order(issues), {"counts": counts, "loads": []}, False, _since(start))
    with _together(host):
        for one in taken:
            if one.copy is None:
                _register(host, one, lang)
            else:
                _fill(host, one.name, one.copy, settings, lang)
    issues = [each for each in issues if each.code != "W-RAW-TOTAL"]
    issues += refreshed(host, reading, rejects).issues
    names = {one.name for one in taken}
    body = {"counts": counts, "loads": [row for row in loads_of(host.tables()) if row["load"] in names]}
    return Receipt("import", host.name, in_order(issues), body, seconds=_since(start))


def list_loads(host: WorkbookHost) -> Receipt:
    """Every load of a book: its name, table, place, how many rows it brought, and whether it counts."""
    start = perf_counter()
    read_book(host)
    return Receipt("import", host.name, facts={"loads": loads_of(host.tables())}, seconds=_since(start))


def remove_load(host: WorkbookHost, name: str) -> Receipt:
    """Take a load out again: its rows leave the raw sheet, or its source no longer counts.

    Raises
    ------
    WorkbookError
        ``E-LOAD-UNKNOWN``.
    """
    start = perf_counter()
    reading = read_book(host)
    wanted = name.strip().casefold()
    known = loads_of(host.tables())
    if wanted not in {str(each["load"]).casefold() for each in known}:
        raise WorkbookError("E-LOAD-UNKNOWN", found=name, wanted=", ".join(str(each["load"]) for each in known))
    patches = [*_cleared(host.tables(), wanted), *_switched_off(host.tables(), wanted)]
    host.write([], patches)
    issues = refreshed(host, reading).issues
    return Receipt("import", host.name, in_order(issues), {"removed": name, "loads": loads_of(host.tables())},
                   seconds=_since(start))  # fmt: skip


def _together(host: WorkbookHost) -> AbstractContextManager[None]:
    """One write for all files; an open book is written to piece by piece, after its snapshot was saved."""
    return host.together() if isinstance(host, FileHost) else nullcontext()


def _since(start: float) -> float:
    return perf_counter() - start


def _tried(
    path: Path, table: str, mapping: str, link: bool, settings: LoadSettings, issues: list[Issue]
) -> _Taken:
    """Load an export into a store that is thrown away, and see what it comes to."""
    from kpi_xl.facts.raw.loading import load

    name = path.name
    given = Source(table=table, place=path, mapping=mapping, name=name)
    source = given if table or mapping else detected(path, settings)
    store = _scratch()
    try:
        loading = load(store, [source], settings)
    finally:
        store.close()
    issues += loading.issues
    failed = any(issue.severity == "error" for issue in loading.issues)
    copy = None if link or failed else copied(source, settings)
    if copy is not None and copy.strange:
        args = {"place": name, "found": ", ".join(copy.strange)}
        issues.append(Issue("I-IMPORT-COLUMNS", name, args))
    return _Taken(name, source, copy, loading)


def _scratch() -> Store:
    from kpi_xl.facts.raw.kept import MEMORY
    from kpi_xl.facts.raw.store import open_store

    return open_store(memory_limit=MEMORY)


def _register(host: WorkbookHost, one: _Taken, lang: Lang) -> None:
    """Put a place into the register, or switch it on where it stands there already."""
    place = one.source.place
    assert isinstance(place, Path)
    shown = _shown(place, book_file(host))
    row: dict[str, Scalar] = {
        "source": one.name, "table": one.source.table, "kind": "folder" if place.is_dir() else "file",
        "place": shown, "mapping": one.source.mapping, "active": "Y",
    }  # fmt: skip
    if not added(host, "sources"):
        add_sheet(host, "sources", lang, {SOURCES.name: [row]})
        host.write([], _cleared(host.tables(), one.name.casefold()))
        return
    grids = host.tables()
    spot = places(grids, {}).tables[SOURCES.name]
    known = {each.source.casefold(): each for each in read_register(grids, [])}
    before = known.get(one.name.casefold())
    lines = [at for at, cells in enumerate(grids[SOURCES.name].rows) if any(cell is not None for cell in cells)]
    index = before.index if before is not None and before.index >= 0 else max(lines, default=-1) + 1
    styles = {column.key: column.role for column in SOURCES.columns}
    cells = tuple(
        CellOut(spot.row + 1 + index, spot.column + spot.positions[key], value, style=styles[key])
        for key, value in row.items()
    )
    host.write([], [Patch(SOURCES.name, cells, index + 1), *_cleared(grids, one.name.casefold())])


def _shown(place: Path, book: Path | None) -> str:
    """A place as the register names it: from the folder of the book where it lies below."""
    if book is not None and place.is_relative_to(book.parent):
        return place.relative_to(book.parent).as_posix()
    return str(place)


def _fill(host: WorkbookHost, name: str, copy: Copy, settings: LoadSettings, lang: Lang) -> None:
    """Cells into the raw sheet; those of the same name that stand there already go."""
    table = raw_table(copy.table)
    if table not in host.tables():
        fields = [field.name for field in layouts()[copy.table].fields]
        graft_raw(host, copy.table, [[*(row.get(field) for field in fields), name] for row in copy.rows], lang)
        return
    grid, layout = host.tables()[table], layouts()[copy.table]
    at = columns_of(grid.header, layout, settings)
    lost = sorted({field for row in copy.rows for field in row} - set(at))
    if lost:
        raise WorkbookError("E-RAW-COLUMN", place=grid.sheet, wanted=", ".join(lost), found=", ".join(grid.header))
    from kpi_xl.builder.raw_frame import style_of

    load = load_column(grid)
    cleared = [patch.cells for patch in _cleared({table: grid}, name.casefold())]
    kept = [index for index, row in enumerate(grid.rows) if any(cell is not None for cell in row)
            and batch_of(row, load).casefold() != name.casefold()]  # fmt: skip
    start = max(kept, default=-1) + 1
    cells = {(cell.row, cell.column): cell for each in cleared for cell in each}
    for index, row in enumerate(copy.rows, start=start):
        line = grid.row + 1 + index
        for field, value in row.items():
            if value is not None:
                spot = line, grid.column + at[field]
                cells[spot] = CellOut(*spot, value, style=style_of(layout.field(field)))
        if load is not None:
            cells[line, grid.column + load] = CellOut(line, grid.column + load, name, style=style_of(None))
    gone = _switched_off(host.tables(), name.casefold())
    host.write([], [Patch(table, tuple(cells.values()), start + len(copy.rows)), *gone])


def _cleared(grids: Grids, wanted: str) -> list[Patch]:
    """Rows of a load emptied, in whichever raw sheet they stand."""
    found = []
    for name, grid in grids.items():
        column = load_column(grid) if name.startswith(PREFIX) else None
        if column is None:
            continue
        lines = [index for index, row in enumerate(grid.rows) if batch_of(row, column).casefold() == wanted]
        cells = tuple(
            CellOut(grid.row + 1 + index, grid.column + at, None)
            for index in lines for at, cell in enumerate(grid.rows[index]) if cell is not None
        )  # fmt: skip
        if cells:
            found.append(Patch(name, cells, grid.declared))
    return found


def _switched_off(grids: Grids, wanted: str) -> list[Patch]:
    rows = [row for row in read_register(grids, []) if row.index >= 0 and row.source.casefold() == wanted]
    if not rows:
        return []
    spot, style = places(grids, {}).tables[SOURCES.name], SOURCES.columns[SOURCES.position("active")].role
    cells = tuple(
        CellOut(spot.row + 1 + row.index, spot.column + spot.positions["active"], "N", style=style) for row in rows
    )
    return [Patch(SOURCES.name, cells, grids[SOURCES.name].declared)]
