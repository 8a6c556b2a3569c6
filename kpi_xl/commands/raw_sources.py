"""The sources of a book, opened: a store that mirrors them, or the engine at their URL."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kpi_xl.book.raw_sheets.raw_tables import raw_table
from kpi_xl.book.raw_sheets.register import SourceRow
from kpi_xl.commands.raw_packages import require_raw
from kpi_xl.errors import KpiError, WorkbookError
from kpi_xl.facts.raw.sources import Grid, LoadSettings, Source
from kpi_xl.hosts.file import FileHost
from kpi_xl.hosts.port import WorkbookHost
from kpi_xl.model.grid import Scalar, TableGrid
from kpi_xl.model.inputs import Inputs
from kpi_xl.model.issue import Issue

if TYPE_CHECKING:
    from kpi_xl.facts.engines.engine import Engine
    from kpi_xl.facts.raw.store import Store

TIME_ZONE = "Asia/Shanghai"
ALIAS, RATE_UNIT = "alias.", "rate_unit."
"""How a setting begins that names a heading (alias.orders.宝贝单号 = order_id) or says how a column writes shares."""
SUFFIX = ".kpi-data"


@dataclass(frozen=True, slots=True)
class Opened:
    """Raw data to ask; no engine where they cannot be had."""

    engine: Engine | None
    store: Store | None                 # None where they are at a URL
    issues: tuple[Issue, ...]


def book_file(host: WorkbookHost) -> Path | None:
    """File of a book; None for one that was never saved, or is not on this machine."""
    path = Path(str(getattr(host, "full_name", "")))
    return path if path.is_absolute() and path.exists() else None


def store_file(book: Path) -> Path:
    """Where the loaded rows of a book are kept: a hidden file beside it, which may be deleted at any time."""
    return book.with_name(f".{book.stem}{SUFFIX}")


def load_settings(inputs: Inputs) -> LoadSettings:
    """How cells are meant, as far as 设置 says."""
    texts = inputs.settings.texts
    return LoadSettings(
        time_zone=texts.get("time_zone") or TIME_ZONE,
        base_currency=texts.get("base_currency") or "CNY",
        base_year=inputs.settings.period.start.year,
        aliases={name.removeprefix(ALIAS): text for name, text in texts.items() if name.startswith(ALIAS)},
        rate_units={
            name.removeprefix(RATE_UNIT): "percent" if text == "percent" else "fraction"
            for name, text in texts.items() if name.startswith(RATE_UNIT)
        },
        units=frozenset(subject.id for subject in inputs.subjects if subject.id),
    )  # fmt: skip


@contextmanager
def opened(host: WorkbookHost, rows: Sequence[SourceRow], settings: LoadSettings, engine: str = "") -> Iterator[Opened]:
    """The active sources; a URL given here goes before what the register says."""
    active = [row for row in rows if row.is_active]
    try:
        require_raw()
    except WorkbookError as failure:
        yield Opened(None, None, (Issue(failure.code, active[0].cell if active else "", failure.args_by_name),))
        return
    urls = [row for row in active if row.kind == "url"]
    if engine or (urls and len(active) == 1):
        yield _at_url(engine or urls[0].place, urls[0].cell if urls else "")
        return
    if urls:
        args = {"source": urls[0].source, "found": len(active)}
        yield Opened(None, None, (Issue("E-SOURCE-MIXED", urls[0].cell, args),))
        return
    from kpi_xl.facts.engines.duck import DuckEngine
    from kpi_xl.facts.raw.kept import mirrored

    book = book_file(host)
    sources = [source_of(row, host, book) for row in active]
    mark = _mark(active, sources, settings, host)
    store, issues = mirrored(None if book is None else store_file(book), mark, sources, settings)
    told = tuple(replace(each, cell=_cell_of(each, active)) for each in issues)
    try:
        yield Opened(None if store is None else DuckEngine(store.connection), store, told)
    finally:
        if store is not None:
            store.close()


def source_of(row: SourceRow, host: WorkbookHost, book: Path | None) -> Source:
    """What the loader is to read for a row of the register."""
    common = Source(
        table=row.table, mapping=_mapping(row.mapping, book), name=row.source, time_zone=row.time_zone,
        total=row.total, total_column=row.total_column, tolerance=row.tolerance,
    )  # fmt: skip
    if row.kind != "sheet":
        return replace(common, place=_resolved(row.place, book), sheet=row.sheet)
    grid = host.tables().get(raw_table(row.table))
    if grid is None:
        return replace(common, place=None)
    if isinstance(host, FileHost) and book is not None:
        return replace(common, place=book, sheet=grid.sheet)
    return replace(common, place=Grid(grid.sheet, _cells(grid), grid.row, host.name))


def _cells(grid: TableGrid) -> list[tuple[Scalar, ...]]:
    """Heading and rows without the spare rows below them, which a reader of files does not count either."""
    rows = [tuple(row) for row in grid.rows]
    filled = max((at for at, row in enumerate(rows, 1) if any(cell is not None for cell in row)), default=0)
    return [tuple(grid.header), *rows[:filled]]


def _mapping(name: str, book: Path | None) -> str:
    return str(_resolved(name, book)) if name.endswith(".toml") else name


def _resolved(place: str, book: Path | None) -> Path:
    path = Path(place).expanduser()
    return path if path.is_absolute() or book is None else book.parent / path


def _at_url(url: str, cell: str) -> Opened:
    from kpi_xl.facts.engines.by_url import open_engine

    try:
        return Opened(open_engine(url), None, ())
    except KpiError as failure:
        return Opened(None, None, (Issue(failure.code, cell, failure.args_by_name),))


def _mark(
    rows: Sequence[SourceRow], sources: Sequence[Source], settings: LoadSettings, host: WorkbookHost
) -> str:
    """Hash of everything that loading hangs on: the register, the settings, and what each file looks like."""
    said = [{name: value for name, value in asdict(row).items() if name not in ("cell", "index")} for row in rows]
    looks = [_look(row, source, host) for row, source in zip(rows, sources, strict=True)]
    text = json.dumps([said, looks, _plain(settings)], ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _look(row: SourceRow, source: Source, host: WorkbookHost) -> object:
    found: list[object] = [_stamps(Path(source.mapping))] if source.mapping.endswith(".toml") else []
    if row.kind == "sheet":
        if isinstance(host, FileHost):
            return [*found, host.digest(raw_table(row.table))]
        cells = source.place.cells if isinstance(source.place, Grid) else ()
        return [*found, hashlib.sha256(repr(cells).encode("utf-8", "replace")).hexdigest()]
    return [*found, _stamps(source.place) if isinstance(source.place, Path) else None]


def _stamps(place: Path) -> list[object]:
    """Size and time of every file of a place."""
    files = sorted(place.rglob("*")) if place.is_dir() else [place]
    return [
        [str(path), stat.st_size, stat.st_mtime_ns]
        for path in files if path.is_file() and not path.name.startswith(".")
        for stat in (os.stat(path),)
    ]  # fmt: skip


def _plain(settings: LoadSettings) -> Mapping[str, object]:
    return {**asdict(settings), "units": sorted(settings.units)}


def _cell_of(issue: Issue, rows: Sequence[SourceRow]) -> str:
    """Cell of the source that an issue speaks of, by the name or the file that it names."""
    place = str(issue.args.get("place", ""))
    for row in rows:
        names = {row.source, Path(row.place).name, row.place, row.sheet, row.cell.partition("!")[0], row.mapping} - {""}
        if any(place == name or place.startswith((f"{name}/", f"{name}!")) for name in names):
            return row.cell
    return rows[0].cell if rows else issue.cell
