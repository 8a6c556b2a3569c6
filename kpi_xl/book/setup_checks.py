"""What can be wrong with the set-up of a book: settings, grades, subjects, indicators, plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise

from kpi_xl.book.context import Context
from kpi_xl.book.plan_rules import rule_issues
from kpi_xl.book.tables.inputs import LOCKED_STATES
from kpi_xl.book.typed_rows import Codes, collapsed
from kpi_xl.model.inputs import Band, PlanRow, key
from kpi_xl.model.issue import Issue
from kpi_xl.model.periods import looked_at
from kpi_xl.scoring.rounding import excel_round

WEIGHT_TOLERANCE = 1e-9

LOCKED = "E-PERIOD-LOCKED"
"""Keeps everybody from scoring again, and nobody from looking."""


def period_is_open(context: Context) -> Iterator[Issue]:
    """A published period is read, never recomputed."""
    settings = context.inputs.settings
    if settings.state in LOCKED_STATES:
        yield Issue(LOCKED, context.setting("state"), {"period": context.period, "found": settings.state})


def something_is_appraised(context: Context) -> Iterator[Issue]:
    """At least one subject has a template with rows."""
    if not context.posts and not any(subject.template for subject in context.inputs.subjects):
        templates = sorted({row.template for row in context.inputs.plan})
        yield Issue("E-NO-CARD", context.sheets["tblSubjects"], {"wanted": ", ".join(templates) or "—"})


def templates_exist(context: Context) -> Iterator[Issue]:
    """A subject's template has rows in the plan, and a template has a subject."""
    known = {row.template: row for row in reversed(context.inputs.plan)}
    wanted = ", ".join(sorted(known)) or "—"
    unknown = [subject for subject in context.inputs.subjects if subject.template not in ("", *known)]
    for subject in unknown:
        cell = context.beside(subject.cell, "tblSubjects", "template")
        yield Issue("E-TEMPLATE-UNKNOWN", cell, {"found": subject.template, "wanted": wanted})
    for template in _used(context, is_used=False):
        if not unknown and context.posts:
            yield Issue("I-PLAN-UNUSED", known[template].cells["template"], {"found": template})


def _used(context: Context, *, is_used: bool = True) -> tuple[str, ...]:
    """Templates that some subject has (or that none has), in the order of the plan."""
    wanted = {subject.template for subject in context.inputs.subjects}
    templates = dict.fromkeys(row.template for row in context.inputs.plan)
    return tuple(name for name in templates if (name in wanted) == is_used)


def parents_lead_upwards(context: Context) -> Iterator[Issue]:
    """A subject's parent is in the table, and nobody is his own ancestor."""
    parents = {subject.id: subject.parent for subject in context.inputs.subjects}
    for subject in context.inputs.subjects:
        cell = context.beside(subject.cell, "tblSubjects", "parent")
        if subject.parent and subject.parent not in parents:
            facts = {"found": subject.parent, "near": Codes(parents).nearest(subject.parent)}
            yield Issue("W-PARENT-UNKNOWN", cell, facts)
        line, above = [subject.id], subject.parent
        while above in parents and above not in line:
            line.append(above)
            above = parents[above]
        if above == subject.id:
            yield Issue("W-PARENT-CIRCLE", cell, {"found": " → ".join((*line, above))})


def indicators_exist(context: Context) -> Iterator[Issue]:
    """Every plan row names an indicator of the library."""
    known = Codes(indicator.code for indicator in context.inputs.indicators)
    found = [
        Issue("E-KPI-UNKNOWN", row.cell, {"found": row.kpi, "near": known.nearest(row.kpi), "rows": 1})
        for row in context.inputs.plan
        if row.kpi not in known
    ]
    yield from collapsed(found)


def weights_fill_each_template(context: Context) -> Iterator[Issue]:
    """The weights of every template in use sum to 1."""
    rows: dict[str, list[PlanRow]] = defaultdict(list)
    for row in context.inputs.plan:
        rows[row.template].append(row)
    for template in _used(context):
        cells = [row.cells["weight"] for row in rows[template]]
        total = sum(row.weight for row in rows[template])
        if abs(total - 1.0) > WEIGHT_TOLERANCE and not context.faulty.intersection(cells):
            cards = frozenset(s.id for s in context.inputs.subjects if s.template == template)
            facts = {"template": template, "total": excel_round(total, 9), "difference": excel_round(1.0 - total, 9)}
            yield Issue("E-WEIGHT-SUM", cells[-1], facts, cards)


