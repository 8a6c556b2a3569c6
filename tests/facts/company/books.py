"""Ledger, balance, marketing, traffic, stock, market and the small tables of the generated company."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from typing import Any

from tests.facts.company.shop import Shop
from tests.facts.company.world import SERVICE_HOURS, UNITS, USD, World, add_months

PAID_TRAFFIC = ("sem", "ads", "affiliate")


def run(world: World, shop: Shop) -> None:
    traffic(world)
    takings = monthly_takings(world)
    for month in world.months():
        for unit in UNITS:
            ledger(world, unit, month, takings[unit, f"{month:%Y-%m}"])
    balance(world, takings)
    marketing(world)
    inventory(world, shop)
    market(world, takings)
    small_tables(world)


def traffic(world: World) -> None:
    """What a platform reports of the visits that were tracked, robots left out."""
    chance = world.chance
    groups: dict[tuple[datetime, str, str], list[Any]] = defaultdict(list)
    for event in world.rows["events"]:
        if not event["is_bot"]:
            day = event["event_time"].replace(hour=0, minute=0, second=0)
            groups[day, event["unit_id"], event["channel"]].append(event)
    for (day, unit, channel), events in sorted(groups.items(), key=lambda item: item[0]):
        sessions = Counter(event["session_id"] for event in events)
        looks = [event for event in events if event["event_type"] == "item_view"]
        paid = channel in PAID_TRAFFIC
        clicks = len(sessions) + chance.randint(0, 2) if paid else None
        world.add(
            "traffic_daily", date=day, unit_id=unit, shop_id=f"{unit}-main", channel=channel, clicks=clicks,
            impressions=clicks * chance.randint(15, 40) if clicks else None, pv=len(events),
            uv=len({event["visitor_id"] for event in events}), sessions=len(sessions),
            bounces=sum(count == 1 for count in sessions.values()), item_pv=len(looks),
            item_uv=len({event["visitor_id"] for event in looks}), cost=round(clicks * 1.35, 2) if clicks else None,
        )  # fmt: skip


def monthly_takings(world: World) -> dict[tuple[str, str], int]:
    """Paid amount in cents by unit and month, children of a split order only."""
    parents = {order.get("parent_order_id") for order in world.rows["orders"]}
    out: Counter[tuple[str, str]] = Counter()
    for order in world.rows["orders"]:
        counts = order["pay_time"] and not order["is_test"] and not order["exclude_reason"]
        if counts and order["order_id"] not in parents:
            out[order["unit_id"], f"{order['pay_time']:%Y-%m}"] += round(order["paid_amount"] * 100)
    return out


def ledger(world: World, unit: str, month: datetime, takings: int) -> None:
    """One month of one unit in cents; a wrong booking is reversed in a later period."""
    chance, before_opening = world.chance, month < world.opened(unit)
    late = (month.year, month.month) == (world.months()[-2].year, world.months()[-2].month)
    cents: dict[str, list[tuple[str, str, int]]] = {
        "REV": [("6001", "主营业务收入", round(takings / 1.13)), ("6051", "其他业务收入", round(takings * 0.01))],
        "COGS": [("6401", "主营业务成本", round(takings * chance.uniform(0.5, 0.6)))],
        "MKT": [("660101", "市场推广费", round(takings * chance.uniform(0.05, 0.1)))],
        "FULF": [("660102", "仓储费", round(takings * 0.03)), ("660103", "物流费", round(takings * 0.04)), ("660104", "包材费", round(takings * 0.01))],
        "PROMO": [("660105", "促销费", round(takings * chance.uniform(0.02, 0.04)))],
        "OPEX": [("6602", "管理费用", 60000 if unit == "U04" else 300000)],
        "TAX": [("6801", "所得税", round(takings * 0.01))],
        "COMM": [("605101", "佣金", round(takings * (0.05 if unit == "U03" else 0)))],
        "ADS": [("605102", "广告收入", round(takings * (0.02 if unit == "U03" else 0)))],
        "SVC": [("605103", "服务收入", round(takings * 0.005))],
    }  # fmt: skip
    if unit == "U04" and late:
        cents["REV"].append(("6001", "主营业务收入-冲红", -2 * round(takings / 1.13) - 100000))
    elif chance.random() < 0.3 and not before_opening:
        cents["REV"].append(("6001", "主营业务收入-冲红", -round(takings * 0.02)))
    spent = sum(amount for name in ("COGS", "MKT", "FULF", "PROMO", "OPEX", "TAX") for *_, amount in cents[name])
    cents["NP"] = [("3103", "本年利润", sum(amount for *_, amount in cents["REV"]) - spent)]
    if before_opening:
        cents = {"OPEX": cents["OPEX"], "NP": [("3103", "本年利润", -spent)]}
    for measure, entries in cents.items():
        for number, (account, name, amount) in enumerate(entries, 1):
            world.add("ledger", period=f"{month:%Y-%m}", unit_id=unit, account_code=account, account_name=name,
                      measure=measure, amount=amount / 100, voucher_no=f"{measure}{month:%y%m}-{number:02d}")  # fmt: skip


def balance(world: World, takings: dict[tuple[str, str], int]) -> None:
    """Month ends, the one before the first month included: an average needs an opening."""
    for unit in UNITS:
        capital = 200000 if unit == "U04" else 1200000
        for month in [add_months(world.start, -1), *world.months()]:
            capital += world.chance.randint(-3, 8) * 5000
            owed = takings.get((unit, f"{month:%Y-%m}"), 2000000) / 100 * 0.4
            world.add("balance", period_end=add_months(month, 1) - timedelta(days=1), unit_id=unit, invested_capital=capital,
                      receivable=round(owed, 2), inventory_cost=round(capital * 0.3, 2))  # fmt: skip


def marketing(world: World) -> None:
    chance = world.chance
    for day in world.days():
        for unit in UNITS:
            if day >= world.opened(unit) and day.weekday() in (0, 3):
                for channel in ("sem", "social"):
                    spent = chance.randint(1000, 9000) * (1 if unit != "U04" else 0.2)
                    world.add(
                        "marketing", date=day, channel=channel, campaign_id=f"{unit}-{channel}", cost=round(spent) / 100,
                        attributed_gmv=round(spent * chance.uniform(0.8, 4)) / 100, new_customers=chance.randint(0, 3),
                        attribution_window="7d", unit_id=unit,
                    )  # fmt: skip


def inventory(world: World, shop: Shop) -> None:
    """Stock at the start of each day; it runs out now and then, and is filled up on Mondays."""
    sold = sold_by_day(world)
    for unit in UNITS:
        for good in shop.shelves[unit]:
            stock = world.chance.randint(5, 60)
            for day in world.days():
                if day < max(good["listed"].replace(hour=0), world.opened(unit)):
                    continue
                low = day.weekday() == 0 and stock < 15 and world.chance.random() < 0.8
                coming = world.chance.randint(10, 50) if low else 0
                world.add(
                    "inventory_daily", date=day, sku_id=good["sku"], warehouse=f"W-{unit}", on_hand_qty=stock,
                    on_hand_cost=stock * good["cost"] / 100, inbound_qty=coming, core_flag=good["core"], unit_id=unit,
                    is_listed=not good["gone"] or day < good["gone"],
                )  # fmt: skip
                stock = max(0, stock + coming - sold[good["sku"], day.date()])


def sold_by_day(world: World) -> Counter[tuple[str, Any]]:
    paid = {order["order_id"]: order["pay_time"] for order in world.rows["orders"] if order["pay_time"]}
    out: Counter[tuple[str, Any]] = Counter()
    for line in world.rows["order_items"]:
        if line["order_id"] in paid:
            out[line["sku_id"], paid[line["order_id"]].date()] += line["qty"]
    return out


def market(world: World, takings: dict[tuple[str, str], int]) -> None:
    for month in world.months():
        total = sum(takings.get((unit, f"{month:%Y-%m}"), 0) for unit in UNITS) / 100
        for category, share in (("home", 40), ("food", 25), ("dress", 60)):
            world.add(
                "market_ext", period=f"{month:%Y-%m}", category=category, market_gmv=round(total * share * world.chance.uniform(0.8, 1.1), 2), source="协会",
                brand_search_index=world.chance.randint(800, 1500), published_on=add_months(month, 1) + timedelta(days=17),
            )  # fmt: skip


def small_tables(world: World) -> None:
    world.add("org", unit_id="HQ", name="公司", parent_id=None)
    for unit, name in zip(UNITS, ("华东", "到店", "集市", "新店"), strict=True):
        world.add("org", unit_id=unit, name=name, parent_id="HQ")
        world.add("role_history", person_id=f"P-{unit}", unit_id=unit, role="负责人", from_date=world.start, to_date=None)
        world.add("salary_base", person_id=f"P-{unit}", period=f"{world.start:%Y}", base=120000)
        world.add("manual_actuals", period=f"{world.start:%Y-%m}", unit_id=unit, indicator="INNOV", num=None, den=None,
                  value=80, n=5, source="评审会", evidence="纪要")  # fmt: skip
    for day in world.days():
        world.add("calendar", date=day, workday=day.weekday() < 5, service_hours="-".join(SERVICE_HOURS))
        world.add("fx", date=day, currency="USD", rate=USD)
    for order in world.rows["orders"]:
        if order["exclude_reason"]:
            world.add("exclusions", table_name="orders", id=order["order_id"], reason=order["exclude_reason"])


