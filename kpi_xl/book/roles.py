"""任职记录: who held which role, from when to when, for how much of the time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kpi_xl.book.opinion_rows import day
from kpi_xl.book.rows import Row, rows, spoiling
from kpi_xl.book.tables import inputs as spec
from kpi_xl.book.typed_rows import Codes
from kpi_xl.model.grid import TableGrid
from kpi_xl.model.inputs import Role, Subject
from kpi_xl.model.issue import Issue

MOST_ROLES = 99.0


def read_roles(grid: TableGrid, subjects: Sequence[Subject], templates: Codes, issues: list[Issue]) -> Iterator[Role]:
    """The roles; a faulty one spoils every card of its person."""
    known = Codes(subject.id for subject in subjects)
    seen: set[tuple[str, float]] = set()
    for row in rows(spec.ROLES, grid, issues):
        issues += row.errors(column.key for column in spec.ROLES.columns)
        mine: list[Issue] = []
        person = known(row.key("person", issues))
        if person not in known:
            facts = {"found": person, "near": known.nearest(person), "rows": 1}
            issues.append(Issue("E-SUBJECT-UNKNOWN", row.cell("person"), facts))
        role = _role(row, person, known, templates, mine)
        if (person.casefold(), role.number) in seen:
            mine.append(Issue("E-ROLE-TWICE", row.cell("role_no"), {"person": person, "number": role.number}))
        seen.add((person.casefold(), role.number))
        issues += spoiling(mine, frozenset({person}), "")
        yield role


def _role(row: Row, person: str, known: Codes, templates: Codes, issues: list[Issue]) -> Role:
    number = row.between("role_no", 1.0, MOST_ROLES, issues)
    parent, template = row.text("parent"), row.code("template", issues)
    if parent and parent not in known:
        issues.append(Issue("E-SUBJECT-UNKNOWN", row.cell("parent"), {
            "found": parent, "near": known.nearest(parent), "rows": 1,
        }))  # fmt: skip
    if template and template not in templates:
        issues.append(Issue("E-TEMPLATE-UNKNOWN", row.cell("template"), {
            "found": template, "wanted": ", ".join(sorted(set(templates))) or "—",
        }))  # fmt: skip
    first, last = day(row, "from", issues), day(row, "to", issues)
    if first and last and last < first:
        issues.append(Issue("E-ROLE-DATES", row.cell("to"), {"found": last, "first": first}))
    fte = row.between("fte", 0.0, 1.0, issues)
    if fte == 0:
        issues.append(Issue("E-ROLE-TIME", row.cell("fte"), {"found": fte}))
    return Role(
        person=person,
        number=int(number or 1),
        parent=known(parent),
        template=templates(template),
        first=first,
        last=last,
        fte=fte or 1.0,
        cell=row.cell("person"),
    )
