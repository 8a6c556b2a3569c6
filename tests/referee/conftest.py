"""Small workbooks for the referee: each cell is a number, a text, or a formula with the value a reader expects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import xlsxwriter

from kpi_xl import referee

Result = bool | float | str
Cell = Result | tuple[str, Result] | None
Sheets = Mapping[str, Mapping[str, Cell]]
WriteBook = Callable[..., Path]


@pytest.fixture
def write_book(tmp_path: Path) -> WriteBook:
    """Write ``{sheet: {address: value or (formula, cached value)}}`` and return the file's path."""

    def write(sheets: Sheets, names: Mapping[str, str] | None = None, file: str = "考核 book.xlsx") -> Path:
        path = tmp_path / file
        with xlsxwriter.Workbook(path) as book:
            for title, cells in sheets.items():
                sheet = book.add_worksheet(title)
                for address, cell in cells.items():
                    if isinstance(cell, tuple):
                        sheet.write_formula(address, cell[0], None, cell[1])
                    else:
                        sheet.write(address, cell)
            for name, reference in (names or {}).items():
                book.define_name(name, reference)
        return path

    return write


@pytest.fixture(params=sorted(referee.ENGINES))
def engine(request: pytest.FixtureRequest) -> str:
    """Each engine in turn; an engine that is not installed here skips with its code."""
    name = str(request.param)
    reason = referee.available(name)
    if reason:
        pytest.skip(f"{name}: {reason}")
    return name
