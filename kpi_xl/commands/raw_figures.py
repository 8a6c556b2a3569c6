"""Raw rows into the inputs of an appraisal: what they come to for each subject, indicator and period."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from kpi_xl.book.raw_sheets.register import SourceRow, has_sources, read_register
from kpi_xl.book.read import Reading
from kpi_xl.hosts.port import WorkbookHost
from kpi_xl.model.grid import TableGrid
from kpi_xl.model.inputs import Actual, Inputs, RawFigure, key
from kpi_xl.model.issue import Issue
from kpi_xl.model.periods import OWN, Period, looked_at, parse_period

if TYPE_CHECKING:
    from kpi_xl.commands.raw_sources import Opened
    from kpi_xl.facts.engines.compute import RawFact
    from kpi_xl.facts.formula.measure import Measure
    from kpi_xl.facts.raw.store import Store
    from kpi_xl.facts.sql.windows import Window

Grids = Mapping[str, TableGrid]
GRACE = timedelta(days=1)
"""How long before the end of a period its last row may lie without being called late."""
ENDLESS = frozenset(
    ("org", "users", "catalog", "fx", "calendar", "exclusions", "content", "role_history", "salary_base")
)
"""Tables of which nobody expects rows at the end of every period."""


def with_raw(host: WorkbookHost, grids: Grids, reading: Reading) -> Reading:
    """The reading with what raw rows come to; as it is for a book without sources, which loads no engine."""
    if not (reading.is_whole and reading.has_period and reading.is_coded and has_sources(grids)):
        return reading
    from kpi_xl.commands.raw_sources import load_settings, opened

    issues: list[Issue] = []
    sources = read_register(grids, issues)
    if any(issue.severity == "error" for issue in issues) or not any(row.is_active for row in sources):
        return replace(reading, issues=(*reading.issues, *issues))
    with opened(host, sources, load_settings(reading.inputs)) as raw:
        issues += raw.issues
        found = _figures(raw, grids, reading.inputs, issues)
        if raw.store is not None:
            issues += _late(raw.store, sources, reading.inputs.settings.period)
    typed = {row.key: row for row in reading.inputs.actuals}
    issues += _differences(found, typed, reading.inputs, grids)
    return replace(
        reading,
        inputs=replace(reading.inputs, raw={name: each for name, each in found.items() if not _is_typed(typed, name)}),
        issues=(*reading.issues, *issues),
    )


def _figures(raw: Opened, grids: Grids, inputs: Inputs, issues: list[Issue]) -> Mapping[str, RawFigure]:
    if raw.engine is None:
        return {}
    from kpi_xl.errors import KpiError
    from kpi_xl.facts.engines.compute import compute

    planned = {row.kpi for row in inputs.plan}
    try:
        library = measures_of(raw, grids, inputs, issues)
        wanted = [each for each in library if each.kpi in planned]
        facts = compute(
            raw.engine, wanted, windows(inputs.settings.period), cut_off=cut_off(inputs), by_unit=True, library=library
        )
    except KpiError as failure:
        issues.append(Issue(failure.code, "", failure.args_by_name))
        return {}
    return dict(_by_subject(facts, inputs))


def measures_of(raw: Opened, grids: Grids, inputs: Inputs | None, issues: list[Issue]) -> Sequence[Measure]:
    """Every indicator that the loaded columns can give, by the company's formulas or those that are shipped."""
    from kpi_xl.book.raw_sheets.formula_rows import formula_issues, formulas_of
    from kpi_xl.book.tables.raw import FORMULAS
    from kpi_xl.facts.engines.engine import catalog_of
    from kpi_xl.facts.formula.measure import measures
    from kpi_xl.facts.formula.needed import needed
    from kpi_xl.facts.formula.shipped import shipped_rules

    if raw.engine is None:
        return ()
    catalog = catalog_of(raw.engine)
    formulas, cells = formulas_of(grids.get(FORMULAS.name), () if inputs is None else inputs.indicators, issues)
    good, findings = measures(formulas, catalog, shipped_rules())
    issues += formula_issues(findings, cells)
    if raw.store is None:
        return good
    known = {each.kpi: each for each in good}
    asked = {each.kpi: needed(each, known, catalog) for each in good}
    filled = _filled(raw.store, frozenset().union(*asked.values()))
    return [each for each in good if asked[each.kpi] <= filled]


