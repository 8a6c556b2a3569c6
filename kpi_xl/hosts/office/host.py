"""The host of a workbook that is open in LibreOffice: the port over UNO, in the office or from outside it."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

from kpi_xl.errors import WorkbookError
from kpi_xl.hosts.office.cells import OfficeSheet, area_of
from kpi_xl.hosts.office.undo import undivided
from kpi_xl.hosts.office.writing import Writing
from kpi_xl.hosts.snapshot import LazyTables
from kpi_xl.hosts.tablegrid import Deferred, Frame, floor_of, heading_text, table_rows
from kpi_xl.model.grid import Patch, Scalar, SheetOut, TableGrid


class OfficeHost:
    """A workbook open in LibreOffice.

    Parameters
    ----------
    document : Any
        The spreadsheet document: a UNO object, of this process or of another.
    title : str
        What the office's undo list calls a write.
    """

    def __init__(self, document: Any, title: str = "kpi_xl") -> None:
        self._document = document
        self._title = title

    @property
    def name(self) -> str:
        """File name of the workbook, or the title of its window while it has none."""
        from urllib.parse import unquote

        address = str(self._document.getURL())
        return unquote(address.rpartition("/")[2]) if address else str(self._document.Title)

    def tables(self) -> Mapping[str, TableGrid]:
        """Every table by its name: LibreOffice keeps Excel's tables as database ranges of the same name."""
        frames = {frame.name: frame for frame in self._frames()}
        sheets = cache(self._sheet)
        return LazyTables(tuple(frames), lambda name: _grid(frames[name], frames, sheets))

    def named_cell(self, name: str) -> Scalar:
        """Value of the first cell behind a defined name; None when the name is absent or the cell empty."""
        cells = self._referred(name)
        if cells is None:
            return None
        place = area_of(cells.getRangeAddress())
        return OfficeSheet(self._document, cells.Spreadsheet).values.get(place.top, {}).get(place.left)

    def formulas(self, anchor: str) -> Mapping[tuple[int, int], str]:
        """Formula text by 1-based (row, column) on the sheet that holds this table or name."""
        return OfficeSheet(self._document, self._anchored(anchor)).formulas()

    def write(self, sheets: Sequence[SheetOut], patches: Sequence[Patch]) -> None:
        """Replace the cells of system sheets and patch single cells, as one step of the undo list or not at all.

        Raises
        ------
        WorkbookError
            ``E-BOOK-ANCHOR``; ``E-OFFICE-READONLY``, ``E-OFFICE-PROTECTED`` (by a password that is not ours to know),
            ``E-OFFICE-REFUSED``.
        """
        targets = [(self._anchored(out.anchor), out, self._ranges(out.tables)) for out in sheets]
        owners = [(self._ranges((patch.table,))[patch.table], patch) for patch in patches]
        if self._document.isReadonly():
            raise WorkbookError("E-OFFICE-READONLY", book=self.name)
        writing = Writing(self._document)

        def act() -> None:
            closed = self._opened([sheet for sheet, *_ in targets] + [self._sheet_of(table) for table, _ in owners])
            for sheet, out, tables in targets:
                writing.replace(sheet, out, tables)
            for table, patch in owners:
                writing.patch(table, patch)
            for sheet in closed:
                sheet.protect("")

        undivided(self._document, self._title, self.name, act)

    def graft(self, donor: Path, after: str = "") -> tuple[str, ...]:
        """Take over all sheets of a donor, or none; the last comes into view.

        LibreOffice cannot undo this, and forgets what it could undo before.

        Raises
        ------
        WorkbookError
            ``E-SHEET-EXISTS``, ``E-BOOK-ANCHOR``, ``E-BOOK-STRUCTURE``, ``E-OFFICE-READONLY``, ``E-OFFICE-REFUSED``.
        """
        behind = self._anchored(after).RangeAddress.Sheet + 1 if after else self._document.Sheets.Count
        if self._document.isReadonly():
            raise WorkbookError("E-OFFICE-READONLY", book=self.name)
        if self._document.isProtected():
            raise WorkbookError("E-BOOK-STRUCTURE", book=self.name)
        from kpi_xl.hosts.office.graft import grafted  # a click that only scores never needs it

        return grafted(self._document, donor, behind, self.name)

    def _opened(self, sheets: Sequence[Any]) -> list[Any]:
        """Lift every protection that has no password; the answer is what is to be protected again."""
        closed = [sheet for sheet in sheets if sheet.isProtected()]
        for sheet in closed:
            with contextlib.suppress(Exception):    # a protection with a password answers with an exception
                sheet.unprotect("")
            if sheet.isProtected():
                raise WorkbookError("E-OFFICE-PROTECTED", book=self.name, sheet=sheet.Name)
        return closed

    def _sheet_of(self, table: Any) -> Any:
        return self._document.Sheets.getByIndex(table.DataArea.Sheet)

    def _frames(self) -> list[Frame]:
        ranges = self._document.DatabaseRanges
        return [self._frame(name, ranges.getByName(name)) for name in ranges.getElementNames()]

    def _frame(self, name: str, table: Any) -> Frame:
        address, totals = table.DataArea, int(table.TotalsRow)
        area, headings = area_of(address), int(table.ContainsHeader)
        return Frame(
            name, self._document.Sheets.getByIndex(address.Sheet).Name, area.top + headings - 1, area.left,
            area.right - area.left + 1, area.bottom - area.top + 1 - headings - totals, is_closed=totals > 0,
        )  # fmt: skip

    def _sheet(self, name: str) -> OfficeSheet:
        return OfficeSheet(self._document, self._document.Sheets.getByName(name))

    def _ranges(self, names: Sequence[str] | Mapping[str, int]) -> dict[str, Any]:
        known = self._document.DatabaseRanges
        for name in names:
            if not known.hasByName(name):
                raise WorkbookError("E-BOOK-ANCHOR", book=self.name, anchor=name)
        return {name: known.getByName(name) for name in names}

    def _anchored(self, anchor: str) -> Any:
        """The sheet that holds a table or a name."""
        if self._document.DatabaseRanges.hasByName(anchor):
            return self._sheet_of(self._document.DatabaseRanges.getByName(anchor))
        cells = self._referred(anchor)
        if cells is None:
            raise WorkbookError("E-BOOK-ANCHOR", book=self.name, anchor=anchor)
        return cells.Spreadsheet

    def _referred(self, name: str) -> Any:
        names = self._document.NamedRanges
        return names.getByName(name).getReferredCells() if names.hasByName(name) else None


def _grid(frame: Frame, frames: Mapping[str, Frame], sheets: Any) -> TableGrid:
    floor = floor_of(frame, frames.values())
    return TableGrid(
        frame.name, frame.sheet, frame.row, frame.column,
        Deferred(partial(_header, frame, sheets)),
        Deferred(lambda: table_rows(frame, sheets(frame.sheet).values, floor)),
        frame.declared,
    )  # fmt: skip


def _header(frame: Frame, sheets: Any) -> tuple[str, ...]:
    heading = sheets(frame.sheet).values.get(frame.row, {})
    return tuple(heading_text(heading.get(frame.column + at)) for at in range(frame.columns))
