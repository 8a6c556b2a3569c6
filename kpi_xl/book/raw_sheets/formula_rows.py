"""指标公式: what a company says of how its indicators are computed, laid over the formulas that are shipped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from kpi_xl.book.rows import positions, rows
from kpi_xl.book.tables.raw import FORMULAS
from kpi_xl.facts.formula.measure import Finding, Formulas
from kpi_xl.facts.formula.shipped import FIELDS, shipped, variants_of
from kpi_xl.model.grid import TableGrid
from kpi_xl.model.inputs import Indicator
from kpi_xl.model.issue import Issue
from kpi_xl.model.typed_text import NOTHING

Cells = Mapping[tuple[str, str], str]
"""Cell of each typed formula, by indicator and field."""


def formulas_of(
    grid: TableGrid | None, indicators: Sequence[Indicator], issues: list[Issue]
) -> tuple[tuple[Formulas, ...], Cells]:
    """Formulas of every indicator: as typed, field by field, and as shipped where nothing is typed."""
    variants = _variants(indicators)
    found = {each.kpi: each for each in shipped(variants)}
    cells: dict[tuple[str, str], str] = {}
    if grid is None or len(positions(FORMULAS, grid, [])) < len(FORMULAS.columns):
        return tuple(found.values()), cells
    known = {each.code.casefold(): each for each in indicators}
    for row in rows(FORMULAS, grid, issues):
        issues += row.errors(column.key for column in FORMULAS.columns)
        code = row.key("kpi", issues)
        indicator = known.get(code.casefold())
        if indicator is None:
            issues.append(Issue("E-FORMULA-INDICATOR", row.cell("kpi"), {"found": code}))
            continue
        if (indicator.code, "kpi") in cells:
            first = cells[indicator.code, "kpi"]
            issues.append(Issue("E-KEY-DUPLICATE", row.cell("kpi"), {"key": code, "first": first}))
            continue
        typed = {name: row.native(name).strip() for name in FIELDS}
        before = found.get(indicator.code, Formulas(indicator.code, "", factor=indicator.factor))
        found[indicator.code] = _laid_over(before, {name: _said(text) for name, text in typed.items() if text})
        cells |= {(indicator.code, name): row.cell(name) for name in ("kpi", *FIELDS)}
    return tuple(found.values()), cells


def formula_issues(findings: Sequence[Finding], cells: Cells) -> Iterator[Issue]:
    """Faults of typed formulas, each at its cell; a shipped one is faulty only where a table is not there."""
    for each in findings:
        cell = cells.get((each.kpi, each.field))
        if cell is not None:
            yield Issue(each.fault.code, cell, {"at": each.fault.at, **each.fault.args})


def _laid_over(before: Formulas, said: Mapping[str, str]) -> Formulas:
    texts = {name: said.get(name, str(getattr(before, name))) for name in FIELDS}
    return Formulas(kpi=before.kpi, factor=before.factor, **texts)


def _said(text: str) -> str:
    """A formula without its equals sign; empty where a dash says that there is none."""
    return "" if text.casefold() in NOTHING else text.removeprefix("=").strip()


def _variants(indicators: Sequence[Indicator]) -> Mapping[str, str]:
    codes = {each.kpi for each in shipped()}
    return {
        each.code: each.variant for each in indicators
        if each.code in codes and each.variant in variants_of(each.code)
    }  # fmt: skip
