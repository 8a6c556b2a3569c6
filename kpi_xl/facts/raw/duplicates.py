"""Rows that say the same thing twice: identical ones are kept once, of conflicting ones the latest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kpi_xl.facts.raw.layouts import UPDATED, Layout
from kpi_xl.facts.raw.store import SUPERSEDED, Store, columns_of, quoted, rows_of, text
from kpi_xl.facts.raw.work import LIVE, Work

_HASHES, _ROWS = 40_000_000, 5_000_000
"""How many are compared at once: more take several rounds, so that a hundred million rows need little memory."""


def drop_duplicates(work: Work, fields: frozenset[str]) -> None:
    """Take all but one row of each natural key out.

    Parameters
    ----------
    fields : canonical columns that the source has; without the whole key, only identical rows are duplicates
    """
    key = key_of(work, fields)
    own = [name for name in columns_of(work.store, "typed") if name not in ("part", "src_file", "src_row")]
    alone = list(work.layout.key) if key and len(work.layout.key) == 1 else []
    repeated = _repeated(work, alone) if alone else 0
    if alone and not repeated:
        _note_unique(work, alone[0])
        return
    if key != alone or not alone:
        repeated = _repeated(work, key or own)
    if not repeated:
        return
    _rank(work, key, own, 1 + repeated // _ROWS)
    for code, is_same in (("DUP_EXACT", "="), ("DUP_CONFLICT", "<>")):
        work.note(code, "FIXED", "dropped", f"SELECT part, src_row, NULL, named FROM twice WHERE looks {is_same} kept")
    work.store.run("INSERT INTO fallen SELECT part, src_row, 'duplicate' FROM twice")
    if alone and not _repeated(work, alone):
        _note_unique(work, alone[0])


def _repeated(work: Work, names: Iterable[str]) -> int:
    """How many rows are alike in some columns, by their hashes, which the table `repeated` takes; 0 is proof."""
    work.store.run("CREATE OR REPLACE TEMP TABLE repeated (h UBIGINT, n BIGINT)")
    hashes = f"SELECT {_hash(names)} AS h FROM {LIVE}"
    rounds = 1 + work.store.number('SELECT sum("read") FROM parts') // _HASHES
    for each in range(rounds):
        work.store.run(f"INSERT INTO repeated SELECT h, count(*) FROM ({hashes}) WHERE h % {rounds} = {each} "
                       "GROUP BY h HAVING count(*) > 1")  # fmt: skip
    return work.store.number("SELECT sum(n) FROM repeated")


def _rank(work: Work, key: Sequence[str], own: Sequence[str], rounds: int) -> None:
    """Fill the table `twice` with the rows whose key stands in a later one, among those of the table `repeated`."""
    same, looks = ", ".join(map(quoted, key or own)), _hash(own)
    named = f"concat_ws('|', {', '.join(map(quoted, key)) or 'NULL'})"
    work.store.run("CREATE OR REPLACE TEMP TABLE twice (part INTEGER, src_row BIGINT, looks UBIGINT, named VARCHAR, "
                   "place BIGINT, kept UBIGINT)")  # fmt: skip
    for each in range(rounds):
        hashes = f"SELECT h FROM repeated WHERE h % {rounds} = {each}"
        work.store.run(
            f"INSERT INTO twice SELECT * FROM (SELECT part, src_row, {looks} AS looks, {named} AS named, "
            f"row_number() OVER latest AS place, first_value({looks}) OVER latest AS kept "
            f"FROM {LIVE} AS live WHERE {_hash(key or own)} IN ({hashes}) "
            f"WINDOW latest AS (PARTITION BY {same} ORDER BY {UPDATED} DESC NULLS LAST, part DESC, src_row DESC)) "
            "WHERE place > 1"
        )


def _hash(names: Iterable[str]) -> str:
    return f"hash({', '.join(map(quoted, names))})"


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
