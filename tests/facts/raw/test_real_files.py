"""Exports that nobody here wrote: every row accounted for, and the figures an independent program finds in them."""

from __future__ import annotations

from collections.abc import Iterator

import pandas
import pytest

from kpi_xl.facts.raw.loading import load
from kpi_xl.facts.raw.records import rejects
from kpi_xl.facts.raw.sources import LoadSettings, Source
from kpi_xl.facts.raw.store import Store, open_store
from tests.facts.raw.sheets import DATA, Loaded

pytestmark = pytest.mark.skipif(not DATA.exists(), reason="the public data sets are not on this machine")
OLIST = DATA / "olist"


@pytest.fixture(scope="module")
def olist() -> Iterator[Loaded]:
    yield from mapped("olist", "olist")


@pytest.fixture(scope="module")
def superstore() -> Iterator[Loaded]:
    yield from mapped("superstore", "superstore/superstore.xls")


@pytest.fixture(scope="module")
def events() -> Iterator[Loaded]:
    yield from mapped("electronics_events", "events/electronics_events.parquet")


def mapped(name: str, place: str) -> Iterator[Loaded]:
    store = open_store()
    found = load(store, [Source(place=DATA / place, mapping=name)], LoadSettings())
    assert found.issues == ()
    yield Loaded(store, found)
    store.close()


def csv(name: str) -> pandas.DataFrame:
    return pandas.read_csv(OLIST / f"olist_{name}_dataset.csv.gz")


def by_table(found: Loaded) -> dict[str, tuple[int, ...]]:
    return {each.table: (each.read, each.accepted, each.rejected, each.duplicates) for each in found.loading.counts}


def findings(store: Store, code: str) -> set[int]:
    return {each.row for each in rejects(store) if each.code == code and each.row is not None}


def test_every_row_of_olist_is_accounted_for(olist: Loaded) -> None:
    """245 orders were handed to the carrier before approval (README of the data); 2 were delivered before hand-over."""
    assert by_table(olist) == {
        "orders": (17554, 17307, 247, 0), "order_items": (19960, 19960, 0, 0), "surveys": (17492, 17492, 0, 0),
    }  # fmt: skip
    orders = csv("orders")
    early = orders.order_delivered_carrier_date < orders.order_approved_at
    backwards = orders.order_delivered_customer_date < orders.order_delivered_carrier_date
    assert (early.sum(), backwards.sum()) == (245, 2)
    assert findings(olist.store, "TIME_ORDER") == {int(at) + 2 for at in orders.index[early | backwards]}


def test_monthly_figures_of_olist_by_seller_state(olist: Loaded) -> None:
    """Orders, paid amount, buyers and hours to ship by state and month, beside pandas on the files themselves."""
    orders = csv("orders")
    orders = orders[~(orders.order_delivered_carrier_date < orders.order_approved_at)
                    & ~(orders.order_delivered_customer_date < orders.order_delivered_carrier_date)]  # fmt: skip
    first = csv("order_items").groupby("order_id").seller_id.first().rename("seller_id").reset_index()
    table = (
        orders.merge(csv("customers")[["customer_id", "customer_unique_id"]], on="customer_id")
        .merge(first, on="order_id", how="left").merge(csv("sellers")[["seller_id", "seller_state"]], on="seller_id", how="left")
        .merge(csv("order_payments").groupby("order_id").payment_value.sum().reset_index(), on="order_id", how="left")
    )  # fmt: skip
    paid, shipped = (pandas.to_datetime(table[name]) for name in ("order_approved_at", "order_delivered_carrier_date"))
    table = table.assign(month=paid.dt.strftime("%Y-%m"), hours=(shipped - paid).dt.total_seconds() / 3600)
    wanted = table.dropna(subset=["seller_state", "month"]).groupby(["seller_state", "month"]).agg(
        orders=("order_id", "nunique"), paid=("payment_value", "sum"), buyers=("customer_unique_id", "nunique"),
        hours=("hours", "sum"), shipped=("hours", "count"))  # fmt: skip
    found = olist.store.rows(
        "SELECT unit_id, strftime(pay_time, '%Y-%m'), count(DISTINCT order_id), coalesce(sum(paid_amount), 0), count(DISTINCT buyer_id), "
        "coalesce(sum(epoch(ship_time) - epoch(pay_time)) / 3600, 0), count(ship_time) FROM orders "
        "WHERE unit_id IS NOT NULL AND pay_time IS NOT NULL GROUP BY 1, 2"
    )
    assert len(found) == len(wanted) > 200
    for state, month, *figures in found:
        assert figures == pytest.approx(list(wanted.loc[(state, month)]), rel=1e-9)


