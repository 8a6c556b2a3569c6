"""Olist from its files to grades: no cleaning, no code, one mapping; every figure beside pandas on the files."""

from __future__ import annotations

import csv as csv_format
from pathlib import Path
from typing import Any

import pandas
import pytest

from kpi_xl.commands.explain import explain
from kpi_xl.commands.raw_facts import facts
from kpi_xl.commands.score import score
from kpi_xl.hosts.file import FileHost
from kpi_xl.model.grid import Scalar
from tests.commands.raw_books import DATA, book_of, fact_rows, with_source

OLIST = DATA / "olist"
pytestmark = pytest.mark.skipif(not OLIST.exists(), reason="the public data sets are not on this machine")
STATES = ("SP", "PR", "MG", "SC", "RJ")
CUT_OFF = pandas.Timestamp("2018-09-01")
PLAN = {
    "ORD": (0.2, "RATIO"), "GMV": (0.2, "RATIO"), "OPT": (0.15, "RATIO_INV"), "DLT": (0.15, "RATIO_INV"),
    "OTD": (0.15, "RATIO"), "CSAT": (0.15, "RATIO"),
}  # fmt: skip
BUYERS: dict[str, Scalar] = {"kpi": "ACTB", "zh": "活跃买家", "en": "Active buyers", "perspective": "U", "unit": "人", "decimals": 0.0,
          "direction": "up", "agg_time": "DIST", "agg_unit": "DIST", "min_n": 0.0, "frequency": "M"}  # fmt: skip


def table(name: str) -> pandas.DataFrame:
    frame = pandas.read_csv(OLIST / f"olist_{name}_dataset.csv.gz")
    for column in frame.columns:
        if "date" in column or "timestamp" in column or column.endswith(("_at", "_limit_date")):
            frame[column] = pandas.to_datetime(frame[column])
    return frame


@pytest.fixture(scope="module")
def clean() -> dict[str, pandas.DataFrame]:
    """Orders whose times do not run backwards, each with the state of its first item's seller; and the reviews."""
    orders = table("orders").rename(columns={
        "order_approved_at": "paid", "order_delivered_carrier_date": "shipped", "order_delivered_customer_date": "signed",
        "order_estimated_delivery_date": "promised"})  # fmt: skip
    orders = orders[~(orders.shipped < orders.paid) & ~(orders.signed < orders.shipped)]
    first = table("order_items").groupby("order_id").seller_id.first().reset_index()
    first = first.merge(table("sellers")[["seller_id", "seller_state"]], on="seller_id")
    payments = table("order_payments").groupby("order_id").payment_value.sum().reset_index()
    orders = (
        orders.merge(first, on="order_id", how="left").merge(payments, on="order_id", how="left")
        .merge(table("customers")[["customer_id", "customer_unique_id"]], on="customer_id")
    )  # fmt: skip
    reviews = table("order_reviews").merge(first, on="order_id", how="left")
    return {"orders": orders, "reviews": reviews}


def expected(clean: dict[str, pandas.DataFrame], freq: str, cut_off: pandas.Timestamp) -> dict[tuple[str, str, str], tuple[float, float | None]]:
    """Numerator and denominator by indicator, period and unit, as pandas sees them."""
    found: dict[tuple[str, str, str], tuple[float, float | None]] = {}
    orders, reviews = clean["orders"], clean["reviews"]
    waited = (orders.shipped.fillna(cut_off) - orders.paid).dt.total_seconds().clip(lower=0) / 3600
    sent = (orders.signed.fillna(cut_off) - orders.shipped).dt.total_seconds() / 3600
    orders = orders.assign(waited=waited, sent=sent, in_time=orders.signed <= orders.promised)

    def each(code: str, frame: pandas.DataFrame, time: str, num: Any, den: Any = None) -> None:
        frame = frame[frame[time].notna()]
        frame = frame.assign(period=frame[time].dt.to_period(freq).astype(str))
        for unit, part in (("", frame), *frame.groupby("seller_state")):
            for period, rows in part.groupby("period"):
                found[code, str(period), str(unit)] = float(num(rows)), None if den is None else float(den(rows))

    each("ORD", orders, "paid", lambda rows: rows.order_id.nunique())
    each("GMV", orders, "paid", lambda rows: rows.payment_value.sum())
    each("AOV", orders, "paid", lambda rows: rows.payment_value.sum(), lambda rows: rows.order_id.nunique())
    each("ACTB", orders, "paid", lambda rows: rows.customer_unique_id.nunique())
    each("OPT", orders, "paid", lambda rows: rows.waited.sum(), len)
    each("DLT", orders, "shipped", lambda rows: rows.sent.sum(), len)
    each("OTD", orders[orders.paid.notna()], "promised", lambda rows: rows.in_time.sum(), len)
    each("CSAT", reviews, "review_creation_date", lambda rows: (rows.review_score >= 4).sum(), len)
    return found