def keys_are_unique(context: Context) -> Iterator[Issue]:
    """No key stands twice in a table."""
    inputs = context.inputs
    yield from duplicates((row.id, row.cell) for row in inputs.subjects)
    yield from duplicates((row.code, row.cell) for row in inputs.indicators)
    yield from duplicates((key(row.template, row.kpi), row.cell) for row in inputs.plan if row.template and row.kpi)
    subjects = {subject.id for subject in inputs.subjects}
    indicators = {indicator.code for indicator in inputs.indicators}
    period = inputs.settings.period
    typed: Mapping[str, list[tuple[str, str]]] = {
        "tblTargets": [(row.key, row.cell) for row in inputs.targets],
        "tblActuals": [(row.key, row.cell) for row in inputs.actuals],
    }
    for table, rows in typed.items():
        window = {str(period)} if table == "tblTargets" else looked_at(period)
        for issue in duplicates(rows):
            when, subject, kpi = (*str(issue.args["key"]).split("|", 2), "", "")[:3]
            if when in window and subject in subjects and kpi in indicators:
                cell, first = (context.beside(each, table, "kpi") for each in (issue.cell, str(issue.args["first"])))
                facts = {**issue.args, "first": first}
                yield replace(issue, cell=cell, args=facts, cards=frozenset({subject}), kpi=kpi)


def duplicates(rows: Iterable[tuple[str, str]]) -> Iterator[Issue]:
    """Keys that stood before, whatever their case; the first stays."""
    first: dict[str, str] = {}
    for name, cell in rows:
        if name.strip() and name.casefold() in first:
            yield Issue("E-KEY-DUPLICATE", cell, {"key": name, "first": first[name.casefold()]})
        first.setdefault(name.casefold(), cell)


def grade_bands_cover_the_scale(context: Context) -> Iterator[Issue]:
    """The bands of the scheme stand in one block and ascend from 0, without gap or overlap."""
    scheme = context.inputs.settings.scheme
    if not scheme.strip() or context.setting("scheme") in context.faulty:
        return
    every = context.inputs.bands
    bands = [band for band in every if band.scheme == scheme]
    if not bands:
        wanted = ", ".join(sorted({band.scheme for band in every if band.scheme})) or "—"
        yield Issue("E-SCHEME-UNKNOWN", context.setting("scheme"), {"found": scheme, "wanted": wanted})
        return
    start = every.index(bands[0])
    if list(every[start : start + len(bands)]) != bands:
        stray = next(band for i, band in enumerate(bands) if every[start + i] != band)
        cell = context.beside(stray.cell, "tblGrades", "scheme")
        yield Issue("E-BAND-BLOCK", cell, {"scheme": scheme, "grade": stray.grade})
        return
    yield from _wrong_bounds(context, bands)


def _wrong_bounds(context: Context, bands: list[Band]) -> Iterator[Issue]:
    if bands[0].lo != 0 and bands[0].cell not in context.faulty:
        yield Issue("E-BAND-GAP", bands[0].cell, {"grade": bands[0].grade, "found": bands[0].lo})
    for lower, upper in pairwise(bands):
        if upper.lo <= lower.lo and not context.faulty & {lower.cell, upper.cell}:
            facts = {"lower": lower.grade, "lower_lo": lower.lo, "upper": upper.grade, "upper_lo": upper.lo}
            yield Issue("E-BAND-ORDER", upper.cell, facts)
    letters = [band.grade for band in bands]
    for i, band in enumerate(bands[1:], start=1):
        if band.grade in letters[:i] and letters[i - 1] != band.grade:
            yield Issue("E-BAND-LETTER", context.beside(band.cell, "tblGrades", "grade"), {"grade": band.grade})


def rules_compile(context: Context) -> Iterator[Issue]:
    """Rule names and params are known, complete and in order; the cap is not below the floor."""
    yield from rule_issues(context.rows)
    seen: set[str] = set()
    for row in context.rows:
        if row.form is None or row.plan.cells["cap"] in seen:
            continue
        seen.add(row.plan.cells["cap"])
        cap, floor = row.plan.cap, row.plan.floor
        facts = {"cap": row.form.cap if cap is None else cap, "floor": row.form.floor if floor is None else floor}
        if facts["floor"] > facts["cap"]:
            cards = frozenset(other.card for other in context.rows if other.plan is row.plan)
            yield Issue("E-CAP-ORDER", row.plan.cells["cap"], facts, cards, row.plan.kpi)
