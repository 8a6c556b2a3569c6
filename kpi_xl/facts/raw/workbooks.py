"""Sheets of .xlsx, .xlsm, .xlsb and .xls files, read as text by calamine."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from xml.etree.ElementTree import ParseError

import fastexcel
import pyarrow

from kpi_xl.errors import WorkbookError
from kpi_xl.facts.raw.parts import Marks, Part
from kpi_xl.facts.raw.sheet_marks import marks

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
    found = _marks(path, sheet, shown)

    def batches() -> Iterator[pyarrow.RecordBatch]:
        table = _loaded(path, shown, sheet, "string")
        if table.num_columns > most_columns:
            raise WorkbookError("E-RAW-WIDE", place=f"{shown}!{sheet}", found=table.num_columns, wanted=most_columns)
        yield table.rename_columns([f"c{at}" for at in range(table.num_columns)])

    return Part(shown, sheet, batches, 1, found, _numeric(path, shown, sheet) if _is_doubtful(path, found) else None)


def _is_doubtful(path: Path, found: Marks) -> bool:
    return found.may_have_long_numbers or path.suffix.lower() in (".xls", ".xlsb")


def _numeric(path: Path, shown: str, sheet: str) -> Callable[[Sequence[int]], pyarrow.Table]:
    def cells(columns: Sequence[int]) -> pyarrow.Table:
        # calamine has a truth value for a number and none for a text, whatever it looks like.
        table = _loaded(path, shown, sheet, "boolean")
        return pyarrow.table({f"c{at}": pyarrow.compute.is_valid(table.column(at)) for at in columns})

    return cells


def _loaded(path: Path, shown: str, sheet: str, kind: fastexcel.DType) -> pyarrow.RecordBatch:
    try:
        return _opened(path, shown).load_sheet(sheet, header_row=None, skip_rows=0, dtypes=kind).to_arrow()
    except fastexcel.FastExcelError as failure:
        raise WorkbookError("E-RAW-DAMAGED", place=f"{shown}!{sheet}") from failure


def _opened(path: Path, shown: str) -> fastexcel.ExcelReader:
    try:
        return fastexcel.read_excel(path)
    except (fastexcel.FastExcelError, OSError, ValueError) as failure:
        raise WorkbookError("E-RAW-DAMAGED", place=shown) from failure


def _marks(path: Path, sheet: str, shown: str) -> Marks:
    if not zipfile.is_zipfile(path) or path.suffix.lower() == ".xlsb":
        return Marks()
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
