"""The traps of the domain specification, 2.3, each in a shop small enough to count by hand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest

from tests.facts.engines.shop import LATER, fact, facts, open_shop

Row = dict[str, object]


def day(text: str) -> datetime:
    return datetime.fromisoformat(text)


def order(number: object, pay: str, paid: float = 100.0, buyer: str = "a", **more: object) -> Row:
    return {"order_id": str(number), "pay_time": day(pay), "paid_amount": paid, "buyer_id": buyer, "unit_id": "U1"} | more


def event(when: str, user: object, kind: str = "visit", **more: object) -> Row:
    return {"event_time": day(when), "user_id": user, "visitor_id": user, "event_type": kind, "unit_id": "U1"} | more


def booked(measure: str, **amounts: float) -> list[Row]:
    months = {"jan": "2024-01", "feb": "2024-02", "mar": "2024-03"}
    return [{"period": months[name], "unit_id": "U1", "measure": measure, "amount": each} for name, each in amounts.items()]


def stock(column: str, amounts: Iterable[tuple[str, float]]) -> list[Row]:
    return [{"period_end": day(when), "unit_id": "U1", column: amount} for when, amount in amounts]


def test_conversion_of_a_quarter_counts_people_again() -> None:
    """2.1: 30/1000 and 120/3000 make 150/4000 when nobody is in both months; their mean, 3.50 %, is wrong."""
    events = [event(f"2024-0{m}-05", f"{m}-{n}") for m, people in ((1, 1000), (2, 3000)) for n in range(people)]
    orders = [order(f"{m}-{n}", f"2024-0{m}-06", buyer=f"{m}-{n}") for m, people in ((1, 30), (2, 120)) for n in range(people)]
    quarter = fact(open_shop(events=events, orders=orders), "CVR", "2024Q1")
    assert quarter is not None and (quarter.num, quarter.den, quarter.value) == (150, 4000, 0.0375)


def test_who_comes_every_month_is_one_person_of_the_quarter() -> None:
    events = [event(f"2024-0{month}-0{n}", "a") for month in (1, 2, 3) for n in (1, 2)] + [event("2024-02-01", "b")]
    shop = open_shop(events=events, orders=[order(1, "2024-01-01"), order(2, "2024-03-01")])
    visitors, active, buyers = (fact(shop, kpi, "2024Q1") for kpi in ("UV", "MAU", "CVR"))
    assert visitors is not None and visitors.value == 2
    assert active is not None and active.value == pytest.approx((1 + 2 + 1) / 3, abs=1e-12)  # the mean of three MAUs
    assert buyers is not None and (buyers.num, buyers.den) == (1, 2)


def test_stickiness_of_a_quarter() -> None:
    """2.1: Σ mean DAU / Σ MAU = (200+220+210)/(800+880+900) = 24.42 %, at a tenth of the size."""
    events = []
    for month, (daily, monthly) in enumerate(((20, 80), (22, 88), (21, 90)), 1):
        turns = -(-monthly // daily)
        people = [[(turn * daily + n) % monthly for n in range(daily)] for turn in range(turns)]
        events += [event(f"2024-0{month}-{d:02d}", f"{month}-{n}") for d, some in enumerate(people, 1) for n in some]
    found = fact(open_shop(events=events), "STICK", "2024Q1")
    assert found is not None and found.value == pytest.approx(0.2442, abs=5e-5)


def test_a_day_that_was_not_tracked_is_no_day_without_visitors() -> None:
    shop = open_shop(events=[event("2024-01-01", "a"), event("2024-01-01", "b"), event("2024-01-20", "a")])
    found = fact(shop, "STICK", "2024-01")
    assert found is not None and (found.num, found.den) == (1.5, 2)


def test_robots_and_test_orders_are_nobody() -> None:
    shop = open_shop(
        events=[event("2024-01-01", "a"), event("2024-01-01", "bot", is_bot=True)],
        orders=[
            order(1, "2024-01-01"),
            order(2, "2024-01-01", is_test=True),
            order(3, "2024-01-01", exclude_reason="刷单"),
            order(4, "2024-01-01", excluded="brush"),
        ],
    )
    assert {kpi: getattr(fact(shop, kpi, "2024-01"), "num", None) for kpi in ("UV", "ORD", "GMV")} == {"UV": 1, "ORD": 1, "GMV": 100}


def test_a_parent_order_is_not_counted_beside_its_children() -> None:
    shop = open_shop(
        orders=[
            order("p", "2024-01-01", 300, parent_order_id="p"),
            order("c1", "2024-01-01", 100, parent_order_id="p"),
            order("c2", "2024-01-01", 200, parent_order_id="p"),
            order("alone", "2024-01-01", 50),
        ]
    )
    found = {kpi: fact(shop, kpi, "2024-01") for kpi in ("ORD", "GMV")}
    assert {kpi: each and each.num for kpi, each in found.items()} == {"ORD": 3, "GMV": 350}


def test_return_on_capital_is_a_flow_over_a_mean_stock() -> None:
    """2.1: NP 10+12+14 over average capital (100, 110, 120) → 110 is 32.73 %; annualised ×4 it is 130.91 %."""
    ends = [("2023-12-31", 95.0), ("2024-01-31", 105.0), ("2024-02-29", 115.0), ("2024-03-31", 125.0)]
    shop = open_shop(ledger=booked("NP", jan=10, feb=12, mar=14), balance=stock("invested_capital", ends))
    found = fact(shop, "ROI", "2024Q1")
    assert found is not None and found.den == pytest.approx(110, abs=1e-9)
    assert found.value == pytest.approx(0.3273, abs=5e-5)
    yearly = fact(shop, "ROI", "2024Q1", variant="annualised")
    assert yearly is not None and yearly.value == pytest.approx(1.3091, abs=5e-5)


def test_the_first_month_has_no_opening_stock_and_so_no_return() -> None:
    shop = open_shop(ledger=booked("NP", jan=10), balance=stock("invested_capital", [("2024-01-31", 105.0)]))
    assert fact(shop, "ROI", "2024-01") is None


def test_a_receivable_is_averaged_and_counted_in_days() -> None:
    ends = [("2023-12-31", 90.0), ("2024-01-31", 110.0)]
    shop = open_shop(ledger=booked("REV", jan=310), balance=stock("receivable", ends))
    found = fact(shop, "DSO", "2024-01")
    assert found is not None and found.value == pytest.approx(100 / 310 * 31, abs=1e-12)


def test_a_loss_is_a_number_and_no_margin_without_revenue() -> None:
    lossy = fact(open_shop(ledger=booked("REV", jan=100) + booked("NP", jan=-20)), "NPM", "2024-01")
    assert lossy is not None and lossy.value == -0.2
    upside = fact(open_shop(ledger=booked("REV", jan=-5) + booked("COGS", jan=1)), "GPM", "2024-01")
    assert upside is not None and upside.value is None


def test_a_figure_that_nobody_stated_is_missing() -> None:
    shop = open_shop(ledger=booked("REV", jan=100))
    assert fact(shop, "NPM", "2024-01") is None and fact(shop, "REV", "2024-02") is None


def test_where_nothing_went_wrong_the_rate_is_zero() -> None:
    shop = open_shop(orders=[order(1, "2024-01-01"), order(2, "2024-02-01")], refunds=[{"refund_id": "r", "order_id": "2", "amount": 40.0, "success_time": day("2024-02-03")}])
    rates = facts(shop, "REFUND", "2024-01", "2024-02")
    assert rates["2024-01", ""].value == 0 and rates["2024-01", "U1"].value == 0
    assert rates["2024-02", ""].value == 0.4


def test_a_refund_belongs_to_the_period_of_the_payment() -> None:
    shop = open_shop(orders=[order(1, "2024-01-31"), order(2, "2024-02-01")], refunds=[{"refund_id": "r", "order_id": "1", "amount": 25.0, "success_time": day("2024-02-10")}])
    assert facts(shop, "REFUND", "2024-01")["2024-01", ""].value == 0.25
    by_day = facts(shop, "REFUND", "2024-02", variant="refund_date")
    assert by_day["2024-02", ""].value == 0.25


def test_open_orders_have_lasted_until_the_cut_off() -> None:
    """Only shipped orders would show the fast ones alone: 1 hour, not (1+99)/2."""
    cut_off = day("2024-01-05 03:00")
    shop = open_shop(
        orders=[
            order(1, "2024-01-01", ship_time=day("2024-01-01 01:00")),
            order(2, "2024-01-01"),
            order(3, "2024-01-01", cancel_time=day("2024-01-01 02:00")),
            order(4, "2024-01-01", is_presale=True, promise_ship_time=day("2024-01-04"), ship_time=day("2024-01-04 02:00")),
        ]
    )
    found = fact(shop, "OPT", "2024-01", cut_off=cut_off)
    assert found is not None and (found.num, found.den) == (1 + 99 + 2, 3)
    shipped = open_shop(orders=[order(1, "2024-01-01", ship_time=day("2024-01-02")), order(2, "2024-01-01", ship_time=day("2024-01-02"), sign_time=day("2024-01-03"))])
    found = fact(shipped, "DLT", "2024-01", cut_off=cut_off)
    assert found is not None and (found.num, found.den) == (75 + 24, 2)


def test_the_ninth_decile_is_interpolated_as_excel_does() -> None:
    shop = open_shop(orders=[order(n, "2024-01-01", ship_time=day("2024-01-01") + timedelta(hours=n)) for n in range(1, 11)])
    found = fact(shop, "OPT", "2024-01", variant="p90")
    assert found is not None and found.value == pytest.approx(9.1, abs=1e-12)  # PERCENTILE({1..10}, 0.9)


def test_what_should_have_come_and_did_not_is_late() -> None:
    promised = {"promise_sign_time": day("2024-01-10")}
    shop = open_shop(
        orders=[
            order(1, "2024-01-01", sign_time=day("2024-01-10"), **promised),
            order(2, "2024-01-01", sign_time=day("2024-01-10 00:01"), **promised),
            order(3, "2024-01-01", **promised),
            order(4, "2024-01-01", cancel_time=day("2024-01-02"), **promised),
        ]
    )
    found = fact(shop, "OTD", "2024-01")
    assert found is not None and (found.num, found.den) == (1, 3)


def test_orders_split_on_a_day_are_no_repurchase_and_the_window_is_fixed() -> None:
    shop = open_shop(
        orders=[
            order(1, "2024-03-01 08:00", buyer="a"), order(2, "2024-03-01 20:00", buyer="a"),
            order(3, "2024-02-01", buyer="b"), order(4, "2024-03-05", buyer="b"),
            order(5, "2023-12-31", buyer="c"), order(6, "2024-03-05", buyer="c"),
        ]
    )  # fmt: skip
    found = fact(shop, "RPR", "2024-03")  # the 90 days that end with March begin on 2 January
    assert found is not None and (found.num, found.den) == (1, 3)


def test_who_was_there_last_month_and_is_there_again() -> None:
    months = {"a": (1, 2, 3), "b": (1, 3), "c": (2,), "d": (2, 3), "e": (3,)}
    shop = open_shop(events=[event(f"2024-0{m}-10", who) for who, there in months.items() for m in there])
    found = facts(shop, "RET", "2024-02", "2024-03", "2024Q1")
    assert [(each.num, each.den) for (period, unit), each in found.items() if unit == ""] == [(1, 2), (2, 3)]
    assert ("2024Q1", "") not in found  # December is not known, so neither is the quarter


def test_people_who_may_still_come_back_are_not_in_the_cohort() -> None:
    users = [{"user_id": who, "register_time": day(when), "unit_id": "U1"} for who, when in (("a", "2024-01-01 23:00"), ("b", "2024-01-02"), ("c", "2024-01-30"))]
    shop = open_shop(users=users, events=[event("2024-01-08 01:00", "a"), event("2024-01-08", "b"), event("2024-02-06", "c")])
    found = fact(shop, "RET", "2024-01", variant="day7", cut_off=day("2024-02-06"))
    assert found is not None and (found.num, found.den) == (1, 2)


def test_a_customer_is_worth_what_a_year_brought_and_not_before_it_is_over() -> None:
    lines = [{"order_id": str(n), "line_no": 1.0, "qty": 2.0, "line_paid": 50.0, "unit_cost": 10.0, "sku_id": "s"} for n in (1, 2, 3, 4)]
    shop = open_shop(
        users=[
            {"user_id": "a", "first_pay_time": day("2024-01-05"), "unit_id": "U1"},
            {"user_id": "b", "first_pay_time": day("2024-01-20"), "unit_id": "U1"},
        ],
        orders=[order(1, "2024-01-05"), order(2, "2025-01-04"), order(3, "2025-01-05"), order(4, "2024-01-20", buyer="b")],
        order_items=lines,
    )
    mature = fact(shop, "LTV", "2024-01", cut_off=day("2025-01-10"))
    assert mature is not None and (mature.num, mature.den) == (60, 1)
    both = fact(shop, "LTV", "2024-01", cut_off=LATER)
    assert both is not None and (both.num, both.den) == (90, 2)


def test_only_the_first_day_has_an_opening_stock() -> None:
    days = [("2024-01-01", 100.0, 0.0), ("2024-02-01", 80.0, 20.0), ("2024-03-31", 60.0, 30.0)]
    shop = open_shop(
        inventory_daily=[{"date": day(d), "sku_id": "s", "unit_id": "U1", "on_hand_qty": q, "inbound_qty": i} for d, q, i in days],
        orders=[order(1, "2024-02-02")],
        order_items=[{"order_id": "1", "line_no": 1.0, "qty": 30.0}, {"order_id": "1", "line_no": 2.0, "qty": 9.0, "is_gift": True}],
    )
    found = fact(shop, "SOLDOUT", "2024Q1")
    assert found is not None and (found.num, found.den) == (30, 150)


def test_a_sku_is_out_of_stock_where_no_warehouse_has_it() -> None:
    rows = [("s", "w1", 0.0), ("s", "w2", 3.0), ("t", "w1", 0.0), ("u", "w1", 0.0)]
    shop = open_shop(
        inventory_daily=[
            {"date": day("2024-01-01"), "sku_id": s, "warehouse": w, "on_hand_qty": q, "core_flag": s != "u", "is_listed": True}
            for s, w, q in rows
        ]
    )
    found = fact(shop, "OOS", "2024-01")
    assert found is not None and (found.num, found.den) == (1, 2)


def test_new_skus_are_not_yet_expected_to_sell() -> None:
    skus = (("old", "2023-01-01", None), ("new", "2024-01-20", None), ("gone", "2023-01-01", "2023-12-31"), ("idle", "2023-01-01", "2024-01-10"))
    shop = open_shop(
        catalog=[{"sku_id": s, "list_time": day(a), "delist_time": b and day(b)} for s, a, b in skus],
        orders=[order(1, "2024-01-25")],
        order_items=[{"order_id": "1", "line_no": float(n), "sku_id": s, "qty": 1.0} for n, s in enumerate(("old", "new", "gone"))],
    )
    found = fact(shop, "SELLTH", "2024-01")
    assert found is not None and (found.num, found.den) == (1, 2)


def test_a_survey_counts_its_weights_and_how_many_answered() -> None:
    votes = ((5.0, 2.0), (4.0, 1.0), (3.0, 1.0), (9.0, 1.0), (None, 1.0))
    shop = open_shop(
        surveys=[
            {"resp_id": str(n), "date": day("2024-01-01"), "survey_type": "CSAT", "score": s, "scale_min": 1.0, "scale_max": 5.0, "weight": w}
            for n, (s, w) in enumerate(votes)
        ]
    )
    found = fact(shop, "CSAT", "2024-01")  # a 9 on a scale of 5 is no vote
    assert found is not None and (found.num, found.den, found.n) == (3, 4, 3)


def test_promoters_less_detractors_may_be_below_zero() -> None:
    scores = (10.0, 6.0, 0.0, 8.0)
    shop = open_shop(surveys=[{"resp_id": str(n), "date": day("2024-01-01"), "survey_type": "NPS", "score": s} for n, s in enumerate(scores)])
    found = fact(shop, "NPS", "2024-01")
    assert found is not None and found.value == -25


def test_waiting_begins_when_service_opens() -> None:
    chats = (
        ("2024-01-01 03:00", "2024-01-01 09:01"),   # before opening: one minute
        ("2024-01-01 22:00", "2024-01-02 10:02"),   # after closing: from the next opening at ten
        ("2024-01-01 20:59", None),                 # never answered: until nine in the evening
        ("2024-01-01 12:00", "2024-01-01 12:00:30"),
    )  # fmt: skip
    shop = open_shop(
        calendar=[{"date": day("2024-01-01"), "service_hours": "09:00-21:00"}, {"date": day("2024-01-02"), "service_hours": "10:00-18:00"}],
        tickets=[
            {"ticket_id": str(n), "type": "咨询", "create_time": day(a), "first_response_time": b and day(b), "agent_id": "A"}
            for n, (a, b) in enumerate(chats)
        ],
    )
    found = fact(shop, "FRT", "2024-01")
    assert found is not None and (found.num, found.den) == (60 + 120 + 60 + 30, 4)


def test_one_event_told_in_two_channels_is_one_complaint() -> None:
    told = (("1", "t1"), ("1", "t2"), (None, "t3"))
    shop = open_shop(
        orders=[order(n, "2024-01-01") for n in range(20)],
        tickets=[{"ticket_id": t, "order_id": o, "type": "投诉", "create_time": day("2024-01-09")} for o, t in told],
    )
    found = fact(shop, "COMP", "2024-01")
    assert found is not None and (found.num, found.den, found.value) == (2, 20, 1000)


def test_vouchers_that_may_still_be_redeemed_are_not_counted() -> None:
    vouchers = (("2024-01-05", "2024-01-31"), (None, "2024-01-20"), (None, "2024-02-20"))
    shop = open_shop(orders=[order(n, "2023-12-01", redeem_time=r and day(r), expire_time=day(e)) for n, (r, e) in enumerate(vouchers)])
    found = fact(shop, "REDEEM", "2024-01")
    assert found is not None and (found.num, found.den) == (1, 2)


def test_the_market_is_the_same_for_every_unit() -> None:
    shop = open_shop(
        orders=[order(1, "2024-01-01", 10.0), order(2, "2024-01-01", 30.0, unit_id="U2")],
        market_ext=[{"period": "2024-01", "category": c, "market_gmv": 100.0} for c in "ab"],
    )
    assert {unit: each.value for (_, unit), each in facts(shop, "MSHARE", "2024-01").items()} == {"": 0.2, "U1": 0.05, "U2": 0.15}


def test_milestones_lose_by_the_day_and_unproven_progress_is_none() -> None:
    """12, R26: 40 % in time, 40 % five days late, 20 % half done make 82.00."""
    plan = ((0.4, "2024-03-01", 1.0, "x"), (0.4, "2024-03-06", 1.0, "x"), (0.2, None, 0.5 / 0.6, "x"), (0.0, None, 1.0, None))
    shop = open_shop(
        milestones=[
            {"plan_id": "p", "name": str(n), "unit_id": "U1", "weight": w, "due_date": day("2024-03-01"), "done_date": d and day(d), "progress": p, "evidence": e}
            for n, (w, d, p, e) in enumerate(plan)
        ]
    )
    found = fact(shop, "PLAN", "2024-03")
    assert found is not None and found.value == pytest.approx(40 + 36 + 10, abs=1e-9)


def test_promotion_is_measured_against_the_same_weekday_before() -> None:
    dates = [("2024-01-03", 30.0), ("2024-01-10", 10.0), ("2024-01-17", 20.0), ("2024-01-31", 90.0)]
    shop = open_shop(
        orders=[order(n, d) for n, (d, _) in enumerate(dates)],
        order_items=[
            {"order_id": str(n), "line_no": 1.0, "qty": 1.0, "line_paid": p, "unit_cost": 0.0, "promo_id": "P" if d == "2024-01-31" else None}
            for n, (d, p) in enumerate(dates)
        ],
        ledger=booked("PROMO", jan=25),
    )
    found = fact(shop, "PROMOI", "2024-01")  # 24 January was open and sold nothing
    assert found is not None and (found.num, found.value) == (90 - (20 + 10 + 30 + 0) / 4, 3.0)
