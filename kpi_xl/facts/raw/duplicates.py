"""Rows that say the same thing twice: identical ones are kept once, of conflicting ones the latest."""

from __future__ import annotations

from kpi_xl.facts.raw.layouts import UPDATED, Layout
from kpi_xl.facts.raw.store import SUPERSEDED, Store, columns_of, quoted, rows_of
from kpi_xl.facts.raw.work import LIVE, Work


def drop_duplicates(work: Work, fields: frozenset[str]) -> None:
    """Take all but one row of each natural key out.

    Parameters
    ----------
    fields : canonical columns that the source has; without the whole key, only identical rows are duplicates
    """
    key = key_of(work, fields)
    own = [name for name in columns_of(work.store, "typed") if name not in ("part", "src_row")]
    row = ", ".join(map(quoted, own))
    same = ", ".join(map(quoted, key)) or row
    names = ", ".join(map(quoted, key)) or "NULL"
    work.store.run(
        f"CREATE OR REPLACE TEMP TABLE twice AS WITH repeated AS (SELECT {same} FROM {LIVE} GROUP BY ALL "
        f"HAVING count(*) > 1), ranked AS (SELECT part, src_row, hash({row}) AS looks, "
        f"concat_ws('|', {names}) AS named, row_number() OVER latest AS place, "
        f"first_value(hash({row})) OVER latest AS kept "
        f"FROM {LIVE} AS live SEMI JOIN repeated ON {_alike(key or own)} "
        f"WINDOW latest AS (PARTITION BY {same} ORDER BY {UPDATED} DESC NULLS LAST, part DESC, src_row DESC)) "
        "SELECT * FROM ranked WHERE place > 1"
    )
    for code, is_same in (("DUP_EXACT", "="), ("DUP_CONFLICT", "<>")):
        work.note(code, "FIXED", "dropped", f"SELECT part, src_row, NULL, named FROM twice WHERE looks {is_same} kept")
    work.store.run("INSERT INTO fallen SELECT part, src_row, 'duplicate' FROM twice")


def key_of(work: Work, fields: frozenset[str]) -> list[str]:
    """Key columns of a source, or none where it lacks a part without which rows cannot be told apart."""
    layout = work.layout
    return [name for name in layout.natural_key if name in fields] if set(layout.key) <= fields else []


def replace_older(work: Work, fields: frozenset[str]) -> None:
    """Mark the rows of earlier loads that this one brings anew; they come back when it is taken out."""
    if set(work.layout.key) <= fields:
        supersede(work.store, work.layout, work.load_id)


def supersede(store: Store, layout: Layout, load_id: int) -> None:
    """Hide the rows of earlier loads with the keys of this one."""
    earlier = [int(str(row[0])) for row in store.rows(
        'SELECT load_id FROM loads WHERE "table" = ? AND load_id < ?', [layout.name, load_id])]  # fmt: skip
    if not earlier:
        return
    rows, key = rows_of(layout.name), ", ".join(map(quoted, layout.natural_key))
    newer = f"(SELECT DISTINCT {key} FROM {quoted(layout.name)} WHERE src_load = {load_id})"
    alike = " AND ".join(
        f"older.{quoted(name)} IS NOT DISTINCT FROM newer.{quoted(name)}" for name in layout.natural_key
    )
    store.run(f"UPDATE {rows} AS older SET {SUPERSEDED} = {load_id} FROM {newer} AS newer "
              f"WHERE older.src_load < {load_id} AND {alike}")  # fmt: skip
    for scan_load, body in store.rows('SELECT load_id, body FROM parquet_scans WHERE "table" = ? AND load_id < ?',
                                      [layout.name, load_id]):  # fmt: skip
        store.run(f"INSERT INTO scan_dropped SELECT {scan_load}, part, src_row, {load_id} FROM ({body}) AS older "
                  f"SEMI JOIN {newer} AS newer ON {alike}")  # fmt: skip


def _alike(names: list[str]) -> str:
    return " AND ".join(f"live.{quoted(name)} IS NOT DISTINCT FROM repeated.{quoted(name)}" for name in names)
