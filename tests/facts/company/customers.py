"""Customers and visitors: active, retained, converted, satisfied; where they come from."""

from __future__ import annotations

from math import nan

import pandas as pd

from tests.facts.company.rows import (
    Fact,
    Tables,
    Time,
    amount,
    human_events,
    months,
    paid_orders,
    ratio,
    valid_orders,
    within,
    yes,
)

ACTIVE_EVENTS = frozenset(("visit", "search", "item_view", "add_cart", "checkout", "pay"))
REPURCHASE_WINDOW = pd.Timedelta(days=90)
CART_WINDOW = pd.Timedelta(days=7)
DEFAULT_REVIEW = "默认好评"


def active(tables: Tables, start: Time, end: Time) -> pd.DataFrame:
    """Qualifying events of people who are logged in and no robots."""
    events = human_events(tables, start, end)
    return events[events["event_type"].isin(ACTIVE_EVENTS) & events["user_id"].notna()]


def active_users(tables: Tables, start: Time, end: Time) -> Fact:
    """A longer period takes the mean of its months; n is their sum."""
    counts = [active(tables, first, after)["user_id"].nunique() for first, after in months(start, end)]
    return Fact(sum(counts) / len(counts), nan, sum(counts), sum(counts) / len(counts) if sum(counts) else nan)


def retention(tables: Tables, start: Time, end: Time) -> Fact:
    """Σ over months of those active this month and last, over Σ active last month."""
    stayed = base = 0
    for first, after in months(start, end):
        before = set(active(tables, first - pd.DateOffset(months=1), first)["user_id"])
        stayed += len(before & set(active(tables, first, after)["user_id"]))
        base += len(before)
    return ratio(stayed, base)


def stickiness(tables: Tables, start: Time, end: Time) -> Fact:
    """Σ of the months' mean DAU over Σ MAU; a day on which nothing at all was tracked is no day with nobody on it."""
    mean_dau = mau = 0.0
    for first, after in months(start, end):
        events = active(tables, first, after)
        days = tracked_days(tables, first, after)
        mean_dau += len(pd.DataFrame({"day": events["event_time"].dt.normalize(), "user": events["user_id"]}).drop_duplicates()) / max(days, 1)
        mau += events["user_id"].nunique()
    return ratio(mean_dau, mau)


def tracked_days(tables: Tables, start: Time, end: Time) -> int:
    times = tables["events"]["event_time"]
    return int(times[within(times, start, end)].dt.normalize().nunique())


def visitors(tables: Tables, start: Time, end: Time) -> float:
    """Distinct in the whole period; only without any events do the daily counts of the traffic report stand in."""
    if len(tables["events"]):
        return float(human_events(tables, start, end)["visitor_id"].nunique())
    return float(tables["traffic_daily"].loc[within(tables["traffic_daily"]["date"], start, end), "uv"].sum())


def unique_visitors(tables: Tables, start: Time, end: Time) -> Fact:
    count = visitors(tables, start, end)
    return amount(count, count)


def conversion(tables: Tables, start: Time, end: Time) -> Fact:
    return ratio(paid_orders(tables, start, end)["buyer_id"].nunique(), visitors(tables, start, end))


def item_views(tables: Tables, start: Time, end: Time) -> Fact:
    """Events where there are any; the daily report otherwise."""
    if len(tables["events"]):
        views = human_events(tables, start, end)["event_type"].eq("item_view").sum()
        return amount(views, views)
    report = tables["traffic_daily"][within(tables["traffic_daily"]["date"], start, end)]
    return amount(report["item_pv"].sum(), len(report))


def new_customer_share(tables: Tables, start: Time, end: Time) -> Fact:
    orders = paid_orders(tables, start, end)
    first = orders[yes(orders["is_first_order"])]
    return ratio(first["buyer_id"].nunique(), orders["buyer_id"].nunique())


def new_users(tables: Tables, start: Time, end: Time) -> Fact:
    """Buyers and sellers; robots are left out, closed accounts were users once."""
    users = tables["users"]
    count = users.loc[within(users["register_time"], start, end) & (users["status"] != "bot"), "user_id"].nunique()
    return amount(count, count)


def repurchase(tables: Tables, start: Time, end: Time) -> Fact:
    """In the 90 days that end with the period: buyers with payments on two days or more, over buyers."""
    orders = paid_orders(tables, end - REPURCHASE_WINDOW, end)
    days = orders["pay_time"].dt.normalize().groupby(orders["buyer_id"]).nunique()
    return ratio((days >= 2).sum(), len(days))


