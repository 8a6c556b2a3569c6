"""The plan's rows: weight and rule of every indicator of every template."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from kpi_xl.book.rows import Row, is_nothing, rows, spoiling
from kpi_xl.book.tables import inputs as spec
from kpi_xl.book.typed_rows import Codes
from kpi_xl.model.grid import TableGrid
from kpi_xl.model.inputs import PlanRow, Subject
from kpi_xl.model.issue import Issue

CELLS = ("weight", "rule", "params", "missing", "template", "cap")


def read_plan(
    grid: TableGrid, subjects: Sequence[Subject], known: Codes, issues: list[Issue]
) -> Iterator[PlanRow]:
    """The rows of the plan, each template in the spelling of its first row.

    A wrong number spoils the cards that use the template; nobody's template may be half done.
    """
    templates, ids = Codes(row.native("template") for row in rows(spec.PLAN, grid, [])), Codes(s.id for s in subjects)
    for row in rows(spec.PLAN, grid, issues):
        issues += row.errors(column.key for column in spec.PLAN.columns)
        mine: list[Issue] = []
        plan = _plan_row(row, templates, known, ids, issues, mine)
        cards = frozenset(s.id for s in subjects if templates(s.template) == plan.template)
        if cards:
            issues += spoiling(mine, cards, plan.kpi)
        yield plan


def _plan_row(
    row: Row, templates: Codes, known: Codes, subjects: Codes, issues: list[Issue], mine: list[Issue]
) -> PlanRow:
    rule = row.code("rule", issues)
    if not rule and row.raw("rule") is None:
        issues.append(Issue("E-CHOICE-EMPTY", row.cell("rule"), {"wanted": ", ".join(spec.RULES)}))
    return PlanRow(
        template=templates(row.key("template", issues)),
        kpi=known(row.key("kpi", issues)),
        no=row.number("no", mine) or 0.0,
        weight=_weight(row, mine),
        rule=rule,
        params=_params(row, issues),
        cap=row.number("cap", mine),
        floor=row.number("floor", mine),
        missing=row.chosen("missing", spec.POLICIES, issues, "BLOCK", exact=True),
        measured_at=_measured_at(row, subjects, mine),
        index=row.index,
        cell=row.cell("kpi"),
        cells={name: row.cell(name) for name in CELLS},
    )


def _measured_at(row: Row, subjects: Codes, issues: list[Issue]) -> str:
    """"" for its own facts, "parent", or the subject whose facts count."""
    text = row.code("measured_at", issues).strip()
    if text.casefold() in ("", "self"):
        return ""
    if text.casefold() == "parent":
        return "parent"
    if text not in subjects:
        facts = {"found": text, "near": subjects.nearest(text), "rows": 1}
        issues.append(Issue("E-SUBJECT-UNKNOWN", row.cell("measured_at"), facts))
        return ""
    return subjects(text)


def _params(row: Row, issues: list[Issue]) -> str:
    """Params as the sheet's formulas repeat them."""
    text = row.native("params")
    if isinstance(row.raw("params"), datetime):
        issues.append(Issue("E-CODE-DATE", row.cell("params"), {"found": text}))
    return text


def _weight(row: Row, issues: list[Issue]) -> float:
    """A fraction; 0 as long as it cannot be read, as the sheet's formulas have it."""
    if is_nothing(row.raw("weight")):
        issues.append(Issue("E-WEIGHT-EMPTY", row.cell("weight"), {}))
    number = row.number("weight", issues)
    if number is not None and not 0 <= number <= 1:
        issues.append(Issue("E-WEIGHT-RANGE", row.cell("weight"), {"found": number}))
    return number or 0.0
