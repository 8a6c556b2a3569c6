"""Mappings are data: what they can derive, and what becomes of one that asks for what is not there."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from kpi_xl.errors import WorkbookError
from kpi_xl.facts.raw.mappings import mapping, shipped
from kpi_xl.facts.raw.store import Store
from tests.facts.raw.sheets import of_place, of_rows

LINES = """order;line;sku;price;pieces;kind;buyer;note
A1;1;K1;0.1;3;test;;x
A1;2;K2;0.2;1;test;b1;y
A2;1;K1;9.9;2;;b2;
合计;;;10.2;6;;;
A3;1;K1;zwölf;1;;b3;
"""
PRICES = "sku,cost\nK1,0.05\nK2,0.1\nK1,7\n"
DERIVED = """
[orders]
from = "lines"
one_per = "order"
sums = {paid = "price"}
[orders.columns]
order_id = "order"
buyer_id = {coalesce = ["buyer", {value = "nobody"}]}
paid_amount = "sum.paid"
is_test = {equals = ["kind", {value = "test"}]}
channel = {lower = {value = "APP"}}
exclude_reason = {when = [{in = ["order", ["A2"]]}, {concat = ["buyer", {value = "!"}]}, {value = ""}]}
[order_items]
from = "lines"
[order_items.lookups.cost]
from = "prices"
on = "sku"
key = "sku"
[order_items.columns]
order_id = "order"
line_no = "line"
sku_id = {map = ["sku", {K2 = "K-two"}]}
qty = "pieces"
line_paid = {multiply = ["price", "pieces"]}
line_discount = {subtract = [{add = ["price", "price"]}, "price"]}
unit_cost = "cost.cost"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "lines.csv").write_text(LINES, encoding="utf-8")
    (tmp_path / "raw" / "prices.csv").write_text(PRICES, encoding="utf-8")
    (tmp_path / "own.toml").write_text(DERIVED, encoding="utf-8")
    return tmp_path / "raw"


def test_every_operation_derives_what_it_says(folder: Path, store: Store) -> None:
    found = of_place(store, folder, mapping=str(folder.parent / "own.toml"))
    assert found.loading.issues == ()
    assert store.rows("SELECT order_id, buyer_id, paid_amount, is_test, channel, excluded FROM orders ORDER BY 1") == [
        ("A1", "b1", 0.3, True, "app", "test"), ("A2", "b2", 9.9, None or False, "app", "b2!"),
    ]  # fmt: skip
    items = store.rows("SELECT line_no, sku_id, line_paid, line_discount, unit_cost, note, src_row FROM order_items ORDER BY src_row")
    assert items == [
        (1, "K1", pytest.approx(0.3), 0.1, 0.05, "x", 2), (2, "K-two", 0.2, 0.2, 0.1, "y", 3), (1, "K1", 19.8, 9.9, 0.05, None, 4),
    ]  # fmt: skip


def test_what_cannot_be_calculated_is_refused_with_what_was_written(folder: Path, store: Store) -> None:
    found = of_place(store, folder, mapping=str(folder.parent / "own.toml"))
    refused = {(each.table, each.column): each.raw_value for each in found.findings if each.code == "BAD_NUMBER"}
    assert refused == {
        ("orders", "paid_amount"): "zwölf", ("order_items", "line_paid"): "zwölf * 1",
        ("order_items", "line_discount"): "zwölf + zwölf - zwölf",
    }  # fmt: skip
    assert {(each.table, each.read, each.accepted, each.rejected, each.subtotals) for each in found.loading.counts} == {
        ("orders", 4, 2, 1, 1), ("order_items", 5, 3, 1, 1),
    }  # fmt: skip


def test_a_column_that_vanished_stops_the_table_and_not_the_others(folder: Path, store: Store) -> None:
    (folder / "prices.csv").write_text("sku,price\nK1,1\n", encoding="utf-8")
    found = of_place(store, folder, mapping=str(folder.parent / "own.toml"))
    assert [(issue.code, issue.args["wanted"]) for issue in found.loading.issues] == [("E-RAW-COLUMN", "cost")]
    assert store.number("SELECT count(*) FROM orders") == 2
    assert store.number("SELECT count(*) FROM order_items") == 0


