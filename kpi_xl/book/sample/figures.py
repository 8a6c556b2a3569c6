"""The facts of every card of the sample company: units first, then people, whose figures add up to their unit's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from kpi_xl.book.sample.story import Stint, factor, months, scorecard, stints, units
from kpi_xl.book.sample.volumes import came, chance, expected, is_measured, noise, rate_of
from kpi_xl.library import indicators
from kpi_xl.model.periods import Period
from kpi_xl.scoring.allocation import allocate

SWING = 0.22
"""Standard deviation of a person's form from month to month, in widths."""
EARLY = 0.4
"""Part of today's form that a person had when the story begins."""
ALONE = 0.004
"""Noise of a person's figures that are no part of the unit's."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One fact: a count alone, or a numerator and its denominator."""

    num: float
    den: float | None

    def value(self, kpi: str) -> float:
        """The indicator's value."""
        return self.num if self.den is None else self.num / self.den * indicators()[kpi].factor


def sign(kpi: str) -> int:
    """1 where more is better, -1 where less is, 0 where neither is."""
    return {"up": 1, "down": -1}.get(indicators()[kpi].direction, 0)


def measured(template: str) -> tuple[str, ...]:
    """The indicators of a scorecard that have figures."""
    return tuple(kpi for kpi in scorecard(template) if is_measured(kpi))


@cache
def of_unit(kpi: str, month: Period, unit: str) -> Figure:
    """What a unit reached; most figures are the whole company's."""
    row = rate_of(kpi)
    own = unit if row.get("each_team") else ""
    num = came(row.get("num", kpi), month, own)
    return Figure(float(num), float(came(row["den"], month, own)) if "den" in row else None)


def expected_value(kpi: str, month: Period) -> float:
    """The value that growth and season lead to."""
    row = rate_of(kpi)
    num = expected(row.get("num", kpi), month)
    return num / expected(row["den"], month) * indicators()[kpi].factor if "den" in row else num


def sharers(kpi: str, month: Period, unit: str) -> tuple[Stint, ...]:
    """The people whose figures make up the unit's in a month.

    A lead answers for all of it, who left has handed over, and who has just come from another unit has a coach.
    """
    return tuple(
        each
        for each in stints()
        if each.unit == unit
        and kpi in scorecard(each.job)
        and not each.leads
        and each.number == 1
        and each.stays_in(month)
    )


@cache
def of_people(kpi: str, month: Period, unit: str) -> dict[str, Figure]:
    """What each of the people who share an indicator reached; the parts of a unit's figure add up to it exactly."""
    people = sharers(kpi, month, unit)
    weights = [each.share * each.presence(month) for each in people]
    whole = of_unit(kpi, month, unit)
    skills = [_skill(each, kpi, month) for each in people]
    dens = None if whole.den is None else allocate(whole.den, weights, 1.0)
    if dens is not None and kpi not in scorecard(units()[unit]):
        return {each.person: _alone(each, kpi, month, den) for each, den in zip(people, dens, strict=True)}
    nums = allocate(whole.num, [w * skill for w, skill in zip(weights, skills, strict=True)], 1.0)
    found = dens if dens is not None else [None] * len(nums)
    return {each.person: Figure(num, den) for each, num, den in zip(people, nums, found, strict=True)}


def _alone(stint: Stint, kpi: str, month: Period, den: float) -> Figure:
    """Figures that are no part of the unit's."""
    rate = expected_value(kpi, month) / indicators()[kpi].factor * factor(kpi, month)
    return Figure(float(round(den * rate * _skill(stint, kpi, month) * noise(ALONE, kpi, month, stint.person))), den)


def _skill(stint: Stint, kpi: str, month: Period) -> float:
    """By how much a person's rate differs from the unit's."""
    steps = len(months()) - 1
    grown = EARLY + (1 - EARLY) * months().index(month) / steps
    swing = chance("form", stint.person, kpi, month).gauss(0.0, SWING)
    form = stint.form * grown + stint.edge.get(kpi, 0.0) + max(-2 * SWING, min(2 * SWING, swing))
    good = 1.0 + sign(kpi) * form * rate_of(kpi)["width"]
    return float(stint.level.get(kpi, 1.0) * good * factor(kpi, month, stint.person))


def usual_level(stint: Stint, kpi: str, month: Period) -> float:
    """A person's level over the mean of those who share the indicator."""
    people = sharers(kpi, month, stint.unit)
    weight = sum(each.share for each in people)
    mean = sum(each.share * each.level.get(kpi, 1.0) for each in people) / weight if weight else 1.0
    return stint.level.get(kpi, 1.0) / mean


def usual_share(stint: Stint, kpi: str, month: Period) -> float:
    """A person's part of an amount that adds up, when everybody is there all month."""
    people = sharers(kpi, month, stint.unit)
    weight = sum(each.share * each.level.get(kpi, 1.0) for each in people)
    return stint.share * stint.level.get(kpi, 1.0) / weight if weight else 0.0


def of_stint(stint: Stint, month: Period) -> Iterator[tuple[str, Figure]]:
    """A person's figures in one job and month, by indicator; a lead's are those of the unit."""
    if stint.leads or not stint.stays_in(month):
        return
    for kpi in measured(stint.job):
        whole = of_unit(kpi, month, stint.unit)
        if stint.number == 1:
            yield kpi, of_people(kpi, month, stint.unit)[stint.person]
        elif whole.den is not None:
            yield kpi, _alone(stint, kpi, month, float(round(whole.den * stint.share * stint.presence(month))))
