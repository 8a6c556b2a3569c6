"""import: exports into a book: small ones as cells of a raw sheet, others by their place in the register."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from kpi_xl.book.layout import places
from kpi_xl.book.raw_sheets.raw_tables import LOAD, PREFIX, raw_table, table_of
from kpi_xl.book.raw_sheets.register import SourceRow, read_register
from kpi_xl.book.read import Reading, read_inputs
from kpi_xl.book.sheets import STARTING_TABLES
from kpi_xl.book.tables.raw import SOURCES
from kpi_xl.commands.adding import add_sheet, added, graft_raw
from kpi_xl.commands.raw_quality import write_quality, write_rejects
from kpi_xl.commands.raw_sources import book_file, load_settings, opened
from kpi_xl.commands.receipt import Receipt, in_order
from kpi_xl.errors import WorkbookError
from kpi_xl.facts.raw.copying import Copy, columns_of, copied
from kpi_xl.facts.raw.detecting import detected
from kpi_xl.facts.raw.layouts import layouts
from kpi_xl.facts.raw.sources import Loading, LoadSettings, Source
from kpi_xl.hosts.port import WorkbookHost
from kpi_xl.labels import Lang
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
    reading = _reading(host)
    settings, lang = load_settings(reading.inputs), _lang(reading)
    issues: list[Issue] = []
    taken = [_tried(path.resolve(), table, mapping, link, settings, issues) for path in files]
    counts = [asdict(each) for one in taken for each in one.loading.counts]
    if any(issue.severity == "error" for issue in issues):
        return Receipt("import", host.name, in_order(issues), {"counts": counts, "loads": []}, False, _since(start))
    for one in taken:
        if one.copy is None:
            _register(host, one, lang)
        else:
            _fill(host, one.name, one.copy, settings, lang)
    issues = [each for each in issues if each.code != "W-RAW-TOTAL"]
    issues += refreshed(host, settings, lang, rejects)
    body = {"counts": counts, "loads": [row for row in _listed(host) if row["load"] in {one.name for one in taken}]}
    return Receipt("import", host.name, in_order(issues), body, seconds=_since(start))


def list_loads(host: WorkbookHost) -> Receipt:
    """Every load of a book: its name, table, place, how many rows it brought, and whether it counts."""
    start = perf_counter()
    _reading(host)
    return Receipt("import", host.name, facts={"loads": _listed(host)}, seconds=_since(start))


def remove_load(host: WorkbookHost, name: str) -> Receipt:
    """Take a load out again: its rows leave the raw sheet, or its source no longer counts.

    Raises
    ------
    WorkbookError
        ``E-LOAD-UNKNOWN``.
    """
    start = perf_counter()
    reading = _reading(host)
    wanted = name.strip().casefold()
    known = _listed(host)
    if wanted not in {str(each["load"]).casefold() for each in known}:
        raise WorkbookError("E-LOAD-UNKNOWN", found=name, wanted=", ".join(str(each["load"]) for each in known))
    patches = [*_cleared(host.tables(), wanted), *_switched_off(host.tables(), wanted)]
    host.write([], patches)
    issues = refreshed(host, load_settings(reading.inputs), _lang(reading), None)
    return Receipt("import", host.name, in_order(issues), {"removed": name, "loads": _listed(host)},
                   seconds=_since(start))  # fmt: skip


def refreshed(host: WorkbookHost, settings: LoadSettings, lang: Lang, rejects: Path | None) -> Sequence[Issue]:
    """Load what counts now, and write 数据质量."""
    issues: list[Issue] = []
    sources = read_register(host.tables(), issues)
    with opened(host, sources, settings) as raw:
        issues += raw.issues
        if raw.store is not None:
            write_quality(host, raw.store, sources, settings, lang)
            if rejects is not None:
                write_rejects(raw.store, rejects, lang)
    return issues


def _reading(host: WorkbookHost) -> Reading:
    grids = host.tables()
    lost = [name for name in STARTING_TABLES if name not in grids]
    if lost:
        raise WorkbookError("E-BOOK-STRANGE", found=", ".join(lost))
    return read_inputs(grids)


def _lang(reading: Reading) -> Lang:
    return "en" if reading.inputs.settings.lang == "en" else "zh"


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

    load = _load_column(grid)
    cleared = [patch.cells for patch in _cleared({table: grid}, name.casefold())]
    kept = [index for index, row in enumerate(grid.rows) if any(cell is not None for cell in row)
            and _batch(row, load).casefold() != name.casefold()]  # fmt: skip
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


def _load_column(grid: TableGrid) -> int | None:
    found = [at for at, heading in enumerate(grid.header) if heading.strip() in LOAD.values()]
    return found[0] if found else None


def _batch(row: Sequence[Scalar], column: int | None) -> str:
    return "" if column is None or row[column] is None else str(row[column])


def _cleared(grids: Grids, wanted: str) -> list[Patch]:
    """Rows of a load emptied, in whichever raw sheet they stand."""
    found = []
    for name, grid in grids.items():
        column = _load_column(grid) if name.startswith(PREFIX) else None
        if column is None:
            continue
        lines = [index for index, row in enumerate(grid.rows) if _batch(row, column).casefold() == wanted]
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


def _listed(host: WorkbookHost) -> list[Mapping[str, object]]:
    """Loads by name: batches of the raw sheets, then the places of the register."""
    grids = host.tables()
    found: list[Mapping[str, object]] = []
    register = read_register(grids, [])
    off = {row.table for row in register if row.kind == "sheet" and not row.is_active}
    for name, grid in grids.items():
        if not (name.startswith(PREFIX) and table_of(name)):
            continue
        column, batches = _load_column(grid), dict[str, int]()
        for row in grid.rows:
            if any(cell is not None for cell in row):
                batches[_batch(row, column)] = batches.get(_batch(row, column), 0) + 1
        found += [
            {"load": batch or grid.sheet, "table": table_of(name), "kind": "sheet", "place": grid.sheet, "rows": rows,
             "active": table_of(name) not in off}
            for batch, rows in batches.items()
        ]  # fmt: skip
    found += [_entry(row) for row in register if row.index >= 0 and row.kind != "sheet"]
    return found


def _entry(row: SourceRow) -> Mapping[str, object]:
    return {"load": row.source, "table": row.table, "kind": row.kind, "place": row.place, "rows": None,
            "active": row.is_active}  # fmt: skip
