"""What can be wrong with targets and actuals, held against the rule that uses them."""

from __future__ import annotations

from collections.abc import Iterator

from kpi_xl.book.context import Context
from kpi_xl.book.plan_rules import CardRow
from kpi_xl.book.rows import in_quotes
from kpi_xl.facts.typed import Fact, lacking, rolled_beside
from kpi_xl.facts.typed import fact as fact_of
from kpi_xl.model.inputs import Actual, Adjustment, Target, key
from kpi_xl.model.issue import Issue
from kpi_xl.model.status import Status
from kpi_xl.scoring.opinion.planned import WITHOUT_ACTUAL
from kpi_xl.scoring.rounding import excel_round
from kpi_xl.scoring.rules.form import GROWTH

PERCENT_SUSPECT = 1.5
"""A rate above this was most likely typed as 21 for 21 %."""
COLUMNS = {"T": "target", "B": "threshold", "S": "stretch"}
Fault = tuple[str, str, dict[str, object]]
"""Code, column, and the facts of its message."""


def targets_fit_their_rule(context: Context) -> Iterator[Issue]:
    """Every anchor the rule needs is there, and they run one way."""
    for row in context.rows:
        actual = context.actuals.get(context.key(row))
        is_excluded = actual is not None and actual.flag == "EXCLUDED"
        if not row.counts or row.form is None or is_excluded or context.is_explained("tblTargets", row, row.target):
            continue
        for code, column, facts in _target_faults(row):
            cell = context.sheets["tblTargets"]
            if row.target is not None:
                cell = context.beside(row.target.cell, "tblTargets", column)
            facts = {"subject": row.measured, "kpi": row.plan.kpi, **facts}
            yield Issue(code, cell, facts, frozenset({row.card}), row.plan.kpi)


def _target_faults(row: CardRow) -> Iterator[Fault]:
    given = _given(row.target)
    needed = row.form.needs if row.form else frozenset()
    lacking = [letter for letter in "BTS" if letter in needed and given[letter] is None]
    if lacking:
        yield "W-TARGET-MISSING", COLUMNS[lacking[0]], {"rule": row.plan.rule, "lacking": ", ".join(lacking)}
    elif _is_zero_target(row):
        yield "E-TARGET-ZERO", "target", {"rule": row.plan.rule}
    elif not _is_ordered(row):
        shown = {COLUMNS[letter]: _shown(number) for letter, number in given.items()}
        yield "E-ANCHOR-ORDER", "target", {**shown, "direction": row.indicator.direction}
    if row.indicator.unit == "%":
        for letter, number in given.items():
            if number is not None and abs(number) > PERCENT_SUSPECT:
                yield "W-PERCENT", COLUMNS[letter], {"found": number}
                return


def _given(target: Target | None) -> dict[str, float | None]:
    if target is None:
        return dict.fromkeys("TBS")
    return {"T": target.target, "B": target.threshold, "S": target.stretch}


def _shown(number: float | None) -> str:
    return "—" if number is None else format(number, ".15g")


def _is_zero_target(row: CardRow) -> bool:
    is_zero = row.target is not None and row.target.target == 0
    return is_zero and row.form is not None and (row.form.nonzero_target or not _is_ordered(row))


def _is_ordered(row: CardRow) -> bool:
    if row.form is None or row.form.form is None:
        return True
    given = _given(row.target)
    return row.form.form.at(given["T"], given["B"], given["S"]).is_ordered


def facts_are_sound(context: Context) -> Iterator[Issue]:
    """Numerator, denominator and value of the period's own rows are there, agree and make sense."""
    for row in context.rows:
        actual = context.actuals.get(context.key(row))
        if not row.counts or (actual is not None and actual.flag == "EXCLUDED"):
            continue
        fact = context.facts[context.key(row)]
        if actual is None or is_empty(actual):
            if row.plan.rule in WITHOUT_ACTUAL:
                continue
            faults = _rolled_faults(fact, row, context) if fact.pooled else iter(_absence(context, row, actual))
        else:
            faults = _faults(actual, row, fact, context)
        for code, column, facts in faults:
            cell = context.sheets["tblActuals"]
            if actual is not None:
                cell = context.beside(actual.cell, "tblActuals", column)
            facts = {"subject": row.measured, "kpi": row.plan.kpi, **facts}
            yield Issue(code, cell, facts, frozenset({row.card}), row.plan.kpi)


def is_empty(actual: Actual) -> bool:
    """Nothing is typed that could become a value."""
    return actual.num is None and actual.den is None and actual.value is None and not actual.text


def _absence(context: Context, row: CardRow, actual: Actual | None) -> tuple[Fault, ...]:
    if context.is_explained("tblActuals", row, actual):
        return ()
    if row.plan.missing == "REWEIGHT" and not is_waived(context, row):
        is_begun = any(each.kind == "waiver" and not each.scope for each in _adjustments(context, row))
        return () if is_begun else (("W-WAIVER-MISSING", "value", {}),)
    return (("W-ACTUAL-MISSING", "value", {"policy": row.plan.missing}),)


