"""The sample company as it is told in the library: its people, their jobs, and what happened to them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from kpi_xl.library import preset
from kpi_xl.model.periods import Period, parse_period


@dataclass(frozen=True, slots=True)
class Stint:
    """One person in one job: the part of the team's volume, and how well it goes."""

    person: str
    number: int                         # 2 for the job after a transfer
    unit: str
    job: str
    share: float
    form: float                         # in widths of a target's range; 0 is on target
    edge: Mapping[str, float]           # by indicator, on top of the form
    level: Mapping[str, float]          # by indicator: different by nature, and so is the target
    leads: bool                         # the facts are those of the whole unit
    start: date | None                  # first day; None before the story begins
    end: date | None                    # last day

    @property
    def card(self) -> str:
        """Id of the card, under which facts and targets are typed: P07, or P07#2 for the second job."""
        return self.person if self.number == 1 else f"{self.person}#{self.number}"

    def presence(self, month: Period) -> float:
        """Share of the month's days in this job."""
        first = max(month.start, self.start or month.start)
        last = min(month.end, self.end or month.end)
        return max(0.0, ((last - first).days + 1) / ((month.end - month.start).days + 1))

    def stays_in(self, month: Period) -> bool:
        """The person is there, and does not leave the company."""
        return self.presence(month) > 0 and not self.leaves_in(month)

    def leaves_in(self, month: Period) -> bool:
        """The person leaves the company before the month ends."""
        is_moving = any(each.person == self.person and each.number > self.number for each in stints())
        return self.end is not None and month.start <= self.end < month.end and not is_moving


@dataclass(frozen=True, slots=True)
class Event:
    """What multiplied some figures in some months."""

    months: tuple[str, ...]
    factors: Mapping[str, float]        # by indicator or volume
    people: tuple[str, ...]             # whose figures alone; everybody's when empty
    note: Mapping[str, str]             # by language


def told(name: str) -> Mapping[str, Any]:
    """One of the two data files of the sample company."""
    return _told(name)


@cache
def _told(name: str) -> Mapping[str, Any]:
    return tomllib.loads(files("kpi_xl.library").joinpath(f"{name}.toml").read_text(encoding="utf-8"))


def story() -> Mapping[str, Any]:
    """The people, units, events and texts."""
    return told("sample")


def numbers() -> Mapping[str, Any]:
    """The volumes, measures and seasons."""
    return told("sample_numbers")


def months() -> tuple[Period, ...]:
    """The months with facts, in order."""
    first = parse_period(numbers()["first"])
    return tuple(first.shift(step) for step in range(numbers()["months"]))


def scored_months() -> tuple[Period, ...]:
    """The months with targets, in order."""
    return tuple(parse_period(code) for code in story()["scored"])


def scored_quarters() -> tuple[Period, ...]:
    """The quarters with targets, in order."""
    return tuple(parse_period(code) for code in story()["quarters"])


def scorecard(template: str) -> Mapping[str, int]:
    """Whole percent by indicator, of a job or of a unit's ready-made scorecard."""
    jobs: Mapping[str, Mapping[str, int]] = story()["jobs"]
    return jobs[template] if template in jobs else preset(template).percent


def units() -> Mapping[str, str]:
    """Template of each unit, in order."""
    return {name: row["template"] for name, row in story()["units"].items()}


@cache
def stints() -> tuple[Stint, ...]:
    """Everybody's jobs, earlier ones first."""
    return tuple(each for name, row in story()["people"].items() if "job" in row for each in _stints(name, row))


def _stints(person: str, row: Mapping[str, Any]) -> Iterator[Stint]:
    end = _day(row.get("to"))
    yield _stint(person, 1, row, _day(row.get("from")), end)
    if "after" in row and end is not None:
        yield _stint(person, 2, row["after"], date.fromordinal(end.toordinal() + 1), None)


def _stint(person: str, number: int, row: Mapping[str, Any], start: date | None, end: date | None) -> Stint:
    return Stint(
        person=person,
        number=number,
        unit=row["unit"],
        job=row["job"],
        share=float(row.get("share", 0.0)),
        form=float(row.get("form", 0.0)),
        edge=row.get("edge", {}),
        level=row.get("level", {}),
        leads=row.get("leads", False),
        start=start,
        end=end,
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


@cache
def events() -> tuple[Event, ...]:
    """What happened, in the order it is told."""
    return tuple(
        Event(tuple(row["months"]), row["factors"], tuple(row.get("people", ())), {"zh": row["zh"], "en": row["en"]})
        for row in story()["events"]
    )


def factor(name: str, month: Period, person: str = "") -> float:
    """What events made of a volume or an indicator: of everybody's, or of one person's alone."""
    product = 1.0
    for event in events():
        concerns = person in event.people if person else not event.people
        if concerns and str(month) in event.months:
            product *= event.factors.get(name, 1.0)
    return product
