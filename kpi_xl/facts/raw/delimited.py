"""Text files of separated cells: their encoding and their separator are found by looking."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import zlib
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO, cast

import pyarrow

from kpi_xl.errors import WorkbookError
from kpi_xl.facts.raw.parts import Part, batched

SEPARATORS = ",\t;|"
_BLOCK = 1 << 20
_LINES_TO_LOOK_AT = 30
_LONGEST_CELL = 1 << 20
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def of_text(path: Path, shown: str, most_columns: int, most_bytes: int) -> Part:
    """A file of separated cells, plain or in gzip.

    Raises
    ------
    WorkbookError
        ``E-RAW-EMPTY``, ``E-RAW-ENCODING``, ``E-RAW-TOO-BIG``, ``E-RAW-DAMAGED`` while it is looked at.
    """
    encoding = _encoding(path, shown, most_bytes)
    separator = _separator(path, encoding, shown)

    def batches() -> Iterator[pyarrow.RecordBatch]:
        try:
            with _text(path, encoding) as lines:
                yield from batched(_records(lines, separator), most_columns, shown)
        except (csv.Error, EOFError, zlib.error, gzip.BadGzipFile, UnicodeError) as failure:
            raise WorkbookError("E-RAW-DAMAGED", place=shown) from failure

    return Part(shown, "", batches)


def _records(lines: io.TextIOBase, separator: str) -> Iterator[list[str | None]]:
    csv.field_size_limit(_LONGEST_CELL)
    for record in csv.reader(lines, delimiter=separator):
        yield [cell or None for cell in record]


def _open(path: Path) -> BinaryIO:
    return cast(BinaryIO, gzip.open(path, "rb")) if path.suffix.lower() == ".gz" else path.open("rb")


def _text(path: Path, encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(_open(path), encoding=encoding, newline="")


def _encoding(path: Path, shown: str, most_bytes: int) -> str:
    """The first encoding in which the whole file is text."""
    with _open(path) as file:
        start = _read(file, shown)
    if not start:
        raise WorkbookError("E-RAW-EMPTY", place=shown)
    for bom, encoding in _BOMS:
        if start.startswith(bom):
            return encoding
    for encoding in ("utf-8", "gb18030"):
        if b"\0" not in start and _is_in(path, encoding, shown, most_bytes):
            return encoding
    raise WorkbookError("E-RAW-ENCODING", place=shown)


def _is_in(path: Path, encoding: str, shown: str, most_bytes: int) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    size = 0
    with _open(path) as file:
        try:
            while block := _read(file, shown):
                size += len(block)
                if size > most_bytes:
                    raise WorkbookError("E-RAW-TOO-BIG", place=shown, wanted=most_bytes)
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _read(file: BinaryIO, shown: str) -> bytes:
    try:
        return file.read(_BLOCK)
    except (EOFError, zlib.error, gzip.BadGzipFile) as failure:
        raise WorkbookError("E-RAW-DAMAGED", place=shown) from failure


def _separator(path: Path, encoding: str, shown: str) -> str:
    """The separator that cuts the first lines most evenly, and into most cells."""
    with _text(path, encoding) as file:
        lines = list(islice(file, _LINES_TO_LOOK_AT))

    def evenness(separator: str) -> tuple[float, int]:
        try:
            widths = Counter(len(record) for record in csv.reader(lines, delimiter=separator) if record)
        except csv.Error:
            return 0.0, 0
        width, rows = max(widths.items(), key=lambda item: (item[0] > 1, item[1])) if widths else (0, 0)
        return (rows / widths.total(), width) if width > 1 else (0.0, width)

    csv.field_size_limit(_LONGEST_CELL)
    return max(SEPARATORS, key=evenness)
