"""From the facts of sub-periods or sub-units to the fact of the whole; a ratio is never averaged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kpi_xl.model.inputs import Indicator
from kpi_xl.model.status import Status

NEVER_OVER_TIME = frozenset(("first_stock",))
"""Variants whose denominator is the stock on the first day: it stands in no sub-period's row."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one sub-period or sub-unit gives; `value` has the indicator's factor in it."""

    num: float | None
    den: float | None
    n: float | None
    value: float | None
    state: Status = Status.OK           # EXCLUDED, APPROX, OVERRIDDEN, PROVISIONAL or OK: what its row is flagged
    days: int = 1                       # of a sub-period: what its average stock counts


@dataclass(frozen=True, slots=True)
class Whole:
    """The parts taken together; MISSING where they do not add up to anything."""

    num: float | None = None
    den: float | None = None
    n: float | None = None
    value: float | None = None
    state: Status = Status.MISSING


def over_time(indicator: Indicator, parts: Sequence[Part]) -> Whole:
    """Fact of a period from those of its sub-periods, in their order.

    Nothing is guessed: when a sub-period is missing, so is the whole; only a stock at the end (LAST) needs no other.
    Source: domain specification, 2.1.
    """
    if indicator.variant in NEVER_OVER_TIME:
        return Whole()
    kind = indicator.agg_time
    if kind == "LAST":
        return _last(parts)
    kept = [part for part in parts if part.state != Status.EXCLUDED]
    if kind == "DIST":
        return _mean(kept) if indicator.variant == "mean_of_months" else Whole()
    whole = _together(kind, kept)
    if kind == "RFS" and whole.den is not None:
        return Whole(whole.num, _mean_stock(kept), whole.n, None, whole.state)
    return whole


def over_units(indicator: Indicator, parts: Sequence[Part]) -> Whole:
    """Fact of a unit from those of its sub-units. Source: domain specification, 2.1."""
    kept = [part for part in parts if part.state != Status.EXCLUDED]
    return Whole() if indicator.agg_unit == "DIST" else _together(indicator.agg_unit, kept)


def _together(kind: str, parts: Sequence[Part]) -> Whole:
    if not parts:
        return Whole()
    match kind:
        case "SUM":
            return _sum(parts)
        case "RATIO" | "RFS":
            return _ratio(parts, Status.OK)
        case "DISTRATIO":
            return _ratio(parts, Status.APPROX)
        case "WMEAN":
            return _weighted_mean(parts)
        case _:
            return Whole()


def _sum(parts: Sequence[Part]) -> Whole:
    amounts = [part.value if part.num is None else part.num for part in parts]
    if None in amounts:
        return Whole()
    return Whole(sum(amount for amount in amounts if amount is not None), None, _samples(parts), None, _state(parts))


def _ratio(parts: Sequence[Part], state: Status) -> Whole:
    """Numerators over denominators; the distinct counts of two periods share people, so their ratio is approximate."""
    nums, dens = [part.num for part in parts], [part.den for part in parts]
    if None in nums or None in dens:
        return Whole()
    num, den = sum(each for each in nums if each is not None), sum(each for each in dens if each is not None)
    return Whole(num, den, _samples(parts), None, min(state, _state(parts)) if len(parts) > 1 else _state(parts))


def _mean_stock(parts: Sequence[Part]) -> float:
    return sum(part.den * part.days for part in parts if part.den is not None) / sum(part.days for part in parts)


def _weighted_mean(parts: Sequence[Part]) -> Whole:
    pairs = [(part.value, part.n) for part in parts if part.value is not None and part.n is not None]
    samples = sum(n for _, n in pairs)
    if len(pairs) < len(parts) or samples <= 0:
        return Whole()
    return Whole(None, None, samples, sum(value * n for value, n in pairs) / samples, _state(parts))


def _mean(parts: Sequence[Part]) -> Whole:
    amounts = [part.num if part.num is not None else part.value for part in parts]
    if not amounts or None in amounts:
        return Whole()
    mean = sum(amount for amount in amounts if amount is not None) / len(amounts)
    return Whole(mean, None, _samples(parts), None, _state(parts))


def _last(parts: Sequence[Part]) -> Whole:
    for part in reversed(parts):
        if part.state != Status.EXCLUDED and (part.num is not None or part.value is not None):
            return Whole(part.num, part.den, part.n, part.value, part.state)
    return Whole()


def _samples(parts: Sequence[Part]) -> float | None:
    """Sample sizes add up; one that is not given leaves the whole untested."""
    samples = [part.n for part in parts if part.n is not None]
    return sum(samples) if samples and len(samples) == len(parts) else None


def _state(parts: Sequence[Part]) -> Status:
    return min((part.state for part in parts), default=Status.OK)
