"""Service, opinion, content and collaboration of the generated company."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.facts.company.shop import Shop
from tests.facts.company.world import ROBOT, UNITS, World, weighted

WRONG_GOODS = ("错发", "漏发", "破损")
SPAM = "垃圾询盘"
DEFAULT_REVIEW = "默认好评"
LEVELS = {"优": 3, "良": 4, "中": 2, "低": 1, "差": 0.3}


def run(world: World, shop: Shop) -> None:
    orders = [order for order in world.rows["orders"] if order["pay_time"]]
    tickets(world, shop, orders)
    surveys(world, orders)
    content(world)
    handoffs(world)
    milestones(world)
    ratings(world)


def tickets(world: World, shop: Shop, orders: list[Any]) -> None:
    chance = world.chance
    for when, user, unit, _ in shop.asked:
        ticket(world, when, "咨询", "售前", unit, user_id=user)
    for order in orders:
        signed, about = order.get("sign_time"), {"user_id": order["buyer_id"], "order_id": order["order_id"]}
        if chance.random() < 0.06:
            ticket(world, order["pay_time"] + timedelta(minutes=chance.randint(1, 600)), "咨询", "售中", order["unit_id"], **about)
        if signed and chance.random() < 0.07:
            for _ in range(chance.choice((1, 1, 2))):
                reason = chance.choice((*WRONG_GOODS, "退换货", "质量问题"))
                ticket(world, signed + timedelta(hours=chance.randint(1, 90)), "售后", "售后", order["unit_id"], reason_code=reason, **about)
        if chance.random() < 0.02 and order["unit_id"] != "U04":
            told = order["pay_time"] + timedelta(hours=chance.randint(20, 200))
            for channel in range(chance.choice((1, 1, 1, 2))):
                ticket(world, told + timedelta(minutes=40 * channel), "投诉", "售后", order["unit_id"], reason_code="投诉", **about)
    inquiries(world, shop)


def inquiries(world: World, shop: Shop) -> None:
    """Of the unit that also sells to businesses; asked twice on a day, or spam."""
    chance, seen = world.chance, set()
    for when, user, unit, sku in shop.asked:
        if unit != "U01" or chance.random() < 0.5 or (user, when.date()) in seen:
            continue
        seen.add((user, when.date()))
        reason = SPAM if chance.random() < 0.1 else None
        for again in range(chance.choice((1, 1, 1, 2))):
            later = min(when + timedelta(minutes=25 * again), when.replace(hour=23, minute=59, second=59))
            ticket(world, later, "询盘", None, unit, user_id=user, sku_id=sku, reason_code=reason)


def ticket(world: World, when: datetime, kind: str, stage: str | None, unit: str, **more: Any) -> None:
    chance = world.chance
    if when >= world.cut_off:
        return
    robot = chance.random() < 0.08
    served = 9 <= when.hour < 21
    begin = when if served else when.replace(hour=9, minute=0, second=0) + timedelta(days=when.hour >= 21)
    answered = when + timedelta(seconds=1) if robot else begin + timedelta(seconds=round(chance.expovariate(1 / 45)))
    if not served and not robot and chance.random() < 0.1:
        answered = when + timedelta(seconds=20)
    ignored = not robot and chance.random() < 0.03
    closed = None if ignored else world.known(answered + timedelta(minutes=chance.randint(3, 900)))
    world.add(
        "tickets", ticket_id=f"T{len(world.rows['tickets']) + 1:06d}", create_time=when, type=kind, stage=stage,
        first_response_time=None if ignored else world.known(answered), close_time=closed,
        agent_id=ROBOT if robot else f"A{chance.randint(1, 15):02d}", responsible_unit=unit,
        contacts=chance.choice((1, 1, 1, 1, 2, 3)), reopened=chance.random() < 0.06,
        resolved_flag=closed is not None and chance.random() < 0.88, **more,
    )  # fmt: skip


def surveys(world: World, orders: list[Any]) -> None:
    for order in orders:
        signed = order.get("sign_time")
        asked = signed and world.known(signed + timedelta(days=1))
        if asked and order["unit_id"] != "U03" and world.chance.random() < 0.3:
            satisfaction(world, order, asked)
        if asked and world.chance.random() < 0.25:
            review(world, order, asked)
        if asked and world.chance.random() < 0.2:
            score = world.chance.choice((0, 3, 6, 7, 8, 8, 9, 9, 9, 10, 10, None))
            answer(world, asked, order["unit_id"], "NPS", user_id=order["buyer_id"], score=score, scale_min=0, scale_max=10)
    for month in world.months():
        if month.month % 3 == 0:
            awareness(world, month + timedelta(days=14))


def satisfaction(world: World, order: Any, when: datetime) -> None:
    """Two scales side by side; the market's strata are weighted; a blank answer is no vote."""
    chance = world.chance
    full = chance.choice((5, 5, 5, 10))
    score = None if chance.random() < 0.03 else full - chance.choice((0, 0, 0, 1, 1, 2, 3))
    stratum = chance.choice(("老客", "新客"))
    answer(world, when, order["unit_id"], "CSAT", user_id=order["buyer_id"], score=score, scale_min=1, scale_max=full,
           stratum=stratum, weight=0.75 if stratum == "老客" else 1.5)  # fmt: skip


