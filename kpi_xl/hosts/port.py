"""The one narrow door to a workbook; every host (file, memory, later Excel and LibreOffice) is behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from kpi_xl.model.grid import Patch, Scalar, SheetOut, TableGrid


class WorkbookHost(Protocol):
    """Where a workbook lives."""

    @property
    def name(self) -> str:
        """File name of the workbook, for messages."""
        ...

    def tables(self) -> Mapping[str, TableGrid]:
        """Every Excel table by its name."""
        ...

    def named_cell(self, name: str) -> Scalar:
        """Value of the single cell behind a defined name; None when the name is absent or the cell empty."""
        ...

    def formulas(self, anchor: str) -> Mapping[tuple[int, int], str]:
        """Formula text (no leading "=") by 1-based (row, column) on the sheet that holds this table or name."""
        ...

    def write(self, sheets: Sequence[SheetOut], patches: Sequence[Patch]) -> None:
        """Replace the cells of system sheets and patch single cells; all or nothing."""
        ...

    def graft(self, donor: Path, after: str = "") -> tuple[str, ...]:
        """Take over all sheets of a donor workbook; all or nothing.

        A sheet keeps its tables, prompts, rules, page set-up and, by the names of their styles, the looks of its cells.

        Parameters
        ----------
        donor : Path
            A workbook of nothing but the new sheets, as `builder.frame.build_sheets` writes it: its formulas may look
            at tables that only this book has.
        after : str
            A table or defined name on the sheet behind which they go; last when empty.

        Returns
        -------
        tuple of str
            Their names in this book; numbered where a sheet had the name already.

        Raises
        ------
        WorkbookError
            ``E-SHEET-EXISTS``: a table of the donor is in the book already; ``E-BOOK-ANCHOR``: no such `after`;
            ``E-BOOK-STRUCTURE``: the workbook's structure is protected.
        """
        ...
