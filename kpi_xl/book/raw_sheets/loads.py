"""Loads of a book: batches of its raw sheets, and the places of its register."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from kpi_xl.book.raw_sheets.raw_tables import LOAD, PREFIX, table_of
from kpi_xl.book.raw_sheets.register import SourceRow, read_register
from kpi_xl.model.grid import Scalar, TableGrid

Listed = Mapping[str, object]


def loads_of(grids: Mapping[str, TableGrid]) -> list[Listed]:
    """Loads by name: batches of the raw sheets, then the places of the register."""
    register = read_register(grids, [])
    off = {row.table for row in register if row.kind == "sheet" and not row.is_active}
    found = [
        each
        for name, grid in grids.items() if name.startswith(PREFIX) and table_of(name)
        for each in _batches(table_of(name), grid, is_active=table_of(name) not in off)
    ]  # fmt: skip
    return [*found, *(_place(row) for row in register if row.index >= 0 and row.kind != "sheet")]


def _batches(table: str, grid: TableGrid, *, is_active: bool) -> Iterator[Listed]:
    column, counts = load_column(grid), dict[str, int]()
    for row in grid.rows:
        if any(cell is not None for cell in row):
            batch = batch_of(row, column)
            counts[batch] = counts.get(batch, 0) + 1
    for batch, rows in counts.items():
        yield {"load": batch or grid.sheet, "table": table, "kind": "sheet", "place": grid.sheet, "rows": rows,
               "active": is_active}  # fmt: skip


def _place(row: SourceRow) -> Listed:
    return {"load": row.source, "table": row.table, "kind": row.kind, "place": row.place, "rows": None,
            "active": row.is_active}  # fmt: skip


def load_column(grid: TableGrid) -> int | None:
    """Position of the column that says with which load a row came; None where somebody took it away."""
    found = [at for at, heading in enumerate(grid.header) if heading.strip() in LOAD.values()]
    return found[0] if found else None


def batch_of(row: Sequence[Scalar], column: int | None) -> str:
    """Load that a row came with; "" for one that somebody pasted."""
    return "" if column is None or row[column] is None else str(row[column])
