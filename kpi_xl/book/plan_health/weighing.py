"""The balance of every plan, laid open: which tag and weight each indicator brings, and what they come to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import fsum

from kpi_xl.book.plan_health.material import Material
from kpi_xl.book.plan_health.planfile import IndicatorNote
from kpi_xl.book.plan_health.team import CardBalance, card_balances
from kpi_xl.book.plan_rules import CardRow
from kpi_xl.book.table import MISSING
from kpi_xl.labels import Lang, label
from kpi_xl.model.inputs import key
from kpi_xl.scoring.balance import AXES, CORE_PEAK, CORE_SHARE, Axis
from kpi_xl.scoring.rounding import excel_round
from kpi_xl.scoring.verdicts import GRID

Number = float | str
"""A number, or the mark of one that is not there."""
FINE = 12
"""Digits of a sum of weights before it is divided."""
SIGNS = ("✓", "▲", "✗")
OPEN = "–"
HALF = 0.5
JUDGED = ("RATING", "MILESTONE")
SIDES: Mapping[str, tuple[str, ...]] = {"kind": ("quant", "qual")}
"""Both sides of an axis that wants only the one."""


@dataclass(frozen=True, slots=True)
class BasisRow:
    """One indicator of one card, as balance weighs it and as the checks saw it."""

    card: str
    kpi: str
    indicator: str
    factor: float
    weight: float
    horizon: str
    scope: str
    nature: str
    perspective: str
    kind: str
    core: str
    rule: str
    anchors: float
    plan_key: str
    target_key: str
    plan_row: int
    kpi_row: int
    group: int
    stale: int = 0

    @property
    def now(self) -> str:
        """Everything but the numbers, in one text."""
        return f"{self.horizon}{self.scope}{self.nature}{self.perspective}{self.core}{self.rule}"

    @property
    def then(self) -> str:
        """The same when examined."""
        return self.now

    @property
    def then_weight(self) -> float:
        """The weight when examined."""
        return self.weight

    @property
    def then_anchors(self) -> float:
        """The targets when examined."""
        return self.anchors

    def brings(self, tag: str, half: float) -> float:
        """How much of its weight counts for a side."""
        tags = (self.horizon, self.scope, self.nature, self.perspective, self.kind)
        return sum(each.upper() == tag.upper() for each in tags) + half * (self.horizon.upper() == "M")


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """One side of one axis of one plan."""

    card: str
    cards: int
    axis: str
    side: str
    share: Number
    wanted: Number
    tolerance: Number
    least: Number
    deviation: Number
    index: Number
    sign: str
    gates: str
    part: float
    tagged: float
    tag: str
    half: float
    group: int
    no: int
    place: int


@dataclass(frozen=True, slots=True)
class EmphasisRow:
    """Whether one plan says what matters most."""

    card: str
    cards: int
    core: float
    peak: float
    middle: float
    top: float
    lacking: str
    gates: str
    group: int
    core_wanted: float = CORE_SHARE

    @property
    def peak_wanted(self) -> float:
        """What the heaviest core indicator should weigh."""
        return excel_round(CORE_PEAK * self.middle, GRID)

    @property
    def sign(self) -> str:
        """A tick when the core carries the plan and no theme lacks."""
        is_met = self.core >= self.core_wanted and 0 < self.peak >= self.peak_wanted and not self.lacking
        return SIGNS[0] if is_met else SIGNS[1]


@dataclass(frozen=True, slots=True)
class Weighing:
    """The rows of 平衡, 重点 and their 底稿."""

    basis: tuple[BasisRow, ...]
    balance: tuple[BalanceRow, ...]
    emphasis: tuple[EmphasisRow, ...]


def weighing(material: Material, lang: Lang) -> Weighing:
    """Everything about balance, numbered by plan."""
    found = card_balances(material.context, material.file)
    basis = tuple(_basis(material, found))
    return Weighing(
        basis,
        tuple(row for group, each in enumerate(found, start=1) for row in _sides(group, each, basis, lang)),
        tuple(_emphasis(group, each, lang) for group, each in enumerate(found, start=1) if not each.is_union),
    )


def _basis(material: Material, balances: Sequence[CardBalance]) -> Iterator[BasisRow]:
    """Every row of every card once, in the group that it stands for if any; then those of functions together."""
    stand_for = {each.cards[0]: group for group, each in enumerate(balances, start=1) if not each.is_union}
    sums = _target_sums(material)
    notes = {note.code.casefold(): (note, place) for place, note in _placed(material)}
    for card, rows in material.cards.items():
        for row in rows:
            name = key(material.period, row.measured, row.plan.kpi)
            yield _basis_row(row, notes, material, 1.0, stand_for.get(card, 0), (name, sums.get(name.casefold(), 0.0)))
    for group, each in enumerate(balances, start=1):
        for card, factor in each.parts if each.is_union else ():
            for row in material.cards[card]:
                yield _basis_row(row, notes, material, excel_round(factor, FINE), group, ("", 0.0))


def _placed(material: Material) -> Iterator[tuple[int, IndicatorNote]]:
    """Indicators with their place as a look-up finds it, the first of a code last."""
    cells = {indicator.cell: indicator for indicator in material.inputs.indicators}
    lines = sorted(cells, key=lambda cell: int(cell.rpartition("!")[2].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")))
    listed = list(zip(material.file.notes, lines, strict=False))
    first = _line(listed[0][1]) if listed else 0
    for note, cell in reversed(listed):
        yield _line(cell) - first + 2, note


def _line(cell: str) -> int:
    return int(cell.rpartition("!")[2].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))


def _target_sums(material: Material) -> Mapping[str, float]:
    found: dict[str, float] = {}
    for row in material.inputs.targets:
        numbers = (row.threshold or 0.0) + 3 * (row.target or 0.0) + 7 * (row.stretch or 0.0)
        found[row.key.casefold()] = found.get(row.key.casefold(), 0.0) + numbers
    return found
