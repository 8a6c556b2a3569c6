"""One row of 汇总排名: subtotals, total, veto, grade, coefficient; then the ranking over all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kpi_xl.model.inputs import Band, Settings, Subject
from kpi_xl.model.outcome import Card, Item
from kpi_xl.model.status import CardStatus, Status
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

    subject: Subject
    card_key: str
    last_key: str
    hold: bool
    bonus: float
    penalty: float
    veto_cap: float
    veto_hits: int
    incomplete: int                     # adjustments without reason or approver
    last_total: float | None


@dataclass(frozen=True, slots=True)
class Scale:
    """The grade bands in force, ascending, and the position of the first one in its table (heading = 1)."""

    bands: tuple[Band, ...]
    first: int


def card(inputs: CardInputs, items: Sequence[Item], settings: Settings, scale: Scale) -> Card:
    """One card without its rank.

    `items` are the card's own rows, in their order.
    """
    states = [row.state for row in items]
    weight_sum = excel_round(sum(row.weight for row in items), 9)
    missing_weight = excel_round(sum(row.missing_weight for row in items), 9)
    scored = sum(row.counts for row in items)
    reasons = (missing_weight > settings.missing_limit) + (weight_sum != 1) + inputs.incomplete
    blocked = 1 if inputs.hold else sum(row.blocks for row in items) + reasons
    is_open = int(blocked == 0 and scored > 0 and settings.total_cap > 0)
    base = excel_round(sum(row.weighted or 0.0 for row in items), 2)
    adjust = sorted((-settings.adjust_cap, settings.adjust_cap, inputs.bonus - inputs.penalty))[1]
    printed = excel_round(excel_round(base + adjust, 9), 2)
    before = sorted((0.0, settings.total_cap, printed))[1] if is_open else None
    veto_cap = sorted((0.0, settings.total_cap, excel_round(inputs.veto_cap, 2)))[1]
    total = None if before is None else min(before, veto_cap)
    grading = _grading(total, scale)
    excluded, provisional = states.count(Status.EXCLUDED), states.count(Status.PROVISIONAL)
    vetoed = int(is_open and inputs.veto_hits > 0)
    status = min(
        CardStatus.EXCLUDED if excluded == len(items) else NEVER,
        CardStatus.WITHHELD if blocked else NEVER,
        CardStatus.VETOED if vetoed else NEVER,
        CardStatus.PROVISIONAL if provisional else NEVER,
    )
    top_weight = max((row.weight for row in items), default=0.0)
    top_score = sum(row.ranked for row in items if row.weight == top_weight)
    finance = _subtotal(items, "F")
    exact = excel_round(sum(row.exact for row in items) + adjust, 9)
    return Card(
        card=inputs.subject.id,
        name=inputs.subject.name,
        template=inputs.subject.template,
        rank_group=inputs.subject.rank_group,
        period=str(settings.period),
        card_key=inputs.card_key,
        last_key=inputs.last_key,
        hold=int(inputs.hold),
        first=items[0].row,
        items=len(items),
        scored=scored,
        excluded=excluded,
        provisional=provisional,
        weight_sum=weight_sum,
        missing_weight=missing_weight,
        blocked=int(blocked),
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
        vetoed=vetoed,
        total=total,
        band=grading.band,
        grade=grading.grade,
        coefficient=grading.coefficient,
        letter_end=grading.letter_end,
        next_band=grading.next_band,
        gap=grading.gap,
        next_grade=grading.next_grade,
        last_total=inputs.last_total,
        change=None if total is None or inputs.last_total is None else excel_round(total - inputs.last_total, 2),
        state=int(status),
        status=CardStatus(status).name,
        top_weight=top_weight,
        top_score=top_score,
        sort1=_sort_key(total, top_score),
        sort2=excel_round(excel_round(finance * 100000000 + (1000 - inputs.penalty) * 100, 4), 0),
        exact=exact,
        edge=int(_is_edge(total, exact, inputs.veto_hits, scale)),
    )


def ranked(cards: Sequence[Card]) -> tuple[Card, ...]:
    """The cards with competition ranks (1, 2, 2, 4) within their rank group; withheld cards have none.

    Ties break by total, the highest-weight indicator's score, the finance subtotal, fewer penalty points.
    """
    return tuple(card if card.total is None else replace(card, rank=1 + _better(card, cards)) for card in cards)


def _sort_key(total: float | None, top_score: float) -> float:
    if total is None:
        return BELOW_ALL
    kept = sorted((-TOP_SCORE_LIMIT, TOP_SCORE_LIMIT, top_score))[1]
    return excel_round(total * 100000000 + kept * 100, 0)


def _better(card: Card, cards: Sequence[Card]) -> int:
    mine, group = (card.sort1, card.sort2), card.rank_group.casefold()
    return sum((other.sort1, other.sort2) > mine for other in cards if other.rank_group.casefold() == group)


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


def _is_edge(total: float | None, exact: float, veto_hits: int, scale: Scale) -> bool:
    """Without any rounding on the way the card would have another grade."""
    return total is not None and not veto_hits and exact >= 0 and _band(exact, scale) != _band(total, scale)


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
