"""What a source comes to: for every table it feeds, the sheets and files to read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath

from kpi_xl.errors import WorkbookError
from kpi_xl.facts.raw.delimited import of_text
from kpi_xl.facts.raw.files import RawFile, raw_files, unchanged
from kpi_xl.facts.raw.layouts import layouts, table_named
from kpi_xl.facts.raw.mappings import TableMapping, mapping, matches
from kpi_xl.facts.raw.parts import Part, Scan, of_grid
from kpi_xl.facts.raw.sources import Grid, LoadSettings, Source
from kpi_xl.facts.raw.store import text
from kpi_xl.facts.raw.workbooks import of_sheet, sheet_names


@dataclass(frozen=True, slots=True)
class Gathered:
    """All parts of one source that feed one table."""

    table: str
    source: Source
    parts: tuple[Part | Scan, ...]
    files: tuple[RawFile, ...]
    kind: str  # sheet, workbook, text, parquet
    mapping: TableMapping | None = None
    lookups: Mapping[str, Part | Scan] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What the source is called."""
        return self.source.name or self.place

    @property
    def place(self) -> str:
        """Where it is, without the folders of this machine."""
        place = self.source.place
        return place.sheet if isinstance(place, Grid) else PurePath(place or "").name

    def unchanged(self) -> None:
        """Make sure that no file was written to while it was read."""
        for file in self.files:
            unchanged(file)


@dataclass(frozen=True, slots=True)
class Named:
    """A sheet or file by the name that mappings know it by."""

    name: str
    file: RawFile
    part: Part | Scan


def gathered(source: Source, settings: LoadSettings, folder: Path) -> list[Gathered]:
    """Tables that a source feeds, each with its parts.

    Parameters
    ----------
    source : Source
        What to look for.
    settings : LoadSettings
        Limits of size.
    folder : Path
        Takes what comes out of zips, and is there as long as the parts are read.

    Raises
    ------
    WorkbookError
        ``E-RAW-TABLE``: the table is unknown; and whatever finding and opening its files raises.
    """
    if source.table and source.table not in layouts():
        raise WorkbookError("E-RAW-TABLE", place=source.table, wanted=", ".join(layouts()))
    if isinstance(source.place, Grid):
        return [_grid(source, source.place, settings)]
    if source.place is None:
        raise WorkbookError("E-RAW-MISSING", place=source.name or source.table)
    unpacked = folder / f"{len(list(folder.iterdir()))}"
    unpacked.mkdir()
    files = raw_files(source.place, unpacked, settings.most_bytes)
    found = _mapped(source, files, settings) if source.mapping else _by_table(source, files, settings)
    if not found:
        raise WorkbookError("E-RAW-TABLE", place=source.place.name, wanted=", ".join(layouts()))
    return found


def _grid(source: Source, grid: Grid, settings: LoadSettings) -> Gathered:
    part = of_grid(grid, settings.most_columns)
    if source.mapping:
        tables = [each for each in mapping(source.mapping) if not each.lookups and source.table in ("", each.table)]
        if len(tables) != 1:
            raise WorkbookError("E-RAW-TABLE", place=grid.sheet, wanted=", ".join(each.table for each in tables))
        return Gathered(tables[0].table, _as_mapped(source, tables[0]), (part,), (), "sheet", tables[0])
    table = source.table or table_named(grid.sheet)
    if table is None:
        raise WorkbookError("E-RAW-TABLE", place=grid.sheet, wanted=", ".join(layouts()))
    return Gathered(table, source, (part,), (), "sheet")


def _by_table(source: Source, files: Sequence[RawFile], settings: LoadSettings) -> list[Gathered]:
    found: dict[str, list[tuple[Part | Scan, RawFile]]] = {}
    for file in files:
        for table, part in _parts(file, source, settings):
            found.setdefault(table, []).append((part, file))
    return [
        Gathered(table, source, tuple(part for part, _ in parts), tuple(file for _, file in parts), parts[0][1].kind)
        for table, parts in found.items()
    ]


def _mapped(source: Source, files: Sequence[RawFile], settings: LoadSettings) -> list[Gathered]:
    named = [each for file in files for each in named_parts(file, source, settings)]
    found = []
    for table in mapping(source.mapping):
        own = [each for each in named if matches(table.origin, each.name)]
        if not own or source.table not in ("", table.table):
            continue
        others = {lookup.name: _one(lookup.origin, named, source) for lookup in table.lookups}
        read = dict.fromkeys([*(each.file for each in own), *(each.file for each in others.values())])
        found.append(
            Gathered(table.table, _as_mapped(source, table), tuple(each.part for each in own), tuple(read),
                     own[0].file.kind, table, {name: each.part for name, each in others.items()})
        )  # fmt: skip
    return found


def _as_mapped(source: Source, table: TableMapping) -> Source:
    day_first = table.day_first if source.day_first is None else source.day_first
    return replace(source, time_zone=source.time_zone or table.time_zone, day_first=day_first)


def _one(origin: str, named: Sequence[Named], source: Source) -> Named:
    found = next((each for each in named if matches(origin, each.name)), None)
    if found is None:
        place = source.place.name if isinstance(source.place, Path) else source.name
        raise WorkbookError("E-RAW-SHEET", place=place, found=origin, wanted=", ".join(each.name for each in named))
    return found


def named_parts(file: RawFile, source: Source, settings: LoadSettings) -> Iterator[Named]:
    """The sheets of a workbook, or the file itself, by the names that mappings know them by."""
    if file.kind == "workbook":
        for sheet in _chosen(sheet_names(file.path, file.shown, settings.most_bytes), file, source):
            yield Named(sheet, file, of_sheet(file.path, file.shown, sheet, settings.most_columns))
    else:
        yield Named(file.stem, file, _cells(file, settings))


def _cells(file: RawFile, settings: LoadSettings) -> Part | Scan:
    if file.kind == "parquet":
        return scan_of(file)
    return of_text(file.path, file.shown, settings.most_columns, settings.most_bytes)


def _parts(file: RawFile, source: Source, settings: LoadSettings) -> Iterator[tuple[str, Part | Scan]]:
    """Parts of one file by table; parts that no table is known for are left alone unless the file is the source."""
    if file.kind == "workbook":
        yield from _sheets(file, source, settings)
        return
    table = source.table or table_named(file.stem)
    if table is None:
        return
    yield table, _cells(file, settings)


def _sheets(file: RawFile, source: Source, settings: LoadSettings) -> Iterator[tuple[str, Part]]:
    names = _chosen(sheet_names(file.path, file.shown, settings.most_bytes), file, source)
    tables = {name: table_named(name) for name in names}
    chosen = [name for name in names if tables[name] == source.table] or list(names[:1])
    for name in chosen if source.table else names:
        table = source.table or tables[name] or (table_named(file.stem) if len(names) == 1 else None)
        if table:
            yield table, of_sheet(file.path, file.shown, name, settings.most_columns)


def _chosen(names: tuple[str, ...], file: RawFile, source: Source) -> tuple[str, ...]:
    if not source.sheet:
        return names
    if source.sheet not in names:
        raise WorkbookError("E-RAW-SHEET", place=file.shown, found=source.sheet, wanted=", ".join(names))
    return (source.sheet,)


def scan_of(file: RawFile) -> Scan:
    """A Parquet file as a relation; its rows are numbered from 1."""
    rows = f"read_parquet({text(str(file.path))}, file_row_number = TRUE)"
    return Scan(
        file.shown, f"SELECT {text(file.shown)} AS src_file, file_row_number + 1 AS src_row, "
        f"* EXCLUDE (file_row_number) FROM {rows}",
    )  # fmt: skip
