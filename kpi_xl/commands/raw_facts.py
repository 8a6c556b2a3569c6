"""facts: what the raw rows come to, indicator by indicator, and the rows that one fact is made of."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from itertools import chain, islice
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from kpi_xl.book.raw_sheets.register import SourceRow, read_register
from kpi_xl.book.read import Reading, read_inputs
from kpi_xl.commands.raw_figures import cut_off, measures_of
from kpi_xl.commands.raw_sources import Opened, load_settings, opened
from kpi_xl.commands.receipt import Receipt, in_order
from kpi_xl.errors import WorkbookError
from kpi_xl.facts.raw.neutral import neutralised
from kpi_xl.facts.raw.sources import LoadSettings
from kpi_xl.hosts.memory import MemoryHost
from kpi_xl.hosts.port import WorkbookHost
from kpi_xl.model.grid import TableGrid
from kpi_xl.model.issue import Issue
from kpi_xl.model.periods import MONTHS, OWN, Period, parse_period

if TYPE_CHECKING:
    from kpi_xl.facts.engines.compute import RawFact
    from kpi_xl.facts.raw.store import Store

WEEK = "W"
GRAINS = (*MONTHS, WEEK)
COLUMNS = ("kpi", "period", "unit", "num", "den", "n", "value")
MOST_PERIODS = 1200
Grids = Mapping[str, TableGrid]


def facts(
    source: WorkbookHost | Path,
    *,
    first: str = "",
    last: str = "",
    grain: str = "M",
    by: str = "",
    kpis: Sequence[str] = (),
    is_planned: bool = False,
    mapping: str = "",
    engine: str = "",
    table: Path | None = None,
) -> Receipt:
    """Facts of every indicator that the raw data give.

    Parameters
    ----------
    source
        A book, whose register of sources counts; or a file or folder of exports.
    first, last
        Periods from and to, of any length, or days; the period of the book, or all that the exports span, when absent.
    grain
        Length of the periods shown: M, Q, H, Y, or W for weeks from Monday.
    by
        "" the company alone; ``unit`` each unit too; or codes of units with commas between.
    kpis
        Indicators to show; all when empty.
    is_planned
        Those of the plan, in the period that is scored as a whole.
    mapping
        Of a file or folder: name or path of its mapping; found out when absent.
    engine
        URL of a database in which the canonical tables are; goes before all other sources.
    table
        A CSV file to write the facts to.

    Raises
    ------
    WorkbookError
        ``E-FACTS-GRAIN``, ``E-FACTS-SPAN``; ``E-RAW-TABLE`` for exports that are nothing known.
    """
    start = perf_counter()
    host, rows, grids, reading = _of_folder(source, mapping) if isinstance(source, Path) else _of_book(source)
    issues = [*reading.issues]
    if not (rows or engine):
        issues.append(Issue("I-SOURCES-NONE", "", {}))
        body: dict[str, object] = {"facts": [], "loads": [], "periods": []}
        return Receipt("facts", host.name, in_order(issues), body, seconds=perf_counter() - start)
    if is_planned:
        kpis, grain = [row.kpi for row in reading.inputs.plan], _own_grain(reading)
    settings = LoadSettings() if isinstance(source, Path) else load_settings(reading.inputs)
    with opened(host, rows, settings, engine) as raw:
        issues += raw.issues
        periods = _periods(raw, reading, first, last, grain, is_book=not isinstance(source, Path))
        found = list(_chosen(_computed(raw, grids, reading, periods, by, kpis, issues), by, kpis))
        loaded = [] if raw.store is None else _loads(raw.store)
    if table is not None:
        write_csv(table, COLUMNS, ([getattr(each, name) for name in COLUMNS] for each in found))
    body = {"facts": [asdict(each) for each in found], "loads": loaded, "periods": [str(each) for each in periods]}
    return Receipt("facts", host.name, in_order(issues), body, raw.engine is not None, perf_counter() - start)


def _of_book(host: WorkbookHost) -> tuple[WorkbookHost, tuple[SourceRow, ...], Grids, Reading]:
    grids = host.tables()
    reading = read_inputs(grids)
    if not reading.is_whole:
        raise WorkbookError("E-BOOK-STRANGE", found=", ".join(str(each.args.get("table")) for each in reading.issues))
    issues: list[Issue] = []
    rows = read_register(grids, issues)
    kept = Reading(reading.inputs, tuple(issues), has_period=reading.has_period)
    return host, rows, grids, kept


def _of_folder(place: Path, mapping: str) -> tuple[WorkbookHost, tuple[SourceRow, ...], Grids, Reading]:
    from kpi_xl.facts.raw.detecting import detected
    from kpi_xl.model.inputs import Inputs, Settings

    if not place.exists():
        raise WorkbookError("E-RAW-MISSING", place=place.name)
    table = ""
    if not mapping:
        source = detected(place.resolve(), LoadSettings())
        table, mapping = source.table, source.mapping
    kind, path = "folder" if place.is_dir() else "file", str(place.resolve())
    row = SourceRow(place.name, table, kind, path, "", mapping, "", "", 0.0, "", None, True, place.name, 0)
    inputs = Inputs(Settings(parse_period("2026")), (), (), (), (), (), (), ())
    return MemoryHost(name=place.name), (row,), {}, Reading(inputs, ())


def _periods(
    raw: Opened, reading: Reading, first: str, last: str, grain: str, *, is_book: bool
) -> tuple[Period, ...]:
    if grain not in GRAINS:
        raise WorkbookError("E-FACTS-GRAIN", found=grain, wanted=", ".join(GRAINS))
    own = reading.inputs.settings.period
    if is_book and not (first or last) and own.kind == OWN:
        return (own,)
    start, end = (_parsed(first), _parsed(last))
    if start is None or end is None:
        if is_book:
            low, high = own.start, own.end
        else:
            low, high = _span(raw)
        start_day = start.start if start else min(low, end.start) if end else low
        end_day = end.end if end else max(high, start_day)
    else:
        start_day, end_day = start.start, end.end
    found = list(islice(_from(start_day, end_day, grain), MOST_PERIODS + 1))
    if not found or len(found) > MOST_PERIODS:
        raise WorkbookError("E-FACTS-SPAN", found=f"{start_day}–{end_day}", wanted=MOST_PERIODS)
    return tuple(found)


def _own_grain(reading: Reading) -> str:
    kind = reading.inputs.settings.period.kind
    return kind if kind in MONTHS else "M"


def _from(day: date, end: date, grain: str) -> Iterator[Period]:
    """The periods from the one of a day to that of another."""
    while day <= end:
        period = _week(day) if grain == WEEK else Period(day.year, grain, (day.month - 1) // MONTHS[grain] + 1)
        yield period
        day = period.end + timedelta(days=1)


def _week(day: date) -> Period:
    """The week from Monday to Sunday, as a period of its own."""
    year, number, weekday = day.isocalendar()
    monday = day - timedelta(days=weekday - 1)
    return Period(year, OWN, number, f"{year}-W{number:02d}", monday, monday + timedelta(days=6))


def _parsed(code: str) -> Period | None:
    """A period by its code, or a day."""
    try:
        return parse_period(code) if code else None
    except ValueError:
        pass
    try:
        day = date.fromisoformat(code)
    except ValueError:
        raise WorkbookError("E-PERIOD-CODE", found=code) from None
    return Period(day.year, OWN, 0, code, day, day)


def _span(raw: Opened) -> tuple[date, date]:
    """From the first to the last day that any load has."""
    from kpi_xl.commands.raw_freshness import day_of

    if raw.store is None:
        if raw.engine is not None:
            raise WorkbookError("E-FACTS-SPAN", found="—", wanted=MOST_PERIODS)
        return date(2000, 1, 1), date(2000, 1, 1)
    rows = raw.store.rows("SELECT first_time, last_time FROM loads WHERE first_time IS NOT NULL")
    days = [day for day in map(day_of, map(str, chain.from_iterable(rows))) if day is not None]
    if not days:
        raise WorkbookError("E-FACTS-SPAN", found="—", wanted=MOST_PERIODS)
    return min(days), max(days)


def _computed(
    raw: Opened, grids: Grids, reading: Reading, periods: Sequence[Period], by: str, kpis: Sequence[str],
    issues: list[Issue],
) -> Sequence[RawFact]:  # fmt: skip
    from kpi_xl.errors import KpiError
    from kpi_xl.facts.engines.compute import compute
    from kpi_xl.facts.sql.windows import between, window

    if raw.engine is None:
        return ()
    try:
        library = measures_of(raw, grids, reading.inputs, issues)
        codes = {code.casefold() for code in kpis}
        wanted = [each for each in library if not codes or each.kpi.casefold() in codes]
        end = datetime.combine(max(each.end for each in periods), time()) + timedelta(days=1)
        moment = max(end, cut_off(reading.inputs)) if grids else end
        spans = {str(each): between(each.start, each.end) if each.kind == OWN else window(each) for each in periods}
        return compute(raw.engine, wanted, spans, cut_off=moment, by_unit=bool(by), library=library)
    except KpiError as failure:
        issues.append(Issue(failure.code, "", failure.args_by_name))
        return ()


def _chosen(found: Iterable[RawFact], by: str, kpis: Sequence[str]) -> Iterator[RawFact]:
    units = {unit.strip().casefold() for unit in by.split(",") if unit.strip()}
    is_all = not units or units == {"unit"}
    return (each for each in found if is_all or each.unit.casefold() in units)


def _loads(store: Store) -> list[Mapping[str, object]]:
    from kpi_xl.facts.raw.records import counts

    return [asdict(each) for each in counts(store)]


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table that a spreadsheet can open as it is; no text of it is a formula.

    Raises
    ------
    WorkbookError
        ``E-BOOK-ACCESS``: the file cannot be written.
    """
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(columns)
            writer.writerows([neutralised(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    except OSError as failure:
        raise WorkbookError("E-BOOK-ACCESS", book=path.name, folder=str(path.parent)) from failure
