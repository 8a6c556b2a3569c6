"""A workbook in memory, for tests and for trying things out: the port over dicts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from kpi_xl.errors import WorkbookError
from kpi_xl.hosts.disk import read_file
from kpi_xl.hosts.grafting.naming import free_name, renamed
from kpi_xl.hosts.ooxml.package import package_from
from kpi_xl.hosts.snapshot import Snapshot
from kpi_xl.hosts.tablegrid import Frame, floor_of, heading_text, table_rows
from kpi_xl.model.grid import CellOut, Patch, Scalar, SheetOut, TableGrid

Place = tuple[str, int, int]            # sheet, 1-based row and column


class MemoryHost:
    """Cells by place; `written` keeps every write as it was asked for.

    Parameters
    ----------
    names : mapping
        Place of each defined name.
    cells : mapping
        Values outside the tables.
    """

    def __init__(
        self,
        tables: Iterable[TableGrid] = (),
        names: Mapping[str, Place] | None = None,
        cells: Mapping[Place, Scalar] | None = None,
        name: str = "memory.xlsx",
    ) -> None:
        self.name = name
        self.written: list[tuple[tuple[SheetOut, ...], tuple[Patch, ...]]] = []
        self._frames: dict[str, Frame] = {}
        self._names = dict(names or {})
        self._values = dict(cells or {})
        self._formulas: dict[Place, str] = {}
        for grid in tables:
            self._frames[grid.name] = Frame(
                grid.name, grid.sheet, grid.row, grid.column, len(grid.header), grid.declared
            )
            for number, line in enumerate((grid.header, *grid.rows), start=grid.row):
                for column, value in enumerate(line, start=grid.column):
                    self._values[grid.sheet, number, column] = value

    def tables(self) -> Mapping[str, TableGrid]:
        """Every table by its name."""
        return {name: self._grid(frame) for name, frame in self._frames.items()}

    def named_cell(self, name: str) -> Scalar:
        """Value behind a defined name; None when the name is absent or the cell empty."""
        place = self._names.get(name)
        return self._value(place) if place else None

    def formulas(self, anchor: str) -> Mapping[tuple[int, int], str]:
        """Formula text by 1-based (row, column) on the sheet that holds this table or name."""
        sheet = self._sheet(anchor)
        return {(row, column): text for (on, row, column), text in self._formulas.items() if on == sheet}

    def write(self, sheets: Sequence[SheetOut], patches: Sequence[Patch]) -> None:
        """Replace the cells of sheets and patch single cells; an unknown anchor changes nothing."""
        targets = [self._sheet(out.anchor) for out in sheets]
        owners = [self._frame(patch.table) for patch in patches]
        for out in sheets:
            for name in out.tables:
                self._frame(name)
        for sheet, out in zip(targets, sheets, strict=True):
            self._clear(sheet)
            self._put(sheet, out.cells)
            for name, rows in out.tables.items():
                self._frames[name] = replace(self._frames[name], declared=max(rows, 1))
        for frame, patch in zip(owners, patches, strict=True):
            self._put(frame.sheet, patch.cells)
            self._frames[frame.name] = replace(frame, declared=max(frame.declared, patch.rows))
        self.written.append((tuple(sheets), tuple(patches)))

    def graft(self, donor: Path, after: str = "") -> tuple[str, ...]:
        """Take over the cells and tables of a donor's sheets; in memory there is no order of sheets to put them in."""
        if after:
            self._sheet(after)
        given = Snapshot(package_from(donor.name, read_file(donor)))
        taken = [name for name in given.tables if name in self._frames or name in self._names]
        if taken:
            raise WorkbookError("E-SHEET-EXISTS", book=self.name, found=", ".join(taken))
        sheets = {place[0] for place in self._values} | {frame.sheet for frame in self._frames.values()}
        names: dict[str, str] = {}
        for sheet in given.definitions.sheets:
            names[sheet.name] = free_name(sheet.name, {*sheets, *names.values()})
            for row, line in given.values(sheet).items():
                self._values |= {(names[sheet.name], row, column): value for column, value in line.items()}
            for (row, column), text in given.formulas(sheet).items():
                self._formulas[names[sheet.name], row, column] = renamed(text, names)
        for grid in given.tables.values():
            self._frames[grid.name] = Frame(
                grid.name, names[grid.sheet], grid.row, grid.column, len(grid.header), grid.declared
            )
        return tuple(names.values())

    def _put(self, sheet: str, content: Iterable[CellOut]) -> None:
        for cell in content:
            place = sheet, cell.row, cell.column
            self._values[place] = cell.value
            self._formulas.pop(place, None)
            if cell.formula is not None:
                self._formulas[place] = cell.formula

    def _clear(self, sheet: str) -> None:
        self._values = {place: value for place, value in self._values.items() if place[0] != sheet}
        self._formulas = {place: text for place, text in self._formulas.items() if place[0] != sheet}

    def _value(self, place: Place) -> Scalar:
        value = self._values.get(place)
        return None if value == "" else value

    def _grid(self, frame: Frame) -> TableGrid:
        cells: dict[int, dict[int, Scalar]] = defaultdict(dict)
        for place in self._values:
            if place[0] == frame.sheet:
                cells[place[1]][place[2]] = self._value(place)
        header = tuple(heading_text(cells[frame.row].get(frame.column + at)) for at in range(frame.columns))
        rows = table_rows(frame, cells, floor_of(frame, self._frames.values()))
        return TableGrid(frame.name, frame.sheet, frame.row, frame.column, header, rows, frame.declared)

    def _sheet(self, anchor: str) -> str:
        if anchor in self._frames:
            return self._frames[anchor].sheet
        if anchor in self._names:
            return self._names[anchor][0]
        raise WorkbookError("E-BOOK-ANCHOR", book=self.name, anchor=anchor)

    def _frame(self, table: str) -> Frame:
        if table not in self._frames:
            raise WorkbookError("E-BOOK-ANCHOR", book=self.name, anchor=table)
        return self._frames[table]
