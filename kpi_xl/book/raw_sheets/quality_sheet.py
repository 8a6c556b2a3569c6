"""数据质量 as cells: scoreboard, loads, totals beside other systems and beside the sheet itself, and rejects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from kpi_xl.book.formula import quoted
from kpi_xl.book.layout import places
from kpi_xl.book.render.tables import table_cells
from kpi_xl.book.sheets import SHEET_BY_KEY
from kpi_xl.book.tables.raw import LOADS, QUALITY, QUALITY_TABLES, REJECTS, TOTALS
from kpi_xl.book.wording import lines_of
from kpi_xl.facts.raw.neutral import neutralised
from kpi_xl.labels import Lang, label
from kpi_xl.model.grid import CellOut, Scalar, SheetOut, TableGrid, column_letters

MOST_SHOWN = 5_000
"""Rejected rows on the sheet; all of them go into a file on request."""
HEADROOM = 200
Cells = Mapping[str, Scalar]


@dataclass(frozen=True, slots=True)
class NativeTotal:
    """A sum or count that the sheet itself can make: its formula, and what that comes to."""

    source: str
    table: str
    column: str                         # "" counts rows
    engine: float
    formula: str
    native: float


@dataclass(frozen=True, slots=True)
class QualityRows:
    """What the sheet shows, by table."""

    quality: Sequence[Cells]
    loads: Sequence[Cells]
    registered: Sequence[Cells]         # totals that the register names, and the ledger's revenue
    native: Sequence[NativeTotal]
    rejects: Sequence[Cells]
    rejected: int                       # how many rejects there are in all


def quality_sheet(rows: QualityRows, grids: Mapping[str, TableGrid], lang: Lang) -> SheetOut:
    """The cells of 数据质量."""
    totals = [*(dict(each) for each in rows.registered), *(_native_row(each, lang) for each in rows.native)]
    content: Mapping[str, Sequence[Cells]] = {
        QUALITY.name: [{**each, **_live(each)} for each in rows.quality],
        LOADS.name: rows.loads,
        TOTALS.name: [{**each, **_compared(each)} for each in totals],
        REJECTS.name: rows.rejects[:MOST_SHOWN],
    }
    spots = places(grids, {name: len(each) for name, each in content.items()})
    cells: list[CellOut] = [*_headline(rows, lang)]
    for table in QUALITY_TABLES:
        cells += table_cells(table, content[table.name], spots, lang, _cell)
    place = spots.tables[TOTALS.name]
    other = place.column + place.positions["other"]
    first = place.row + 1 + len(rows.registered)
    natives = {(first + at, other): each.formula for at, each in enumerate(rows.native)}
    cells = [each._replace(formula=natives.get((each.row, each.column), each.formula)) for each in cells]
    head = spots.tables[QUALITY.name].row
    heights = {head: 32.0, **dict(_heights(content[REJECTS.name], head))}
    return SheetOut(
        SHEET_BY_KEY["quality"].place,
        tuple(cells),
        heights,
        {name: max(1, len(each)) for name, each in content.items()},
    )


def native_formula(grid: TableGrid, key: int, column: int | None) -> str:
    """SUMIFS of a column, or COUNTIFS of the rows, where the key is not empty."""
    keys = _range(grid, key)
    return f'COUNTIFS({keys},"<>")' if column is None else f'SUMIFS({_range(grid, column)},{keys},"<>")'


def native_value(grid: TableGrid, key: int, column: int | None) -> float:
    """What `native_formula` comes to."""
    filled = [row for row in grid.rows if row[key] is not None]
    if column is None:
        return float(len(filled))
    return float(sum(cell for row in filled if isinstance(cell := row[column], float)))


def safe(cells: Cells) -> Cells:
    """Cells of which no text is taken for a formula."""
    return {name: neutralised(cell) if isinstance(cell, str) else cell for name, cell in cells.items()}


def _range(grid: TableGrid, position: int) -> str:
    letters, last = column_letters(grid.column + position), grid.row + max(len(grid.rows), grid.declared) + HEADROOM
    return f"{quoted(grid.sheet)}!${letters}${grid.row + 1}:${letters}${last}"


def _native_row(total: NativeTotal, lang: Lang) -> Cells:
    return {
        "source": total.source, "table": total.table, "column": total.column or label("raw", "rows", lang),
        "engine": total.engine, "other": total.native, "tolerance": 0.0, "by": label("raw", "by.native", lang),
    }  # fmt: skip


def _compared(row: Cells) -> Cells:
    ours, other = (cast(float, row[name]) for name in ("engine", "other"))
    tolerance = row["tolerance"]
    if not isinstance(tolerance, float):
        return {"difference": ours - other, "agrees": "–"}
    agrees = abs(ours - other) <= tolerance * abs(other) + 1e-6 * max(1.0, abs(other))
    return {"difference": ours - other, "agrees": "✓" if agrees else "▲"}


def _live(row: Cells) -> Cells:
    parts = sum(cast(float, row[name]) for name in ("accepted", "rejected", "duplicates", "subtotals", "blank"))
    score = cast(float, row["score"])
    return {
        "conserved": "✓" if row["read"] == parts else "✗",
        "lamp": "✓" if score >= 95 else "▲" if score >= 90 else "✗",
    }


def _headline(rows: QualityRows, lang: Lang) -> Iterator[CellOut]:
    shown = min(rows.rejected, MOST_SHOWN)
    text = label("raw", "quality.message", lang).format(tables=len(rows.quality), found=rows.rejected, shown=shown)
    yield CellOut(1, 1, text, style="kpi title")
    yield CellOut(2, 1, label("notes", "sheet.quality", lang), style="kpi note")


def _heights(rejects: Iterable[Cells], head: int) -> Iterator[tuple[int, float]]:
    widths = {column.key: column.width for column in REJECTS.columns if column.style == "long"}
    for line, row in enumerate(rejects, start=head + 1):
        lines = max(lines_of(str(row[name] or ""), width) for name, width in widths.items())
        if lines > 1:
            yield line, 13.5 * lines + 2


def _cell(row: object, column: str) -> Scalar:
    return cast(Cells, row)[column]


