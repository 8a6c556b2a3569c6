"""Proposed anchors into 目标: only where a cell is empty, and after confirmation only with a change that is allowed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from kpi_xl.book.formula import Places, at_row, resolve
from kpi_xl.book.plan_rules import CardRow
from kpi_xl.book.rows import positions
from kpi_xl.book.tables.inputs import STATES, TARGETS
from kpi_xl.book.targeting.proposing import LineProposal
from kpi_xl.book.targeting.rows import number_style
from kpi_xl.book.targeting.shared import Part
from kpi_xl.book.targeting.typed import ResetRow
from kpi_xl.labels import Lang, label
from kpi_xl.model.grid import CellOut, Patch, Scalar, TableGrid
from kpi_xl.model.inputs import Indicator, Settings, Target, key
from kpi_xl.model.issue import Issue
from kpi_xl.model.periods import Period
from kpi_xl.scoring.rounding import excel_round
from kpi_xl.scoring.targets.anchors import Proposed
from kpi_xl.scoring.targets.reset import Change, Reset, reset

ANCHORS = ("threshold", "target", "stretch")
_Rest: TypeAlias = tuple[Scalar, str | None, str | None]
"""Value, formula and style of a cell."""
SKIPPED = ("typed", "locked", "without")
"""Why a line is not written: numbers are there; the targets are confirmed; nothing can be proposed."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Anchors that somebody wants in 目标, and on what they rest."""

    row: CardRow
    anchors: Proposed
    source: str


@dataclass(frozen=True, slots=True)
class _Row:
    """The cells to write of one row; `index` is None for a new one."""

    key: str
    index: int | None
    numbers: Mapping[str, float]
    source: str
    indicator: Indicator
    is_change: bool = False             # of a target that was confirmed before


