"""Places of sources as others may see them: what a file is called and which server it was, not whose folder or name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PureWindowsPath

from kpi_xl.book.layout import places
from kpi_xl.book.raw_sheets.register import SourceRow, read_register
from kpi_xl.book.tables.raw import LOADS, SOURCES, TOTALS
from kpi_xl.model.grid import CellOut, Patch, TableGrid

NAMED_AFTER = ((LOADS, "source"), (TOTALS, "source"))
"""Where a source without a name is called by its place."""


def shown_place(place: str) -> str:
    """Name of a file or folder; of a URL the scheme and the host.

    >>> shown_place("/home/li/导出/orders.csv"), shown_place(r"C:\\\\Users\\\\li\\\\raw"), shown_place("data/2026")
    ('orders.csv', 'raw', '2026')
    >>> shown_place("postgres://li:geheim@db.example:5432/shop?sslkey=/home/li/key"), shown_place("duckdb:///home/li/x.db")
    ('postgres://db.example:5432', 'duckdb://x.db')
    """
    if "://" not in place:
        return PureWindowsPath(place).name
    scheme, _, rest = place.partition("://")
    user, _, server = rest.rpartition("@")
    if "?" in user:
        return f"{scheme}://"                       # nobody can tell a password from an option here
    path = server.partition("?")[0]
    return f"{scheme}://{path.partition('/')[0] or PureWindowsPath(path).name}"


def place_patches(grids: Mapping[str, TableGrid]) -> tuple[Patch, ...]:
    """Cells to write so that a book names no folder, user or password of a source."""
    if SOURCES.name not in grids:
        return ()
    rows = [row for row in read_register(grids, []) if row.index >= 0]
    found = [Patch(SOURCES.name, tuple(_cells(rows, grids)), grids[SOURCES.name].declared)]
    names = {row.source: shown_place(row.source) for row in rows if row.source == row.place}
    for table, column in NAMED_AFTER:
        grid = grids.get(table.name)
        at = None if grid is None else table.position(column)
        cells = tuple(
            CellOut(grid.row + 1 + index, grid.column + at, names[str(row[at])])
            for index, row in enumerate(grid.rows) if str(row[at]) in names
        ) if grid is not None and at is not None else ()  # fmt: skip
        found += [Patch(table.name, cells, grid.declared)] if grid is not None and cells else []
    return tuple(each for each in found if each.cells)


def _cells(rows: Sequence[SourceRow], grids: Mapping[str, TableGrid]) -> Iterator[CellOut]:
    spot = places(grids, {}).tables[SOURCES.name]
    for row in rows:
        typed = {"place": row.place, "mapping": row.mapping, "source": row.source}
        for column, text in typed.items():
            is_path = column == "place" or text == row.place or "/" in text or "\\" in text
            if text and is_path and shown_place(text) != text and column in spot.positions:
                yield CellOut(spot.row + 1 + row.index, spot.column + spot.positions[column], shown_place(text))
