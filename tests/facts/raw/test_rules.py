"""Each cleaning rule of domain §10.2, and each code of 拒绝记录, on the smallest export that shows it."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from kpi_xl.facts.raw.loading import load
from kpi_xl.facts.raw.references import NO_UNIT
from kpi_xl.facts.raw.sources import Grid, LoadSettings, Source
from kpi_xl.facts.raw.store import Store, quoted
from kpi_xl.labels import table as words
from tests.facts.raw.sheets import Loaded, of_place, of_rows, written_xlsx

HEAD = ("订单编号", "付款时间", "实付金额")


def orders(store: Store, *rows: tuple[object, ...], head: tuple[str, ...] = HEAD, **source: object) -> Loaded:
    return of_rows(store, "orders", [head, *rows], **source)  # type: ignore[arg-type]


def paid(found: Loaded) -> list[object]:
    return found.column("orders", "paid_amount")


# 1 headings


def test_the_heading_is_the_row_with_most_known_columns(store: Store) -> None:
    found = of_rows(store, "orders", [("2024年1月订单", None, None), ("实付金额为元", None, None), HEAD, ("A1", "2024-01-05", 5)])
    assert found.counts.read == found.counts.accepted == 1
    assert found.column("orders", "src_row") == [4]


def test_a_heading_of_two_rows_is_joined(store: Store) -> None:
    rows = [("订单", None, "付款", None), ("编号", "状态", "时间", "方式"), ("A1", "已付款", "2024-01-05", "支付宝")]
    found = of_rows(store, "orders", rows)
    assert found.column("orders", "order_id") == ["A1"]
    assert found.column("orders", "pay_time") == [datetime(2024, 1, 5)]
    assert found.column("orders", "付款方式") == ["支付宝"]


def test_a_heading_below_row_20_is_not_looked_for(store: Store) -> None:
    (issue,) = of_rows(store, "orders", [("x",)] * 21 + [HEAD, ("A1", "2024-01-05", 5)]).loading.issues
    assert (issue.code, issue.args["wanted"]) == ("E-RAW-HEADER", "order_id")


def test_two_headings_for_one_column_are_asked_about(store: Store) -> None:
    found = orders(store, ("A1", "2024-01-05", "2024-01-06"), head=("订单编号", "付款时间", "支付时间"))
    assert [(issue.code, issue.args["found"]) for issue in found.loading.issues] == [("E-RAW-TWICE", "付款时间, 支付时间")]
    assert found.loading.loads == ()


def test_a_heading_is_known_in_any_width_and_case(store: Store) -> None:
    found = orders(store, ("A1", "2024-01-05", 5), head=("ＯＲＤＥＲ　ｉｄ", " pay_TIME\u200b ", "Paid amount"))
    assert paid(found) == [5.0]
    assert found.column("orders", "pay_time") == [datetime(2024, 1, 5)]


def test_columns_that_no_layout_knows_are_kept(store: Store) -> None:
    found = orders(store, ("A1", "2024-01-05", 5, "送礼"), head=(*HEAD, "备注"))
    assert found.column("orders", "备注") == ["送礼"]


# 2 merged cells


def test_merged_dimensions_are_filled_down_and_figures_are_not(tmp_path: Path, store: Store) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "流量.xlsx"))
    sheet = book.add_worksheet("流量")
    sheet.write_row(0, 0, ("日期", "店铺", "访客数", "浏览量"))
    for row in range(1, 5):
        sheet.write(row, 2, row)
        sheet.write(row, 0, f"2024-01-0{row}")
    sheet.merge_range(1, 1, 3, 1, "S1")
    sheet.merge_range(2, 3, 3, 3, 700)
    sheet.write(4, 1, "S2")
    book.close()
    found = of_place(store, tmp_path / "流量.xlsx", "traffic_daily")
    assert found.column("traffic_daily", "shop_id") == ["S1", "S1", "S1", "S2"]
    assert found.column("traffic_daily", "pv") == [None, 700.0, None, None]


def test_blank_dimensions_stay_blank_without_a_merge_unless_asked(store: Store) -> None:
    rows = [("日期", "店铺", "访客数"), ("2024-01-01", "S1", 1), ("2024-01-02", None, 2)]
    assert of_rows(store, "traffic_daily", rows).column("traffic_daily", "shop_id") == ["S1", None]
    found = of_rows(store, "traffic_daily", rows, fill_down=True, name="again")
    assert found.column("traffic_daily", "shop_id")[-1] == "S1"


# 3 blank rows, totals, repeated headings, footnotes


@pytest.mark.parametrize(
    "row",
    [
        ("合计", None, 99), ("总 计：".replace(" ", ""), None, 99), ("华东小计", None, 9), ("均值", None, 3), (None, "合计", 99),
        ("Grand Total", None, 99), HEAD, ("注：金额含运费", None, None), ("导出时间：2024-02-01 08:00", None, None),
    ],
)  # fmt: skip
def test_totals_headings_and_footnotes_are_no_rows(store: Store, row: tuple[object, ...]) -> None:
    found = orders(store, ("A1", "2024-01-05", 5), row, ("A2", "2024-01-05", 7))
    assert paid(found) == [5.0, 7.0]
    assert found.counts.subtotals == 1
    assert found.codes == [("SUBTOTAL", 3, None, "FIXED")]


def test_blank_rows_are_counted_and_nothing_else(store: Store) -> None:
    found = orders(store, ("A1", "2024-01-05", 5), (None, None, None), (" ", "\u3000", None), ("A2", "2024-01-05", 7))
    assert (found.counts.blank, found.counts.accepted, found.codes) == (2, 2, [])


def test_a_buyer_named_like_a_total_is_a_buyer(store: Store) -> None:
    found = orders(store, ("A1", "2024-01-05", 5, "总计划部"), head=(*HEAD, "备注"))
    assert found.counts.accepted == 1


# 4 text, 7 identifiers, 8 codes


def test_text_is_cleaned_of_what_nobody_sees(store: Store) -> None:
    found = orders(store, ("A1", "2024-01-05", 5, "\ufeff'ＶＩＰ\u3000\u00a0客户\u200b "), head=(*HEAD, "渠道"))
    assert found.column("orders", "channel") == ["VIP 客户"]


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [("100000000000000001", "100000000000000001"), (12345, "12345"), (12345.0, "12345"), ("12345.0", "12345"),
     ("'00123", "00123"), (" A  1 ", "A 1"), ("ＡＢ１", "AB1")],
)  # fmt: skip
def test_identifiers_are_text(store: Store, typed: object, wanted: str) -> None:
    assert orders(store, (typed, "2024-01-05", 5)).column("orders", "order_id") == [wanted]


@pytest.mark.parametrize("typed", [123456789012345678, 1.23456789012346e17, "1.23457E+17", 1e15])
def test_a_number_of_more_than_15_digits_is_no_identifier(store: Store, typed: object) -> None:
    found = orders(store, (typed, "2024-01-05", 5), ("A2", "2024-01-05", 7))
    assert found.codes == [("ID_PRECISION_LOST", 2, "order_id", "REJECT")]
    assert (found.counts.rejected, paid(found)) == (1, [7.0])


def test_long_numbers_of_a_file_are_told_from_long_texts(tmp_path: Path, store: Store) -> None:
    """A column of an .xlsx in which some order numbers are text and others were turned to numbers."""
    rows = [HEAD, ("100000000000000016", "2024-01-05", 5), (100000000000000016, "2024-01-05", 7), ("A3", "2024-01-05", 9)]
    found = of_place(store, written_xlsx(tmp_path / "orders.xlsx", {"订单": rows}))
    assert found.column("orders", "order_id") == ["100000000000000016", "A3"]
    assert found.codes == [("ID_PRECISION_LOST", 3, "order_id", "REJECT")]


def test_codes_are_known_by_their_aliases(store: Store) -> None:
    rows = [("退款编号", "退款类型", "责任方"), ("R1", "return", "商家"), ("R2", "仅退款", None), ("R3", "换新", "卖家")]
    found = of_rows(store, "refunds", rows)
    assert found.column("refunds", "type") == ["退货退款", "仅退款"]
    assert found.column("refunds", "responsibility") == ["卖家", None]
    assert found.codes == [("BAD_ENUM", 4, "type", "REJECT")]


def test_settings_add_spellings_of_a_code(store: Store) -> None:
    rows = [("退款编号", "退款类型"), ("R1", "换新")]
    found = of_rows(store, "refunds", rows, LoadSettings(enums={"refunds.type.换新": "换货"}))
    assert found.column("refunds", "type") == ["换货"]


# 5 numbers and 6 dates: the grammar itself is tested in tests/model; here, that cells reach it


@pytest.mark.parametrize(
    ("code", "typed"),
    [("BAD_NUMBER", "1,2345"), ("BAD_TYPE", "TRUE"), ("EXCEL_ERROR", "#DIV/0!"), ("NON_FINITE", "1e999")],
)
def test_an_amount_that_cannot_be_read_rejects_its_row(store: Store, code: str, typed: str) -> None:
    found = orders(store, ("A1", "2024-01-05", typed), ("A2", "2024-01-05", 7))
    assert found.codes == [(code, 2, "paid_amount", "REJECT")]
    assert found.findings[0].raw_value == typed
    assert paid(found) == [7.0]


def test_a_missing_amount_is_missing_and_not_zero(store: Store) -> None:
    assert paid(orders(store, ("A1", "2024-01-05", "—"), ("A2", "2024-01-05", None), ("A3", "2024-01-05", 0))) == [None, None, 0.0]


def test_digits_with_spaces_are_noted(store: Store) -> None:
    found = orders(store, ("A1", "2024-01-05", "12 345"))
    assert (paid(found), found.codes) == ([12345.0], [("SPACED_DIGITS", 2, "paid_amount", "FIXED")])


@pytest.mark.parametrize(
    ("code", "typed"), [("BAD_DATE", "2024-02-30"), ("AMBIGUOUS_DATE", "1/2/2024"), ("PRE1900BUG", "60"), ("BAD_DATE", "2024-01")]
)
def test_a_time_that_cannot_be_read_rejects_its_row(store: Store, code: str, typed: str) -> None:
    found = orders(store, ("A1", typed, 5))
    assert found.codes == [(code, 2, "pay_time", "REJECT")]


def test_what_is_assumed_of_a_date_is_noted(store: Store) -> None:
    found = of_rows(store, "orders", [HEAD, ("A1", "1月5日", 5), ("A2", "24年1月6日", 5)], LoadSettings(base_year=2024))
    assert found.column("orders", "pay_time") == [datetime(2024, 1, 5), datetime(2024, 1, 6)]
    assert found.codes == [("ASSUMED_YEAR", 2, "pay_time", "FIXED"), ("ASSUMED_CENTURY", 3, "pay_time", "FIXED")]


def test_the_order_of_day_and_month_is_the_source_s(store: Store) -> None:
    assert orders(store, ("A1", "1/2/2024", 5), day_first=True).column("orders", "pay_time") == [datetime(2024, 2, 1)]


def test_counts_of_days_follow_the_date_system_of_the_book(store: Store) -> None:
    found = orders(store, ("A1", 43830.5, 5), uses_1904=True)
    assert found.column("orders", "pay_time") == [datetime(2024, 1, 1, 12)]


def test_a_workbook_of_1904_is_known_by_its_flag(tmp_path: Path, store: Store) -> None:
    rows = [HEAD, ("A1", datetime(2024, 1, 5, 18), 5), ("A2", 43830.5, 7)]
    found = of_place(store, written_xlsx(tmp_path / "orders.xlsx", {"订单": rows}, date_1904=True))
    assert found.column("orders", "pay_time") == [datetime(2024, 1, 5, 18), datetime(2024, 1, 1, 12)]


def test_periods_and_ends_of_periods(store: Store) -> None:
    of_rows(store, "ledger", [("期间", "口径", "金额"), ("202401", "REV", 1), ("2024年1月", "COGS", 2), ("2024-01-31", "NP", 3)])
    found = of_rows(store, "balance", [("期末", "投入资本"), ("2024-01", 100), ("2024-02-29", 110)])
    assert found.column("ledger", "period") == ["2024-01"] * 3
    assert found.column("balance", "period_end") == [date(2024, 1, 31), date(2024, 2, 29)]


# 9 currency


def with_rates(store: Store) -> None:
    of_rows(store, "fx", [("日期", "币种", "汇率"), ("2024-01-04", "USD", 7.1), ("2024-01-05", "美元", 7.2)])


@pytest.mark.parametrize(("day", "wanted"), [("2024-01-05", 72.0), ("2024-01-04 23:59:00", 71.0), ("2024-01-12", 72.0)])
def test_foreign_amounts_take_the_rate_of_the_day_of_payment(store: Store, day: str, wanted: float) -> None:
    with_rates(store)
    found = orders(store, ("A1", day, 10, "usd"), ("A2", day, 10, "CNY"), ("A3", day, 10, None), head=(*HEAD, "币种"))
    assert paid(found) == [wanted, 10.0, 10.0]


@pytest.mark.parametrize(("day", "currency", "code"), [
    ("2024-01-01", "USD", "FX_MISSING"), ("2024-03-01", "USD", "FX_MISSING"), ("2024-01-05", "EUR", "FX_MISSING"),
    ("2024-01-05", "金币", "CURRENCY_UNKNOWN"),
])  # fmt: skip
def test_without_a_rate_there_is_no_amount(store: Store, day: str, currency: str, code: str) -> None:
    with_rates(store)
    found = orders(store, ("A1", day, 10, currency), ("A2", day, 7, "CNY"), head=(*HEAD, "币种"))
    assert paid(found) == [7.0]
    assert [each[0] for each in found.codes] == [code]


def test_a_dollar_sign_in_a_column_of_the_base_currency_is_refused(store: Store) -> None:
    found = orders(store, ("A1", "2024-01-05", "$12"), ("A2", "2024-01-05", "¥12"))
    assert (paid(found), found.codes) == ([12.0], [("FOREIGN_CURRENCY", 2, "paid_amount", "REJECT")])


# 10 duplicates


def test_identical_rows_are_kept_once(store: Store) -> None:
    found = orders(store, ("A1", "2024-01-05", 5), ("A1", "2024/1/5", "5元"), ("A2", "2024-01-05", 5))
    assert (paid(found), found.counts.duplicates) == ([5.0, 5.0], 1)
    assert found.codes == [("DUP_EXACT", 2, None, "FIXED")]


def test_of_conflicting_rows_the_latest_is_kept(store: Store) -> None:
    head = (*HEAD, "更新时间")
    found = orders(store, ("A1", "2024-01-05", 5, "2024-01-09"), ("A1", "2024-01-05", 6, "2024-01-08"), head=head)
    assert (paid(found), found.codes) == ([5.0], [("DUP_CONFLICT", 3, None, "FIXED")])
    assert paid(orders(store, ("B1", "2024-01-05", 5), ("B1", "2024-01-05", 6), name="b"))[-1] == 6.0


def test_the_same_order_number_of_two_platforms_is_two_orders(store: Store) -> None:
    head = (*HEAD, "平台")
    assert orders(store, ("A1", "2024-01-05", 5, "淘宝"), ("A1", "2024-01-05", 6, "京东"), head=head).counts.accepted == 2


def test_without_the_whole_key_only_whole_rows_are_duplicates(store: Store) -> None:
    rows = [("订单编号", "货号", "数量"), ("A1", "K1", 1), ("A1", "K2", 1), ("A1", "K1", 1)]
    found = of_rows(store, "order_items", rows)
    assert (found.counts.accepted, found.counts.duplicates) == (2, 1)


def test_a_row_without_its_key_is_rejected(store: Store) -> None:
    found = orders(store, (None, "2024-01-05", 5), ("无", "2024-01-05", 6), ("A3", "2024-01-05", 7))
    assert found.codes == [("MISSING_KEY", 2, "order_id", "REJECT"), ("MISSING_KEY", 3, "order_id", "REJECT")]


# 11 logic


def test_times_that_run_backwards_are_rejected_or_kept_as_the_source_says(store: Store) -> None:
    head, row = (*HEAD, "发货时间"), ("A1", "2024-01-05 10:00", 5, "2024-01-05 09:59")
    assert orders(store, row, head=head).codes == [("TIME_ORDER", 2, "ship_time", "REJECT")]
    found = orders(store, row, head=head, time_order="WARN", name="kept")
    assert (found.counts.accepted, found.codes[-1][3]) == (1, "WARN")


def test_a_tolerance_for_clocks_that_differ(store: Store) -> None:
    rows = [(*HEAD, "发货时间"), ("A1", "2024-01-05 10:00", 5, "2024-01-05 09:59")]
    assert of_rows(store, "orders", rows, LoadSettings(time_tolerance=60)).codes == []


@pytest.mark.parametrize(
    ("head", "row", "code", "severity"),
    [
        ((*HEAD[:2], "实付金额"), ("A1", "2024-01-05", -5), "NEG_AMOUNT", "REJECT"),
        ((*HEAD, "货款", "优惠金额", "运费"), ("A1", "2024-01-05", 100, 90, 10, 5), "RANGE", "WARN"),
    ],
)
def test_amounts_that_cannot_be(store: Store, head: tuple[str, ...], row: tuple[object, ...], code: str, severity: str) -> None:
    assert orders(store, row, head=head).codes == [(code, 2, "paid_amount", severity)]


def test_amounts_that_add_up_to_the_cent_are_not_flagged(store: Store) -> None:
    head = (*HEAD, "货款", "优惠金额", "运费")
    assert orders(store, ("A1", "2024-01-05", 85.01, 90, 10, 5), head=head).codes == []


def test_a_quantity_is_above_zero(store: Store) -> None:
    found = of_rows(store, "order_items", [("订单编号", "行号", "数量"), ("A1", 1, 0), ("A1", 2, 3)])
    assert found.codes == [("RANGE", 2, "qty", "REJECT")]


def test_a_whole_number_is_whole(store: Store) -> None:
    found = of_rows(store, "order_items", [("订单编号", "行号", "数量"), ("A1", 1.5, 1), ("A1", "2", 1)])
    assert found.codes == [("BAD_NUMBER", 2, "line_no", "REJECT")]
    assert found.column("order_items", "line_no") == [2]


def test_a_refund_above_what_was_paid_is_flagged(store: Store) -> None:
    orders(store, ("A1", "2024-01-05", 5))
    found = of_rows(store, "refunds", [("退款编号", "订单编号", "退款金额"), ("R1", "A1", 6), ("R2", "A1", 5)])
    assert [each for each in found.codes if each[0] == "RANGE"] == [("RANGE", 2, "amount", "WARN")]
    assert found.column("refunds", "amount") == [6.0, 5.0]


def test_more_clicks_than_impressions_are_flagged(store: Store) -> None:
    found = of_rows(store, "traffic_daily", [("日期", "曝光量", "点击量"), ("2024-01-01", 10, 11)])
    assert found.codes == [("RANGE", 2, "clicks", "WARN")]


def test_times_of_the_future_and_of_closed_periods_are_flagged(store: Store) -> None:
    settings = LoadSettings(as_of=datetime(2024, 1, 31), closed_until=date(2023, 12, 31))
    rows = [HEAD, ("A1", "2024-02-01", 5), ("A2", "2023-12-31 23:00", 5), ("A3", "2024-01-01", 5)]
    found = of_rows(store, "orders", rows, settings)
    assert found.codes == [("FUTURE_DATE", 2, "pay_time", "WARN"), ("LATE", 3, "pay_time", "WARN")]
    assert found.counts.accepted == 3


# 12 rows that do not count


def test_test_orders_are_kept_and_marked(store: Store) -> None:
    head = (*HEAD, "是否测试单", "剔除原因")
    rows = (("A1", "2024-01-05", 5, "是", None), ("A2", "2024-01-05", 5, "否", "刷单"), ("A3", "2024-01-05", 5, None, None))
    assert orders(store, *rows, head=head).column("orders", "excluded") == ["test", "刷单", None]


def test_bots_and_listed_rows_are_marked(store: Store) -> None:
    of_rows(store, "exclusions", [("数据表", "编号", "剔除原因"), ("订单", "A1", "员工自购"), ("orders", "A2", None)])
    found = of_rows(store, "events", [("事件时间", "用户编号", "事件", "机器人"), ("2024-01-05", "u1", "pay", "Y"), ("2024-01-05", "u2", "pay", 0)])
    assert found.column("events", "excluded") == ["bot", None]
    found = orders(store, ("A1", "2024-01-05", 5), ("A2", "2024-01-05", 5), ("A3", "2024-01-05", 5))
    assert found.column("orders", "excluded") == ["员工自购", "excluded", None]


# 13 units and articles that nobody knows


def test_rows_of_an_unknown_unit_are_kept_apart(store: Store) -> None:
    of_rows(store, "org", [("考核单位", "名称"), ("D01", "华东")])
    head = (*HEAD, "考核单位")
    found = orders(store, ("A1", "2024-01-05", 5, "D01"), ("A2", "2024-01-05", 5, "D9"), ("A3", "2024-01-05", 5, None), head=head)
    assert found.column("orders", "unit_id") == ["D01", NO_UNIT, NO_UNIT]
    assert found.codes == [("ORPHAN", 3, "unit_id", "WARN"), ("ORPHAN", 4, "unit_id", "WARN")]


def test_units_of_the_settings_and_articles_of_the_catalogue(store: Store) -> None:
    found = of_rows(store, "orders", [(*HEAD, "考核单位"), ("A1", "2024-01-05", 5, "D01")], LoadSettings(units=frozenset({"D02"})))
    assert found.column("orders", "unit_id") == [NO_UNIT]
    of_rows(store, "catalog", [("SKU编码", "成本"), ("K1", 3)])
    found = of_rows(store, "order_items", [("订单编号", "行号", "货号", "数量"), ("A1", 1, "K1", 1), ("A1", 2, "K2", 1)])
    assert found.codes[-1] == ("ORPHAN", 3, "sku_id", "WARN")
    assert found.column("order_items", "sku_id") == ["K1", "K2"]


# 14 outliers


def test_outliers_are_flagged_and_never_deleted(store: Store) -> None:
    """Modified z = 0.6745·|x − median| / MAD: of 1..9 and 100 median 5.5, MAD 2.5, so 100 has 25.5 and 9 has 0.94."""
    found = orders(store, *((f"A{value}", "2024-01-05", value) for value in (*range(1, 10), 100)))
    assert found.codes == [("OUTLIER", 11, "paid_amount", "WARN")]
    assert paid(found)[-1] == 100.0


# 15 totals of other systems


@pytest.mark.parametrize(("total", "tolerance", "agrees"), [(12, 0.0, True), (12.1, 0.0, False), (12.1, 0.01, True)])
def test_sums_are_compared_with_the_total_of_the_register(store: Store, total: float, tolerance: float, agrees: bool) -> None:
    found = orders(store, ("A1", "2024-01-05", 5), ("A2", "2024-01-05", 7), total=total, total_column="paid_amount", tolerance=tolerance)
    assert store.rows("SELECT ours, theirs, agrees FROM reconciliations") == [(12.0, total, agrees)]
    assert [issue.code for issue in found.loading.issues] == ([] if agrees else ["W-RAW-TOTAL"])


# 16 percentages


@pytest.mark.parametrize(
    ("cells", "wanted", "codes"),
    [
        ((85, "100", 0.5), [0.85, 1.0, 0.005], ["RATE_UNIT_AUTO"]), (("85%", "1", 0.5), [0.85, 1.0, 0.5], []),
        ((0.85, 1.2), [0.85], ["RANGE"]), ((85, "50%"), [0.85, 0.5], ["RATE_UNIT_AUTO"]), ((120, 1), [1.0], ["RANGE"]),
    ],
)  # fmt: skip
def test_the_unit_of_shares_is_decided_by_column(store: Store, cells: tuple[object, ...], wanted: list[float], codes: list[str]) -> None:
    rows = [("计划编号", "里程碑", "进度"), *(("P1", f"M{at}", cell) for at, cell in enumerate(cells))]
    found = of_rows(store, "milestones", rows)
    assert found.column("milestones", "progress") == pytest.approx(wanted)
    assert [each[0] for each in found.codes] == codes


def test_the_unit_of_shares_may_be_said(store: Store) -> None:
    rows = [("计划编号", "里程碑", "进度"), ("P1", "M1", 1)]
    said = LoadSettings(rate_units={"milestones.progress": "percent"})
    assert of_rows(store, "milestones", rows, said).column("milestones", "progress") == [0.01]


# 17 hidden rows


def test_hidden_rows_count_and_are_flagged(tmp_path: Path, store: Store) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "orders.xlsx"))
    sheet = book.add_worksheet()
    for at, row in enumerate([HEAD, *((f"A{each}", "2024-01-05", each) for each in range(1, 7))]):
        sheet.write_row(at, 0, row)
    for hidden in (2, 3, 5):
        sheet.set_row(hidden, None, None, {"hidden": True})
    book.close()
    found = of_place(store, tmp_path / "orders.xlsx")
    assert sum(value for value in paid(found) if isinstance(value, float)) == 21
    assert [(each.code, each.row, each.raw_value) for each in found.findings] == [("HIDDEN_ROW", 3, "3-4"), ("HIDDEN_ROW", 6, "6-6")]


# what cannot be computed is not missing


@pytest.mark.parametrize("error", ["#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!"])
def test_an_error_value_is_no_missing_one(tmp_path: Path, store: Store, error: str) -> None:
    book = openpyxl.Workbook()
    for row in (HEAD, ("A1", "2024-01-05", 5), ("A2", "2024-01-06", error), ("A3", "2024-01-07", 7)):
        book.active.append(row)
    book.save(tmp_path / "orders.xlsx")
    found = of_place(store, tmp_path / "orders.xlsx")
    assert [(each.code, each.row, each.raw_value) for each in found.findings] == [("EXCEL_ERROR", 3, error)]
    assert (found.counts.read, found.counts.accepted, found.counts.rejected) == (3, 2, 1)


def test_a_long_number_is_no_order_number_however_its_exponent_is_spelled(tmp_path: Path, store: Store) -> None:
    path = written_xlsx(tmp_path / "written.xlsx", {"a": [HEAD, (123456789012345678, "2024-01-05", 5)]})
    other = tmp_path / "orders.xlsx"
    with zipfile.ZipFile(path) as written, zipfile.ZipFile(other, "w") as respelled:
        for name in written.namelist():
            respelled.writestr(name, written.read(name).replace(b"1.234567890123457E+17", b"1.234567890123457e+17"))
    assert [code for code, *_ in of_place(store, other).codes] == ["ID_PRECISION_LOST"]


# 18 time zones


def test_times_of_another_zone_are_converted_before_the_day_is_cut(store: Store) -> None:
    found = orders(store, ("A1", "2024-01-31 18:00:00", 5), ("A2", "1月31日 18:00", 5), time_zone="UTC", name="utc")
    assert found.column("orders", "pay_time") == [datetime(2024, 2, 1, 2)]
    assert [each[0] for each in found.codes] == ["BAD_DATE"]


@pytest.mark.parametrize("typed", ["2024-01-31T18:00:00Z", "2024-01-31 18:00:00+00:00", "2024-01-31 13:00:00-0500", "2024-02-01 02:00:00 +08:00"])
def test_a_time_may_name_its_own_offset(store: Store, typed: str) -> None:
    for at, zone in enumerate(("", "America/New_York")):
        found = orders(store, ("A1", typed, 5), time_zone=zone, name=f"zone {at}")
        assert found.column("orders", "pay_time")[-1] == datetime(2024, 2, 1, 2)


def test_an_unknown_zone_is_an_issue(store: Store) -> None:
    found = orders(store, ("A1", "2024-01-31", 5), time_zone="Mars/Phobos")
    assert [issue.code for issue in found.loading.issues] == ["E-RAW-ZONE"]


# 19 units in headings


def test_a_unit_in_the_heading_scales_plain_numbers(store: Store) -> None:
    found = orders(store, ("A1", "2024-01-05", 1.5), ("A2", "2024-01-05", "2,000"), ("A3", "2024-01-05", "3万"), ("A4", "2024-01-05", "8元"), head=(*HEAD[:2], "实付金额（万元）"))
    assert paid(found) == [15000.0, 20_000_000.0, 30000.0, 8.0]


def test_every_code_that_can_be_noted_has_words() -> None:
    """The codes of domain §10.2, and what this program adds."""
    domain = (
        "MISSING_KEY BAD_NUMBER BAD_DATE BAD_ENUM BAD_TYPE EXCEL_ERROR NON_FINITE ID_PRECISION_LOST DUP_EXACT DUP_CONFLICT "
        "SUBTOTAL TIME_ORDER RANGE ORPHAN FX_MISSING CURRENCY_UNKNOWN ASSUMED_YEAR ASSUMED_CENTURY RATE_UNIT_AUTO NEG_AMOUNT "
        "FUTURE_DATE LATE"
    )
    added = "AMBIGUOUS_DATE FINISH_NOT_SIGN FOREIGN_CURRENCY HIDDEN_ROW OUTLIER PRE1900BUG SPACED_DIGITS"
    have = {key.removeprefix("code.") for key in words("raw") if key.startswith("code.")}
    assert have == set(domain.split()) | set(added.split())


def test_confirmed_receipt_feeds_the_finish_with_a_warning(store: Store) -> None:
    found = orders(store, ("A1", "2024-01-05", 5, "2024-01-09"), head=(*HEAD, "确认收货时间"))
    assert found.column("orders", "finish_time") == [datetime(2024, 1, 9)]
    assert found.column("orders", "sign_time") == [None]
    assert found.codes == [("FINISH_NOT_SIGN", None, "finish_time", "WARN")]


def test_a_heading_is_no_sql(store: Store) -> None:
    evil = 'x"); DROP TABLE orders__rows; --'
    found = orders(store, ("A1", "2024-01-05", 5, "'; DROP TABLE loads; --"), head=(*HEAD, evil))
    assert found.column("orders", "order_id") == ["A1"]
    assert store.rows(f"SELECT {quoted(evil)} FROM orders") == [("; DROP TABLE loads; --",)], "a leading apostrophe is no text"
    assert len(store.rows("FROM loads")) == 1


def test_sources_that_others_refer_to_come_first(store: Store) -> None:
    later = Source("orders", Grid("订单", [(*HEAD, "考核单位"), ("A1", "2024-01-05", 5, "D9")]))
    first = Source("org", Grid("组织", [("考核单位",), ("D01",)]))
    load(store, [later, first])
    assert store.rows("SELECT unit_id FROM orders") == [(NO_UNIT,)]


def test_columns_of_an_export_may_be_called_as_those_that_the_store_needs(store: Store) -> None:
    found = of_rows(store, "orders", [("order_id", "part", "src_row", "superseded_by"), ("A1", "x", "y", "z"), ("A2", "x", "y", "w")])
    assert found.loading.issues == ()
    assert store.rows('SELECT order_id, src_row, "part.2", "src_row.3", "superseded_by.4" FROM orders ORDER BY 1') == [
        ("A1", 2, "x", "y", "z"), ("A2", 3, "x", "y", "w"),
    ]  # fmt: skip
