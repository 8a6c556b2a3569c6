"""Raw rows into the inputs of an appraisal: what they come to for each subject, indicator and period."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, TypeVar

from kpi_xl.book.raw_sheets.register import SourceRow, has_sources, read_register
from kpi_xl.book.read import Reading
from kpi_xl.hosts.port import WorkbookHost
from kpi_xl.model.grid import TableGrid
from kpi_xl.model.inputs import Actual, Inputs, RawFigure, key
from kpi_xl.model.issue import Issue
from kpi_xl.model.periods import OWN, Period, looked_at, parse_period

if TYPE_CHECKING:
    from kpi_xl.commands.raw_library import Library
    from kpi_xl.commands.raw_sources import Opened
    from kpi_xl.facts.engines.compute import RawFact
    from kpi_xl.facts.engines.engine import Engine
    from kpi_xl.facts.formula.measure import Measure
    from kpi_xl.facts.sql.windows import Window

Grids = Mapping[str, TableGrid]
Seen = TypeVar("Seen")


@dataclass(frozen=True, slots=True)
class Asked:
    """Raw data that are open, and what was asked of them."""

    raw: Opened
    engine: Engine
    sources: Sequence[SourceRow]
    library: Library
    figures: Mapping[str, RawFigure]    # of every planned indicator, by key


def with_raw(host: WorkbookHost, grids: Grids, reading: Reading) -> Reading:
    """The reading with what raw rows come to; as it is for a book without sources, which loads no engine."""
    return with_raw_and(host, grids, reading, lambda _: None)[0]


def with_raw_and(
    host: WorkbookHost, grids: Grids, reading: Reading, look: Callable[[Asked], Seen]
) -> tuple[Reading, Seen | None]:
    """As `with_raw`, and what else somebody sees in the raw data while they are open; None where there are none."""
    if not (reading.is_whole and reading.has_period and reading.is_coded and has_sources(grids)):
        return reading, None
    from kpi_xl.commands.raw_freshness import late
    from kpi_xl.commands.raw_sources import load_settings, opened

    issues: list[Issue] = []
    sources = read_register(grids, issues)
    if any(issue.severity == "error" for issue in issues) or not any(row.is_active for row in sources):
        return replace(reading, issues=(*reading.issues, *issues)), None
    with opened(host, sources, load_settings(reading.inputs)) as raw:
        issues += raw.issues
        asked = _asked(raw, grids, reading.inputs, sources, issues)
        if raw.store is not None:
            issues += late(raw.store, sources, reading.inputs.settings.period)
        seen = None if asked is None else look(asked)
        if asked is not None:
            issues += _lacking(asked.library, reading.inputs)
            issues += _besides(asked, reading.inputs)
    found = {} if asked is None else asked.figures
    typed = {row.key: row for row in reading.inputs.actuals}
    issues += _differences(found, typed, reading.inputs, grids)
    own = {name: each for name, each in found.items() if not _is_typed(typed, name)}
    return replace(reading, inputs=replace(reading.inputs, raw=own), issues=(*reading.issues, *issues)), seen


def _asked(
    raw: Opened, grids: Grids, inputs: Inputs, sources: Sequence[SourceRow], issues: list[Issue]
) -> Asked | None:
    if raw.engine is None:
        return None
    from kpi_xl.book.plan_health.planfile import plan_file
    from kpi_xl.commands.raw_library import library_of
    from kpi_xl.commands.raw_shares import shared_figures
    from kpi_xl.errors import KpiError
    from kpi_xl.facts.engines.compute import compute

    planned = {row.kpi for row in inputs.plan}
    try:
        library = library_of(raw, raw.engine, grids, inputs.indicators, issues)
        wanted = [each for each in library.usable if each.kpi in planned]
        facts = compute(
            raw.engine, wanted, windows(inputs.settings.period), cut_off=cut_off(inputs), by_unit=True,
            library=library.usable,
        )  # fmt: skip
    except KpiError as failure:
        issues.append(Issue(failure.code, "", failure.args_by_name))
        return None
    figures = dict(_by_subject(facts, inputs))
    parts = plan_file(grids, str(inputs.settings.period)).parts or {}
    return Asked(raw, raw.engine, sources, library, {**figures, **dict(shared_figures(figures, parts, inputs))})


def _besides(asked: Asked, inputs: Inputs) -> Iterator[Issue]:
    """Turnover beside the ledger's revenue, at the source of the tolerance."""
    from kpi_xl.commands.raw_ledger import TABLES, beside_ledger, ledger_issue

    cells = [row.cell for table in TABLES for row in asked.sources if row.table == table and row.is_active]
    periods = (inputs.settings.period,)
    for each in beside_ledger(asked.engine, asked.library.usable, asked.sources, periods, cut_off(inputs)):
        issue = ledger_issue(each, cells[0] if cells else asked.sources[0].cell)
        if issue is not None:
            yield issue


def _lacking(library: Library, inputs: Inputs) -> Iterator[Issue]:
    """Planned indicators that nobody typed, whose tables are loaded and lack a column. Source: specification, L-M3."""
    from kpi_xl.book.plan_health.material import typed_within

    typed = typed_within({row.key: row for row in inputs.actuals}, inputs.settings.period)
    faulty, loaded = {each.kpi for each in library.findings}, {table for table, _ in library.filled}
    for kpi, row in {row.kpi: row for row in reversed(inputs.plan)}.items():
        lacks = library.lacks(kpi)
        if kpi in typed or kpi in faulty or not lacks or not loaded & {table for table, _ in library.needs[kpi]}:
            continue
        found = ", ".join(sorted(f"{table}.{column}" for table, column in lacks))
        yield Issue("W-RAW-FIELDS", row.cell, {"kpi": kpi, "found": found})


def measures_of(raw: Opened, grids: Grids, inputs: Inputs | None, issues: list[Issue]) -> Sequence[Measure]:
    """Every indicator that the loaded columns can give, by the company's formulas or those that are shipped."""
    from kpi_xl.commands.raw_library import library_of

    if raw.engine is None:
        return ()
    return library_of(raw, raw.engine, grids, () if inputs is None else inputs.indicators, issues).usable


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