def _rolled_faults(fact: Fact, row: CardRow, context: Context) -> Iterator[Fault]:
    """A fact that comes from sub-periods or sub-units: what it lacks, and what it is not sure of."""
    if fact.value is None and fact.origin in ("TIME", "UNITS"):
        missing, is_all = lacking(context.inputs.settings.period, row.measured, row.indicator, context.typed)
        if is_all:
            yield from _absence(context, row, None)
        elif missing:
            yield "W-ROLLED-LACKS", "value", {"lacking": ", ".join(missing), "policy": row.plan.missing}
        else:
            kind = row.indicator.agg_time if fact.origin == "TIME" else row.indicator.agg_unit
            yield "W-ROLLED-NEVER", "value", {"kind": kind, "policy": row.plan.missing}
    elif fact.value is None or fact.carried == Status.CARRIED:
        yield from _absence(context, row, None)
    elif fact.carried == Status.APPROX:
        yield "W-RAW-SHARED" if fact.origin == "RAW" else "W-ROLLED-APPROX", "value", {}
    yield from _no_base(row, fact, context)


def _beside_units(fact: Fact, row: CardRow, context: Context) -> Iterator[Fault]:
    """The subject's own row wins over its sub-units; that they say something else is worth knowing."""
    rolled = rolled_beside(context.inputs.settings.period, row.measured, row.indicator, context.typed)
    decimals = row.indicator.stored_decimals
    if rolled is not None and rolled.value is not None and fact.value is not None:
        below, own = excel_round(rolled.value, decimals), excel_round(fact.value, decimals)
        if below != own:
            yield "W-FACT-UNITS", "value", {"found": own, "below": below}


def is_waived(context: Context, row: CardRow) -> bool:
    """Somebody approved that the row's weight goes to the others."""
    waivers = (each for each in _adjustments(context, row) if each.kind == "waiver" and each.is_complete)
    return any(each.scope == row.plan.kpi for each in waivers)


def _adjustments(context: Context, row: CardRow) -> Iterator[Adjustment]:
    card = key(context.period, row.card)
    return (each for each in context.inputs.adjustments if each.card_key == card)


def _faults(actual: Actual, row: CardRow, fact: Fact, context: Context) -> Iterator[Fault]:
    by_words = row.form is not None and bool(row.form.texts)
    if actual.text and row.form is not None and not by_words:
        yield "E-NUMBER", "value", {"found": in_quotes(actual.text)}
    elif by_words and not actual.text:
        yield "E-FACT-TEXT", "value", {"found": _shown(fact.value), "wanted": ", ".join(sorted(row.form.texts))}  # type: ignore[union-attr]
    if not context.is_explained("tblActuals", row, actual):
        yield from _wrong_ratio(actual, row, fact)
    if row.indicator.unit == "%" and fact.value is not None and abs(fact.value) > PERCENT_SUSPECT:
        yield "W-PERCENT", "value" if actual.num is None else "num", {"found": excel_round(fact.value, 9)}
    if actual.n is not None and actual.n < row.indicator.min_n:
        yield "W-SAMPLE", "n", {"found": actual.n, "wanted": row.indicator.min_n}
    if actual.flag == "PROVISIONAL":
        yield "I-PROVISIONAL", "flag", {}
    yield from _beside_units(fact, row, context)
    yield from _no_base(row, fact, context)


def _wrong_ratio(actual: Actual, row: CardRow, fact: Fact) -> Iterator[Fault]:
    num, den = actual.num, actual.den
    if den is not None and num is None:
        yield "E-FACT-NO-NUM", "num", {"found": den}
    elif num is not None and den is None and fact.value is None:
        yield "E-FACT-NO-DEN", "den", {"found": num}
    elif num is not None and den is not None and den <= 0:
        is_fault = fact.fault == Status.NON_FINITE
        yield ("E-FACT-DEN" if is_fault else "W-FACT-UNDEFINED"), "den", {"num": num, "den": den}
    else:
        yield from _unequal(actual, row, fact)


def _unequal(actual: Actual, row: CardRow, fact: Fact) -> Iterator[Fault]:
    decimals = row.indicator.stored_decimals
    computed = fact.ratio if actual.den is not None else fact.amount
    if computed is None or actual.value is None or actual.num is None:
        return
    if excel_round(computed, decimals) != excel_round(actual.value, decimals):
        yield "E-FACT-UNEQUAL", "value", {"computed": excel_round(computed, decimals), "found": actual.value}


def _no_base(row: CardRow, fact: Fact, context: Context) -> Iterator[Fault]:
    """A rule on growth needs the value of the year or the period before."""
    if row.form is None or row.form.measure != GROWTH or not isinstance(row.form.reference, str) or fact.value is None:
        return
    period = context.inputs.settings.period
    when = period.year_ago if row.form.reference == "year" else period.shift(-1)
    if fact_of(when, row.measured, row.indicator, context.typed).value is None:
        yield "W-BASE-MISSING", "value", {"period": str(when)}
