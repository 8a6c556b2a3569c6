"""Cards as wholes: their balance, that of a department's functions together, and what hangs on working together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kpi_xl.book.context import Context
from kpi_xl.book.plan_health.check import Verdict
from kpi_xl.book.plan_health.material import rows_by_card
from kpi_xl.book.plan_health.planfile import PlanFile
from kpi_xl.book.plan_rules import CardRow
from kpi_xl.model.inputs import Subject
from kpi_xl.model.params import Problem
from kpi_xl.scoring.balance import Balance, Weighted, balance, union
from kpi_xl.scoring.collaboration import (
    JOINT_KPIS,
    LEAST_COLLABORATION,
    SHARED_KPIS,
    collaboration_weight,
    is_collaborative,
    part_problems,
)

FUNCTION_PRESETS = frozenset(("PLATFORM", "MERCHANDISE", "USER", "CONTENT"))
"""Cards of one function: lopsided by nature, whatever the subject that has one is called."""


@dataclass(frozen=True, slots=True)
class CardBalance:
    """The balance of all cards that follow one template, or of a department's functions together."""

    name: str                           # template, or department and its templates
    cards: tuple[str, ...]
    rows: tuple[Weighted, ...]
    balance: Balance
    cell: str                           # weight of the template's first row
    parts: tuple[tuple[str, float], ...]    # cards whose rows are weighed, each with its part in the whole
    is_union: bool = False


@dataclass(frozen=True, slots=True)
class Collaboration:
    """One shared indicator of a template, or all of them together (no `kpi`)."""

    card: str
    kpi: str
    mode: str
    units: str
    weight: float
    wanted: float | None
    verdict: Verdict
    problems: tuple[Problem, ...] = ()


def card_balances(context: Context, file: PlanFile) -> tuple[CardBalance, ...]:
    """Every template's balance, a department's apart from a function's, then those of functions together."""
    cards = rows_by_card(context)
    alike: dict[tuple[str, bool], list[str]] = {}
    for card, rows in cards.items():
        alike.setdefault((rows[0].plan.template, is_held(rows[0].subject, rows[0].plan.template)), []).append(card)
    found = [_balance(template, held, names, cards[names[0]], file) for (template, held), names in alike.items()]
    return (*found, *_unions(context, cards, file))


def is_held(subject: Subject, template: str) -> bool:
    """A card of a whole department or company, which must be balanced by itself."""
    return subject.kind in ("company", "department") and template not in FUNCTION_PRESETS


def _balance(
    template: str, held: bool, names: Sequence[str], rows: Sequence[CardRow], file: PlanFile
) -> CardBalance:
    weighted = file.weighted([row.plan for row in rows])
    kind = "department" if held else "team"
    whole = balance(weighted, kind)
    return CardBalance(template, tuple(names), weighted, whole, first_cell(rows), ((rows[0].card, 1.0),))


def first_cell(rows: Sequence[CardRow]) -> str:
    """Weight of the template's first row in the plan, whatever the order of the card."""
    return min((row.plan for row in rows), key=lambda plan: plan.index).cells["weight"]


def _unions(context: Context, cards: Mapping[str, tuple[CardRow, ...]], file: PlanFile) -> Iterator[CardBalance]:
    by_subject = {rows[0].subject.id: rows for rows in reversed(tuple(cards.values()))}
    for department in context.inputs.subjects:
        if department.kind != "department":
            continue
        below = [s for s in context.inputs.subjects if s.parent == department.id and s.kind != "person"]
        functions = [subject for subject in below if subject.id in by_subject]
        if len(functions) < 2:
            continue
        heads = [_people_below(subject, context.inputs.subjects) for subject in functions]
        counts = heads if any(heads) else [1] * len(functions)
        rows = [by_subject[subject.id] for subject in functions]
        together = union([file.weighted([row.plan for row in own]) for own in rows], counts)
        name = " + ".join(f"{own[0].plan.template}×{count}" for own, count in zip(rows, counts, strict=True))
        cell = first_cell(rows[0])
        whole = balance(together, "department")
        parts = tuple((own[0].card, count / sum(counts)) for own, count in zip(rows, counts, strict=True))
        yield CardBalance(f"{department.id}: {name}", (department.id,), together, whole, cell, parts, is_union=True)


def _people_below(subject: Subject, subjects: Sequence[Subject], above: frozenset[str] = frozenset()) -> int:
    below = [each for each in subjects if each.parent == subject.id and each.id not in above]
    line = above | {subject.id}
    return sum(each.kind == "person" for each in below) + sum(_people_below(each, subjects, line) for each in below)


def collaborations(context: Context, file: PlanFile) -> Iterator[Collaboration]:
    """By template: every shared indicator, and the weight of all."""
    modes, seen = file.modes(), set()
    for rows in rows_by_card(context).values():
        template = rows[0].plan.template
        if template in seen:
            continue
        seen.add(template)
        weights = {row.plan.kpi: row.plan.weight for row in rows}
        for kpi, weight in weights.items():
            mode = _mode(kpi, modes)
            if mode != "OWN":
                yield _shared(template, kpi, mode, weight, file)
        total = collaboration_weight(weights, modes)
        verdict: Verdict = "PASS" if is_collaborative(total) else "WARN"
        yield Collaboration(template, "", "", "", total, LEAST_COLLABORATION, verdict)


def _mode(kpi: str, modes: Mapping[str, str] | None) -> str:
    if modes is not None:
        return modes.get(kpi, "HANDOFF" if kpi in JOINT_KPIS else "OWN")
    return "HANDOFF" if kpi in JOINT_KPIS else "SHARED-FULL" if kpi in SHARED_KPIS else "OWN"


def _shared(template: str, kpi: str, mode: str, weight: float, file: PlanFile) -> Collaboration:
    parts = (file.parts or {}).get(kpi, ())
    problems = part_problems(parts) if parts else ()
    units = ", ".join(f"{part.unit} {part.role}" for part in parts)
    return Collaboration(template, kpi, mode, units, weight, None, "WARN" if problems else "PASS", problems)