def test_a_file_that_is_looked_up_must_be_there(folder: Path, store: Store) -> None:
    (folder / "prices.csv").unlink()
    found = of_place(store, folder, mapping=str(folder.parent / "own.toml"))
    assert [(issue.code, issue.args["found"]) for issue in found.loading.issues] == [("E-RAW-SHEET", "prices")]


@pytest.mark.parametrize(
    "content",
    ["[orders", '[orders]\nfrom = "x"', '[nothing]\nfrom = "x"\ncolumns = {}', '[orders]\nfrom = "x"\ncolumns = {colour = "c"}',
     '[orders]\nfrom = "x"\ncolumns = {order_id = {eval = "1"}}'],
)  # fmt: skip
def test_a_mapping_that_says_what_none_can_say_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "own.toml").write_text(content)
    with pytest.raises(WorkbookError) as raised:
        mapping(str(tmp_path / "own.toml"))
    assert raised.value.code == "E-RAW-MAPPING"


@pytest.mark.parametrize("name", shipped())
def test_the_shipped_mappings_name_columns_of_their_tables(name: str) -> None:
    for table in mapping(name):
        assert set(table.columns)
        assert list(table.names())


HEAD = ("订单编号", "买家会员名", "买家应付货款", "买家应付邮费", "买家实际支付金额", "订单状态", "订单创建时间", "订单付款时间", "确认收货时间", "店铺名称", "订单类型", "订单标记", "宝贝标题")


def test_orders_of_a_shop_back_end(store: Store) -> None:
    rows = [
        HEAD,
        ("'2024010500000001", "小明", "90.00", "10.00", "100.00", "交易成功", "2024-01-05 09:00:00", "2024-01-05 09:01:00", "2024-01-09 10:00:00", "旗舰店", "普通", "", "杯子"),
        ("'2024010500000002", "小红", "50.00", "0.00", "50.00", "买家已付款，等待卖家发货", "2024-01-05 10:00:00", "2024-01-05 10:01:00", "", "旗舰店", "测试", "", "x"),
        ("'2024010500000003", "小刚", "50.00", "0.00", "50.00", "交易关闭", "2024-01-05 10:00:00", "", "", "旗舰店", "预售", "刷单", "x"),
    ]
    found = of_rows(store, "", rows, mapping="shop_orders")
    assert found.loading.issues == ()
    asked = "order_id, buyer_id, unit_id, status, pay_time, finish_time, paid_amount, is_presale, excluded, \"宝贝标题\""
    assert store.rows(f"SELECT {asked} FROM orders ORDER BY 1") == [
        ("2024010500000001", "小明", "旗舰店", "finished", datetime(2024, 1, 5, 9, 1), datetime(2024, 1, 9, 10), 100.0, False, None, "杯子"),
        ("2024010500000002", "小红", "旗舰店", "paid", datetime(2024, 1, 5, 10, 1), None, 50.0, False, "test", "x"),
        ("2024010500000003", "小刚", "旗舰店", "cancelled", None, None, 50.0, True, "刷单", "x"),
    ]  # fmt: skip


def test_refunds_of_a_shop_back_end_need_their_number(store: Store) -> None:
    rows = [("退款编号", "订单编号", "买家退款金额", "售后类型", "退款完结时间"), ("R1", "A1", "5", "退货退款", "2024-01-09")]
    assert of_rows(store, "", rows, mapping="shop_refunds").column("refunds", "amount") == [5.0]
    (issue,) = of_rows(store, "", [row[1:] for row in rows], mapping="shop_refunds", name="b").loading.issues
    assert (issue.code, issue.args["wanted"]) == ("E-RAW-COLUMN", "退款编号?/退款单号?/售后编号?/售后单号?")
