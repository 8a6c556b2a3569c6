"""The rules that are no curve, as sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kpi_xl.book.phrases import points_text, say, value_text
from kpi_xl.labels import Lang, label
from kpi_xl.model.outcome import Item
from kpi_xl.model.params import number, parse_params
from kpi_xl.scoring.opinion import OpinionForm, opinion_needed
from kpi_xl.scoring.opinion.milestones import PER_DAY, UNDONE
from kpi_xl.scoring.opinion.planned import PEERS
from kpi_xl.scoring.opinion.smooth import PASS_MARK

Texts = Mapping[str, str]


def opinion_clauses(item: Item, lang: Lang) -> list[str]:
    """What the rule of a row does, in one clause."""
    texts = parse_params(item.plan_now.split("|")[1]).texts
    return [CLAUSES[item.rule](item, texts, lang)]


def opinion_text(item: Item, form: OpinionForm, score: float, lang: Lang) -> str:
    """The actual that would lift this row to a score; words where that hangs on others."""
    if form.rule in PEERS:
        return say("peers_say", lang)
    found = opinion_needed(form, score, item.target, item.threshold, item.stretch)
    if found is None:
        return "—"
    relation = "≤" if form.sign < 0 else "≥"
    return say("needed", lang, relation=relation, value=value_text(found, item.unit, item.decimals, lang))


def _read(texts: Texts, key: str, usual: float) -> float:
    found = number(texts[key]) if key in texts else None
    return usual if found is None else found


def _ladder(item: Item, texts: Texts, lang: Lang) -> str:
    best, worst = _read(texts, "smax", 120.0), _read(texts, "smin", 60.0)
    return say(item.rule.casefold(), lang, best=points_text(best), worst=points_text(worst))


def _zscore(item: Item, texts: Texts, lang: Lang) -> str:
    middle, step = _read(texts, "m", 80.0), _read(texts, "k", 10.0)
    return say("zscore", lang, middle=points_text(middle), step=points_text(step))


def _rating(item: Item, texts: Texts, lang: Lang) -> str:
    return say("rating", lang)


def _milestone(item: Item, texts: Texts, lang: Lang) -> str:
    late, undone = _read(texts, "late", PER_DAY), _read(texts, "undone", UNDONE)
    return say("milestone", lang, late=f"{100 * late:g}%", undone=f"{100 * undone:g}%")


def _place(item: Item, texts: Texts, key: str, usual: str, lang: Lang) -> str:
    """A place on the axis: a number, or the anchor that a letter stands for."""
    text = texts.get(key, usual)
    anchor = {"T": item.target, "B": item.threshold, "S": item.stretch}.get(text.strip().upper(), number(text))
    return "—" if anchor is None else value_text(anchor, item.unit, item.decimals, lang)


def _bell(item: Item, texts: Texts, lang: Lang) -> str:
    return say(
        "bell",
        lang,
        middle=_place(item, texts, "mu", "T", lang),
        tol=_place(item, texts, "tol", "—", lang),
        base=points_text(_read(texts, "base", 100.0)),
        edge=points_text(_read(texts, "edge", PASS_MARK)),
    )


def _efficacy_exp(item: Item, texts: Texts, lang: Lang) -> str:
    low, high = _place(item, texts, "xs", "B", lang), _place(item, texts, "xh", "T", lang)
    return say("efficacy_exp", lang, low=low, high=high, base=points_text(_read(texts, "base", 100.0)))


def _blend(item: Item, texts: Texts, lang: Lang) -> str:
    parts = []
    for entry in texts.get("parts", "").split(","):
        name, _, weight = (piece.strip() for piece in entry.partition(":"))
        share = number(weight) or 0.0
        spoken = name if number(name) is not None else label("words", f"rule.{name.upper()}", lang)
        parts.append(f"{spoken} {100 * share:g}%")
    return say("blend", lang, parts="、".join(parts) if lang == "zh" else ", ".join(parts))


CLAUSES: Mapping[str, Callable[[Item, Texts, Lang], str]] = {
    "RANK": _ladder,
    "PERCENTILE": _ladder,
    "ZSCORE": _zscore,
    "RATING": _rating,
    "MILESTONE": _milestone,
    "BELL": _bell,
    "EFFICACY_EXP": _efficacy_exp,
    "BLEND": _blend,
}
