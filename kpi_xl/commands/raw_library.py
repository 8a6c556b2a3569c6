"""The indicators as formulas over the raw data of a book: which can be computed, and what the others lack."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from kpi_xl.book.raw_sheets.formula_names import strange_columns
from kpi_xl.book.raw_sheets.formula_rows import formula_issues, formulas_of
from kpi_xl.book.tables.raw import FORMULAS
from kpi_xl.commands.raw_sources import Opened
from kpi_xl.facts.engines.engine import Engine, catalog_of
from kpi_xl.facts.formula.catalog import Catalog, canonical
from kpi_xl.facts.formula.measure import Finding, Formulas, Measure, measures
from kpi_xl.facts.formula.needed import needed
from kpi_xl.facts.formula.shipped import shipped_rules
from kpi_xl.facts.raw.store import Store, columns_of, quoted
from kpi_xl.model.grid import TableGrid
from kpi_xl.model.inputs import Indicator
from kpi_xl.model.issue import Issue

Field = tuple[str, str]
"""Table and column."""


@dataclass(frozen=True, slots=True)
class Library:
    """Every indicator that has a formula, held against the raw data."""

    formulas: Sequence[Formulas]
    catalog: Catalog                        # of what is there, and of what could be
    usable: Sequence[Measure]               # what the loaded columns can give
    findings: Sequence[Finding]             # what is wrong with a formula, whatever is loaded
    needs: Mapping[str, frozenset[Field]]   # by indicator; of a faulty one, the columns that nobody has
    filled: frozenset[Field]                # of what they need, the columns in which anything stands

    def lacks(self, kpi: str) -> frozenset[Field]:
        """What an indicator would need and nothing stands in."""
        return self.needs.get(kpi, frozenset()) - self.filled


def library_of(
    raw: Opened, engine: Engine, grids: Mapping[str, TableGrid], indicators: Sequence[Indicator], issues: list[Issue]
) -> Library:
    """Formulas of the company, or those that are shipped, held against the raw data."""
    there = catalog_of(engine)
    formulas, cells = formulas_of(grids.get(FORMULAS.name), indicators, issues)
    good, findings = measures(formulas, there, shipped_rules())
    issues += formula_issues(findings, cells)
    whole, readable = with_canonical(there), good
    if whole.tables != there.tables:
        readable, findings = measures(formulas, whole, shipped_rules())
    needs = _needs(formulas, readable, whole)
    wanted: frozenset[Field] = frozenset().union(*needs.values())
    if raw.store is None:
        # A database at a URL is not searched for empty columns: its tables are what they are.
        filled = frozenset((table, column) for table, column in wanted if column in there.tables.get(table, ()))
        return Library(formulas, whole, good, findings, needs, filled)
    filled = _filled(raw.store, wanted)
    return Library(formulas, whole, [each for each in good if needs[each.kpi] <= filled], findings, needs, filled)


def with_canonical(catalog: Catalog) -> Catalog:
    """What is there, and what could be: a table that nobody loaded is no mistake in a formula."""
    usual = canonical()
    names = dict.fromkeys((*usual.tables, *catalog.tables))
    tables = {name: {**usual.tables.get(name, {}), **catalog.tables.get(name, {})} for name in names}
    return replace(usual, tables=tables)


def _needs(
    formulas: Sequence[Formulas], readable: Sequence[Measure], catalog: Catalog
) -> Mapping[str, frozenset[Field]]:
    known = {each.kpi: each for each in readable}
    return {
        each.kpi: needed(known[each.kpi], known, catalog) if each.kpi in known else strange_columns(each, catalog)
        for each in formulas
    }


def _filled(store: Store, columns: Iterable[Field]) -> frozenset[Field]:
    """The columns in which anything stands at all: what was never exported is not known, and not zero."""
    tables = {str(table): columns_of(store, quoted(str(table))) for (table,) in store.rows(
        'SELECT DISTINCT "table" FROM loads')}  # fmt: skip
    return frozenset(
        (table, column)
        for table, column in columns
        if column in tables.get(table, ())
        and store.rows(f"SELECT 1 FROM {quoted(table)} WHERE {quoted(column)} IS NOT NULL LIMIT 1")
    )
