"""refresh: load what the sources hold now, and write 数据质量 anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter

from kpi_xl.book.raw_sheets.loads import loads_of
from kpi_xl.book.raw_sheets.register import has_sources, read_register
from kpi_xl.book.read import Reading, read_inputs
from kpi_xl.book.sheets import STARTING_TABLES
from kpi_xl.book.tables.raw import QUALITY, SOURCES
from kpi_xl.commands.adding import add_sheet
from kpi_xl.commands.raw_figures import cut_off, measures_of
from kpi_xl.commands.raw_ledger import beside_ledger, months_of
from kpi_xl.commands.raw_quality import write_quality, write_rejects
from kpi_xl.commands.raw_sources import load_settings, opened
from kpi_xl.commands.receipt import Receipt, in_order
from kpi_xl.errors import WorkbookError
from kpi_xl.facts.raw.records import counts
from kpi_xl.hosts.port import WorkbookHost
from kpi_xl.labels import lang_of
from kpi_xl.model.issue import Issue

NO_SOURCES = "I-SOURCES-NONE"


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What loading came to."""

    issues: Sequence[Issue]
    counts: Sequence[Mapping[str, object]]


def refresh(host: WorkbookHost) -> Receipt:
    """Load every source that the register lists and every raw sheet, and write 数据质量.

    A book without sources is given an empty register, to be filled in.

    Raises
    ------
    WorkbookError
        ``E-BOOK-STRANGE``; and whatever writing raises.
    """
    start = perf_counter()
    reading = read_book(host)
    if not has_sources(host.tables()):
        if SOURCES.name not in host.tables():
            add_sheet(host, "sources", lang_of(reading.inputs.settings.lang))
        sheet = host.tables()[SOURCES.name].sheet
        body: dict[str, object] = {"loads": [], "counts": [], "sheet": sheet}
        return Receipt("refresh", host.name, (Issue(NO_SOURCES, sheet, {}),), body, seconds=perf_counter() - start)
    found = refreshed(host, reading)
    grids = host.tables()
    sheet = grids[QUALITY.name].sheet if QUALITY.name in grids else ""
    body = {"loads": loads_of(grids), "counts": found.counts, **({"sheet": sheet} if sheet else {})}
    is_done = not any(issue.severity == "error" for issue in found.issues)
    return Receipt("refresh", host.name, in_order(found.issues), body, is_done, perf_counter() - start)


def refreshed(host: WorkbookHost, reading: Reading, rejects: Path | None = None) -> Refreshed:
    """Load what counts now, and write 数据质量; `rejects` is a file for every row that was refused or noted."""
    issues: list[Issue] = []
    settings, lang, grids = load_settings(reading.inputs), lang_of(reading.inputs.settings.lang), host.tables()
    sources = read_register(grids, issues)
    with opened(host, sources, settings) as raw:
        issues += raw.issues
        if raw.store is None or raw.engine is None:
            return Refreshed(issues, ())
        library = measures_of(raw, grids, reading.inputs, [])
        beside = beside_ledger(raw.engine, library, sources, months_of(raw.store), cut_off(reading.inputs))
        write_quality(host, raw.store, sources, settings, beside, lang)
        if rejects is not None:
            write_rejects(raw.store, rejects, lang)
        return Refreshed(issues, [asdict(each) for each in counts(raw.store)])


def read_book(host: WorkbookHost) -> Reading:
    """The inputs of a book, whatever is wrong with them.

    Raises
    ------
    WorkbookError
        ``E-BOOK-STRANGE``: it is no appraisal workbook.
    """
    grids = host.tables()
    lost = [name for name in STARTING_TABLES if name not in grids]
    if lost:
        raise WorkbookError("E-BOOK-STRANGE", found=", ".join(lost))
    return read_inputs(grids)

