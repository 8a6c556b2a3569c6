"""A sheet of findings: message, facts and a live check on top, then its tables, each under a caption."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kpi_xl.book.formula import Places, resolve
from kpi_xl.book.layout import places as find_places
from kpi_xl.book.render.tables import table_cells
from kpi_xl.book.sheets import SHEET_BY_KEY, TABLES
from kpi_xl.book.table import Table
from kpi_xl.book.wording import lines_of, quoted_text
from kpi_xl.labels import Lang, label
from kpi_xl.model.grid import CellOut, SheetOut, TableGrid

LINE_HEIGHT = 13.5
HEAD_HEIGHT = 32.0
SLACK = 1
"""Characters that a line may stay short, since words and codes are not broken."""
FITS = "SUM([tblBasis.stale])=0"
"""Nothing that was examined has changed."""
Rows = Mapping[str, Sequence[object]]
"""Records by table."""


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above the tables; a condition says whether the sheet still fits the book."""

    title: str
    facts: str
    fits: str = ""                      # a condition in the notation of formulas that holds now; none without one


def findings_sheet(key: str, head: Head, records: Rows, grids: Mapping[str, TableGrid], lang: Lang) -> SheetOut:
    """The whole sheet.

    Parameters
    ----------
    key : str
        Of the sheet, which the book has already.
    records : mapping
        Those of each of its tables.
    grids : mapping
        The tables of the book as they are now.
    """
    sheet = SHEET_BY_KEY[key]
    places = find_places(grids, {**system_sizes(grids), **{name: len(own) for name, own in records.items()}})
    cells = [*_head(head, places, lang)]
    for table in sheet.tables:
        cells += _caption(table, grids[table.name], lang)
        cells += table_cells(table, records[table.name], places, lang)
    first = grids[sheet.tables[0].name].row
    heights = {first: HEAD_HEIGHT, **_heights(sheet.tables, records, first)}
    return SheetOut(sheet.place, tuple(cells), heights, {name: max(1, len(own)) for name, own in records.items()})


def system_sizes(grids: Mapping[str, TableGrid]) -> Mapping[str, int]:
    """The system tables end where they end now."""
    return {name: grid.declared for name, grid in grids.items() if name in TABLES and TABLES[name].owner == "system"}


def _head(head: Head, places: Places, lang: Lang) -> Iterator[CellOut]:
    yield CellOut(1, 1, head.title, style="kpi title")
    yield CellOut(2, 1, head.facts, style="kpi note")
    if not head.fits:
        return
    yield fits_cell(resolve(head.fits, places), lang, is_fitting=True)


def fits_cell(condition: str, lang: Lang, *, is_fitting: bool) -> CellOut:
    """Whether the sheet still fits the book, in words and as a formula."""
    fits, changed = (label("smart", name, lang) for name in ("head.fits", "head.changed"))
    formula = f"IF({condition},{quoted_text(fits)},{quoted_text(changed)})"
    return CellOut(3, 1, fits if is_fitting else changed, formula, "kpi check")


def _caption(table: Table, grid: TableGrid, lang: Lang) -> Iterator[CellOut]:
    for position in range(len(table.columns)):
        text = label("smart", f"caption.{table.name}", lang) if position == 0 else None
        yield CellOut(grid.row - 1, grid.column + position, text, style="kpi section")


def _heights(tables: Sequence[Table], records: Rows, first: int) -> Mapping[int, float]:
    """Rows whose long texts wrap are as high as the longest of them."""
    found: dict[int, float] = {}
    for table in tables:
        wrapped = [column for column in table.columns if column.style == "long"]
        for index, record in enumerate(records[table.name]) if wrapped else ():
            lines = max(lines_of(str(getattr(record, column.key) or ""), column.width - SLACK) for column in wrapped)
            if lines > 1:
                found[first + 1 + index] = max(found.get(first + 1 + index, 0.0), LINE_HEIGHT * lines + 2)
    return found
