"""Sheets of .xlsx, .xlsm, .xlsb and .xls files, read as text by calamine."""

from __future__ import annotations

import logging
import zipfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
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

    def loaded(**wanted: Any) -> tuple[list[str], pyarrow.RecordBatch]:
        # The XML gives up its marks while the cells are read: neither holds the lock of the interpreter for long.
        with ThreadPoolExecutor(1) as beside:
            beside.submit(said)
            return _loaded(path, shown, sheet, most_columns, **wanted)

    def batches() -> Iterator[pyarrow.RecordBatch]:
        _, batch = loaded(header_row=None, dtypes="string")
        yield batch.rename_columns([f"c{at}" for at in range(batch.num_columns)])

    def numeric(columns: Sequence[int]) -> pyarrow.Table:
        # calamine has a truth value for a number and none for a text, whatever it looks like.
        _, batch = loaded(header_row=None, dtypes="boolean")
        return pyarrow.table({f"c{at}": pyarrow.compute.is_valid(batch.column(at)) for at in columns})

    is_xml = path.suffix.lower() in (".xlsx", ".xlsm")
    typed = TypedCells(partial(top, path, sheet), lambda row: loaded(header_row=row, schema_sample_rows=None))
    return Part(shown, sheet, batches, 1, said, numeric, typed if is_xml else None)


def _loaded(
    path: Path, shown: str, sheet: str, most_columns: int, **wanted: Any
) -> tuple[list[str], pyarrow.RecordBatch]:
    """Headings, blank where none stand, and cells; rows are counted from the first of the sheet."""
    try:
        found = _opened(path, shown).load_sheet(sheet, skip_rows=0, **wanted)
        if found.width > most_columns:
            raise WorkbookError("E-RAW-WIDE", place=f"{shown}!{sheet}", found=found.width, wanted=most_columns)
        names = [each.name if each.column_name_from == "looked_up" else "" for each in found.available_columns()]
        return names, found.to_arrow()
    except fastexcel.FastExcelError as failure:
        raise WorkbookError("E-RAW-DAMAGED", place=f"{shown}!{sheet}") from failure


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
