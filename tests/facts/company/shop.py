"""Visitors, events, orders, order lines and refunds of the generated company."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from tests.facts.company.world import SIZE, UNITS, USD, World, add_months, weighted

SKUS_PER_UNIT = 12
CHANNELS = {"seo": 3, "sem": 3, "social": 2, "direct": 3, "app": 4, "ads": 2, "affiliate": 1, "other": 1}
PLATFORMS = {"tmall": 5, "jd": 3, "own": 2, "global": 1}
PROMOS = ((6, 1, 6, 18, "P618"), (11, 1, 11, 11, "P1111"), (1, 10, 1, 12, "PNY"), (3, 6, 3, 8, "P38"))
QUALITY = "质量问题"
REFUND_REASONS = {QUALITY: 3, "七天无理由": 5, "描述不符": 2, "少件": 1}


def people(world: World) -> list[dict[str, Any]]:
    """Users, some of them customers from before the first row, some robots, a few sellers."""
    chance = world.chance
    users: list[dict[str, Any]] = []
    for number in range(round(1400 * world.scale)):
        unit = weighted(chance, SIZE)
        veteran = chance.random() < 0.3 and unit != "U04"
        opened = world.opened(unit)
        seconds = int((world.cut_off - opened).total_seconds())
        since = timedelta(seconds=chance.randrange(seconds)) if not veteran else -timedelta(days=chance.randint(20, 700))
        users.append(
            world.add(
                "users", user_id=f"u{number:06d}", register_time=opened + since, unit_id=unit, first_pay_time=None,
                source_channel=weighted(chance, CHANNELS), role="seller" if chance.random() < 0.03 else "buyer",
                status=weighted(chance, {"active": 94, "bot": 4, "closed": 2}),
            )
        )  # fmt: skip
        if veteran and chance.random() < 0.6:
            users[-1]["first_pay_time"] = users[-1]["register_time"] + timedelta(days=3)
    return users


def catalogue(world: World) -> dict[str, list[dict[str, Any]]]:
    """Products of each unit: some join in the middle, some leave; a competitor's price for most, renewed monthly."""
    chance = world.chance
    shelves: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for unit in UNITS:
        for number in range(SKUS_PER_UNIT):
            months = len(world.months())
            cents = 7 * chance.randint(300, 4000)
            listed = world.opened(unit) - timedelta(days=chance.randint(30, 300))
            if number >= SKUS_PER_UNIT - 3:
                listed = add_months(world.start, chance.randint(3, months - 1)) + timedelta(days=chance.choice((0, 9, 20)))
            gone = listed + timedelta(days=chance.randint(240, 420)) if number == 0 else None
            shelves[unit].append(
                {"sku": f"{unit}-S{number:02d}", "category": chance.choice(("home", "food", "dress")), "listed": listed,
                 "gone": gone, "cents": cents, "cost": round(cents * chance.uniform(0.5, 0.75)), "core": number % 3 == 0}
            )  # fmt: skip
    for month in world.months():
        for unit, shelf in shelves.items():
            for good in shelf:
                rival = None if chance.random() < 0.1 else round(good["cents"] * chance.uniform(0.85, 1.2)) / 100
                world.add(
                    "catalog", sku_id=good["sku"], category=good["category"], list_time=good["listed"],
                    delist_time=good["gone"], cost=good["cost"] / 100, list_price=good["cents"] / 100,
                    competitor_price=rival, price_date=month, unit_id=unit,
                )  # fmt: skip
    return shelves


