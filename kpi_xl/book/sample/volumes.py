"""Amounts of the sample company month by month: what could be expected, and what came."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from random import Random
from typing import Any

from kpi_xl.book.sample.story import factor, months, numbers
from kpi_xl.model.periods import Period

WIDEST = 2.0
"""Standard deviations beyond which noise is cut off: no figure may look like a mistake."""


def rate_of(kpi: str) -> Mapping[str, Any]:
    """How an indicator of the sample company is made up."""
    found: Mapping[str, Any] = numbers()["measures"][kpi]
    return found


def is_measured(kpi: str) -> bool:
    """The indicator has figures; others are judged."""
    return kpi in numbers()["measures"]


def season(month: Period) -> float:
    """Index of the month's trade; 1 is an ordinary month."""
    index: Mapping[str, Any] = numbers()["season"]
    return float(index["months"][month.number - 1] * index["festival"].get(str(month), 1.0))


def chance(*names: object) -> Random:
    """Random numbers that belong to these names and to nothing else: rows may be added without moving others."""
    return Random("|".join(map(str, (numbers()["seed"], *names))))


def noise(spread: float, *names: object) -> float:
    """A factor about 1."""
    return 1.0 + spread * max(-WIDEST, min(WIDEST, chance(*names).gauss(0.0, 1.0)))


@cache
def expected(name: str, month: Period) -> float:
    """Amount that growth and season lead to, of a volume or of an indicator's numerator."""
    row = _row(name)
    return _grown(row, month) * (expected(row["of"], month) if "of" in row else 1.0)


@cache
def came(name: str, month: Period, unit: str = "") -> int:
    """Amount that came: with the month's events, chance, and the chance of the amounts it is made of."""
    row = _row(name)
    own = _grown(row, month) * factor(name, month) * noise(row.get("noise", 0.0), name, month, unit)
    return round(own * (came(row["of"], month, unit) if "of" in row else 1.0))


def _grown(row: Mapping[str, Any], month: Period) -> float:
    """The amount itself, or as a part of another."""
    growth, season_power = float(row.get("growth", 0.0)), float(row.get("season", 0.0))
    return float(row["base"] * (1 + growth) ** months().index(month) * season(month) ** season_power)


def _row(name: str) -> Mapping[str, Any]:
    """A volume, or the numerator of an indicator, which is a part of its denominator."""
    volumes: Mapping[str, Mapping[str, Any]] = numbers()["volumes"]
    if name in volumes:
        return volumes[name]
    row = rate_of(name)
    return {**row, "of": row["den"]} if "den" in row else row
