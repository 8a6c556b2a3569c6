"""The rows of 数据质量 from a store: counts, scores, loads, totals, and what was found in the rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from kpi_xl.book.raw_sheets.quality_sheet import (
    MOST_SHOWN,
    NativeTotal,
    QualityRows,
    native_formula,
    native_value,
    quality_sheet,
    safe,
)
from kpi_xl.book.raw_sheets.raw_tables import PREFIX, table_of
from kpi_xl.book.raw_sheets.register import SourceRow
from kpi_xl.commands.adding import add_sheet, added
from kpi_xl.commands.raw_facts import write_csv
from kpi_xl.commands.raw_ledger import Beside
from kpi_xl.facts.raw.copying import columns_of
from kpi_xl.facts.raw.layouts import layouts
from kpi_xl.facts.raw.records import Reject, agreements, counts, loads, rejects
from kpi_xl.facts.raw.sources import LoadSettings
from kpi_xl.facts.raw.store import Store, quoted
from kpi_xl.hosts.port import WorkbookHost
from kpi_xl.labels import Lang, label
from kpi_xl.model.grid import Scalar, TableGrid

PARTS = ("read", "accepted", "rejected", "duplicates", "subtotals", "blank")
SHARES = ("completeness", "validity", "uniqueness", "timeliness", "consistency")
REJECT_COLUMNS = (
    "load", "table", "file", "sheet", "row", "column", "raw_value", "code", "message", "severity", "action",
)  # fmt: skip
Cells = Mapping[str, Scalar]


def write_quality(
    host: WorkbookHost, store: Store, sources: Sequence[SourceRow], settings: LoadSettings, beside: Sequence[Beside],
    lang: Lang,
) -> None:
    """Write 数据质量, and add it where the book does without it."""
    if not added(host, "quality"):
        add_sheet(host, "quality", lang)
    grids = host.tables()
    rows = quality_rows(store, grids, sources, settings, beside, lang)
    host.write([quality_sheet(rows, grids, lang)], [])


def quality_rows(
    store: Store, grids: Mapping[str, TableGrid], sources: Sequence[SourceRow], settings: LoadSettings,
    beside: Sequence[Beside], lang: Lang,
) -> QualityRows:
    """Everything that 数据质量 shows."""
    found = (_reject(each, lang) for each in rejects(store))
    shown = [row for row, _ in zip(found, range(MOST_SHOWN), strict=False)]
    return QualityRows(
        quality=tuple(_scores(store, lang)),
        loads=tuple(_loads(store)),
        registered=(*_registered(store, lang), *(_of_ledger(each, lang) for each in beside)),
        native=tuple(_native(store, grids, sources, settings)),
        rejects=shown,
        rejected=store.number("SELECT count(*) FROM rejects"),
    )


def write_rejects(store: Store, path: Path, lang: Lang) -> int:
    """Write every finding to a file; the answer is how many there are."""
    rows = ([_whole(_reject(each, lang)[name]) for name in REJECT_COLUMNS] for each in rejects(store))
    write_csv(path, REJECT_COLUMNS, rows)
    return store.number("SELECT count(*) FROM rejects")


def _whole(value: Scalar) -> object:
    return int(value) if isinstance(value, float) else value


def _scores(store: Store, lang: Lang) -> Iterator[Cells]:
    from kpi_xl.facts.raw.quality import scoreboard

    sums: dict[str, dict[str, float]] = {}
    for each in counts(store):
        row = sums.setdefault(each.table, dict.fromkeys(PARTS, 0.0))
        for part in PARTS:
            row[part] += getattr(each, part)
    for table in scoreboard(store):
        layout = layouts()[table.table]
        shares = {name: round(float(getattr(table, name)), 6) for name in SHARES}
        name = layout.zh if lang == "zh" else layout.en
        yield {"table": table.table, "name": name, **sums[table.table], **shares, "score": round(table.score, 2)}


def _loads(store: Store) -> Iterator[Cells]:
    known = {each.load_id: each for each in loads(store)}
    for each in counts(store):
        load = known[each.load_id]
        numbers = {name: float(value) for name, value in asdict(each).items() if name in PARTS}
        yield safe({
            "load": float(each.load_id), "source": load.source, "table": each.table, "file": each.file,
            "sheet": each.sheet, **numbers, "first": load.first_time or "", "last": load.last_time or "",
        })  # fmt: skip


def _registered(store: Store, lang: Lang) -> Iterator[Cells]:
    names = {each.load_id: each.source for each in loads(store)}
    for each in agreements(store):
        yield safe({
            "source": names[each.load_id], "table": each.table, "column": each.column or label("raw", "rows", lang),
            "engine": each.ours, "other": each.theirs, "tolerance": each.tolerance,
            "by": label("raw", "by.register", lang),
        })  # fmt: skip


def _of_ledger(each: Beside, lang: Lang) -> Cells:
    words = {name: label("raw", f"ledger.{name}", lang) for name in ("source", "by")}
    return {**words, "table": "orders", "column": each.period, "engine": each.turnover, "other": each.revenue,
            "tolerance": each.tolerance}  # fmt: skip


def _native(
    store: Store, grids: Mapping[str, TableGrid], sources: Sequence[SourceRow], settings: LoadSettings
) -> Iterator[NativeTotal]:
    """Rows and sums of every raw sheet, as the sheet has them and as they were loaded."""
    names = {row.table: row.source for row in sources if row.kind == "sheet" and row.is_active}
    for name, grid in grids.items():
        table = table_of(name) if name.startswith(PREFIX) else ""
        if table not in names:
            continue
        layout, at = layouts()[table], columns_of(grid.header, layouts()[table], settings)
        if layout.key[0] not in at:
            continue
        key = at[layout.key[0]]
        loaded = 'SELECT load_id FROM loads WHERE source = ? AND "table" = ?'
        mine = f"FROM {quoted(table)} WHERE src_load IN ({loaded})"
        fields = [field for field in layout.fields if field.type in ("number", "integer") and field.name in at]
        filled = [field for field in fields if any(row[at[field.name]] is not None for row in grid.rows)]
        for column in ("", *(field.name for field in filled)):
            asked = f"coalesce(sum({quoted(column)}), 0)::DOUBLE" if column else "count(*)::DOUBLE"
            ours = float(str(store.rows(f"SELECT {asked} {mine}", [names[table], table])[0][0]))
            place = at[column] if column else None
            formula, native = native_formula(grid, key, place), native_value(grid, key, place)
            yield NativeTotal(names[table], table, column, ours, formula, native)


def _reject(each: Reject, lang: Lang) -> Cells:
    raw = each.raw_value or ""
    words = {name: label("raw", f"{name}.{value}", lang) for name, value in
             (("severity", each.severity), ("action", each.action))}  # fmt: skip
    return safe({
        "load": float(each.load_id), "table": each.table, "file": each.file, "sheet": each.sheet,
        "row": None if each.row is None else float(each.row), "column": each.column or "", "raw_value": raw,
        "code": each.code, "message": label("raw", f"code.{each.code}", lang).replace("{found}", raw), **words,
    })  # fmt: skip
