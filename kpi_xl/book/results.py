"""What the result sheets of a book say now, found by code or by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kpi_xl.book.rows import Row, rows
from kpi_xl.book.settings import read_settings
from kpi_xl.book.table import Table
from kpi_xl.book.tables.cards import CARDS
from kpi_xl.book.tables.detail import DETAIL
from kpi_xl.book.tables.facts import FACTS
from kpi_xl.book.tables.inputs import INDICATORS, SETTINGS, SUBJECTS
from kpi_xl.errors import FunctionError
from kpi_xl.labels import Lang, lang_of
from kpi_xl.model.grid import TableGrid

READ = (SETTINGS, SUBJECTS, INDICATORS, CARDS, DETAIL, FACTS)
MOST_WANTED = 12
"""Codes that a message offers."""

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """Rows of the result tables by their codes, which are folded: nobody minds the case in a cell."""

    lang: Lang
    period: str
    cards: Mapping[str, Row]
    items: Mapping[str, Mapping[str, Row]]          # by card, then by indicator, in the order of the sheet
    facts: Mapping[Key, Row]                        # by indicator, subject and period
    subjects: Mapping[str, str]                     # folded code or name -> folded code
    indicators: Mapping[str, str]

    def card(self, found: str) -> Row:
        """The row of a card.

        Raises
        ------
        FunctionError
            ``E-CARD-UNKNOWN``.
        """
        row = self.cards.get(self.subject(found))
        if row is None:
            raise FunctionError("E-CARD-UNKNOWN", found=found, wanted=_offered(self.cards.values(), "card"))
        return row

    def item(self, card: str, found: str) -> Row:
        """The row of an indicator on a card.

        Raises
        ------
        FunctionError
            ``E-CARD-UNKNOWN``, ``E-ITEM-UNKNOWN``.
        """
        items = self.items_of(card)
        row = items.get(self.indicator(found))
        if row is None:
            wanted = _offered(items.values(), "kpi")
            raise FunctionError("E-ITEM-UNKNOWN", found=found, card=self.card(card).text("card"), wanted=wanted)
        return row

    def items_of(self, card: str) -> Mapping[str, Row]:
        """The rows of a card by indicator."""
        return self.items.get(self.card(card).text("card").casefold(), {})

    def fact(self, indicator: str, subject: str, period: str) -> Row | None:
        """The row of an actual value, when the book has one."""
        return self.facts.get((self.indicator(indicator), self.subject(subject), period.casefold()))

    def subject(self, found: str) -> str:
        """Folded code of a subject that is given by code or name."""
        return self.subjects.get(found.casefold(), found.casefold())

    def indicator(self, found: str) -> str:
        """Folded code of an indicator that is given by code or name."""
        return self.indicators.get(found.casefold(), found.casefold())


def results_of(grids: Mapping[str, TableGrid]) -> Results:
    """The result tables of a book.

    Raises
    ------
    FunctionError
        ``E-BOOK-STRANGE``: these are not the tables of an appraisal workbook.
    """
    lost = [table.name for table in READ if table.name not in grids]
    if lost:
        raise FunctionError("E-BOOK-STRANGE", found=", ".join(lost))
    settings = read_settings(grids[SETTINGS.name], []).settings
    items: dict[str, dict[str, Row]] = {}
    for row in _rows(DETAIL, grids):
        items.setdefault(row.text("card").casefold(), {})[row.text("kpi").casefold()] = row
    return Results(
        lang=lang_of(settings.lang),
        period=str(settings.period),
        cards={row.text("card").casefold(): row for row in _rows(CARDS, grids)},
        items=items,
        facts={_key(row, "kpi", "subject", "period"): row for row in _rows(FACTS, grids)},
        subjects=_codes(_rows(SUBJECTS, grids), "subject", "name"),
        indicators=_codes(_rows(INDICATORS, grids), "kpi", "zh", "en"),
    )


def _rows(table: Table, grids: Mapping[str, TableGrid]) -> list[Row]:
    return list(rows(table, grids[table.name], []))


def _key(row: Row, *columns: str) -> Key:
    return tuple(row.text(column).casefold() for column in columns)


def _codes(listed: list[Row], column: str, *names: str) -> Mapping[str, str]:
    """Codes by code and by name; a name that two rows share stands for neither."""
    pairs = [(row.text(name).casefold(), row.text(column).casefold()) for row in listed for name in names]
    owners = Counter(name for name, _ in set(pairs))
    by_name = {name: code for name, code in pairs if name and owners[name] == 1}
    return {**by_name, **{code: code for _, code in pairs}}


def _offered(listed: Iterable[Row], column: str) -> str:
    codes = [row.text(column) for row in listed]
    return ", ".join(codes[:MOST_WANTED]) + (" …" if len(codes) > MOST_WANTED else "")
