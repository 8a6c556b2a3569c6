"""Formulas checked against the tables: the shipped ones are all sound, and a mistake names what was probably meant."""

from __future__ import annotations

import pytest

from kpi_xl.facts.formula.catalog import canonical
from kpi_xl.facts.formula.measure import Finding, Formulas, Measure, Rules, measures
from kpi_xl.facts.formula.shipped import shipped, shipped_rules, variants_of
from kpi_xl.facts.formula.tree import Aggregate, Column
from kpi_xl.library import indicators

PAID = {"time": "orders[pay_time]", "unit": "orders[unit_id]"}


def checked(*formulas: Formulas) -> tuple[dict[str, Measure], tuple[Finding, ...]]:
    good, findings = measures(formulas, canonical(), shipped_rules())
    return {each.kpi: each for each in good}, findings


def finding(num: str, **fields: str) -> Finding:
    _, findings = checked(Formulas("XX", num, **(PAID | fields)))
    assert len(findings) == 1, findings
    return findings[0]


def test_every_indicator_of_the_library_is_shipped_with_sound_formulas() -> None:
    good, findings = checked(*shipped())
    assert findings == ()
    assert set(good) == set(indicators()) and len(good) == 67


@pytest.mark.parametrize("code", [code for code in indicators() if variants_of(code)])
def test_the_variants_are_sound_too(code: str) -> None:
    for variant in variants_of(code):
        assert checked(*shipped({code: variant}))[1] == ()


@pytest.mark.parametrize(
    ("num", "code", "at", "args"),
    [
        ("SUM(order[paid_amount])", "E-FORMULA-TABLE", 5, {"near": "orders"}),
        ("SUM(orders[paid_amuont])", "E-FORMULA-COLUMN", 5, {"near": "paid_amount", "table": "orders"}),
        ("SUM(订单[实付金客])", "E-FORMULA-COLUMN", 5, {"near": "实付金额"}),
        ("1 + SUMIF(orders[paid_amount], 1, 2)", "E-FORMULA-FUNCTION", 5, {"near": "SUMIFS"}),
        ("COUNTDISTINT(orders[buyer_id])", "E-FORMULA-FUNCTION", 1, {"near": "COUNTDISTINCT"}),
        ("SUM(orders[paid_amount]) / orders", "E-FORMULA-BARE-TABLE", 28, {"found": "orders"}),
        ("SUM(orders[paid_amount]) / orders[buyer_id]", "E-FORMULA-BARE-COLUMN", 28, {}),
        ("GVM / 2", "E-FORMULA-WORD", 1, {"found": "GVM"}),
        ("SUM(orders[buyer_id])", "E-FORMULA-KIND", 5, {"found": "text", "wanted": "number"}),
        ("SUM(orders[paid_amount] + orders[pay_time])", "E-FORMULA-KIND", 27, {"found": "time"}),
        ("COUNTIFS(orders[pay_time], 5)", "E-FORMULA-KIND", 28, {"wanted": "time"}),
        ('COUNTIFS(orders[paid_amount], ">viel")', "E-FORMULA-CRITERION", 31, {"found": "viel"}),
        ('COUNTIFS(orders[is_test], "perhaps")', "E-FORMULA-CRITERION", 27, {"found": "perhaps"}),
        ('COUNTIFS(orders[status], ">a")', "E-FORMULA-ORDER", 26, {"found": ">"}),
        ("SUMIFS(orders[paid_amount], orders[status])", "E-FORMULA-ARGUMENTS", 1, {"function": "SUMIFS"}),
        ('SUMIFS(orders[paid_amount], orders[status], "a", orders[status])', "E-FORMULA-PAIRS", 50, {}),
        ("SUM(SUM(orders[paid_amount]))", "E-FORMULA-NESTED", 5, {"function": "SUM"}),
        ("HOURS(orders[pay_time], orders[ship_time])", "E-FORMULA-LEVEL", 1, {"function": "HOURS"}),
        ("SUM(1)", "E-FORMULA-NO-COLUMN", 1, {}),
        ("SUM(orders[paid_amount] * ledger[amount])", "E-FORMULA-UNRELATED", 1, {"tables": "orders ledger"}),
        ("SUM(ledger[amount])", "E-FORMULA-TIME", 1, {"table": "ledger"}),
        ("IFERROR(SUM(orders[paid_amount]), NOTHING)", "E-FORMULA-POLICY", 35, {"known": "MISSING ZERO"}),
        ('COUNTIFS(orders[status], SETTING("activ_events"))', "E-FORMULA-SETTING", 26, {"near": "active_events"}),
        ("TRAILING(SUM(orders[paid_amount]), 1.5)", "E-FORMULA-LITERAL", 36, {}),
        ("COUNTIFS(AMONG(orders[order_id], SUM(orders[qty])), TRUE)", "E-FORMULA-NESTED", 34, {}),
        ("like(orders[status])", "E-FORMULA-FUNCTION", 1, {"found": "LIKE"}),
        ('time("x")', "E-FORMULA-FUNCTION", 1, {"found": "TIME"}),
        ("SUM(orders[paid_amount]; 1)", "E-FORMULA-UNEXPECTED", 24, {"found": ";"}),
    ],
)
def test_a_mistake_has_a_place_and_names_the_nearest(num: str, code: str, at: int, args: dict[str, str]) -> None:
    found = finding(num)
    assert (found.field, found.fault.code, found.fault.at) == ("num", code, at)
    assert args.items() <= found.fault.args.items()


