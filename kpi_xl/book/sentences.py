"""A scoring rule as a sentence."""

from __future__ import annotations

from kpi_xl.book.opinion_sentences import opinion_clauses
from kpi_xl.book.phrases import JOINTS, points_text, say, value_text
from kpi_xl.book.table import MISSING
from kpi_xl.labels import Lang
from kpi_xl.model.outcome import Item
from kpi_xl.model.params import UNLIMITED, number, parse_params
from kpi_xl.scoring.curve import Curve, CurveForm
from kpi_xl.scoring.item import needed
from kpi_xl.scoring.rules import RuleForm


def rule_text(item: Item, form: RuleForm | None, lang: Lang) -> str:
    """The rule of one row, with the row's own targets, in one sentence."""
    if form is None or item.config != 12:
        return say("waiting", lang)
    clauses = [*_clauses(item, form, lang), _limits(item, lang)]
    return JOINTS[lang].join(clauses)


def _limits(item: Item, lang: Lang) -> str:
    if item.cap >= UNLIMITED:
        return say("limits_open", lang, floor=points_text(item.floor))
    return say("limits", lang, floor=points_text(item.floor), cap=points_text(item.cap))


def _clauses(item: Item, form: RuleForm, lang: Lang) -> list[str]:
    if form.is_judged:
        return opinion_clauses(item, lang)
    if form.form is None:
        words = "/".join(sorted(form.texts))
        return [say("pass", lang, condition=words, base=points_text(form.base), floor=points_text(form.floor))]
    if item.rule == "RATIO":
        return _ratio(item, form, lang)
    if item.rule == "RATIO_INV":
        return [say("ratio_inv", lang, base=points_text(form.base), target=_value(item, item.target or 0.0, lang))]
    if item.rule == "DEDUCT":
        return _deduct(item, form, lang)
    if item.rule == "RANGE":
        return _range(item, lang)
    if item.rule == "PASSFAIL":
        return [_pass(item, form, lang)]
    lead = [_growth(item, lang)] if item.rule == "GROWTH" else []
    return lead + _knots(item, form.form, lang)


def _value(item: Item, value: float, lang: Lang) -> str:
    if item.measure == 2:
        return value_text(value, "%", 6, lang)
    return value_text(value, item.unit, item.decimals, lang)


def _ratio(item: Item, form: RuleForm, lang: Lang) -> list[str]:
    one = points_text(form.base / 100)
    return [
        say(
            "ratio",
            lang,
            target=_value(item, item.target or 0.0, lang),
            base=points_text(form.base),
            one="1%",
            points=one,
        )
    ]


def _growth(item: Item, lang: Lang) -> str:
    key = {2: "growth_year", 3: "growth_period"}.get(item.reference, "growth_number")
    return say(key, lang, base=value_text(item.constant, item.unit, item.decimals, lang))


def _deduct(item: Item, form: RuleForm, lang: Lang) -> list[str]:
    texts = parse_params(item.plan_now.split("|")[1]).texts
    read = {key: number(texts[key]) or 0.0 for key in ("unit", "up", "dn") if key in texts}
    relative = texts.get("pct", "1") == "1"
    unit = value_text(read.get("unit", 0.0), "%", 6, lang) if relative else _value(item, read.get("unit", 0.0), lang)
    clauses = [say("knot", lang, value=_value(item, item.target or 0.0, lang), points=points_text(form.base))]
    for key, clause in (("up", "deduct_up"), ("dn", "deduct_down")):
        if read.get(key):
            clauses.append(say(clause, lang, unit=unit, points=points_text(read[key])))
    if texts.get("mode", "linear").casefold() == "whole":
        clauses.append(say(f"whole_{texts.get('partial', 'drop').casefold()}", lang))
    return clauses


def _range(item: Item, lang: Lang) -> list[str]:
    texts = parse_params(item.plan_now.split("|")[1]).texts
    read = {key: number(text) for key, text in texts.items()}
    full, edge, out = (points_text(read.get(key) if read.get(key) is not None else default)  # type: ignore[arg-type]
                       for key, default in (("full", 100.0), ("edge", 60.0), ("out", 0.0)))  # fmt: skip
    low, high = (None if read.get(key) is None else _value(item, read[key] or 0.0, lang) for key in ("l", "u"))
    key = "range" if low and high else "range_above" if low else "range_below"
    clauses = [say(key, lang, low=low, high=high, points=full)]
    for outer, inner in (("l0", "l"), ("u0", "u")):
        if read.get(outer) is not None and read[outer] != read.get(inner):
            clauses.append(say("range_edge", lang, value=_value(item, read[outer] or 0.0, lang), points=edge))
    return [*clauses, say("range_out", lang, points=out)]


def _pass(item: Item, form: RuleForm, lang: Lang) -> str:
    texts = parse_params(item.plan_now.split("|")[1]).texts
    operator = texts.get("op", ">=")
    bounds = [number(texts[key]) for key in ("value", "value2") if key in texts]
    values = [_value(item, item.target or 0.0 if bound is None else bound, lang) for bound in bounds or [None]]
    condition = (
        say("between", lang, low=values[0], high=values[-1]) if operator == "between" else f"{operator}{values[0]}"
    )
    return say("pass", lang, condition=condition, base=points_text(form.base), floor=points_text(form.floor))


def _knots(item: Item, form: CurveForm, lang: Lang) -> list[str]:
    """The bounds of a curve, best first, and what holds below the worst."""
    curve = form.at(item.target, item.threshold, item.stretch)
    relation = "≥" if form.sign > 0 else "≤"
    has_line = any(slope for slope in curve.slope)
    clauses = []
    for index in reversed(range(len(curve.x0))):
        if form.segments[index].open < 0 and not curve.slope[index]:
            continue
        value = _value(item, form.sign * curve.x0[index], lang)
        key = "knot" if has_line else "band"
        clauses.append(say(key, lang, relation=relation, value=value, points=points_text(curve.y0[index])))
    if has_line:
        clauses.append(say("line", lang))
    return [*clauses, _below(item, form, curve, lang)]


def _below(item: Item, form: CurveForm, curve: Curve, lang: Lang) -> str:
    if curve.slope[0]:
        return say("below_extend", lang, value=_value(item, form.sign * curve.x0[0], lang))
    return say("below_flat", lang, points=points_text(curve.y0[0]))


def needed_text(item: Item, form: RuleForm, score: float, lang: Lang) -> str:
    """The actual that would lift this row to a score; a dash where nothing does."""
    found = needed(form, score, item.target, item.threshold, item.stretch, item.base_value, item.decimals)
    if found is None:
        return MISSING
    relation = "≤" if (form.form is not None and form.form.sign < 0) else "≥"
    return say("needed", lang, relation=relation, value=value_text(found, item.unit, item.decimals, lang))
