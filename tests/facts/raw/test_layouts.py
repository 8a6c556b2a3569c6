"""The canonical tables of domain §10.1 and the headings that exports give their columns."""

from __future__ import annotations

import pytest

from kpi_xl.facts.raw.headings import aliases
from kpi_xl.facts.raw.layouts import folded, layouts, table_named
from kpi_xl.facts.raw.sources import LoadSettings

SHIPPED = {
    "orders": {
        "order_id": "订单编号/订单号/主订单编号/Order ID", "parent_order_id": "父订单/合并单号",
        "buyer_id": "买家会员名/买家ID/用户ID", "create_time": "下单时间/订单创建时间",
        "pay_time": "付款时间/支付时间/订单付款时间", "ship_time": "发货时间/出库时间", "sign_time": "签收时间/妥投时间",
        "finish_time": "确认收货时间", "paid_amount": "买家实际支付金额/实付金额/支付金额", "goods_amount": "商品总价/货款",
        "discount_amount": "优惠金额/折扣", "freight_amount": "运费/邮费",
    },
    "order_items": {"qty": "数量/件数/购买数量", "sku_id": "商家编码/SKU编码/货号"},
    "traffic_daily": {
        "uv": "访客数/UV", "pv": "浏览量/PV", "item_pv": "商品浏览量", "item_uv": "商品访客数", "clicks": "点击量",
        "impressions": "展现量/曝光量", "cost": "花费/消耗/推广费",
    },
    "refunds": {"success_time": "退款完结时间", "amount": "退款金额/买家退款金额"},
    "tickets": {"first_response_time": "首次响应时间"},
    "ledger": {"account_code": "科目编码", "amount": "本期发生额/金额"},
}  # fmt: skip
"""Domain §10.1, "Header aliases shipped"."""


@pytest.mark.parametrize("table", SHIPPED)
def test_every_shipped_alias_means_its_column(table: str) -> None:
    known = aliases(layouts()[table], LoadSettings())
    for column, words in SHIPPED[table].items():
        assert {word: known[folded(word)][0] for word in words.split("/")} == dict.fromkeys(words.split("/"), column)


def test_confirmed_receipt_is_finished_and_not_signed() -> None:
    assert aliases(layouts()["orders"], LoadSettings())[folded("确认收货时间")] == ("finish_time", True)


@pytest.mark.parametrize("table", layouts())
def test_a_heading_means_one_column_of_a_table(table: str) -> None:
    meant: dict[str, set[str]] = {}
    for field in layouts()[table].fields:
        for heading in field.headings:
            meant.setdefault(folded(heading), set()).add(field.name)
    assert {heading: names for heading, names in meant.items() if len(names) > 1} == {}


@pytest.mark.parametrize("table", layouts())
def test_keys_times_and_units_are_columns_and_values_stand_for_one_code(table: str) -> None:
    layout = layouts()[table]
    for name in (*layout.natural_key, *filter(None, (layout.time, layout.unit))):
        assert layout.field(name), name
    for field in layout.fields:
        words = [word for code, spelled in field.values.items() for word in {each.casefold() for each in (code, *spelled)}]
        assert len(words) == len(set(words)), field.name


def test_the_tables_of_the_domain_are_there() -> None:
    named = (
        "orders order_items refunds traffic_daily events users ledger balance marketing surveys tickets content content_daily "
        "inventory_daily catalog market_ext handoffs milestones ratings manual_actuals org role_history salary_base calendar "
        "fx exclusions"
    )
    assert set(layouts()) == set(named.split())


@pytest.mark.parametrize("table", layouts())
def test_a_sheet_may_be_named_after_its_table(table: str) -> None:
    layout = layouts()[table]
    assert {table_named(name) for name in (table, f"数据_{layout.zh}", layout.en, f"{table}_2024-01")} == {table}


def test_settings_go_before_what_is_shipped() -> None:
    added = LoadSettings(aliases={"orders.流水号": "order_id", "付款时间": "finish_time"})
    known = aliases(layouts()["orders"], added)
    assert known[folded("流水号")] == ("order_id", False)
    assert known[folded("付款时间")] == ("finish_time", False)
