"""The plan as documented: tags, owners, goals, parts of units and overrides, beside what scoring needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kpi_xl.book.plan_health.tables import Record, records
from kpi_xl.book.tables.collaboration import OVERRIDES
from kpi_xl.model.grid import TableGrid
from kpi_xl.model.inputs import PlanRow, key
from kpi_xl.scoring.balance import Weighted, kind_of
from kpi_xl.scoring.collaboration import MODES, Mode, Part

TAGS = ("horizon", "scope", "nature", "perspective")
YES = "Y"


@dataclass(frozen=True, slots=True)
class IndicatorNote:
    """One row of 指标库 as typed; empty where nothing is."""

    code: str
    zh: str = ""
    en: str = ""
    unit: str = ""
    decimals: str = ""
    direction: str = ""
    frequency: str = ""
    owner: str = ""
    source: str = ""
    definition: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)       # by axis of balance
    typed: Mapping[str, str] = field(default_factory=dict)      # the same as typed, in whatever case
    cell: str = ""
    place: int = 1                      # position in its column as a look-up counts; 1 is the heading, no row at all


@dataclass(frozen=True, slots=True)
class Override:
    """Somebody answers for a check that fails."""

    template: str
    kpi: str
    check: str
    reason: str
    approver: str
    cell: str = ""

    @property
    def is_complete(self) -> bool:
        """Only with a reason and an approver does it count."""
        return bool(self.reason and self.approver)


@dataclass(frozen=True, slots=True)
class PlanFile:
    """What the book says of its plan; None for a table that it does not have."""

    notes: Sequence[IndicatorNote] = ()
    core: frozenset[tuple[str, str]] = frozenset()              # template and indicator
    plan_texts: Mapping[str, tuple[str, str]] = field(default_factory=dict)     # rule and core as typed, by plan key
    target_texts: Mapping[str, str] = field(default_factory=dict)       # words typed for a target, by its key
    target_notes: Mapping[str, str] = field(default_factory=dict)       # its basis
    suppliers: Mapping[str, tuple[str, bool]] = field(default_factory=dict)     # of actuals, by key; with evidence
    parts: Mapping[str, tuple[Part, ...]] | None = None         # by indicator
    goals: Mapping[str, float] | None = None                    # weight by goal
    links: tuple[tuple[str, str], ...] | None = None            # goal and indicator that serves it
    anchors: Mapping[str, frozenset[str]] = field(default_factory=dict)     # levels described, by indicator
    overrides: tuple[Override, ...] = ()

    def note(self, kpi: str) -> IndicatorNote:
        """The first row of an indicator."""
        return next((note for note in self.notes if note.code == kpi), IndicatorNote(kpi))

    def modes(self) -> Mapping[str, str] | None:
        """How each indicator is shared; None until the book says so."""
        if self.parts is None:
            return None
        return {kpi: next((p.mode for p in parts if p.mode != "OWN"), "OWN") for kpi, parts in self.parts.items()}

    def weighted(self, rows: Sequence[PlanRow]) -> tuple[Weighted, ...]:
        """Rows of one template as balance looks at them."""
        notes = {note.code: note for note in reversed(self.notes)}
        return tuple(
            Weighted(
                row.kpi,
                row.weight,
                {**notes.get(row.kpi, IndicatorNote(row.kpi)).tags, "kind": kind_of(row.rule)},
                (row.template, row.kpi) in self.core,
            )
            for row in rows
        )


def plan_file(grids: Mapping[str, TableGrid], period: str) -> PlanFile:
    """The plan's documentation out of the tables of a book, with the targets and figures of one period."""
    planned = tuple(records("tblPlan", grids))
    targets = tuple(records("tblTargets", grids, period))
    actuals = records("tblActuals", grids, period)
    return PlanFile(
        notes=tuple(map(_note, records("tblIndicators", grids))),
        core=frozenset((r.text("template"), r.text("kpi")) for r in planned if r.text("core").upper() == YES),
        plan_texts={_plan_key(row): (row.text("rule"), row.text("core")) for row in reversed(planned)},
        target_texts={_key(r): r.text("target") for r in targets if r.text("target") and r.number("target") is None},
        target_notes={_key(row): row.text("source") for row in targets},
        suppliers={_key(row): (row.text("source"), bool(row.text("evidence"))) for row in actuals},
        parts=_parts(grids) if "tblRaci" in grids else None,
        goals=_goals(grids) if "tblGoals" in grids else None,
        links=_links(grids) if "tblGoalLinks" in grids else None,
        anchors=_anchors(grids),
        overrides=tuple(map(_override, records("tblOverrides", grids))),
    )


def _note(row: Record) -> IndicatorNote:
    texts = ("zh", "en", "unit", "decimals", "direction", "frequency", "owner", "source", "definition")
    typed = {axis: row.text(axis) for axis in TAGS if row.text(axis)}
    tags = {axis: text.upper() for axis, text in typed.items()}
    named = {name: row.text(name) for name in texts}
    return IndicatorNote(row.text("kpi"), **named, tags=tags, typed=typed, cell=row.cell, place=row.place)


def _key(row: Record) -> str:
    return key(row.text("period"), row.text("subject"), row.text("kpi"))


def _plan_key(row: Record) -> str:
    return key(row.text("template"), row.text("kpi"))


def _parts(grids: Mapping[str, TableGrid]) -> Mapping[str, tuple[Part, ...]]:
    found: dict[str, list[Part]] = {}
    for row in records("tblRaci", grids):
        part = Part(
            kpi=row.text("kpi"),
            unit=row.text("unit"),
            role=row.text("role").upper(),
            mode=_mode(row.text("mode")),
            share=row.number("share"),
            controllability=row.number("controllability"),
        )
        found.setdefault(part.kpi, []).append(part)
    return {kpi: tuple(parts) for kpi, parts in found.items()}


def _mode(text: str) -> Mode:
    return next((mode for mode in MODES if mode == text.upper()), "OWN")


def _goals(grids: Mapping[str, TableGrid]) -> Mapping[str, float]:
    return {row.text("goal"): row.number("weight") or 0.0 for row in records("tblGoals", grids) if row.text("goal")}


def _links(grids: Mapping[str, TableGrid]) -> tuple[tuple[str, str], ...]:
    """Goal and indicator of every row whose strength is not zero; an empty strength still links."""
    rows = records("tblGoalLinks", grids)
    return tuple((row.text("goal"), row.text("kpi")) for row in rows if row.number("strength") != 0)


def _anchors(grids: Mapping[str, TableGrid]) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for row in records("tblAnchors", grids):
        if row.text("anchor"):
            found.setdefault(row.text("kpi"), set()).add(row.text("level"))
    return {kpi: frozenset(levels) for kpi, levels in found.items()}


def _override(row: Record) -> Override:
    template, kpi, check, reason, approver = (row.text(column.key) for column in OVERRIDES.columns)
    return Override(template, kpi, check.upper(), reason, approver, row.cell)
