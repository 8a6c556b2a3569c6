"""Every formula cell of a workbook with the value stored beside it, straight from the file's XML."""

from __future__ import annotations

import posixpath
import re
import zlib
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple
from xml.etree.ElementTree import Element, ParseError, fromstring, iterparse
from zipfile import BadZipFile, ZipFile

from kpi_xl.book.filling import filled
from kpi_xl.errors import WorkbookError
from kpi_xl.model.grid import CellError, a1, column_number
from kpi_xl.referee.recalculation import Place, Value, serial

_FORMULA_TAG = re.compile(rb"<(?:[\w.-]+:)?f[\s/>]")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_ADDRESS = re.compile(r"([A-Z]+)([0-9]+)")
_CHUNK = 1 << 20
_UNREADABLE = (OSError, BadZipFile, zlib.error, RuntimeError, ParseError, LookupError, ValueError)


class FormulaCell(NamedTuple):
    """A formula without its leading "=" and the result that the file stores for it."""

    formula: str
    cached: Value


def formula_cells(path: Path | str) -> dict[Place, FormulaCell]:
    """All formula cells of a workbook, sheet by sheet in the file's order.

    The children of an array formula that fills several cells hold values only and are not formula cells.

    Raises
    ------
    WorkbookError
        ``E-BOOK-UNREADABLE``: the file is no workbook or is damaged.
    """
    found: dict[Place, FormulaCell] = {}
    try:
        with ZipFile(path) as book:
            strings = cache(lambda: _shared_strings(book))
            for sheet, part in _worksheets(book):
                if _has_formulas(book, part):
                    found.update(((sheet, address), cell) for address, cell in _cells(book, part, strings))
    except _UNREADABLE as failure:
        raise WorkbookError("E-BOOK-UNREADABLE", path=str(path), reason=type(failure).__name__) from failure
    return found


def position(address: str) -> tuple[int, int]:
    """1-based row and column of an A1 address."""
    match = _ADDRESS.fullmatch(address)
    if match is None:
        raise ValueError(address)
    return int(match[2]), column_number(match[1])


def _cells(book: ZipFile, part: str, strings: Callable[[], list[str]]) -> Iterator[tuple[str, FormulaCell]]:
    masters: dict[str, tuple[str, str]] = {}            # shared index -> address and text of the first cell
    row_number = 0
    with book.open(part) as stream:
        for _, row in iterparse(stream):
            if not row.tag.endswith("}row"):
                continue
            row_number = int(row.get("r", row_number + 1))
            address = ""
            for cell in row:
                address = cell.get("r") or _next(address, row_number)
                if len(cell) and cell[0].tag.endswith("}f"):
                    yield address, FormulaCell(_formula(cell[0], address, masters), _cached(cell, strings))
            row.clear()


def _next(address: str, row: int) -> str:
    return a1(row, position(address)[1] + 1 if address else 1)


def _formula(element: Element, address: str, masters: dict[str, tuple[str, str]]) -> str:
    text = element.text or ""
    group = element.get("si")
    if element.get("t") != "shared" or group is None:
        return text
    if text:
        masters[group] = (address, text)
        return text
    first, text = masters[group]
    return filled(text, position(first), position(address))


def _cached(cell: Element, strings: Callable[[], list[str]]) -> Value:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return _text(cell)
    text = cell[1].text if len(cell) > 1 and cell[1].tag.endswith("}v") else None
    if not text:
        return "" if kind == "str" else None
    match kind:
        case "str":
            return _unescaped(text)
        case "s":
            return strings()[int(text)]
        case "b":
            return text.strip() in ("1", "true")
        case "e":
            return CellError(text)
        case "d":
            return serial(datetime.fromisoformat(text).replace(tzinfo=None))
        case _:
            return float(text)


def _text(element: Element) -> str:
    """All runs of a rich text but not its phonetic guide."""
    runs = [run for child in element if not child.tag.endswith("}rPh") for run in child.iter()]
    return _unescaped("".join(run.text or "" for run in runs if run.tag.endswith("}t")))


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def _shared_strings(book: ZipFile) -> list[str]:
    workbook = _workbook_part(book)
    part = next(target for kind, target in _relations(book, workbook).values() if kind == "sharedStrings")
    return [_text(item) for item in fromstring(book.read(part)) if item.tag.endswith("}si")]


def _worksheets(book: ZipFile) -> Iterator[tuple[str, str]]:
    workbook = _workbook_part(book)
    relations = _relations(book, workbook)
    for sheet in fromstring(book.read(workbook)).iter():
        if sheet.tag.endswith("}sheet"):
            relation = next(value for name, value in sheet.items() if name.endswith("}id"))
            kind, target = relations[relation]
            if kind == "worksheet":
                yield sheet.attrib["name"], target


def _workbook_part(book: ZipFile) -> str:
    return next((target for kind, target in _relations(book, "").values() if kind == "officeDocument"), "")


def _relations(book: ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """Kind and resolved target of each relation of a part, by its id; the package itself is the part ""."""
    folder, name = posixpath.split(part)
    entries = fromstring(book.read(posixpath.join(folder, "_rels", f"{name}.rels")))
    return {
        entry.attrib["Id"]: (
            posixpath.basename(entry.attrib["Type"]),
            posixpath.normpath(posixpath.join("/", folder, entry.attrib["Target"])).lstrip("/"),
        )
        for entry in entries
    }


def _has_formulas(book: ZipFile, part: str) -> bool:
    """Whether a sheet is worth parsing: half a million raw rows without a formula are only inflated."""
    tail = b""
    with book.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            if _FORMULA_TAG.search(tail + chunk):
                return True
            tail = chunk[-64:]
    return False
