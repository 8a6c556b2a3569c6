"""What the store remembers of its loads: which there were, what was found in their rows, which totals agreed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from kpi_xl.facts.raw.sources import Counts
from kpi_xl.facts.raw.store import SUPERSEDED, Store, rows_of


@dataclass(frozen=True, slots=True)
class Load:
    """One load: what came from where, and when."""

    load_id: int
    source: str
    table: str
    kind: str  # sheet, workbook, text, parquet
    mapping: str
    place: str
    loaded_at: datetime
    row_count: int
    first_time: str | None  # of the table's time column
    last_time: str | None
    columns: list[str]


@dataclass(frozen=True, slots=True)
class Reject:
    """One finding about one row; faces make its message of the code and the raw value."""

    load_id: int
    table: str
    file: str
    sheet: str
    row: int | None  # number in the file from 1; None speaks of the whole column
    column: str | None
    raw_value: str | None
    code: str
    severity: str
    action: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """A sum of accepted rows beside the total of another system."""

    load_id: int
    table: str
    column: str  # "" counts rows
    ours: float
    theirs: float
    difference: float
    tolerance: float
    agrees: bool


def loads(store: Store) -> list[Load]:
    """Every load that is in the store, oldest first."""
    rows = store.rows("SELECT * FROM loads ORDER BY load_id")
    return [Load(*row) for row in rows]  # type: ignore[arg-type]


def rejects(store: Store, load_id: int | None = None) -> Iterator[Reject]:
    """Findings of one load or of all, in the order of load, file and row; read from the database piece by piece."""
    test = "" if load_id is None else f"WHERE load_id = {int(load_id)}"
    answer = store.connection.cursor().execute(
        f'SELECT * FROM rejects {test} ORDER BY load_id, file, sheet, "row", "column", code'
    )
    while rows := answer.fetchmany(10_000):
        yield from (Reject(*row) for row in rows)


def counts(store: Store) -> list[Counts]:
    """What became of the rows of every sheet and file of every load."""
    found = [Counts(*row) for row in store.rows("SELECT * FROM counts ORDER BY load_id, file, sheet")]  # type: ignore[arg-type]
    gone = {place: count for table in {each.table for each in found} for place, count in _replaced(store, table)}
    return [replace(each, replaced=gone.get((each.load_id, each.file, each.sheet), 0)) for each in found]


def _replaced(store: Store, table: str) -> Iterator[tuple[tuple[object, ...], int]]:
    """Rows of each load, file and sheet that later loads have replaced, in the store and in Parquet files."""
    asked = [f"SELECT src_load, src_file, src_sheet FROM {rows_of(table)} WHERE {SUPERSEDED} IS NOT NULL"]
    hidden = "SELECT part, src_row FROM scan_dropped WHERE by_load > load_id AND load_id = "
    for load, body in store.rows('SELECT load_id, body FROM parquet_scans WHERE "table" = ?', [table]):
        if store.number(f"SELECT count(*) FROM ({hidden}{load})"):
            asked.append(f"SELECT {load}, src_file, '' FROM ({body}) SEMI JOIN ({hidden}{load}) USING (part, src_row)")
    for sql in asked:
        for *place, count in store.rows(f"SELECT *, count(*) FROM ({sql}) GROUP BY ALL"):
            yield tuple(place), int(str(count))


def agreements(store: Store) -> list[Agreement]:
    """Every total that was compared."""
    rows = store.rows("SELECT * FROM reconciliations ORDER BY load_id")
    return [Agreement(*row) for row in rows]  # type: ignore[arg-type]
