"""Loads come one after the other: rows are replaced, sources that change are stopped, Parquet lies where it is."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pandas
import pytest

from kpi_xl.facts.raw.loading import load
from kpi_xl.facts.raw.records import agreements, counts, loads, rejects
from kpi_xl.facts.raw.references import NO_UNIT
from kpi_xl.facts.raw.sources import Grid, LoadSettings, Source
from kpi_xl.facts.raw.store import Store, open_store, rows_of
from tests.facts.raw.sheets import of_place, of_rows

HEAD = ("order_id", "pay_time", "paid_amount")


def month(number: int, *rows: tuple[object, ...]) -> Source:
    return Source("orders", Grid("orders", [HEAD, *rows]), name=f"export {number}")


def amounts(store: Store) -> dict[object, object]:
    return {row[0]: row[1] for row in store.rows("SELECT order_id, paid_amount FROM orders")}


def test_a_later_load_replaces_rows_with_its_keys(store: Store) -> None:
    months = [[("A1", None, 1), ("A2", None, 1)], [("A2", None, 2), ("A3", None, 2)], [("A2", None, 3)]]
    for number, rows in enumerate(months):
        load(store, [month(number, *rows)])
    assert amounts(store) == {"A1": 1.0, "A2": 3.0, "A3": 2.0}
    assert [(each.read, each.accepted, each.replaced) for each in counts(store)] == [(2, 2, 1), (2, 2, 1), (1, 1, 0)]
    assert sum(each.accepted - each.replaced for each in counts(store)) == len(amounts(store))


def test_a_store_on_disk_is_as_it_was_left(tmp_path: Path) -> None:
    store = open_store(tmp_path / "store.duckdb", memory_limit="500MB")
    of_rows(store, "orders", [(*HEAD, "备注"), ("A1", "2024-01-05", 5, "x"), ("A2", "bad", 5, "y")], total=9, name="订单")
    store.close()
    again = open_store(tmp_path / "store.duckdb")
    assert again.rows('SELECT order_id, "备注" FROM orders') == [("A1", "x")]
    (kept,) = loads(again)
    assert (kept.source, kept.table, kept.row_count, kept.first_time) == ("订单", "orders", 1, "2024-01-05 00:00:00")
    assert [(each.code, each.row, each.raw_value) for each in rejects(again, kept.load_id)] == [("BAD_DATE", 3, "bad")]
    assert [(each.ours, each.theirs, each.agrees) for each in agreements(again)] == [(1.0, 9.0, False)]


def test_a_source_that_lost_a_column_is_stopped(store: Store) -> None:
    load(store, [month(1, ("A1", None, 1))])
    found = load(store, [Source("orders", Grid("orders", [HEAD[:2], ("A2", None)]), name="export 1")])
    (issue,) = found.issues
    assert (issue.code, issue.args["wanted"]) == ("E-RAW-COLUMN", "paid_amount")
    assert amounts(store) == {"A1": 1.0}


def test_one_source_that_fails_leaves_the_others(store: Store) -> None:
    found = load(store, [Source("nothing", Grid("x", [])), Source("orders", None), month(1, ("A1", None, 1)), Source("", Grid("Sheet1", [HEAD]))])
    assert [issue.code for issue in found.issues] == ["E-RAW-TABLE", "E-RAW-MISSING", "E-RAW-TABLE"]
    assert len(found.loads) == 1


def parquet(path: Path, rows: list[tuple[object, ...]], **columns: object) -> Path:
    frame = pandas.DataFrame(rows, columns=list(HEAD)).astype({"pay_time": "datetime64[us]", "paid_amount": "float64"})
    frame.assign(**columns).to_parquet(path)
    return path


DAY = datetime(2024, 1, 5)
FULL = [("A1", DAY, 5.0), ("A2", DAY, -1.0), (None, DAY, 5.0), ("A1", DAY, 5.0), ("A3", DAY, 7.0)]


def test_parquet_of_the_right_types_is_never_copied(tmp_path: Path, store: Store) -> None:
    parquet(tmp_path / "orders_1.parquet", FULL, note="x")
    parquet(tmp_path / "orders_2.parquet", [("B1", DAY, 9.0)], is_test=True)
    found = of_place(store, tmp_path)
    assert found.loading.issues == ()
    assert store.number(f"SELECT count(*) FROM {rows_of('orders')}") == 0
    assert store.rows("SELECT order_id, paid_amount, note, is_test, excluded, src_row FROM orders ORDER BY 1") == [
        ("A1", 5.0, "x", None, None, 4), ("A3", 7.0, "x", None, None, 5), ("B1", 9.0, None, True, "test", 1),
    ]  # fmt: skip
    first, second = found.loading.counts
    assert (first.read, first.accepted, first.rejected, first.duplicates) == (5, 2, 2, 1)
    assert (second.read, second.accepted) == (1, 1)
    assert [(each.code, each.row) for each in found.findings] == [("DUP_EXACT", 1), ("NEG_AMOUNT", 2), ("MISSING_KEY", 3)]


def test_parquet_and_other_loads_replace_each_other(tmp_path: Path, store: Store) -> None:
    (first,) = load(store, [month(1, ("A1", "2024-01-05", 1), ("C1", "2024-01-05", 1))]).loads
    (second,) = of_place(store, parquet(tmp_path / "orders.parquet", FULL)).loading.loads
    assert amounts(store) == {"A1": 5.0, "A3": 7.0, "C1": 1.0}
    (third,) = load(store, [month(3, ("A3", "2024-01-05", 8))]).loads
    assert amounts(store) == {"A1": 5.0, "A3": 8.0, "C1": 1.0}
    assert {each.load_id: each.replaced for each in counts(store)} == {first: 1, second: 1, third: 0}
    conflicts = [(each.load_id, each.file, each.row, each.column) for each in rejects(store) if each.column and each.code == "DUP_CONFLICT"]
    assert conflicts == [(second, "", 2, "paid_amount"), (third, "orders.parquet", 5, "paid_amount")]


def test_what_parquet_files_say_twice_is_noted_at_its_place(tmp_path: Path, store: Store) -> None:
    """The last row of the last file is kept, whether it says the same or not."""
    parquet(tmp_path / "orders_1.parquet", [("A1", DAY, 1.0), ("A2", DAY, 2.0), ("A3", DAY, 3.0)])
    parquet(tmp_path / "orders_2.parquet", [("A1", DAY, 1.0), ("A2", DAY, 9.0)])
    found = of_place(store, tmp_path)
    folder = tmp_path.name
    assert [(each.code, each.file, each.row, each.raw_value, each.action) for each in found.findings] == [
        ("DUP_EXACT", f"{folder}/orders_1.parquet", 1, "A1", "dropped"),
        ("DUP_CONFLICT", f"{folder}/orders_1.parquet", 2, "A2", "dropped"),
    ]
    assert amounts(store) == {"A1": 1.0, "A2": 9.0, "A3": 3.0}
    assert [(each.read, each.accepted, each.duplicates) for each in found.loading.counts] == [(3, 1, 2), (2, 2, 0)]


def test_rows_without_keys_are_twice_there_when_they_are_alike(tmp_path: Path, store: Store) -> None:
    events = pandas.DataFrame({"event_time": [DAY, DAY, DAY], "visitor_id": ["V1", "V1", "V2"], "event_type": "visit"})
    events = events.astype({"event_time": "datetime64[us]"})
    events.to_parquet(tmp_path / "events_1.parquet")
    events[:1].to_parquet(tmp_path / "events_2.parquet")
    found = of_place(store, tmp_path)
    assert [(each.file.rpartition("_")[2], each.row, each.code) for each in found.findings] == [
        ("1.parquet", 1, "DUP_EXACT"), ("1.parquet", 2, "DUP_EXACT"),
    ]  # fmt: skip
    assert store.number("SELECT count(*) FROM events") == 2


def test_parquet_of_other_types_is_read_like_text(tmp_path: Path, store: Store) -> None:
    frame = pandas.DataFrame({"order_id": [1, 2], "pay_time": ["2024年1月5日", "x"], "paid_amount": ["1.2万", "3"]})
    frame.to_parquet(tmp_path / "orders.parquet")
    found = of_place(store, tmp_path)
    assert store.rows("SELECT order_id, paid_amount FROM orders") == [("1", 12000.0)]
    assert found.codes == [("BAD_DATE", 2, "pay_time", "REJECT")]


def test_a_view_knows_units_zones_and_its_limits(tmp_path: Path, store: Store) -> None:
    of_rows(store, "org", [("unit_id",), ("D01",)])
    orders = [(order, DAY, 5.0) for order in ("A1", "A2", "A3", "A3")]
    parquet(tmp_path / "orders.parquet", orders, unit_id=["D01", "D9", None, None])
    found = of_place(store, tmp_path / "orders.parquet", settings=LoadSettings(most_checked=2), time_zone="UTC")
    assert store.rows("SELECT unit_id, pay_time FROM orders ORDER BY src_row") == [
        ("D01", datetime(2024, 1, 5, 8)), (NO_UNIT, datetime(2024, 1, 5, 8)), (NO_UNIT, datetime(2024, 1, 5, 8)),
    ]  # fmt: skip
    assert [issue.code for issue in found.loading.issues] == ["W-RAW-UNCHECKED"]


@pytest.mark.parametrize("currency", ["CNY", "USD"])
def test_parquet_with_foreign_money_is_converted(tmp_path: Path, store: Store, currency: str) -> None:
    of_rows(store, "fx", [("date", "currency", "rate"), ("2024-01-05", "USD", 7.0)])
    of_place(store, parquet(tmp_path / "orders.parquet", FULL[:1], currency=currency))
    assert amounts(store) == {"A1": 35.0 if currency == "USD" else 5.0}
