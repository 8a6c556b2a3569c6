"""Any table as cells: headings, then one record a row, values and formulas side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import attrgetter

from kpi_xl.book.formula import Places, resolve
from kpi_xl.book.table import MISSING, Column, Table
from kpi_xl.labels import Lang, label
from kpi_xl.model.grid import Block, CellOut, Scalar

Read = Callable[[object, str], Scalar]


def table_cells(
    table: Table, records: Sequence[object], places: Places, lang: Lang, read: Read = getattr
) -> Iterator[CellOut]:
    """Headings and rows of one system table.

    `read` takes a record and a column's key; what it returns is the value, or the cached value of the formula.
    """
    yield from heading_cells(table, places, lang)
    yield from table_block(table, records, places, read).cells()


def heading_cells(table: Table, places: Places, lang: Lang) -> Iterator[CellOut]:
    """Headings of one system table."""
    place = places.tables[table.name]
    for position, column in enumerate(table.columns):
        heading = label("columns", f"{table.name}.{column.key}", lang)
        yield CellOut(place.row, place.column + position, heading, style="kpi head")


def table_block(table: Table, records: Sequence[object], places: Places, read: Read = getattr) -> Block:
    """Rows of one system table; `read` as in `table_cells`."""
    place = places.tables[table.name]
    keys = [column.key for column in table.columns]
    line: Callable[[object], tuple[Scalar, ...]] = (
        attrgetter(*keys) if read is getattr else lambda record: tuple(read(record, name) for name in keys)
    )
    missing = [_missing(column) for column in table.columns]
    return Block(
        place.row + 1,
        place.column,
        tuple(resolve(column.formula, places, table.name) if column.formula else None for column in table.columns),
        tuple(column.role for column in table.columns),
        [_shown(line(record), missing) for record in records],
    )


def _shown(values: Iterable[Scalar], missing: Iterable[str]) -> tuple[Scalar, ...]:
    """The values as cells hold them: a missing number is a dash, never an empty cell."""
    return tuple(
        [
            lacking if value is None
            else value if isinstance(value, (float, str, bool)) or not isinstance(value, int)
            else float(value)
            for value, lacking in zip(values, missing, strict=True)
        ]
    )  # fmt: skip


def _missing(column: Column) -> str:
    return MISSING if column.style not in ("text", "code", "long") or column.kind == "calc" else ""
