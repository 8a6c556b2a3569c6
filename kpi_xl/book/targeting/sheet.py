"""目标建议 and 年度分解 as cells: message, note, way home, table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import cast

from kpi_xl.book.formula import Places
from kpi_xl.book.layout import places
from kpi_xl.book.render.tables import table_cells
from kpi_xl.book.sheets import SHEET_BY_KEY
from kpi_xl.book.table import Table
from kpi_xl.book.tables.targets import DECOMPOSITION, NUMBERS, PROPOSALS
from kpi_xl.book.targeting.heads import Counts, counted_proposals, counted_splits, head_cell
from kpi_xl.book.targeting.proposing import LineProposal
from kpi_xl.book.targeting.rows import UNIT, Cells, proposal_row, split_rows
from kpi_xl.book.targeting.splitting import Split
from kpi_xl.book.wording import lines_of
from kpi_xl.labels import Lang, label
from kpi_xl.model.grid import CellOut, Scalar, SheetOut, TableGrid
from kpi_xl.scoring.targets.anchors import Verdict

HEADING_HEIGHT, LINE_HEIGHT = 32.0, 13.5
WITHOUT_CENTS = 10_000
"""From here on an amount is read without its decimals."""
DIFFERENCE = "difference"
"""The one number that is small and exact."""
HARDNESS: Mapping[str, tuple[Verdict, ...]] = {
    "fair": (Verdict.FAIR,),
    "hard": (Verdict.HARD, Verdict.TOO_HARD),
    "easy": (Verdict.EASY, Verdict.TOO_EASY),
}


def proposals_sheet(
    found: Sequence[LineProposal], grids: Mapping[str, TableGrid], period: str, lang: Lang
) -> SheetOut:
    """The cells of 目标建议."""
    counts = {name: sum(each.verdict in verdicts for each in found) for name, verdicts in HARDNESS.items()}
    proposed = sum(each.anchors.target is not None for each in found)
    message = _said("proposals.message", lang, period=period, rows=len(found), proposed=proposed, **counts)
    rows = [proposal_row(each, lang) for each in found]
    spots = places(grids, {PROPOSALS.name: len(rows)})
    return _sheet(PROPOSALS, rows, message, counted_proposals(rows, lang), spots, lang)


def decomposition_sheet(
    splits: Sequence[Split], names: Mapping[str, str], grids: Mapping[str, TableGrid], lang: Lang
) -> SheetOut:
    """The cells of 年度分解."""
    rows = [row for split in splits for row in split_rows(split, names, lang)]
    exact = sum(row["line"] == "total" and row["lamp"] == "✓" for row in rows)
    year = splits[0].goal.year if splits else ""
    message = _said("decomposition.message", lang, year=year, goals=len(splits), exact=exact)
    spots = places(grids, {DECOMPOSITION.name: len(rows)})
    return _sheet(DECOMPOSITION, rows, message, counted_splits(rows), spots, lang)


def _said(name: str, lang: Lang, **facts: object) -> str:
    return label("targets", name, lang).format(**facts)


def _sheet(
    table: Table, rows: Sequence[Cells], message: str, counts: Counts, spots: Places, lang: Lang
) -> SheetOut:
    head = spots.tables[table.name].row
    heights = {head: HEADING_HEIGHT}
    for line, row in enumerate(rows, start=head + 1):
        lines = max(lines_of(str(row[each.key]), each.width) for each in table.columns if each.style == "long")
        if lines > 1:
            heights[line] = LINE_HEIGHT * lines + 2
    cells = _in_units(table, rows, table_cells(table, rows, spots, lang, _cell), spots)
    whole = (*_headline(table, message, lang), head_cell(table, counts, spots, lang), *cells)
    return SheetOut(SHEET_BY_KEY[table.sheet].place, whole, heights, {table.name: max(1, len(rows))})


def _headline(table: Table, message: str, lang: Lang) -> Iterator[CellOut]:
    yield CellOut(1, 1, message, style="kpi title")
    yield CellOut(2, 1, label("targets", f"{table.sheet}.note", lang), style="kpi note")


def _in_units(table: Table, rows: Sequence[Cells], cells: Iterable[CellOut], spots: Places) -> Iterator[CellOut]:
    """The cells, with numbers shown as those of the row's indicator are."""
    place = spots.tables[table.name]
    roles = {place.column + place.positions[each.key]: each for each in table.columns if each.key in NUMBERS}
    looks = [(_look(row), str(row[UNIT])) for row in rows]
    for cell in cells:
        column = roles.get(cell.column)
        if column is None or cell.row <= place.row:
            yield cell
            continue
        look = looks[cell.row - place.row - 1][column.key == DIFFERENCE]
        yield cell._replace(style=f"kpi {column.role.split()[1]} {look}")


def _look(row: Cells) -> str:
    """One look for all numbers of a row: large amounts are read without their decimals."""
    values = (row.get(column) for column in NUMBERS - {DIFFERENCE})
    largest = max((abs(value) for value in values if isinstance(value, float)), default=0.0)
    style = str(row[UNIT])
    return "int" if style == "num" and largest >= WITHOUT_CENTS else style


def _cell(row: object, column: str) -> Scalar:
    return cast(Cells, row)[column]
