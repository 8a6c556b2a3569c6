"""总结与展望: what a card's numbers say in words, and what would lift it; what is typed in 评语 stands instead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from kpi_xl.book.phrases import JOINTS, points_text, say
from kpi_xl.labels import Lang, label
from kpi_xl.model.outcome import Card, Item
from kpi_xl.model.status import Status

MOST_NAMED = 3
ON_TARGET = 100.0


def summary_text(card: Card, items: Sequence[Item], lang: Lang) -> str:
    """Total and grade, the strongest and the weakest indicators, and what state the data are in."""
    clauses = [_result(card, lang)]
    ordered = sorted((item for item in items if item.score is not None), key=lambda item: -(item.score or 0.0))
    weak = [item for item in reversed(ordered) if (item.score or 0.0) < ON_TARGET][:MOST_NAMED]
    strong = [item for item in ordered if item not in weak][:MOST_NAMED]
    for key, named in (("strongest", strong), ("weakest", weak)):
        if named:
            clauses.append(say(key, lang, items=_joined([_scored(item, lang) for item in named], lang)))
    return JOINTS[lang].join([*clauses, _states(items, lang)])


def outlook_text(card: Card, items: Sequence[Item], lang: Lang) -> str:
    """How far the next grade is, and which indicators would bring most."""
    clauses = []
    if card.total is None:
        clauses.append(say("complete_first", lang))
    elif card.gap is None:
        clauses.append(say("keep_top", lang))
    else:
        clauses.append(say("next_grade", lang, grade=card.next_grade, gap=points_text(card.gap)))
    steps = [_step(item, lang) for item in most_worth(items)]
    if steps:
        clauses.append(say("steps", lang, items=_joined(steps, lang)))
    return JOINTS[lang].join(clauses)


def most_worth(items: Sequence[Item]) -> tuple[Item, ...]:
    """The indicators where the most points lie below target: effective weight times the distance, up to three."""
    short = [item for item in items if item.score is not None and item.score < ON_TARGET and item.effective > 0]
    return tuple(sorted(short, key=lambda item: -item.effective * (ON_TARGET - (item.score or 0.0)))[:MOST_NAMED])


def _result(card: Card, lang: Lang) -> str:
    if card.total is None:
        return say("no_total", lang)
    return say("total", lang, total=f"{card.total:.2f}", grade=card.grade)


def _scored(item: Item, lang: Lang) -> str:
    return f"{item.name} {points_text(item.score or 0.0)}"


def _step(item: Item, lang: Lang) -> str:
    return say("step", lang, name=item.name, needed=item.needed) if item.needed.startswith(("≥", "≤")) else item.name


def _states(items: Sequence[Item], lang: Lang) -> str:
    counts = Counter(item.status for item in items)
    named = [
        f"{label('words', f'status.{status.name}', lang)} {counts[status.name]}"
        for status in reversed(Status)
        if counts[status.name]
    ]
    return say("states", lang, count=len(items), states=_joined(named, lang))


def _joined(parts: Sequence[str], lang: Lang) -> str:
    return ("、" if lang == "zh" else ", ").join(parts)