def answers(tables: Tables, start: Time, end: Time, kind: str, column: str = "score") -> pd.DataFrame:
    """Valid votes of one survey: a blank is none, nor is a score outside its scale."""
    surveys = tables["surveys"]
    votes = surveys[within(surveys["date"], start, end) & (surveys["survey_type"] == kind) & surveys[column].notna()]
    return votes[votes["score"].between(votes["scale_min"], votes["scale_max"])] if column == "score" else votes


def share_of_weight(votes: pd.DataFrame, yes: pd.Series) -> Fact:
    """Stratified: the weights are in the numerator and the denominator, n counts heads; a blank weight is 1."""
    weight = votes["weight"].fillna(1.0)
    return ratio(weight[yes.astype(bool)].sum(), weight.sum(), len(votes))


def satisfaction(tables: Tables, start: Time, end: Time) -> Fact:
    """Top two boxes of whatever scale: 4 and 5 of five, 9 and 10 of ten."""
    votes = answers(tables, start, end, "CSAT")
    return share_of_weight(votes, votes["score"] >= votes["scale_max"] - 1)


def promoters(tables: Tables, start: Time, end: Time) -> Fact:
    score = answers(tables, start, end, "NPS")["score"]
    return ratio((score >= 9).sum() - (score <= 6).sum(), len(score), factor=100)


def awareness(tables: Tables, start: Time, end: Time) -> Fact:
    votes = answers(tables, start, end, "BRAND", "aware_flag")
    return share_of_weight(votes, votes["aware_flag"])


def reviews(tables: Tables, start: Time, end: Time) -> Fact:
    """Four and five stars, one vote each; what the platform gave by default is no review."""
    votes = answers(tables, start, end, "REVIEW")
    score = votes.loc[votes["dimension"] != DEFAULT_REVIEW, "score"]
    return ratio((score >= 4).sum(), len(score))


def report(tables: Tables, start: Time, end: Time) -> pd.DataFrame:
    return tables["traffic_daily"][within(tables["traffic_daily"]["date"], start, end)]


def channel_share(tables: Tables, start: Time, end: Time, channel: str) -> Fact:
    rows = report(tables, start, end)
    return ratio(rows.loc[rows["channel"] == channel, "sessions"].sum(), rows["sessions"].sum())


def search_share(tables: Tables, start: Time, end: Time) -> Fact:
    return channel_share(tables, start, end, "seo")


def social_share(tables: Tables, start: Time, end: Time) -> Fact:
    return channel_share(tables, start, end, "social")


def click_rate(tables: Tables, start: Time, end: Time) -> Fact:
    rows = report(tables, start, end)
    rows = rows[rows["channel"] == "sem"]
    return ratio(rows["clicks"].sum(), rows["impressions"].sum())


def bounce(tables: Tables, start: Time, end: Time) -> Fact:
    rows = report(tables, start, end)
    return ratio(rows["bounces"].sum(), rows["sessions"].sum())


def add_to_cart(tables: Tables, start: Time, end: Time) -> Fact:
    events = human_events(tables, start, end)
    who = events.groupby("event_type")["visitor_id"].nunique()
    return ratio(who.get("add_cart", 0), who.get("item_view", 0))


def cart_abandonment(tables: Tables, start: Time, end: Time) -> Fact:
    """Sessions by their first add-to-cart; paid when an order of the same session is paid within 7 days of it."""
    events = human_events(tables, start, end)
    carts = events[events["event_type"] == "add_cart"].groupby("session_id", as_index=False)["event_time"].min()
    orders = valid_orders(tables)[["session_id", "pay_time"]].dropna()
    pairs = carts.merge(orders, on="session_id")
    wait = pairs["pay_time"] - pairs["event_time"]
    bought = pairs.loc[(wait >= pd.Timedelta(0)) & (wait <= CART_WINDOW), "session_id"].nunique()
    return ratio(len(carts) - bought, len(carts))


CUSTOMERS = {
    "MAU": active_users, "RET": retention, "CVR": conversion, "CSAT": satisfaction, "IPV": item_views, "STICK": stickiness,
    "NEWB": new_customer_share, "NUSER": new_users, "RPR": repurchase, "NPS": promoters, "BRAND": awareness,
    "UV": unique_visitors, "SEO": search_share, "SEM": click_rate, "SOC": social_share, "BOUNCE": bounce, "ATC": add_to_cart,
    "CARTAB": cart_abandonment, "RATING": reviews,
}  # fmt: skip
