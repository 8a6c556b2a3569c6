"""Two calculations that must agree: the native formulas of thousands of random cards, recalculated by other programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from kpi_xl.book.formula import violations
from kpi_xl.commands.receipt import Receipt
from kpi_xl.hosts.file import FileHost
from kpi_xl.labels import LANGS, label
from kpi_xl.model.grid import Scalar, TableGrid
from kpi_xl.model.status import CardStatus, Status
from kpi_xl.referee import Recalculated, available, formula_cells, recalculate
from kpi_xl.scoring.rules import RULES
from tests.workbooks.books import OFFICES, Cells, assert_agrees, scored_book, skip_without
from tests.workbooks.cards import Book

LARGE = (
    Book(101, 400, "2026-03", "BAND120"),
    Book(102, 400, "2026-01", "STEP"),
    Book(103, 400, "2026Q1", "LINEAR", "en"),
    Book(104, 400, "2026", "BAND100"),
    Book(105, 400, "2026H1", "OWN"),
)
SMALL = (Book(201, 25, "2026-02", "BAND120", rows=(1, 1, 2)), Book(202, 25, "2026Q4", "OWN", rows=(1,)))
"""`formulas` takes a hundred times as long as the other engines."""


ELSEWHERE = {"NON_FINITE", "NOT_DUE"}
"""Statuses that these books do not reach: faulty fractions are set-up errors here, and every indicator is due."""


@dataclass(frozen=True, slots=True)
class Written:
    """A scored book, and the engines already at work on it."""

    path: Path
    receipt: Receipt
    cells: Cells
    answers: Mapping[str, Future[Recalculated]]


@pytest.fixture(scope="module")
def office() -> Iterator[ThreadPoolExecutor]:
    """Fast engines run in programs of their own while the next book is written."""
    with ThreadPoolExecutor(2) as pool:
        yield pool


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Written]]:
    """The small books, handed to the slow engine first of all."""
    folder = tmp_path_factory.mktemp("small")
    with ThreadPoolExecutor(1) as pool:
        yield [_written(folder / f"{book.seed}.xlsx", book, ("formulas",), pool) for book in SMALL]


@pytest.fixture(scope="module", params=LARGE, ids=lambda book: f"{book.period}-{book.scheme}-{book.lang}")
def large(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, office: ThreadPoolExecutor
) -> Written:
    """Each of the large books in turn."""
    book: Book = request.param
    return _written(tmp_path_factory.mktemp("large") / f"{book.seed}.xlsx", book, OFFICES, office)


def _written(path: Path, book: Book, engines: tuple[str, ...], office: ThreadPoolExecutor) -> Written:
    receipt = scored_book(path, book)
    usable = [engine for engine in engines if available(engine) is None]
    answers = {engine: office.submit(recalculate, engine, path) for engine in usable}
    return Written(path, receipt, formula_cells(path), answers)


def test_the_small_books_are_worth_the_wait(small: list[Written]) -> None:
    """Comes first, so that the slow engine works while the others are tested."""
    ranks = [rank for book in small for rank in _column(FileHost(book.path).tables()["tblCards"], "tblCards.rank")]
    assert len(ranks) == 50
    assert sum(isinstance(rank, float) for rank in ranks) > 25, "most of them are scored"


def test_the_books_hold_every_rule_status_and_grade(large: Written) -> None:
    tables = FileHost(large.path).tables()
    detail, cards = tables["tblDetail"], tables["tblCards"]
    assert len(cards.rows) == 400
    assert {str(rule) for rule in _column(detail, "tblDetail.rule")} == set(RULES)
    statuses = Counter(str(status) for status in _column(detail, "tblDetail.status"))
    assert set(statuses) >= {status.name for status in Status} - ELSEWHERE
    assert {str(status) for status in _column(cards, "tblCards.status")} == {status.name for status in CardStatus}
    grades = Counter(str(grade) for grade in _column(cards, "tblCards.grade"))
    assert min(grades.values()) >= 5
    assert len(grades) == 6
    assert 1.0 in _column(cards, "tblCards.edge"), "no card whose grade hangs on rounding"
    ranks = [rank for rank in _column(cards, "tblCards.rank") if isinstance(rank, float)]
    assert len(set(ranks)) < len(ranks)


def test_formulas_over_long_ranges_still_obey_the_law(large: Written) -> None:
    """References grow with the number of rows; the one text per column is looked at in its last row."""
    longest: dict[tuple[str, str], str] = {}
    for (sheet, address), cell in large.cells.items():
        longest[sheet, address.rstrip("0123456789")] = cell.formula
    assert not {place: list(violations(text)) for place, text in longest.items() if list(violations(text))}


@pytest.mark.parametrize("engine", OFFICES)
def test_native_formulas_give_what_python_computed(large: Written, engine: str) -> None:
    skip_without(engine)
    assert_agrees(large.cells, large.answers[engine].result())


@pytest.mark.parametrize("position", range(len(SMALL)))
def test_a_third_engine_agrees_on_small_books(small: list[Written], position: int) -> None:
    skip_without("formulas")
    book = small[position]
    assert_agrees(book.cells, book.answers["formulas"].result())


def _column(grid: TableGrid, name: str) -> list[Scalar]:
    headings = [label("columns", name, lang) for lang in LANGS]
    position = next(grid.header.index(heading) for heading in headings if heading in grid.header)
    return [row[position] for row in grid.rows]
