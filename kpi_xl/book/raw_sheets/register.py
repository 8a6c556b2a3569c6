"""数据源: the rows of the register, and whether a book has raw data at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kpi_xl.book.raw_sheets.raw_tables import PREFIX, table_of
from kpi_xl.book.rows import Row, positions, rows
from kpi_xl.book.tables.raw import SOURCE_KINDS, SOURCES, YES_NO
from kpi_xl.facts.raw.layouts import folded, layouts
from kpi_xl.model.grid import TableGrid
from kpi_xl.model.issue import Issue

Grids = Mapping[str, TableGrid]


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One source as a person registered it."""

    source: str
    table: str                          # canonical, or "" where the mapping or the file name says it
    kind: str                           # sheet, file, folder or url
    place: str
    sheet: str
    mapping: str
    time_zone: str
    period_column: str
    tolerance: float
    total_column: str
    total: float | None
    is_active: bool
    cell: str                           # of its name
    index: int = -1                     # 0-based row of the register; -1 stands in none


def has_sources(grids: Grids) -> bool:
    """The book has a register with rows, or a raw sheet; answered without reading raw rows."""
    if any(name.startswith(PREFIX) for name in grids):
        return True
    return SOURCES.name in grids and any(_is_filled(row) for row in grids[SOURCES.name].rows)


def read_register(grids: Grids, issues: list[Issue]) -> tuple[SourceRow, ...]:
    """Every source: the rows of the register, and raw sheets that stand in none."""
    found: list[SourceRow] = []
    grid = grids.get(SOURCES.name)
    if grid is not None and len(positions(SOURCES, grid, [])) == len(SOURCES.columns):
        found += [_source(row, issues) for row in rows(SOURCES, grid, issues)]
    issues += _twice(found)
    named = {each.table for each in found if each.kind == "sheet"}
    found += (_of_sheet(name, grids[name]) for name in grids if name.startswith(PREFIX) and table_of(name) not in named)
    return tuple(found)


def _source(row: Row, issues: list[Issue]) -> SourceRow:
    issues += row.errors(column.key for column in SOURCES.columns)
    place, table = row.native("place").strip(), row.text("table")
    known = canonical_name(table)
    if table and not known:
        issues.append(Issue("E-SOURCE-TABLE", row.cell("table"), {"found": table, "wanted": ", ".join(layouts())}))
    kind = row.choice("kind", SOURCE_KINDS, issues) or _kind_of(place)
    name = row.text("source") or place or table
    if kind != "sheet" and not place:
        issues.append(Issue("E-SOURCE-PLACE", row.cell("place"), {"source": name, "kind": kind}))
    return SourceRow(
        source=name,
        table=known,
        kind=kind,
        place=place,
        sheet=row.text("sheet"),
        mapping=row.text("mapping"),
        time_zone=row.text("time_zone"),
        period_column=row.text("period_column"),
        tolerance=row.between("tolerance", 0.0, 1.0, issues) or 0.0,
        total_column=row.text("total_column"),
        total=row.number("total", issues),
        is_active=row.choice("active", YES_NO, issues, "Y") == "Y",
        cell=row.cell("source"),
        index=row.index,
    )


def canonical_name(table: str) -> str:
    """Canonical table of a name in either language, or "".

    >>> canonical_name("订单"), canonical_name("Orders"), canonical_name("orders2")
    ('orders', 'orders', '')
    """
    known = {folded(word): name for name, each in layouts().items() for word in (name, each.zh, each.en)}
    return known.get(folded(table), "")


def _kind_of(place: str) -> str:
    if "://" in place:
        return "url"
    return ("file" if "." in place.replace("\\", "/").rsplit("/", 1)[-1] else "folder") if place else "sheet"


def _of_sheet(name: str, grid: TableGrid) -> SourceRow:
    table = table_of(name)
    return SourceRow(grid.sheet, table, "sheet", "", "", "", "", "", 0.0, "", None, True, grid.sheet)


def _twice(found: list[SourceRow]) -> Iterator[Issue]:
    first: dict[str, SourceRow] = {}
    for each in found:
        before = first.setdefault(each.source.casefold(), each)
        if before is not each:
            yield Issue("E-KEY-DUPLICATE", each.cell, {"key": each.source, "first": before.cell})


def _is_filled(cells: tuple[object, ...]) -> bool:
    return any(cell is not None and str(cell).strip() for cell in cells)