class Shop:
    """The walk of every visitor through every unit, day by day."""

    def __init__(self, world: World) -> None:
        self.world, self.chance = world, world.chance
        self.users = people(world)
        self.shelves = catalogue(world)
        self.at_home = {unit: [user for user in self.users if user["unit_id"] == unit] for unit in UNITS}
        for members in self.at_home.values():
            members.sort(key=lambda user: user["register_time"])
        self.joined = {unit: [user["register_time"] for user in members] for unit, members in self.at_home.items()}
        self.outage = world.start + timedelta(days=40)
        """A day on which nothing was tracked: it is missing, it is no day with no users."""
        self.sessions = self.orders = 0
        self.asked: list[tuple[datetime, str, str, str]] = []

    def open(self) -> None:
        for day in self.world.days():
            for unit in UNITS:
                if day >= self.world.opened(unit):
                    self.day(day, unit)

    def day(self, day: datetime, unit: str) -> None:
        busy = 1.6 if promo(day) else 1.25 if day.weekday() >= 5 else 1.0
        mean = 22 * SIZE[unit] * busy * self.world.scale
        count = max(2, round(self.chance.gauss(mean, mean**0.5)))
        for _ in range(count):
            self.visit(day + timedelta(seconds=self.chance.randrange(23 * 3600)), unit)

    def visit(self, when: datetime, unit: str) -> None:
        chance = self.chance
        self.sessions += 1
        session, channel = f"s{self.sessions:07d}", weighted(chance, CHANNELS)
        user = self.guest(when, unit) if chance.random() < 0.72 else None
        robot = (user is not None and user["status"] == "bot") or chance.random() < 0.02
        visitor = f"a{chance.randrange(10**6):06d}" if user is None else f"v{user['user_id']}{chance.choice('aaab')}"
        base = {"visitor_id": visitor, "user_id": user and user["user_id"], "session_id": session, "channel": channel,
                "is_bot": robot, "unit_id": unit}  # fmt: skip
        steps = self.steps(when, unit, robot)
        if when.date() != self.outage.date():
            for moment, kind, sku in steps:
                self.world.add("events", event_time=moment, event_type=kind, sku_id=sku, content_id=None, **base)
        if user is None or robot:
            return
        if chance.random() < 0.05:
            self.asked.append((when, user["user_id"], unit, self.good(when, unit)["sku"]))
        if steps[-1][1] == "checkout":
            self.order(steps[-1][0], unit, user, session, channel)

    def guest(self, when: datetime, unit: str) -> dict[str, Any] | None:
        """Mostly somebody of this unit, early members more often; one in ten comes over from another."""
        home = unit if self.chance.random() < 0.9 else self.chance.choice(UNITS)
        there = bisect_left(self.joined[home], when)
        return self.at_home[home][int(there * self.chance.random() ** 1.7)] if there else None

    def good(self, when: datetime, unit: str) -> dict[str, Any]:
        shelf = [good for good in self.shelves[unit] if good["listed"] <= when and (not good["gone"] or when < good["gone"])]
        return self.chance.choice(shelf)

    def steps(self, when: datetime, unit: str, robot: bool) -> list[tuple[datetime, str, str | None]]:
        """What one session does; a robot looks at many things and buys none."""
        chance = self.chance
        out: list[tuple[datetime, str, str | None]] = [(when, "visit", None)]

        def then(kind: str, sku: str | None) -> None:
            out.append((out[-1][0] + timedelta(seconds=chance.randint(5, 90)), kind, sku))

        if chance.random() < 0.25:
            then("search", None)
        looks = chance.randint(5, 15) if robot else chance.choice((0, 1, 1, 2, 2, 3, 4))
        for _ in range(looks):
            then("item_view", self.good(when, unit)["sku"])
        if not robot and looks and chance.random() < 0.45:
            then("add_cart", out[-1][2])
            if chance.random() < 0.15:
                then("add_cart", self.good(when, unit)["sku"])
            if chance.random() < 0.72:
                then("checkout", None)
        return out

    def order(self, when: datetime, unit: str, user: dict[str, Any], session: str, channel: str) -> None:
        chance = self.chance
        self.orders += 1
        number = f"{when:%Y%m%d}{self.orders:010d}"
        platform = weighted(chance, PLATFORMS)
        presale = chance.random() < 0.04
        voucher = unit == "U02" and not presale and chance.random() < 0.15
        paid = self.paid_at(when, presale)
        row: dict[str, Any] = {
            "order_id": number, "platform": platform, "shop_id": f"{unit}-main", "unit_id": unit,
            "store_id": f"{unit}-T{chance.randint(1, 3)}" if voucher else None,
            "seller_id": f"M{chance.randint(1, 40):03d}" if unit == "U03" else f"own-{unit}", "buyer_id": user["user_id"],
            "channel": channel, "session_id": session, "create_time": when, "pay_time": paid,
            "pay_attempts": chance.choice((1, 1, 1, 2, 3)) if paid else chance.choice((0, 1, 2)), "currency": "CNY",
            "is_presale": presale, "is_test": chance.random() < 0.02, "is_first_order": False,
            "exclude_reason": "刷单" if chance.random() < 0.015 else None,
        }  # fmt: skip
        self.fulfil(row, voucher)
        lines = self.lines(row)
        self.total(row, lines)
        if paid and not (row["is_test"] or row["exclude_reason"]):
            if user["first_pay_time"] is None:
                user["first_pay_time"] = paid
            user["first_pay_time"] = min(user["first_pay_time"], paid)
        self.keep(row, lines)

    def paid_at(self, when: datetime, presale: bool) -> datetime | None:
        """Some pay on the first or on the last second of a month."""
        chance = self.chance
        if presale:
            return self.world.known(when + timedelta(days=chance.randint(8, 14), minutes=chance.randint(0, 600)))
        if chance.random() < 0.11:
            return None
        paid = when + timedelta(seconds=chance.randint(20, 1500))
        if chance.random() < 0.06:
            paid += timedelta(days=chance.randint(1, 2))
            paid = paid.replace(hour=0, minute=0, second=0) if paid.day == 1 else paid
        elif (when + timedelta(days=1)).day == 1 and chance.random() < 0.3:
            paid = when.replace(hour=23, minute=59, second=59)
        return self.world.known(paid)

    def fulfil(self, row: dict[str, Any], voucher: bool) -> None:
        """Times after payment. Nothing is waiting at the cut-off but what was paid shortly before it."""
        chance, known, paid = self.chance, self.world.known, row["pay_time"]
        row["status"] = "paid"
        if paid is None:
            row["cancel_time"] = known(row["create_time"] + timedelta(hours=24))
            row["status"] = "cancelled" if row["cancel_time"] else "created"
        elif voucher:
            row["ship_time"] = row["sign_time"] = known(paid + timedelta(seconds=5))
            row["expire_time"] = paid.replace(hour=23, minute=59, second=59) + timedelta(days=chance.choice((30, 60, 90)))
            used = paid + (row["expire_time"] - paid) * chance.random() if chance.random() < 0.75 else None
            row["redeem_time"] = used and known(used.replace(microsecond=0))
        else:
            self.deliver(row)

    def deliver(self, row: dict[str, Any]) -> None:
        chance, known, paid = self.chance, self.world.known, row["pay_time"]
        agreed = paid + (timedelta(days=10) if row["is_presale"] else timedelta(hours=48))
        row["promise_ship_time"], row["promise_sign_time"] = agreed, agreed + timedelta(hours=72)
        begin = agreed - timedelta(hours=chance.choice((0, 0, 0, 5))) if row["is_presale"] else paid
        shipped = begin + self.world.hours(22 if promo(paid) else 15)
        if chance.random() < 0.04:
            row["cancel_time"] = known(paid + (shipped - paid) * 0.5)
            row["cancel_time"] = row["cancel_time"] and row["cancel_time"].replace(microsecond=0)
            row["status"] = "cancelled" if row["cancel_time"] else "paid"
            return
        row["ship_time"] = known(shipped)
        row["sign_time"] = known(shipped + self.world.hours(52))
        row["finish_time"] = row["sign_time"] and known(row["sign_time"] + timedelta(days=7))
        row["status"] = next(
            name for name, at in (("finished", "finish_time"), ("signed", "sign_time"), ("shipped", "ship_time"), ("paid", "pay_time"))
            if row[at]
        )  # fmt: skip

    def lines(self, row: dict[str, Any]) -> list[dict[str, Any]]:
        """Order lines in cents; the last may be a gift, which is no sale."""
        chance, when = self.chance, row["create_time"]
        out = []
        for number in range(1, chance.choice((1, 1, 1, 2, 2, 3)) + 1):
            good = self.good(when, row["unit_id"])
            qty = chance.choice((1, 1, 1, 2, 3)) * (20 if chance.random() < 0.004 else 1)
            price = 7 * round(good["cents"] / 7 * chance.uniform(0.9, 1))
            name = promo(row["pay_time"]) if row["pay_time"] and chance.random() < 0.8 else None
            off = 7 * round(price * qty / 7 * (0.1 if name else chance.choice((0, 0, 0.05))))
            out.append(line(number, good, qty, price, off, name, f"C{chance.randint(1, 40):03d}" if chance.random() < 0.1 else None))
        if chance.random() < 0.08:
            out.append(line(len(out) + 1, self.good(when, row["unit_id"]), 1, 0, 0, None, None) | {"is_gift": True})
        return out

    def total(self, row: dict[str, Any], lines: list[dict[str, Any]]) -> None:
        row["goods_amount"] = sum(each["unit_price"] * each["qty"] for each in lines)
        row["discount_amount"] = sum(each["line_discount"] for each in lines)
        row["freight_amount"] = 0 if row["store_id"] else self.chance.choice((0, 0, 100 * USD))
        row["paid_amount"] = row["goods_amount"] - row["discount_amount"] + row["freight_amount"]

    def keep(self, row: dict[str, Any], lines: list[dict[str, Any]]) -> None:
        """Write the order down; some are split into children, and the parent's row stays in the export."""
        sales = [each for each in lines if not each["is_gift"]]
        if len(sales) > 1 and row["pay_time"] and self.chance.random() < 0.15:
            halves = (lines[:1], lines[1:])
            for number, half in enumerate(halves, 1):
                child = row | {"order_id": f"{row['order_id']}-{number}", "parent_order_id": row["order_id"]}
                self.total(child, half)
                child["freight_amount"] = row["freight_amount"] if number == 1 else 0
                child["paid_amount"] = child["goods_amount"] - child["discount_amount"] + child["freight_amount"]
                self.write(child, half)
            gone = dict.fromkeys(("ship_time", "sign_time", "finish_time", "redeem_time", "expire_time"))
            self.world.add("orders", **in_yuan(row | gone | {"promise_sign_time": None}))
        else:
            self.write(row, lines)

    def write(self, row: dict[str, Any], lines: list[dict[str, Any]]) -> None:
        self.world.add("orders", **in_yuan(row))
        for each in lines:
            self.world.add("order_items", order_id=row["order_id"], **in_yuan(each))
        if row["pay_time"]:
            self.send_back(row, lines)

    def send_back(self, row: dict[str, Any], lines: list[dict[str, Any]]) -> None:
        chance, known = self.chance, self.world.known
        if row.get("cancel_time") and row["pay_time"]:
            self.refund(row, None, row["cancel_time"], row["paid_amount"], None, "仅退款", "买家取消", "买家", 1)
            return
        if not row.get("sign_time"):
            return
        for each in lines:
            if each["is_gift"] or chance.random() > 0.09:
                continue
            days = chance.randint(32, 100) if chance.random() < 0.1 else chance.randint(1, 12)
            applied = known(row["sign_time"] + timedelta(days=days, seconds=chance.randrange(3600)))
            kind, reason = weighted(chance, {"仅退款": 3, "退货退款": 6, "换货": 1}), weighted(chance, REFUND_REASONS)
            amount = 0 if kind == "换货" else each["line_paid"] // chance.choice((1, 1, 2))
            if applied:
                qty = chance.randint(1, each["qty"])
                blame = weighted(chance, {"买家": 4, "卖家": 4, "物流": 1, "平台": 1})
                self.refund(row, each["line_no"], applied, amount, qty, kind, reason, blame, chance.randint(0, 5))

    def refund(self, row: dict[str, Any], line_no: int | None, applied: datetime, amount: int, qty: int | None,
               kind: str, reason: str, blame: str, days: int) -> None:  # fmt: skip
        done = None if self.chance.random() < 0.1 else self.world.known(applied + timedelta(days=days, minutes=7))
        self.world.add(
            "refunds", refund_id=f"R{len(self.world.rows['refunds']) + 1:06d}", order_id=row["order_id"], line_no=line_no,
            apply_time=applied, success_time=done, amount=amount / 100, qty=qty, type=kind, reason_code=reason,
            responsibility=blame, is_dispute=self.chance.random() < 0.12,
        )  # fmt: skip


