"""Book queries say what the result sheets of a scored book say, whatever became of its cards."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from kpi_xl.book import why
from kpi_xl.book.example import example
from kpi_xl.book.queries import HEADINGS, kpi_fact, kpi_scorecard, kpi_why
from kpi_xl.book.results import Results, results_of
from kpi_xl.commands.call import call, call_lines
from kpi_xl.commands.explain import explain
from kpi_xl.commands.new import new_from
from kpi_xl.commands.query import query, results
from kpi_xl.commands.score import score
from kpi_xl.errors import FunctionError
from kpi_xl.functions import CellFailure
from kpi_xl.functions.cells import Grid
from kpi_xl.hosts.file import FileHost
from kpi_xl.hosts.memory import MemoryHost
from kpi_xl.labels import LANGS, Lang, label, table
from kpi_xl.model.grid import Scalar
from kpi_xl.model.status import CardStatus, Status
from tests.commands.conftest import CopyBook
from tests.workbooks.books import scored_book
from tests.workbooks.cards import Book

CARD, WEIGHTED, NAME, STATUS = "D01", HEADINGS.index("weighted"), HEADINGS.index("name"), HEADINGS.index("status")
FEW = 24


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Results, Any]]:
    """Random books with every kind of gap, veto and mistake, read back; with what the score said of each card."""
    folder = tmp_path_factory.mktemp("queries")
    found = []
    for seed, lang in enumerate(LANGS):
        path = folder / f"{lang}.xlsx"
        receipt = scored_book(path, Book(seed=seed, lang=lang, cards=FEW))
        found.append((results_of(FileHost(path).tables()), receipt.facts["cards"]))
    return found


def rows(block: Grid) -> Sequence[Sequence[Any]]:
    assert isinstance(block, list)
    return block


def test_the_worked_example_is_answered(copy_book: CopyBook) -> None:
    """E2E-1: 99.22, grade B, gross margin 21 %."""
    host = FileHost(copy_book("zh", scored=True))
    assert query(host, "kpi_fact", "GPM", CARD) == 0.21
    assert query(host, "KPI_FACT", [["gpm"], ["毛利率"]], "运营部", "2026年3月") == [[0.21], [0.21]]
    assert query(host, "KPI_FACT", "GPM", CARD, datetime(2026, 3, 31)) == 0.21  # type: ignore[arg-type]
    card = rows(query(host, "KPI_SCORECARD", CARD))
    assert [(row[NAME], row[WEIGHTED]) for row in card[-4:]] == [
        ("基础得分合计", 99.22), ("加减分(净)", 0.0), ("考核总分", 99.22), ("等级", "B"),
    ]  # fmt: skip
    assert query(host, "KPI_WHY", CARD) == "运营部 2026-03 得 99.22 分，B 级：基础得分 99.22，加减分 0（加 0，减 0）"


def test_a_scorecard_is_one_block_that_foots(books: list[tuple[Results, Any]]) -> None:
    for book, cards in books:
        for facts in cards:
            block = rows(kpi_scorecard(book, facts["card"]))
            assert [label("form", f"column.{key}", book.lang) for key in HEADINGS] == block[0]
            assert {len(row) for row in block} == {len(HEADINGS)}
            items, (base, adjust, total, grade) = block[1:-4], block[-4:]
            assert [row[0] for row in items] == list(range(1, len(items) + 1))
            assert sum(row[WEIGHTED] or 0 for row in items) == pytest.approx(base[WEIGHTED], abs=1e-9)
            printed = [None if row[WEIGHTED] == "" else row[WEIGHTED] for row in (base, adjust, total, grade)]
            assert printed == [facts[key] for key in ("base", "adjust", "total", "grade")]
            assert total[STATUS] == label("words", f"card.{facts['status']}", book.lang)


def test_a_fact_is_the_actual_before_it_is_rounded(books: list[tuple[Results, Any]]) -> None:
    reported = 0
    for book, cards in books:
        for facts in cards:
            for kpi, row in book.items_of(facts["card"]).items():
                found, actual = kpi_fact(book, kpi, facts["card"]), row.raw("actual")
                decimals = row.raw("decimals")
                assert isinstance(decimals, float)
                if isinstance(actual, float):
                    assert found == pytest.approx(actual, abs=0.51 * 10**-decimals)
                    reported += 1
                else:
                    assert found == ""
    assert reported > FEW


def test_there_is_a_sentence_for_every_card_and_indicator(books: list[tuple[Results, Any]]) -> None:
    seen: set[str] = set()
    for book, cards in books:
        for facts in cards:
            said = str(kpi_why(book, facts["card"]))
            assert facts["subject"] in said
            assert facts["total"] is None or f"{facts['total']:,.2f}".rstrip("0").rstrip(".") in said
            column = kpi_why(book, facts["card"], [[kpi] for kpi in book.items_of(facts["card"])])
            for (sentence,), row in zip(rows(column), book.items_of(facts["card"]).values(), strict=True):
                assert sentence.startswith(row.text("name"))
                assert "{" not in sentence
                seen.add(row.text("status"))
    assert seen >= {Status.OK.name, Status.MISSING.name, Status.CONFIG_ERROR.name, Status.ZEROED.name}


def without(lang: Lang, name: str, kpi: str, **cells: Scalar) -> Any:
    """The worked example with other cells in one row."""
    content = example(lang)
    return {**content, name: [{**row, **cells} if row["kpi"] == kpi else row for row in content[name]]}


@pytest.mark.parametrize("lang", LANGS)
def test_a_missing_actual_says_what_it_does_to_the_card(lang: Lang, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    new_from(path, FileHost, without(lang, "tblActuals", "GPM", num=None, den=None), lang)
    score(FileHost(path))
    host = FileHost(path)
    name = "毛利率" if lang == "zh" else "Gross margin"
    for indicator in (None, "GPM"):
        said = str(query(host, "KPI_WHY", CARD, indicator))
        assert name in said
        assert label("queries", "blocks", lang) in said or indicator is None
    assert label("words", f"card.{CardStatus.WITHHELD.name}", lang) == rows(query(host, "KPI_SCORECARD", CARD))[-2][STATUS]
    assert query(host, "KPI_FACT", "GPM", CARD) == ""


def test_a_change_after_scoring_is_told(copy_book: CopyBook) -> None:
    book = results_of(FileHost(copy_book("en", scored=True)).tables())
    card = book.card(CARD)
    position = card.positions["changed"]
    cells = [*card.grid.rows]
    cells[card.index] = tuple(1.0 if at == position else cell for at, cell in enumerate(cells[card.index]))
    changed = replace(card, grid=replace(card.grid, rows=cells))
    assert label("queries", "changed", "en") in str(kpi_why(replace(book, cards={CARD.casefold(): changed}), CARD))
    assert label("queries", "changed", "en") not in str(kpi_why(book, CARD))


@pytest.mark.parametrize(
    ("name", "arguments", "code"),
    [
        ("KPI_FACT", ["GPM", "D02"], "E-FACT-UNKNOWN"),
        ("KPI_FACT", ["XXX", "D01"], "E-FACT-UNKNOWN"),
        ("KPI_FACT", ["GPM", "D01", "1999-01"], "E-FACT-UNKNOWN"),
        ("KPI_FACT", ["GPM", "D01", "soon"], "BAD_DATE"),
        ("KPI_WHY", ["D02"], "E-CARD-UNKNOWN"),
        ("KPI_WHY", ["D01", "XXX"], "E-ITEM-UNKNOWN"),
    ],
)
def test_what_the_book_does_not_have_is_an_error_of_its_cell(
    copy_book: CopyBook, name: str, arguments: list[Grid], code: str
) -> None:
    host = FileHost(copy_book("en", scored=True))
    failure = query(host, name, *arguments)
    assert isinstance(failure, CellFailure)
    assert failure.code == code
    (answer,) = call_lines([f'["{name}", {", ".join(map(quoted, arguments))}]'], "en", host)
    assert code in answer


def quoted(text: Grid) -> str:
    return f'"{text}"'


def test_a_card_that_is_not_there_spills_nothing(copy_book: CopyBook) -> None:
    with pytest.raises(FunctionError) as caught:
        query(FileHost(copy_book("en", scored=True)), "KPI_SCORECARD", "D02")
    assert caught.value.code == "E-CARD-UNKNOWN"


def test_blank_arguments_give_blank_answers(copy_book: CopyBook) -> None:
    host = FileHost(copy_book("zh", scored=True))
    assert query(host, "KPI_FACT", [["GPM"], [None]], CARD) == [[0.21], [""]]
    assert query(host, "KPI_WHY", [[CARD], [""]])[1] == [""]  # type: ignore[index]


def test_a_query_agrees_with_explain(copy_book: CopyBook) -> None:
    """explain appraises the book anew, the query reads its sheets."""
    host = FileHost(copy_book("en", scored=True))
    for item in explain(host, CARD, None, "en").facts["items"]:  # type: ignore[attr-defined]
        assert query(host, "KPI_FACT", item["kpi"], CARD) == pytest.approx(item["raw"])
        assert f"scores {item['score']:g}" in str(query(host, "KPI_WHY", CARD, item["kpi"]))


def test_without_a_book_there_is_nothing_to_ask() -> None:
    with pytest.raises(FunctionError) as caught:
        call("KPI_FACT", ["GPM", CARD])
    assert caught.value.code == "E-CALL-BOOK"
    (line,) = call_lines(['["KPI_WHY", "D01"]'], "en")
    assert "E-CALL-BOOK" in line
    with pytest.raises(FunctionError) as strange:
        results(MemoryHost())()
    assert strange.value.code == "E-BOOK-STRANGE"


def test_a_book_is_read_once_for_many_lines(copy_book: CopyBook) -> None:
    path, readings = copy_book("en", scored=True), []

    class Counted(FileHost):
        def tables(self) -> Any:
            readings.append(1)
            return super().tables()

    def lines() -> Iterator[str]:
        yield '["KPI_RATIO", 1, 2]'
        assert not readings
        yield from ['["KPI_FACT", "GPM", "D01"]'] * 3

    assert list(call_lines(lines(), "en", Counted(path))) == ["0.5", "0.21", "0.21", "0.21"]
    assert len(readings) == 1


def test_a_name_that_two_indicators_share_stands_for_neither(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    new_from(path, FileHost, without("en", "tblIndicators", "NPM", en="Gross margin"), "en")
    score(FileHost(path))
    failure = query(FileHost(path), "KPI_FACT", "Gross margin", CARD)
    assert isinstance(failure, CellFailure)
    assert query(FileHost(path), "KPI_FACT", "毛利率", CARD) == 0.21


@pytest.mark.parametrize("lang", LANGS)
def test_sentences_speak_the_language_of_the_book(copy_book: CopyBook, lang: Lang) -> None:
    said = str(query(FileHost(copy_book(lang, scored=True)), "KPI_WHY", CARD))
    assert bool(re.search("[一-鿿]", said)) == (lang == "zh")


def test_every_sentence_is_used_and_every_status_has_one() -> None:
    """The words of KPI_WHY are those that the code asks for, with a line for each status without a score."""
    source = Path(why.__file__).read_text(encoding="utf-8")
    asked = set(re.findall(r'"(\w+)"', source)) | {f"status.{status.name}" for status in Status if not status.is_scored}
    assert set(table("queries")) <= asked
