"""Which of our formulas somebody overwrote, found before scoring puts them back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kpi_xl.book.render import Rendering
from kpi_xl.book.sheets import SHEETS, TABLES
from kpi_xl.book.table import Table
from kpi_xl.hosts.port import WorkbookHost
from kpi_xl.model.grid import TableGrid, a1
from kpi_xl.model.issue import Issue

_WITHOUT_DIGITS = str.maketrans("", "", "0123456789 ")
REPORTED = 20
"""Overwritten cells are listed up to here; the rest is one number."""


def mended_formulas(host: WorkbookHost, grids: Mapping[str, TableGrid], drawn: Rendering) -> tuple[Issue, ...]:
    """One note for each formula cell that holds something else: a typed number, or a formula that points elsewhere.

    Rows that come and go move formulas, so only the shape counts: references are compared without their row numbers.
    """
    found = tuple(_overwritten(host, grids))
    if len(found) > REPORTED:
        rest = Issue("I-FORMULA-MENDED-MORE", found[0].cell.partition("!")[0], {"count": len(found) - REPORTED})
        return (*found[:REPORTED], rest)
    return found


def _overwritten(host: WorkbookHost, grids: Mapping[str, TableGrid]) -> Iterator[Issue]:
    for sheet in SHEETS:
        for table in sheet.tables:
            if any(column.formula for column in table.columns) and table.name in grids:
                yield from _in_table(host.formulas(table.name), TABLES[table.name], grids[table.name])


def _in_table(formulas: Mapping[tuple[int, int], str], table: Table, grid: TableGrid) -> Iterator[Issue]:
    for position, column in enumerate(table.columns):
        if not column.formula or column.key in ("value", "setting"):
            continue
        lines = range(grid.row + 1, grid.row + 1 + grid.declared)
        shapes = [_shape(formulas.get((line, grid.column + position), "")) for line in lines]
        usual = max(set(shapes), key=shapes.count, default="")
        for line, shape in zip(lines, shapes, strict=True):
            if usual and shape != usual:
                yield Issue("I-FORMULA-MENDED", f"{grid.sheet}!{a1(line, grid.column + position)}", {"column": column.key})


def _shape(formula: str) -> str:
    """A formula without its digits: rows come and go, columns and functions stay."""
    return formula.translate(_WITHOUT_DIGITS)
