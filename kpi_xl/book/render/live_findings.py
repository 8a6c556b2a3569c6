"""The live cells of 方案体检 after the book has changed: formulas as they stand, with what they come to now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from kpi_xl.book.context import Context
from kpi_xl.book.formula import Places, resolve
from kpi_xl.book.layout import places as find_places
from kpi_xl.book.plan_health.material import material_of
from kpi_xl.book.plan_health.planfile import plan_file
from kpi_xl.book.plan_health.shares import share_rows
from kpi_xl.book.plan_health.tables import Record, records
from kpi_xl.book.plan_health.weighing import BasisRow, EmphasisRow, weighing
from kpi_xl.book.render.findings import FITS, fits_cell, system_sizes
from kpi_xl.book.render.tables import table_cells
from kpi_xl.book.table import Table
from kpi_xl.book.tables.health import BALANCE, BASIS, EMPHASIS, SHARES
from kpi_xl.labels import Lang
from kpi_xl.model.grid import Patch, Scalar, TableGrid
from kpi_xl.scoring.rounding import excel_round

IDENTITY: Mapping[str, tuple[str, ...]] = {
    BASIS.name: ("card", "plan_key", "target_key", "group"),
    BALANCE.name: ("group", "tag"),
    EMPHASIS.name: ("group",),
    SHARES.name: ("key", "share", "step"),
}
"""What makes a row of the sheet the same row as before."""
Grids = Mapping[str, TableGrid]


def live_findings(context: Context, grids: Grids, lang: Lang) -> tuple[Patch, ...]:
    """Cells to write, so that whoever reads the file without an office sees the balance of today's weights.

    Nothing where the book has no such sheet, or its rows are others than when the plan was examined: an office
    computes them, and examining again writes them anew.
    """
    if BASIS.name not in grids:
        return ()
    file = plan_file(grids, context.period)
    weighed = weighing(material_of(context, file, looks_back=False), lang)
    now: Mapping[Table, Sequence[object]] = {
        BASIS: weighed.basis, BALANCE: weighed.balance, EMPHASIS: weighed.emphasis,
        SHARES: tuple(share_rows(context, file)),
    }  # fmt: skip
    then = {table: tuple(records(table.name, grids)) for table in now}
    if not all(_is_same(table, now[table], then[table]) for table in now):
        return ()
    basis = [_Examined(row, found) for row, found in zip(weighed.basis, then[BASIS], strict=True)]
    now = {**now, BASIS: basis, EMPHASIS: tuple(map(_as_examined, weighed.emphasis, then[EMPHASIS]))}
    places = find_places(grids, system_sizes(grids))
    head = fits_cell(resolve(FITS, places), lang, is_fitting=not any(row.stale for row in basis))
    found = tuple(_patches(now, grids, places, lang))
    return (replace(found[0], cells=(head, *found[0].cells)), *found[1:])


def _patches(now: Mapping[Table, Sequence[object]], grids: Grids, places: Places, lang: Lang) -> Iterator[Patch]:
    for table, rows in now.items():
        cells = tuple(cell for cell in table_cells(table, rows, places, lang) if cell.formula is not None)
        yield Patch(table.name, cells, grids[table.name].declared)


def _is_same(table: Table, now: Sequence[object], then: Sequence[Record]) -> bool:
    columns = IDENTITY[table.name]
    mine = [tuple(_plain(getattr(row, column)) for column in columns) for row in now]
    return mine == [tuple(_plain(row.values.get(column)) for column in columns) for row in then]


def _plain(value: Scalar) -> Scalar:
    return float(value) if isinstance(value, int) else value or ""


def _as_examined(row: EmphasisRow, found: Record) -> EmphasisRow:
    """With what is no formula as it stands on the sheet."""
    middle = found.number("middle")
    return replace(row, middle=row.middle if middle is None else middle, lacking=found.text("lacking"))


class _Examined:
    """A row of the basis as it is now, beside what it was when the plan was examined."""

    def __init__(self, row: BasisRow, found: Record) -> None:
        self._row, self._found = row, found

    def __getattr__(self, name: str) -> object:
        return getattr(self._row, name)

    @property
    def stale(self) -> int:
        """1 when anything is no longer what was examined."""
        weight, anchors = (self._found.number(column) or 0.0 for column in ("then_weight", "then_anchors"))
        is_same = (
            self._found.text("then").casefold() == self._row.now.casefold()
            and excel_round(self._row.weight - weight, 9) == 0
            and abs(self._row.anchors - anchors) <= 1e-6 * max(1.0, abs(anchors))
        )
        return int(not is_same)
