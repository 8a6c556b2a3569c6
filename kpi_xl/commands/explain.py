"""explain: where a number comes from, and what would change it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from time import perf_counter

from kpi_xl.book.appraisal import Result, evaluate, wanted_score
from kpi_xl.book.checks import spoiled
from kpi_xl.book.phrases import value_text
from kpi_xl.book.sentences import rule_text
from kpi_xl.commands.check import Checked, read_and_check
from kpi_xl.commands.receipt import Receipt, in_order
from kpi_xl.commands.score import card_json
from kpi_xl.errors import WorkbookError
from kpi_xl.facts.typed import Fact
from kpi_xl.hosts.port import WorkbookHost
from kpi_xl.labels import Lang
from kpi_xl.model.outcome import Card, Item
from kpi_xl.scoring.item import needed
from kpi_xl.scoring.rules import RuleForm

POLICIES_THAT_MOVE = ("REWEIGHT", "POOL3", "ZERO", "LAST")


def explain(
    host: WorkbookHost, card_id: str, kpi: str | None, lang: Lang, rows: Path | None = None
) -> Receipt:
    """Explain one card, or one indicator of it.

    Parameters
    ----------
    rows
        A CSV file that takes the raw rows which the indicators' facts are made of.

    Raises
    ------
    WorkbookError
        ``E-BOOK-STOPPED`` when the book's own errors keep it from being scored, ``E-CARD-UNKNOWN``, ``E-ITEM-UNKNOWN``,
        ``E-ITEM-NOT-RAW``: rows are asked for and no fact is made of any.
    """
    start = perf_counter()
    checked = read_and_check(host)
    if any(issue.stops_the_book for issue in checked.issues):
        raise WorkbookError("E-BOOK-STOPPED", book=host.name, found=checked.issues[0].code)
    result = evaluate(spoiled(checked.inputs, checked.issues), lang)
    card = _card(result, card_id)
    items = result.appraisal.items_of(card.card)
    chosen = [item for item in items if kpi is None or item.kpi.casefold() == kpi.casefold()]
    if not chosen:
        raise WorkbookError("E-ITEM-UNKNOWN", found=kpi, card=card.card, wanted=", ".join(item.kpi for item in items))
    facts = {fact.key: fact for fact in result.facts}
    explained = [_item(item, card, facts[item.key], result.forms[item.card, item.kpi], lang) for item in chosen]
    written = None if rows is None else _rows(host, checked, chosen, facts, rows)
    mine = tuple(issue for issue in checked.issues if not issue.cards or card.card in issue.cards)
    body = {
        "period": card.period,
        "card": {
            **card_json(card),
            "next_grade": card.next_grade,
            "gap": card.gap,
            "missing_weight": card.missing_weight,
        },
        "policies": _policies(items, card),
        "items": explained,
        **({} if written is None else {"rows": written}),
    }
    return Receipt("explain", host.name, in_order(mine), body, seconds=perf_counter() - start)


def _rows(
    host: WorkbookHost, checked: Checked, items: Sequence[Item], facts: Mapping[str, Fact], path: Path
) -> int:
    from kpi_xl.commands.raw_rows import write_rows  # an explanation without them needs no engine

    wanted = [facts[item.key] for item in items if facts[item.key].origin == "RAW"]
    if not wanted:
        raise WorkbookError("E-ITEM-NOT-RAW", found=", ".join(item.kpi for item in items))
    return write_rows(host, checked.grids, checked.inputs, wanted, path)


def _card(result: Result, card_id: str) -> Card:
    for card in result.appraisal.cards:
        if card.card.casefold() == card_id.casefold():
            return card
    raise WorkbookError("E-CARD-UNKNOWN", found=card_id, wanted=", ".join(card.card for card in result.appraisal.cards))


def _item(item: Item, card: Card, fact: Fact, form: RuleForm | None, lang: Lang) -> Mapping[str, object]:
    return {
        "kpi": item.kpi,
        "name": item.name,
        "unit": item.unit,
        "num": fact.num,
        "den": fact.den,
        "n": fact.n,
        "raw": fact.value,
        "origin": fact.origin,
        "actual": item.actual,
        "actual_text": None if item.actual is None else value_text(item.actual, item.unit, item.decimals, lang),
        "threshold": item.threshold,
        "target": item.target,
        "stretch": item.stretch,
        "rule": item.rule,
        "rule_text": item.rule_text or rule_text(item, form, lang),
        "curve": _curve(item, form),
        "status": item.status,
        "policy": item.policy,
        "weight": item.weight,
        "effective_weight": item.effective,
        "points": item.points,
        "score": item.score,
        "contribution": item.weighted,
        "needed": _needed(item, card, form),
        "needed_text": item.needed or None,
    }


def _curve(item: Item, form: RuleForm | None) -> Sequence[Mapping[str, float | None]]:
    """Segments in the indicator's own direction: where it starts, the score at its anchor, its slope."""
    if form is None or form.form is None or item.config != 12:
        return []
    curve = form.form.at(item.target, item.threshold, item.stretch)
    entered = [i for i, segment in enumerate(form.form.segments) if segment.open <= 0]
    return [
        {
            "from": None if form.form.segments[i].open < 0 else form.form.sign * curve.x0[i] + 0.0,
            "at": form.form.sign * curve.x0[i] + 0.0,
            "score": curve.y0[i],
            "slope": form.form.sign * curve.slope[i] + 0.0,
        }
        for i in entered
    ]


def _needed(item: Item, card: Card, form: RuleForm | None) -> float | None:
    """The actual that alone would lift the card to its next grade."""
    wanted = wanted_score(item, card)
    if form is None or wanted is None:
        return None
    return needed(form, wanted, item.target, item.threshold, item.stretch, item.base_value, item.decimals)


def _policies(items: Sequence[Item], card: Card) -> Sequence[Mapping[str, object]]:
    """Where a missing-data policy, a waiver or a veto moved the score, and from what."""
    moved: list[Mapping[str, object]] = []
    for item in items:
        if item.policy in POLICIES_THAT_MOVE and item.status not in (
            "OK",
            "PROVISIONAL",
            "EXCLUDED",
            "APPROX",
            "OVERRIDDEN",
        ):
            moved.append({"kpi": item.kpi, "policy": item.policy, "status": item.status, "weight": item.weight})
        elif item.blocks:
            moved.append(
                {"kpi": item.kpi, "policy": item.policy, "status": item.status, "weight": item.weight, "blocks": True}
            )
    if card.veto_hits:
        moved.append({"veto": True, "before": card.before_veto, "cap": card.veto_cap, "total": card.total})
    if card.bonus or card.penalty:
        moved.append({"bonus": card.bonus, "penalty": card.penalty, "adjust": card.adjust})
    return moved
