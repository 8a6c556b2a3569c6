"""Everything that can be wrong with the inputs: an explicit list of rules, each a pure function, all of them run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from kpi_xl.book.plan_rules import CardRow, card_rows, rule_issues
from kpi_xl.book.tables.inputs import LOCKED_STATES
from kpi_xl.model.inputs import Actual, Band, Inputs, key
from kpi_xl.model.issue import Issue
from kpi_xl.scoring.appraise import appraised_subjects
from kpi_xl.scoring.rounding import excel_round

WEIGHT_TOLERANCE = 1e-9
PERCENT_SUSPECT = 1.5
"""A rate above this was most likely typed as 21 for 21 %."""


@dataclass(frozen=True, slots=True)
class Context:
    """What the rules look at."""

    inputs: Inputs
    rows: tuple[CardRow, ...]
    actuals: Mapping[str, Actual]
    sheets: Mapping[str, str]           # sheet name by table name, for issues that have no cell


Rule = Callable[[Context], Iterable[Issue]]


def period_is_open(context: Context) -> Iterator[Issue]:
    """A published period is read, never recomputed."""
    if context.inputs.settings.state in LOCKED_STATES:
        yield Issue(
            "E-PERIOD-LOCKED",
            context.sheets.get("tblSettings", ""),
            {"period": context.inputs.settings.period, "state": context.inputs.settings.state},
        )


def something_is_appraised(context: Context) -> Iterator[Issue]:
    """At least one subject has a template with rows."""
    if not appraised_subjects(context.inputs):
        yield Issue("E-NO-CARD", context.sheets.get("tblSubjects", ""), {})


def templates_exist(context: Context) -> Iterator[Issue]:
    """A subject's template has rows in the plan."""
    known = {row.template for row in context.inputs.plan}
    for subject in context.inputs.subjects:
        if subject.template and subject.template not in known:
            wanted = ", ".join(sorted(known)) or "-"
            yield Issue("E-TEMPLATE-UNKNOWN", subject.cell, {"found": subject.template, "wanted": wanted})


def indicators_exist(context: Context) -> Iterator[Issue]:
    """Every plan row names an indicator of the library."""
    known = {indicator.code for indicator in context.inputs.indicators}
    for row in context.inputs.plan:
        if row.kpi and row.kpi not in known:
            yield Issue("E-KPI-UNKNOWN", row.cell, {"found": row.kpi, "near": _nearest(row.kpi, known)})


def weights_fill_each_template(context: Context) -> Iterator[Issue]:
    """The weights of one template sum to 1."""
    totals: dict[str, float] = defaultdict(float)
    last: dict[str, str] = {}
    for row in context.inputs.plan:
        totals[row.template] += row.weight
        last[row.template] = row.cells.get("weight", row.cell)
    for template, total in totals.items():
        if abs(total - 1.0) > WEIGHT_TOLERANCE:
            difference = excel_round(1.0 - total, 9)
            yield Issue(
                "E-WEIGHT-SUM", last[template], {"template": template, "total": total, "difference": difference}
            )


def keys_are_unique(context: Context) -> Iterator[Issue]:
    """No key stands twice in a table."""
    inputs, period = context.inputs, str(context.inputs.settings.period)
    yield from _duplicates((row.id, row.cell) for row in inputs.subjects)
    yield from _duplicates((row.code, row.cell) for row in inputs.indicators)
    yield from _duplicates((key(row.template, row.kpi), row.cell) for row in inputs.plan)
    for rows in (inputs.targets, inputs.actuals):
        for issue in _duplicates((row.key, row.cell) for row in rows):
            when, subject, kpi = (str(issue.args["key"]).split("|") + ["", ""])[:3]
            if when == period:
                yield replace(issue, cards=frozenset({subject}), kpi=kpi)


def grade_bands_cover_the_scale(context: Context) -> Iterator[Issue]:
    """The bands of the scheme ascend from 0, without gap or overlap, in one block."""
    settings = context.inputs.settings
    bands = [band for band in context.inputs.bands if band.scheme == settings.scheme]
    if not bands:
        wanted = ", ".join(sorted({band.scheme for band in context.inputs.bands})) or "-"
        yield Issue("E-SCHEME-UNKNOWN", context.sheets.get("tblSettings", ""), {"found": settings.scheme, "wanted": wanted})
        return
    if bands[0].lo > 0:
        yield Issue("E-BAND-GAP", bands[0].cell, {"grade": bands[0].grade, "found": bands[0].lo})
    for lower, upper in zip(bands, bands[1:], strict=False):
        if upper.lo <= lower.lo:
            yield Issue("E-BAND-ORDER", upper.cell, _pair(lower, upper))
    schemes = [band.scheme for band in context.inputs.bands]
    if schemes[schemes.index(settings.scheme) :][: len(bands)] != [settings.scheme] * len(bands):
        yield Issue("E-BAND-BLOCK", bands[0].cell, {"scheme": settings.scheme})


