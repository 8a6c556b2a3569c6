"""Where everything lies in one workbook: the tables as they were found, and the cells that formulas look at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kpi_xl.book.formula import Place, Places, quoted
from kpi_xl.book.rows import positions
from kpi_xl.book.sheets import HEADING_ROW, SHEETS, TABLES, Sheet
from kpi_xl.book.table import Table
from kpi_xl.book.tables.results import COMPUTED_PARAMETERS, PARAMETERS, SETTING_PARAMETERS
from kpi_xl.labels import Lang, label
from kpi_xl.model.grid import TableGrid, column_letters

HEADROOM = 200
"""Rows below an input table that formulas look at too: a row typed there counts before the next scoring."""


def planned_grids(lang: Lang, sheets: Iterable[Sheet] = SHEETS) -> Mapping[str, TableGrid]:
    """The tables of a new book, or of sheets that one is about to get: empty, where it puts them."""
    return {
        table.name: TableGrid(
            name=table.name,
            sheet=label("sheets", sheet.key, lang),
            row=HEADING_ROW,
            column=sheet.column_of(table),
            header=tuple(label("columns", f"{table.name}.{column.key}", lang) for column in table.columns),
            rows=(),
            declared=1,
        )
        for sheet in sheets
        for table in sheet.tables
    }


def places(grids: Mapping[str, TableGrid], sizes: Mapping[str, int]) -> Places:
    """Place of every table and parameter.

    Parameters
    ----------
    grids
        The tables as found in the workbook.
    sizes
        Number of data rows that each system table is about to have.
    """
    found = {
        name: _place(TABLES[name], grid, sizes.get(name)) for name, grid in grids.items() if name in TABLES
    }
    parameters = grids[PARAMETERS.name]
    letters = column_letters(parameters.column + PARAMETERS.position("setting"))
    names = SETTING_PARAMETERS + COMPUTED_PARAMETERS
    return Places(
        found,
        {
            name: f"{quoted(parameters.sheet)}!${letters}${parameters.row + 1 + index}"
            for index, name in enumerate(names)
        },
    )


def _place(table: Table, grid: TableGrid, size: int | None) -> Place:
    rows = max(len(grid.rows), grid.declared, 1) + HEADROOM if size is None else max(size, 1)
    if table.owner == "input":
        columns = positions(table, grid, [])
    else:
        columns = {column.key: index for index, column in enumerate(table.columns)}
    return Place(quoted(grid.sheet), grid.row, grid.column, grid.row + rows, columns)
