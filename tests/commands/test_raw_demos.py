"""The Superstore workbook and a stream of events from raw to grade, beside pandas on the same files."""

from __future__ import annotations

from pathlib import Path

import pandas
import pytest

from kpi_xl.commands.adding import add_sheet
from kpi_xl.commands.raw_facts import facts
from kpi_xl.commands.score import score
from kpi_xl.hosts.file import FileHost
from tests.commands.raw_books import DATA, book_of, fact_rows, with_source

pytestmark = pytest.mark.skipif(not DATA.exists(), reason="the public data sets are not on this machine")
STORE = DATA / "superstore/superstore.xls"
CLICKS = DATA / "events/electronics_events.parquet"
REGIONS = ("Central", "East", "South", "West")


def test_four_regions_with_their_managers_are_appraised(tmp_path: Path) -> None:
    """Revenue, margin, orders, hours to ship and return rate of 2019 by region."""
    lines = pandas.read_excel(STORE, sheet_name="Orders", engine="calamine")
    people = pandas.read_excel(STORE, sheet_name="People", engine="calamine").set_index("Region").iloc[:, 0]
    returned = set(pandas.read_excel(STORE, sheet_name="Returns", engine="calamine")["Order ID"])
    lines = lines[lines["Order Date"].dt.year == 2019]
    orders = lines.groupby("Order ID").first()
    plan = {"REV": (0.3, "RATIO"), "GPM": (0.2, "RATIO"), "ORD": (0.2, "RATIO"), "OPT": (0.15, "RATIO_INV"),
            "RETURN": (0.15, "RATIO_INV")}  # fmt: skip
    goal = {"REV": 150000.0, "GPM": 0.12, "ORD": 300.0, "OPT": 96.0, "RETURN": 0.08}
    targets = [{"period": "2019", "subject": each, "kpi": kpi, "target": goal[kpi]} for each in REGIONS for kpi in plan]
    path = book_of(tmp_path / "store.xlsx", "2019", REGIONS, plan, targets, names=dict(people))
    with_source(path, source="Superstore", kind="file", place=str(STORE), mapping="superstore")
    receipt = score(FileHost(path))
    assert [issue.code for issue in receipt.issues if issue.severity == "error"] == []
    cards = receipt.facts["cards"]
    assert [(card["card"], card["subject"]) for card in cards] == [(each, people[each]) for each in REGIONS]  # type: ignore[attr-defined]
    assert all(card["status"] == "OK" and card["grade"] for card in cards)  # type: ignore[attr-defined]
    rows = fact_rows(path)
    for region in REGIONS:
        mine = lines[lines.Region == region]
        own = orders[orders.Region == region]
        hours = ((own["Ship Date"] - own["Order Date"]).dt.days * 24).sum()
        back = mine[mine["Order ID"].isin(returned)].Quantity.sum()
        wanted = {
            "REV": mine.Sales.sum(), "GPM": mine.Profit.sum() / mine.Sales.sum(), "ORD": len(own),
            "OPT": hours / len(own),
        }  # fmt: skip
        for kpi, value in wanted.items():
            assert rows["2019", region, kpi]["value"] == pytest.approx(value, rel=1e-9), (region, kpi)
        assert rows["2019", region, "RETURN"]["den"] == mine.Quantity.sum()
        assert rows["2019", region, "RETURN"]["num"] == back


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book of one team, with a conversion of its own: buyers among the visitors of the same stream."""
    plan = {"MAU": (0.4, "RATIO"), "RET": (0.2, "RATIO"), "STICK": (0.2, "RATIO"), "CVR": (0.2, "RATIO")}
    goal = {"MAU": 400.0, "RET": 0.75, "STICK": 0.06, "CVR": 0.3}
    targets = [{"period": "2024-05", "subject": "SHOP", "kpi": kpi, "target": goal[kpi]} for kpi in plan]
    paid = {"kpi": "PAYC", "zh": "结算支付率", "en": "Paid checkouts", "perspective": "O", "unit": "%", "decimals": 2.0,
            "direction": "up", "agg_time": "DISTRATIO", "agg_unit": "DISTRATIO", "min_n": 0.0, "frequency": "M"}  # fmt: skip
    path = book_of(tmp_path_factory.mktemp("clicks") / "clicks.xlsx", "2024-05", ["SHOP"], plan, targets, [paid])
    add_sheet(FileHost(path), "formulas", "zh", {"tblFormulas": [
        {"kpi": "CVR", "num": 'COUNTDISTINCTIFS(events[visitor_id], events[event_type], "pay")',
         "time": "events[event_time]", "unit": "events[unit_id]"},
        {"kpi": "PAYC", "num": 'COUNTDISTINCTIFS(events[session_id], events[event_type], "pay")',
         "den": 'COUNTDISTINCTIFS(events[session_id], events[event_type], "checkout")',
         "time": "events[event_time]", "unit": "events[unit_id]"}]})  # fmt: skip
    return with_source(path, source="events", kind="file", place=str(CLICKS), mapping="electronics_events")


def clicks() -> pandas.DataFrame:
    frame = pandas.read_parquet(CLICKS).drop_duplicates()
    moment = pandas.to_datetime(frame.timestamp)
    if moment.dt.tz is not None:
        moment = moment.dt.tz_convert("Asia/Shanghai").dt.tz_localize(None)
    return frame.assign(moment=moment, month=moment.dt.to_period("M").astype(str))


ACTIVE = ("home", "product_view", "add_to_cart", "shipping_details", "purchase", "search")


def test_users_and_conversion_by_month_are_those_of_pandas(shop: Path) -> None:
    frame = clicks()
    receipt = facts(FileHost(shop), first="2024-01", last="2024-06", kpis=["MAU", "RET", "CVR"])
    found = {(row["kpi"], row["period"]): row for row in receipt.facts["facts"]}  # type: ignore[attr-defined]
    active = frame[frame.event.isin(ACTIVE)]
    users = {month: set(rows.user_id) for month, rows in active.groupby("month")}
    for at, month in enumerate(months := sorted(users)):
        rows = frame[frame.month == month]
        assert found["MAU", month]["value"] == len(users[month])
        assert found["CVR", month]["num"] == rows[rows.event == "purchase"].user_id.nunique()
        assert found["CVR", month]["den"] == rows.user_id.nunique()
        if at:
            before = users[months[at - 1]]
            assert (found["RET", month]["num"], found["RET", month]["den"]) == (len(before & users[month]), len(before))


def test_stickiness_is_daily_users_over_monthly_users(shop: Path) -> None:
    frame = clicks()
    active = frame[frame.event.isin(ACTIVE)]
    may = active[active.month == "2024-05"]
    daily = may.groupby(may.moment.dt.date).user_id.nunique().sum() / 31
    score(FileHost(shop))
    assert fact_rows(shop)["2024-05", "SHOP", "STICK"]["value"] == pytest.approx(daily / may.user_id.nunique(), rel=1e-9)


def test_the_payment_incident_shows_in_the_weeks_it_was_planted_in(shop: Path) -> None:
    """From 19 May to 7 June payments failed: of the sessions that reach the checkout, fewer pay."""
    receipt = facts(FileHost(shop), first="2024-04-29", last="2024-06-23", grain="W", kpis=["PAYC", "RET"])
    found = {(row["kpi"], row["period"]): row for row in receipt.facts["facts"]}  # type: ignore[attr-defined]
    frame = clicks()
    weeks = frame.assign(week=frame.moment.dt.strftime("%G-W%V"))
    rate = {}
    for week in ("2024-W18", "2024-W19", "2024-W20", "2024-W21", "2024-W22", "2024-W25"):
        rows = weeks[weeks.week == week]
        begun, paid = (rows[rows.event == event].session_id.nunique() for event in ("shipping_details", "purchase"))
        assert (found["PAYC", week]["num"], found["PAYC", week]["den"]) == (paid, begun)
        rate[week] = found["PAYC", week]["value"]
    assert max(rate["2024-W21"], rate["2024-W22"]) < min(rate[week] for week in ("2024-W18", "2024-W19", "2024-W20", "2024-W25"))
    active = weeks[weeks.event.isin(ACTIVE)]
    before, now = (set(active[active.week == week].user_id) for week in ("2024-W20", "2024-W21"))
    assert (found["RET", "2024-W21"]["num"], found["RET", "2024-W21"]["den"]) == (len(before & now), len(before))
