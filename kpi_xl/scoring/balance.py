"""Balance of a card: short and long term, inside and outside, process and result, perspectives, measured and judged."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import fsum

from kpi_xl.errors import MethodError
from kpi_xl.scoring.moments import median
from kpi_xl.scoring.verdicts import Verdict, graded, is_below, worst


@dataclass(frozen=True, slots=True)
class Axis:
    """One pair of scales: the shares wanted, how far off is still balanced, and what no share may fall below."""

    name: str
    wanted: Mapping[str, float]                                 # fractions that sum to 1; none where only floors hold
    tolerance: float = 0.0
    floors: Mapping[str, float] = field(default_factory=dict)
    halves: Mapping[str, tuple[str, str]] = field(default_factory=dict)     # a tag that counts half for each of two


AXES = (
    Axis("horizon", {"S": 0.60, "L": 0.40}, 0.10, halves={"M": ("S", "L")}),
    Axis("scope", {"I": 0.30, "E": 0.70}, 0.20),
    Axis("nature", {"P": 0.35, "R": 0.65}, 0.15),
    Axis("perspective", {"F": 0.35, "U": 0.35, "O": 0.30}, 0.10, floors={"F": 0.20, "U": 0.20, "O": 0.20}),
    Axis("kind", {}, floors={"quant": 0.70}),
)
"""The axes of a department's card with their defaults."""
GATED_KIND = "department"
"""A function's or a person's card may be lopsided: there the same figures only inform."""
CORE_SHARE, CORE_PEAK = 0.50, 1.5
"""Least weight of the core indicators together, and of the heaviest in times the median weight."""
TOP = 3
QUALITATIVE = frozenset(("RATING", "MILESTONE"))
SATISFACTION = frozenset(("CSAT", "NPS", "RATING"))
LOYALTY = frozenset(("BRAND", "RET", "RPR"))


@dataclass(frozen=True, slots=True)
class Weighted:
    """One indicator on a card: its weight, and its tag on every axis that it has one for."""

    kpi: str
    weight: float                       # fraction of the card
    tags: Mapping[str, str]             # by name of the axis
    is_core: bool = False


@dataclass(frozen=True, slots=True)
class AxisBalance:
    """Shares of one axis against what is wanted."""

    axis: Axis
    shares: Mapping[str, float]         # of the tagged weight, by tag; none when nothing is tagged
    index: float | None                 # 1 - half of all deviations: 1 is as wanted
    untagged: float                     # weight without a tag on this axis
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Emphasis:
    """Whether the card says what matters most."""

    core: float                         # weight of the core indicators
    peak: float | None                  # weight of the heaviest core indicator; None when nothing is core
    median: float                       # of all weights above zero
    top: float                          # weight of the three heaviest indicators
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Balance:
    """Everything about the balance of one card."""

    axes: tuple[AxisBalance, ...]
    emphasis: Emphasis
    lacking: tuple[str, ...]            # "satisfaction", "loyalty": long-term themes without an indicator
    gates: bool                         # a department's card; otherwise all of this only informs

    @property
    def verdict(self) -> Verdict:
        """The gravest of all parts."""
        themes: Verdict = "WARN" if self.lacking else "OK"
        return worst((*(axis.verdict for axis in self.axes), self.emphasis.verdict, themes))


def kind_of(rule: str) -> str:
    """``quant`` for what is measured, ``qual`` for what people judge.

    >>> kind_of("LINEAR"), kind_of("RATING")
    ('quant', 'qual')
    """
    return "qual" if rule in QUALITATIVE else "quant"


def balance(rows: Sequence[Weighted], subject_kind: str = GATED_KIND, axes: Sequence[Axis] = AXES) -> Balance:
    """The balance of one card.

    Parameters
    ----------
    rows : (n_kpis,)
        Indicators of the card; those of no weight have no say.
    subject_kind : str
        company, department, team or person; only a department's card is held to the figures.
    axes : sequence of Axis
        As `AXES` unless the company wants others.
    """
    carried = [row for row in rows if row.weight > 0]
    return Balance(
        axes=tuple(axis_balance(carried, axis) for axis in axes),
        emphasis=emphasis(carried),
        lacking=lacking_themes({row.kpi for row in carried}),
        gates=subject_kind == GATED_KIND,
    )