@dataclass(frozen=True, slots=True)
class Filling:
    """What is to be written, and what became of every target asked for."""

    rows: tuple[_Row, ...]
    skipped: Mapping[str, int]
    issues: tuple[Issue, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """Of the rows that are written to."""
        return tuple(row.key for row in self.rows)


@dataclass(frozen=True, slots=True)
class Permit:
    """What may be written at all."""

    period: Period
    is_locked: bool
    overwrites: bool
    resets: Mapping[str, ResetRow] = field(default_factory=dict)

    def earlier(self, row: ResetRow) -> tuple[date, ...]:
        """Days on which other changes of the same target take effect."""
        subject = row.key.partition("|")[2]
        others = (each for each in self.resets.values() if each is not row and each.key.partition("|")[2] == subject)
        return tuple(each.effective for each in others if each.effective is not None)


def permit(period: Period, settings: Settings, resets: Mapping[str, ResetRow], *, overwrites: bool) -> Permit:
    """Targets of the book's period may be written until they are confirmed, those of later ones freely."""
    confirmed = STATES.index(settings.state) >= STATES.index("targets_set")
    return Permit(period, confirmed and period.start <= settings.period.end, overwrites, resets)


def wanted_of(found: Iterable[LineProposal], lang: Lang) -> Iterator[Wanted]:
    """Proposals as they are written: parts of a whole say so, others name their method."""
    for each in found:
        source = label("targets", "basis", lang).format(method=each.chosen)
        yield Wanted(each.line.row, each.anchors, source if each.part is None else part_source(each.part, lang))


def part_source(part: Part, lang: Lang) -> str:
    """On what a part of a whole rests."""
    return label("targets", "part", lang).format(share=f"{part.share * 100:.6g}%", whole=f"{part.whole:.15g}")


def filling(
    found: Iterable[Wanted],
    targets: Sequence[Target],
    grid: TableGrid,
    formulas: Iterable[tuple[int, int]],
    allowed: Permit,
    lang: Lang,
) -> Filling:
    """What to write where.

    Parameters
    ----------
    found
        For the planned period; several cards may look at one target.
    targets, grid
        The table of targets as read.
    formulas
        1-based row and column of the cells of its sheet that hold a formula: these are their author's.
    """
    at = {target.key: target for target in reversed(targets)}
    taken = _taken(grid, set(formulas))
    rows: list[_Row] = []
    issues: list[Issue] = []
    skipped = dict.fromkeys(SKIPPED, 0)
    for each, wanted in _once(found):
        name = key(allowed.period, each.row.measured, each.row.plan.kpi)
        there = at.get(name)
        numbers = {column: number for column in wanted if (number := getattr(each.anchors, column)) is not None}
        free = _free(there, numbers, taken, allowed)
        if not numbers or each.row.indicator.direction == "range":
            skipped["without"] += 1
        elif not free:
            skipped["typed"] += 1
        elif allowed.is_locked:
            changed = _changed(each, free, there, allowed, issues, lang)
            rows += [changed] if changed else []
            skipped["locked"] += not changed
        else:
            rows.append(_Row(name, there.index if there else None, free, each.source, each.row.indicator))
    return Filling(tuple(rows), skipped, tuple(issues))


def _once(found: Iterable[Wanted]) -> Iterator[tuple[Wanted, tuple[str, ...]]]:
    """Each target once; with threshold and stretch where one of the rules on it hangs on either."""
    groups: dict[tuple[str, str], list[Wanted]] = {}
    for each in found:
        groups.setdefault((each.row.measured, each.row.plan.kpi), []).append(each)
    for same in groups.values():
        has_three = any(each.row.form is None or each.row.form.needs & {"B", "S"} for each in same)
        yield same[0], tuple(ANCHORS) if has_three else ("target",)


def _taken(grid: TableGrid, formulas: set[tuple[int, int]]) -> Mapping[tuple[int, str], bool]:
    """The cells that are not empty, by 0-based row and column; True for those that hold a formula."""
    places = positions(TARGETS, grid, [])
    found: dict[tuple[int, str], bool] = {}
    for index, cells in enumerate(grid.rows):
        for column in ANCHORS:
            own = (grid.row + 1 + index, grid.column + places[column]) in formulas
            if own or not _is_empty(cells[places[column]]):
                found[index, column] = own
    return found


def _is_empty(value: Scalar) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _free(
    there: Target | None, numbers: Mapping[str, float], taken: Mapping[tuple[int, str], bool], allowed: Permit
) -> dict[str, float]:
    """The numbers whose cells may be written."""
    if there is None:
        return dict(numbers)
    is_formula = {column: taken.get((there.index, column)) for column in numbers}
    return {
        column: number
        for column, number in numbers.items()
        if is_formula[column] is None or (allowed.overwrites and not is_formula[column])
    }


def _changed(
    each: Wanted,
    numbers: Mapping[str, float],
    there: Target | None,
    allowed: Permit,
    issues: list[Issue],
    lang: Lang,
) -> _Row | None:
    """A row after confirmation: by a change that is allowed, its anchors weighted by days; None without one."""
    row = each.row
    name = key(allowed.period, row.measured, row.plan.kpi)
    change = allowed.resets.get(name)
    if change is None:
        return None
    old = {column: getattr(there, column) if there else None for column in numbers}
    proposed = each.anchors.target
    shift = 0.0 if change.target is None or proposed is None else change.target - proposed
    decimals = row.indicator.stored_decimals
    outcomes = {column: _outcome(number + shift, old[column], change, allowed) for column, number in numbers.items()}
    problems = next(iter(outcomes.values())).problems
    if problems:
        issues += (Issue(problem.code, change.cell_of(problem.code), problem.args) for problem in problems)
        return None
    targets = {column: outcome.target for column, outcome in outcomes.items()}
    settled = {column: excel_round(number, decimals) for column, number in targets.items() if number is not None}
    was = there.target if there else None
    source = label("targets", "reset", lang).format(
        effective=change.effective, reason=change.reason, old="—" if was is None else format(was, ".15g"),
        approver=change.approver,
    )  # fmt: skip
    return _Row(name, there.index if there else None, settled, source, row.indicator, is_change=True)


def _outcome(new: float, old: float | None, change: ResetRow, allowed: Permit) -> Reset:
    asked = asked_change(change, new, allowed.period)
    return reset(allowed.period, new if old is None else old, asked, allowed.earlier(change))


def asked_change(row: ResetRow, new: float, period: Period) -> Change:
    """The change that a row asks for: without days it holds from the first of the period, decided when it begins."""
    effective = row.effective or period.start
    return Change(new, effective, row.decided or effective, row.reason, row.approver, row.by_committee)


def patch_of(filled: Filling, grid: TableGrid, taken_rows: int, spots: Places) -> Patch:
    """The cells of the rows to write; new ones follow the last filled row.

    Parameters
    ----------
    taken_rows
        Rows of the table down to the last filled one.
    """
    places = positions(TARGETS, grid, [])
    cells: list[CellOut] = []
    last = taken_rows
    for row in filled.rows:
        index = last if row.index is None else row.index
        last += row.index is None
        line = grid.row + 1 + index
        if row.index is None:
            found = _new_cells(row, line, spots)
        else:
            found = _filled_cells(row, grid.rows[index][places["source"]])
        cells += (CellOut(line, grid.column + places[column], *rest) for column, rest in found.items())
    return Patch(TARGETS.name, tuple(cells), max(grid.declared, last))


def _filled_cells(row: _Row, source: Scalar) -> dict[str, _Rest]:
    """Cells of a row that is there: what somebody wrote as its basis stays, unless the target changes."""
    cells: dict[str, _Rest] = {column: (number, None, None) for column, number in row.numbers.items()}
    if row.is_change or _is_empty(source):
        cells["source"] = row.source, None, None
    return cells


def _new_cells(row: _Row, line: int, spots: Places) -> dict[str, _Rest]:
    """Cells of a new row, with their formulas and styles."""
    shown = number_style(row.indicator)
    typed = dict(zip((*TARGETS.key, "source"), (*row.key.split("|"), row.source), strict=True))
    cells: dict[str, _Rest] = {}
    for column in TARGETS.columns:
        if column.key in ANCHORS:
            cells[column.key] = row.numbers.get(column.key), None, f"kpi input {shown}"
        elif column.formula:
            cells[column.key] = row.key, at_row(resolve(column.formula, spots, TARGETS.name), line), column.role
        else:
            cells[column.key] = typed.get(column.key), None, column.role
    return cells
