"""The one narrow door to a workbook; every host (file, memory, later Excel and LibreOffice) is behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