def _pair(lower: Band, upper: Band) -> dict[str, object]:
    return {"lower": lower.grade, "lower_lo": lower.lo, "upper": upper.grade, "upper_lo": upper.lo}


def rules_compile(context: Context) -> Iterator[Issue]:
    """Rule names and params are known, complete and in order."""
    return rule_issues(context.rows)


def targets_fit_their_rule(context: Context) -> Iterator[Issue]:
    """Every anchor the rule needs is there, and they run one way."""
    for row in context.rows:
        if row.form is None or row.problems:
            continue
        given = {"T": row.target and row.target.target, "B": row.target and row.target.threshold,
                 "S": row.target and row.target.stretch}  # fmt: skip
        lacking = sorted(letter for letter in row.form.needs if given[letter] is None)
        cell = row.target.cell if row.target else context.sheets.get("tblTargets", "")
        facts = {"subject": row.subject.id, "kpi": row.plan.kpi, "rule": row.plan.rule}
        mine = frozenset({row.subject.id})
        if lacking:
            yield Issue("W-TARGET-MISSING", cell, {**facts, "lacking": lacking}, mine, row.plan.kpi)
        elif _is_zero_target(row):
            yield Issue("E-TARGET-ZERO", cell, facts, mine, row.plan.kpi)
        elif not _is_ordered(row):
            yield Issue("E-ANCHOR-ORDER", cell, {**facts, **_numbers(row), "direction": row.indicator.direction}, mine, row.plan.kpi)


def _is_zero_target(row: CardRow) -> bool:
    is_zero = row.target is not None and row.target.target == 0
    return is_zero and row.form is not None and (row.form.nonzero_target or not _is_ordered(row))


def _is_ordered(row: CardRow) -> bool:
    if row.form is None or row.form.form is None:
        return True
    target = row.target
    anchors = (target.target, target.threshold, target.stretch) if target else (None, None, None)
    return all(row.form.form.at(*anchors).order_ok)


def _numbers(row: CardRow) -> dict[str, object]:
    target = row.target
    anchors = (target.threshold, target.target, target.stretch) if target else (None, None, None)
    return dict(zip(("threshold", "target", "stretch"), anchors, strict=True))


def facts_are_sound(context: Context) -> Iterator[Issue]:
    """Numerator, denominator and value of the period's own rows agree and make sense."""
    for row in context.rows:
        name = key(context.inputs.settings.period, row.subject.id, row.plan.kpi)
        actual = context.actuals.get(name)
        mine = frozenset({row.subject.id})
        facts: dict[str, object] = {"subject": row.subject.id, "kpi": row.plan.kpi, "policy": row.plan.missing}
        if actual is None or (_is_empty(actual) and not actual.flag):
            cell = actual.cell if actual else context.sheets.get("tblActuals", "")
            yield Issue("W-ACTUAL-MISSING", cell, facts, mine, row.plan.kpi)
            continue
        for code, more in _fact_faults(actual, row):
            yield Issue(code, actual.cell, {**facts, **more}, mine, row.plan.kpi)


def _is_empty(actual: Actual) -> bool:
    return actual.num is None and actual.den is None and actual.value is None and not actual.text


def _fact_faults(actual: Actual, row: CardRow) -> Iterator[tuple[str, dict[str, object]]]:
    if actual.text and not (row.form and row.form.texts):
        yield "E-NUMBER", {"found": actual.text}
    ratio = _ratio(actual, row)
    decimals = row.indicator.stored_decimals
    if ratio is not None and actual.value is not None and excel_round(ratio, decimals) != excel_round(actual.value, decimals):
        yield "E-FACT-UNEQUAL", {"computed": excel_round(ratio, decimals), "found": actual.value}
    if actual.den is not None and actual.num not in (None, 0) and actual.den <= 0 and not row.indicator.undefined_den:
        yield "E-FACT-DEN", {"num": actual.num, "den": actual.den}
    shown = ratio if ratio is not None else actual.value
    if row.indicator.unit == "%" and shown is not None and abs(shown) > PERCENT_SUSPECT:
        yield "W-PERCENT", {"found": shown}
    if actual.n is not None and actual.n < row.indicator.min_n:
        yield "W-SAMPLE", {"found": actual.n, "wanted": row.indicator.min_n}
    if actual.flag == "PROVISIONAL":
        yield "I-PROVISIONAL", {}


