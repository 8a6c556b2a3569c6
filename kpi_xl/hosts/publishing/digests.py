"""What a sheet says, cell by cell, as short digests that survive another office saving the file."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from kpi_xl.hosts.ooxml.definitions import Sheet
from kpi_xl.hosts.ooxml.formulas import read_formulas
from kpi_xl.hosts.ooxml.values import Reading, read_values, shared_strings
from kpi_xl.hosts.ooxml.xmlpart import markup
from kpi_xl.hosts.snapshot import Snapshot
from kpi_xl.model.grid import CellError, Scalar, a1, column_letters, column_number

LETTERS = 5
"""Letters of one digest: of twelve million changes one goes unseen."""
TYPED_DIGITS, RESULT_DIGITS = 15, 12
"""Significant digits that count: of a typed number all that an office keeps; of a result, and after the point of one
below 1, those that another engine's noise does not reach."""
_NOISE = 1e-14
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
_PIECE = re.compile(r"""("(?:[^"]|"")*")|'((?:[^']|'')*)'!|\s+|_xlfn\.|_xlws\.""", re.IGNORECASE)
_CELL = re.compile(r"([A-Z]+)([a-z]+)(?:\.([a-z]*))?")

Place = tuple[int, int]             # 1-based row and column


class Cell(NamedTuple):
    """What a cell says: its value, and the formula behind it."""

    value: Scalar
    formula: str


class Mark(NamedTuple):
    """Digest of a cell: of the constant, or of formula and result."""

    said: str                       # of the formula, or of the value where there is none
    result: str | None              # of a formula's result; None for a constant


def sheet_cells(book: Snapshot, sheet: Sheet) -> Mapping[Place, Cell]:
    """Every cell that says anything; dates are the numbers that the file holds."""
    part = markup(book.package, sheet.part)
    known = book.definitions
    strings = shared_strings(markup(book.package, known.strings)) if known.strings else []
    values = read_values(part, Reading(strings, frozenset(), is_1904=False))
    formulas = read_formulas(part)
    places = {(row, column) for row, line in values.items() for column in line} | set(formulas)
    return {
        (row, column): Cell(values.get(row, {}).get(column), formulas.get((row, column), ""))
        for row, column in sorted(places)
    }


def mark(cell: Cell) -> Mark:
    """Digest of a cell.

    >>> mark(Cell(0.1 + 0.2, "")) == mark(Cell(0.3, "")), mark(Cell(1.0, "'a b'!A1 + 1")) == mark(Cell(1.0, "a b!A1+1"))
    (True, True)
    """
    return marks(cell)[0]


def marks(cell: Cell) -> list[Mark]:
    """All digests that speak for a cell: its own, and those of the numbers that noise might make of it."""
    if not cell.formula:
        return [Mark(_digest(_text(cell.value)), None)]
    results = [_digest(text) for text in _result_texts(cell.value)]
    return [Mark(_digest("f" + plain_formula(cell.formula)), each) for each in results]


def plain_formula(formula: str) -> str:
    """A formula without what offices write in different ways: spaces, quotation marks of sheets, prefixes, case."""

    def plain(match: re.Match[str]) -> str:
        if match[1] is not None:
            return match[1]
        return re.sub(r"\s+", "", match[2].replace("''", "'")) + "!" if match[2] is not None else ""

    pieces = _PIECE.sub(plain, formula)
    return "".join(text if text.startswith('"') else text.upper() for text in re.split(r'("(?:[^"]|"")*")', pieces))


def written(marked: Mapping[Place, Mark]) -> Iterator[str]:
    """Digests as text, a piece for each row: ``7Aabcde;Bfghij.klmno``."""
    row = 0
    pieces: list[str] = []
    for (number, column), each in marked.items():
        if number != row and pieces:
            yield f"{row}:{';'.join(pieces)}"
            pieces = []
        row = number
        pieces.append(column_letters(column) + each.said + ("" if each.result is None else f".{each.result}"))
    if pieces:
        yield f"{row}:{';'.join(pieces)}"


def read(pieces: Iterator[str]) -> Mapping[Place, Mark]:
    """The inverse of `written`.

    Raises
    ------
    ValueError
        Somebody wrote into it.
    """
    found: dict[Place, Mark] = {}
    for piece in pieces:
        number, _, cells = piece.partition(":")
        for text in cells.split(";"):
            match = _CELL.fullmatch(text)
            if match is None:
                raise ValueError(f"no digest of a cell: {text}")
            found[int(number), column_number(match[1])] = Mark(match[2], match[3])
    return found


def address(sheet: str, place: Place) -> str:
    """``Sheet!B7``."""
    return f"{sheet}!{a1(*place)}"


def _text(value: Scalar) -> str:
    match value:
        case None:
            return ""
        case bool():
            return f"b{int(value)}"
        case CellError(code):
            return f"e{code}"
        case float() | int():
            return f"n{value + 0.0:.{TYPED_DIGITS}g}"
        case _:
            return f"s{value}"


def _result_texts(value: Scalar) -> list[str]:
    """A result, and what noise on either side of it would round to."""
    if not isinstance(value, float | int) or isinstance(value, bool):
        return [_text(value)]
    noise = _NOISE * max(1.0, abs(value))
    return list(dict.fromkeys(f"n{_rounded(number)}" for number in (value, value + noise, value - noise)))


def _rounded(number: float) -> str:
    if abs(number) >= 1:
        return f"{number:.{RESULT_DIGITS}g}"
    return f"{round(number, RESULT_DIGITS) + 0.0:.{RESULT_DIGITS}g}"


def _digest(text: str) -> str:
    if not text:
        return ""
    number = int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:8], "big")
    letters = ""
    for _ in range(LETTERS):
        number, rest = divmod(number, len(_ALPHABET))
        letters += _ALPHABET[rest]
    return letters
