"""No row is ever lost: 1,000 generated dirty tables, counted against what was put into them."""

from __future__ import annotations

import csv
import random
from dataclasses import dataclass
from pathlib import Path

import pytest

from kpi_xl.facts.raw.records import rejects
from kpi_xl.facts.raw.store import Store
from tests.facts.raw.sheets import of_place

HEAD = ("订单编号", "下单时间", "付款时间", "实付金额", "订单状态", "币种", "渠道", "备注")
TABLES, FOLDERS = 1_000, 20
REFUSED = (
    ("", "2024-01-05", "2024-01-05", "5", "已付款", "", "app", ""), ("X1", "", "2024-02-30", "5", "", "", "", ""),
    ("X2", "", "2024-01-05", "1,2345", "", "", "", ""), ("X3", "2024-01-06", "2024-01-05", "5", "", "", "", ""),
    ("X4", "", "", "-5", "", "", "", ""), ("1.5E+17", "", "", "5", "", "", "", ""), ("X5", "", "", "#REF!", "", "", "", ""),
    ("X6", "", "", "5", "", "金币", "", ""), ("X7", "", "", "5", "", "USD", "", ""), ("X8", "", "1/2/2024", "5", "", "", "", ""),
    ("X9", "", "", "TRUE", "", "", "", ""), ("X0", "", "", "$5", "", "", "", ""),
)  # fmt: skip
TOTALS = (
    ("合计", "", "", "9,999", "", "", "", ""), ("", "小计", "", "5", "", "", "", ""), HEAD, ("Total", "", "", "1", "", "", "", ""),
    ("注：含运费", "", "", "", "", "", "", ""), ("导出时间：2024-02-01", "", "", "", "", "", "", ""),
)  # fmt: skip
BLANKS = (("",) * 8, (" ", "\u3000", "", "", "", "", "", "\u200b"), ())


@dataclass
class Planted:
    """What a generated table holds."""

    rows: list[tuple[str, ...]]
    accepted: int = 0
    rejected: int = 0
    duplicates: int = 0
    subtotals: int = 0
    blank: int = 0


def dirty(chance: random.Random, name: str) -> Planted:
    """A table with rows of every kind in any order; refused rows are not rows of its own keys."""
    good = [good_row(chance, f"{name}-{at}") for at in range(chance.randint(0, 12))]
    again = chance.choices(good, k=chance.randint(0, 4)) if good else []
    refused = [(f"{name}-{row[0]}" if row[0].startswith("X") else row[0], *row[1:])
               for row in chance.sample(REFUSED, chance.randint(0, 5))]  # fmt: skip
    totals = chance.choices(TOTALS, k=chance.randint(0, 3))
    blanks = chance.choices(BLANKS, k=chance.randint(0, 4))
    rows = [*good, *again, *refused, *totals, *blanks]
    chance.shuffle(rows)
    return Planted(rows, len(good), len(refused), len(again), len(totals), len(blanks))


def good_row(chance: random.Random, order: str) -> tuple[str, ...]:
    paid = chance.choice(["5", "1.2万", "1,234.50", "(0)", "—", "¥30", "12 345", " 7 元", "０．５"])
    day = chance.choice(["2024-01-05", "2024/1/5 10:00", "2024年1月5日", "45296.5", ""])
    return order, "", day, paid, chance.choice(["已付款", "交易成功", ""]), chance.choice(["CNY", "¥", ""]), "app", chance.choice(["", "x"])


@pytest.mark.parametrize("folder", range(FOLDERS))
def test_rows_read_are_accounted_for(tmp_path: Path, store: Store, folder: int) -> None:
    chance = random.Random(folder)
    planted = {}
    for at in range(TABLES // FOLDERS):
        table = dirty(chance, f"{at}")
        name = f"orders_{at:03}.csv"
        with (tmp_path / name).open("w", encoding=chance.choice(["utf-8", "gb18030"]), newline="") as file:
            csv.writer(file, delimiter=chance.choice(",;\t")).writerows([HEAD, *table.rows])
        planted[f"{tmp_path.name}/{name}"] = table
    found = of_place(store, tmp_path)
    assert found.loading.issues == ()
    assert len(found.loading.counts) == len(planted)
    for count in found.loading.counts:
        table = planted[count.file]
        wanted = (len(table.rows), table.accepted, table.rejected, table.duplicates, table.subtotals, table.blank)
        assert (count.read, count.accepted, count.rejected, count.duplicates, count.subtotals, count.blank) == wanted, count.file
    dropped = {(each.file, each.row) for each in rejects(store) if each.action == "dropped"}
    assert len(dropped) == sum(table.rejected + table.duplicates + table.subtotals for table in planted.values())
    assert store.number("SELECT count(*) FROM orders") == sum(table.accepted for table in planted.values())
