"""STEP, DEDUCT, PASSFAIL, RANGE: curves with jumps, or lines around a target."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil

from kpi_xl.model.params import UNLIMITED, Problem
from kpi_xl.scoring.curve import WITHOUT_END, Anchor, CurveForm, Segment
from kpi_xl.scoring.rules.form import Reader, RuleForm, is_constant, may_rise
from kpi_xl.scoring.rules.straight import scores_rise, through

MAX_SEGMENTS = 64
LEVER = 100.0
OPERATORS = (">=", ">", "<=", "<", "=", "between", "in")


def flat(at: Anchor, y: float, side: int = 1, open_: float = 0.0) -> Segment:
    """A level piece from a place on."""
    return Segment(at, y, y, side, open_)


def step(reader: Reader) -> RuleForm:
    """Bands, best first: the score of the first band that is reached."""
    form = step_form(reader, reader.digits)
    return reader.finish(form)


def step_form(reader: Reader, digits: int) -> CurveForm:
    """The curve of STEP over the given grid."""
    if reader.text("bands") is None:
        reader.missing("bands")
        return CurveForm((), reader.sign, digits)
    bands = reader.scored_places("bands")[::-1]
    if not bands:
        return CurveForm((), reader.sign, digits)
    if not may_rise([at for at, _ in bands]) or not scores_rise(bands):
        reader.wrong_order("bands")
    lowest = flat(bands[0][0], reader.number("floor", 0.0), 1, -WITHOUT_END)
    return CurveForm((lowest, *(flat(at, y) for at, y in bands)), reader.sign, digits)


def deduct(reader: Reader) -> RuleForm:
    """Points added or taken per unit of deviation from the target, along a line or per whole unit."""
    reader.needs.add("T")
    unit = reader.required("unit")
    up, down = reader.number("up", 0.0), reader.number("dn", 0.0)
    base, mode = reader.number("base", 100.0), reader.choice("mode", ("linear", "whole"))
    partial, pct = reader.choice("partial", ("drop", "ceil")), reader.choice("pct", ("1", "0"))
    if reader.text("up") is None and reader.text("dn") is None:
        reader.missing("up", "dn")
    elif up < 0 or down < 0 or not (up or down):
        reader.problems.append(Problem("E-PARAM-NUMBER", {"param": "up, dn", "found": f"{up:g}, {down:g}"}))
    if unit is not None and unit <= 0:
        reader.problems.append(Problem("E-PARAM-NUMBER", {"param": "unit", "found": f"{unit:g}"}))
    if unit is None or reader.problems:
        return reader.finish(None)
    place = _places(unit, relative=pct == "1")
    if mode == "linear":
        # Each line is drawn over a hundred points: over one unit, rounding its end to the grid would tilt it.
        worse = (place(-LEVER / down), base - LEVER) if down else (place(-1), base)
        better = (place(LEVER / up), base + LEVER) if up else (place(1), base)
        line = through([worse, (place(0), base), better], goes_on=True)
        return reader.finish(CurveForm(line, reader.sign, reader.digits))
    cap, floor = reader.number("cap", 120.0), reader.number("floor", 0.0)
    gains = max(1, ceil((cap - base) / up)) if up and cap < UNLIMITED else 0
    losses = max(2, ceil((base - floor) / down)) if down else 0
    if gains + losses + 2 > MAX_SEGMENTS or (up and cap >= UNLIMITED):
        reader.problems.append(Problem("E-PARAM-SEGMENTS", {"found": gains + losses + 2, "limit": MAX_SEGMENTS}))
        return reader.finish(None)
    segments = _whole_steps(place, base, up, down, gains, losses, partial)
    return reader.finish(CurveForm(segments, reader.sign, reader.digits))


Place = Callable[[float], Anchor]


def _places(unit: float, *, relative: bool) -> Place:
    """Where a number of units away from the target lies."""

    def place(units: float) -> Anchor:
        distance = units * unit
        return Anchor(t=1.0, d=distance) if relative else Anchor(t=1.0, const=distance)

    return place


def _whole_steps(
    place: Place, base: float, up: float, down: float, gains: int, losses: int, partial: str
) -> tuple[Segment, ...]:
    """One level per whole unit; a unit that is exactly full counts, in gain and in loss."""
    # A started unit counts under "ceil": level k holds from -k units on. Under "drop" only full ones count: level k
    # ends exactly at -k units, so every better level begins just above that bound. The target itself is always a
    # place of its own, so that units of no width show as segments out of order.
    if losses and partial == "drop":
        levels = [flat(place(-k - 1), base - down * k, -1) for k in range(losses, -1, -1)] + [flat(place(0), base)]
    else:
        levels = [flat(place(-k), base - down * k) for k in range(max(losses, 1), -1, -1)]
    upper = [flat(place(k), base + up * k) for k in range(1, gains + 1)]
    first, *rest = (*levels, *upper)
    return (Segment(first.at, first.y0, first.y1, first.side, -WITHOUT_END), *rest)


def passfail(reader: Reader) -> RuleForm:
    """All the points when a condition on the raw actual holds, the floor otherwise."""
    operator = reader.choice("op", OPERATORS)
    base, floor = reader.number("base", 100.0), reader.number("floor", 0.0)
    if operator == "in":
        words = frozenset(word.strip() for word in (reader.text("value") or "").split(",") if word.strip())
        if not words:
            reader.missing("value")
        return reader.finish(None, texts=words)
    low = reader.anchor(reader.text("value") or "T", "value", sign=1)
    high = _upper(reader) if operator == "between" else None
    if low is None or (operator == "between" and high is None):
        return reader.finish(None)
    if high is not None and is_constant(low) and is_constant(high) and low.const > high.const:
        reader.problems.append(
            Problem("E-PARAM-ORDER", {"param": "value, value2", "found": f"{low.const:.15g}, {high.const:.15g}"})
        )
    return reader.finish(CurveForm(_condition(operator, low, high or low, base, floor), 1, reader.digits))


def _upper(reader: Reader) -> Anchor | None:
    if reader.text("value2") is None:
        reader.missing("value2")
        return None
    return reader.anchor(reader.text("value2") or "", "value2", sign=1)


def _condition(operator: str, low: Anchor, high: Anchor, base: float, floor: float) -> tuple[Segment, ...]:
    before, after = (base, floor) if operator in ("<", "<=") else (floor, base)
    first = flat(low, before, 1, -WITHOUT_END)
    if operator in ("=", "between"):
        return (first, flat(low, base), flat(high, floor, -1))
    return (first, flat(low, after, 1 if operator in (">=", "<") else -1))


def range_(reader: Reader) -> RuleForm:
    """Full points inside an interval, falling to the edge score at its tolerance limits, nothing beyond."""
    limits = {key: reader.number(key, 0.0) for key in ("l0", "l", "u", "u0") if reader.text(key) is not None}
    full, edge, out = reader.number("full", 100.0), reader.number("edge", 60.0), reader.number("out", 0.0)
    if not {"l", "u"} & set(limits):
        reader.missing("l", "u")
        return reader.finish(None)
    order = [limits[key] for key in ("l0", "l", "u", "u0") if key in limits]
    if order != sorted(order) or ("l0" in limits and "l" not in limits) or ("u0" in limits and "u" not in limits):
        found = ", ".join(f"{limit:.15g}" for limit in order)
        reader.problems.append(Problem("E-PARAM-ORDER", {"param": "l0, l, u, u0", "found": found}))
        return reader.finish(None)
    segments = (*_rise(limits, full, edge, out), *_fall(limits, full, edge, out))
    first = segments[0]
    opened = Segment(first.at, first.y0, first.y1, first.side, -WITHOUT_END)
    return reader.finish(CurveForm((opened, *segments[1:]), 1, reader.digits))


def _rise(limits: dict[str, float], full: float, edge: float, out: float) -> tuple[Segment, ...]:
    """From below the interval up to its lower limit."""
    if "l" not in limits:
        return (flat(Anchor(const=limits["u"] - 1.0), full),)
    l0, low = limits.get("l0", limits["l"]), limits["l"]
    ramp = (Segment(Anchor(const=l0), edge, full),) if l0 < low else ()
    return (flat(Anchor(const=l0 - 1.0), out), *ramp, flat(Anchor(const=low), full))


def _fall(limits: dict[str, float], full: float, edge: float, out: float) -> tuple[Segment, ...]:
    """From the upper limit of the interval down to beyond its tolerance."""
    if "u" not in limits:
        return ()
    high, u0 = limits["u"], limits.get("u0", limits["u"])
    slope = (Segment(Anchor(const=high), full, edge, -1),) if high < u0 else ()
    return (*slope, flat(Anchor(const=u0), out, -1))
