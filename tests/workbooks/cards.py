"""A seeded generator of whole books: many subjects on many templates, with everything that can be odd about them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from kpi_xl.book.starter import Content, starter
from kpi_xl.book.tables.inputs import EFFECTS, FLAGS, PERSPECTIVES, POLICIES
from kpi_xl.labels import Lang
from kpi_xl.library import indicators, preset
from kpi_xl.model.grid import Scalar
from kpi_xl.model.periods import Period, parse_period
from tests.workbooks.rules import Gauge, PlanRule, library_gauges, own_gauge, random_rule
from tests.workbooks.trials import Anchors, Cells, fact_cells, faulty, form_of, random_actual, random_anchors

EDGE = Gauge("XEDGE", "", 4, 9, "up", False, 1.0, 0.0, 100.0)
"""On a card of such rows the total can be put on a grade bound to the cent."""
OWN = 40
POINTS = (0.1, 0.2, 0.335, 0.5, 1.005, 1.0, 2.0, 2.0, 7.5, 12.0)
OWN_SCHEME = tuple(
    dict(zip(("scheme", "grade", "lo", "coef", "slope"), ("OWN", *row), strict=True))
    for row in (
        ("不合格", 0.0, 0.0, None),
        ("B", 60.0, 0.6, 0.01),
        ("3+", 77.77, 0.8, 0.005),
        ("3", 85.0, 1.0, 0.0),
        ("A+", 105.5, 1.25, 0.0125),
    )
)
"""A scheme of a company's own: grades of any kind of text, an empty slope."""
WORDS = ("合格", "yes", "A级", "不合格", "YES ", "no")


