"""Random plan rows: every rule in every variant, with bounds that fit an indicator's unit and size."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

from kpi_xl.library import indicators
from kpi_xl.model.params import parse_params
from kpi_xl.scoring.rules import compile_rule
from kpi_xl.scoring.rules.form import Direction


@dataclass(frozen=True, slots=True)
class Gauge:
    """An indicator as a random row sees it."""

    code: str
    unit: str
    decimals: int                       # of the stored number
    digits: int                         # of equality
    direction: Direction
    additive: bool
    factor: float
    min_n: float
    size: float                         # what its numbers are usually about


@dataclass(frozen=True, slots=True)
class PlanRule:
    """Rule and params of a plan row."""

    name: str
    params: str


OWN_UNITS = ("%", "元", "次", "小时", "分", "万元", "")


def library_gauges() -> tuple[Gauge, ...]:
    """The shipped indicators."""
    return tuple(
        Gauge(
            code=entry.code,
            unit=entry.unit,
            decimals=entry.decimals + 2 * (entry.unit == "%"),
            digits=entry.digits,
            direction=entry.direction,
            additive=entry.agg_time in ("SUM", "DIST", "LAST"),
            factor=float(entry.factor),
            min_n=float(entry.min_n),
            size=_size(entry.unit, entry.decimals),
        )
        for entry in indicators().values()
    )


def own_gauge(rng: Random, code: str) -> Gauge:
    """An indicator that a company added to the library."""
    unit, shown = rng.choice(OWN_UNITS), rng.choice((0, 0, 1, 2, 2, 3, 4))
    return Gauge(
        code=code,
        unit=unit,
        decimals=shown + 2 * (unit == "%"),
        digits=4 if unit in ("元", "次") else 9,
        direction=rng.choice(("up", "up", "down", "down", "range")),
        additive=rng.random() < 0.3,
        factor=1.0,
        min_n=rng.choice((0.0, 0.0, 30.0)),
        size=_size(unit, shown),
    )


def _size(unit: str, decimals: int) -> float:
    if unit == "%":
        return 0.3
    if unit in ("元", "万元"):
        return 5_000_000.0 if decimals else 60_000.0
    return 40.0 if decimals else 900.0


def random_rule(rng: Random, gauge: Gauge) -> PlanRule:
    """Any rule in any variant; params that contradict each other would stop the whole book and are drawn again."""
    while True:
        drawn = _draw(rng, gauge)
        params, given = parse_params(drawn.params), frozenset("TBS")
        problems = compile_rule(drawn.name, params, gauge.direction, gauge.digits, given)[1]
        if not any(problem.code.startswith("E-") for problem in problems):
            return drawn


def _draw(rng: Random, gauge: Gauge) -> PlanRule:
    name = rng.choice(tuple(RULES))
    parts = [part for part in RULES[name](rng, gauge) if part]
    keys = {part.partition("=")[0] for part in parts}
    parts += [part for part in _common(rng, gauge) if part.partition("=")[0] not in keys]
    rng.shuffle(parts)
    return PlanRule(name, "; ".join(parts))


def _common(rng: Random, gauge: Gauge) -> list[str]:
    """Params that every rule takes; each is rare."""
    return [
        text
        for text, share in (
            (f"cap={rng.choice(('none', '100', '150', '119.995', '0'))}", 0.12),
            (f"floor={rng.choice(('20', '59.995', '-30'))}", 0.06),
            (f"base={rng.choice(('80', '110', '99.995'))}", 0.06),
            (f"decimals={max(0, gauge.decimals + rng.choice((-2, -1, 1, 2)))}", 0.08),
        )
        if rng.random() < share
    ]


def written(rng: Random, value: float) -> str:
    """A number as people write it in params."""
    if rng.random() < 0.4 and abs(value) < 5:
        return f"{round(value * 100, 7):g}%"
    return f"{round(value, 9):.15g}"


def marks(rng: Random, gauge: Gauge, count: int) -> list[str]:
    """Bounds from worst to best, most of them on the indicator's grid, some of them between its lines."""
    step = gauge.size * rng.choice((0.02, 0.05, 0.1))
    lowest = gauge.size * rng.choice((0.5, 1.0, -0.6))
    places = gauge.decimals + rng.choice((0, 0, 0, 1))
    smallest = 10.0**-places
    values = [round(lowest, places)]
    while len(values) < count:
        values.append(round(values[-1] + max(smallest, step * rng.choice((1, 1.5, 1 / 3))), places))
    falling = gauge.direction == "down"
    return [written(rng, value) for value in (reversed(values) if falling else values)]


def points(rng: Random, count: int) -> list[str]:
    """Scores from worst to best."""
    first = rng.choice((0.0, 40.0, 60.0))
    values = [first + i * (120 - first) / count + rng.choice((0, 0, 0.005, 0.125)) for i in range(1, count + 1)]
    return [f"{value:.9g}" for value in values]


def _ratio(rng: Random, gauge: Gauge) -> list[str]:
    return [f"scale={gauge.size * 0.2:.9g}" if rng.random() < 0.3 else ""]


def _inverse(rng: Random, gauge: Gauge) -> list[str]:
    return []


