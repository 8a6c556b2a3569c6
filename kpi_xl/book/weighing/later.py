"""Rows on 权重判断 for templates that joined the plan after the sheet did: nothing stated in them yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from kpi_xl.book.rows import positions, rows
from kpi_xl.book.sheets import TABLES
from kpi_xl.book.starter import Content
from kpi_xl.book.table import Table
from kpi_xl.book.weighing.card import Card
from kpi_xl.book.weighing.skeleton import skeleton
from kpi_xl.model.grid import CellOut, Patch, Scalar, TableGrid
from kpi_xl.model.inputs import Subject


def later_rows(grids: Mapping[str, TableGrid], cards: Iterable[Card], subjects: Iterable[Subject]) -> Iterator[Patch]:
    """The rows that a template without any would have had from the start, below the filled ones of each table.

    Native columns are left out: whoever writes the sheet computes them.
    """
    content: Content = skeleton(cards, subjects)
    for table in (TABLES[name] for name in content if name in grids):
        grid = grids[table.name]
        filled = [*rows(table, grid, [])]
        known = {row.text("template").casefold() for row in filled}
        missing = [row for row in content[table.name] if str(row["template"]).casefold() not in known]
        if missing:
            yield _below(table, grid, max((row.index + 1 for row in filled), default=0), missing)


def _below(table: Table, grid: TableGrid, taken: int, missing: Sequence[Mapping[str, Scalar]]) -> Patch:
    found = positions(table, grid, [])
    typed = [column for column in table.columns if column.kind == "input" and column.key in found]
    cells = tuple(
        CellOut(line, grid.column + found[column.key], row.get(column.key), style=column.role)
        for line, row in enumerate(missing, start=grid.row + 1 + taken)
        for column in typed
    )
    return Patch(table.name, cells, max(grid.declared, taken + len(missing)))
