"""Sources into the store, each whole or not at all."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import duckdb

from kpi_xl.errors import WorkbookError
from kpi_xl.facts.raw.canonical import new_typed, to_typed
from kpi_xl.facts.raw.conserved import write_counts
from kpi_xl.facts.raw.currency import to_base
from kpi_xl.facts.raw.duplicates import drop_duplicates, replace_older
from kpi_xl.facts.raw.gathering import Gathered, gathered
from kpi_xl.facts.raw.headings import Headings, found_in, named
from kpi_xl.facts.raw.layouts import layouts
from kpi_xl.facts.raw.logic import check_keys, check_logic
from kpi_xl.facts.raw.mapped import apply, keep_lookup, wanted_row
from kpi_xl.facts.raw.outliers import flag_outliers
from kpi_xl.facts.raw.parts import Part, Scan
from kpi_xl.facts.raw.reconciling import check_zone, reconciled, same_columns
from kpi_xl.facts.raw.records import counts
from kpi_xl.facts.raw.references import check_references, excluded, unit_of
from kpi_xl.facts.raw.scans import keep_scan, viewed
from kpi_xl.facts.raw.sources import Loading, LoadSettings, Source
from kpi_xl.facts.raw.staging import fill_down, first_rows, leave_rows, mark_long_numbers, scan_names, stage
from kpi_xl.facts.raw.store import Store, columns_of, quoted, rows_of, show, text, widen
from kpi_xl.facts.raw.typed_cells import stage_typed
from kpi_xl.facts.raw.work import LIVE, Work
from kpi_xl.model.issue import Issue

_FIRST = ("fx", "org", "catalog", "exclusions", "orders")
"""Tables that others refer to come first."""


def load(store: Store, sources: Sequence[Source], settings: LoadSettings | None = None) -> Loading:
    """Load every source: read, map, type, check, and keep; what cannot be loaded is left out whole and said.

    Parameters
    ----------
    store : Store
        Takes the rows of the sources beside those of earlier loads; a row with the same key replaces the older one.
    sources : (n_sources,)
        Where the rows are and what they are.
    settings : LoadSettings, optional
        What all sources share.

    Returns
    -------
    Loading
        Load ids, counts by sheet or file, and issues: ``E-RAW-…`` for every source that was left out, such as
        ``E-RAW-ROOM`` where neither memory nor disk suffices for it.
    """
    settings = settings or LoadSettings()
    issues: list[Issue] = []
    loads: list[int] = []
    with tempfile.TemporaryDirectory() as folder:
        found: list[Gathered] = []
        for source in sources:
            with _told(issues, source.name):
                found += gathered(source, settings, Path(folder))
        for each in sorted(found, key=lambda each: _turn(each.table)):
            with _told(issues, each.place):
                loads.append(_load(store, each, settings, issues))
    found_counts = tuple(each for each in counts(store) if each.load_id in loads)
    return Loading(tuple(loads), found_counts, tuple(issues))


def _turn(table: str) -> int:
    return _FIRST.index(table) if table in _FIRST else len(_FIRST)


@contextmanager
def _told(issues: list[Issue], place: str) -> Iterator[None]:
    """A source that cannot be used is an issue, and the next one is loaded all the same."""
    try:
        yield
    except duckdb.OutOfMemoryException:
        issues.append(Issue("E-RAW-ROOM", place, {"place": place}))
    except WorkbookError as failure:
        args = dict(failure.args_by_name)
        issues.append(Issue(failure.code, str(args.get("place", "")), args))


@contextmanager
def _whole(store: Store) -> Iterator[None]:
    store.run("BEGIN")
    try:
        yield
    except BaseException:
        store.run("ROLLBACK")
        raise
    store.run("COMMIT")


def _load(store: Store, origin: Gathered, settings: LoadSettings, issues: list[Issue]) -> int:
    layout = layouts()[origin.table]
    with _whole(store):
        load_id = store.number("SELECT nextval('load_ids')")
        work = Work(store, load_id, layout, origin.source, settings)
        work.begin()
        for zone in filter(None, (settings.time_zone, origin.source.time_zone)):
            check_zone(store, zone)
        fields = None if origin.mapping else viewed(work, origin.parts)
        is_view = fields is not None
        if fields is None:
            fields = _read_all(work, origin)
        origin.unchanged()
        same_columns(work, origin.name, origin.place, fields)
        _clean(work, fields, issues)
        if is_view:
            keep_scan(work, fields)
        else:
            _keep(work, fields)
        show(store, layout)
        replace_older(work, fields)
        _register(work, origin, fields)
        write_counts(work)
        issues += reconciled(work, fields, origin.name)
    return load_id


def _read_all(work: Work, origin: Gathered) -> frozenset[str]:
    new_typed(work)
    fields: frozenset[str] = frozenset()
    for number, part in enumerate(origin.parts):
        fields |= _read(work, number, part, origin)
    return fields


def _read(work: Work, number: int, part: Part | Scan, origin: Gathered) -> frozenset[str]:
    """One part to rows of `typed`; returns the canonical columns it has."""
    store, layout, mapping = work.store, work.layout, origin.mapping
    if mapping:
        for lookup in mapping.lookups:
            names = list(mapping.names_of(lookup))
            keep_lookup(store, lookup, names, _staged(work, origin.lookups[lookup.name], names, ())[1])
        columns, headings = _staged(work, part, mapping.names(), mapping.key_names())
    else:
        columns, headings = _staged(work, part)
    known = [(heading.column, field) for heading in headings.columns if (field := layout.field(heading.field))]
    dimensions = [column for column, field in known if field.dimension]
    ids = [column for column, field in known if field.type == "id"]
    mark_long_numbers(store, part, range(len(columns)) if mapping else ids)
    read, blank = leave_rows(store, columns, headings, _first_row(part), sorted({*dimensions, *ids}))
    if mapping:
        headings, merged = apply(store, mapping, headings)
        read -= merged
    else:
        fill_down(store, () if isinstance(part, Scan) else part.marks().merges, dimensions, work.source.fill_down)
    _note_rows(work, number, part, read, blank)
    to_typed(work, number, headings, not isinstance(part, Scan) and part.marks().uses_1904)
    return headings.fields


def _staged(
    work: Work, part: Part | Scan, names: Iterable[str] = (), key: Iterable[Sequence[str]] = ()
) -> tuple[list[str], Headings]:
    """Columns of the table `stage`, and what they are: by a mapping's names, or by the headings of the layout."""
    names = list(names)
    found = stage_typed(work, part) if isinstance(part, Part) and not names else None
    if found is not None:
        return found
    columns = stage(work.store, part)
    if isinstance(part, Scan):
        own = scan_names(work.store, part)
        headings = wanted_row([own], names, key, part.place) if names else named(own, work.layout, work.settings)
        return columns, replace(headings, first_row=0, rows=())
    rows = first_rows(work.store, columns, part.first_row)
    if names:
        return columns, wanted_row(rows, names, key, part.place)
    return columns, found_in(rows, work.layout, work.settings, part.place)


