"""Sheets of .xlsx, .xlsm, .xlsb and .xls files, read as text by calamine."""

from __future__ import annotations

import logging
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import fastexcel
import pyarrow

from kpi_xl.errors import WorkbookError
from kpi_xl.facts.raw.parts import Marks, Part, TypedCells
from kpi_xl.facts.raw.sheet_marks import marks
from kpi_xl.facts.raw.sheet_top import top

# It says on the log that an empty column might be of any type; whoever computes need not read that.
logging.getLogger("fastexcel").setLevel(logging.ERROR)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_ERROR = re.compile(r"'Error\((\w+)\)'")
ERRORS = {
    "NA": "#N/A", "Div0": "#DIV/0!", "Ref": "#REF!", "Value": "#VALUE!", "Name": "#NAME?", "Num": "#NUM!",
    "Null": "#NULL!", "GettingData": "#GETTING_DATA",
}  # fmt: skip
"""Error values as calamine calls them, and as a sheet shows them."""


def sheet_names(path: Path, shown: str, most_bytes: int) -> tuple[str, ...]:
    """Names of the sheets, in order.

    Raises
    ------
    WorkbookError
        ``E-RAW-PASSWORD``, ``E-RAW-TOO-BIG``, ``E-RAW-DAMAGED``.
    """
    _guard(path, shown, most_bytes)
    return tuple(_opened(path, shown).sheet_names)


def of_sheet(path: Path, shown: str, sheet: str, most_columns: int) -> Part:
    """One sheet as text; rows before the first filled one are counted, not skipped."""
    said = cache(lambda: _marks(path, sheet, shown))

    def loaded(**wanted: Any) -> _Cells:
        # The XML gives up its marks while the cells are read: neither holds the lock of the interpreter for long.
        with ThreadPoolExecutor(1) as beside:
            beside.submit(said)
            return _loaded(path, shown, sheet, most_columns, **wanted)

    def batches() -> Iterator[pyarrow.RecordBatch]:
        cells = loaded(header_row=None, dtypes="string")
        yield _spelled_out(cells).rename_columns([f"c{at}" for at in range(cells.batch.num_columns)])

    def numeric(columns: Sequence[int]) -> pyarrow.Table:
        # calamine has a truth value for a number and none for a text, whatever it looks like.
        batch = loaded(header_row=None, dtypes="boolean").batch
        return pyarrow.table({f"c{at}": pyarrow.compute.is_valid(batch.column(at)) for at in columns})

    def below(row: int) -> tuple[list[str], pyarrow.RecordBatch] | None:
        try:
            cells = loaded(header_row=row, schema_sample_rows=None)
        except fastexcel.CalamineCellError:         # an error value leaves its column without a type
            return None
        return None if cells.errors else (cells.names, cells.batch)

    is_xml = path.suffix.lower() in (".xlsx", ".xlsm")
    typed = TypedCells(partial(top, path, sheet), below)
    return Part(shown, sheet, batches, 1, said, numeric, typed if is_xml else None)


@dataclass(frozen=True, slots=True)
class _Cells:
    """Headings, blank where none stand, and cells; an error value is null in them, and told by row and column."""

    names: list[str]
    batch: pyarrow.RecordBatch
    errors: Mapping[tuple[int, int], str]


def _loaded(path: Path, shown: str, sheet: str, most_columns: int, **wanted: Any) -> _Cells:
    """The cells of a sheet; rows are counted from its first."""
    try:
        found = _opened(path, shown).load_sheet(sheet, skip_rows=0, **wanted)
        if found.width > most_columns:
            raise WorkbookError("E-RAW-WIDE", place=f"{shown}!{sheet}", found=found.width, wanted=most_columns)
        names = [each.name if each.column_name_from == "looked_up" else "" for each in found.available_columns()]
        if wanted.get("dtypes") == "boolean":       # here every text would be an error
            return _Cells(names, found.to_arrow(), {})
        batch, strange = found.to_arrow_with_errors()
        return _Cells(names, batch, dict(_errors(strange.errors if strange else ())))
    except fastexcel.FastExcelError as failure:
        if isinstance(failure, fastexcel.CalamineCellError) and "dtypes" not in wanted:
            raise
        raise WorkbookError("E-RAW-DAMAGED", place=f"{shown}!{sheet}") from failure


def _errors(found: Iterable[fastexcel.CellError]) -> Iterator[tuple[tuple[int, int], str]]:
    for each in found:
        kind = _ERROR.search(each.detail)
        if kind:
            yield each.offset_position, ERRORS.get(kind[1], "#VALUE!")


def _spelled_out(cells: _Cells) -> pyarrow.RecordBatch:
    """The cells with their error values as the sheet shows them: what cannot be computed is not missing."""
    columns = list(cells.batch.columns)
    texts = {at: columns[at].to_pylist() for at in {column for _, column in cells.errors}}
    for (row, at), error in cells.errors.items():
        texts[at][row] = error
    for at, spelled in texts.items():
        columns[at] = pyarrow.array(spelled, pyarrow.string())
    return pyarrow.RecordBatch.from_arrays(columns, cells.batch.schema.names)


def _opened(path: Path, shown: str) -> fastexcel.ExcelReader:
    try:
        return fastexcel.read_excel(path)
    except (fastexcel.FastExcelError, OSError, ValueError) as failure:
        raise WorkbookError("E-RAW-DAMAGED", place=shown) from failure


def _marks(path: Path, sheet: str, shown: str) -> Marks:
    if not zipfile.is_zipfile(path) or path.suffix.lower() == ".xlsb":
        return Marks(may_have_long_numbers=True)
    try:
        return marks(path, sheet)
    except (zipfile.BadZipFile, ParseError, KeyError, OSError) as failure:
        raise WorkbookError("E-RAW-DAMAGED", place=shown) from failure


def _guard(path: Path, shown: str, most_bytes: int) -> None:
    with path.open("rb") as file:
        start = file.read(1 << 20)
    if not start:
        raise WorkbookError("E-RAW-EMPTY", place=shown)
    if start.startswith(_OLE):
        if _ENCRYPTED in start or _ENCRYPTED in path.read_bytes():
            raise WorkbookError("E-RAW-PASSWORD", place=shown)
    elif not zipfile.is_zipfile(path):
        raise WorkbookError("E-RAW-DAMAGED", place=shown)
    else:
        with zipfile.ZipFile(path) as package:
            if sum(info.file_size for info in package.infolist()) > most_bytes:
                raise WorkbookError("E-RAW-TOO-BIG", place=shown, wanted=most_bytes)