def axis_balance(rows: Sequence[Weighted], axis: Axis) -> AxisBalance:
    """Shares of one axis; a row without a tag takes no side and is told apart.

    >>> rows = [Weighted("REV", 0.65, {"horizon": "S"}), Weighted("RET", 0.35, {"horizon": "L"})]
    >>> found = axis_balance(rows, AXES[0])
    >>> round(found.index, 9), found.verdict
    (0.95, 'OK')
    """
    tagged = [row for row in rows if row.tags.get(axis.name)]
    known = {tag for row in tagged for tag in _sides(axis, row)} | set(axis.wanted) | set(axis.floors)
    total = fsum(row.weight for row in tagged)
    untagged = fsum(row.weight for row in rows) - total
    if total <= 0:
        return AxisBalance(axis, {}, None, untagged, "OK")
    parts = {tag: fsum(row.weight * _sides(axis, row).get(tag, 0.0) for row in tagged) for tag in sorted(known)}
    shares = {tag: part / total for tag, part in parts.items()}
    apart = {tag: abs(shares[tag] - wanted) for tag, wanted in axis.wanted.items()}
    missed = any(is_below(shares[tag], floor) for tag, floor in axis.floors.items())
    verdict = worst((
        graded(max(apart.values(), default=0.0), axis.tolerance, 2 * axis.tolerance),
        "WARN" if missed else "OK",
    ))  # fmt: skip
    return AxisBalance(axis, shares, 1 - fsum(apart.values()) / 2 if apart else None, untagged, verdict)


def _sides(axis: Axis, row: Weighted) -> Mapping[str, float]:
    tag = row.tags[axis.name]
    return dict.fromkeys(axis.halves[tag], 0.5) if tag in axis.halves else {tag: 1.0}


def emphasis(rows: Sequence[Weighted]) -> Emphasis:
    """Key points: core indicators hold half of the weight, and the heaviest stands out.

    >>> emphasis([Weighted("A", 0.5, {}, True), Weighted("B", 0.3, {}), Weighted("C", 0.2, {})]).verdict
    'OK'
    """
    weights = sorted((row.weight for row in rows if row.weight > 0), reverse=True)
    core = [row.weight for row in rows if row.is_core]
    middle, peak = (median(weights) if weights else 0.0), max(core, default=None)
    stands_out = peak is not None and not is_below(peak, CORE_PEAK * middle)
    is_met = stands_out and not is_below(fsum(core), CORE_SHARE)
    return Emphasis(fsum(core), peak, middle, fsum(weights[:TOP]), "OK" if is_met else "WARN")


def lacking_themes(codes: Collection[str]) -> tuple[str, ...]:
    """Long-term themes that a department's card has no indicator for.

    >>> lacking_themes({"REV", "RET"})
    ('satisfaction',)
    """
    themes = {"satisfaction": SATISFACTION, "loyalty": LOYALTY}
    return tuple(name for name, members in themes.items() if members.isdisjoint(codes))


def union(cards: Sequence[Sequence[Weighted]], heads: Sequence[float]) -> tuple[Weighted, ...]:
    """Function cards as one card of their department, each weighing as many as its people.

    Parameters
    ----------
    cards : (n_cards,)
    heads : (n_cards,)
        People of each function.

    Returns
    -------
    tuple of Weighted
        Weights sum to 1 when each card's do; an indicator on two cards stands once, core if it is on either.

    Raises
    ------
    MethodError
        ``E-WEIGHT-NOTHING``: nobody is counted.
    """
    total = fsum(heads)
    if not total > 0:
        raise MethodError("E-WEIGHT-NOTHING")
    found: dict[str, Weighted] = {}
    for card, count in zip(cards, heads, strict=True):
        for row in card:
            before = found.get(row.kpi)
            weight = row.weight * count / total + (before.weight if before else 0.0)
            is_core = row.is_core or (before is not None and before.is_core)
            found[row.kpi] = replace(row, weight=weight, is_core=is_core)
    return tuple(found.values())
