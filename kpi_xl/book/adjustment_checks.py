"""What can be wrong between the adjustments and the cards they are meant for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from kpi_xl.book.context import Context
from kpi_xl.book.fact_checks import is_waived
from kpi_xl.book.tables.inputs import PERSPECTIVES
from kpi_xl.book.typed_rows import Codes
from kpi_xl.model.inputs import Adjustment
from kpi_xl.model.issue import Issue
from kpi_xl.model.status import Status
from kpi_xl.scoring.rounding import excel_round


def adjustments_meet_their_card(context: Context) -> Iterator[Issue]:
    """The subject is appraised, the scope is on its card, the grade is in the scheme."""
    cards = Codes(post.card for post in context.posts)
    known = {subject.id for subject in context.inputs.subjects} | set(cards)
    for row in context.inputs.adjustments:
        when, _, subject = row.card_key.partition("|")
        if when != context.period or subject not in known:
            continue
        if subject not in cards:
            facts = {"found": subject, "near": cards.nearest(subject), "rows": 1}
            yield Issue("E-SUBJECT-UNKNOWN", _cell(context, row, "subject"), facts)
        else:
            yield from _without_effect(context, row, subject)


def _without_effect(context: Context, row: Adjustment, subject: str) -> Iterator[Issue]:
    """A veto or waiver that meets nothing would pass in silence."""
    mine = frozenset({subject})
    letters = Codes(band.grade for band in context.inputs.bands if band.scheme == context.inputs.settings.scheme)
    indicators = [each.plan.kpi for each in context.rows if each.card == subject]
    if row.effect == "CAP_GRADE" and row.kind == "veto" and str(row.value or "") not in letters:
        facts = {"found": "—" if row.value is None else row.value, "wanted": ", ".join(dict.fromkeys(letters))}
        yield Issue("E-ADJUST-GRADE", _cell(context, row, "value"), facts, mine)
    is_whole = row.effect == "ZERO_PERSPECTIVE" and row.kind == "veto"
    wanted = PERSPECTIVES if is_whole else indicators
    is_scoped = is_whole or row.kind == "waiver" or (row.kind == "veto" and row.effect == "ZERO_INDICATOR")
    if is_scoped and row.scope and row.scope not in wanted:
        facts = {"kind": row.kind, "found": row.scope, "wanted": ", ".join(wanted)}
        yield Issue("E-ADJUST-ELSEWHERE", _cell(context, row, "scope"), facts, mine)


def _cell(context: Context, row: Adjustment, column: str) -> str:
    return context.beside(row.cell, "tblAdjustments", column)


def reweighting_keeps_its_limit(context: Context) -> Iterator[Issue]:
    """Gaps hand their weight to the others only up to the limit."""
    gaps: dict[str, float] = defaultdict(float)
    last: dict[str, str] = {}
    for row in context.rows:
        name = context.key(row)
        fact, actual = context.facts[name], context.actuals.get(name)
        if row.plan.missing == "REWEIGHT" and Status(fact.state).is_gap and is_waived(context, row):
            gaps[row.card] += row.plan.weight
            last[row.card] = actual.cell if actual else context.sheets["tblActuals"]
    limit = context.inputs.settings.missing_limit
    for subject, weight in gaps.items():
        if excel_round(weight, 9) > limit:
            facts = {"subject": subject, "found": excel_round(weight, 9), "limit": limit}
            yield Issue("W-REWEIGHT-LIMIT", last[subject], facts, frozenset({subject}))

