"""From the inputs of a book to its appraisal: facts, compiled rules, scores, and the texts that go with them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace

from kpi_xl.book.opinion_sentences import opinion_text
from kpi_xl.book.outlook import outlook_text, summary_text
from kpi_xl.book.plan_rules import all_facts, card_plan
from kpi_xl.book.sentences import needed_text, rule_text
from kpi_xl.facts.typed import Fact
from kpi_xl.labels import Lang, label
from kpi_xl.model.inputs import Inputs
from kpi_xl.model.outcome import Card, Item
from kpi_xl.scoring.appraise import Appraisal, Forms, appraise
from kpi_xl.scoring.items import FactView
from kpi_xl.scoring.opinion import OpinionForm

IGNORED = frozenset(("cell", "cells", "index", "history", "spoiled_cards", "spoiled_items", "lang"))
"""Fields that say where a row stands or what was published, not what was put in."""
WHERE_GIVEN = frozenset(("raw",))
"""Fields that have no part in the hash of a book which does without them."""

Opinions = Mapping[tuple[str, str], OpinionForm]
"""Rules that are no curve, by card and indicator."""


@dataclass(frozen=True, slots=True)
class Result:
    """Everything the system sheets show."""

    inputs: Inputs
    facts: tuple[Fact, ...]
    appraisal: Appraisal
    forms: Forms
    run_id: str


def evaluate(inputs: Inputs, lang: Lang) -> Result:
    """The appraisal of a book's period."""
    plan = card_plan(inputs)
    compiled = plan.forms
    facts = all_facts(plan, inputs)
    views = {
        each.key: FactView(each.value, each.state, each.flag_state, position)
        for position, each in enumerate(facts, start=2)
    }
    appraisal = appraise(inputs, views, compiled)
    opinions = {(row.card, row.plan.kpi): row.opinion for row in plan.rows if row.opinion is not None}
    return Result(inputs, facts, _with_texts(appraisal, compiled, opinions, lang), compiled, run_id(inputs))


def _with_texts(appraisal: Appraisal, compiled: Forms, opinions: Opinions, lang: Lang) -> Appraisal:
    cards = {card.card: card for card in appraisal.cards}
    items = tuple(
        replace(
            item,
            perspective_name=label("words", f"perspective.{item.perspective}", lang),
            rule_text=rule_text(item, compiled[item.card, item.kpi], lang),
            needed=_needed(item, cards[item.card], compiled, opinions, lang),
        )
        for item in appraisal.items
    )
    of_card: dict[str, list[Item]] = {}
    for item in items:
        of_card.setdefault(item.card, []).append(item)
    return replace(
        appraisal,
        items=items,
        cards=tuple(
            replace(
                card,
                summary=summary_text(card, of_card[card.card], lang),
                outlook=outlook_text(card, of_card[card.card], lang),
            )
            for card in appraisal.cards
        ),
    )


def _needed(item: Item, card: Card, compiled: Forms, opinions: Opinions, lang: Lang) -> str:
    form, wanted = compiled[item.card, item.kpi], wanted_score(item, card)
    if form is None or wanted is None:
        return ""
    opinion = opinions.get((item.card, item.kpi))
    return needed_text(item, form, wanted, lang) if opinion is None else opinion_text(item, opinion, wanted, lang)


def wanted_score(item: Item, card: Card) -> float | None:
    """The item score that alone would lift the card to its next grade; None where it has no say."""
    if card.gap is None or item.score is None or item.effective <= 0 or card.reach <= 0:
        return None
    return item.score + card.gap / (item.effective * card.reach)


def run_id(inputs: Inputs) -> str:
    """Twelve hexadecimal digits of a hash of the inputs: no clock, no file name, no order of rows."""
    text = json.dumps(_plain(inputs), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:12]


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        given = ((f.name, getattr(value, f.name)) for f in fields(value) if f.name not in IGNORED)
        return {name: _plain(each) for name, each in given if each or name not in WHERE_GIVEN}
    if isinstance(value, (tuple, frozenset)):
        return sorted((_plain(each) for each in value), key=lambda each: json.dumps(each, sort_keys=True))
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    return value if value is None or isinstance(value, (str, int, float, bool)) else str(value)
