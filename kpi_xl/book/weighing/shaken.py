"""权重敏感性: how often grades and ranks would change under other weights, and where two cards change places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import isfinite

from kpi_xl.book.appraisal import Result
from kpi_xl.book.table import MISSING
from kpi_xl.labels import Lang, label
from kpi_xl.model.grid import Scalar
from kpi_xl.model.inputs import Band
from kpi_xl.model.outcome import Card, Item
from kpi_xl.scoring.appraise import scale_in_force
from kpi_xl.scoring.weights.sensitivity import Shift, sensitivity
from kpi_xl.scoring.weights.shocks import N_SHOCKS, SEED, SIZE, Shaken, Shocks, Swap, Weighed, shocks, swaps

Record = Mapping[str, Scalar]

CENT = 0.005
"""A card foots to its rounded rows; a total that the weighted mean misses by more than the rounding of its rows and
of itself came about by other rules: veto, mix, cascade."""
MOST_SWAPS = 60


@dataclass(frozen=True, slots=True)
class Swapped:
    """A weight at which two cards of one template and rank group change places."""

    ahead: str
    behind: str
    kpi: str
    weight: float
    critical: float
    change: float | None                # relative; None where the weight is zero


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """What other weights would have done to the cards of a period."""

    shocks: Shocks                      # of `cards`
    cards: tuple[Card, ...]
    left_out: tuple[str, ...]           # without a total, or with one that is no weighted mean
    swaps: tuple[Swapped, ...]          # the nearest first
    shifts: Mapping[str, tuple[tuple[str, Shift], ...]]         # by template: indicator, and its change


def shaken_cards(result: Result, n: int = N_SHOCKS, size: float = SIZE, seed: int = SEED) -> Sensitivity:
    """Random weights for all scored cards of a book, and the weights at which neighbours change places.

    Parameters
    ----------
    n, size, seed
        As for `shocks`.

    Raises
    ------
    MethodError
        As `shocks`.
    """
    items: dict[str, list[Item]] = {}
    for item in result.appraisal.items:
        items.setdefault(item.card, []).append(item)
    kpis = tuple(dict.fromkeys(item.kpi for item in result.appraisal.items))
    top, bands = result.inputs.settings.total_cap, scale_in_force(result.inputs).bands
    known = [card for card in result.appraisal.cards if card.total is not None]
    weighed = {card.card: _weighed(card, items.get(card.card, ()), kpis) for card in known}
    cards = tuple(card for card in known if _is_mean(card, weighed[card.card], bands, top))
    shaken = [weighed[card.card] for card in cards]
    found = shocks(shaken, bands, size, n, seed, top) if shaken else Shocks(n, size, seed, 0.0, 0.0, ())
    shown = {card.card for card in cards}
    left_out = tuple(card.card for card in result.appraisal.cards if card.card not in shown)
    groups = _alike(cards, items)
    return Sensitivity(found, cards, left_out, _swapped(groups), _shifts(groups))


def _weighed(card: Card, items: Sequence[Item], kpis: Sequence[str]) -> Weighed:
    mine = {item.kpi: item for item in items}
    scores = tuple(mine[kpi].score if kpi in mine else None for kpi in kpis)
    weights = tuple(mine[kpi].weight if kpi in mine else 0.0 for kpi in kpis)
    return Weighed(scores, weights, card.adjust, card.rank_group)


def _is_mean(card: Card, weighed: Weighed, bands: Sequence[Band], top: float) -> bool:
    (alone,) = shocks([weighed], bands, 0.0, 1, SEED, top).cards
    rounding = CENT * (1 + sum(weight > 0 for weight in weighed.weights))
    return alone is not None and card.total is not None and abs(alone.total - card.total) <= rounding


Group = tuple[str, tuple[str, ...], tuple[float, ...], tuple[tuple[str, tuple[float, ...]], ...]]
"""Template, indicators, their weights, and the cards with their scores."""


def _alike(cards: Sequence[Card], items: Mapping[str, Sequence[Item]]) -> tuple[Group, ...]:
    """Cards of one rank group and template that have every score."""
    whole = [card for card in cards if all(item.score is not None for item in items[card.card] if item.weight > 0)]
    found: list[Group] = []
    for (_, template), members in groupby(sorted(whole, key=_group_of), _group_of):
        mine = list(members)
        carried = [item for item in items[mine[0].card] if item.weight > 0]
        kpis, weights = tuple(i.kpi for i in carried), tuple(i.weight for i in carried)
        scores = tuple((card.card, _scores(items[card.card], kpis)) for card in mine)
        found.append((template, kpis, weights, scores))
    return tuple(found)


def _group_of(card: Card) -> tuple[str, str]:
    return card.rank_group, card.template


def _scores(items: Sequence[Item], kpis: Sequence[str]) -> tuple[float, ...]:
    by_kpi = {item.kpi: item.score for item in items}
    return tuple(by_kpi[kpi] or 0.0 for kpi in kpis)


def _swapped(groups: Sequence[Group]) -> tuple[Swapped, ...]:
    found = [
        _named(swap, kpis, [name for name, _ in cards])
        for _, kpis, weights, cards in groups
        for swap in swaps([scores for _, scores in cards], weights)
    ]
    return tuple(sorted(found, key=lambda each: abs(each.change) if each.change is not None else float("inf")))


def _named(swap: Swap, kpis: Sequence[str], cards: Sequence[str]) -> Swapped:
    change = swap.change if isfinite(swap.change) else None
    return Swapped(cards[swap.ahead], cards[swap.behind], kpis[swap.kpi], swap.weight, swap.critical, change)


def _shifts(groups: Sequence[Group]) -> Mapping[str, tuple[tuple[str, Shift], ...]]:
    found: dict[str, tuple[tuple[str, Shift], ...]] = {}
    for template, kpis, weights, cards in groups:
        shifts = sensitivity([scores for _, scores in cards], weights)
        found.setdefault(template, tuple((kpis[shift.kpi], shift) for shift in shifts))
    return found


def shaken_records(found: Sensitivity, cards: Sequence[Card], lang: Lang) -> list[Record]:
    """One row for each card; those left out say why."""
    by_card = {card.card: each for card, each in zip(found.cards, found.shocks.cards, strict=True)}
    return [_record(card, by_card.get(card.card), lang) for card in cards]


def _record(card: Card, each: Shaken | None, lang: Lang) -> Record:
    head: dict[str, Scalar] = {
        "card": card.card, "name": card.name, "template": card.template, "total": _or_dash(card.total),
        "grade": card.grade or MISSING, "rank": _or_dash(card.rank), "note": "",
    }  # fmt: skip
    if each is None:
        dashes = ("lowest", "highest", "grade_changes", "rank_changes", "best", "worst")
        why = "note.no_total" if card.total is None else "note.other_rules"
        return {**head, **dict.fromkeys(dashes, MISSING), "note": label("weights", why, lang)}
    return {
        **head,
        "lowest": each.lowest,
        "highest": each.highest,
        "grade_changes": each.grade_changes,
        "rank_changes": each.rank_changes,
        "best": float(each.best_rank),
        "worst": float(each.worst_rank),
    }


def swap_records(found: Sensitivity, names: Mapping[str, str]) -> list[Record]:
    """The nearest weights at which two cards change places."""
    return [
        {
            "ahead": each.ahead, "behind": each.behind, "kpi": each.kpi, "name": names.get(each.kpi, ""),
            "weight": each.weight, "critical": each.critical, "change": _or_dash(each.change),
        }
        for each in found.swaps[:MOST_SWAPS]
    ]  # fmt: skip


def shift_records(found: Sensitivity, names: Mapping[str, str]) -> list[Record]:
    """What a tenth more or less of each weight does."""
    return [
        {
            "template": template, "kpi": kpi, "name": names.get(kpi, ""), "change": shift.change,
            "largest": shift.max_total_change, "tau": _or_dash(shift.tau),
        }
        for template, shifts in found.shifts.items()
        for kpi, shift in shifts
    ]  # fmt: skip


def _or_dash(number: float | None) -> Scalar:
    return MISSING if number is None else float(number)
