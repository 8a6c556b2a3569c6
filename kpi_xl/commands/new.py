"""new: a fresh workbook, ready to be filled in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from kpi_xl.book.appraisal import evaluate
from kpi_xl.book.checks import spoiled
from kpi_xl.book.sample import sample, scored_months
from kpi_xl.book.starter import Content, starter
from kpi_xl.book.tables.inputs import SETTINGS
from kpi_xl.builder.frame import Finish, build
from kpi_xl.commands.check import read_and_check
from kpi_xl.commands.receipt import Receipt
from kpi_xl.commands.score import score, write
from kpi_xl.errors import WorkbookError
from kpi_xl.hosts.port import WorkbookHost
from kpi_xl.labels import Lang
from kpi_xl.library import preset as find_preset
from kpi_xl.library import presets
from kpi_xl.model.grid import CellOut, Patch
from kpi_xl.model.periods import Period, parse_period

OpenBook = Callable[[Path], WorkbookHost]


def new(path: Path, open_book: OpenBook, preset: str = "DECK12", lang: Lang = "zh", period: str = "2026-01") -> Receipt:
    """Write a new book from a preset.

    Raises
    ------
    WorkbookError
        ``E-BOOK-EXISTS`` (nothing is ever overwritten), ``E-PRESET-UNKNOWN``, ``E-PERIOD-CODE``, ``E-BOOK-ACCESS``.
    """
    try:
        when = parse_period(period)
    except ValueError as error:
        raise WorkbookError("E-PERIOD-CODE", found=period) from error
    try:
        chosen = find_preset(preset)
    except KeyError as error:
        raise WorkbookError("E-PRESET-UNKNOWN", found=preset, wanted=", ".join(presets())) from error
    return new_from(path, open_book, starter(chosen, when, lang), lang)


def new_sample(path: Path, open_book: OpenBook, lang: Lang = "zh") -> Receipt:
    """Write the book of the sample company, with the months before its period scored and in the history.

    Raises
    ------
    WorkbookError
        ``E-BOOK-EXISTS``, ``E-BOOK-ACCESS``.
    """
    start = perf_counter()
    *before, last = scored_months()
    _built(path, sample(lang, str(before[0])), lang)
    for following in (*before[1:], last):
        score(open_book(path))
        _turn_to(open_book(path), following)
    receipt = _computed(open_book(path), lang)
    return replace(receipt, seconds=perf_counter() - start)


def _turn_to(host: WorkbookHost, following: Period) -> None:
    """Move the period of a book, and its cut-off, to the next month."""
    grid = host.tables()[SETTINGS.name]
    key, value = (SETTINGS.position(column) for column in ("key", "value"))
    wanted = {"period": str(following), "data_cutoff": f"{following.end:%Y-%m-%d}"}
    cells = tuple(
        CellOut(grid.row + 1 + index, grid.column + value, wanted[str(row[key])])
        for index, row in enumerate(grid.rows)
        if row[key] in wanted
    )
    host.write([], [Patch(SETTINGS.name, cells, grid.declared)])


def new_from(
    path: Path, open_book: OpenBook, content: Content, lang: Lang, finish: Finish | None = None
) -> Receipt:
    """Write a new book with these inputs; its results are computed but not published.

    `finish` adds what only some books have.
    """
    start = perf_counter()
    _built(path, content, lang, finish)
    return replace(_computed(open_book(path), lang), seconds=perf_counter() - start)


def _built(path: Path, content: Content, lang: Lang, finish: Finish | None = None) -> None:
    if path.exists():
        raise WorkbookError("E-BOOK-EXISTS", book=path.name)
    try:
        build(path, content, lang, finish)
    except OSError as error:
        raise WorkbookError("E-BOOK-ACCESS", book=path.name, reason=error.strerror or "") from error


def _computed(host: WorkbookHost, lang: Lang) -> Receipt:
    """Compute a book's results without publishing them."""
    checked = read_and_check(host)
    result = evaluate(spoiled(checked.inputs, checked.issues), lang, checked.plan)
    write(host, checked, result, publishes=False)
    facts: Mapping[str, object] = {"period": str(checked.inputs.settings.period), "todo": len(checked.issues)}
    return Receipt("new", host.name, checked.issues, facts)
