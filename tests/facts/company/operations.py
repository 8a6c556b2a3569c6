"""Orders, fulfilment, goods and stock."""

from __future__ import annotations

import pandas as pd

from tests.facts.company.rows import (
    Fact,
    Tables,
    Time,
    amount,
    booked,
    cancelled_before_shipping,
    cut_off,
    hours,
    paid_orders,
    ratio,
    sales,
    shipped_orders,
    valid_orders,
    within,
    yes,
)

WRONG_GOODS = ("错发", "漏发", "破损")
QUALITY = "质量问题"
QUALITY_WINDOW = pd.Timedelta(days=30)
NEW_ON_THE_SHELF = pd.Timedelta(days=14)


def order_count(tables: Tables, start: Time, end: Time) -> Fact:
    """By the day of payment: closed before payment means never paid; refunded afterwards stays an order."""
    count = paid_orders(tables, start, end)["order_id"].nunique()
    return amount(count, count)


def processing_time(tables: Tables, start: Time, end: Time) -> Fact:
    """Orders paid in the period, in hours. Not yet shipped: up to the cut-off. Cancelled before shipping: not open, out.

    A pre-sale starts at its agreed shipping time, and shipped before that has taken no time.
    """
    orders = paid_orders(tables, start, end)
    orders = orders[~cancelled_before_shipping(orders)]
    agreed = orders["promise_ship_time"].where(yes(orders["is_presale"]))
    begin = orders["pay_time"].where(agreed.isna() | (agreed < orders["pay_time"]), agreed)
    waits = (orders["ship_time"].fillna(cut_off(tables, end)) - begin).clip(lower=pd.Timedelta(0))
    return ratio(hours(waits), len(orders))


def delivery_time(tables: Tables, start: Time, end: Time) -> Fact:
    """Orders shipped in the period, in hours; not yet signed for: up to the cut-off."""
    orders = shipped_orders(tables, start, end)
    return ratio(hours(orders["sign_time"].fillna(cut_off(tables, end)) - orders["ship_time"]), len(orders))


def payment_success(tables: Tables, start: Time, end: Time) -> Fact:
    """Orders created in the period on which a payment was tried, once each however often it was tried."""
    orders = valid_orders(tables)
    tried = orders[within(orders["create_time"], start, end) & (orders["pay_attempts"] >= 1)]
    return ratio(tried["pay_time"].notna().sum(), len(tried))


def cancellation(tables: Tables, start: Time, end: Time) -> Fact:
    orders = paid_orders(tables, start, end)
    return ratio(cancelled_before_shipping(orders).sum(), len(orders))


def accuracy(tables: Tables, start: Time, end: Time) -> Fact:
    """Orders shipped in the period; wrong, missing or damaged by any ticket of any time, once an order."""
    shipped = shipped_orders(tables, start, end)["order_id"]
    tickets = tables["tickets"]
    wrong = shipped.isin(tickets.loc[tickets["reason_code"].isin(WRONG_GOODS), "order_id"])
    return ratio(len(shipped) - wrong.sum(), len(shipped))


def on_time(tables: Tables, start: Time, end: Time) -> Fact:
    """Orders due in the period by their (first) promise; due and not there is late; cancelled before shipping is not due."""
    orders = valid_orders(tables)
    due = orders[orders["pay_time"].notna() & within(orders["promise_sign_time"], start, end)]
    due = due[~cancelled_before_shipping(due)]
    return ratio((due["sign_time"] <= due["promise_sign_time"]).sum(), len(due))


def sell_through_of_skus(tables: Tables, start: Time, end: Time) -> Fact:
    """SKUs on sale at some time of the period and on the shelf for 14 days at its end; sold ones are among them."""
    shelf = tables["catalog"]
    there = (shelf["list_time"] <= end - NEW_ON_THE_SHELF) & ~(shelf["delist_time"] <= start)
    on_sale = set(shelf.loc[there, "sku_id"])
    sold = set(sales(tables, start, end)["sku_id"])
    return ratio(len(sold & on_sale), len(on_sale))


def sold_out(tables: Tables, start: Time, end: Time) -> Fact:
    """Units sold over the stock of the period's first day and what came in since; the row of a day opens it."""
    stock = tables["inventory_daily"]
    opening = stock.loc[stock["date"] == start, "on_hand_qty"].sum()
    coming = stock.loc[within(stock["date"], start, end), "inbound_qty"].sum()
    return ratio(sales(tables, start, end)["qty"].sum(), opening + coming)


