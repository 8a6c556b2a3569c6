"""new: a fresh workbook, ready to be filled in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from time import perf_counter

from kpi_xl.book.appraisal import evaluate
from kpi_xl.book.checks import spoiled
from kpi_xl.book.starter import Content, starter
from kpi_xl.builder.frame import Finish, build
from kpi_xl.commands.check import read_and_check
from kpi_xl.commands.receipt import Receipt
from kpi_xl.commands.score import write
from kpi_xl.errors import WorkbookError
from kpi_xl.hosts.port import WorkbookHost
from kpi_xl.labels import Lang
from kpi_xl.library import preset as find_preset
from kpi_xl.library import presets
from kpi_xl.model.periods import parse_period

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


def new_from(
    path: Path, open_book: OpenBook, content: Content, lang: Lang, finish: Finish | None = None
) -> Receipt:
    """Write a new book with these inputs; its results are computed but not published.

    `finish` adds what only some books have.
    """
    start = perf_counter()
    if path.exists():
        raise WorkbookError("E-BOOK-EXISTS", book=path.name)
    try:
        build(path, content, lang, finish)
    except OSError as error:
        raise WorkbookError("E-BOOK-ACCESS", book=path.name, reason=error.strerror or "") from error
    host = open_book(path)
    checked = read_and_check(host)
    result = evaluate(spoiled(checked.inputs, checked.issues), lang)
    write(host, checked, result, publishes=False)
    facts: Mapping[str, object] = {"period": str(checked.inputs.settings.period), "todo": len(checked.issues)}
    return Receipt("new", path.name, checked.issues, facts, seconds=perf_counter() - start)