def _first_row(part: Part | Scan) -> int:
    return 1 if isinstance(part, Scan) else part.first_row


def _note_rows(work: Work, number: int, part: Part | Scan, read: int, blank: int) -> None:
    if work.store.number("SELECT count(*) FROM aside"):
        work.note("SUBTOTAL", "FIXED", "dropped", f"SELECT {number}, src_row, NULL, lead FROM aside")
    work.store.run(f"INSERT INTO parts VALUES ({number}, {text(part.file)}, {text(part.sheet)}, {read}, {blank})")
    for first, last in () if isinstance(part, Scan) else part.marks().hidden:
        work.note("HIDDEN_ROW", "WARN", "kept",
                  f"SELECT {number}, min(src_row), NULL, min(src_row) || '-' || max(src_row) FROM stage "
                  f"WHERE src_row BETWEEN {first} AND {last} HAVING count(*) > 0")  # fmt: skip


def _clean(work: Work, fields: frozenset[str], issues: list[Issue]) -> None:
    """The rules that look at whole rows, in their order."""
    work.drop("rejected")
    check_keys(work, fields)
    work.drop("rejected")
    to_base(work, fields)
    count = work.store.number('SELECT sum("read") FROM parts')
    drop_duplicates(work, fields)
    check_logic(work, fields)
    work.drop("rejected")
    check_references(work, fields)
    if count <= work.settings.most_checked:
        flag_outliers(work, fields)
    else:
        args = {"place": work.source.name or work.layout.name, "found": count, "wanted": work.settings.most_checked}
        issues.append(Issue("W-RAW-UNCHECKED", str(args["place"]), args))


def _keep(work: Work, fields: frozenset[str]) -> None:
    store, rows = work.store, rows_of(work.layout.name)
    names = [name for name in columns_of(store, "typed") if name not in ("part", "src_row")]
    widen(store, work.layout, [name for name in names if work.layout.field(name) is None])
    unit = unit_of(work, fields)
    chosen = [quoted(name) for name in names if not (unit and name == work.layout.unit)] + ([unit] if unit else [])
    chosen += [f"{work.load_id} AS src_load", "parts.file AS src_file", "parts.sheet AS src_sheet", "src_row"]
    chosen.append(f"{excluded(work)} AS excluded")
    store.run(f"INSERT INTO {rows} BY NAME SELECT {', '.join(chosen)} FROM {LIVE} AS live JOIN parts USING (part)")
    store.run("DROP TABLE typed")


def _register(work: Work, origin: Gathered, fields: frozenset[str]) -> None:
    time = work.layout.time
    span = (
        f"CAST(min({quoted(time)}) AS VARCHAR), CAST(max({quoted(time)}) AS VARCHAR)"
        if time in fields
        else "NULL, NULL"
    )
    work.store.run(
        f"INSERT INTO loads SELECT ?, ?, ?, ?, ?, ?, now()::TIMESTAMP, count(*), {span}, ? "
        f"FROM {quoted(work.layout.name)} WHERE src_load = {work.load_id}",
        [work.load_id, origin.name, work.layout.name, origin.kind, work.source.mapping, origin.place, sorted(fields)],
    )
