"""Customer service, content, inquiries, and what units do for one another."""

from __future__ import annotations

import pandas as pd

from tests.facts.company.rows import (
    Fact,
    Tables,
    Time,
    amount,
    codes,
    cut_off,
    mean_of,
    paid_orders,
    ratio,
    valid_orders,
    within,
    yes,
)

ROBOT = "BOT"
SPAM = "垃圾询盘"
REPEAT_WINDOW = pd.Timedelta(days=7)
ASKING_WINDOW = pd.Timedelta(days=3)
INQUIRY_WINDOW = pd.Timedelta(days=90)
POINTS = {"优": 100, "良": 85, "中": 70, "低": 50, "差": 30}
TRIMMED_FROM = 5
UNFINISHED = 0.6
LATE_A_DAY = 0.02


def created(tables: Tables, start: Time, end: Time) -> pd.DataFrame:
    return tables["tickets"][within(tables["tickets"]["create_time"], start, end)]


def first_response(tables: Tables, start: Time, end: Time) -> Fact:
    """Conversations (type 咨询) answered by people, in seconds of waiting.

    Who asks before the doors open waits from then on, who asks after they close from the next opening; an answer before
    that took no time. Never answered: up to the closing of the day on which the wait began.
    """
    chats = created(tables, start, end)
    chats = chats[(chats["type"] == "咨询") & (chats["agent_id"] != ROBOT)]
    day, opens, closes = doors(tables, chats["create_time"])
    after_hours = chats["create_time"] >= day + closes
    begin_day = day.where(~after_hours, day + pd.Timedelta(days=1))
    begin = chats["create_time"].where((chats["create_time"] >= day + opens) & ~after_hours, begin_day + opens)
    answered = chats["first_response_time"].fillna(begin_day + closes)
    return ratio((answered - begin).clip(lower=pd.Timedelta(0)).dt.total_seconds().sum(), len(chats))


