"""Books on disk for the tests of this folder: written, scored, recalculated by outside engines and compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from kpi_xl.book.sheets import HEADING_ROW
from kpi_xl.book.starter import Content
from kpi_xl.book.tables.results import HISTORY
from kpi_xl.commands.new import new_from
from kpi_xl.commands.receipt import Receipt
from kpi_xl.commands.score import score
from kpi_xl.hosts.file import FileHost
from kpi_xl.labels import Lang, label
from kpi_xl.model.grid import CellError, CellOut, Scalar, SheetOut
from kpi_xl.model.periods import parse_period
from kpi_xl.referee import FormulaCell, Place, Recalculated, available, compare, formula_cells, recalculate
from tests.workbooks.cards import Book, random_content

OFFICES = ("libreoffice", "formualizer")
"""The engines that recalculate a whole book in seconds."""

Cells = Mapping[Place, FormulaCell]


def skip_without(engine: str) -> None:
    """Skip the test, with the reason, where an engine is not installed."""
    reason = available(engine)
    if reason:
        pytest.skip(f"{engine}: {reason}")


def scored_book(path: Path, book: Book) -> Receipt:
    """Write a random book with a published period before it, and score it."""
    content = random_content(book)
    new_from(path, FileHost, content, book.lang)
    FileHost(path).write([published(content, book.period)], [])
    receipt = score(FileHost(path))
    assert receipt.is_done, [issue for issue in receipt.issues if issue.stops_the_book]
    return receipt


def published(content: Content, period: str) -> SheetOut:
    """History of the period before: a total for most cards, a dash for the others."""
    rng, before = Random(7), str(parse_period(period).shift(-1))
    lang: Lang = "zh" if label("settings", "period", "zh") == content["tblSettings"][0]["note"] else "en"
    headings = [label("columns", f"tblHistory.{column.key}", lang) for column in HISTORY.columns]
    cells = [CellOut(HEADING_ROW, at, text, style="kpi head") for at, text in enumerate(headings, start=1)]
    subjects = content["tblSubjects"]
    for row, subject in enumerate(subjects, start=HEADING_ROW + 1):
        name = f"{subject['subject']:.0f}" if isinstance(subject["subject"], float) else str(subject["subject"])
        total: Scalar = round(rng.uniform(50, 120), 2) if rng.random() < 0.8 else "—"
        values: dict[str, Scalar] = {"key": f"{before}|{name}", "period": before, "card": name, "total": total}
        cells += [CellOut(row, at, values.get(c.key)) for at, c in enumerate(HISTORY.columns, start=1)]
    return SheetOut("tblHistory", tuple(cells), tables={"tblHistory": len(subjects)})


def assert_agrees(book: Path | Cells, recalculated: Recalculated) -> None:
    """Every formula cell's cached value is what the engine computes, and none of the two is an error value."""
    cells = formula_cells(book) if isinstance(book, Path) else book
    comparison = compare(cells, recalculated)
    assert comparison.agrees, replace(comparison, missing=comparison.missing[:5])
    assert not errors(cells, recalculated)


def errors(cells: Cells, recalculated: Recalculated) -> list[Place]:
    """Cells that hold an error value, in the file or in the engine."""
    return [
        place
        for place, cell in cells.items()
        if isinstance(cell.cached, CellError) or isinstance(recalculated.values[place], CellError)
    ]


def assert_engines_agree(path: Path, engines: Sequence[str] = OFFICES) -> None:
    """The fast engines, as far as they are installed, agree with the file."""
    found = [engine for engine in engines if available(engine) is None]
    if not found:
        pytest.skip("neither LibreOffice nor formualizer is installed")
    for engine in found:
        assert_agrees(path, recalculate(engine, path))
