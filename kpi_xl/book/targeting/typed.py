"""What people typed about targets: goals of the year with all that goes with them, and changes after confirmation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import get_args

from kpi_xl.book.rows import Row, is_nothing, rows
from kpi_xl.book.table import Table
from kpi_xl.book.tables.targets import ANNUAL, RESETS
from kpi_xl.book.typed_rows import KEY, Codes
from kpi_xl.model.grid import TableGrid
from kpi_xl.model.inputs import Inputs, key
from kpi_xl.model.issue import Issue
from kpi_xl.model.params import number, parse_params
from kpi_xl.model.periods import Period, parse_period
from kpi_xl.scoring.targets.decompose import Spread
from kpi_xl.scoring.targets.methods import METHODS
from kpi_xl.scoring.targets.reset import REASONS

MENDED_IN: Mapping[str, str] = {
    "E-RESET-APPROVER": "approver", "E-RESET-COMMITTEE": "committee", "E-RESET-DATE": "effective",
    "E-RESET-LATE": "decided", "E-RESET-QUARTER": "effective",
}  # fmt: skip
"""The column of a change in which what is wrong with it is mended; else its reason."""


@dataclass(frozen=True, slots=True)
class Goal:
    """One row of 年度目标: the goal of a year, and how targets are drawn from it."""

    year: int
    subject: str
    kpi: str
    target: float | None                # None: last year's, grown
    growth: float | None                # a fraction; None where nobody asks for any
    unit: float | None                  # smallest step of a target; None: a step of the indicator's decimals
    share: float | None                 # of the unit above, in any proportion
    potential: float | None
    mode: Spread                        # how the gap to the units' own goals is spread
    method: str                         # to propose by; "" the best in the back-test
    mix: Mapping[str, float]            # weights of TM10
    benchmark: float | None
    source: str
    approver: str
    cells: Mapping[str, str] = field(default_factory=dict)      # by column

    @property
    def key(self) -> str:
        """Of its row."""
        return key(self.year, self.subject, self.kpi)

    @property
    def cell(self) -> str:
        """Of the goal itself."""
        return self.cells.get("target", "")


@dataclass(frozen=True, slots=True)
class ResetRow:
    """One row of 目标调整."""

    key: str                            # period|subject|kpi
    reason: str
    target: float | None                # None: the proposal
    effective: date | None
    decided: date | None
    by_committee: bool
    approver: str
    cells: Mapping[str, str] = field(default_factory=dict)      # by column

    @property
    def cell(self) -> str:
        """Of the reason."""
        return self.cells.get("reason", "")

    def cell_of(self, code: str) -> str:
        """The cell in which a refusal of the change is mended."""
        return self.cells.get(MENDED_IN.get(code, "reason"), self.cell)


@dataclass(frozen=True, slots=True)
class TypedTargets:
    """Goals by year, subject and indicator; resets by key; and what is wrong."""

    goals: Mapping[str, Goal] = field(default_factory=dict)
    resets: Mapping[str, ResetRow] = field(default_factory=dict)
    issues: tuple[Issue, ...] = ()
    changes: tuple[ResetRow, ...] = ()  # every row; of one key the last is in force


def read_typed(grids: Mapping[str, TableGrid], inputs: Inputs) -> TypedTargets:
    """Both tables, as far as the book has them; what cannot be read is an issue and leaves its row out."""
    known = Codes(each.id for each in inputs.subjects), Codes(each.code for each in inputs.indicators)
    issues: list[Issue] = []
    goals: dict[str, Goal] = {}
    for goal in _goals(grids, known, issues):
        # Of two rows the first stands, as for the formulas that look a goal up.
        first = goals.setdefault(goal.key, goal)
        if first is not goal:
            issues.append(Issue("E-KEY-DUPLICATE", goal.cells["kpi"], {"key": goal.key, "first": first.cells["kpi"]}))
    changes = tuple(_resets(grids, known, issues))
    return TypedTargets(goals, {each.key: each for each in changes}, tuple(issues), changes)


def _goals(grids: Mapping[str, TableGrid], known: Sequence[Codes], issues: list[Issue]) -> Iterator[Goal]:
    for row in _rows(ANNUAL.name, grids, issues):
        found = _keys(row, known, issues)
        if found is None:
            continue
        period, subject, kpi = found
        if period.kind != "Y":
            issues.append(Issue("E-ANNUAL-PERIOD", row.cell("period"), {"found": str(period), "wanted": period.year}))
            continue
        yield Goal(
            year=period.year,
            subject=subject,
            kpi=kpi,
            target=row.number("target", issues),
            growth=row.number("growth", issues),
            unit=_above_zero(row, "unit", issues),
            share=row.between("share", 0.0, 1e15, issues),
            potential=row.between("potential", 0.0, 1e15, issues),
            mode=_spread(row, issues),
            method=row.choice("method", METHODS, issues),
            mix=_mix(row, issues),
            benchmark=row.number("benchmark", issues),
            source=row.text("source"),
            approver=row.text("approver"),
            cells=_cells(row, ANNUAL),
        )


def _resets(grids: Mapping[str, TableGrid], known: Sequence[Codes], issues: list[Issue]) -> Iterator[ResetRow]:
    for row in _rows(RESETS.name, grids, issues):
        found = _keys(row, known, issues)
        if found is None:
            continue
        yield ResetRow(
            key=key(*found),
            reason=row.choice("reason", REASONS, issues) or row.text("reason"),
            target=row.number("target", issues),
            effective=_day(row, "effective", issues),
            decided=_day(row, "decided", issues),
            by_committee=row.choice("committee", ("Y", "N"), issues, "N") == "Y",
            approver=row.text("approver"),
            cells=_cells(row, RESETS),
        )


def _cells(row: Row, table: Table) -> Mapping[str, str]:
    return {column.key: row.cell(column.key) for column in table.columns if column.kind == "input"}


def _rows(name: str, grids: Mapping[str, TableGrid], issues: list[Issue]) -> Iterator[Row]:
    table = {ANNUAL.name: ANNUAL, RESETS.name: RESETS}[name]
    if name in grids:
        for row in rows(table, grids[name], issues):
            issues += row.errors(KEY)
            yield row


def _keys(row: Row, known: Sequence[Codes], issues: list[Issue]) -> tuple[Period, str, str] | None:
    """Period, subject and indicator in their own spelling; None where one of them cannot be told."""
    before = len(issues)
    texts = [row.key(column, issues) for column in KEY]
    if len(issues) > before:
        return None
    for column, text, codes in zip(KEY[1:], texts[1:], known, strict=True):
        if text not in codes:
            code = "E-SUBJECT-UNKNOWN" if column == "subject" else "E-KPI-UNKNOWN"
            issues.append(Issue(code, row.cell(column), {"found": text, "near": codes.nearest(text), "rows": 1}))
    try:
        period = parse_period(texts[0])
    except ValueError:
        issues.append(Issue("E-ROW-PERIOD", row.cell("period"), {"found": texts[0], "rows": 1}))
        return None
    return None if len(issues) > before else (period, known[0](texts[1]), known[1](texts[2]))


def _spread(row: Row, issues: list[Issue]) -> Spread:
    match row.choice("mode", get_args(Spread), issues):
        case "potential":
            return "potential"
        case "hold":
            return "hold"
        case _:
            return "proportional"


def _above_zero(row: Row, column: str, issues: list[Issue]) -> float | None:
    found = row.between(column, 0.0, 1e15, issues)
    return found or None


def _mix(row: Row, issues: list[Issue]) -> Mapping[str, float]:
    """``TM6=2; TM7=1`` as weights by method."""
    text = row.text("mix")
    read = parse_params(text)
    weights = {name.upper(): number(weight) for name, weight in read.texts.items()}
    found = {name: weight for name, weight in weights.items() if name in METHODS[:-1] and weight is not None}
    if read.problems or len(found) < len(weights) or any(weight < 0 for weight in found.values()):
        issues.append(Issue("E-TARGET-MIX", row.cell("mix"), {"found": text, "wanted": "TM6=2; TM7=1"}))
        return {}
    return found


def _day(row: Row, column: str, issues: list[Issue]) -> date | None:
    value = row.raw(column)
    if isinstance(value, datetime):
        return value.date()
    if not is_nothing(value):
        issues.append(Issue("E-DATE", row.cell(column), {"found": row.native(column)}))
    return None
