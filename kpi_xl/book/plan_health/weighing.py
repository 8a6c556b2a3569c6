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
from kpi_xl.labels import Lang, label, table
from kpi_xl.model.inputs import key
from kpi_xl.scoring.balance import CORE_PEAK, CORE_SHARE, Axis
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


@dataclass(frozen=True, slots=True)
class _Seen:
    """Cells as typed: of indicators by code, rule and core by plan key."""

    notes: Mapping[str, IndicatorNote]
    plan: Mapping[str, tuple[str, str]]


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
    seen = _Seen({note.code: note for note in reversed(material.file.notes)}, material.file.plan_texts)
    for card, rows in material.cards.items():
        for row in rows:
            name = key(material.period, row.measured, row.plan.kpi)
            yield _basis_row(row, seen, 1.0, stand_for.get(card, 0), name, sums.get(name.casefold(), 0.0))
    for group, each in enumerate(balances, start=1):
        for card, factor in each.parts if each.is_union else ():
            yield from (_basis_row(row, seen, factor, group) for row in material.cards[card])


def _target_sums(material: Material) -> Mapping[str, float]:
    found: dict[str, float] = {}
    for row in material.inputs.targets:
        numbers = (row.threshold or 0.0) + 3 * (row.target or 0.0) + 7 * (row.stretch or 0.0)
        found[row.key.casefold()] = found.get(row.key.casefold(), 0.0) + numbers
    return found


def _basis_row(
    row: CardRow, seen: _Seen, factor: float, group: int, target_key: str = "", anchors: float = 0.0
) -> BasisRow:
    plan, plan_key = row.plan, key(row.plan.template, row.plan.kpi)
    note = seen.notes.get(plan.kpi, IndicatorNote(plan.kpi))
    rule, core = seen.plan.get(plan_key, (plan.rule, ""))
    return BasisRow(
        card=row.card,
        kpi=plan.kpi,
        indicator=row.indicator.name,
        factor=factor,
        weight=excel_round(plan.weight * factor, FINE),
        horizon=note.typed.get("horizon", ""),
        scope=note.typed.get("scope", ""),
        nature=note.typed.get("nature", ""),
        perspective=note.typed.get("perspective", ""),
        kind="qual" if rule.upper() in JUDGED else "quant",
        core=core,
        rule=rule,
        anchors=anchors,
        plan_key=plan_key,
        target_key=target_key,
        plan_row=plan.index + 2,
        kpi_row=note.place,
        group=group,
    )


def _sides(group: int, each: CardBalance, basis: Sequence[BasisRow], lang: Lang) -> Iterator[BalanceRow]:
    mine = [row for row in basis if row.group == group]
    held = label("smart", "gates.yes" if each.balance.gates else "gates.no", lang)
    for no, axis in enumerate((axis.axis for axis in each.balance.axes), start=1):
        known = next(found for found in each.balance.axes if found.axis is axis).shares
        tags = tuple(dict.fromkeys((*axis.wanted, *axis.floors, *SIDES.get(axis.name, ()), *known)))
        half = HALF if axis.halves else 0.0
        parts = {tag: excel_round(fsum(row.weight * row.brings(tag, half) for row in mine), FINE) for tag in tags}
        tagged = fsum(parts.values())
        shares = {tag: excel_round(part / tagged, GRID) if tagged > 0 else None for tag, part in parts.items()}
        apart = {tag: _apart(share, axis.wanted.get(tag)) for tag, share in shares.items()}
        for place, tag in enumerate(tags, start=1):
            yield BalanceRow(
                card=each.name,
                cards=len(each.cards),
                axis=label("smart", f"axis.{axis.name}", lang),
                side=_named(tag, lang),
                share=_or_mark(shares[tag]),
                wanted=_or_mark(axis.wanted.get(tag)),
                tolerance=_or_mark(axis.tolerance if tag in axis.wanted else None),
                least=_or_mark(axis.floors.get(tag)),
                deviation=_or_mark(apart[tag]),
                index=_index(apart) if place == 1 and apart[tag] is not None else MISSING,
                sign=_sign(axis, tag, shares[tag], apart[tag]),
                gates=held if place == 1 else "",
                part=parts[tag],
                tagged=tagged,
                tag=tag,
                half=half,
                group=group,
                no=no,
                place=place,
            )


def _named(tag: str, lang: Lang) -> str:
    """A side in words; a tag of a company's own stands for itself."""
    return label("smart", f"tag.{tag}", lang) if f"tag.{tag}" in table("smart") else tag


def _apart(share: float | None, wanted: float | None) -> float | None:
    return None if share is None or wanted is None else excel_round(abs(share - wanted), GRID)


def _index(apart: Mapping[str, float | None]) -> float:
    """1 is as wanted."""
    return excel_round(1 - fsum(each for each in apart.values() if each is not None) / 2, GRID)


def _sign(axis: Axis, tag: str, share: float | None, apart: float | None) -> str:
    """What one side says; the gravest of an axis is the axis's."""
    if share is None:
        return OPEN
    far = 0 if apart is None else (apart > axis.tolerance) + (apart > excel_round(2 * axis.tolerance, GRID))
    low = share < axis.floors.get(tag, 0.0)
    return SIGNS[max(far, int(low))]


def _emphasis(group: int, each: CardBalance, lang: Lang) -> EmphasisRow:
    found = each.balance.emphasis
    themes = each.balance.lacking if each.balance.gates else ()
    return EmphasisRow(
        card=each.name,
        cards=len(each.cards),
        core=excel_round(found.core, GRID),
        peak=excel_round(found.peak or 0.0, GRID),
        middle=excel_round(found.median, GRID),
        top=excel_round(found.top, GRID),
        lacking=", ".join(label("smart", f"tag.{theme}", lang) for theme in themes),
        gates=label("smart", "gates.yes" if each.balance.gates else "gates.no", lang),
        group=group,
    )


def _or_mark(number: float | None) -> Number:
    return MISSING if number is None else excel_round(number, GRID)