def _linear(rng: Random, gauge: Gauge, count: int = 0) -> list[str]:
    count = count or rng.choice((2, 3, 4))
    style = rng.choice(("anchors", "anchors", "scores", "letters", "list"))
    parts = {
        "anchors": [],
        "scores": ["sb=50", "st=95.005", "ss=115"],
        "letters": [f"points=B:{rng.choice(('0', '60'))}, T:100, S:120"],
        "list": [_pairs("points", marks(rng, gauge, count), points(rng, count), best_first=rng.random() < 0.5)],
    }[style]
    below = rng.choice(("", "extend", "zero", "zero", "ramp"))
    foot = _foot(gauge) if style != "list" else _far(gauge)
    return [*parts, f"below={below}" if below else "", f"zero={written(rng, foot)}" if below == "ramp" else ""]


def _foot(gauge: Gauge) -> float:
    """Worse than any threshold of `anchors`, in the indicator's own unit."""
    return gauge.size * (4 if gauge.direction == "down" else -4)


def _far(gauge: Gauge) -> float:
    return gauge.size * (9 if gauge.direction == "down" else -9)


def _pairs(key: str, places: list[str], scores: list[str], *, best_first: bool) -> str:
    pairs = [f"{place}:{score}" for place, score in zip(places, scores, strict=True)]
    return f"{key}=" + ", ".join(reversed(pairs) if best_first else pairs)


def _step(rng: Random, gauge: Gauge) -> list[str]:
    if rng.random() < 0.35:
        return ["bands=S:120, T:100, B:60"]
    count = rng.choice((1, 3, 5))
    return [_pairs("bands", marks(rng, gauge, count), points(rng, count), best_first=True)]


def _deduct(rng: Random, gauge: Gauge) -> list[str]:
    relative = rng.random() < 0.6
    absolute = f"{max(10.0**-gauge.decimals, gauge.size / 20):.9g}"
    unit = rng.choice(("1%", "5%", "2.5%", "0.03")) if relative else absolute
    up, down = rng.choice((("5", "10"), ("0", "2"), ("3", "0"), ("2.5", "7")))
    return [
        f"unit={unit}",
        "" if up == "0" else f"up={up}",
        "" if down == "0" else f"dn={down}",
        "" if relative else "pct=0",
        rng.choice(("", "mode=whole", "mode=whole")),
        rng.choice(("", "partial=ceil", "partial=drop")),
        "cap=120" if rng.random() < 0.5 else "cap=110",
    ]


def _passfail(rng: Random, gauge: Gauge) -> list[str]:
    operator = rng.choice((">=", ">", "<=", "<", "=", "between", "in"))
    if operator == "in":
        return ["op=in", "value=合格, Yes ,A级"]
    low, high = _ascending(marks(rng, gauge, 2), gauge)
    value = "" if operator != "between" and rng.random() < 0.4 else f"value={low}"
    return [f"op={operator}", value, f"value2={high}" if operator == "between" else ""]


def _ascending(texts: list[str], gauge: Gauge) -> list[str]:
    return texts[::-1] if gauge.direction == "down" else texts


def _range(rng: Random, gauge: Gauge) -> list[str]:
    limits = dict(zip(("l0", "l", "u", "u0"), _ascending(marks(rng, gauge, 4), gauge), strict=True))
    keys = rng.choice((("l0", "l", "u", "u0"), ("l", "u"), ("l0", "l"), ("l",), ("u", "u0"), ("u",), ("l0", "l", "u")))
    texts = [f"{key}={limits[key]}" for key in keys]
    if keys == ("l", "u") and rng.random() < 0.3:
        texts += [f"l0={limits['l']}", f"u0={limits['u']}"]
    return [*texts, rng.choice(("", "edge=50")), rng.choice(("", "full=110")), rng.choice(("", "out=30"))]


def _growth(rng: Random, gauge: Gauge) -> list[str]:
    base = written(rng, round(gauge.size * rng.choice((1, 0.8, -0.5)), gauge.decimals))
    previous = rng.choice(("", "previous=year", "previous=period", f"previous={base}"))
    rates = Gauge("", "%", 4, 9, gauge.direction, False, 1.0, 0.0, 0.1)
    if rng.random() < 0.4:
        return [previous, *_step(rng, rates)]
    return [previous, *_linear(rng, rates)]


def _efficacy(rng: Random, gauge: Gauge) -> list[str]:
    low, high = marks(rng, gauge, 2)
    if rng.random() < 0.5:
        return [rng.choice(("", "below=zero"))]
    return [f"xs={low}", f"xh={high}", rng.choice(("", "below=zero"))]


def _soe(rng: Random, gauge: Gauge) -> list[str]:
    return ["v=" + ",".join(reversed(marks(rng, gauge, 5)))]


RULES: Mapping[str, Callable[[Random, Gauge], list[str]]] = {
    "RATIO": _ratio,
    "RATIO_INV": _inverse,
    "LINEAR": _linear,
    "STEP": _step,
    "DEDUCT": _deduct,
    "PASSFAIL": _passfail,
    "RANGE": _range,
    "GROWTH": _growth,
    "EFFICACY": _efficacy,
    "EFFICACY_SOE": _soe,
}
