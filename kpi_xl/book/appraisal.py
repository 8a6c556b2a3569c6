"""From the inputs of a book to its appraisal: facts, compiled rules, scores, and the texts that go with them."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache
from json.encoder import encode_basestring
from operator import attrgetter
from types import NoneType
from typing import Any, cast

from kpi_xl.book.opinion_sentences import opinion_text
from kpi_xl.book.outlook import outlook_text, summary_text
from kpi_xl.book.plan_rules import Plan, all_facts, card_plan
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
WHERE_GIVEN = frozenset(("raw", "is_approximate"))
"""Fields that have no part in the hash of a book which does without them."""

_BEYOND_ASCII = re.compile("[^ -~]")
_USUALLY: Mapping[type, Callable[[Any], str]] = {
    str: encode_basestring, float: float.__repr__, NoneType: lambda _: "null",
}  # fmt: skip
"""How `_json` says what nearly all cells hold."""

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


def evaluate(inputs: Inputs, lang: Lang, plan: Plan | None = None) -> Result:
    """The appraisal of a book's period.

    `plan` is that of the same inputs, where the checks have made it already.
    """
    plan = plan or card_plan(inputs)
    compiled = plan.forms
    facts = all_facts(plan)
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
    return hashlib.sha256(_json(inputs).encode("utf-8")).hexdigest()[:12]


def _json(value: object) -> str:
    """The value as JSON with sorted keys; sequences are sorted too, by their text in ASCII."""
    kind = type(value)
    if kind is str:
        return encode_basestring(cast(str, value))
    if value is None or kind is float or kind is int or kind is bool:
        return json.dumps(value)
    if is_dataclass(kind):
        given = ((name, getattr(value, name)) for name in _names(kind))
        return _object((name, each) for name, each in given if each or name not in WHERE_GIVEN)
    if isinstance(value, (tuple, frozenset)):
        return f"[{', '.join(sorted(_members(value), key=_in_ascii))}]"
    if isinstance(value, Mapping):
        return _object(sorted((str(name), each) for name, each in value.items()))
    return json.dumps(value if isinstance(value, (str, int, float)) else str(value), ensure_ascii=False)


def _members(values: Collection[object]) -> list[str]:
    """Each of the values as JSON; a company has a hundred thousand rows, so those of one table share their frame."""
    kinds = set(map(type, values))
    kind = kinds.pop() if len(kinds) == 1 else None
    names = _names(kind) if is_dataclass(kind) else ()
    if len(names) < 2 or WHERE_GIVEN.intersection(names):
        return [_json(value) for value in values]
    columns = zip(*map(attrgetter(*names), values), strict=True)
    frame = "{" + ", ".join(f"{encode_basestring(name)}: %s" for name in names) + "}"
    return [frame % line for line in zip(*map(_column, columns), strict=True)]


def _column(cells: Iterable[object]) -> Iterator[str]:
    """One field of many rows as JSON."""
    return (_USUALLY.get(type(cell), _json)(cell) for cell in cells)


def _object(given: Iterable[tuple[str, object]]) -> str:
    return "{" + ", ".join([f"{encode_basestring(name)}: {_json(each)}" for name, each in given]) + "}"


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(sorted(field.name for field in fields(kind) if field.name not in IGNORED))


def _in_ascii(text: str) -> str:
    if text.isascii() and text.isprintable():       # nothing to replace, as in nearly all
        return text
    return _BEYOND_ASCII.sub(lambda match: json.dumps(match[0])[1:-1], text)
