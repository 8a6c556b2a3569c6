"""Turnover beside the ledger's revenue (§10.2 rule 15): shown month by month, watched where a tolerance is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from kpi_xl.commands.check import check
from kpi_xl.commands.importing import import_
from kpi_xl.hosts.file import FileHost
from kpi_xl.labels import label
from kpi_xl.model.grid import Scalar
from kpi_xl.referee import recalculate
from tests.commands.raw_books import book_of, with_source
from tests.workbooks.books import skip_without

ORDERS = "订单编号,考核单位,下单时间,付款时间,实付金额,是否测试单"
LEDGER = "期间,考核单位,科目编码,科目名称,口径,本期发生额,凭证号"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A thousand in February and March; the ledger has 950 and 900. A test order is nobody's turnover."""
    orders = [f"A{month}{n},D01,2026-{month:02d}-05,2026-{month:02d}-05 10:00:00,100,否" for month in (2, 3) for n in range(10)]
    orders.append("A9,D01,2026-03-05,2026-03-05 10:00:00,5000,是")
    (tmp_path / "orders.csv").write_text("\n".join([ORDERS, *orders]), encoding="utf-8")
    lines = [f"2026-{month:02d},D01,6001,主营业务收入,REV,{amount},V{month}" for month, amount in ((2, 950), (3, 900))]
    (tmp_path / "ledger.csv").write_text("\n".join([LEDGER, *lines]), encoding="utf-8")
    targets = [{"period": "2026-03", "subject": "D01", "kpi": "ORD", "target": 10.0}]
    return book_of(tmp_path / "book.xlsx", "2026-03", ["D01"], {"ORD": (1.0, "RATIO")}, targets)


def said(path: Path) -> list[tuple[str, object, object]]:
    found = [issue for issue in check(FileHost(path)).issues if issue.code.endswith("-RAW-LEDGER")]
    return [(issue.code, issue.args["found"], issue.args["wanted"]) for issue in found]


def registered(path: Path, tolerance: float | None) -> Path:
    from kpi_xl.commands.adding import add_sheet

    rows: list[dict[str, Scalar]] = [
        {"source": name, "table": name, "place": f"{name}.csv", "active": "Y",
         "tolerance": tolerance if name == "ledger" else None} for name in ("orders", "ledger")
    ]  # fmt: skip
    add_sheet(FileHost(path), "sources", "zh", {"tblSources": rows})
    return path


def test_without_a_tolerance_the_two_are_shown(book: Path) -> None:
    assert said(registered(book, None)) == [("I-RAW-LEDGER", 1000.0, 900.0)]


@pytest.mark.parametrize(("tolerance", "codes"), [(0.11, ["W-RAW-LEDGER"]), (0.12, [])])
def test_with_a_tolerance_the_gap_is_watched(book: Path, tolerance: float, codes: list[str]) -> None:
    """A hundred over 900 is 11.1 %."""
    assert [code for code, _, _ in said(registered(book, tolerance))] == codes


def test_a_book_of_orders_alone_says_nothing_of_a_ledger(book: Path) -> None:
    with_source(book, source="orders", table="orders", place="orders.csv")
    assert said(book) == []


def test_every_month_stands_in_the_quality_of_the_data(book: Path, tmp_path: Path) -> None:
    import_(FileHost(book), [tmp_path / "orders.csv", tmp_path / "ledger.csv"])
    grid = FileHost(book).tables()["tblRawTotals"]
    columns = ("source", "column", "engine", "other", "difference", "agrees")
    at = [grid.header.index(label("columns", f"tblRawTotals.{name}", "zh")) for name in columns]
    name = label("raw", "ledger.source", "zh")
    lines = [index for index, row in enumerate(grid.rows) if row[at[0]] == name]
    assert [tuple(grid.rows[index][place] for place in at[1:]) for index in lines] == [
        ("2026-02", 1000.0, 950.0, 50.0, "–"), ("2026-03", 1000.0, 900.0, 100.0, "–"),
    ]  # fmt: skip
    skip_without("formualizer")
    values = recalculate("formualizer", book).values
    assert [values[tuple(grid.address(index, at[-1]).split("!"))] for index in lines] == ["–", "–"]  # type: ignore[index]