def test_reviews_and_items_of_olist_keep_their_rows(olist: Loaded) -> None:
    reviews, items = csv("order_reviews"), csv("order_items")
    assert olist.store.rows("SELECT count(*), sum(score), count(DISTINCT resp_id) FROM surveys") == [
        (len(reviews), reviews.review_score.sum(), len(reviews))]  # fmt: skip
    total, lines = olist.store.rows("SELECT sum(line_paid), count(*) FROM order_items")[0]
    assert (total, lines) == (pytest.approx(items.price.sum()), len(items))
    assert olist.store.number("SELECT count(*) FROM order_items WHERE category IS NULL") == items.merge(
        csv("products"), on="product_id", how="left").product_category_name.isna().sum()  # fmt: skip


def test_every_row_of_superstore_is_accounted_for(superstore: Loaded) -> None:
    """800 returned rows name 296 orders; 9,994 lines are 5,009 orders."""
    counts = [(each.table, each.sheet, each.read, each.accepted, each.duplicates) for each in superstore.loading.counts]
    assert sorted(counts) == [
        ("ledger", "Orders", 9994, 9994, 0), ("ledger", "Orders", 9994, 9994, 0), ("order_items", "Orders", 9994, 9994, 0),
        ("orders", "Orders", 5009, 5009, 0), ("org", "People", 4, 4, 0), ("refunds", "Returns", 800, 296, 504),
    ]  # fmt: skip


def test_figures_of_superstore_by_region(superstore: Loaded) -> None:
    lines = pandas.read_excel(DATA / "superstore/superstore.xls", sheet_name="Orders", engine="calamine")
    wanted = lines.groupby("Region").agg(sales=("Sales", "sum"), profit=("Profit", "sum"), orders=("Order ID", "nunique"))
    ledger = superstore.store.rows(
        "SELECT unit_id, sum(amount) FILTER (measure = 'REV'), sum(amount) FILTER (measure = 'COGS') FROM ledger GROUP BY 1")
    orders = dict(superstore.store.rows("SELECT unit_id, count(*) FROM orders GROUP BY 1"))
    assert {region: (sales, sales - cost, orders[region]) for region, sales, cost in ledger} == {  # type: ignore[operator]
        region: (pytest.approx(row.sales), pytest.approx(row.profit), row.orders) for region, row in wanted.iterrows()}
    managers = dict(superstore.store.rows("SELECT unit_id, manager FROM org"))
    assert managers == {"West": "Anna Andreadi", "East": "Chuck Magee", "Central": "Kelly Williams", "South": "Cassandra Brandow"}
    cost = superstore.store.rows("SELECT sum(unit_cost * qty) FROM order_items")[0][0]
    assert cost == pytest.approx(lines.Sales.sum() - lines.Profit.sum())


def test_clicks_are_known_by_their_kind(events: Loaded) -> None:
    """31,106 events, of which 30 are there twice with all their columns."""
    clicks = pandas.read_parquet(DATA / "events/electronics_events.parquet").drop_duplicates()
    assert by_table(events) == {"events": (31106, len(clicks), 0, 31106 - len(clicks))}
    words = {"visit": "home", "item_view": "product_view", "add_cart": "add_to_cart", "checkout": "shipping_details", "pay": "purchase"}
    found = dict(events.store.rows("SELECT event_type, count(*) FROM events GROUP BY 1"))
    assert {code: found[code] for code in words} == {code: (clicks.event == word).sum() for code, word in words.items()}
    buyers = events.store.rows("SELECT count(DISTINCT user_id), count(DISTINCT session_id) FROM events")
    assert buyers == [(clicks.user_id.nunique(), clicks.session_id.nunique())]
