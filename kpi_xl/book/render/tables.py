"""Any table as cells: headings, then one record a row, values and formulas side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from kpi_xl.book.formula import Places, at_row, resolve
from kpi_xl.book.table import MISSING, Column, Table
from kpi_xl.labels import Lang, label
from kpi_xl.model.grid import CellOut, Scalar

Read = Callable[[object, str], Scalar]


def table_cells(
    table: Table, records: Sequence[object], places: Places, lang: Lang, read: Read = getattr
) -> Iterator[CellOut]:
    """Headings and rows of one system table.

    `read` takes a record and a column's key; what it returns is the value, or the cached value of the formula.
    """
    place = places.tables[table.name]
    for position, column in enumerate(table.columns):
        heading = label("columns", f"{table.name}.{column.key}", lang)
        yield CellOut(place.row, place.column + position, heading, style="kpi head")
    formulas = [resolve(column.formula, places, table.name) if column.formula else None for column in table.columns]
    for index, record in enumerate(records):
        row = place.row + 1 + index
        for position, (column, formula) in enumerate(zip(table.columns, formulas, strict=True)):
            shown = as_shown(column, read(record, column.key))
            text = at_row(formula, row) if formula else None
            yield CellOut(row, place.column + position, shown, text, column.role)


def as_shown(column: Column, value: Scalar) -> Scalar:
    """The value as its cell holds it: a missing number is a dash, never an empty cell."""
    if value is None:
        return MISSING if column.style not in ("text", "code", "long") or column.kind == "calc" else ""
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return value
