"""Targets that units split: what each must have so that all make the parent's exactly, and what is typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import floor

from kpi_xl.book.context import Context
from kpi_xl.book.plan_health.planfile import PlanFile
from kpi_xl.book.table import MISSING
from kpi_xl.errors import MethodError
from kpi_xl.model.inputs import Subject, Target, key
from kpi_xl.scoring.collaboration import Part, unit_targets
from kpi_xl.scoring.rounding import excel_round
from kpi_xl.scoring.verdicts import GRID

STEPS = 6
"""Digits of a step to which remainders are told apart."""
Number = float | str


@dataclass(frozen=True, slots=True)
class ShareRow:
    """One unit's part of a split target; an attribute is a column."""

    kpi: str
    parent: str
    unit: str
    share: float
    step: float
    whole: Number
    ideal: float
    base: float
    rest: float
    order: int
    left: float
    is_whole: int
    exact: Number
    typed: Number
    whole_key: str
    key: str
    seq: int
    subject: str = ""
    cell: str = ""                      # of the typed target; empty where there is no row

    @property
    def sign(self) -> str:
        """Whether the typed target is the exact one."""
        if isinstance(self.exact, str) or isinstance(self.typed, str):
            return "–"
        return "✓" if abs(self.exact - self.typed) <= 1e-9 * max(1.0, abs(self.exact)) else "▲"


@dataclass(frozen=True, slots=True)
class SplitUnit:
    """A unit that has a part in a split indicator, as the organisation knows it."""

    part: Part
    subject: Subject


def share_rows(context: Context, file: PlanFile) -> Iterator[ShareRow]:
    """Every unit of every split indicator; units are compared within their parent.

    Only amounts are split: a rate is the same for everybody.
    """
    targets = {row.key.casefold(): row for row in reversed(context.inputs.targets)}
    amounts = {each.code: each for each in context.inputs.indicators if each.agg_time == "SUM"}
    for kpi, parts in (file.parts or {}).items():
        if kpi not in amounts:
            continue
        step = float(f"1e-{amounts[kpi].stored_decimals}")
        for parent, units in units_by_parent(parts, context.inputs.subjects).items():
            yield from _split(kpi, parent, units, step, targets, context.period)


def units_by_parent(parts: Sequence[Part], subjects: Sequence[Subject]) -> Mapping[str, Sequence[SplitUnit]]:
    """The units that split one indicator, by the subject whose target it is."""
    named = {name.casefold(): each for each in reversed(subjects) for name in (each.name, each.id)}
    found: dict[str, list[SplitUnit]] = {}
    for part in parts:
        subject = named.get(part.unit.casefold())
        if part.mode == "SHARED-SPLIT" and part.share is not None and subject is not None:
            found.setdefault(subject.parent, []).append(SplitUnit(part, subject))
    return found


def _split(
    kpi: str, parent: str, units: Sequence[SplitUnit], step: float, targets: Mapping[str, Target], period: str
) -> Iterator[ShareRow]:
    whole_key = key(period, parent, kpi)
    whole = _target(targets.get(whole_key.casefold()))
    shares = [unit.part.share or 0.0 for unit in units]
    exact = _exact(whole, shares, step)
    ideals = [0.0 if whole is None else excel_round(whole / step * share, STEPS) for share in shares]
    rests = [excel_round(ideal - floor(ideal), STEPS) for ideal in ideals]
    left = 0.0 if whole is None else excel_round(whole / step, 0) - sum(map(floor, ideals))
    for seq, (unit, ideal, rest) in enumerate(zip(units, ideals, rests, strict=True)):
        mine = targets.get(key(period, unit.subject.id, kpi).casefold())
        ahead = sum(
            (-other, -share, place) < (-rest, -shares[seq], seq)
            for place, (other, share) in enumerate(zip(rests, shares, strict=True))
        )
        yield ShareRow(
            kpi=kpi,
            parent=parent,
            unit=unit.part.unit,
            share=shares[seq],
            step=step,
            whole=_or_mark(whole),
            ideal=ideal,
            base=float(floor(ideal)),
            rest=rest,
            order=1 + ahead,
            left=left,
            is_whole=int(exact is not None),
            exact=_or_mark(None if exact is None else exact[seq]),
            typed=_or_mark(_target(mine)),
            whole_key=whole_key,
            key=key(period, unit.subject.id, kpi),
            seq=seq + 1,
            subject=unit.subject.id,
            cell=mine.cell if mine else "",
        )


def _target(row: Target | None) -> float | None:
    return None if row is None else row.target


def _exact(whole: float | None, shares: Sequence[float], step: float) -> tuple[float, ...] | None:
    """The split, unless there is nothing to split, or it cannot be exact."""
    if whole is None or whole < 0:
        return None
    try:
        return unit_targets("SHARED-SPLIT", whole, shares, step)
    except MethodError:
        return None


def _or_mark(number: float | None) -> Number:
    return MISSING if number is None else excel_round(number, GRID)
