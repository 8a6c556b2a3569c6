"""The embedded database that holds the canonical tables, in memory or in a file."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import duckdb

from kpi_xl.errors import WorkbookError
from kpi_xl.facts.raw.layouts import Layout, layouts

_SYSTEM = """
CREATE SEQUENCE IF NOT EXISTS load_ids;
CREATE TABLE IF NOT EXISTS loads (
    load_id BIGINT PRIMARY KEY, source VARCHAR, "table" VARCHAR, kind VARCHAR, mapping VARCHAR, place VARCHAR,
    loaded_at TIMESTAMP, row_count BIGINT, first_time VARCHAR, last_time VARCHAR, columns VARCHAR[]);
CREATE TABLE IF NOT EXISTS rejects (
    load_id BIGINT, "table" VARCHAR, file VARCHAR, sheet VARCHAR, "row" BIGINT, "column" VARCHAR, raw_value VARCHAR,
    code VARCHAR, severity VARCHAR, action VARCHAR);
CREATE TABLE IF NOT EXISTS counts (
    load_id BIGINT, "table" VARCHAR, file VARCHAR, sheet VARCHAR, "read" BIGINT, accepted BIGINT, rejected BIGINT,
    duplicates BIGINT, subtotals BIGINT, blank BIGINT);
CREATE TABLE IF NOT EXISTS reconciliations (
    load_id BIGINT, "table" VARCHAR, "column" VARCHAR, ours DOUBLE, theirs DOUBLE, difference DOUBLE,
    tolerance DOUBLE, agrees BOOLEAN);
CREATE TABLE IF NOT EXISTS parquet_scans (
    load_id BIGINT, "table" VARCHAR, scan VARCHAR, body VARCHAR);
CREATE TABLE IF NOT EXISTS scan_dropped (load_id BIGINT, part INTEGER, src_row BIGINT, by_load BIGINT);
CREATE TABLE IF NOT EXISTS unique_columns (load_id BIGINT, "table" VARCHAR, "column" VARCHAR);
"""
SUPERSEDED = "superseded_by"


@dataclass(frozen=True, slots=True)
class Store:
    """An open database; close it with `close`."""

    connection: duckdb.DuckDBPyConnection

    def rows(self, sql: str, values: Sequence[object] | Mapping[str, object] = ()) -> list[tuple[object, ...]]:
        """Answer of a query."""
        return self.connection.execute(sql, values or None).fetchall()

    def run(self, sql: str, values: Sequence[object] | Mapping[str, object] = ()) -> None:
        """A statement without an answer."""
        self.connection.execute(sql, values or None)

    def number(self, sql: str, values: Sequence[object] | Mapping[str, object] = ()) -> int:
        """Answer of a query for one count."""
        found = self.connection.execute(sql, values or None).fetchall()
        return int(found[0][0] or 0) if found else 0

    def close(self) -> None:
        """Let go of the file."""
        self.connection.close()


def open_store(path: Path | None = None, memory_limit: str = "") -> Store:
    """Store with every canonical table, empty or as it was left.

    Parameters
    ----------
    path : Path, optional
        File of the database; in memory without one.
    memory_limit : str
        Such as ``4GB``; what does not fit is kept on disk while it is worked on.

    Raises
    ------
    WorkbookError
        ``E-RAW-STORE``: the file is no store, or another program has it open.
    """
    try:
        connection = duckdb.connect(str(path) if path else ":memory:")
    except duckdb.Error as failure:
        raise WorkbookError("E-RAW-STORE", path=str(path)) from failure
    if path is None:
        # Without a file of its own, DuckDB would spill into whatever folder the user happens to be in.
        spill = Path(tempfile.gettempdir(), f"kpi_xl-{os.getpid()}-{uuid4().hex[:8]}")
        connection.execute("SET temp_directory = ?", [str(spill)])
    store = Store(limited(connection, memory_limit))
    for statement in filter(str.strip, _SYSTEM.split(";")):
        store.run(statement)
    for layout in layouts().values():
        store.run(f"CREATE TABLE IF NOT EXISTS {rows_of(layout.name)} ({_declared(layout.columns)}, "
                  f"{SUPERSEDED} BIGINT)")  # fmt: skip
        show(store, layout)
    return store


def limited(connection: duckdb.DuckDBPyConnection, memory_limit: str) -> duckdb.DuckDBPyConnection:
    """A connection that takes so much memory at most; "" leaves it at four fifths of the machine's."""
    if memory_limit:
        connection.execute("SET memory_limit = ?", [memory_limit])
    return connection


def quoted(name: str) -> str:
    """Name as SQL writes it, whatever stands in it.

    >>> print(quoted('a"; DROP TABLE orders'))
    "a""; DROP TABLE orders"
    """
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """Text as SQL writes it, whatever stands in it."""
    return "'" + value.replace("'", "''").replace("\0", "") + "'"


def rows_of(table: str) -> str:
    """Where the accepted rows of a canonical table are kept; the table itself is a view on them."""
    return quoted(f"{table}__rows")


def columns_of(store: Store, relation: str) -> dict[str, str]:
    """Type of every column of a relation, in order."""
    return {str(row[0]): str(row[1]) for row in store.rows(f"DESCRIBE {relation}")}


def widen(store: Store, layout: Layout, extra: Iterable[str]) -> None:
    """Give a canonical table the columns of a source that it does not have yet."""
    present = {name.casefold() for name in columns_of(store, rows_of(layout.name))}
    for name in extra:
        if name.casefold() not in present:
            store.run(f"ALTER TABLE {rows_of(layout.name)} ADD COLUMN {quoted(name)} VARCHAR")
            present.add(name.casefold())


def show(store: Store, layout: Layout) -> None:
    """Make the canonical table anew: its rows that no later load replaced, and its Parquet files."""
    kept = [name for name in columns_of(store, rows_of(layout.name)) if name != SUPERSEDED]
    names = ", ".join(map(quoted, kept))
    parts = [f"SELECT {names} FROM {rows_of(layout.name)} WHERE {SUPERSEDED} IS NULL"]
    scans = store.rows('SELECT scan FROM parquet_scans WHERE "table" = ? ORDER BY load_id', [layout.name])
    parts += [str(scan) for (scan,) in scans]
    store.run(f"CREATE OR REPLACE VIEW {quoted(layout.name)} AS " + " UNION ALL BY NAME ".join(parts))


def _declared(columns: Mapping[str, str]) -> str:
    return ", ".join(f"{quoted(name)} {kind}" for name, kind in columns.items())
