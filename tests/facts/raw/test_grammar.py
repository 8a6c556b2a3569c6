"""The fast path for plain spellings says exactly what the product's one grammar says; and §10.3 comes out of a load."""

from __future__ import annotations

import random
from datetime import datetime

import pytest

from kpi_xl.facts.raw.layouts import layouts
from kpi_xl.facts.raw.sources import LoadSettings, Source
from kpi_xl.facts.raw.spellings import Reading, meant, plain, plain_text
from kpi_xl.facts.raw.store import Store
from tests.facts.raw.sheets import of_rows

NUMBERS = {
    "1.2万": 12000, "12.5%": 0.125, "¥1,234.50": 1234.5, "1,234元": 1234, "1万2千": 12000, "3亿": 300000000, "１２％": 0.12,
    "￥-20": -20, "1.5w": 15000, "2.5百万": 2500000, "１，２３４．５": 1234.5, "5‰": 0.005, "(1,234)": -1234, "3k": 3000,
    "1.2万亿": 1.2e12, "12 345": 12345, " 30 单": 30, "-5%": -0.05, "—": None, "/": None,
}  # fmt: skip
REFUSED = {"1,2345": "BAD_NUMBER", "abc": "BAD_NUMBER", "TRUE": "BAD_TYPE", "#DIV/0!": "EXCEL_ERROR"}
TIMES = {
    45292: datetime(2024, 1, 1), 45292.75: datetime(2024, 1, 1, 18), "20240105": datetime(2024, 1, 5),
    "2024年1月5日": datetime(2024, 1, 5), "2024/1/5": datetime(2024, 1, 5), "2024.01.05": datetime(2024, 1, 5),
    "1月5日": datetime(2026, 1, 5), "2024-02-30": "BAD_DATE", 60: "PRE1900BUG",
}  # fmt: skip
PERIODS = {
    "202401": "2024-01", "2024年1月": "2024-01", "24年1月": "2024-01", "3月份": "2026-03", "2024Q1": "2024Q1",
    "2024年第一季度": "2024Q1", "2024年": "2024", "2024年度": "2024", "2024-13": "BAD_DATE",
}  # fmt: skip
"""Domain §10.3."""


def values(store: Store, table: str, column: str, cells: list[object]) -> dict[int, object]:
    """Row of each cell, and its value or the code that refused it."""
    layout = layouts()[table]
    key = layout.key[0]
    rows = [(key, column) if key != column else (column,)]
    rows += [(f"K{at}", cell) if key != column else (cell,) for at, cell in enumerate(cells)]
    found = of_rows(store, table, rows, LoadSettings(base_year=2026))
    kept = {int(str(row)): value for row, value in store.rows(f'SELECT src_row, "{column}" FROM {table}')}
    refused = {each.row: each.code for each in found.findings if each.severity == "REJECT" and each.row is not None}
    return kept | refused


@pytest.mark.parametrize(("table", "column", "wanted"), [
    ("surveys", "score", NUMBERS | REFUSED), ("orders", "pay_time", TIMES),
])  # fmt: skip
def test_the_fixtures_of_the_domain_come_out_of_a_load(store: Store, table: str, column: str, wanted: dict[object, object]) -> None:
    found = values(store, table, column, list(wanted))
    assert found == dict(enumerate(wanted.values(), start=2))


def test_the_periods_of_the_domain_come_out_of_a_load(store: Store) -> None:
    rows = [("period", "measure", "amount", "voucher_no"), *((cell, "REV", 1, f"V{at}") for at, cell in enumerate(PERIODS))]
    found = of_rows(store, "ledger", rows, LoadSettings(base_year=2026))
    kept = dict(store.rows("SELECT src_row, period FROM ledger"))
    refused = {each.row: each.code for each in found.findings if each.severity == "REJECT"}
    assert kept | refused == dict(enumerate(PERIODS.values(), start=2))


def spellings() -> list[str]:
    chance = random.Random(10)
    made = ["", "-", "--", "na", "none", "5.", ".5", "-0", "00", "1e5", "1_000", "0x10", "infinity", "nan", "1" * 15, "1" * 16]
    made += ["2024-1-5", "2024/13/1", "2024-01-05 24:00", "2024-01-05 23:60", "2024-1-5 8:00", "2024/1-5", "1899-01-01", "2200-01-01"]
    made += ["2024-01-05 08:00:00.1234567", "2024-01-05T08:00:00", "2024-02-29", "2023-02-29", "epoch", "today", "2024-01-05 8:00:60"]
    made += ["A1", "A-1", "a:b#1", "A 1", " A1", "A1 ", "'A1", "Ａ１", "A.0", "12.0", "1E+17", "#N/A", "null", "订单", "x  y", "x\u3000y"]
    for _ in range(3000):
        made.append("".join(chance.choices("0123456789.-/: ,eE+%万元AaＡ'年月日", k=chance.randint(1, 12))))
        made.append(f"{chance.uniform(-1e9, 1e9):.{chance.randint(0, 9)}f}")
        made.append(f"{chance.randint(1895, 2205)}-{chance.randint(0, 13)}-{chance.randint(0, 32)} {chance.randint(0, 25)}:{chance.randint(0, 61):02}")
    return [text for text in dict.fromkeys(made) if text]


@pytest.mark.parametrize("kind", ["number", "time", "date", "id", "text"])
def test_the_fast_path_agrees_with_the_grammar(store: Store, kind: str) -> None:
    field = next(field for layout in layouts().values() for field in layout.fields if field.type == kind)
    reading = Reading(field, Source("orders"), LoadSettings(base_year=2024), False, "orders")
    store.run("CREATE TEMP TABLE cells AS SELECT unnest(?) AS cell", [spellings()])
    fast = dict(store.rows(f"SELECT cell, {plain(field, 'cell')} AS read FROM cells WHERE read IS NOT NULL"))
    slow = {each.spelling: each.value for each in meant(fast, reading)}
    assert fast == slow
    assert len(fast) > 100


def test_text_that_only_looks_plain_is_cleaned_all_the_same(store: Store) -> None:
    field = next(field for field in layouts()["orders"].fields if field.type == "text")
    store.run("CREATE TEMP TABLE cells AS SELECT unnest(?) AS cell", [spellings()])
    for cell, read in store.rows(f"SELECT cell, {plain(field, 'cell')} AS read FROM cells WHERE read IS NOT NULL"):
        assert read == plain_text(str(cell))
