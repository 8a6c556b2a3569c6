"""The appraisal: a pure function of indicators, weights, targets and facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kpi_xl.model.inputs import Actual, Adjustment, Indicator, Inputs, PlanRow, Settings, Target, key
from kpi_xl.model.outcome import Card, CurveRow, Item
from kpi_xl.model.periods import Period
from kpi_xl.model.status import Status
from kpi_xl.scoring.cards import CardInputs, Scale, card, ceilings
from kpi_xl.scoring.items import NO_FACT, FactView, ItemInputs, curve_rows, item, weighted_items
from kpi_xl.scoring.parts import Published, parts_of, published
from kpi_xl.scoring.posts import Post, is_due, posts
from kpi_xl.scoring.rounding import excel_round
from kpi_xl.scoring.rules import RuleForm
from kpi_xl.scoring.totals import concluded

PERSPECTIVE_ORDER = "FUO"


@dataclass(frozen=True, slots=True)
class Appraisal:
    """All rows the result sheets show."""

    items: tuple[Item, ...]
    curves: tuple[CurveRow, ...]
    cards: tuple[Card, ...]

    def items_of(self, card_id: str) -> tuple[Item, ...]:
        """The rows of one card, in their order."""
        return tuple(row for row in self.items if row.card == card_id)


Forms = Mapping[tuple[str, str], RuleForm | None]
"""Compiled rule by card and indicator; None where it cannot be compiled."""


def plans_of(inputs: Inputs) -> Mapping[str, tuple[PlanRow, ...]]:
    """The rows of every template: by perspective, then number, then as typed."""
    place = {indicator.code: PERSPECTIVE_ORDER.find(indicator.perspective) for indicator in inputs.indicators}
    found: dict[str, list[PlanRow]] = {}
    for row in sorted((row for row in inputs.plan if row.kpi in place), key=lambda row: (place[row.kpi], row.no)):
        found.setdefault(row.template, []).append(row)
    return {template: tuple(rows) for template, rows in found.items()}


def appraise(inputs: Inputs, facts: Mapping[str, FactView], forms: Forms) -> Appraisal:
    """Score every card of the period.

    Parameters
    ----------
    inputs
        Settings, plan, targets and adjustments.
    facts
        By key ``period|subject|kpi``; a missing key is a missing fact.
    forms
        The compiled rule of every plan row.

    Returns
    -------
    Appraisal
        Items and segments in card order, cards with totals, grades and ranks.
    """
    items: list[Item] = []
    curves: list[CurveRow] = []
    cards: list[Card] = []
    scale = scale_in_force(inputs)
    found = _Found(
        {indicator.code: indicator for indicator in inputs.indicators},
        {target.key: target for target in reversed(inputs.targets)},
        {row.key: row for row in reversed(inputs.actuals)},
        plans_of(inputs),
        _by_card(inputs.adjustments),
        published(inputs.history),
        facts,
        forms,
    )
    for post in posts(inputs):
        own = weighted_items(_card_items(inputs, post, found, len(items), curves))
        items += own
        cards.append(card(_card_inputs(inputs, post, scale, found), own, inputs.settings))
    return Appraisal(tuple(items), tuple(curves), concluded(cards, inputs.settings, scale))


def scale_in_force(inputs: Inputs) -> Scale:
    """The bands of the scheme that the settings name, and where they start in their table."""
    first = next((i for i, band in enumerate(inputs.bands) if band.scheme == inputs.settings.scheme), 0)
    bands = tuple(band for band in inputs.bands if band.scheme == inputs.settings.scheme)
    return Scale(bands, first + 2)


@dataclass(frozen=True, slots=True)
class _Found:
    """Rows by their key."""

    indicators: Mapping[str, Indicator]
    targets: Mapping[str, Target]
    actuals: Mapping[str, Actual]
    plans: Mapping[str, tuple[PlanRow, ...]]            # by template
    adjustments: Mapping[str, tuple[Adjustment, ...]]   # by card
    published: Published
    facts: Mapping[str, FactView]
    forms: Forms


def _card_items(inputs: Inputs, post: Post, found: _Found, done: int, curves: list[CurveRow]) -> list[Item]:
    period = inputs.settings.period
    card_key = key(period, post.card)
    gates = _gates(found.adjustments.get(card_key, ()))
    rows: list[Item] = []
    for plan in found.plans.get(post.subject.template, ()):
        measured = post.measured_at(plan)
        keys = tuple(key(when, measured, plan.kpi) for when in (period, period.year_ago, period.shift(-1)))
        target = found.targets.get(keys[0])
        indicator = found.indicators[plan.kpi]
        views = tuple(found.facts.get(name, NO_FACT) for name in keys)
        own = ItemInputs(
            row=done + len(rows) + 1,
            card=post.card,
            card_key=card_key,
            keys=(keys[0], keys[1], keys[2]),
            plan=plan,
            plan_row=plan.index + 2,
            indicator=indicator,
            form=found.forms[post.card, plan.kpi],
            target=target,
            target_row=1 if target is None else target.index + 2,
            facts=(_with_text(views[0], found.actuals.get(keys[0])), views[1], views[2]),
            hold=(post.card, plan.kpi) in inputs.spoiled_items,
            gate=gates.get((plan.kpi, "ZERO_INDICATOR"), 0),
            waivers=gates.get((plan.kpi, "WAIVER"), 0),
            keep=0 if gates.get((indicator.perspective, "ZERO_PERSPECTIVE")) else 1,
            first=len(curves) + 2,
            standing=_standing(post, indicator, period),
            share=post.share_of(indicator),
        )
        segments = curve_rows(own)
        rows.append(item(own if segments else replace(own, first=1)))
        curves += segments
    return rows


def _standing(post: Post, indicator: Indicator, period: Period) -> Status:
    if not post.is_present:
        return Status.EXCLUDED
    return Status.OK if is_due(indicator.frequency, period) else Status.NOT_DUE


def _with_text(view: FactView, actual: Actual | None) -> FactView:
    return view if actual is None else replace(view, text=actual.text, typed=actual.typed)


def _by_card(adjustments: Sequence[Adjustment]) -> Mapping[str, tuple[Adjustment, ...]]:
    found: dict[str, list[Adjustment]] = {}
    for row in adjustments:
        found.setdefault(row.card_key, []).append(row)
    return {card_key: tuple(rows) for card_key, rows in found.items()}


def _gates(adjustments: Sequence[Adjustment]) -> dict[tuple[str, str], int]:
    """How often a complete adjustment of the card marks a scope with an effect."""
    marks: dict[tuple[str, str], int] = {}
    for row in adjustments:
        if row.is_complete and row.scope:
            mark = (row.scope, "WAIVER" if row.kind == "waiver" else row.effect)
            marks[mark] = marks.get(mark, 0) + 1
    return marks


def _card_inputs(inputs: Inputs, post: Post, scale: Scale, found: _Found) -> CardInputs:
    settings = inputs.settings
    card_key, last_key = key(settings.period, post.card), key(settings.period.shift(-1), post.card)
    rows = found.adjustments.get(card_key, ())
    complete = [row for row in rows if row.is_complete]
    vetoes = [row for row in complete if row.kind == "veto"]
    caps = [_veto_cap(row, settings, scale) for row in vetoes]
    return CardInputs(
        post=post,
        card_key=card_key,
        last_key=last_key,
        hold=post.card in inputs.spoiled_cards,
        bonus=_points(complete, "bonus"),
        penalty=_points(complete, "penalty"),
        veto_cap=min(caps, default=settings.total_cap),
        veto_hits=len(vetoes),
        incomplete=sum(not row.is_complete and bool(row.kind) for row in rows),
        last_total=found.published.total(last_key),
        parts=parts_of(inputs, post, found.published),
    )


def _points(rows: Sequence[Adjustment], kind: str) -> float:
    return excel_round(sum(row.points for row in rows if row.kind == kind), 9)


def _veto_cap(row: Adjustment, settings: Settings, scale: Scale) -> float:
    if row.effect == "ZERO_TOTAL":
        return 0.0
    if row.effect == "CAP_SCORE":
        return row.value if isinstance(row.value, float) else settings.veto_score
    if row.effect == "CAP_GRADE":
        letter = format(row.value, ".15g") if isinstance(row.value, float) else str(row.value)
        return ceilings(settings, scale).get(letter.casefold(), (0, settings.total_cap))[1]
    return settings.total_cap