def _ratio(actual: Actual, row: CardRow) -> float | None:
    if actual.num is None:
        return None
    if actual.den is None:
        return actual.num if row.indicator.additive else None
    return actual.num / actual.den * row.indicator.factor if actual.den > 0 else None


def adjustments_are_complete(context: Context) -> Iterator[Issue]:
    """Bonus, penalty, veto and waiver carry reason, evidence and approver, and name a known card."""
    period = str(context.inputs.settings.period)
    cards = {key(period, subject.id): subject.id for subject in appraised_subjects(context.inputs)}
    for row in context.inputs.adjustments:
        when, _, subject = row.card_key.partition("|")
        if when != period:
            continue
        mine = frozenset({subject})
        if row.card_key not in cards:
            yield Issue("E-SUBJECT-UNKNOWN", row.cell, {"found": subject, "wanted": ", ".join(cards.values())})
        elif not row.kind:
            yield Issue("E-KEY-EMPTY", row.cell, {"found": "kind"}, mine)
        elif not row.is_complete:
            yield Issue("E-ADJUST-INCOMPLETE", row.cell, {"kind": row.kind}, mine)
        elif row.points < 0:
            yield Issue("E-ADJUST-NEGATIVE", row.cell, {"found": row.points}, mine)
        elif row.kind == "veto" and not row.effect:
            yield Issue("E-ADJUST-EFFECT", row.cell, {}, mine)
        elif row.effect.startswith("ZERO_") and row.effect != "ZERO_TOTAL" and not row.scope:
            yield Issue("E-ADJUST-SCOPE", row.cell, {"effect": row.effect}, mine)


def reweighting_is_approved(context: Context) -> Iterator[Issue]:
    """A gap may hand its weight to the others only with a waiver, and only up to the limit."""
    inputs, period = context.inputs, context.inputs.settings.period
    waived = {(row.card_key, row.scope) for row in inputs.adjustments if row.kind == "waiver" and row.is_complete}
    gaps: dict[str, float] = defaultdict(float)
    for row in context.rows:
        name = key(period, row.subject.id, row.plan.kpi)
        actual = context.actuals.get(name)
        if row.plan.missing != "REWEIGHT" or not (actual is None or _is_empty(actual)) or (actual and actual.flag == "EXCLUDED"):
            continue
        gaps[row.subject.id] += row.plan.weight
        if (key(period, row.subject.id), row.plan.kpi) not in waived:
            cell = actual.cell if actual else row.plan.cells["missing"]
            yield Issue(
                "W-WAIVER-MISSING", cell, {"subject": row.subject.id, "kpi": row.plan.kpi}, frozenset({row.subject.id}), row.plan.kpi
            )
    for subject, weight in gaps.items():
        if excel_round(weight, 9) > inputs.settings.missing_limit:
            yield Issue(
                "W-REWEIGHT-LIMIT",
                context.sheets.get("tblActuals", ""),
                {"subject": subject, "found": weight, "limit": inputs.settings.missing_limit},
                frozenset({subject}),
            )


def _duplicates(rows: Iterable[tuple[str, str]]) -> Iterator[Issue]:
    first: dict[str, str] = {}
    for name, cell in rows:
        if name.casefold() in first:
            yield Issue("E-KEY-DUPLICATE", cell, {"key": name, "first": first[name.casefold()]})
        first.setdefault(name.casefold(), cell)


def _nearest(word: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches  # only a wrong code needs it

    return ", ".join(get_close_matches(word.upper(), list(known), n=3, cutoff=0.4)) or "-"


RULES: tuple[Rule, ...] = (
    period_is_open,
    something_is_appraised,
    templates_exist,
    indicators_exist,
    weights_fill_each_template,
    keys_are_unique,
    grade_bands_cover_the_scale,
    rules_compile,
    targets_fit_their_rule,
    facts_are_sound,
    adjustments_are_complete,
    reweighting_is_approved,
)


def check(inputs: Inputs, sheets: Mapping[str, str]) -> tuple[Issue, ...]:
    """Every issue of the inputs, in the order of `RULES`."""
    context = Context(inputs, card_rows(inputs), {row.key: row for row in reversed(inputs.actuals)}, sheets)
    return tuple(issue for rule in RULES for issue in rule(context))


def spoiled(inputs: Inputs, issues: Iterable[Issue]) -> Inputs:
    """The inputs with the cards and rows marked that errors spoil, so that they are withheld."""
    errors = [issue for issue in issues if issue.severity == "error" and issue.cards]
    return replace(
        inputs,
        spoiled_cards=frozenset(card for issue in errors if not issue.kpi for card in issue.cards),
        spoiled_items=frozenset((card, issue.kpi) for issue in errors if issue.kpi for card in issue.cards),
    )
