"""What can be wrong with roles, superiors, ratings, plans, and the parts of a period."""

from __future__ import annotations

from collections.abc import Iterator

from kpi_xl.book.context import Context
from kpi_xl.book.plan_rules import CardRow
from kpi_xl.model.inputs import key
from kpi_xl.model.issue import Issue
from kpi_xl.scoring.opinion.planned import WITHOUT_ACTUAL
from kpi_xl.scoring.parts import parts_of, published

SOURCES = {"RATING": "tblRatings", "MILESTONE": "tblMilestones"}


def points_are_sound(context: Context) -> Iterator[Issue]:
    """What is odd about the points of a rule that is no curve, where the row stands that they are from."""
    for row in context.rows:
        if not row.counts:
            continue
        if row.plan.rule in WITHOUT_ACTUAL and row.fact.origin == "NONE":
            code = {"RATING": "W-RATINGS-MISSING", "MILESTONE": "W-MILESTONES-MISSING"}[row.plan.rule]
            lacks = {"subject": row.measured, "kpi": row.plan.kpi, "policy": row.plan.missing}
            yield Issue(code, _source(row, context), lacks, frozenset({row.card}), row.plan.kpi)
        for remark in row.remarks:
            facts: dict[str, object] = {"subject": row.measured, "rule": row.plan.rule, "kpi": row.plan.kpi}
            yield Issue(
                remark.code, _source(row, context), facts | dict(remark.args), frozenset({row.card}), row.plan.kpi
            )


def _source(row: CardRow, context: Context) -> str:
    """The first row that the points are from, else its sheet, else the rule."""
    name = row.fact.key
    rated = next((each.cell for each in context.inputs.ratings if each.key == name), "")
    step = next((each.cell for each in context.inputs.milestones if name.startswith(f"{each.card_key}|")), "")
    found = {"RATING": rated, "MILESTONE": step}.get(row.plan.rule, row.plan.cells["rule"])
    return found or context.sheets.get(SOURCES[row.plan.rule], row.plan.cells["rule"])


def parts_are_published(context: Context) -> Iterator[Issue]:
    """A total over shorter periods needs the published total of each of them."""
    history = published(context.inputs.history)
    for post in context.posts:
        parts = parts_of(context.inputs, post, history)
        known = zip(parts.keys, parts.totals, strict=True)
        lacking = [name.partition("|")[0] for name, total in known if total is None]
        if parts.mode != "RECALC" and (lacking or not parts.keys):
            facts = {"card": post.card, "mode": parts.mode, "lacking": ", ".join(lacking) or "—"}
            cell = context.setting("period_mode" if post.subject.kind != "person" else "year_mode_person")
            yield Issue("W-PERIOD-PARTS", cell, facts, frozenset({post.card}))


def superiors_have_a_score(context: Context) -> Iterator[Issue]:
    """Whoever takes in a superior's score has a superior with one, and takes it in once."""
    settings = context.inputs.settings
    carded = {key(settings.period, post.card).casefold() for post in context.posts}
    for post in context.posts:
        subject = post.subject
        if not subject.alpha or settings.cascade == "bonus":
            continue
        cell, mine = context.beside(subject.cell, "tblSubjects", "alpha"), frozenset({post.card})
        if key(settings.period, post.above).casefold() not in carded:
            facts = {"subject": post.card, "parent": post.above or "—"}
            yield Issue("W-CASCADE-PARENT", cell, facts, mine)
        twice = [row.plan.kpi for row in context.rows if row.card == post.card and row.measured == post.above]
        if twice:
            yield Issue("W-CASCADE-TWICE", cell, {"subject": post.card, "kpis": ", ".join(twice)}, mine)


def absentees_are_listed(context: Context) -> Iterator[Issue]:
    """Who was not there for long enough is not appraised, and is named."""
    cells = {role.person: role.cell for role in reversed(context.inputs.roles)}
    for post in context.posts:
        if not post.is_present:
            facts = {"card": post.card}
            yield Issue("I-ROLE-ABSENT", cells[post.subject.id], facts, frozenset({post.card}))