def test_monthly_facts_by_seller_state_are_those_of_pandas(clean: dict[str, pandas.DataFrame], tmp_path: Path) -> None:
    """Orders, GMV, AOV, processing hours, delivery hours, on-time share and satisfaction, 2017-01 to 2018-08."""
    codes = ("ORD", "GMV", "AOV", "OPT", "DLT", "OTD", "CSAT")
    receipt = facts(OLIST, first="2017-01", last="2018-08", by="unit", kpis=codes, table=tmp_path / "facts.csv")
    assert receipt.issues == ()
    found = {(row["kpi"], row["period"], row["unit"]): (row["num"], row["den"]) for row in receipt.facts["facts"]}  # type: ignore[attr-defined]
    wanted = {at: each for at, each in expected(clean, "M", CUT_OFF).items()
              if "2017-01" <= at[1] <= "2018-08" and at[0] in codes}  # fmt: skip
    assert len(wanted) > 1500
    assert set(wanted) - set(found) == set()
    for at, (num, den) in wanted.items():
        assert found[at][0] == pytest.approx(num, rel=1e-9), at
        assert found[at][1] == (None if den is None else pytest.approx(den)), at
    assert all(num in (0.0, None) for at, (num, _) in found.items() if at not in wanted)
    with (tmp_path / "facts.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert len(list(csv_format.DictReader(stream))) == len(found)


@pytest.fixture(scope="module")
def appraised(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five states, first quarter of 2018, targets from the first quarter of 2017 and its growth."""
    folder = tmp_path_factory.mktemp("olist")
    past = facts(OLIST, first="2017", last="2017", grain="Y", by=",".join(STATES), kpis=list(PLAN))
    year = {(row["unit"], row["kpi"]): row for row in past.facts["facts"]}  # type: ignore[attr-defined]
    targets = [
        {"period": "2018Q1", "subject": state, "kpi": kpi,
         "target": year[state, kpi]["value"] * (0.35 if kpi in ("ORD", "GMV") else 1.0)}
        for state in STATES for kpi in PLAN
    ]  # fmt: skip
    path = book_of(folder / "olist.xlsx", "2018Q1", STATES, {**PLAN, "ACTB": (0.0, "RATIO")}, targets, [BUYERS])
    with_source(path, source="Olist", kind="folder", place=str(OLIST), mapping="olist")
    from kpi_xl.commands.adding import add_sheet

    add_sheet(FileHost(path), "formulas", "zh", {"tblFormulas": [
        {"kpi": "ACTB", "num": "COUNTDISTINCT(订单[买家会员名])", "den": "—", "n": "—", "time": "订单[付款时间]",
         "unit": "订单[考核单位]"}]})  # fmt: skip
    return path


def test_five_states_are_appraised_from_the_files(appraised: Path, clean: dict[str, pandas.DataFrame]) -> None:
    receipt = score(FileHost(appraised))
    assert [issue.code for issue in receipt.issues if issue.severity == "error"] == []
    cards = receipt.facts["cards"]
    assert [card["subject"] for card in cards] == list(STATES)  # type: ignore[attr-defined]
    assert all(card["status"] == "OK" and card["total"] > 0 and card["grade"] for card in cards)  # type: ignore[attr-defined]
    wanted = expected(clean, "Q", pandas.Timestamp("2018-04-01"))
    rows = fact_rows(appraised)
    for state in STATES:
        for kpi in (*PLAN, "ACTB"):
            row = rows["2018Q1", state, kpi]
            num, den = wanted[kpi, "2018Q1", state]
            assert row["origin"] == "RAW"
            assert row["num"] == pytest.approx(num, rel=1e-9), (state, kpi)
            assert row["value"] == pytest.approx(num if den is None else num / den, rel=1e-9)


def test_scoring_again_reads_nothing_anew_and_says_the_same(appraised: Path) -> None:
    first = score(FileHost(appraised))
    store = appraised.with_name(".olist.kpi-data")
    before, content = store.stat().st_mtime_ns, appraised.read_bytes()
    second = score(FileHost(appraised))
    assert store.stat().st_mtime_ns == before
    assert (second.facts["run_id"], appraised.read_bytes()) == (first.facts["run_id"], content)


def test_a_fact_is_traced_to_the_rows_of_its_file(
    appraised: Path, clean: dict[str, pandas.DataFrame], tmp_path: Path
) -> None:
    receipt = explain(FileHost(appraised), "RJ", "ORD", "zh", tmp_path / "rows.csv")
    orders = table("orders")
    with (tmp_path / "rows.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = [row for row in csv_format.DictReader(stream) if row["side"] == "num"]
    assert len(rows) == receipt.facts["rows"]
    mine = clean["orders"][(clean["orders"].seller_state == "RJ") & (clean["orders"].paid.dt.to_period("Q").astype(str) == "2018Q1")]
    assert {row["file"] for row in rows} == {"olist/olist_orders_dataset.csv.gz"}
    assert {orders.order_id[int(row["row"]) - 2] for row in rows} == set(mine.order_id)
