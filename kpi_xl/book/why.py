"""Why a score is what it is, or why there is none: one sentence from what the result sheets say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kpi_xl.book.phrases import JOINTS, points_text, value_text
from kpi_xl.book.rows import Row
from kpi_xl.book.table import MISSING
from kpi_xl.labels import Lang, label
from kpi_xl.model.status import CardStatus, Status

COMMAS: Mapping[Lang, str] = {"zh": "、", "en": ", "}
"""What stands between two names."""
POINTS = ("total", "base", "adjust", "bonus", "penalty", "before_veto", "veto_cap")
MOST_NAMED = 4
"""Indicators that a sentence names before it counts."""


def why_item(row: Row, fact: Row | None, lang: Lang) -> str:
    """Why an indicator has its score, or has none."""
    status = Status[row.text("status")] if row.text("status") in Status.__members__ else Status.CONFIG_ERROR
    parts = [_scored(row, status, lang) if status.is_scored else _unscored(row, fact, status, lang)]
    if _number(row, "changed"):
        parts.append(_say("changed", lang))
    return JOINTS[lang].join(parts)


def why_card(card: Row, items: Sequence[Row], lang: Lang) -> str:
    """Why a card has its total, or why it is withheld."""
    facts = {key: _points(card, key) for key in POINTS}
    texts = {key: card.text(key) for key in ("name", "period", "grade")}
    status = CardStatus[card.text("status")] if card.text("status") in CardStatus.__members__ else CardStatus.WITHHELD
    if status in (CardStatus.EXCLUDED, CardStatus.WITHHELD):
        key = "card_excluded" if status is CardStatus.EXCLUDED else "card_withheld"
        reasons = JOINTS[lang].join(_hindrances(card, items, lang)) or MISSING
        return _say(key, lang, **texts, reasons=reasons)
    parts = [_say("card", lang, **texts, **facts)]
    if status is CardStatus.VETOED:
        is_capped = _number(card, "veto_cap") < _number(card, "before_veto")
        parts.append(_say("vetoed" if is_capped else "vetoed_part", lang, **facts))
    if status is CardStatus.PROVISIONAL:
        parts.append(_say("provisional", lang, names=_names(items, Status.PROVISIONAL, lang)))
    if _number(card, "changed"):
        parts.append(_say("changed", lang))
    return JOINTS[lang].join(parts)


def _scored(row: Row, status: Status, lang: Lang) -> str:
    said = _say(
        "item",
        lang,
        name=row.text("name"),
        actual=_value(row, "actual", lang),
        score=_points(row, "score"),
        rule=row.text("rule_text"),
        weight=value_text(_number(row, "effective"), "%", 4, lang),
        weighted=_points(row, "weighted"),
    )
    if status is Status.OK:
        return said
    return _say("noted", lang, said=said, status=label("words", f"status.{status.name}", lang))


def _unscored(row: Row, fact: Row | None, status: Status, lang: Lang) -> str:
    facts = {
        "name": row.text("name"),
        "num": _figure(fact, "num"),
        "den": _figure(fact, "den"),
        "n": _figure(fact, "n"),
        "least": _figure(fact, "min_n"),
        "base": _value(row, "base_value", lang),
        "rule": row.text("rule_text"),
    }
    is_gated = status is Status.ZEROED and _number(row, "gate") > 0
    said = _say("gated" if is_gated else f"status.{status.name}", lang, **facts)
    if status.is_gap:
        said += JOINTS[lang] + _say("policy", lang, policy=label("words", f"policy.{row.text('policy')}", lang))
    return said + (JOINTS[lang] + _say("blocks", lang) if _number(row, "blocks") else "")


def _hindrances(card: Row, items: Sequence[Row], lang: Lang) -> list[str]:
    """Everything that keeps the total of a card back."""
    found = []
    blocking = [row for row in items if _number(row, "blocks")]
    for status in Status:
        mine = [row for row in blocking if row.text("status") == status.name]
        if mine:
            words = label("words", f"status.{status.name}", lang)
            found.append(_say("hindered", lang, status=words, names=_names(mine, status, lang)))
    if _number(card, "hold"):
        found.append(_say("held", lang))
    if _number(card, "weight_sum") != 1:
        found.append(_say("weights", lang, found=value_text(_number(card, "weight_sum"), "%", 4, lang)))
    if not found and _number(card, "missing_weight"):
        found.append(_say("weight_missing", lang, found=value_text(_number(card, "missing_weight"), "%", 4, lang)))
    return found


def _names(items: Sequence[Row], status: Status, lang: Lang) -> str:
    names = [row.text("name") for row in items if row.text("status") == status.name]
    listed = COMMAS[lang].join(names[:MOST_NAMED])
    return _say("more", lang, names=listed, n=len(names)) if len(names) > MOST_NAMED else listed


def _say(key: str, lang: Lang, **facts: object) -> str:
    return label("queries", key, lang).format(**facts)


def _value(row: Row, column: str, lang: Lang) -> str:
    """A value in the indicator's own unit; a dash where there is none."""
    value = row.raw(column)
    if not isinstance(value, float):
        return row.text(column) or MISSING
    return value_text(value, row.text("unit"), int(_number(row, "decimals")), lang)


def _points(row: Row, column: str) -> str:
    value = row.raw(column)
    return points_text(value) if isinstance(value, float) else MISSING


def _figure(row: Row | None, column: str) -> str:
    value = row.raw(column) if row else None
    return f"{value:,.10g}" if isinstance(value, float) else MISSING


def _number(row: Row, column: str) -> float:
    value = row.raw(column)
    return value if isinstance(value, float) else 0.0
