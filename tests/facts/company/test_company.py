"""The generated company: believable, the same every time, with every trap in it; and what must hold for its facts."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from tests.facts.company import schema
from tests.facts.company.dirt import UNASSIGNED, Dirt, dirty
from tests.facts.company.generate import generate
from tests.facts.company.reference import ALL, facts
from tests.facts.company.rows import Tables, cancelled_before_shipping, valid_orders
from tests.facts.company.world import UNITS

QUARTER = ("2024-04", "2024-05", "2024-06")
CUT_OFF = pd.Timestamp(2024, 8, 1)

COUNTED_ONCE_IN_A_COMPANY = set("MAU RET UV CVR ATV NEWB RPR ATC STICK CAC PRECVR".split())
"""People who come to two units are one; sums of the units say too much."""
MEASURED_OTHERWISE = {
    "MSHARE": "every unit stands against the whole market",
    "LTVCAC": "a quotient of two others",
    "LTV": "a customer of one unit also buys in another",
    "PROMOI": "a promotion day of one unit may be a quiet day of another",
    "INQCVR": "who asked one unit may buy from another",
}
OVER_TIME_OTHERWISE = {
    "ROI": "capital is averaged", "SOLDOUT": "only the first day's stock counts", "INVT": "stock is averaged",
    "SELLTH": "distinct over the wider window", "SELLER": "distinct over the wider window", "PLAN": "the state at the end",
    "COLLAB": "a mean", "INNOV": "a mean",
}  # fmt: skip


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return generate(months=7)


@pytest.fixture(scope="module")
def monthly(tables: Tables) -> pd.DataFrame:
    return facts(tables, [*QUARTER, "2024Q2"], [None, *UNITS])


@pytest.fixture(scope="module")
def dirt(tables: dict[str, pd.DataFrame], tmp_path_factory: pytest.TempPathFactory) -> Dirt:
    return dirty(tables, tmp_path_factory.mktemp("exports"))


def test_the_same_seed_gives_the_same_company(tables: Tables) -> None:
    again, other = generate(months=7), generate(seed=2, months=7)
    assert all(frame.equals(again[name]) for name, frame in tables.items())
    assert not tables["orders"].equals(other["orders"])


def test_every_canonical_table_has_rows_and_a_natural_key(tables: Tables) -> None:
    for name, frame in tables.items():
        assert tuple(frame.columns) == schema.columns(name)
        assert len(frame)
        assert not frame.duplicated(list(schema.KEYS.get(name, schema.columns(name)))).any(), name


def test_times_run_forwards_and_money_foots(tables: Tables) -> None:
    orders = tables["orders"]
    for before, after in (("create_time", "pay_time"), ("pay_time", "ship_time"), ("ship_time", "sign_time"), ("redeem_time", "expire_time")):
        assert not (orders[after] < orders[before]).any()
    known = orders[["pay_time", "ship_time", "sign_time", "cancel_time", "redeem_time"]].max()
    assert (known < CUT_OFF).all()
    goods = orders["goods_amount"] - orders["discount_amount"] + orders["freight_amount"]
    assert (goods - orders["paid_amount"]).abs().max() < 0.005
    refunded = tables["refunds"].groupby("order_id")["amount"].sum()
    assert (refunded <= orders.set_index("order_id")["paid_amount"].reindex(refunded.index) + 0.005).all()


def test_every_trap_is_set(tables: Tables) -> None:
    orders, valid = tables["orders"], valid_orders(tables)
    parents = orders["order_id"].isin(orders["parent_order_id"])
    children = orders.groupby("parent_order_id")["paid_amount"].sum()
    pd.testing.assert_series_equal(children, orders[parents].set_index("order_id")["paid_amount"].reindex(children.index), check_names=False)
    paid = valid["pay_time"].notna()
    waiting = valid["pay_time"].notna() & valid["ship_time"].isna() & ~cancelled_before_shipping(valid)
    first, last = valid["pay_time"].dt.strftime("%d %H:%M:%S").isin(["01 00:00:00"]), valid["pay_time"].dt.strftime("%H:%M:%S") == "23:59:59"
    late = tables["refunds"].merge(orders[["order_id", "pay_time"]], on="order_id")
    late_days = (late["apply_time"] - late["pay_time"]).dt.days
    users, tickets, surveys = tables["users"], tables["tickets"], tables["surveys"]
    traps = {
        "split": parents.sum(), "test": orders["is_test"].sum(), "brushed": orders["exclude_reason"].notna().sum(),
        "pre-sale": (valid["is_presale"] & paid).sum(), "unpaid": (~paid).sum(), "cancelled": cancelled_before_shipping(valid).sum(),
        "unshipped": waiting.sum(), "unsigned": (valid["ship_time"].notna() & valid["sign_time"].isna()).sum(),
        "first second": first.sum(), "last second": last.sum(), "tried again": (orders["pay_attempts"] > 1).sum(),
        "voucher in force": (valid["expire_time"] >= CUT_OFF).sum(), "late refund": (late_days > 30).sum(),
        "refund under way": tables["refunds"]["success_time"].isna().sum(), "no return": (tables["refunds"]["type"] == "仅退款").sum(),
        "gift": tables["order_items"]["is_gift"].sum(), "promotion": tables["order_items"]["promo_id"].notna().sum(),
        "robot user": (users["status"] == "bot").sum(), "robot event": tables["events"]["is_bot"].sum(),
        "nobody": tables["events"]["user_id"].isna().sum(), "customer from before": (users["first_pay_time"] < "2024-01-01").sum(),
        "robot answer": (tickets["agent_id"] == "BOT").sum(), "no answer": tickets["first_response_time"].isna().sum(),
        "asked at night": (tickets["create_time"].dt.hour < 9).sum(), "spam": (tickets["reason_code"] == "垃圾询盘").sum(),
        "blank vote": surveys.loc[surveys["survey_type"] == "CSAT", "score"].isna().sum(),
        "ten boxes": (surveys.loc[surveys["survey_type"] == "CSAT", "scale_max"] == 10).sum(),
        "reversal": (tables["ledger"].loc[tables["ledger"]["measure"] == "REV", "amount"] < 0).sum(),
        "no competitor": tables["catalog"]["competitor_price"].isna().sum(), "not listed": (~tables["inventory_daily"]["is_listed"]).sum(),
        "sold out": (tables["inventory_daily"]["on_hand_qty"] == 0).sum(), "self-confirmed": (tables["handoffs"]["confirmed_by"] == tables["handoffs"]["from_unit"]).sum(),
    }  # fmt: skip
    assert [trap for trap, count in traps.items() if not count] == []
    days = tables["events"]["event_time"].dt.normalize().nunique()
    assert days == len(tables["calendar"]) - 1


def test_every_indicator_has_a_value_somewhere_and_some_have_none(tables: Tables) -> None:
    frame = facts(generate(), ["2024-01", "2024-03", "2025-02"], [None, "U04"])
    values = frame["value"].unstack("kpi")
    assert set(values.columns) == set(ALL)
    assert values.notna().any().all()
    unopened = values.loc[("2024-01", "U04")]
    assert unopened[["REV", "ORD", "CVR", "GPM", "OPT", "MAU"]].isna().all()
    assert frame.loc[("GPM", "2025-02", "U04"), "den"] < 0
    assert (frame.loc["CSAT"]["n"].xs("U04", level="unit") < 30).all()


@pytest.mark.parametrize("side", ["num", "den"])
def test_a_company_is_the_sum_of_its_units(monthly: pd.DataFrame, side: str) -> None:
    means = {"COLLAB", "INNOV", "PLAN"}
    sums = monthly[side].unstack("unit").drop(index=list(COUNTED_ONCE_IN_A_COMPANY | set(MEASURED_OTHERWISE)), level="kpi")
    parts, whole = sums[list(UNITS)].sum(axis=1), sums[""].fillna(0)
    wrong = sums.index[(parts - whole).abs() > 1e-6 * whole.abs().clip(lower=1)].get_level_values("kpi")
    assert set(wrong) - means == set()


def test_people_of_several_units_are_counted_once(monthly: pd.DataFrame) -> None:
    counts = monthly["num"].unstack("unit").loc[["MAU", "UV", "CVR", "NEWB"]]
    parts = counts[list(UNITS)]
    assert (counts[""] >= parts.max(axis=1)).all()
    assert (counts[""] <= parts.sum(axis=1)).all()
    assert (counts[""] < parts.sum(axis=1)).loc[["MAU", "CVR"]].all()


def test_a_quarter_is_the_sum_of_its_months_but_where_it_is_said(monthly: pd.DataFrame) -> None:
    """2.1: RATIO over time is Σnum/Σden."""
    apart = COUNTED_ONCE_IN_A_COMPANY - {"RET", "STICK"} | set(OVER_TIME_OTHERWISE) | {"LTVCAC"}
    for side in ("num", "den"):
        by_period = monthly[side].unstack("period").drop(index=list(apart), level="kpi")
        months, quarter = by_period[list(QUARTER)].sum(axis=1), by_period["2024Q2"].fillna(0)
        wrong = by_period.index[(months - quarter).abs() > 1e-6 * quarter.abs().clip(lower=1)].get_level_values("kpi")
        assert set(wrong) == set()


def test_the_names_of_units_do_not_matter(tables: Tables, monthly: pd.DataFrame) -> None:
    renamed = dict(zip(UNITS, (*UNITS[1:], UNITS[0]), strict=True))
    places = {"unit_id", "responsible_unit", "from_unit", "to_unit", "confirmed_by", "subject_id"}
    permuted = {
        name: frame.assign(**{column: frame[column].replace(renamed) for column in frame.columns if column in places})
        for name, frame in tables.items()
    }
    there = facts(permuted, ["2024-05"], [renamed["U01"], None])
    for old, new in (("U01", renamed["U01"]), ("", "")):
        pd.testing.assert_frame_equal(
            there.xs(("2024-05", new), level=("period", "unit")), monthly.xs(("2024-05", old), level=("period", "unit"))
        )


def test_the_order_of_rows_does_not_matter(tables: Tables, monthly: pd.DataFrame) -> None:
    shuffled = {name: frame.sample(frac=1, random_state=3) for name, frame in tables.items()}
    again = facts(shuffled, ["2024-05"], [None])
    pd.testing.assert_frame_equal(again, monthly.loc[again.index], rtol=1e-12)


def test_a_test_order_moves_nothing(tables: Tables, monthly: pd.DataFrame) -> None:
    orders = tables["orders"]
    fakes = orders.sample(200, random_state=5).assign(is_test=True)
    fakes["order_id"] = "fake" + fakes["order_id"]
    fakes["parent_order_id"] = None
    more = {**tables, "orders": pd.concat([orders, fakes], ignore_index=True)}
    again = facts(more, ["2024-05"], [None])
    pd.testing.assert_frame_equal(again, monthly.loc[again.index], rtol=1e-12)


# --- the exports ----------------------------------------------------------------------------------------------------------


def test_rows_are_conserved(dirt: Dirt) -> None:
    """Rows read = accepted + rejected + duplicates + subtotals + blank."""
    accepted = dict.fromkeys(dirt.clean, 0)
    for export in dirt.exports:
        lost = {stain.line for stain in dirt.stains if (stain.file, stain.member) == (export.name, export.member) and stain.outcome != "kept"}
        accepted[export.table] += dirt.rows_read(export) - len(lost)
    assert accepted == {name: len(frame) for name, frame in dirt.clean.items()}


def test_cleaning_gives_back_the_company_and_its_strays(tables: Tables, dirt: Dirt) -> None:
    changed = {name for name, frame in tables.items() if not frame.equals(dirt.clean[name])}
    assert changed == {"orders", "ratings"}
    strays = dirt.clean["orders"].iloc[len(tables["orders"]) :]
    assert (strays["unit_id"] == UNASSIGNED).all()
    assert strays["is_test"].all()


def test_the_ledger_of_stains_names_every_code_of_a_row(dirt: Dirt) -> None:
    codes = {stain.code for stain in dirt.stains}
    assert codes == set(
        "MISSING_KEY BAD_NUMBER BAD_DATE BAD_ENUM BAD_TYPE EXCEL_ERROR NON_FINITE ID_PRECISION_LOST DUP_EXACT DUP_CONFLICT SUBTOTAL "
        "TIME_ORDER RANGE ORPHAN FX_MISSING CURRENCY_UNKNOWN ASSUMED_CENTURY ASSUMED_YEAR RATE_UNIT_AUTO NEG_AMOUNT FUTURE_DATE".split()
    ) | {""}


def test_a_text_file_has_the_lines_that_the_ledger_names(dirt: Dirt) -> None:
    texts = {path.name: path for path in dirt.paths if path.suffix == ".csv"}
    for export in dirt.exports:
        if export.name in texts:
            lines = texts[export.name].read_text(encoding=export.encoding).splitlines()
            assert len(lines) == len(export.grid)
    total = next(stain for stain in dirt.stains if stain.kind == "older version")
    lines = texts[total.file].read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith("订单编号,父订单")
    assert lines[total.line - 1].split(",")[0][:8].isdigit()


def test_a_workbook_has_its_subtotals_hidden_rows_and_merged_days(dirt: Dirt) -> None:
    folder = dirt.paths[0].parent
    orders = openpyxl.load_workbook(folder / "订单_3.xlsx")["订单"]
    subtotals = [stain.line for stain in dirt.stains if stain.file == "订单_3.xlsx" and stain.outcome == "subtotal"]
    assert {str(orders.cell(line, 1).value)[:2] for line in subtotals} == {"合计", "小计", "订单", "注："}
    assert {line for line, row in orders.row_dimensions.items() if row.hidden} == {stain.line for stain in dirt.stains if stain.kind == "hidden row"}
    traffic = openpyxl.load_workbook(folder / "流量日报.xlsx")["流量"]
    assert len(traffic.merged_cells.ranges) > 200
    assert [cell.value for cell in traffic[1]][-3:] == ["商品", None, "花费"]
    assert openpyxl.load_workbook(folder / "handoffs.xlsx").epoch.year == 1904


def test_the_same_seed_gives_the_same_files(tables: dict[str, pd.DataFrame], dirt: Dirt, tmp_path: Path) -> None:
    again = dirty(tables, tmp_path)
    assert again.stains == dirt.stains
    assert [path.read_bytes() for path in again.paths] == [path.read_bytes() for path in dirt.paths]
