"""Targets and actuals of random card rows: on a bound, half a grid off it, on a tie of the rounding, or anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from kpi_xl.model.grid import Scalar
from kpi_xl.model.params import parse_params
from kpi_xl.scoring.curve import WITHOUT_END
from kpi_xl.scoring.rules import RuleForm, compile_rule
from tests.workbooks.rules import Gauge, PlanRule

Cells = dict[str, Scalar]


@dataclass(frozen=True, slots=True)
class Anchors:
    """Threshold, target and stretch as typed."""

    threshold: float | None
    target: float | None
    stretch: float | None


def random_anchors(rng: Random, gauge: Gauge, rule: PlanRule, faults: float) -> Anchors:
    """Anchors in the order of the direction; with a chance of `faults` in the wrong order, equal, zero or missing."""
    target, step = _target(rng, gauge, rule)
    sign = -1 if gauge.direction == "down" else 1
    places = gauge.decimals + rng.choice((0, 0, 0, 1, 3))
    levels: list[float | None] = [round(target + sign * step * k, places) for k in (-1, 0, 1.5)]
    if rng.random() < 0.25:
        levels[2] = None
    if rng.random() < faults:
        kind = rng.choice(("swap", "equal", "zero", "lack", "lack"))
        if kind == "swap":
            levels[0], levels[1] = levels[1], levels[0]
        elif kind == "equal":
            levels[0] = levels[1]
        else:
            levels[1] = 0.0 if kind == "zero" else None
    return Anchors(levels[0], levels[1], levels[2])


def _target(rng: Random, gauge: Gauge, rule: PlanRule) -> tuple[float, float]:
    if rule.name == "GROWTH":
        return rng.choice((0.1, 0.15, -0.05)), 0.08
    target = gauge.size * rng.choice((0.6, 1.0, 1.0, 1 / 3, 1.237, -0.8))
    return target, max(abs(target) * rng.choice((0.1, 0.25)), 10.0**-gauge.decimals)


def form_of(gauge: Gauge, rule: PlanRule, anchors: Anchors) -> RuleForm | None:
    """The rule as the engine compiles it, to know where its bounds are."""
    given = zip("TBS", (anchors.target, anchors.threshold, anchors.stretch), strict=True)
    letters = frozenset(letter for letter, number in given if number is not None)
    return compile_rule(rule.name, parse_params(rule.params), gauge.direction, gauge.digits, letters)[0]


def random_actual(rng: Random, gauge: Gauge, form: RuleForm | None, anchors: Anchors, previous: float) -> float:
    """An actual worth trying: near a bound of the rule's curve, on a tie of its score, zero, or far away."""
    basis = rng.choice(list(_bases(rng, form, anchors)) or [anchors.target or gauge.size])
    place = _actual_of(form, basis, anchors, previous)
    grid = 10.0**-gauge.decimals
    style = rng.random()
    if style < 0.55:
        return place + grid * rng.choice((0, 0, 0, 0.5, -0.5, 1, -1, 0.4, -0.4))
    if style < 0.65:
        return place + 10.0**-gauge.digits * rng.choice((0.5, -0.5, 1, -1))
    if style < 0.70:
        return 0.0
    return place + gauge.size * rng.choice((rng.gauss(0, 0.1), rng.gauss(0, 0.3), rng.choice((-3.0, 3.0))))


def _bases(rng: Random, form: RuleForm | None, anchors: Anchors) -> Iterator[float]:
    """Where the curve has bounds, and where its score is a tie in the third decimal."""
    if form is None or form.form is None or not form.form.segments:
        return
    curve = form.form.at(anchors.target, anchors.threshold, anchors.stretch)
    for x0, y0, slope, segment in zip(curve.x0, curve.y0, curve.slope, form.form.segments, strict=True):
        if segment.open < WITHOUT_END / 2:
            yield form.form.sign * x0
        if slope:
            tie = round(y0 + rng.uniform(-20, 20), 2) + rng.choice((0.005, 0.0))
            yield form.form.sign * (x0 + (tie - y0) / slope)


def _actual_of(form: RuleForm | None, basis: float, anchors: Anchors, previous: float) -> float:
    if form is None or form.measure == 1:
        return basis
    if form.measure == 2:
        base = form.reference if isinstance(form.reference, float) else previous
        return base + basis * abs(base)
    return anchors.target / basis if anchors.target and basis else 0.0


def fact_cells(rng: Random, gauge: Gauge, actual: float) -> Cells:
    """An actual as somebody reports it: a value, a numerator, or numerator and denominator with the sample size."""
    style = rng.random()
    if gauge.additive and style < 0.5:
        return {"num": float(f"{actual:.12g}")}
    if style < 0.5:
        return {"value": float(f"{actual:.12g}"), "n": _sample(rng) if rng.random() < 0.4 else None}
    den = float(rng.choice((7, 30, 380, 1250, 80000, 5_400_000)))
    num = actual * den / gauge.factor
    return {"num": round(num, rng.choice((0, 2, 9))) if abs(num) > 50 else float(f"{num:.12g}"), "den": den, "n": den}


def _sample(rng: Random) -> float:
    return float(rng.choice((30, 31, 200, 5000)))


def faulty(rng: Random, cells: Cells) -> Cells:
    """The same fact with one thing wrong or odd about it."""
    changed: dict[str, Cells] = {
        "few": {"n": float(rng.choice((0, 1, 29)))},
        "zero den": {"den": 0.0, "num": 5.0},
        "nothing over nothing": {"den": 0.0, "num": 0.0},
        "minus den": {"den": -4.0, "num": 5.0},
        "dash": {"num": "—", "den": None, "value": rng.choice(("—", "N/A", "无", "/"))},
        "no den": {"num": 3.0, "den": None, "value": None},
        "unequal": {"num": 3.0, "den": 4.0, "value": 1.0},
    }
    return {**cells, **changed[rng.choice(("few", "few", *changed))]}