def inventory_turnover(tables: Tables, start: Time, end: Time) -> Fact:
    """Not annualised; average = mean over the days that have stock rows of the whole stock's cost."""
    stock = tables["inventory_daily"]
    daily = stock[within(stock["date"], start, end)].groupby("date")["on_hand_cost"].sum()
    cost = booked(tables, start, end, "COGS")["amount"].sum()
    return ratio(cost, daily.mean() if len(daily) else 0.0, len(daily))


def out_of_stock(tables: Tables, start: Time, end: Time) -> Fact:
    """Days of core SKUs that are listed; one row a day, SKU and warehouse."""
    stock = tables["inventory_daily"]
    watched = stock[within(stock["date"], start, end) & yes(stock["core_flag"]) & yes(stock["is_listed"])]
    return ratio((watched["on_hand_qty"] <= 0).sum(), len(watched))


def price_competitiveness(tables: Tables, start: Time, end: Time) -> Fact:
    """Competitor's price as last known on the day of payment over our unit price, weighted by qty; none known: left out."""
    prices = tables["catalog"][["sku_id", "price_date", "competitor_price"]].sort_values("price_date")
    lines = sales(tables, start, end).sort_values("pay_time")
    lines = pd.merge_asof(lines, prices, left_on="pay_time", right_on="price_date", by="sku_id")
    lines = lines[lines["competitor_price"].notna() & (lines["unit_price"] > 0)]
    return ratio((lines["qty"] * lines["competitor_price"] / lines["unit_price"]).sum(), lines["qty"].sum())


def returned(tables: Tables, lines: pd.DataFrame) -> pd.DataFrame:
    """Successful refunds of these lines, with the time their order was paid."""
    back = tables["refunds"]
    return back[back["success_time"].notna()].merge(lines[["order_id", "line_no", "pay_time"]], on=["order_id", "line_no"])


def quality_refunds(tables: Tables, start: Time, end: Time) -> Fact:
    """Lines paid in the period; refunded for quality, successfully, within 30 days of payment; a line counts once."""
    lines = sales(tables, start, end)
    back = returned(tables, lines)
    back = back[(back["reason_code"] == QUALITY) & (back["success_time"] <= back["pay_time"] + QUALITY_WINDOW)]
    return ratio(len(back[["order_id", "line_no"]].drop_duplicates()), len(lines))


def returns(tables: Tables, start: Time, end: Time) -> Fact:
    """Units that came back (no mere refund, no exchange) of those sold in the period, without a window."""
    lines = sales(tables, start, end)
    back = returned(tables, lines)
    return ratio(back.loc[back["type"] == "退货退款", "qty"].sum(), lines["qty"].sum())


def disputes(tables: Tables, start: Time, end: Time) -> Fact:
    """Successful refunds in dispute, ruled against the seller, of the orders paid in the period."""
    orders, back = paid_orders(tables, start, end), tables["refunds"]
    lost = yes(back["is_dispute"]) & (back["responsibility"] == "卖家") & back["success_time"].notna()
    return ratio((lost & back["order_id"].isin(orders["order_id"])).sum(), len(orders))


def sellers(tables: Tables, start: Time, end: Time) -> Fact:
    count = paid_orders(tables, start, end)["seller_id"].nunique()
    return amount(count, count)


def redemption(tables: Tables, start: Time, end: Time) -> Fact:
    """Vouchers settled in the period: redeemed, or expired unredeemed; one that may still be redeemed is not settled."""
    orders = valid_orders(tables)
    vouchers = orders[orders["pay_time"].notna() & orders["expire_time"].notna()]
    settled = vouchers[within(vouchers["redeem_time"].fillna(vouchers["expire_time"]), start, end)]
    return ratio(settled["redeem_time"].notna().sum(), len(settled))


OPERATIONS = {
    "ORD": order_count, "OPT": processing_time, "DLT": delivery_time, "PAYSR": payment_success, "CANC": cancellation,
    "PACC": accuracy, "OTD": on_time, "SELLTH": sell_through_of_skus, "SOLDOUT": sold_out, "INVT": inventory_turnover,
    "OOS": out_of_stock, "PRICEC": price_competitiveness, "QREF": quality_refunds, "RETURN": returns, "DISP": disputes,
    "SELLER": sellers, "REDEEM": redemption,
}  # fmt: skip
