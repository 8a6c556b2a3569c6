"""Rows that say the same thing twice: identical ones are kept once, of conflicting ones the latest."""

from __future__ import annotations

from collections.abc import Iterable

from kpi_xl.facts.raw.layouts import UPDATED, Layout
from kpi_xl.facts.raw.store import SUPERSEDED, Store, columns_of, quoted, rows_of, text
from kpi_xl.facts.raw.work import LIVE, Work


_AT_ONCE = 25_000_000
"""More hashes than these are compared in several rounds, so that they need no room on the disk."""


def drop_duplicates(work: Work, fields: frozenset[str]) -> None:
    """Take all but one row of each natural key out.

    Parameters
    ----------
    fields : canonical columns that the source has; without the whole key, only identical rows are duplicates
    """
    key = key_of(work, fields)
    own = [name for name in columns_of(work.store, "typed") if name not in ("part", "src_file", "src_row")]
    alone = list(work.layout.key) if key and len(work.layout.key) == 1 else []
    if alone and _is_unique(work, alone):
        _note_unique(work, alone[0])
        return
    if (key or own) != alone and _is_unique(work, key or own):
        return
    row = ", ".join(map(quoted, own))
    same = ", ".join(map(quoted, key)) or row
    names = ", ".join(map(quoted, key)) or "NULL"
    work.store.run(
        f"CREATE OR REPLACE TEMP TABLE twice AS WITH repeated AS (SELECT {same} FROM {LIVE} GROUP BY ALL "
        f"HAVING count(*) > 1), ranked AS (SELECT part, src_row, hash({row}) AS looks, "
        f"concat_ws('|', {names}) AS named, row_number() OVER latest AS place, "
        f"first_value(hash({row})) OVER latest AS kept "
        f"FROM {LIVE} AS live SEMI JOIN repeated ON {_same('live', 'repeated', key or own)} "
        f"WINDOW latest AS (PARTITION BY {same} ORDER BY {UPDATED} DESC NULLS LAST, part DESC, src_row DESC)) "
        "SELECT * FROM ranked WHERE place > 1"
    )
    for code, is_same in (("DUP_EXACT", "="), ("DUP_CONFLICT", "<>")):
        work.note(code, "FIXED", "dropped", f"SELECT part, src_row, NULL, named FROM twice WHERE looks {is_same} kept")
    work.store.run("INSERT INTO fallen SELECT part, src_row, 'duplicate' FROM twice")
    if alone and (key == alone or _is_unique(work, alone)):
        _note_unique(work, alone[0])


def _is_unique(work: Work, names: Iterable[str]) -> bool:
    """Whether no two rows are alike in some columns: as many hashes as rows is proof."""
    hashes = f"SELECT hash({', '.join(map(quoted, names))}) AS h FROM {LIVE}"
    rounds = 1 + work.store.number('SELECT sum("read") FROM parts') // _AT_ONCE
    asked = f"SELECT (count(*) = count(DISTINCT h))::INT FROM ({hashes}) WHERE h % {rounds} = "
    return all(work.store.number(f"{asked}{each}") for each in range(rounds))


def _note_unique(work: Work, name: str) -> None:
    work.store.run("INSERT INTO unique_columns VALUES (?, ?, ?)", [work.load_id, work.layout.name, name])


def key_of(work: Work, fields: frozenset[str]) -> list[str]:
    """Key columns of a source, or none where it lacks a part without which rows cannot be told apart."""
    layout = work.layout
    return [name for name in layout.natural_key if name in fields] if set(layout.key) <= fields else []


def replace_older(work: Work, fields: frozenset[str]) -> None:
    """Hide the rows of earlier loads that this one brings anew, and note those that said something else."""
    if set(work.layout.key) <= fields:
        _supersede(work.store, work.layout, work.load_id)


def _supersede(store: Store, layout: Layout, load_id: int) -> None:
    earlier = [int(str(row[0])) for row in store.rows(
        'SELECT load_id FROM loads WHERE "table" = ? AND load_id < ?', [layout.name, load_id])]  # fmt: skip
    if not earlier:
        return
    rows, alike = rows_of(layout.name), _same("older", "newer", layout.natural_key)
    newer = f"(SELECT * FROM {quoted(layout.name)} WHERE src_load = {load_id})"
    keys = f"(SELECT DISTINCT {', '.join(map(quoted, layout.natural_key))} FROM {newer})"
    store.run(f"UPDATE {rows} AS older SET {SUPERSEDED} = {load_id} FROM {keys} AS newer "
              f"WHERE older.src_load < {load_id} AND {alike}")  # fmt: skip
    if store.number(f"SELECT count(*) FROM (SELECT 1 FROM {rows} WHERE {SUPERSEDED} = {load_id} LIMIT 1)"):
        hidden = f"(SELECT * FROM {rows} WHERE {SUPERSEDED} = {load_id})"
        _note_conflicts(store, layout, load_id, f"{hidden} AS older JOIN {newer} AS newer ON {alike}")
    for scan_load, body in store.rows('SELECT load_id, body FROM parquet_scans WHERE "table" = ? AND load_id < ?',
                                      [layout.name, load_id]):  # fmt: skip
        dropped = f"SELECT part, src_row FROM scan_dropped WHERE load_id = {scan_load}"
        store.run(f"INSERT INTO scan_dropped SELECT {scan_load}, part, src_row, {load_id} FROM ({body}) AS older "
                  f"SEMI JOIN {keys} AS newer ON {alike} "
                  f"ANTI JOIN ({dropped}) AS dropped USING (part, src_row)")  # fmt: skip
        hidden = (f"(SELECT files.*, '' AS src_sheet FROM ({body}) AS files "
                  f"SEMI JOIN ({dropped} AND by_load = {load_id}) AS hidden USING (part, src_row))")  # fmt: skip
        _note_conflicts(store, layout, load_id, f"{hidden} AS older JOIN {newer} AS newer ON {alike}")


def _note_conflicts(store: Store, layout: Layout, load_id: int, pairs: str) -> None:
    """Note a replaced row, at its own place, with the first column in which the new row differs from it."""
    others = [field.name for field in layout.fields if field.name not in layout.natural_key]
    if not others:
        return
    differs = " ".join(
        f"WHEN older.{quoted(name)} IS DISTINCT FROM newer.{quoted(name)} THEN {text(name)}" for name in others
    )
    named = ", ".join(f"older.{quoted(name)}" for name in layout.natural_key)
    store.run(
        f"INSERT INTO rejects SELECT {load_id}, {text(layout.name)}, file, sheet, place, changed, left(named, 1000), "
        f"'DUP_CONFLICT', 'FIXED', 'dropped' FROM (SELECT older.src_file AS file, older.src_sheet AS sheet, "
        f"older.src_row AS place, CASE {differs} END AS changed, concat_ws('|', {named}) AS named FROM {pairs}) "
        "WHERE changed IS NOT NULL ORDER BY file, sheet, place"
    )


def _same(one: str, other: str, names: Iterable[str]) -> str:
    return " AND ".join(f"{one}.{quoted(name)} IS NOT DISTINCT FROM {other}.{quoted(name)}" for name in names)
