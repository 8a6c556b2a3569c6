"""权重, 判断矩阵, 权重诊断 and 权重敏感性 as cells, and the native columns of the sheets that people fill."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kpi_xl.book.formula import Places, at_row, resolve
from kpi_xl.book.layout import places as find_places
from kpi_xl.book.render.tables import table_cells
from kpi_xl.book.rows import positions
from kpi_xl.book.sheets import SHEET_BY_KEY
from kpi_xl.book.table import Table
from kpi_xl.book.tables import weights as spec
from kpi_xl.book.tables.inputs import INDICATORS, PLAN
from kpi_xl.book.tables.results import PARAMETERS
from kpi_xl.book.weighing.blocks import block_cells
from kpi_xl.book.weighing.matrices import Judged
from kpi_xl.book.weighing.natives import LIVE, live_cells, typed_cells
from kpi_xl.book.weighing.stated import Judgement
from kpi_xl.book.wording import lines_of, quoted_text
from kpi_xl.labels import Lang, label
from kpi_xl.model.grid import CellOut, Patch, Scalar, SheetOut, TableGrid

Record = Mapping[str, Scalar]
Records = Mapping[str, Sequence[Record]]
"""Rows by table."""

GAP = 2
"""Columns from the last of a table to the first of what stands beside it."""
LINE_HEIGHT = 13.5
HEADING_HEIGHT = 32.0


@dataclass(frozen=True, slots=True)
class Board:
    """What the sheets are drawn from."""

    records: Records
    titles: Mapping[str, str]           # first line, by key of the sheet
    headline: str                       # period and state, before what the sheet is for
    lang: Lang
    matrices: tuple[Judged, ...] = ()
    typed: tuple[Judgement, ...] = ()


def board_places(grids: Mapping[str, TableGrid], records: Records) -> Places:
    """Where everything lies that the formulas of these sheets look at, once these records are written.

    To look for more would read half a million cells of a large company's book.
    """
    seen = {table.name for table in (*spec.STATED_TABLES, *spec.SHOWN_TABLES, PLAN, INDICATORS, PARAMETERS)}
    near = {name: grids[name] for name in grids if name in seen}
    return find_places(near, {name: len(rows) for name, rows in records.items()})


def board_sheets(board: Board, grids: Mapping[str, TableGrid], places: Places) -> tuple[SheetOut, ...]:
    """Every sheet of results that the book has and the board has rows for."""
    keys = dict.fromkeys(table.sheet for table in spec.SHOWN_TABLES if table.name in board.records)
    return tuple(_sheet(key, board, grids, places) for key in keys if SHEET_BY_KEY[key].place in grids)


def _sheet(key: str, board: Board, grids: Mapping[str, TableGrid], places: Places) -> SheetOut:
    sheet = SHEET_BY_KEY[key]
    cells = [*_head(key, board, places)]
    heights = {grids[sheet.place].row: HEADING_HEIGHT}
    for table in sheet.tables:
        rows = board.records.get(table.name, ())
        cells += table_cells(table, rows, places, board.lang, _read)
        heights |= _heights(table, rows, grids[table.name].row)
    if key == "matrices":
        beside = grids[sheet.place].column + len(spec.MATRICES.columns) + GAP - 1
        cells += block_cells(board.matrices, board.typed, grids[sheet.place].row, beside, places, board.lang)
    tables = {table.name: max(1, len(board.records.get(table.name, ()))) for table in sheet.tables}
    return SheetOut(sheet.place, tuple(cells), heights, tables)


def _read(record: object, column: str) -> Scalar:
    if not isinstance(record, Mapping):
        raise TypeError(type(record))
    found: Scalar = record[column]
    return found


def _heights(table: Table, rows: Sequence[Record], top: int) -> Iterator[tuple[int, float]]:
    long = [column for column in table.columns if column.style == "long"]
    for line, row in enumerate(rows, start=top + 1):
        lines = max((lines_of(str(row[column.key]), column.width) for column in long), default=1)
        if lines > 1:
            yield line, LINE_HEIGHT * lines + 2


def _head(key: str, board: Board, places: Places) -> Iterator[CellOut]:
    """Message, facts, and a check of the sheet's own that moves with it."""
    lang = board.lang
    yield CellOut(1, 1, board.titles.get(key) or label("sheets", key, lang), style="kpi title")
    yield CellOut(2, 1, f"{board.headline} · {label('notes', f'sheet.{key}', lang)}", style="kpi note")
    if key != "weights":
        return
    fine, wrong = (label("weights", f"whole.{each}", lang) for each in ("fine", "wrong"))
    is_fine = all(row["whole"] == "✓" for row in board.records[spec.CARD_WEIGHTS.name])
    count = resolve(f'COUNTIF([{spec.CARD_WEIGHTS.name}.whole],"✗")', places)
    text = f"IF({count}=0,{quoted_text(fine)},{quoted_text(wrong)})"
    yield CellOut(3, 1, fine if is_fine else wrong, text, "kpi check")


def native_patches(grids: Mapping[str, TableGrid], places: Places) -> Iterator[Patch]:
    """The native columns of the judgement tables, wherever formula or cached value is not what it must be."""
    typed = typed_cells(grids)
    for table in (each for each in spec.STATED_TABLES if each.name in LIVE and each.name in grids):
        grid, live = grids[table.name], live_cells(table.name, typed) or ()
        found = positions(table, grid, [])
        keyed = [column for column in table.columns if column.kind == "key" and column.key in found]
        formulas = {column.key: resolve(column.formula or "", places, table.name) for column in keyed}
        cells = [
            CellOut(line, grid.column + found[c.key], values[c.key], at_row(formulas[c.key], line))
            for line, values in enumerate(live, start=grid.row + 1)
            for c in keyed
        ]
        yield Patch(table.name, tuple(cells), max(grid.declared, len(grid.rows)))


def plan_patch(grid: TableGrid, written: Mapping[int, float]) -> Patch:
    """New weights in the plan's own cells, by the index of their row; the look of the cells stays."""
    column = grid.column + positions(PLAN, grid, [])["weight"]
    cells = tuple(CellOut(grid.row + 1 + index, column, weight) for index, weight in written.items())
    return Patch(PLAN.name, cells, grid.declared)