def _filled(store: Store, columns: Iterable[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    """The columns in which anything stands at all: what was never exported is not known, and not zero."""
    from kpi_xl.facts.raw.store import quoted

    tables = {str(table) for (table,) in store.rows('SELECT DISTINCT "table" FROM loads')}
    return frozenset(
        (table, column)
        for table, column in columns
        if table in tables
        and store.rows(f"SELECT 1 FROM {quoted(table)} WHERE {quoted(column)} IS NOT NULL LIMIT 1")
    )


def windows(period: Period) -> Mapping[str, Window]:
    """The stretches of time that scoring a period looks at."""
    from kpi_xl.facts.sql.windows import between, window

    if period.kind == OWN:
        return {str(period): between(period.start, period.end)}
    return {code: window(code) for code in sorted(looked_at(period)) if _is_calendar(code)}


def _is_calendar(code: str) -> bool:
    try:
        return parse_period(code).year > 1
    except ValueError:
        return False


def cut_off(inputs: Inputs) -> datetime:
    """The moment from which one looks back: the end of 数据截止 in 设置, never before the end of the period."""
    end = inputs.settings.period.end
    with suppress(ValueError):
        end = max(end, date.fromisoformat(inputs.settings.texts.get("data_cutoff", "").strip()))
    return datetime.combine(end, time()) + timedelta(days=1)


def _by_subject(facts: Sequence[RawFact], inputs: Inputs) -> Iterator[tuple[str, RawFigure]]:
    """Facts of units under the subjects that have their code, those of the company under the subject it is."""
    subjects = {subject.id.casefold(): subject.id for subject in inputs.subjects}
    company = company_of(inputs)
    for each in facts:
        subject = subjects.get(each.unit.casefold()) if each.unit else company
        if subject is not None and each.value is not None:
            yield key(each.period, subject, each.kpi), RawFigure(each.num, each.den, each.n, each.value)


def company_of(inputs: Inputs) -> str | None:
    """The subject that all rows belong to: the one company, or the one subject there is."""
    companies = [subject.id for subject in inputs.subjects if subject.kind == "company"]
    return companies[0] if len(companies) == 1 else inputs.subjects[0].id if len(inputs.subjects) == 1 else None


def _is_typed(typed: Mapping[str, Actual], name: str) -> bool:
    from kpi_xl.facts.typed import has_numbers

    return has_numbers(typed.get(name))


def _differences(
    found: Mapping[str, RawFigure], typed: Mapping[str, Actual], inputs: Inputs, grids: Grids
) -> Iterator[Issue]:
    """What somebody typed counts; that the raw rows say something else is worth knowing."""
    from kpi_xl.scoring.rounding import excel_round

    indicators = {each.code: each for each in inputs.indicators}
    for name, raw in found.items():
        period, subject, kpi = name.split("|")
        row = typed.get(name)
        if row is None or period != str(inputs.settings.period) or not _is_typed(typed, name):
            continue
        indicator, own = indicators[kpi], row.value
        if row.num is not None:
            own = row.num / row.den * indicator.factor if row.den else row.num if indicator.additive else own
        if own is None or raw.value is None:
            continue
        ours, theirs = (excel_round(each, indicator.stored_decimals) for each in (own, raw.value))
        if ours != theirs:
            args = {"subject": subject, "kpi": kpi, "found": ours, "raw": theirs}
            yield Issue("W-RAW-TYPED", row.cell or grids["tblActuals"].sheet, args)


def _late(store: Store, sources: Sequence[SourceRow], period: Period) -> Iterator[Issue]:
    """Sources whose rows do not reach the end of the period. Source: domain specification, L-T5."""
    by_name = {row.source: row for row in sources}
    newest: dict[tuple[str, str], str] = {}
    for source, table, last in store.rows('SELECT source, "table", last_time FROM loads WHERE last_time IS NOT NULL'):
        row = by_name.get(str(source))
        if row is not None and str(table) not in ENDLESS:
            at = (row.source, str(table))
            newest[at] = max(newest.get(at, ""), _last(store, str(table), row, str(last)))
    for (name, table), last in newest.items():
        reached = day_of(last)
        if reached is not None and reached < period.end - GRACE:
            args = {"place": name, "table": table, "found": str(reached), "wanted": str(period.end)}
            yield Issue("W-SOURCE-LATE", by_name[name].cell, args)


def _last(store: Store, table: str, row: SourceRow, usual: str) -> str:
    """The latest time of a source, by the column that its row names."""
    from kpi_xl.facts.raw.layouts import layouts
    from kpi_xl.facts.raw.store import quoted

    field = layouts()[table].field(row.period_column)
    if field is None:
        return usual
    found = store.rows(
        f"SELECT max({quoted(field.name)}) FROM {quoted(table)} WHERE src_load IN "
        '(SELECT load_id FROM loads WHERE source = ? AND "table" = ?)', [row.source, table]
    )  # fmt: skip
    return usual if found[0][0] is None else str(found[0][0])


def day_of(text: str) -> date | None:
    """Day of a time, or the last day of a period's code."""
    try:
        return date.fromisoformat(text[:10]) if len(text) >= 10 else parse_period(text).end
    except ValueError:
        return None
