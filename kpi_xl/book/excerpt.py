"""The part of a book that concerns some subjects only: their input rows, and their results in the whole."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from kpi_xl.book.appraisal import Result
from kpi_xl.book.render import Rendering
from kpi_xl.book.rows import Row, rows
from kpi_xl.book.sheets import HEADING_ROW, SHEET_BY_KEY, TABLES
from kpi_xl.book.starter import Content, number_style
from kpi_xl.book.table import Table
from kpi_xl.book.tables.cards import CARDS
from kpi_xl.book.tables.results import HISTORY
from kpi_xl.facts.typed import Fact
from kpi_xl.library import indicators as library
from kpi_xl.model.grid import CellOut, Scalar, TableGrid
from kpi_xl.model.inputs import HistoryRow, Inputs, Subject
from kpi_xl.model.issue import Issue
from kpi_xl.model.outcome import Item
from kpi_xl.scoring.appraise import Appraisal

SUBJECT_TABLES = (
    "tblTargets", "tblActuals", "tblRatings", "tblMilestones", "tblAdjustments", "tblComments", "tblRoles",
)  # fmt: skip
SUBJECT_COLUMNS = {"tblRoles": "person"}
PLANNED_TABLES = ("tblTargets", "tblActuals", "tblRatings")
NUMBERS = {"tblTargets": ("threshold", "target", "stretch"), "tblActuals": ("value",)}
ENTITLED = frozenset(("approver",))
"""Columns whose names a subject may read although they are others': who approved its own row."""
ANONYMOUS = frozenset(("rater",))
PEOPLE = ("person", "team")
HIDDEN = "＊＊＊"


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Input rows of a new book, and where somebody else's name stood in them."""

    content: Content
    issues: tuple[Issue, ...]


def below(inputs: Inputs, subject: str) -> frozenset[str]:
    """A subject and everything under it in the organisation."""
    found = {subject}
    while more := {each.id for each in inputs.subjects if each.parent in found} - found:
        found |= more
    return frozenset(found)


def excerpt(inputs: Inputs, grids: Mapping[str, TableGrid], ids: Collection[str]) -> Excerpt:
    """The input rows that concern these subjects; every other name and code in their texts is blotted out."""
    mine = [subject for subject in inputs.subjects if subject.id in ids]
    templates = {subject.template.casefold() for subject in mine}
    templates |= {role.template.casefold() for role in inputs.roles if role.person in ids and role.template}
    kpis = {row.kpi.casefold() for row in inputs.plan if row.template.casefold() in templates}
    wanted = _Wanted(
        frozenset(code.casefold() for code in ids), frozenset(templates), frozenset(kpis), _measured(inputs, mine)
    )
    blot = _Blot(inputs.subjects, mine)
    issues: list[Issue] = []
    content = {
        name: [
            _record(row, table, blot, issues)
            for row in rows(table, grids[name], [])
            if _concerns(row, name, wanted)
        ]
        for name, table in TABLES.items()
        if table.owner == "input" and name in grids
    }
    superiors = {at for at, _ in wanted.measured}
    looking_up = {subject.id for subject in mine if subject.alpha or subject.parent in superiors}
    return Excerpt({**content, "tblSubjects": _rooted(content["tblSubjects"], ids, looking_up)}, tuple(issues))


def merged(whole: Result, own: Result) -> Result:
    """The results of the whole book for the subjects of an excerpt, at the places that they have there.

    Ranks, rolled-up facts and points among peers need rows that the excerpt does not have; they come from the whole.
    """
    facts = _facts(whole, own)
    places = {fact.key: place for place, fact in enumerate(facts, start=2)}
    items = {(item.card, item.kpi): item for item in whole.appraisal.items}
    cards = {card.card: card for card in whole.appraisal.cards}
    appraisal = Appraisal(
        tuple(_placed(items[item.card, item.kpi], item, places) for item in own.appraisal.items),
        own.appraisal.curves,
        tuple(replace(cards[card.card], first=card.first) for card in own.appraisal.cards),
    )
    return Result(own.inputs, facts, appraisal, own.forms, whole.run_id)


def own_history(inputs: Inputs, ids: Collection[str]) -> tuple[HistoryRow, ...]:
    """What was published before about these subjects."""
    column = HISTORY.position("card")
    return tuple(row for row in inputs.history if str(row.values[column]) in ids)


