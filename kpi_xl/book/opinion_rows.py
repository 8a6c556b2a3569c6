"""What people gave and what plans delivered: the rows of 定性评分, 校准 and 里程碑."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from kpi_xl.book.opinion_words import role_code
from kpi_xl.book.rows import Row, is_nothing, rows
from kpi_xl.book.tables import inputs as spec
from kpi_xl.book.tables.calibration import CALIBRATION
from kpi_xl.book.typed_rows import Codes, Scope, row_key
from kpi_xl.model.grid import TableGrid
from kpi_xl.model.inputs import CalibrationRow, MilestoneRow, RatingRow
from kpi_xl.model.issue import Issue


@dataclass(frozen=True, slots=True)
class Panel:
    """The tables that turn words into numbers, by the words in lower case."""

    points: Mapping[str, float]         # of a level
    shares: Mapping[str, float]         # of a rater's role, as typed

    @property
    def weights(self) -> Mapping[str, float]:
        """Weight of each role by its code."""
        return {role_code(word): share for word, share in self.shares.items()}


def read_panel(levels: TableGrid, roles: TableGrid, issues: list[Issue]) -> Panel:
    """Points by level, weights by role."""
    points = {row.native("level").casefold(): row.number("points", issues) for row in rows(spec.LEVELS, levels, issues)}
    shares = {
        row.native("role").casefold(): row.between("weight", 0.0, 1.0, issues)
        for row in rows(spec.RATER_ROLES, roles, issues)
    }
    return Panel(
        {word: number for word, number in points.items() if number is not None},
        {word: share or 0.0 for word, share in shares.items()},
    )


def read_ratings(grid: TableGrid, scope: Scope, panel: Panel, issues: list[Issue]) -> Iterator[RatingRow]:
    """The ratings, each with the points of its level; a row of a period that is not looked at may be anything."""
    seen: dict[tuple[str, str, str], str] = {}
    for row in rows(spec.RATINGS, grid, issues):
        issues += row.errors(("period", "subject", "kpi", "role", "level"))
        name, mine = row_key(row, scope), []  # type: ignore[var-annotated]
        role = row.native("role")
        points = _points(row, panel, mine)
        if role.casefold() not in panel.shares:
            near = ", ".join(panel.shares) or "—"
            mine.append(Issue("W-RATING-ROLE", row.cell("role"), {"found": role, "wanted": near}))
        rater = (name.key.casefold(), row.text("rater").casefold(), role.casefold())
        if rater[1] and rater in seen:
            facts = {"rater": row.text("rater"), "first": seen[rater]}
            mine.append(Issue("E-RATING-TWICE", row.cell("rater"), facts))
        seen.setdefault(rater, row.cell("rater"))
        if name.concerns(scope.window):
            issues += name.owns((*name.faults, *mine))
        yield RatingRow(
            name.key, row.text("rater"), role_code(role), points, panel.shares.get(role.casefold(), 0.0), row.index,
            row.cell("level"),
        )  # fmt: skip


def _points(row: Row, panel: Panel, issues: list[Issue]) -> float | None:
    raw = row.raw("level")
    if isinstance(raw, float):
        return row.between("level", 0.0, 120.0, issues)
    if is_nothing(raw):
        return None
    found = panel.points.get(row.native("level").casefold())
    if found is None and isinstance(raw, str):
        facts = {"found": row.text("level"), "wanted": ", ".join(panel.points) or "—"}
        issues.append(Issue("E-RATING-LEVEL", row.cell("level"), facts))
    return found


def read_milestones(grid: TableGrid, scope: Scope, issues: list[Issue]) -> Iterator[MilestoneRow]:
    """The steps of plans; a faulty one spoils the card, because weights must sum to 1."""
    seen: Codes | None = None
    names: list[str] = []
    for row in rows(spec.MILESTONES, grid, issues):
        name = row_key(row, scope, ("period", "subject"))
        mine: list[Issue] = []
        plan = row.key("plan", mine)
        if is_nothing(row.raw("weight")):
            mine.append(Issue("E-WEIGHT-EMPTY", row.cell("weight"), {}))
        step = MilestoneRow(
            card_key=name.key,
            plan=plan,
            weight=row.between("weight", 0.0, 1.0, mine) or 0.0,
            due=day(row, "due", mine),
            done=day(row, "done", mine),
            progress=row.between("progress", 0.0, 1.0, mine),
            has_evidence=bool(row.text("evidence")),
            cell=row.cell("plan"),
        )
        seen = Codes(names)
        if f"{name.key}|{plan}" in seen:
            mine.append(Issue("E-KEY-DUPLICATE", row.cell("plan"), {"key": plan, "first": row.grid.sheet}))
        names.append(f"{name.key}|{plan}")
        if name.concerns(scope.window):
            issues += name.owns((*name.faults, *mine), whole_card=True)
        yield step


def read_calibrations(grid: TableGrid, scope: Scope, issues: list[Issue]) -> Iterator[CalibrationRow]:
    """Calibrated points; a row that cannot be read spoils its indicator, since nobody knows what was meant."""
    for row in rows(CALIBRATION, grid, issues):
        issues += row.errors(("period", "subject", "kpi"))
        name, mine = row_key(row, scope), []  # type: ignore[var-annotated]
        before, after = (row.between(column, 0.0, 120.0, mine) for column in ("before", "after"))
        if name.concerns(scope.window):
            issues += name.owns((*name.faults, *mine))
        yield CalibrationRow(
            name.key, before, after, row.text("reason"), row.text("approver"), row.index, row.cell("after")
        )


def day(row: Row, column: str, issues: list[Issue]) -> date | None:
    """A date; what is none becomes an issue."""
    raw = row.raw(column)
    if is_nothing(raw):
        return None
    if isinstance(raw, datetime):
        return raw.date()
    try:
        return date.fromisoformat(row.text(column))
    except ValueError:
        issues.append(Issue("E-DATE", row.cell(column), {"found": row.text(column)}))
        return None
