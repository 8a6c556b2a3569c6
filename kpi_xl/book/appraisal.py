"""From the inputs of a book to its appraisal: facts, compiled rules, scores, and the texts that go with them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace

from kpi_xl.book.plan_rules import CardRow, card_rows, forms
from kpi_xl.book.sentences import needed_text, rule_text
from kpi_xl.facts.typed import Fact, fact, typed_rows
from kpi_xl.labels import Lang, label
from kpi_xl.model.inputs import Inputs, key
from kpi_xl.model.outcome import Card, Item
from kpi_xl.scoring.appraise import Appraisal, Forms, appraise
from kpi_xl.scoring.items import FactView

IGNORED = frozenset(("cell", "cells", "index", "history", "spoiled_cards", "spoiled_items", "lang"))
"""Fields that say where a row stands or what was published, not what was put in."""


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
    rows = card_rows(inputs)
    compiled = forms(rows)
    facts = _facts(inputs, rows)
    views = {
        each.key: FactView(each.value, each.state, each.flag_state, position)
        for position, each in enumerate(facts, start=2)
    }
    appraisal = appraise(inputs, views, compiled)
    return Result(inputs, facts, _with_texts(appraisal, compiled, lang), compiled, run_id(inputs))


def _facts(inputs: Inputs, rows: tuple[CardRow, ...]) -> tuple[Fact, ...]:
    """The facts of every card row: its period; and the period and the year before, where something was typed."""
    indicators = {indicator.code: indicator for indicator in inputs.indicators}
    period, typed = inputs.settings.period, typed_rows(inputs)
    found: dict[str, Fact] = {}
    for row in rows:
        each = fact(period, row.subject.id, indicators[row.plan.kpi], typed, row.plan.missing)
        found[each.key] = each
    for row in rows:
        for when in (period.shift(-1), period.year_ago):
            if key(when, row.subject.id, row.plan.kpi) not in found:
                each = fact(when, row.subject.id, indicators[row.plan.kpi], typed)
                if each.origin != "NONE" and (each.pooled == 0 or each.value is not None):
                    found[each.key] = each
    return tuple(found.values())


def _with_texts(appraisal: Appraisal, compiled: Forms, lang: Lang) -> Appraisal:
    cards = {card.card: card for card in appraisal.cards}
    items = tuple(
        replace(
            item,
            perspective_name=label("words", f"perspective.{item.perspective}", lang),
            rule_text=rule_text(item, compiled[item.card, item.kpi], lang),
            needed=_needed(item, cards[item.card], compiled, lang),
        )
        for item in appraisal.items
    )
    return replace(appraisal, items=items)


def _needed(item: Item, card: Card, compiled: Forms, lang: Lang) -> str:
    form, wanted = compiled[item.card, item.kpi], wanted_score(item, card)
    return "" if form is None or wanted is None else needed_text(item, form, wanted, lang)


def wanted_score(item: Item, card: Card) -> float | None:
    """The item score that alone would lift the card to its next grade; None where it has no say."""
    if card.gap is None or item.score is None or item.effective <= 0:
        return None
    return item.score + card.gap / item.effective


def run_id(inputs: Inputs) -> str:
    """Twelve hexadecimal digits of a hash of the inputs: no clock, no file name, no order of rows."""
    text = json.dumps(_plain(inputs), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:12]


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value) if f.name not in IGNORED}
    if isinstance(value, (tuple, frozenset)):
        return sorted((_plain(each) for each in value), key=lambda each: json.dumps(each, sort_keys=True))
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    return value if value is None or isinstance(value, (str, int, float, bool)) else str(value)
