"""Targets that units split by agreed shares: each has its exact part of whatever the whole is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kpi_xl.book.plan_health.planfile import plan_file
from kpi_xl.book.plan_health.shares import units_by_parent
from kpi_xl.book.tables.collaboration import RACI
from kpi_xl.errors import MethodError
from kpi_xl.model.grid import TableGrid
from kpi_xl.model.inputs import Indicator, Inputs, Target, key
from kpi_xl.model.issue import Issue
from kpi_xl.scoring.collaboration import unit_targets
from kpi_xl.scoring.targets.anchors import Proposed

Names = tuple[str, str]
"""Subject and indicator."""


@dataclass(frozen=True, slots=True)
class Sharing:
    """Who splits an indicator of whom, and in which shares."""

    kpi: str
    parent: str
    units: tuple[str, ...]
    shares: tuple[float, ...]           # fractions that sum to 1
    step: float                         # smallest of a target


@dataclass(frozen=True, slots=True)
class Part:
    """What one unit has of a whole; None for an anchor that the whole does not have, or not in whole steps."""

    share: float
    whole: float
    anchors: Proposed


def step_of(indicator: Indicator) -> float:
    """Smallest step of an indicator's targets, by its decimals."""
    return float(Decimal(1).scaleb(-indicator.stored_decimals))


def sharings(grids: Mapping[str, TableGrid], inputs: Inputs, issues: list[Issue]) -> tuple[Sharing, ...]:
    """Every split of an amount that 协作 has, the highest subjects first; shares that make no whole are told."""
    if RACI.name not in grids:
        return ()
    parts = plan_file(grids, str(inputs.settings.period)).parts or {}
    amounts = {each.code: each for each in inputs.indicators if each.agg_time == "SUM"}
    above = {each.id: each.parent for each in inputs.subjects}
    found: list[Sharing] = []
    for kpi in (kpi for kpi in parts if kpi in amounts):
        for parent, units in units_by_parent(parts[kpi], inputs.subjects).items():
            shares = tuple(unit.part.share or 0.0 for unit in units)
            each = Sharing(kpi, parent, tuple(unit.subject.id for unit in units), shares, step_of(amounts[kpi]))
            fault = _fault(each)
            found += [] if fault or not parent else [each]
            issues += [Issue(fault.code, grids[RACI.name].sheet, fault.args_by_name)] if fault else []
    return tuple(sorted(found, key=lambda each: _depth(each.parent, above)))


def _fault(sharing: Sharing) -> MethodError | None:
    try:
        unit_targets("SHARED-SPLIT", 0.0, sharing.shares, sharing.step)
    except MethodError as error:
        return error
    return None


def _depth(subject: str, above: Mapping[str, str]) -> int:
    """How many are above; a circle ends where it closes."""
    seen: set[str] = set()
    while subject in above and subject not in seen:
        seen.add(subject)
        subject = above[subject]
    return len(seen)


def parts_in_force(
    shared: Iterable[Sharing],
    targets: Mapping[str, Target],
    period: str,
    proposed: Mapping[Names, Proposed],
    issues: list[Issue],
) -> Mapping[Names, Part]:
    """What each unit has of the wholes that are known.

    Parameters
    ----------
    targets
        Typed ones by key: these are in force.
    proposed
        What stands in for anchors that nobody typed; units of units have their parts of parts.
    """
    parts: dict[Names, Part] = {}
    for each in shared:
        above = parts.get((each.parent, each.kpi))
        usual = above.anchors if above else proposed.get((each.parent, each.kpi))
        typed = targets.get(key(period, each.parent, each.kpi))
        parts.update(_parts(each, typed, usual, issues))
    return parts


def _parts(
    sharing: Sharing, typed: Target | None, usual: Proposed | None, issues: list[Issue]
) -> Iterator[tuple[Names, Part]]:
    whole = _in_force("target", typed, usual)
    if whole is None:
        return
    try:
        targets = unit_targets("SHARED-SPLIT", whole, sharing.shares, sharing.step)
    except MethodError as error:
        issues += [Issue(error.code, typed.cell, error.args_by_name)] if typed else []
        return
    thresholds, stretches = (_split(_in_force(name, typed, usual), sharing) for name in ("threshold", "stretch"))
    for place, unit in enumerate(sharing.units):
        anchors = Proposed(thresholds[place], targets[place], stretches[place])
        yield (unit, sharing.kpi), Part(sharing.shares[place], whole, anchors)


def _in_force(anchor: str, typed: Target | None, usual: Proposed | None) -> float | None:
    number: float | None = getattr(typed, anchor) if typed else None
    return getattr(usual, anchor) if number is None and usual else number


def _split(whole: float | None, sharing: Sharing) -> Sequence[float | None]:
    unknown = (None,) * len(sharing.units)
    try:
        return unknown if whole is None else unit_targets("SHARED-SPLIT", whole, sharing.shares, sharing.step)
    except MethodError:
        return unknown