def review(world: World, order: Any, when: datetime) -> None:
    """Stars; a review that the platform gives by default, because nobody wrote one, is no vote."""
    default = world.chance.random() < 0.3
    score = 5 if default else world.chance.choice((1, 2, 3, 4, 4, 5, 5, 5, 5))
    answer(world, when, order["unit_id"], "REVIEW", dimension=DEFAULT_REVIEW if default else "商品",
           user_id=order["buyer_id"], score=score, scale_min=1, scale_max=5)  # fmt: skip


def awareness(world: World, when: datetime) -> None:
    """Brand awareness is asked once in a quarter; who did not answer is not in the sample."""
    for unit in UNITS:
        for _ in range(20 if unit == "U04" else 60):
            stratum = world.chance.choice(("一线", "其他"))
            aware = None if world.chance.random() < 0.05 else world.chance.random() < 0.42
            answer(world, when, unit, "BRAND", aware_flag=aware, stratum=stratum, weight=0.5 if stratum == "一线" else 1.25)


def answer(world: World, when: datetime, unit: str, kind: str, **more: Any) -> None:
    number = len(world.rows["surveys"]) + 1
    row = {"dimension": "总体", "question_id": "Q1", "weight": 1.0} | more
    world.add("surveys", resp_id=f"V{number:06d}", date=when.replace(hour=0, minute=0, second=0), unit_id=unit, survey_type=kind, **row)


def content(world: World) -> None:
    chance = world.chance
    for number, day in enumerate(day for day in world.days() for unit in UNITS if day.day % 6 == 0 and day >= world.opened(unit)):
        unit = [unit for unit in UNITS if day >= world.opened(unit)][number % len([u for u in UNITS if day >= world.opened(u)])]
        planned = day + timedelta(hours=10)
        late = chance.choice((0, 0, 0, 0, 0, 0, 0, 0, 1, 3, None))
        shown = None if late is None else world.known(planned + timedelta(days=late) - timedelta(minutes=chance.randint(0, 90) if late == 0 else 0))
        piece = f"C{number + 1:03d}"
        world.add("content", content_id=piece, plan_publish_time=planned, publish_time=shown, unit_id=unit,
                  type=chance.choice(("video", "article")), channel=weighted(chance, {"social": 3, "app": 1}))  # fmt: skip
        for age in range(8 if shown else 0):
            date = (shown or day).replace(hour=0, minute=0, second=0) + timedelta(days=age)
            if date < world.cut_off:
                seen = chance.randint(200, 3000)
                world.add(
                    "content_daily", date=date, content_id=piece, impressions=seen, views=seen // 3, likes=seen // 40,
                    comments=chance.randint(0, 9), shares=chance.randint(0, 5), favorites=chance.randint(0, 12),
                    guided_orders=chance.randint(0, 1), guided_pay_amount=chance.choice((0, 0, 45.5, 88.0, 120.25)),
                )  # fmt: skip


def handoffs(world: World) -> None:
    """Accepted by the receiver, or so says the deliverer; done on time, or late, or not at all; now and then reworked."""
    chance = world.chance
    for day in world.days():
        giver, taker = chance.sample([unit for unit in UNITS if day >= world.opened(unit)], 2)
        due = day + timedelta(hours=18)
        done = world.known(due + timedelta(hours=chance.choice((-30, -5, -2, -1, 0, 0, 4, 26)))) if chance.random() < 0.95 else None
        world.add(
            "handoffs", handoff_id=f"H{len(world.rows['handoffs']) + 1:05d}", from_unit=giver, to_unit=taker, item="周报",
            due_time=due, done_time=done, accepted_time=done and world.known(done + timedelta(hours=2)),
            rework_count=chance.choice((0, 0, 0, 0, 0, 0, 0, 0, 1, 2)), confirmed_by=giver if chance.random() < 0.05 else taker,
        )  # fmt: skip


def milestones(world: World) -> None:
    chance = world.chance
    for month in world.months():
        for unit in UNITS:
            due = month + timedelta(days=chance.randint(5, 24))
            late = chance.choice((-3, 0, 0, 0, 5, 12, None))
            done = None if late is None else world.known(due + timedelta(days=late))
            world.add(
                "milestones", plan_id=f"K{len(world.rows['milestones']) + 1:04d}", unit_id=unit, name="规划", due_date=due,
                weight=chance.choice((0.1, 0.2, 0.3)), done_date=done, progress=1.0 if done else chance.choice((0.0, 0.5, 0.8)),
                evidence=chance.choice(("纪要", "纪要", None)),
            )  # fmt: skip


def ratings(world: World) -> None:
    chance = world.chance
    for month in world.months():
        for unit in UNITS:
            for indicator, role, panel in (("COLLAB", "协作", chance.randint(3, 6)), ("INNOV", "专家", chance.randint(4, 7))):
                for number in range(panel):
                    world.add(
                        "ratings", period=f"{month:%Y-%m}", subject_id=unit, rater_id=f"{indicator[0]}{number:02d}",
                        rater_role=role, indicator=indicator, level=weighted(chance, LEVELS), comment=None,
                    )  # fmt: skip
