"""add: a sheet that a new book does without, put into a book on its first use."""

from __future__ import annotations

import tempfile
from collections.abc import Container, Mapping, Sequence
from pathlib import Path
from time import perf_counter

from kpi_xl.book.raw_sheets.raw_tables import raw_named, raw_table
from kpi_xl.book.read import read_inputs
from kpi_xl.book.sheets import EXTRA_SHEETS, SHEET_BY_KEY, STARTING_TABLES
from kpi_xl.book.starter import Content
from kpi_xl.commands.receipt import Receipt
from kpi_xl.errors import WorkbookError
from kpi_xl.hosts.port import WorkbookHost
from kpi_xl.labels import Lang, keys_by_label, lang_of
from kpi_xl.model.grid import Scalar, TableGrid

KEYS = tuple(sheet.key for sheet in EXTRA_SHEETS)
"""The sheets that can be added."""


def add(host: WorkbookHost, sheet: str, lang: Lang | None = None) -> Receipt:
    """Add a sheet to a book by its key or its name in either language.

    Parameters
    ----------
    lang
        Language of the new sheet; that of the book when absent.

    Raises
    ------
    WorkbookError
        ``E-SHEET-UNKNOWN``; ``E-SHEET-EXISTS``; ``E-BOOK-STRANGE``: no appraisal workbook; and what `graft` raises.
    """
    start = perf_counter()
    raw = raw_named(sheet)
    if raw:
        return _add_raw(host, raw, lang, start)
    names = {name.casefold(): key for name, key in keys_by_label("sheets").items() if key in KEYS}
    key = {**names, **dict(zip(KEYS, KEYS, strict=True))}.get(sheet.strip().casefold())
    if key is None:
        raise WorkbookError("E-SHEET-UNKNOWN", found=sheet, wanted=", ".join(KEYS))
    if added(host, key):
        raise WorkbookError("E-SHEET-EXISTS", book=host.name, found=", ".join(_tables(key)))
    name = add_sheet(host, key, lang)
    facts = {"sheet": name, "key": key, "left": list(addable(host))}
    return Receipt("add", host.name, facts=facts, seconds=perf_counter() - start)


def _add_raw(host: WorkbookHost, table: str, lang: Lang | None, start: float) -> Receipt:
    """An empty raw sheet, ready to be pasted into."""
    if raw_table(table) in host.tables():
        raise WorkbookError("E-SHEET-EXISTS", book=host.name, found=raw_table(table))
    name = graft_raw(host, table, (), lang or lang_of(read_inputs(host.tables()).inputs.settings.lang))
    facts = {"sheet": name, "key": raw_table(table), "left": list(addable(host))}
    return Receipt("add", host.name, facts=facts, seconds=perf_counter() - start)


def graft_raw(host: WorkbookHost, table: str, rows: Sequence[Sequence[Scalar]], lang: Lang) -> str:
    """Give the book the raw sheet of a canonical table, with rows; the answer is the name that it has there."""
    from kpi_xl.builder.raw_frame import build_raw_sheet  # only who adds a sheet waits for XlsxWriter

    with tempfile.TemporaryDirectory(prefix="kpi-xl-") as folder:
        donor = Path(folder, Path(folder).name).with_suffix(".xlsx")
        build_raw_sheet(donor, table, rows, lang)
        (name,) = host.graft(donor, "tblSources" if "tblSources" in host.tables() else "tblIndicators")
    return name


def addable(host: WorkbookHost) -> tuple[str, ...]:
    """Keys of the sheets that the book does not have yet."""
    there = host.tables()           # asked once: an office answers for every table of the book
    return tuple(key for key in KEYS if not _stands(there, key))


def added(host: WorkbookHost, key: str) -> bool:
    """Whether the book has the sheet already."""
    return _stands(host.tables(), key)


def add_sheet(host: WorkbookHost, key: str, lang: Lang | None = None, content: Content | None = None) -> str:
    """Give the book one of `EXTRA_SHEETS`; the answer is the name that it has there.

    Parameters
    ----------
    lang
        As for `add`.
    content
        Rows of its input tables, by table and column.

    Raises
    ------
    WorkbookError
        As `add`.
    """
    (name,) = add_sheets(host, (key,), lang, content)
    return name


def add_sheets(
    host: WorkbookHost, keys: Sequence[str], lang: Lang | None = None, content: Content | None = None
) -> tuple[str, ...]:
    """Give the book several of `EXTRA_SHEETS`, those that follow each other in one go; the answer is their names.

    Parameters
    ----------
    keys
        In the order of `EXTRA_SHEETS`; the book has none of them yet.
    lang, content
        As for `add_sheet`.

    Raises
    ------
    WorkbookError
        As `add`.
    """
    names: list[str] = []
    for run in _runs(keys, host.tables()):
        names += _grafted(host, run, lang, content)
    return tuple(names)


def _runs(keys: Sequence[str], grids: Mapping[str, TableGrid]) -> Sequence[Sequence[str]]:
    """The sheets to be added, split where one does not go right behind the one before."""
    runs: list[list[str]] = []
    for key in keys:
        places = {SHEET_BY_KEY[each].place for run in runs for each in run}
        if runs and _behind(key, {*grids, *places}) == SHEET_BY_KEY[runs[-1][-1]].place:
            runs[-1].append(key)
        else:
            runs.append([key])
    return runs


def _grafted(
    host: WorkbookHost, keys: Sequence[str], lang: Lang | None, content: Content | None
) -> tuple[str, ...]:
    from kpi_xl.builder.frame import build_sheets  # only who adds a sheet waits for XlsxWriter

    grids = host.tables()
    lost = [name for name in STARTING_TABLES if name not in grids]
    if lost:
        raise WorkbookError("E-BOOK-STRANGE", found=", ".join(lost))
    with tempfile.TemporaryDirectory(prefix="kpi-xl-") as folder:
        donor = Path(folder, Path(folder).name).with_suffix(".xlsx")       # Excel opens no two books of one name
        build_sheets(donor, keys, grids, lang or lang_of(read_inputs(grids).inputs.settings.lang), content)
        return host.graft(donor, _behind(keys[0], grids))


def _stands(there: Container[str], key: str) -> bool:
    return any(name in there for name in _tables(key))


def _tables(key: str) -> tuple[str, ...]:
    return tuple(table.name for table in SHEET_BY_KEY[key].tables)


def _behind(key: str, grids: Container[str]) -> str:
    """Where the sheet goes: behind the one it belongs to, or what that one would go behind."""
    sheet = SHEET_BY_KEY[SHEET_BY_KEY[key].after]
    return _behind(sheet.key, grids) if sheet.on_first_use and sheet.place not in grids else sheet.place
