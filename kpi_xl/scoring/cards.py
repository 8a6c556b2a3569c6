"""One row of 汇总排名: subtotals, own total, veto; then grade and coefficient of the total, and the ranking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kpi_xl.model.inputs import Band, Settings, key
from kpi_xl.model.outcome import Card, Item
from kpi_xl.model.status import Status
from kpi_xl.scoring.parts import MODES, MOST_PARTS, NO_PART, Parts
from kpi_xl.scoring.people.cascade import CASCADES
from kpi_xl.scoring.posts import Post
from kpi_xl.scoring.rounding import excel_round

NEVER = 5
"""Larger than any card status that can apply."""
TOP_SCORE_LIMIT = 9999.0
"""A score without a cap, or far below zero, must not outweigh a cent of the total in the ranking."""
BELOW_ALL = -1000000.0
"""Where withheld cards stand in the ranking."""


@dataclass(frozen=True, slots=True)
class CardInputs:
    """What a card takes beside its items."""

    post: Post
    card_key: str
    last_key: str
    hold: bool
    bonus: float
    penalty: float
    veto_cap: float
    veto_hits: int
    incomplete: int                     # adjustments without reason or approver
    last_total: float | None
    parts: Parts


@dataclass(frozen=True, slots=True)
class Scale:
    """The grade bands in force, ascending, and the position of the first one in its table (heading = 1)."""

    bands: tuple[Band, ...]
    first: int


def card(inputs: CardInputs, items: Sequence[Item], settings: Settings) -> Card:
    """One card up to its own total, before anybody else's bears on it.

    `items` are the card's own rows, in their order.
    """
    post, parts = inputs.post, inputs.parts
    states = [row.state for row in items]
    averaged = int(parts.mode in ("AVG", "LASTP"))
    scored = sum(row.counts for row in items)
    weight_sum = excel_round(sum(row.weight for row in items), 9)
    missing_weight = excel_round(sum(row.missing_weight for row in items), 9)
    blocked = _blocked(inputs, items, weight_sum, missing_weight, settings)
    is_open = int(blocked == 0 and scored + averaged > 0 and settings.total_cap > 0)
    base = _base(items, parts, averaged=bool(averaged))
    adjust = sorted((-settings.adjust_cap, settings.adjust_cap, inputs.bonus - inputs.penalty))[1]
    printed = excel_round(excel_round(base + adjust, 9), 2)
    before = sorted((0.0, settings.total_cap, printed))[1] if is_open else None
    veto_cap = sorted((0.0, settings.total_cap, excel_round(inputs.veto_cap, 2)))[1]
    own = None if before is None else min(before, veto_cap)
    keys = (*parts.keys, *[NO_PART] * MOST_PARTS)[:MOST_PARTS]
    totals = (*parts.totals, *[None] * MOST_PARTS)[:MOST_PARTS]
    top_weight = max((row.weight for row in items), default=0.0)
    finance = _subtotal(items, "F")
    exact = (parts.value or 0.0) if averaged else sum(row.exact for row in items)
    return Card(
        card=post.card,
        name=post.subject.name,
        template=post.subject.template,
        rank_group=post.subject.rank_group,
        period=str(settings.period),
        card_key=inputs.card_key,
        last_key=inputs.last_key,
        subject=post.subject.id,
        listed=post.listed,
        person_key=key(settings.period, post.subject.id),
        parent_key=key(settings.period, post.above),
        role_days=post.days,
        main=int(post.is_main),
        mode=MODES.index(parts.mode) + 1,
        averaged=averaged,
        part1=keys[0],
        part2=keys[1],
        part3=keys[2],
        part4=keys[3],
        part_total1=totals[0],
        part_total2=totals[1],
        part_total3=totals[2],
        part_total4=totals[3],
        parts=len(parts.keys),
        parts_known=parts.known,
        part_value=parts.value,
        cascade=CASCADES.index(settings.cascade),
        alpha=post.subject.alpha or 0.0,
        hold=int(inputs.hold),
        first=items[0].row,
        items=len(items),
        scored=scored,
        excluded=sum(state <= Status.EXCLUDED for state in states),
        provisional=states.count(Status.PROVISIONAL),
        weight_sum=weight_sum,
        missing_weight=missing_weight,
        blocked=blocked,
        is_open=is_open,
        F=finance,
        U=_subtotal(items, "U"),
        O=_subtotal(items, "O"),
        base=base,
        bonus=inputs.bonus,
        penalty=inputs.penalty,
        adjust=adjust,
        before_veto=before,
        veto_cap=veto_cap,
        veto_hits=inputs.veto_hits,
        vetoed=int(is_open and inputs.veto_hits > 0),
        own=own,
        day_points=0.0 if own is None else own * post.days,
        last_total=inputs.last_total,
        top_weight=top_weight,
        top_score=sum(row.ranked for row in items if row.weight == top_weight),
        sort2=excel_round(excel_round(finance * 100000000 + (1000 - inputs.penalty) * 100, 4), 0),
        exact=excel_round(exact + adjust, 9),
    )


def _blocked(
    inputs: CardInputs, items: Sequence[Item], weight_sum: float, missing_weight: float, settings: Settings
) -> int:
    """How many reasons withhold the card; an averaged one hangs on its parts alone."""
    if inputs.hold:
        return 1
    parts = inputs.parts
    rows = sum(row.blocks for row in items) + (missing_weight > settings.missing_limit) + (weight_sum != 1)
    own = 0 if parts.mode in ("AVG", "LASTP") else rows
    lacking = len(parts.keys) - parts.known + (not parts.keys) if parts.mode != "RECALC" else 0
    return int(own + lacking + inputs.incomplete)


def _base(items: Sequence[Item], parts: Parts, *, averaged: bool) -> float:
    """Points before bonus and penalty."""
    if averaged:
        return excel_round(excel_round(parts.value or 0.0, 9), 2)
    return excel_round(sum(row.weighted or 0.0 for row in items), 2)


def graded(card: Card, scale: Scale) -> Card:
    """The card with what follows from its total."""
    grading = _grading(card.total, scale)
    return replace(
        card,
        band=grading.band,
        grade=grading.grade,
        coefficient=grading.coefficient,
        letter_end=grading.letter_end,
        next_band=grading.next_band,
        gap=grading.gap,
        next_grade=grading.next_grade,
        sort1=_sort_key(card.total, card.top_score),
        edge=int(_is_edge(card, scale)),
    )


def ranked(cards: Sequence[Card]) -> tuple[Card, ...]:
    """The cards with competition ranks (1, 2, 2, 4) within their rank group; withheld cards have none.

    Somebody with several roles is ranked once.

    Ties break by total, the highest-weight indicator's score, the finance subtotal, fewer penalty points.
    """
    return tuple(replace(card, rank=_rank(card, cards)) for card in cards)


def _sort_key(total: float | None, top_score: float) -> float:
    if total is None:
        return BELOW_ALL
    kept = sorted((-TOP_SCORE_LIMIT, TOP_SCORE_LIMIT, top_score))[1]
    return excel_round(total * 100000000 + kept * 100, 0)


def _rank(card: Card, cards: Sequence[Card]) -> int | None:
    if card.total is None or not card.main:
        return None
    mine, group = (card.sort1, card.sort2), card.rank_group.casefold()
    others = (other for other in cards if other.main and other.rank_group.casefold() == group)
    return 1 + sum((other.sort1, other.sort2) > mine for other in others)


@dataclass(frozen=True, slots=True)
class _Grading:
    band: int | None = None
    grade: str | None = None
    coefficient: float | None = None
    letter_end: int | None = None
    next_band: int | None = None
    gap: float | None = None
    next_grade: str | None = None


def _grading(total: float | None, scale: Scale) -> _Grading:
    if total is None:
        return _Grading()
    index = _band(total, scale)
    band = scale.bands[index]
    end = _letter_ends(scale)[band.grade]
    upper = scale.bands[end] if end < len(scale.bands) else None
    return _Grading(
        band=scale.first + index,
        grade=band.grade,
        coefficient=band.coef + band.slope * (total - band.lo),
        letter_end=scale.first + end,
        next_band=None if upper is None else scale.first + end,
        gap=None if upper is None else excel_round(upper.lo - total, 2),
        next_grade=None if upper is None else upper.grade,
    )


def _band(total: float, scale: Scale) -> int:
    return max(i for i, band in enumerate(scale.bands) if band.lo <= total)


def _letter_ends(scale: Scale) -> Mapping[str, int]:
    """0-based position of the band above each letter's last one."""
    return {band.grade: index for index, band in enumerate(scale.bands, start=1)}


def _is_edge(card: Card, scale: Scale) -> bool:
    """Without any rounding on the way the card would have another grade."""
    if card.total is None or card.total != card.own or card.veto_hits or card.exact < 0:
        return False
    return _band(card.exact, scale) != _band(card.total, scale)


def _subtotal(items: Sequence[Item], perspective: str) -> float:
    return excel_round(sum(row.weighted or 0.0 for row in items if row.perspective == perspective), 2)


def ceilings(settings: Settings, scale: Scale) -> Mapping[str, tuple[int, float]]:
    """What CAP_GRADE does to the total, by letter in lower case.

    Returns
    -------
    ceilings
        Position of the first row above the letter's block (heading = 1), and the cap just below its bound.
    """
    return {
        letter.casefold(): (
            scale.first + end,
            scale.bands[end].lo - 0.01 if end < len(scale.bands) else settings.total_cap,
        )
        for letter, end in _letter_ends(scale).items()
    }