def line(number: int, good: dict[str, Any], qty: int, price: int, off: int, name: str | None,
         content: str | None) -> dict[str, Any]:  # fmt: skip
    return {
        "line_no": number, "sku_id": good["sku"], "spu_id": good["sku"].replace("S", "P"), "category": good["category"],
        "qty": qty, "unit_price": price, "line_discount": off, "line_paid": price * qty - off, "unit_cost": good["cost"],
        "is_gift": False, "promo_id": name, "content_id": content,
    }  # fmt: skip


def in_yuan(row: dict[str, Any]) -> dict[str, Any]:
    money = ("goods_amount", "discount_amount", "freight_amount", "paid_amount", "unit_price", "line_discount", "line_paid", "unit_cost")
    return {name: value / 100 if name in money else value for name, value in row.items()}


def promo(day: datetime) -> str | None:
    """Promotion of a day; every month has its members' day."""
    for month, first, last_month, last, name in PROMOS:
        if (month, first) <= (day.month, day.day) <= (last_month, last):
            return f"{name}-{day.year}"
    return f"PM{day:%Y%m}" if day.day in (15, 16) and day.month not in (6, 11) else None


def mark_first_orders(world: World) -> None:
    """First by the whole history: a customer from before the first row has none here."""
    first = {user["user_id"]: user["first_pay_time"] for user in world.rows["users"]}
    for order in world.rows["orders"]:
        counts = not order["is_test"] and not order["exclude_reason"]
        assert isinstance(order, dict)
        order["is_first_order"] = counts and order["pay_time"] is not None and order["pay_time"] == first[order["buyer_id"]]


def run(world: World) -> Shop:
    shop = Shop(world)
    shop.open()
    mark_first_orders(world)
    return shop