def test_all_faults_of_a_row_are_found_in_one_pass() -> None:
    _, findings = checked(Formulas("XX", "SUM(orders[x])", "SUM(ordres[y])", "1 +", **PAID))
    assert [(each.field, each.fault.code) for each in findings] == [
        ("num", "E-FORMULA-COLUMN"), ("den", "E-FORMULA-TABLE"), ("n", "E-FORMULA-UNFINISHED"),
    ]  # fmt: skip


def test_fields_have_their_own_places() -> None:
    found = finding("SUM(orders[paid_amount])", time="orders[pay_time], orders[shp_time]")
    assert (found.field, found.fault.at, found.fault.args["near"]) == ("time", 19, "ship_time")
    assert finding("SUM(orders[paid_amount])", unit="orders[paid_amount]").field == "unit"
    assert finding("SUM(orders[paid_amount])", filter="orders[paid_amount]").field == "filter"


def test_names_are_known_in_both_languages_and_in_any_case() -> None:
    english, chinese = (
        checked(Formulas("XX", num, **PAID))[0]["XX"] for num in ("SUM(ORDERS[Paid_Amount])", "SUM(订单[实付金额])")
    )
    assert english == chinese
    assert isinstance(english.num, Aggregate) and english.num.value == Column("orders", "paid_amount")


def test_an_indicator_is_not_defined_by_itself() -> None:
    _, findings = checked(Formulas("AA", "BB + 1"), Formulas("BB", "2 * AA"))
    assert {(each.kpi, each.fault.code) for each in findings} == {("AA", "E-FORMULA-CIRCLE"), ("BB", "E-FORMULA-CIRCLE")}


def test_what_stands_on_a_faulty_indicator_says_so() -> None:
    _, findings = checked(Formulas("AA", "BB + 1"), Formulas("BB", "SUM("))
    assert [(each.kpi, each.fault.code) for each in findings] == [("BB", "E-FORMULA-UNFINISHED"), ("AA", "E-FORMULA-NEEDS")]


def test_lines_follow_their_order_in_time_and_unit() -> None:
    good, _ = checked(Formulas("XX", "SUM(order_items[qty])", **PAID))
    num = good["XX"].num
    assert isinstance(num, Aggregate)
    assert (num.table, num.time, num.unit) == ("order_items", Column("orders", "pay_time"), Column("orders", "unit_id"))


def test_a_column_that_a_company_may_lack_leaves_the_table_without_units() -> None:
    catalog = canonical()
    bare = {name: {c: k for c, k in kinds.items() if (name, c) != ("events", "unit_id")} for name, kinds in catalog.tables.items()}
    events = Formulas("XX", "COUNT(events[user_id])", time="events[event_time]", unit="events[unit_id]")
    from dataclasses import replace

    good, findings = measures([events], replace(catalog, tables=bare), Rules())
    assert findings == () and isinstance(good[0].num, Aggregate) and good[0].num.unit is None
