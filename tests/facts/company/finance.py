"""Finance: ledger, balance, marketing money and what customers are worth."""

from __future__ import annotations

from math import isnan, nan

import pandas as pd

from tests.facts.company.rows import (
    Fact,
    Tables,
    Time,
    amount,
    booked,
    codes,
    cut_off,
    months,
    paid_orders,
    ratio,
    sales,
    shipped_orders,
    valid_orders,
    within,
    yes,
)

HORIZON = pd.DateOffset(months=12)
BASELINE_WEEKS = (7, 14, 21, 28)


def total(tables: Tables, start: Time, end: Time, *measures: str) -> float:
    return float(booked(tables, start, end, *measures)["amount"].sum())


def against_revenue(tables: Tables, start: Time, end: Time, num: float) -> Fact:
    revenue = booked(tables, start, end, "REV")
    return ratio(num, revenue["amount"].sum(), len(revenue))


def gmv(tables: Tables, start: Time, end: Time) -> float:
    return float(paid_orders(tables, start, end)["paid_amount"].sum())


def revenue(tables: Tables, start: Time, end: Time) -> Fact:
    """Revenue as booked: method (gross or net) and tax were settled when the row was marked REV."""
    rows = booked(tables, start, end, "REV")
    return amount(rows["amount"].sum(), len(rows))


def gross_margin(tables: Tables, start: Time, end: Time) -> Fact:
    return against_revenue(tables, start, end, total(tables, start, end, "REV") - total(tables, start, end, "COGS"))


def net_margin(tables: Tables, start: Time, end: Time) -> Fact:
    """Net profit is its own measure of the ledger, not worked out again from the others."""
    return against_revenue(tables, start, end, total(tables, start, end, "NP"))


def marketing_ratio(tables: Tables, start: Time, end: Time) -> Fact:
    return against_revenue(tables, start, end, total(tables, start, end, "MKT"))


def stock_days(tables: Tables, start: Time, end: Time, column: str) -> float:
    """Σ over months of (opening + closing)/2 × days; missing when an opening or a closing is."""
    at = tables["balance"].groupby("period_end")[column].sum()
    day = pd.Timedelta(days=1)
    return float(sum(
        (at.get(first - day, nan) + at.get(after - day, nan)) / 2 * (after - first).days for first, after in months(start, end)
    ))  # fmt: skip


def return_on_investment(tables: Tables, start: Time, end: Time) -> Fact:
    """Not annualised; a longer period weights its monthly average capitals by days (2.1: time-weighted mean)."""
    capital = stock_days(tables, start, end, "invested_capital") / (end - start).days
    return ratio(total(tables, start, end, "NP"), capital, len(months(start, end)))


def days_sales_outstanding(tables: Tables, start: Time, end: Time) -> Fact:
    """num = Σ average receivable × days of the month, so that num/den is days and the nums of months add up."""
    owed = stock_days(tables, start, end, "receivable")
    revenue = total(tables, start, end, "REV")
    return ratio(owed, revenue if not isnan(owed) else nan, len(months(start, end)))


def merchandise_value(tables: Tables, start: Time, end: Time) -> Fact:
    orders = paid_orders(tables, start, end)
    return amount(orders["paid_amount"].sum(), len(orders))


def spend_per_buyer(tables: Tables, start: Time, end: Time) -> Fact:
    orders = paid_orders(tables, start, end)
    return ratio(orders["paid_amount"].sum(), orders["buyer_id"].nunique())


def average_order(tables: Tables, start: Time, end: Time) -> Fact:
    orders = paid_orders(tables, start, end)
    return ratio(orders["paid_amount"].sum(), orders["order_id"].nunique())


def spent(tables: Tables, start: Time, end: Time) -> pd.DataFrame:
    return tables["marketing"][within(tables["marketing"]["date"], start, end)]


def acquisition_cost(tables: Tables, start: Time, end: Time) -> Fact:
    """All campaigns, brand included; new customers come from the orders, not from what the ad platform claims."""
    orders = paid_orders(tables, start, end)
    new = orders.loc[yes(orders["is_first_order"]), "buyer_id"].nunique()
    return ratio(spent(tables, start, end)["cost"].sum(), new)


