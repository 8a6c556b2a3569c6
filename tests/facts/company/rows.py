"""Which rows an indicator may see: a unit's own, the valid ones, those of a period."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from math import isnan, nan
from typing import Any, NamedTuple, TypeAlias

import pandas as pd

from tests.facts.company import schema

Tables: TypeAlias = Mapping[str, pd.DataFrame]
Time: TypeAlias = pd.Timestamp


class Fact(NamedTuple):
    """What one indicator is in one period of one unit; NaN where there is nothing to say."""

    num: float
    den: float      # NaN for a sum or a distinct count
    n: float        # sample: what the denominator counts, the rows of a sum, the weight of a mean
    value: float


Row: TypeAlias = Mapping[str, Any]
Measure: TypeAlias = Callable[[Tables, Time, Time, "str | None"], Fact]
Inner: TypeAlias = Callable[[Tables, Time, Time], Fact]


def amount(num: float, n: float) -> Fact:
    """A sum or a count. Nothing observed is missing, and no zero."""
    return Fact(float(num), nan, float(n), float(num) if n else nan)


def ratio(num: float, den: float, n: float | None = None, factor: float = 1.0) -> Fact:
    """Without a positive denominator there is no value: 0/0 is missing, x/0 a data error, x/-1 undefined."""
    value = factor * float(num) / float(den) if den > 0 else nan
    return Fact(float(num), float(den), float(den if n is None else n), value)


def mean_of(facts: list[Fact]) -> Fact:
    """Σ(value·n)/Σn over those that have a value: the domain's WMEAN."""
    known = [fact for fact in facts if not isnan(fact.value)]
    return ratio(sum(fact.value * fact.n for fact in known), sum(fact.n for fact in known))


def of_unit(tables: Tables, unit: str | None) -> Tables:
    """The rows of one unit, in every table that knows units; the others are the same for all (market, calendar)."""
    if unit is None:
        return tables
    own = {name: belongs(name, frame, unit) for name, frame in tables.items()}
    own["order_items"] = followers(tables["order_items"], own["orders"], "order_id")
    own["refunds"] = followers(tables["refunds"], own["orders"], "order_id")
    own["content_daily"] = followers(tables["content_daily"], own["content"], "content_id")
    return own


def belongs(name: str, frame: pd.DataFrame, unit: str) -> pd.DataFrame:
    column = schema.UNIT_COLUMN.get(name)
    return frame if column is None else frame[frame[column] == unit]


def followers(frame: pd.DataFrame, leaders: pd.DataFrame, column: str) -> pd.DataFrame:
    return frame[frame[column].isin(leaders[column])]


def within(times: pd.Series, start: Time, end: Time) -> pd.Series:
    """Half-open: the first moment of the next month is the next month's. A missing time is in no period."""
    return (times >= start) & (times < end)


ASKED = tuple(
    "order_id unit_id seller_id buyer_id session_id create_time pay_time ship_time sign_time cancel_time promise_ship_time "
    "promise_sign_time redeem_time expire_time paid_amount pay_attempts is_first_order is_presale".split()
)
"""Columns of an order that an indicator needs, once it is known to be valid."""


def prepared(tables: Tables) -> Tables:
    """The same tables with what every indicator asks for again and again worked out once."""
    valid = {**tables, "valid_orders": valid_orders(tables)[list(ASKED)], "human": human(tables)}
    return {**valid, "valid_lines": valid_lines(valid)}


def valid_orders(tables: Tables) -> pd.DataFrame:
    """Orders that count at all, paid or not.

    Test and excluded ones leave numerator and denominator alike. A parent row whose children stand in the table too is
    only their envelope: it would count their money twice, and it is never shipped.
    """
    if "valid_orders" in tables:
        return tables["valid_orders"]
    orders = tables["orders"]
    envelope = orders["order_id"].isin(orders.loc[orders["parent_order_id"] != orders["order_id"], "parent_order_id"].dropna())
    return orders[~envelope & ~yes(orders["is_test"]) & orders["exclude_reason"].isna()]


def valid_lines(tables: Tables) -> pd.DataFrame:
    """Lines of valid paid orders with their order's buyer and time; a gift is no sale."""
    if "valid_lines" in tables:
        return tables["valid_lines"]
    orders = valid_orders(tables)[["order_id", "buyer_id", "pay_time"]]
    lines = tables["order_items"]
    return lines[~yes(lines["is_gift"])].merge(orders[orders["pay_time"].notna()], on="order_id")


def yes(flags: pd.Series) -> pd.Series:
    """A blank flag says no."""
    return flags.fillna(False).astype(bool)


def paid_orders(tables: Tables, start: Time, end: Time) -> pd.DataFrame:
    """Orders paid in a period; a pre-sale is paid when its balance is. What happens afterwards does not undo it."""
    orders = valid_orders(tables)
    return orders[within(orders["pay_time"], start, end)]


def shipped_orders(tables: Tables, start: Time, end: Time) -> pd.DataFrame:
    orders = valid_orders(tables)
    return orders[within(orders["ship_time"], start, end)]


def sales(tables: Tables, start: Time, end: Time) -> pd.DataFrame:
    """Lines of the orders paid in a period."""
    lines = valid_lines(tables)
    return lines[within(lines["pay_time"], start, end)]


def cancelled_before_shipping(orders: pd.DataFrame) -> pd.Series:
    cancelled, shipped = orders["cancel_time"], orders["ship_time"]
    return cancelled.notna() & (shipped.isna() | (cancelled < shipped))


def human_events(tables: Tables, start: Time, end: Time) -> pd.DataFrame:
    events = human(tables)
    return events[within(events["event_time"], start, end)]


def human(tables: Tables) -> pd.DataFrame:
    """Events of all times that no robot left, with the columns that are asked for."""
    if "human" in tables:
        return tables["human"]
    asked = ["event_time", "visitor_id", "user_id", "session_id", "event_type"]
    return tables["events"].loc[~yes(tables["events"]["is_bot"]), asked]


def booked(tables: Tables, start: Time, end: Time, *measures: str) -> pd.DataFrame:
    """Ledger rows of the periods (months) that begin within these dates."""
    ledger = tables["ledger"]
    return ledger[ledger["period"].isin(codes(start, end)) & ledger["measure"].isin(measures)]


def months(start: Time, end: Time) -> list[tuple[Time, Time]]:
    """The months of a longer period, each with its first day and the next month's."""
    firsts = list(pd.date_range(start, end, freq="MS"))
    return list(pairwise(firsts))


def codes(start: Time, end: Time) -> list[str]:
    return [f"{first:%Y-%m}" for first, _ in months(start, end)]


def cut_off(tables: Tables, end: Time) -> Time:
    """The moment the data were taken: the end of the calendar's last day; without a calendar, the end of the period."""
    last = tables["calendar"]["date"].max()
    return end if pd.isna(last) else last + pd.Timedelta(days=1)


def hours(waits: pd.Series) -> float:
    return float(waits.dt.total_seconds().sum() / 3600)