@dataclass(frozen=True, slots=True)
class Book:
    """What a random book is made of."""

    seed: int
    cards: int
    period: str = "2026-03"
    scheme: str = "BAND120"
    lang: Lang = "zh"
    rows: tuple[int, ...] = (1, 2, 2, 3)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a template."""

    gauge: Gauge
    rule: PlanRule
    weight: float
    policy: str
    cap: float | None
    floor: float | None


@dataclass(slots=True)
class Desk:
    """Rows collected while a book is drawn."""

    rng: Random
    period: Period
    bounds: tuple[float, ...]
    targets: list[Cells] = field(default_factory=list)
    actuals: list[Cells] = field(default_factory=list)
    adjustments: list[Cells] = field(default_factory=list)


def monthly_gauges() -> tuple[Gauge, ...]:
    """The shipped indicators that are due in every period."""
    return tuple(gauge for gauge in library_gauges() if indicators()[gauge.code].frequency == "M")


def random_content(book: Book) -> Content:
    """Inputs of a random book; the same `book` gives the same content."""
    rng, period = Random(book.seed), parse_period(book.period)
    start = starter(preset("DECK12"), period, book.lang)
    own = [own_gauge(rng, f"X{number:03d}") for number in range(OWN)]
    gauges = [*monthly_gauges(), *own]
    templates = {f"T{n:03d}": _template(rng, gauges, book.rows, n) for n in range(book.cards // 2 + 1)}
    grades = [*start["tblGrades"][:6], *OWN_SCHEME, *start["tblGrades"][6:]]
    bounds = tuple(float(str(row["lo"])) for row in grades if row["scheme"] == book.scheme and row["lo"])
    desk = Desk(rng, period, bounds)
    subjects = list(_subjects(desk, templates, book.cards))
    rng.shuffle(desk.targets)
    rng.shuffle(desk.actuals)
    return {
        **start,
        "tblSettings": [_setting(row, scheme=book.scheme, year_mode_person="RECALC") for row in start["tblSettings"]],
        "tblGrades": grades,
        "tblSubjects": subjects,
        "tblIndicators": [*start["tblIndicators"], *(_indicator(rng, gauge) for gauge in (*own, EDGE))],
        "tblPlan": [row for name, lines in templates.items() for row in _plan_rows(name, lines)],
        "tblTargets": desk.targets,
        "tblActuals": desk.actuals,
        "tblAdjustments": desk.adjustments,
    }


def _setting(row: Mapping[str, Scalar], **values: Scalar) -> Mapping[str, Scalar]:
    return {**row, "value": values.get(str(row["key"]), row["value"])}


def _template(rng: Random, gauges: Sequence[Gauge], sizes: tuple[int, ...], number: int) -> tuple[Line, ...]:
    if number % 6 == 0:
        return (Line(EDGE, PlanRule("RATIO", ""), 1.0, "BLOCK", None, None),)
    chosen = rng.sample(gauges, rng.choice(sizes))
    return tuple(
        Line(
            gauge,
            random_rule(rng, gauge),
            weight,
            rng.choice(POLICIES),
            rng.choice((None,) * 8 + (100.0, 150.0, 90.005)),
            rng.choice((None,) * 8 + (0.0, 30.0, -20.0)),
        )
        for gauge, weight in zip(chosen, _weights(rng, len(chosen)), strict=True)
    )


def _weights(rng: Random, count: int) -> list[float]:
    """Weights that sum to 1: whole percents, equal parts, or with a row that weighs nothing."""
    if count > 2 and rng.random() < 0.15:
        return [*_weights(rng, count - 1), 0.0]
    if rng.random() < 0.2:
        part = round(1 / count, 9)
        return [*[part] * (count - 1), round(1 - part * (count - 1), 9)]
    cuts = sorted(rng.sample(range(1, 100), count - 1))
    return [round((b - a) / 100, 2) for a, b in zip([0, *cuts], [*cuts, 100], strict=True)]


def _plan_rows(name: str, lines: Sequence[Line]) -> Iterator[Cells]:
    for number, line in enumerate(lines, start=1):
        yield {
            "template": name, "kpi": line.gauge.code, "no": float(number), "weight": line.weight,
            "rule": line.rule.name, "params": line.rule.params or None, "cap": line.cap, "floor": line.floor,
            "missing": line.policy,
        }  # fmt: skip


def _indicator(rng: Random, gauge: Gauge) -> Cells:
    shown = gauge.decimals - 2 if gauge.unit == "%" else gauge.decimals
    return {
        "kpi": gauge.code, "zh": f"自设{gauge.code}", "en": f"Own {gauge.code}",
        "perspective": rng.choice(PERSPECTIVES), "unit": gauge.unit, "decimals": float(shown),
        "direction": gauge.direction, "agg_time": "SUM" if gauge.additive else "RATIO", "min_n": gauge.min_n,
    }  # fmt: skip


def _subjects(desk: Desk, templates: Mapping[str, tuple[Line, ...]], count: int) -> Iterator[Cells]:
    rng, names, before = desk.rng, list(templates), ""
    for number in range(count):
        subject: Scalar = f"P{number:03d}" if rng.random() < 0.8 else f"{10000 + number}"
        name = str(subject)
        if before and rng.random() < 0.12:
            template = _copy(desk, before, name)
        else:
            template = names[number % len(names)] if number < len(names) else rng.choice(names)
            _card(desk, name, templates[template])
        _adjust(desk, name, templates[template])
        before = f"{name}|{template}"
        group = rng.choice(("甲组", "乙组", "dept", "Dept", None))
        yield {"subject": float(name) if name.isdigit() and rng.random() < 0.5 else name, "kind": "person",
               "name": f"员工{number}", "template": template, "rank_group": group}  # fmt: skip


def _copy(desk: Desk, before: str, name: str) -> str:
    """The same template, targets and facts as the card before, so that their totals tie."""
    subject, _, template = before.partition("|")
    for table in (desk.targets, desk.actuals):
        table += [{**row, "subject": name} for row in table if row["subject"] == subject]
    return template


def _card(desk: Desk, subject: str, lines: Sequence[Line]) -> None:
    rng = desk.rng
    kind = rng.choices(("clean", "gaps", "broken", "excluded"), (0.63, 0.22, 0.1, 0.05))[0]
    for line in lines:
        if line.gauge is EDGE:
            _edge(desk, subject)
            continue
        anchors = random_anchors(rng, line.gauge, line.rule, faults=0.3 if kind == "broken" else 0.0)
        desk.targets.append(_row(desk, desk.period, subject, line, anchors.threshold, anchors.target, anchors.stretch))
        previous = _earlier(desk, subject, line)
        is_gap = kind == "gaps" and rng.random() < 0.45
        fact: Cells | None = _fact(desk, line, anchors, previous)
        if is_gap:
            nothing: Cells | None = rng.choice(({}, None))
            fact = faulty(rng, fact or {}) if rng.random() < 0.6 else nothing
            _waive(desk, subject, line)
        if kind == "excluded":
            fact = {**(fact or {}), "flag": "EXCLUDED"}
        if fact is not None:
            desk.actuals.append({**_row(desk, desk.period, subject, line), **fact})


def _edge(desk: Desk, subject: str) -> None:
    """A card of one row whose score lies on a grade bound, or a hair beside it."""
    rng = desk.rng
    off = rng.choice((0.0, 0.0, -0.01, 0.01, -0.005, 0.005, -0.0049, 0.0001, -0.0001))
    line = Line(EDGE, PlanRule("RATIO", ""), 1.0, "BLOCK", None, None)
    desk.targets.append(_row(desk, desk.period, subject, line, None, 100.0, None))
    actual = {"value": round(rng.choice(desk.bounds) + off + rng.choice((0.0, 0.0, -2.0)), 4)}
    desk.actuals.append({**_row(desk, desk.period, subject, line), **actual})


def _row(desk: Desk, period: Period, subject: str, line: Line, *anchors: float | None) -> Cells:
    """The key columns of a row, now and then in another spelling of the same codes; targets when given."""
    code = line.gauge.code.lower() if desk.rng.random() < 0.03 else line.gauge.code
    cells: Cells = {"period": str(period), "subject": subject, "kpi": code}
    return {**cells, **dict(zip(("threshold", "target", "stretch"), anchors, strict=True))} if anchors else cells


def _fact(desk: Desk, line: Line, anchors: Anchors, previous: float) -> Cells:
    rng = desk.rng
    form = form_of(line.gauge, line.rule, anchors)
    if form is not None and form.texts:
        return {"value": rng.choice(WORDS)}
    cells = fact_cells(rng, line.gauge, random_actual(rng, line.gauge, form, anchors, previous))
    return {**cells, "flag": rng.choice(FLAGS)} if rng.random() < 0.06 else cells


def _earlier(desk: Desk, subject: str, line: Line) -> float:
    """Facts of the period before (and two before it) and of the year before; the base that growth will have."""
    rng, gauge, period = desk.rng, line.gauge, desk.period
    looks_back = line.policy in ("POOL3", "LAST") or line.rule.name == "GROWTH"
    base = round(gauge.size * rng.choice((1.0, 0.9, -0.5, 1 / 3)), gauge.decimals)
    for when in dict.fromkeys((period.shift(-1), period.shift(-2), period.shift(-3), period.year_ago)):
        if rng.random() < (0.8 if looks_back else 0.25):
            fact = fact_cells(rng, gauge, 0.0 if rng.random() < 0.1 else base)
            odd = faulty(rng, fact) if rng.random() < 0.08 else fact
            desk.actuals.append({**_row(desk, when, subject, line), **odd})
    return base


def _waive(desk: Desk, subject: str, line: Line) -> None:
    if line.policy == "REWEIGHT" and desk.rng.random() < 0.7:
        reason = {"scope": line.gauge.code, "reason": "问卷改版", "approver": "张总"}
        desk.adjustments.append({"period": str(desk.period), "subject": subject, "kind": "waiver", **reason})


def _adjust(desk: Desk, subject: str, lines: Sequence[Line]) -> None:
    """Bonus and penalty, sometimes beyond the cap; vetoes of every effect; now and then one without approver."""
    rng = desk.rng
    rows: list[Cells] = []
    if rng.random() < 0.35:
        kinds = rng.choices(("bonus", "penalty"), k=rng.choice((1, 2, 3)))
        rows += [{"kind": kind, "points": rng.choice(POINTS)} for kind in kinds]
    if rng.random() < 0.14:
        effect = rng.choice(EFFECTS)
        scope = {"ZERO_INDICATOR": lines[0].gauge.code, "ZERO_PERSPECTIVE": rng.choice(PERSPECTIVES)}.get(effect)
        rows.append({"kind": "veto", "effect": effect, "value": _limit(rng, effect), "scope": scope})
    for row in rows:
        because: Cells = {"reason": "专项", "evidence": "E-1", "approver": None if rng.random() < 0.04 else "张总"}
        desk.adjustments.append({"period": str(desk.period), "subject": subject, **row, **because})


def _limit(rng: Random, effect: str) -> Scalar:
    if effect == "CAP_GRADE":
        return rng.choice(("S", "A", "B", "C", "D", "b", "X", 3.0, "3+", "A+"))
    return rng.choice((None, 70.0, 84.995, 100.0, 0.0, 150.0, -5.0)) if effect == "CAP_SCORE" else None
