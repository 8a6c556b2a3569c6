"""From the cards' own totals to those that are graded: role mix, period mix, cascade, then rounding and ranking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kpi_xl.model.inputs import Settings
from kpi_xl.model.outcome import Card
from kpi_xl.model.status import CardStatus
from kpi_xl.scoring.cards import NEVER, Scale, graded, ranked
from kpi_xl.scoring.parts import MODES
from kpi_xl.scoring.people.cascade import CASCADES, Cascade, cascaded
from kpi_xl.scoring.people.periods import period_total
from kpi_xl.scoring.people.roles import mixed
from kpi_xl.scoring.rounding import excel_round


def concluded(cards: Sequence[Card], settings: Settings, scale: Scale) -> tuple[Card, ...]:
    """Every card with its total, grade and rank.

    The order is fixed: the roles of a person, the parts of the period, the superior's own result, rounding.
    """
    mixed = _mixed(cards)
    timed = [_timed(card, settings) for card in mixed]
    results = {card.card_key.casefold(): card.result for card in reversed(timed)}
    return ranked([_totalled(card, results.get(card.parent_key.casefold()), settings, scale) for card in timed])


def _mixed(cards: Sequence[Card]) -> list[Card]:
    """The mean over the roles of a person by days; None as long as one of them is withheld."""
    roles: dict[str, list[Card]] = {}
    for card in cards:
        roles.setdefault(card.person_key, []).append(card)
    days = {person: sum(card.role_days for card in held) for person, held in roles.items()}
    points = {person: sum(card.day_points for card in held) for person, held in roles.items()}
    totals = {
        person: mixed([card.own for card in held], [card.role_days for card in held]) for person, held in roles.items()
    }
    return [
        replace(
            card,
            mixed=totals[card.person_key],
            others=excel_round(points[card.person_key] - card.day_points, 6),
            reach=card.role_days / days[card.person_key] if days[card.person_key] else 0.0,
        )
        for card in cards
    ]


def _timed(card: Card, settings: Settings) -> Card:
    if MODES[card.mode - 1] != "MIX":
        return replace(card, result=card.mixed, reach=0.0 if card.averaged else card.reach)
    part = settings.period_mix
    result = period_total("MIX", card.mixed, (card.part_value,), part)
    return replace(card, result=result, reach=card.reach * (1 - part))


def _totalled(card: Card, above: float | None, settings: Settings, scale: Scale) -> Card:
    """The card with the superior's own result in its total."""
    above = above if card.alpha else None
    form = Cascade(CASCADES[card.cascade], card.alpha if card.cascade else 0.0)
    value = cascaded(card.result, above, form)
    total = None if value is None else sorted((0.0, settings.total_cap, excel_round(excel_round(value, 9), 2)))[1]
    status = min(
        CardStatus.EXCLUDED if card.excluded == card.items and not card.averaged else NEVER,
        CardStatus.WITHHELD if card.blocked or total is None else NEVER,
        CardStatus.VETOED if card.vetoed else NEVER,
        CardStatus.PROVISIONAL if card.provisional else NEVER,
    )
    weight = 1 - card.alpha if form.form == "share" else 1.0
    stepped = replace(
        card, above=above, cascaded=value, total=total, state=int(status), status=CardStatus(status).name,
        change=None if total is None or card.last_total is None else excel_round(total - card.last_total, 2),
        reach=card.reach * weight,
    )  # fmt: skip
    return graded(stepped, scale)
