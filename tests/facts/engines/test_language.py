"""What the language means, one small shop at a time: criteria as in SUMIFS, blanks, times, and who is looked up where."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from kpi_xl.facts.engines.compute import rows
from kpi_xl.facts.engines.said import EngineError
from kpi_xl.facts.formula.measure import Formulas
from tests.facts.engines.shop import LATER, fact, known, number, open_shop

JAN = datetime(2024, 1, 10)


def orders(column: str, *values: object) -> dict[str, list[dict[str, object]]]:
    """One order in January for each value of a column."""
    return {"orders": [{"order_id": str(n), "pay_time": JAN, "unit_id": "U1", column: value} for n, value in enumerate(values)]}


TEXTS = ("paid", "Paid", "unpaid", "a*b", "a~b", "50%", None)


@pytest.mark.parametrize(
    ("criterion", "met"),
    [
        ('"paid"', 2),  # capitals do not matter
        ('"=paid"', 2),
        ('"<>paid"', 5),  # what is blank is not paid either
        ('"*paid"', 3),
        ('"??paid"', 1),
        ('"a~*b"', 1),
        ('"a~~b"', 1),
        ('"a*b"', 2),
        ('"50%"', 1),
        ('"5*%"', 1),
        ('"p_id"', 0),  # the database's own wildcards are letters here
        ('"<>*paid"', 4),
        ('"<>"', 6),
        ('"="', 1),
        ('""', 1),
        ('{"paid","50%"}', 3),
    ],
)
def test_text_criteria(criterion: str, met: int) -> None:
    shop = open_shop(**orders("status", *TEXTS))
    assert number(shop, f"COUNTIFS(orders[status], {criterion})") == met


@pytest.mark.parametrize(
    ("criterion", "met"),
    [("5", 1), ('">=5"', 2), ('"<5"', 2), ('"<>5"', 4), ('"<>"', 4), ('"="', 1), ('"<=0"', 1), ("-1", 0), ('">"', None)],
)
def test_number_criteria_never_take_a_blank_for_zero(criterion: str, met: int | None) -> None:
    shop = open_shop(**orders("paid_amount", 0.0, 4.0, 5.0, 6.0, None))
    if met is None:
        with pytest.raises(AssertionError, match="E-FORMULA-CRITERION"):
            number(shop, f"COUNTIFS(orders[paid_amount], {criterion})")
    else:
        assert number(shop, f"COUNTIFS(orders[paid_amount], {criterion})") == met


@pytest.mark.parametrize(("criterion", "met"), [("TRUE", 1), ("FALSE", 1), ('"TRUE"', 1), ('"<>TRUE"', 2), ('"="', 1)])
def test_truth_criteria(criterion: str, met: int) -> None:
    shop = open_shop(**orders("is_presale", True, False, None))
    assert number(shop, f"COUNTIFS(orders[is_presale], {criterion})") == met


@pytest.mark.parametrize(
    ("criterion", "met"),
    [('">=2024-01-15"', 2), ('"<2024-01-15 12:00"', 2), ('"2024-01-15"', 1), ('"<>"', 3)],
)
def test_time_criteria(criterion: str, met: int) -> None:
    times = (datetime(2024, 1, 14), datetime(2024, 1, 15), datetime(2024, 1, 15, 18), None)
    assert number(open_shop(**orders("ship_time", *times)), f"COUNTIFS(orders[ship_time], {criterion})") == met


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("SUM(orders[paid_amount])", 10),
        ("AVERAGE(orders[paid_amount])", 2.5),
        ("MAX(orders[paid_amount]) - MIN(orders[paid_amount])", 3),
        ("PERCENTILE(orders[paid_amount], 0.9)", 3.7),
        ('PERCENTILEIFS(orders[paid_amount], 0.5, orders[paid_amount], "<4")', 2),
        ('MAXIFS(orders[paid_amount], orders[paid_amount], "<4")', 3),
        ('AVERAGEIFS(orders[paid_amount], orders[paid_amount], ">1")', 3),
        ("SUM(orders[paid_amount] / (orders[paid_amount] - 1))", 2 + 1.5 + 4 / 3),  # 1/0 has no value
        ("SUM(IFERROR(orders[paid_amount] / (orders[paid_amount] - 1), ZERO))", 2 + 1.5 + 4 / 3),
        ("COUNT(IFERROR(orders[paid_amount] / (orders[paid_amount] - 1), ZERO))", 4),
        ("COUNT(IFERROR(orders[paid_amount] / (orders[paid_amount] - 1), MISSING))", 3),
        ("SUM(MAX(orders[paid_amount], 3)) + SUM(MIN(orders[paid_amount], 3))", 13 + 9),
        ("SUM(orders[paid_amount] ^ 2)", 30),
        ("SUM(-orders[paid_amount] * 10%)", -1),
        ("SUM(IF(AND(orders[paid_amount] > 1, NOT(orders[paid_amount] = 3)), 1, 0))", 2),
        ("SUM(SWITCH(orders[paid_amount], 1, 100, 2, 50, 0))", 150),
        ('COUNTIFS(OR(orders[paid_amount] = 1, orders[order_id] = "3"), TRUE)', 2),
        ("COUNTIFS(IN(orders[paid_amount], 1, 4, 7), TRUE)", 2),
        ("COUNTDISTINCT(orders[order_id] & orders[status])", 4),
        ("IF(COUNT(orders[order_id]) > 3, 1, 2)", 1),
        ("IFERROR(1 / 0, 7)", 7),
        ("MAX(COUNT(orders[order_id]), 2) + MIN(1, 2)", 5),
        ("AVERAGE(1, 1 / 0, 3)", 2),
        ("ABS(0 - 2) + PERIODDAYS()", 33),
        ("SUMBYMONTH(1)", 1),
    ],
)
def test_arithmetic(formula: str, value: float) -> None:
    assert number(open_shop(**orders("paid_amount", 1.0, 2.0, 3.0, 4.0)), formula) == pytest.approx(value, abs=1e-12)


@pytest.mark.parametrize("formula", ["1 / 0", "IFERROR(1 / 0, MISSING)", "0 ^ -1", "10 ^ 400"])
def test_what_has_no_value_is_no_fact(formula: str) -> None:
    assert number(open_shop(**orders("paid_amount", 1.0)), f"SUM(orders[paid_amount]) * ({formula})") is None


TIMED = {"orders": [{"order_id": "1", "pay_time": datetime(2024, 1, 31, 22, 30), "ship_time": datetime(2024, 2, 2, 1, 0, 30)}]}


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("HOURS(orders[pay_time], orders[ship_time])", 26 + 30.5 / 60),
        ("DAYS(orders[pay_time], orders[ship_time])", (26 + 30.5 / 60) / 24),
        ("SECONDS(orders[pay_time], orders[ship_time])", 26 * 3600 + 1830),
        ("MINUTES(orders[ship_time], orders[pay_time])", -(26 * 60 + 30.5)),
        ("orders[ship_time] - orders[pay_time]", (26 + 30.5 / 60) / 24),
        ("DAYS(DATEOF(orders[pay_time]), DATEOF(orders[ship_time]))", 2),
        ("YEAR(orders[pay_time]) * 10000 + MONTH(orders[pay_time]) * 100 + DAY(orders[pay_time])", 20240131),
        ("HOUR(orders[pay_time])", 22),
        ("DAYS(DATE(2024, 1, 1), DATEOF(orders[pay_time]))", 30),
        ("HOURS(orders[pay_time], EDATE(orders[pay_time], 1))", 29 * 24),  # there is no 31 February
        ("HOURS(orders[pay_time], orders[pay_time] + 2)", 48),
        ("HOURS(orders[pay_time], FIRSTOF(orders[sign_time], CUTOFF()))", (datetime(2026, 1, 1) - datetime(2024, 1, 31, 22, 30)).total_seconds() / 3600),
        ("DAYS(PERIODSTART(), PERIODEND()) * YEAR(orders[pay_time]) / 2024", 31),
    ],
)
def test_times(formula: str, value: float) -> None:
    assert number(open_shop(**TIMED), f"SUM({formula})") == pytest.approx(value, abs=1e-12)


def test_rows_of_another_table_are_looked_up() -> None:
    shop = open_shop(
        orders=[
            {"order_id": "1", "buyer_id": "a", "pay_time": datetime(2024, 1, 5)},
            {"order_id": "2", "buyer_id": "a", "pay_time": datetime(2024, 1, 20)},
            {"order_id": "3", "buyer_id": "b", "pay_time": datetime(2023, 12, 1)},
            {"order_id": "4", "buyer_id": "b", "pay_time": datetime(2024, 1, 2)},
        ],
        tickets=[
            {"ticket_id": "t1", "user_id": "a", "create_time": datetime(2024, 1, 4, 23)},
            {"ticket_id": "t2", "user_id": "a", "create_time": datetime(2024, 1, 6)},
            {"ticket_id": "t3", "user_id": "c", "create_time": datetime(2024, 1, 4)},
        ],
        calendar=[{"date": datetime(2024, 1, 4), "service_hours": "09:00-21:00", "workday": True}],
    )
    when = {"time": "tickets[create_time], orders[pay_time]", "unit": ""}
    paid = "FOLLOWED(tickets[user_id], tickets[create_time], orders[buyer_id], orders[pay_time], 0, {})"
    assert number(shop, f"COUNTIFS({paid.format(3)}, TRUE)", **when) == 1
    assert number(shop, f"COUNTIFS({paid.format(20)}, TRUE)", **when) == 2
    assert number(shop, "COUNTIFS(AMONG(tickets[user_id], orders[buyer_id]), TRUE)", **when) == 2
    assert number(shop, 'COUNTIFS(AMONG(tickets[user_id], orders[buyer_id], orders[order_id], "3"), TRUE)', **when) == 0
    first = "FIRSTTIME(orders[buyer_id], orders[buyer_id], orders[pay_time]) = orders[pay_time]"
    assert number(shop, f"COUNTDISTINCTIFS(orders[buyer_id], {first}, TRUE)") == 1
    hours = "XLOOKUP(DATEOF(tickets[create_time]), calendar[date], calendar[service_hours])"
    assert number(shop, f'COUNTIFS({hours}, "09*")', **when) == 2
    asked = "XLOOKUP(orders[buyer_id], tickets[user_id], tickets[ticket_id])"
    assert number(shop, f'COUNTIFS({asked}, "T1")') == 2


def test_prices_hold_until_the_next() -> None:
    days = (datetime(2024, 1, day) for day in (1, 9, 10, 25))
    shop = open_shop(
        orders=[{"order_id": str(n), "pay_time": day} for n, day in enumerate(days)],
        order_items=[{"order_id": str(n), "line_no": 1, "sku_id": "s", "qty": 1.0} for n in range(4)],
        catalog=[
            {"sku_id": "s", "price_date": datetime(2024, 1, 5), "list_price": 10.0},
            {"sku_id": "s", "price_date": datetime(2024, 1, 10), "list_price": 20.0},
        ],
    )
    assert number(shop, "SUM(order_items[qty] * catalog[list_price])") == 10 + 10 + 20 + 20


def test_a_quarter_is_split_by_month_and_day() -> None:
    days = [datetime(2024, month, day) for month, day in ((1, 1), (1, 1), (1, 2), (2, 1), (3, 5), (3, 6))]
    shop = open_shop(orders=[{"order_id": str(n), "pay_time": day, "paid_amount": 1.0} for n, day in enumerate(days)])
    total = "SUM(orders[paid_amount])"
    found = {
        f"{name}({total})": number(shop, f"{name}({total})", "2024Q1")
        for name in ("SUMBYMONTH", "AVERAGEBYMONTH", "SUMBYDAY", "AVERAGEBYDAY", "FIRSTDAY", "LASTDAY")
    }
    assert list(found.values()) == [6, 2, 6, 6 / 5, 2, 1]
    assert number(shop, f"PREVIOUS({total})", "2024-02") == 3
    assert number(shop, f"TRAILING({total}, 32)", "2024-02") == 1 and number(shop, f"TRAILING({total}, 60)", "2024-02") == 4
    assert number(shop, f"DAYSAGO({total}, 31)", "2024-02") == 3
    assert number(shop, f"YEARTODATE({total})", "2024-02") == 4
    assert number(shop, f"YEARAGO({total})", "2025Q1") == 6


def test_units_are_apart_and_the_company_is_one() -> None:
    buyers = [("U1", "a"), ("U1", "a"), ("U2", "a"), ("U2", "b"), (None, "c")]
    shop = open_shop(
        orders=[{"order_id": str(n), "pay_time": JAN, "unit_id": u, "buyer_id": b} for n, (u, b) in enumerate(buyers)]
    )
    formula = "COUNTDISTINCT(orders[buyer_id])"
    assert [number(shop, formula, unit=unit) for unit in ("", "U1", "U2", "U3")] == [3, 1, 2, None]
    assert number(shop, f"ALLUNITS({formula})", unit="U1") == 3
    assert number(shop, f"SUMBYUNIT({formula})") == 3  # 1 + 2: of the order without a unit nobody is


NASTY = ("'; DROP TABLE orders; --", 'a"b', "a\\'b", "o'neil", "%_!", "${HOME}", "{0}")


@pytest.mark.parametrize("text", NASTY)
def test_no_text_of_a_user_is_anything_but_a_text(text: str) -> None:
    shop = open_shop(orders=[{"order_id": "1", "pay_time": JAN, "unit_id": text, "status": text, "paid_amount": 3.0}])
    quoted = text.replace('"', '""')
    assert number(shop, f'SUMIFS(orders[paid_amount], orders[status] = "{quoted}", TRUE)', unit=text) == 3
    library = known(shop)
    assert [each.row for each in rows(shop, library["GMV"], "2024-01", text, cut_off=LATER)] == [2]
    assert number(shop, "COUNT(orders[order_id])") == 1


def test_a_file_that_is_gone_is_said_and_not_zero(tmp_path: Path) -> None:
    shop = open_shop(orders=[{"order_id": "1", "pay_time": JAN}])
    file = tmp_path / "orders.parquet"
    shop.connection.execute(f"COPY orders TO '{file}' (FORMAT parquet)")
    shop.connection.execute("DROP TABLE orders")
    shop.connection.execute(f"CREATE VIEW orders AS SELECT * FROM '{file}'")
    assert number(shop, "COUNT(orders[order_id])") == 1
    file.unlink()
    with pytest.raises(EngineError) as caught:
        number(shop, "COUNT(orders[order_id])")
    assert caught.value.code == "E-DATABASE-QUERY"


def test_the_rows_of_a_fact_add_up_to_it() -> None:
    shop = open_shop(
        orders=[
            {"order_id": "1", "pay_time": JAN, "unit_id": "U1", "paid_amount": 30.0, "buyer_id": "a"},
            {"order_id": "2", "pay_time": JAN, "unit_id": "U1", "paid_amount": 12.0, "buyer_id": "a"},
            {"order_id": "3", "pay_time": JAN, "unit_id": "U1", "paid_amount": 99.0, "is_test": True},
            {"order_id": "4", "pay_time": JAN, "unit_id": "U1", "paid_amount": 99.0, "excluded": "brush"},
            {"order_id": "5", "pay_time": JAN, "unit_id": "U2", "paid_amount": 5.0, "buyer_id": "b"},
        ]
    )
    library = known(shop)
    found = rows(shop, library["ATV"], "2024-01", "U1", cut_off=LATER, library=list(library.values()))
    assert [(each.side, each.table, each.file, each.sheet, each.row) for each in found] == [
        ("num", "orders", "orders.xlsx", "Sheet1", 2), ("num", "orders", "orders.xlsx", "Sheet1", 3),
        ("den", "orders", "orders.xlsx", "Sheet1", 2), ("den", "orders", "orders.xlsx", "Sheet1", 3),
    ]  # fmt: skip
    own = fact(shop, "ATV", "2024-01", "U1")
    assert own is not None
    assert own.num == sum(float(each.value) for each in found if each.side == "num") == 42
    assert own.den == len({each.value for each in found if each.side == "den"}) == 1


def test_the_sixty_eighth_indicator_is_typed_by_its_user() -> None:
    shop = open_shop(
        orders=[
            {"order_id": "1", "pay_time": JAN, "unit_id": "U1", "paid_amount": 100.0, "channel": "live"},
            {"order_id": "2", "pay_time": JAN, "unit_id": "U1", "paid_amount": 300.0, "channel": "search"},
        ]
    )
    live = Formulas("LIVE", '=SUMIFS（订单[实付金额]，订单[渠道]，"live"）', "GMV", "ORD", "订单[付款时间]", "订单[考核单位]")
    own = fact(shop, live, "2024-01", "U1")
    assert own is not None and (own.num, own.den, own.n, own.value) == (100, 400, 2, 0.25)
