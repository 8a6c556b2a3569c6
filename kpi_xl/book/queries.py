"""Book queries: worksheet functions that answer from the result sheets, and with them the whole list of functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated

from kpi_xl.book.results import Results
from kpi_xl.book.rows import Row
from kpi_xl.book.why import why_card, why_item
from kpi_xl.errors import FunctionError
from kpi_xl.functions import REGISTRY, FunctionSpec
from kpi_xl.functions.cells import NO_SCORE, Cell, CellFailure, Grid, each, is_missing, word
from kpi_xl.functions.matrices import single
from kpi_xl.functions.parsing import kpi_parse_period
from kpi_xl.functions.registry import Function, arguments_of
from kpi_xl.labels import Lang, label
from kpi_xl.model.grid import CellError, Scalar

QUERIES: dict[str, FunctionSpec] = {}
"""Every book query by its name in Excel."""

HEADINGS = (
    "no", "perspective", "name", "unit", "weight", "target", "actual", "attainment", "score", "weighted", "status",
)  # fmt: skip
"""Columns of a scorecard, named as on the printed form."""
FIGURES = ("weight", "target", "actual", "attainment", "score", "weighted")
TOTALS = ("base", "adjust", "total", "grade")
"""Last rows of a scorecard, so that it foots: the weighted scores add up to the first."""


def book_query(name: str) -> Callable[[Function], Function]:
    """Register a query under its name in Excel; its first parameter is the book, the annotated ones are the cell's."""

    def register(function: Function) -> Function:
        QUERIES[name] = FunctionSpec(name, function, arguments_of(function), reads_book=True)
        return function

    return register


@book_query("KPI_FACT")
def kpi_fact(
    book: Results,
    indicator: Annotated[Grid, "indicator"],
    subject: Annotated[Grid, "subject"],
    period: Annotated[Grid, "period"] = None,
) -> Grid:
    """Actual value of an indicator as the book has it; "" where nothing was reported."""
    return each(lambda *cells: _fact(book, *cells), indicator, subject, kpi_parse_period(period))


@book_query("KPI_SCORECARD")
def kpi_scorecard(book: Results, card: Annotated[Grid, "card"]) -> Grid:
    """A whole card: headings, one row per indicator, then base score, adjustment, total and grade."""
    name = word(single(card, "card"))
    headings = [label("form", f"column.{key}", book.lang) for key in HEADINGS]
    items = [_item(row, number, book.lang) for number, row in enumerate(book.items_of(name).values(), start=1)]
    return [headings, *items, *_totals(book.card(name), book.lang)]


@book_query("KPI_WHY")
def kpi_why(
    book: Results, card: Annotated[Grid, "card"], indicator: Annotated[Grid, "indicator_or_none"] = None
) -> Grid:
    """Why a score is what it is, or why there is none, in one sentence."""
    return each(lambda *cells: _why(book, *cells), card, indicator)


FUNCTIONS: dict[str, FunctionSpec] = dict(sorted({**REGISTRY, **QUERIES}.items()))
"""Every function a cell can call: those of their arguments alone, and those of the book."""


def _fact(book: Results, indicator: Cell, subject: Cell, period: Cell) -> Cell:
    if isinstance(period, CellFailure):
        return period
    if is_missing(indicator) or is_missing(subject):
        return NO_SCORE
    asked = word(indicator), word(subject), word(period, book.period)
    row = book.fact(*asked)
    if row is None:
        raise FunctionError("E-FACT-UNKNOWN", indicator=asked[0], subject=asked[1], period=asked[2])
    return _number(row.raw("value"))


def _why(book: Results, card: Cell, indicator: Cell) -> Cell:
    if is_missing(card):
        return NO_SCORE
    if is_missing(indicator):
        return why_card(book.card(word(card)), tuple(book.items_of(word(card)).values()), book.lang)
    row = book.item(word(card), word(indicator))
    return why_item(row, book.fact(row.text("kpi"), row.text("card"), book.period), book.lang)


def _item(row: Row, number: int, lang: Lang) -> Sequence[Cell]:
    status = label("words", f"status.{row.text('status')}", lang) if row.text("status") else NO_SCORE
    figures = [_number(row.raw(column)) for column in FIGURES]
    return [float(number), row.text("perspective_name"), row.text("name"), row.text("unit"), *figures, status]


def _totals(card: Row, lang: Lang) -> Sequence[Sequence[Cell]]:
    blank: list[Cell] = [NO_SCORE] * len(HEADINGS)
    name, weight, amount, status = (HEADINGS.index(key) for key in ("name", "weight", "weighted", "status"))
    block = []
    for key in TOTALS:
        line = list(blank)
        line[name] = label("form", f"strip.{key}", lang)
        line[amount] = _shown(card.raw(key))
        block.append(line)
    block[0][weight] = _number(card.raw("weight_sum"))
    block[TOTALS.index("total")][status] = label("words", f"card.{card.text('status')}", lang)
    return block


def _shown(value: Scalar) -> Cell:
    """A grade or a number; the sheet's dash is nothing."""
    return value if isinstance(value, str) and not is_missing(value) else _number(value)


def _number(value: Scalar) -> Cell:
    """The number in a cell of the book; its error stays an error, anything else is nothing reported."""
    if isinstance(value, CellError):
        return CellFailure("NON_FINITE", {"found": value.code})
    return value if isinstance(value, float) else NO_SCORE
