"""The form of every card in turn, for printing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kpi_xl.book.appraisal import Result
from kpi_xl.book.layout import places as find_places
from kpi_xl.book.render.form import MIN_ROWS, FormView, form_cells, form_heights
from kpi_xl.book.rows import rows
from kpi_xl.book.sheets import TABLES
from kpi_xl.labels import Lang
from kpi_xl.model.grid import SheetOut, TableGrid
from kpi_xl.model.inputs import key
from kpi_xl.model.outcome import Item

COMMENTS = TABLES["tblComments"]


def each_form(
    result: Result, grids: Mapping[str, TableGrid], master: str, lang: Lang
) -> Iterator[tuple[str, SheetOut]]:
    """Card and form of every card; values only, since a printed page looks nothing up.

    Parameters
    ----------
    master
        Text of the master check, as the book shows it.
    """
    places = find_places(grids, {})
    comments: dict[str, str] = {}
    for row in rows(COMMENTS, grids[COMMENTS.name], []):
        comments.setdefault(key(*(row.text(part) for part in COMMENTS.key)), row.text("text"))
    items: dict[str, list[Item]] = {}
    for item in result.appraisal.items:
        items.setdefault(item.card, []).append(item)
    for position, card in enumerate(result.appraisal.cards, start=1):
        view = FormView(
            card=card,
            items=items.get(card.card, []),
            position=position,
            rows=max(MIN_ROWS, card.items),
            settings=result.inputs.settings.texts,
            comments=comments,
            master=master,
            master_formula="",
        )
        cells = tuple(cell._replace(formula=None) for cell in form_cells(view, places, lang))
        yield card.card, SheetOut("k_card", cells, form_heights(view))