def doors(tables: Tables, times: pd.Series) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Day of each time, and how long after midnight service opens and closes; round the clock where no calendar says."""
    day = times.dt.normalize()
    calendar = tables["calendar"]
    hours = day.map(dict(zip(calendar["date"], calendar["service_hours"], strict=True))).fillna("00:00-24:00").astype("str")
    return day, pd.to_timedelta(hours.str[:5] + ":00"), pd.to_timedelta(hours.str[-5:] + ":00")


def first_contact(tables: Tables, start: Time, end: Time) -> Fact:
    """Tickets created in the period and solved, all types, once 7 days have gone by since they were closed.

    At once = one contact and not reopened; the ticket's own fields say so, other tickets of the customer are not searched.
    """
    tickets = created(tables, start, end)
    ripe = tickets["close_time"] + REPEAT_WINDOW <= cut_off(tables, end)
    solved = tickets[yes(tickets["resolved_flag"]) & ripe]
    at_once = (solved["contacts"] <= 1) & ~yes(solved["reopened"])
    return ratio(at_once.sum(), len(solved))


def followed_by_payment(tables: Tables, asked: pd.DataFrame, window: pd.Timedelta) -> pd.Index:
    """Those of the rows (user_id, create_time) whose user pays within the window after asking."""
    orders = valid_orders(tables)[["buyer_id", "pay_time"]].dropna()
    pairs = asked.reset_index().merge(orders, left_on="user_id", right_on="buyer_id")
    wait = pairs["pay_time"] - pairs["create_time"]
    return pd.Index(pairs.loc[(wait >= pd.Timedelta(0)) & (wait <= window), "index"].unique())


def presale_conversion(tables: Tables, start: Time, end: Time) -> Fact:
    """People, each once, who asked before buying (stage 售前); any payment within 3 days of any of their questions."""
    asked = created(tables, start, end)
    asked = asked[(asked["stage"] == "售前") & asked["user_id"].notna()]
    paid = followed_by_payment(tables, asked, ASKING_WINDOW)
    return ratio(asked.loc[paid, "user_id"].nunique(), asked["user_id"].nunique())


def complaints(tables: Tables, start: Time, end: Time) -> Fact:
    """Complaints made in the period; several about one order are one, those without an order count each."""
    told = created(tables, start, end)
    told = told[told["type"] == "投诉"]
    return ratio(told["order_id"].fillna(told["ticket_id"]).nunique(), len(paid_orders(tables, start, end)), factor=10000)


def inquiry_rows(tables: Tables, start: Time, end: Time) -> pd.DataFrame:
    """Inquiries, spam left out, the first of each buyer, product and day."""
    asked = created(tables, start, end)
    asked = asked[(asked["type"] == "询盘") & (asked["reason_code"] != SPAM)]
    product = asked.get("sku_id", "")
    keyed = asked.assign(day=asked["create_time"].dt.normalize(), product=product).sort_values("create_time")
    return keyed.drop_duplicates(["user_id", "product", "day"])


def inquiries(tables: Tables, start: Time, end: Time) -> Fact:
    count = len(inquiry_rows(tables, start, end))
    return amount(count, count)


def inquiry_conversion(tables: Tables, start: Time, end: Time) -> Fact:
    """Inquiries of the period that are 90 days old at the cut-off; followed by a payment of that buyer within 90 days."""
    asked = inquiry_rows(tables, start, end)
    ripe = asked[asked["create_time"] + INQUIRY_WINDOW <= cut_off(tables, end)]
    return ratio(len(followed_by_payment(tables, ripe, INQUIRY_WINDOW)), len(ripe))


def content_on_time(tables: Tables, start: Time, end: Time) -> Fact:
    plan = tables["content"][within(tables["content"]["plan_publish_time"], start, end)]
    return ratio((plan["publish_time"] <= plan["plan_publish_time"]).sum(), len(plan))


def shown(tables: Tables, start: Time, end: Time) -> pd.DataFrame:
    return tables["content_daily"][within(tables["content_daily"]["date"], start, end)]


def engagement(tables: Tables, start: Time, end: Time) -> Fact:
    rows = shown(tables, start, end)
    return ratio(rows[["likes", "comments", "shares", "favorites"]].sum().sum(), rows["impressions"].sum())


def guided_share(tables: Tables, start: Time, end: Time) -> Fact:
    orders = paid_orders(tables, start, end)
    return ratio(shown(tables, start, end)["guided_pay_amount"].sum(), orders["paid_amount"].sum(), len(orders))


def handed_over(tables: Tables, start: Time, end: Time) -> Fact:
    """Due in the period, of the deliverer: done in time, accepted without rework, confirmed by somebody else than him."""
    due = tables["handoffs"][within(tables["handoffs"]["due_time"], start, end)]
    confirmed = due["accepted_time"].notna() & due["confirmed_by"].notna() & (due["confirmed_by"] != due["from_unit"])
    good = (due["done_time"] <= due["due_time"]) & (due["rework_count"] == 0) & confirmed
    return ratio(good.sum(), len(due))


def panel(tables: Tables, start: Time, end: Time, indicator: str, role: str) -> Fact:
    """Mean points of each subject and month, then their mean weighted by raters.

    From five raters on, one best and one worst are dropped; n counts all who rated.
    """
    marks = tables["ratings"]
    marks = marks[marks["period"].isin(codes(start, end)) & (marks["indicator"] == indicator) & (marks["rater_role"] == role)]
    points = marks["level"].map(POINTS)
    return mean_of([trimmed(group) for _, group in points.groupby([marks["subject_id"], marks["period"]])])


def trimmed(points: pd.Series) -> Fact:
    kept = points.sort_values().iloc[1:-1] if len(points) >= TRIMMED_FROM else points
    return Fact(float(kept.sum()), float(len(kept)), float(len(points)), float(kept.mean()))


def collaboration(tables: Tables, start: Time, end: Time) -> Fact:
    return panel(tables, start, end, "COLLAB", "协作")


def innovation(tables: Tables, start: Time, end: Time) -> Fact:
    """The panel's rating only; adopted improvements are counted beside it, not added."""
    return panel(tables, start, end, "INNOV", "专家")


def plan_delivery(tables: Tables, start: Time, end: Time) -> Fact:
    """State of the year's plan at the period's end: milestones due since New Year and by then; units meet by their n."""
    plan = tables["milestones"]
    due = plan[within(plan["due_date"], pd.Timestamp((end - pd.Timedelta(days=1)).year, 1, 1), end)]
    return mean_of([plan_of_unit(group, end) for _, group in due.groupby("unit_id")])


def plan_of_unit(due: pd.DataFrame, end: Time) -> Fact:
    """Done: 2 % less for each day late; not done by then: 0.6 × progress, and progress without evidence is none."""
    done = due["done_date"] < end
    late = (due["done_date"] - due["due_date"]).dt.days.clip(lower=0)
    progress = due["progress"].where(due["evidence"].notna(), 0.0).fillna(0.0)
    factor = (1 - LATE_A_DAY * late).clip(lower=0).where(done, UNFINISHED * progress)
    return ratio((due["weight"] * factor).sum(), due["weight"].sum(), len(due), factor=100)


TEAMWORK = {
    "FRT": first_response, "FCR": first_contact, "PRECVR": presale_conversion, "COMP": complaints, "CONTO": content_on_time,
    "CENG": engagement, "CGMV": guided_share, "INQ": inquiries, "INQCVR": inquiry_conversion, "HANDOFF": handed_over,
    "COLLAB": collaboration, "INNOV": innovation, "PLAN": plan_delivery,
}  # fmt: skip