def lifetime_value(tables: Tables, start: Time, end: Time) -> Fact:
    """Customers whose first payment falls in the period and lies 12 months back at the cut-off, each over their own
    [first payment, + 12 months); gross profit = line_paid − unit_cost × qty, not discounted, refunds not deducted.
    """
    users = tables["users"]
    first = users.loc[within(users["first_pay_time"], start, end) & (users["status"] != "bot"), ["user_id", "first_pay_time"]]
    cohort = first[first["first_pay_time"] + HORIZON <= cut_off(tables, end)]
    lines = sales(tables, start, cut_off(tables, end)).merge(cohort, left_on="buyer_id", right_on="user_id")
    lines = lines[within_horizon(lines)]
    return ratio(profit(lines).sum(), len(cohort))


def within_horizon(lines: pd.DataFrame) -> pd.Series:
    return (lines["pay_time"] >= lines["first_pay_time"]) & (lines["pay_time"] < lines["first_pay_time"] + HORIZON)


def profit(lines: pd.DataFrame) -> pd.Series:
    return lines["line_paid"] - lines["unit_cost"] * lines["qty"]


def lifetime_to_cost(tables: Tables, start: Time, end: Time) -> Fact:
    """Both of the same period, so that the people bought are the people valued."""
    worth, cost = lifetime_value(tables, start, end), acquisition_cost(tables, start, end)
    return ratio(worth.value, cost.value, min(worth.n, cost.n))


def ad_return(tables: Tables, start: Time, end: Time) -> Fact:
    rows = spent(tables, start, end)
    return ratio(rows["attributed_gmv"].sum(), rows["cost"].sum(), len(rows))


def take_rate(tables: Tables, start: Time, end: Time) -> Fact:
    orders = paid_orders(tables, start, end)
    return ratio(total(tables, start, end, "COMM", "ADS", "SVC"), orders["paid_amount"].sum(), len(orders))


def market_share(tables: Tables, start: Time, end: Time) -> Fact:
    """Against the whole market, all categories, for a unit too; a month that is not published leaves no value."""
    market = tables["market_ext"]
    rows = market[market["period"].isin(codes(start, end))]
    published = rows["period"].nunique() == len(codes(start, end))
    orders = paid_orders(tables, start, end)
    return ratio(orders["paid_amount"].sum(), rows["market_gmv"].sum() if published else nan, len(orders))


def fulfilment_cost(tables: Tables, start: Time, end: Time) -> Fact:
    """Shipped in the period, whenever paid."""
    return ratio(total(tables, start, end, "FULF"), shipped_orders(tables, start, end)["order_id"].nunique())


def promotion_return(tables: Tables, start: Time, end: Time) -> Fact:
    """Σ over promotion days of (gross profit of the day − mean of the same weekday in the four weeks before).

    A promotion day is one on which a paid line carries a promo_id. A baseline day that is one itself is left out, so is one
    before the first paid order; a promotion day without any baseline day left has no increment.
    """
    lines = sales(tables, start - pd.Timedelta(days=max(BASELINE_WEEKS)), end)
    day = lines["pay_time"].dt.normalize()
    earned = profit(lines).groupby(day).sum()
    promoted = set(day[lines["promo_id"].notna()])
    opened = valid_orders(tables)["pay_time"].min().normalize()
    gains = []
    for each in sorted(promoted):
        before = [each - pd.Timedelta(days=back) for back in BASELINE_WEEKS]
        quiet = [earned.get(past, 0.0) for past in before if past not in promoted and past >= opened]
        if each >= start and quiet:
            gains.append(earned[each] - sum(quiet) / len(quiet))
    return ratio(sum(gains), total(tables, start, end, "PROMO"), len(gains))


def refund_rate(tables: Tables, start: Time, end: Time) -> Fact:
    """Successful refunds, whenever they succeeded, of the orders paid in the period."""
    orders = paid_orders(tables, start, end)
    back = tables["refunds"]
    back = back[back["success_time"].notna() & back["order_id"].isin(orders["order_id"])]
    return ratio(back["amount"].sum(), orders["paid_amount"].sum(), len(orders))


FINANCE = {
    "REV": revenue, "GPM": gross_margin, "NPM": net_margin, "ROI": return_on_investment, "GMV": merchandise_value,
    "ATV": spend_per_buyer, "AOV": average_order, "CAC": acquisition_cost, "LTV": lifetime_value, "LTVCAC": lifetime_to_cost,
    "ROAS": ad_return, "MKTR": marketing_ratio, "TAKE": take_rate, "DSO": days_sales_outstanding, "MSHARE": market_share,
    "FCOST": fulfilment_cost, "PROMOI": promotion_return, "REFUND": refund_rate,
}  # fmt: skip
