"""One sheet or file of cells, before anybody has said what its columns mean; every cell as text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice, zip_longest

import pyarrow

from kpi_xl.errors import WorkbookError
from kpi_xl.facts.raw.sources import Grid

BATCH = 20_000
_DIGITS_OF_A_CELL = 10**15
"""Whole numbers from here on have more digits than a spreadsheet keeps."""


@dataclass(frozen=True, slots=True)
class Merge:
    """Merged cells: rows as on the sheet from 1, columns from 0; the value stands in the first cell."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int


@dataclass(frozen=True, slots=True)
class Marks:
    """What a sheet says of its rows beside their values."""

    hidden: tuple[tuple[int, int], ...] = ()  # runs of hidden or filtered rows
    merges: tuple[Merge, ...] = ()
    uses_1904: bool = False
    may_have_long_numbers: bool = False  # numbers of more digits than a spreadsheet keeps


@dataclass(frozen=True, slots=True)
class TypedCells:
    """A sheet that need not be read as text, because each of its columns has a heading and cells of one type."""

    top: Callable[[int], list[tuple[str | None, ...]]]  # so many first rows, as text; none where they cannot be told
    below: Callable[[int], tuple[list[str], pyarrow.RecordBatch] | None]  # headings of a row, from 0, and all rows
    # below; None where there are error values, which have no type


@dataclass(frozen=True, slots=True)
class Part:
    """Cells of one sheet or file.

    A number of more than 15 digits is spelled with an exponent, so that it is never taken for an identifier. `numeric`
    tells which cells of a column are numbers, where reading them as text has lost that.
    """

    file: str
    sheet: str
    batches: Callable[[], Iterator[pyarrow.RecordBatch]]
    first_row: int = 1
    marks: Callable[[], Marks] = Marks
    numeric: Callable[[Sequence[int]], pyarrow.Table] | None = None
    typed: TypedCells | None = None

    @property
    def place(self) -> str:
        """File and sheet as an issue names them."""
        return "!".join(filter(None, (self.file, self.sheet)))


@dataclass(frozen=True, slots=True)
class Scan:
    """A relation of the database whose columns have names and types already, such as a Parquet file."""

    file: str
    sql: str  # a SELECT with src_file and src_row before its own columns
    sheet: str = ""

    @property
    def place(self) -> str:
        """The file, as an issue names it."""
        return self.file


def batched(rows: Iterable[Sequence[str | None]], most_columns: int, place: str) -> Iterator[pyarrow.RecordBatch]:
    """Rows of text, short ones filled up, as columns.

    Raises
    ------
    WorkbookError
        ``E-RAW-WIDE``: a row has more than `most_columns` cells.
    """
    source = iter(rows)
    while chunk := list(islice(source, BATCH)):
        width = max(map(len, chunk))
        if width > most_columns:
            raise WorkbookError("E-RAW-WIDE", place=place, found=width, wanted=most_columns)
        columns = list(zip_longest(*chunk)) if width else [tuple(None for _ in chunk)]
        yield pyarrow.RecordBatch.from_arrays(
            [pyarrow.array(column, pyarrow.string()) for column in columns], [f"c{at}" for at in range(len(columns))]
        )


def of_grid(grid: Grid, most_columns: int) -> Part:
    """A raw sheet of the workbook itself."""
    place = grid.sheet

    def batches() -> Iterator[pyarrow.RecordBatch]:
        if isinstance(grid.cells, pyarrow.Table):
            yield from _as_text(grid.cells, most_columns, place)
        else:
            yield from batched((tuple(map(spelled, row)) for row in grid.cells), most_columns, place)

    return Part(grid.book, grid.sheet, batches, grid.first_row, lambda: Marks(uses_1904=grid.uses_1904))


def spelled(value: object) -> str | None:
    """A cell as text, so that reading it gives the cell again.

    >>> spelled(5.0), spelled(123456789012345678), spelled(datetime(2024, 1, 5, 18)), spelled(True)
    ('5', '1.2345678901234568e+17', '2024-01-05 18:00:00', 'true')
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return _number(value)
    return value.isoformat(" ") if isinstance(value, datetime) else _other(value)


def _number(value: float) -> str:
    if abs(value) >= _DIGITS_OF_A_CELL:
        return repr(float(value)) if abs(value) >= 1e16 else f"{float(value):.16e}"
    return str(int(value)) if value == value // 1 else repr(value)


def _other(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _as_text(table: pyarrow.Table, most_columns: int, place: str) -> Iterator[pyarrow.RecordBatch]:
    if table.num_columns > most_columns:
        raise WorkbookError("E-RAW-WIDE", place=place, found=table.num_columns, wanted=most_columns)
    for batch in table.to_batches(max_chunksize=BATCH):
        columns = [
            column if pyarrow.types.is_string(column.type)
            else pyarrow.array([spelled(value) for value in column.to_pylist()], pyarrow.string())
            for column in batch.columns
        ]  # fmt: skip
        yield pyarrow.RecordBatch.from_arrays(columns, [f"c{at}" for at in range(len(columns))])
