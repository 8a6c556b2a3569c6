"""The second calculation itself: counted by hand on a few rows each, and by the worked numbers of the specification."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isnan
from typing import Any

import pandas as pd
import pytest

from tests.facts.company.reference import ALL, bounds, facts
from tests.facts.company.rows import Fact, Row
from tests.facts.company.world import frames

JANUARY = "2024-01"


def measured(kpi: str, period: str = JANUARY, unit: str | None = None, **rows: Sequence[Row]) -> Fact:
    return ALL[kpi](frames(**rows), *bounds(period), unit)


def order(number: str, pay: str | None, paid: float = 100.0, buyer: str = "b1", **more: Any) -> dict[str, Any]:
    return {"order_id": number, "pay_time": pay, "create_time": pay, "paid_amount": paid, "buyer_id": buyer, "unit_id": "U1",
            "is_test": False, "pay_attempts": 1} | more  # fmt: skip


def event(when: str, user: str | None = None, kind: str = "visit", **more: Any) -> dict[str, Any]:
    return {"event_time": when, "user_id": user, "visitor_id": user or "anonymous", "event_type": kind, "is_bot": False} | more


def item(order_id: str, line_no: int, qty: float = 1, paid: float = 100.0, **more: Any) -> dict[str, Any]:
    return {"order_id": order_id, "line_no": line_no, "qty": qty, "line_paid": paid, "unit_price": paid / qty, "unit_cost": 0.0,
            "is_gift": False, "sku_id": "s1"} | more  # fmt: skip


def ledger(period: str, measure: str, amount: float) -> dict[str, Any]:
    return {"period": period, "measure": measure, "amount": amount, "unit_id": "U1"}


def ticket(number: str, when: str, kind: str = "咨询", **more: Any) -> dict[str, Any]:
    return {"ticket_id": number, "create_time": when, "type": kind, "responsible_unit": "U1", "agent_id": "A1"} | more


def calendar(*days: str, service: str = "09:00-21:00") -> list[Row]:
    return [{"date": day, "service_hours": service} for day in days]


# --- the specification's own numbers --------------------------------------------------------------------------------------


def test_conversion_of_two_months_is_no_mean_of_ratios() -> None:
    """2.1: 30/1000 and 120/3000 are 3.75 %, when nobody came in both months."""
    events = [event("2024-01-05", f"a{n}") for n in range(1000)] + [event("2024-02-05", f"b{n}") for n in range(3000)]
    orders = [order(f"a{n}", "2024-01-06", buyer=f"a{n}") for n in range(30)]
    orders += [order(f"b{n}", "2024-02-06", buyer=f"b{n}") for n in range(120)]
    quarter = measured("CVR", "2024Q1", events=events, orders=orders)
    assert (quarter.num, quarter.den, quarter.value) == (150, 4000, 0.0375)


def test_return_on_the_average_capital() -> None:
    """2.1: profits 10, 12, 14 on average capitals 100, 110, 120 are 32.73 %."""
    balance = [
        {"period_end": end, "unit_id": "U1", "invested_capital": capital}
        for end, capital in (("2023-12-31", 95), ("2024-01-31", 105), ("2024-02-29", 115), ("2024-03-31", 125))
    ]
    profits = [ledger(f"2024-0{month}", "NP", amount) for month, amount in ((1, 10), (2, 12), (3, 14))]
    quarter = measured("ROI", "2024Q1", balance=balance, ledger=profits)
    assert (quarter.num, round(quarter.den, 9), round(quarter.value, 4)) == (36, 110, 0.3273)


def test_stickiness_of_a_quarter() -> None:
    """2.1: Σ mean DAU (200+220+210) over Σ MAU (800+880+900) is 24.42 %; here at a tenth, ten tracked days a month."""
    months = {"2024-01": (20, 80), "2024-02": (22, 88), "2024-03": (21, 90)}
    events = [
        event(f"{month}-{day + 1:02d}", f"u{(day * daily + place) % monthly}")
        for month, (daily, monthly) in months.items() for day in range(10) for place in range(daily)
    ]  # fmt: skip
    quarter = measured("STICK", "2024Q1", events=events)
    assert (quarter.num, quarter.den, round(quarter.value, 4)) == (63, 258, 0.2442)


# --- orders and money -----------------------------------------------------------------------------------------------------


def test_children_count_and_their_parent_does_not() -> None:
    orders = [
        order("P", "2024-01-05", 300), order("P-1", "2024-01-05", 100, parent_order_id="P"),
        order("P-2", "2024-01-05", 200, parent_order_id="P"), order("T", "2024-01-05", 999, is_test=True),
        order("X", "2024-01-05", 999, exclude_reason="刷单"), order("N", None, 50, create_time="2024-01-07"),
    ]  # fmt: skip
    assert measured("ORD", orders=orders).value == 2
    assert measured("GMV", orders=orders).value == 300
    assert measured("AOV", orders=orders).value == 150
    assert measured("ATV", orders=orders).value == 300


def test_midnight_belongs_to_the_new_month() -> None:
    orders = [order("A", "2024-01-31 23:59:59"), order("B", "2024-02-01 00:00:00")]
    assert measured("ORD", orders=orders).value == 1
    assert measured("ORD", "2024-02", orders=orders).value == 1


def test_an_order_that_waits_counts_up_to_the_cut_off() -> None:
    orders = [
        order("A", "2024-01-30 00:00", ship_time="2024-01-30 12:00"),
        order("B", "2024-01-31 00:00"),                                                                   # 24 h until cut-off
        order("C", "2024-01-10 00:00", cancel_time="2024-01-11"),                                         # never to be shipped
        order("D", "2024-01-05 00:00", is_presale=True, promise_ship_time="2024-01-15", ship_time="2024-01-15 06:00"),
        order("E", "2024-01-05 00:00", is_presale=True, promise_ship_time="2024-01-15", ship_time="2024-01-14"),
    ]  # fmt: skip
    assert measured("OPT", orders=orders) == Fact(12 + 24 + 6 + 0, 4, 4, 10.5)
    later = measured("OPT", orders=orders, calendar=calendar("2024-02-01"))
    assert later.num == 12 + 48 + 6 + 0


def test_a_parcel_under_way_counts_up_to_the_cut_off() -> None:
    orders = [
        order("A", "2023-12-30", ship_time="2024-01-01 00:00", sign_time="2024-01-03 00:00"),
        order("B", "2024-01-30", ship_time="2024-01-31 00:00"),
    ]
    assert measured("DLT", orders=orders) == Fact(48 + 24, 2, 2, 36)


def test_cancelled_before_shipping_only() -> None:
    orders = [
        order("A", "2024-01-02", cancel_time="2024-01-03"),
        order("B", "2024-01-02", ship_time="2024-01-03", cancel_time="2024-01-04"),
        order("C", "2024-01-02", ship_time="2024-01-03"), order("D", None, create_time="2024-01-02", cancel_time="2024-01-03"),
    ]  # fmt: skip
    assert measured("CANC", orders=orders) == Fact(1, 3, 3, 1 / 3)


def test_a_payment_tried_thrice_is_tried_once() -> None:
    orders = [
        order("A", "2024-01-02", pay_attempts=3), order("B", None, create_time="2024-01-02", pay_attempts=2),
        order("C", None, create_time="2024-01-02", pay_attempts=0),
    ]  # fmt: skip
    assert measured("PAYSR", orders=orders).value == 0.5


def test_due_and_not_there_is_late() -> None:
    orders = [
        order("A", "2024-01-02", ship_time="2024-01-03", promise_sign_time="2024-01-06", sign_time="2024-01-06"),
        order("B", "2024-01-02", ship_time="2024-01-03", promise_sign_time="2024-01-06", sign_time="2024-01-07"),
        order("C", "2024-01-02", ship_time="2024-01-03", promise_sign_time="2024-01-06"),
        order("D", "2024-01-02", promise_sign_time="2024-01-06", cancel_time="2024-01-02 12:00"),
        order("E", "2024-01-30", ship_time="2024-01-31", promise_sign_time="2024-02-03"),
    ]
    assert measured("OTD", orders=orders) == Fact(1, 3, 3, 1 / 3)


def test_two_orders_of_one_day_are_no_repurchase() -> None:
    orders = [
        order("A", "2024-03-01 09:00", buyer="b1"), order("B", "2024-03-01 10:00", buyer="b1"),
        order("C", "2024-02-01", buyer="b2"), order("D", "2024-03-01", buyer="b2"),
        order("E", "2024-01-01", buyer="b3"), order("F", "2024-03-01", buyer="b3"),      # 90 days reach back to 2 January
    ]  # fmt: skip
    assert measured("RPR", "2024-03", orders=orders) == Fact(1, 3, 3, 1 / 3)


def test_first_customers_are_people() -> None:
    orders = [
        order("A", "2024-01-02", buyer="b1", is_first_order=True), order("B", "2024-01-02", buyer="b1", is_first_order=True),
        order("C", "2024-01-03", buyer="b2", is_first_order=False),
    ]  # fmt: skip
    assert measured("NEWB", orders=orders).value == 0.5
    costs = [{"date": "2024-01-31", "cost": 30}, {"date": "2024-02-01", "cost": 500}]
    assert measured("CAC", orders=orders, marketing=costs).value == 30
    assert isnan(measured("CAC", orders=orders[2:], marketing=costs).value)


def test_lifetime_is_twelve_months_of_gross_profit_of_a_ripe_cohort() -> None:
    users = [{"user_id": "b1", "first_pay_time": "2024-01-10"}, {"user_id": "b2", "first_pay_time": "2024-01-20"}]
    orders = [order("A", "2024-01-10"), order("B", "2025-01-09 23:00"), order("C", "2025-01-10"), order("D", "2024-01-20", buyer="b2")]
    lines = [item(number, 1, qty=2, paid=100, unit_cost=30) for number in "ABCD"]
    ripe = measured("LTV", users=users, orders=orders, order_items=lines, calendar=calendar("2025-01-31"))
    assert ripe == Fact(40 + 40 + 40, 2, 2, 60)
    half = measured("LTV", users=users, orders=orders, order_items=lines, calendar=calendar("2025-01-15"))
    assert half == Fact(80, 1, 1, 80)
    assert isnan(measured("LTV", users=users, orders=orders, order_items=lines).value)


def test_a_refund_belongs_to_the_month_of_its_payment() -> None:
    orders = [order("A", "2024-01-31", 100), order("B", "2024-01-31", 300), order("C", "2024-02-01", 100)]
    refunds = [
        {"refund_id": "1", "order_id": "A", "amount": 40, "success_time": "2024-03-20"},
        {"refund_id": "2", "order_id": "B", "amount": 99, "success_time": None},
        {"refund_id": "3", "order_id": "C", "amount": 50, "success_time": "2024-02-02"},
    ]
    assert measured("REFUND", orders=orders, refunds=refunds).value == 0.1


def test_quality_is_judged_on_lines_and_thirty_days() -> None:
    orders = [order("A", "2024-01-01")]
    lines = [item("A", 1), item("A", 2), item("A", 3, is_gift=True), item("A", 4)]
    refund = {"order_id": "A", "line_no": 1, "reason_code": "质量问题", "success_time": "2024-01-31", "type": "退货退款", "qty": 1}
    refunds = [refund, refund | {"line_no": 1}, refund | {"line_no": 2, "success_time": "2024-02-01"}, refund | {"line_no": 4, "reason_code": "少件"}]
    refunds = [each | {"refund_id": str(number)} for number, each in enumerate(refunds)]
    assert measured("QREF", orders=orders, order_items=lines, refunds=refunds) == Fact(1, 3, 3, 1 / 3)


def test_only_what_came_back_is_returned() -> None:
    orders = [order("A", "2024-01-01")]
    lines = [item("A", 1, qty=3), item("A", 2, qty=2), item("A", 3, qty=5, is_gift=True)]
    refunds = [
        {"refund_id": "1", "order_id": "A", "line_no": 1, "qty": 2, "type": "退货退款", "success_time": "2024-06-01"},
        {"refund_id": "2", "order_id": "A", "line_no": 2, "qty": 1, "type": "仅退款", "success_time": "2024-01-09"},
        {"refund_id": "3", "order_id": "A", "line_no": 2, "qty": 1, "type": "换货", "success_time": "2024-01-09"},
    ]
    assert measured("RETURN", orders=orders, order_items=lines, refunds=refunds).value == 0.4


def test_a_lost_dispute() -> None:
    orders = [order("A", "2024-01-01"), order("B", "2024-01-01")]
    base = {"order_id": "A", "is_dispute": True, "responsibility": "卖家", "success_time": "2024-02-01"}
    refunds = [base | {"refund_id": "1"}, base | {"refund_id": "2", "responsibility": "物流"}, base | {"refund_id": "3", "is_dispute": False}]
    assert measured("DISP", orders=orders, refunds=refunds).value == 0.5


def test_a_voucher_is_settled_when_it_is_used_or_runs_out() -> None:
    orders = [
        order("A", "2023-12-01", expire_time="2024-03-01", redeem_time="2024-01-05"), order("B", "2023-12-01", expire_time="2024-01-31 23:59"),
        order("C", "2024-01-01", expire_time="2024-03-01"), order("D", "2023-11-01", expire_time="2024-01-20", redeem_time="2023-12-31"),
    ]  # fmt: skip
    assert measured("REDEEM", orders=orders) == Fact(1, 2, 2, 0.5)


def test_promotion_against_the_quiet_weeks_before() -> None:
    """Promotion day 29 January earns 100; the Mondays before: 40, 20, a promotion itself, and 30: (100 − 30) / 35."""
    days = {"2024-01-01": (30, None), "2024-01-08": (500, "P0"), "2024-01-15": (20, None), "2024-01-22": (40, None), "2024-01-29": (100, "P1")}
    orders = [order(day, day) for day in days]
    lines = [item(day, 1, paid=earned + 10, unit_cost=10, promo_id=promo) for day, (earned, promo) in days.items()]
    fact = measured("PROMOI", orders=orders, order_items=lines, ledger=[ledger("2024-01", "PROMO", 35)])
    # 8 January is a promotion too: it gains 500 − 30 over the only Monday before it.
    assert fact.num == (500 - 30) + (100 - 30)
    assert fact.value == 540 / 35


def test_receivables_in_days() -> None:
    balance = [{"period_end": "2023-12-31", "receivable": 100}, {"period_end": "2024-01-31", "receivable": 300}]
    assert measured("DSO", balance=balance, ledger=[ledger("2024-01", "REV", 620)]).value == 10
    assert isnan(measured("DSO", balance=balance[1:], ledger=[ledger("2024-01", "REV", 620)]).value)


def test_a_margin_of_no_revenue_is_missing() -> None:
    assert measured("GPM", ledger=[ledger("2024-01", "REV", 200), ledger("2024-01", "COGS", 150)]).value == 0.25
    reversed_ = measured("GPM", ledger=[ledger("2024-01", "REV", -200), ledger("2024-01", "COGS", 150)])
    assert (reversed_.num, reversed_.den) == (-350, -200)
    assert isnan(reversed_.value)
    assert measured("NPM", ledger=[ledger("2024-01", "REV", 200), ledger("2024-01", "NP", -20)]).value == -0.1


# --- people ---------------------------------------------------------------------------------------------------------------


def test_retained_are_those_of_last_month() -> None:
    events = [event("2024-01-02", user) for user in ("a", "b", "c", "d")] + [event("2024-02-02", user) for user in ("a", "x", "y")]
    events += [event("2024-03-02", user) for user in ("x", "y", "z")] + [event("2024-02-02", "b", is_bot=True)]
    assert measured("RET", "2024-02", events=events).value == 0.25
    assert measured("RET", "2024Q1", events=events) == Fact(0 + 1 + 2, 0 + 4 + 3, 7, 3 / 7)
    assert isnan(measured("RET", "2024-01", events=events).value)


def test_active_users_of_a_quarter_are_the_mean_of_months() -> None:
    events = [event("2024-01-02", "a"), event("2024-02-02", "a"), event("2024-02-03", "b"), event("2024-03-03", None)]
    assert measured("MAU", "2024Q1", events=events).value == 1
    assert measured("UV", "2024Q1", events=events).value == 3


def test_a_day_without_tracking_is_no_day_without_users() -> None:
    events = [event("2024-01-01", "a"), event("2024-01-03", "a"), event("2024-01-03", "b"), event("2024-01-04", None)]
    assert measured("STICK", events=events) == Fact(1, 2, 2, 0.5)


def test_satisfied_are_the_two_best_boxes_by_weight() -> None:
    base = {"date": "2024-01-09", "survey_type": "CSAT", "scale_min": 1, "scale_max": 5, "question_id": "Q"}
    votes = [
        base | {"score": 4, "weight": 2}, base | {"score": 3, "weight": 1}, base | {"score": None, "weight": 9},
        base | {"score": 9, "scale_max": 10, "weight": 1}, base | {"score": 7, "weight": 9},
    ]  # fmt: skip
    assert measured("CSAT", surveys=votes) == Fact(3, 4, 3, 0.75)


def test_promoters_less_detractors() -> None:
    votes = [{"date": "2024-01-09", "survey_type": "NPS", "score": score, "scale_min": 0, "scale_max": 10} for score in (10, 9, 8, 7, 6, 0, 0, None)]
    assert measured("NPS", surveys=votes) == Fact(2 - 3, 7, 7, -100 / 7)


def test_a_default_review_is_no_vote() -> None:
    base = {"date": "2024-01-09", "survey_type": "REVIEW", "scale_min": 1, "scale_max": 5, "dimension": "商品"}
    votes = [base | {"score": 4}, base | {"score": 3}, base | {"score": 5, "dimension": "默认好评"}]
    assert measured("RATING", surveys=votes).value == 0.5


def test_a_cart_is_abandoned_after_seven_days() -> None:
    events = [event("2024-01-02 10:00", "a", "add_cart", session_id=session) for session in ("s1", "s2", "s3")]
    events += [event("2024-01-02 11:00", "a", "add_cart", session_id="s1"), event("2024-01-02", "b", session_id="s4")]
    orders = [order("A", "2024-01-09 10:00", session_id="s1"), order("B", "2024-01-09 10:01", session_id="s2"), order("C", "2024-01-02", session_id="s4")]
    assert measured("CARTAB", events=events, orders=orders) == Fact(2, 3, 3, 2 / 3)


# --- goods and service ----------------------------------------------------------------------------------------------------


def test_stock_of_the_first_day_only() -> None:
    stock = [
        {"date": "2024-01-01", "sku_id": "s1", "on_hand_qty": 10, "inbound_qty": 5}, {"date": "2024-02-01", "sku_id": "s1", "on_hand_qty": 99, "inbound_qty": 5},
    ]  # fmt: skip
    rows: dict[str, Any] = {"orders": [order("A", "2024-01-20"), order("B", "2024-03-20")], "order_items": [item("A", 1, qty=3), item("B", 1, qty=2)]}
    assert measured("SOLDOUT", inventory_daily=stock, **rows).value == 3 / 15
    assert measured("SOLDOUT", "2024Q1", inventory_daily=stock, **rows).value == 5 / 20


def test_turnover_on_the_mean_day() -> None:
    stock = [{"date": "2024-01-01", "sku_id": sku, "on_hand_cost": cost} for sku, cost in (("s1", 10), ("s2", 30))]
    stock += [{"date": "2024-01-02", "sku_id": "s1", "on_hand_cost": 20}]
    assert measured("INVT", inventory_daily=stock, ledger=[ledger("2024-01", "COGS", 60)]).value == 2


def test_only_core_goods_that_are_listed_run_out() -> None:
    base = {"date": "2024-01-01", "core_flag": True, "is_listed": True, "on_hand_qty": 0}
    stock = [base | {"sku_id": "s1"}, base | {"sku_id": "s2", "on_hand_qty": 1}, base | {"sku_id": "s3", "is_listed": False}, base | {"sku_id": "s4", "core_flag": False}]
    assert measured("OOS", inventory_daily=stock).value == 0.5


def test_new_goods_are_not_asked_to_have_sold() -> None:
    shelf = [
        {"sku_id": "s1", "list_time": "2023-05-01"}, {"sku_id": "s2", "list_time": "2024-01-18"}, {"sku_id": "s3", "list_time": "2024-01-19"},
        {"sku_id": "s4", "list_time": "2023-05-01", "delist_time": "2023-12-31"}, {"sku_id": "s1", "list_time": "2023-05-01", "price_date": "2024-01-01"},
    ]  # fmt: skip
    rows: dict[str, Any] = {"orders": [order("A", "2024-01-20")], "order_items": [item("A", 1), item("A", 2, sku_id="s3"), item("A", 3, sku_id="s2", is_gift=True)]}
    assert measured("SELLTH", catalog=shelf, **rows) == Fact(1, 2, 2, 0.5)


def test_price_of_the_competitor_on_the_day() -> None:
    prices = [{"sku_id": "s1", "price_date": "2024-01-01", "competitor_price": 110}, {"sku_id": "s1", "price_date": "2024-01-10", "competitor_price": 90}]
    orders = [order("A", "2024-01-05"), order("B", "2024-01-10")]
    lines = [item("A", 1, qty=3, paid=300), item("B", 1, qty=1, paid=100), item("B", 2, sku_id="unknown")]
    assert measured("PRICEC", catalog=prices, orders=orders, order_items=lines).value == pytest.approx((3 * 1.1 + 0.9) / 4)


def test_waiting_begins_when_the_doors_open() -> None:
    chats = [
        ticket("1", "2024-01-03 10:00:00", first_response_time="2024-01-03 10:00:30"),
        ticket("2", "2024-01-03 02:00:00", first_response_time="2024-01-03 09:00:10"),
        ticket("3", "2024-01-03 22:00:00", first_response_time="2024-01-04 09:00:20"),
        ticket("4", "2024-01-03 20:59:00"),                                               # never answered: 60 s until closing
        ticket("5", "2024-01-03 03:00:00", first_response_time="2024-01-03 03:00:40"),    # answered at night: no waiting
        ticket("6", "2024-01-03 10:00:00", first_response_time="2024-01-03 10:00:01", agent_id="BOT"),
        ticket("7", "2024-01-03 10:00:00", "投诉", first_response_time="2024-01-03 12:00:00"),
    ]  # fmt: skip
    assert measured("FRT", tickets=chats, calendar=calendar("2024-01-03", "2024-01-04")) == Fact(30 + 10 + 20 + 60 + 0, 5, 5, 24)


def test_solved_at_once_when_nobody_came_again_for_a_week() -> None:
    base: dict[str, Any] = {"resolved_flag": True, "contacts": 1, "reopened": False, "close_time": "2024-01-10"}
    rows = [base, base | {"contacts": 2}, base | {"reopened": True}, base | {"resolved_flag": False}, base | {"close_time": "2024-01-26"}]
    tickets = [ticket(str(number), "2024-01-09", **row) for number, row in enumerate(rows)]
    assert measured("FCR", tickets=tickets) == Fact(1, 3, 3, 1 / 3)


def test_asked_and_paid_within_three_days() -> None:
    tickets = [ticket(str(number), f"2024-01-{day}", stage="售前", user_id=user) for number, (day, user) in enumerate((("05", "a"), ("20", "a"), ("05", "b")))]
    orders = [order("A", "2024-01-22", buyer="a"), order("B", "2024-01-09", buyer="b"), order("C", "2024-01-04", buyer="b")]
    assert measured("PRECVR", tickets=tickets, orders=orders) == Fact(1, 2, 2, 0.5)


def test_complaints_about_one_order_are_one() -> None:
    tickets = [ticket(number, "2024-01-09", "投诉", order_id=about) for number, about in (("1", "A"), ("2", "A"), ("3", None), ("4", None))]
    orders = [order(f"o{n}", "2024-01-02") for n in range(4)]
    assert measured("COMP", tickets=tickets, orders=orders).value == 3 / 4 * 10000


def test_inquiries_once_a_day_and_without_spam() -> None:
    inquiry: dict[str, Any] = {"user_id": "a", "sku_id": "s1"}
    other: dict[str, Any] = inquiry | {"sku_id": "s2"}
    tickets = [
        ticket("1", "2024-01-02 09:00", "询盘", **inquiry), ticket("2", "2024-01-02 10:00", "询盘", **inquiry),
        ticket("3", "2024-01-03 09:00", "询盘", **inquiry), ticket("4", "2024-01-02 09:00", "询盘", **other),
        ticket("5", "2024-01-05 09:00", "询盘", user_id="b", reason_code="垃圾询盘"),
    ]  # fmt: skip
    assert measured("INQ", tickets=tickets).value == 3
    orders = [order("A", "2024-04-01 09:00", buyer="a")]    # 90 days after the two of 2 January and 89 after the third
    ripe = measured("INQCVR", tickets=tickets, orders=orders, calendar=calendar("2024-04-30"))
    assert ripe == Fact(3, 3, 3, 1)
    assert isnan(measured("INQCVR", tickets=tickets, orders=orders).value)


def test_wrong_goods_once_an_order() -> None:
    orders = [order(number, "2024-01-02", ship_time="2024-01-03") for number in "AB"]
    tickets = [ticket(str(number), "2024-02-09", "售后", order_id="A", reason_code=reason) for number, reason in enumerate(("错发", "破损", "退换货"))]
    assert measured("PACC", orders=orders, tickets=tickets).value == 0.5


def test_a_hand_off_is_confirmed_by_who_receives_it() -> None:
    base = {"from_unit": "U1", "to_unit": "U2", "due_time": "2024-01-05", "done_time": "2024-01-05", "accepted_time": "2024-01-06",
            "rework_count": 0, "confirmed_by": "U2"}  # fmt: skip
    rows = [base, base | {"done_time": "2024-01-06"}, base | {"rework_count": 1}, base | {"confirmed_by": "U1"}, base | {"done_time": None}]
    assert measured("HANDOFF", handoffs=rows) == Fact(1, 5, 5, 0.2)
    assert measured("HANDOFF", unit="U2", handoffs=rows).n == 0


def test_the_best_and_the_worst_of_five_are_dropped() -> None:
    """SR12: peers {100, 85, 85, 70, 50} give 80; two partners {70, 85} give 77.5."""
    base = {"period": "2024-01", "subject_id": "U1", "rater_role": "协作", "indicator": "COLLAB"}
    five = [base | {"rater_id": str(number), "level": level} for number, level in enumerate("优良良中低")]
    assert measured("COLLAB", ratings=five).value == 80
    two = [base | {"rater_id": str(number), "level": level, "subject_id": "U2"} for number, level in enumerate("中良")]
    assert measured("COLLAB", ratings=two).value == 77.5
    assert measured("COLLAB", ratings=five + two).value == (80 * 5 + 77.5 * 2) / 7


def test_milestones_of_the_year_as_they_stand() -> None:
    """SR13: .4 on time, .4 five days late, .2 half done are 82.00."""
    base = {"unit_id": "U1", "weight": 0.4, "evidence": "纪要", "progress": 1.0}
    plan = [
        base | {"due_date": "2024-01-05", "done_date": "2024-01-05"}, base | {"due_date": "2024-01-10", "done_date": "2024-01-15"},
        base | {"due_date": "2024-01-20", "weight": 0.2, "progress": 0.5}, base | {"due_date": "2024-02-20", "progress": 0.0},
    ]  # fmt: skip
    assert round(measured("PLAN", milestones=plan).value, 9) == 82
    assert measured("PLAN", "2024-02", milestones=plan).n == 4
    unproved = [row | {"evidence": None} for row in plan]
    assert round(measured("PLAN", milestones=unproved).value, 9) == 76


def test_published_on_the_day_of_the_plan() -> None:
    plan = [
        {"content_id": "1", "plan_publish_time": "2024-01-05 10:00", "publish_time": "2024-01-05 09:50"},
        {"content_id": "2", "plan_publish_time": "2024-01-05 10:00", "publish_time": "2024-01-06"},
        {"content_id": "3", "plan_publish_time": "2024-01-05 10:00"},
    ]
    assert measured("CONTO", content=plan).value == pytest.approx(1 / 3)


def test_the_frame_says_what_the_functions_say() -> None:
    tables = frames(orders=[order("A", "2024-01-05"), order("B", "2024-01-06", unit_id="U2", is_first_order=True)])
    frame = facts(tables, [JANUARY], [None, "U2"], ["ORD", "NEWB"])
    for kpi, _, unit in frame.index:
        expected: Mapping[str, float] = ALL[kpi](tables, *bounds(JANUARY), unit or None)._asdict()
        pd.testing.assert_series_equal(frame.loc[(kpi, JANUARY, unit)], pd.Series(expected), check_names=False)
