"""A seeded generator of whole companies: trees, roles with dates, superiors, opinions, plans, missing data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from kpi_xl.book.starter import Content, starter
from kpi_xl.book.tables.inputs import FLAGS, POLICIES
from kpi_xl.library import preset
from kpi_xl.model.grid import Scalar
from kpi_xl.model.periods import Period, parse_period
from tests.workbooks.cards import _weights as weights
from tests.workbooks.rules import Gauge, PlanRule, library_gauges, random_rule
from tests.workbooks.trials import Anchors, fact_cells, faulty, form_of, random_actual, random_anchors

Cells = dict[str, Scalar]
OPINIONS: Mapping[str, tuple[str, ...]] = {
    "RANK": ("", "smin=50; smax=110", "below=extend"),
    "PERCENTILE": ("", "smin=0; smax=100"),
    "ZSCORE": ("", "m=85; k=5", "robust=1"),
    "RATING": ("", "trim=0", "weights=上级:60%,同级:40%"),
    "MILESTONE": ("", "late=5%", "undone=50%"),
    "EFFICACY_EXP": ("",),
    "BLEND": ("parts=RATIO:0.6,LINEAR:0.4", "parts=LINEAR:50%,PERCENTILE:30%,95:20%"),
}
ROLES, LEVELS = ("上级", "同级", "协作", "自评", "下级"), ("优", "良", "中", "低", "差", 88.5, None)


@dataclass(frozen=True, slots=True)
class Market:
    """What a book of random companies is made of."""

    seed: int
    companies: int
    period: str = "2026-03"
    mode: str = "RECALC"
    cascade: str = "share"


@dataclass(slots=True)
class Desk:
    """Rows collected while companies are drawn."""

    rng: Random
    period: Period
    gauges: tuple[Gauge, ...]
    rows: dict[str, list[Cells]] = field(default_factory=lambda: {name: [] for name in (
        "tblSubjects", "tblPlan", "tblTargets", "tblActuals", "tblRatings", "tblMilestones", "tblRoles", "tblAdjustments",
    )})  # fmt: skip

    def add(self, table: str, **row: Scalar) -> None:
        self.rows[table].append(row)


def random_market(market: Market) -> Content:
    """Inputs of a book of random companies; the same `market` gives the same content."""
    period = parse_period(market.period)
    start = starter(preset("DECK12"), period, "zh")
    desk = Desk(Random(market.seed), period, library_gauges())
    for number in range(market.companies):
        _company(desk, f"C{number:04d}")
    given: Mapping[str, Scalar] = {"period_mode": market.mode, "year_mode_person": market.mode, "cascade": market.cascade}
    indicators = [{**row, "frequency": desk.rng.choice("MMMMMMMQ")} for row in start["tblIndicators"]]
    return {
        **start,
        "tblSettings": [{**row, "value": given.get(str(row["key"]), row["value"])} for row in start["tblSettings"]],
        "tblIndicators": indicators,
        **desk.rows,
    }


def _company(desk: Desk, name: str) -> None:
    """A department, a team and one or two people, each kind on a template of its own."""
    rng = desk.rng
    lines = {kind: tuple(_template(desk, f"{name}{kind}")) for kind in "DTP"}
    people = [f"{name}-{n}" for n in range(rng.choice((1, 2)))]
    tree = [(name, "department", "", "D"), (f"{name}-T", "team", name, "T")]
    tree += [(person, "person", rng.choice((name, f"{name}-T")), "P") for person in people]
    for subject, kind, parent, letter in tree:
        has_card = letter == "P" or rng.random() < 0.8
        desk.add(
            "tblSubjects", subject=subject, kind=kind, name=f"对象{subject}", parent=parent or None,
            template=f"{name}{letter}" if has_card else None, rank_group=f"{name}{letter}",
            alpha=rng.choice((None, None, 0.2, 0.4, 1.0)) if parent else None,
        )  # fmt: skip
        held = len(desk.rows["tblRoles"])
        cards = [subject, *(_roles(desk, subject, f"{name}T") if letter == "P" else ())]
        for card in cards:
            _facts(desk, card, lines["T" if card.endswith("#2") else letter])
        if has_card and len(desk.rows["tblRoles"]) == held:
            _adjust(desk, subject)


def _template(desk: Desk, name: str) -> Iterator[tuple[Gauge, PlanRule]]:
    rng = desk.rng
    chosen = rng.sample(desk.gauges, rng.choice((1, 1, 2, 3)))
    for number, (gauge, weight) in enumerate(zip(chosen, weights(rng, len(chosen)), strict=True), start=1):
        rule = random_rule(rng, gauge)
        if rng.random() < 0.55 and gauge.direction != "range":
            code = rng.choice(list(OPINIONS))
            rule = PlanRule(code, rng.choice(OPINIONS[code]))
        desk.add(
            "tblPlan", template=name, kpi=gauge.code, no=float(number), weight=weight, rule=rule.name,
            params=rule.params or None, missing=rng.choice(POLICIES),
            measured_at=rng.choice((None, None, None, "self", "parent")) if name.endswith("P") else None,
        )  # fmt: skip
        yield gauge, rule


def _roles(desk: Desk, person: str, other: str) -> Iterator[str]:
    """Nothing, a joiner, a leaver, or a transfer; the id of the second card where there is one."""
    rng, start, end = desk.rng, desk.period.start, desk.period.end
    kind = rng.choices(("none", "joins", "leaves", "moves", "dual"), (0.5, 0.15, 0.1, 0.15, 0.1))[0]
    day = datetime(start.year, start.month, start.day) + timedelta(rng.randrange((end - start).days))
    if kind == "joins":
        desk.add("tblRoles", person=person, role_no=1.0, **{"from": day})
    elif kind == "leaves":
        desk.add("tblRoles", person=person, role_no=1.0, to=day)
    elif kind in ("moves", "dual"):
        share = 0.6 if kind == "dual" else None
        last, first = (None, None) if kind == "dual" else (day, day + timedelta(1))
        desk.add("tblRoles", person=person, role_no=1.0, to=last, fte=share)
        desk.add("tblRoles", person=person, role_no=2.0, template=other, fte=0.4 if share else None, **{"from": first})
        yield f"{person}#2"


def _facts(desk: Desk, card: str, lines: tuple[tuple[Gauge, PlanRule], ...]) -> None:
    rng = desk.rng
    for gauge, rule in lines:
        where: Cells = {"period": str(desk.period), "subject": card, "kpi": gauge.code}
        curve = rule if rule.name not in OPINIONS else PlanRule("LINEAR", "")
        anchors = random_anchors(rng, gauge, curve, faults=0.05)
        desk.rows["tblTargets"].append(
            {**where, "threshold": anchors.threshold, "target": anchors.target, "stretch": anchors.stretch}
        )
        if rule.name == "RATING" and rng.random() < 0.9:
            _ratings(desk, where)
        elif rule.name == "MILESTONE" and rng.random() < 0.9:
            _milestones(desk, card)
        if rule.name not in ("RATING", "MILESTONE") or rng.random() < 0.1:
            _actual(desk, where, gauge, curve, anchors)


def _actual(desk: Desk, where: Cells, gauge: Gauge, curve: PlanRule, anchors: Anchors) -> None:
    rng = desk.rng
    form = form_of(gauge, curve, anchors)
    fact = fact_cells(rng, gauge, random_actual(rng, gauge, form, anchors, gauge.size))
    if rng.random() < 0.12:
        fact = faulty(rng, fact)
    if rng.random() < 0.08:
        fact["flag"] = rng.choice(FLAGS)
    if rng.random() < 0.93:
        desk.rows["tblActuals"].append({**where, **fact})


def _ratings(desk: Desk, where: Cells) -> None:
    rng = desk.rng
    for number in range(rng.randrange(1, 8)):
        desk.rows["tblRatings"].append(
            {**where, "rater": f"R{number}", "role": rng.choice(ROLES), "level": rng.choice(LEVELS)}
        )


def _milestones(desk: Desk, card: str) -> None:
    """Once for each card, whatever the number of its rows that look at them."""
    rng = desk.rng
    if any(row["subject"] == card for row in desk.rows["tblMilestones"]):
        return
    due = datetime(desk.period.start.year, desk.period.start.month, 10)
    for number, weight in enumerate(weights(rng, rng.choice((1, 2, 3)))):
        is_done = rng.random() < 0.6
        desk.add(
            "tblMilestones", period=str(desk.period), subject=card, plan=f"里程碑{number}", weight=weight, due=due,
            done=due + timedelta(rng.choice((-3, 0, 2, 9, 60))) if is_done else None,
            progress=None if is_done else rng.choice((None, 0.0, 0.35, 1.0)), evidence=rng.choice(("OA-1", None)),
        )  # fmt: skip


def _adjust(desk: Desk, card: str) -> None:
    rng = desk.rng
    kind = rng.choices(("", "bonus", "penalty", "veto"), (0.8, 0.08, 0.08, 0.04))[0]
    if kind:
        desk.add(
            "tblAdjustments", period=str(desk.period), subject=card, kind=kind, points=rng.choice((0.5, 2.0, 12.0)),
            effect="CAP_SCORE" if kind == "veto" else None, reason="事由", evidence="OA-2", approver="总经办",
        )  # fmt: skip