def with_valued_ranks(drawn: Rendering) -> Rendering:
    """The rendering with values for what looks at other cards: only some of them are left."""
    first = SHEET_BY_KEY["ranking"].column_of(CARDS)
    columns = {first + CARDS.position(name) for name in ("rank", "above")}

    def valued(cell: CellOut) -> CellOut:
        return cell._replace(formula=None) if cell.column in columns and cell.row > HEADING_ROW else cell

    sheets = (
        replace(out, cells=tuple(map(valued, out.cells))) if out.anchor == CARDS.name else out for out in drawn.sheets
    )
    return Rendering(tuple(sheets), drawn.patches)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What the rows of an excerpt are about; subjects, templates and indicators in lower case."""

    subjects: frozenset[str]
    templates: frozenset[str]
    kpis: frozenset[str]
    measured: frozenset[tuple[str, str]]        # subject and indicator whose figures count on somebody's card


def _measured(inputs: Inputs, mine: Iterable[Subject]) -> frozenset[tuple[str, str]]:
    """Whose figures of an indicator stand on the cards of these subjects although they are not their own."""
    held = {subject.id: [(subject.template, subject.parent)] for subject in mine}
    for role in inputs.roles:
        if role.person in held:
            template, parent = held[role.person][0]
            held[role.person].append((role.template or template, role.parent or parent))
    return frozenset(
        (parent if row.measured_at == "parent" else row.measured_at, row.kpi)
        for places in held.values()
        for template, parent in places
        for row in inputs.plan
        if row.measured_at and row.template == template
    )


def _concerns(row: Row, table: str, wanted: _Wanted) -> bool:
    kpi = row.text("kpi").casefold()
    if table == "tblPlan":
        return row.text("template").casefold() in wanted.templates
    if table == "tblIndicators":
        return kpi in wanted.kpis
    if table == "tblSubjects" or table in SUBJECT_TABLES:
        subject = row.text(SUBJECT_COLUMNS.get(table, "subject"))
        if table in NUMBERS and (subject, row.text("kpi")) in wanted.measured:
            return True
        is_planned = table not in PLANNED_TABLES or kpi in wanted.kpis
        return subject.casefold() in wanted.subjects and is_planned
    return True


def _record(row: Row, table: Table, blot: _Blot, issues: list[Issue]) -> Mapping[str, Scalar]:
    """A row as a new book takes it, in the number formats that its indicator asks for."""
    record: dict[str, Scalar] = {}
    for column in table.columns:
        if column.kind != "input" or column.key in ANONYMOUS:
            continue
        value = row.raw(column.key)
        if isinstance(value, str) and column.key not in ENTITLED:
            clean = blot(value, people_only=table.name == "tblIndicators")
            if clean != value and column.key != "parent":
                issues.append(Issue("W-COPY-BLOTTED", row.cell(column.key), {"column": row.heading(column.key)}))
            value = clean
        record[column.key] = value
    if table.name == "tblSettings" and isinstance(record["value"], str):
        record["@style:value"] = "text"
    code = row.text("kpi")
    if table.name in NUMBERS and code in library():
        record |= {f"@style:{column}": number_style(code) for column in NUMBERS[table.name]}
    return record


def _rooted(
    subjects: Iterable[Mapping[str, Scalar]], ids: Collection[str], looking_up: Collection[str]
) -> list[Mapping[str, Scalar]]:
    """The organisation cut off above: a parent that is not in the excerpt is named only where its figures count."""
    return [
        row if str(row.get("parent") or "") in ids or row.get("subject") in looking_up else {**row, "parent": None}
        for row in subjects
    ]


class _Blot:
    """Blots out the names and codes of subjects that are not in an excerpt, nor above it."""

    def __init__(self, subjects: Iterable[Subject], mine: Iterable[Subject]) -> None:
        every = {subject.id: subject for subject in subjects}
        known = {subject.id for subject in mine}
        for subject in list(known):
            above = every[subject].parent
            while above in every and above not in known:
                known.add(above)
                above = every[above].parent
        others = [subject for subject in every.values() if subject.id not in known]
        shared = {name for subject in known for name in (every[subject].name, subject)}
        people = [subject for subject in others if subject.kind in PEOPLE]
        self._all = _pattern({text for each in others for text in (each.name, each.id)} - shared)
        self._people = _pattern({text for each in people for text in (each.name, each.id)} - shared)

    def __call__(self, text: str, *, people_only: bool) -> str:
        pattern = self._people if people_only else self._all
        return pattern.sub(HIDDEN, text) if pattern else text


def _pattern(texts: Collection[str]) -> re.Pattern[str] | None:
    """Any of the texts; Latin ones only as whole words, since P07 is not in P070."""
    parts = [_whole_word(text) for text in sorted(texts, key=len, reverse=True) if text.strip()]
    return re.compile("|".join(parts), re.IGNORECASE) if parts else None


def _whole_word(text: str) -> str:
    head, tail = (r"(?<![A-Za-z0-9])" if text[0].isascii() else ""), (r"(?![A-Za-z0-9])" if text[-1].isascii() else "")
    return head + re.escape(text) + tail


def _facts(whole: Result, own: Result) -> tuple[Fact, ...]:
    """The facts of the excerpt as the whole book has them; one that took others' rows stands as a value."""
    found = {fact.key: fact for fact in own.facts}
    cards = {card.card for card in own.appraisal.cards}
    items = [item for item in whole.appraisal.items if item.card in cards]
    looked_at = {name for item in items for name in (item.key, item.key_year, item.key_period)}
    kept = [fact for fact in whole.facts if fact.subject in cards or fact.key in looked_at]
    return tuple(_fact(fact, found.get(fact.key)) for fact in kept)


def _fact(whole: Fact, own: Fact | None) -> Fact:
    if own is not None and (own.num, own.den, own.n, own.value, own.state) == (
        whole.num, whole.den, whole.n, whole.value, whole.state,
    ):  # fmt: skip
        return own
    row = 1 if own is None else own.row
    return replace(whole, row=row, pooled=0, source_then=0.0, source_now=0.0, source_value=0.0)


def _placed(whole: Item, own: Item, places: Mapping[str, int]) -> Item:
    segment = None if whole.segment is None else whole.segment - whole.first + own.first
    return replace(
        whole,
        row=own.row,
        plan_row=own.plan_row,
        target_row=own.target_row,
        first=own.first,
        segment=segment,
        fact_row=places.get(whole.key, 1),
        year_row=places.get(whole.key_year, 1),
        period_row=places.get(whole.key_period, 1),
    )


def departments(inputs: Inputs) -> Iterator[Subject]:
    """The departments of the organisation."""
    return (subject for subject in inputs.subjects if subject.kind == "department")
