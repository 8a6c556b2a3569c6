"""The values of a worksheet part: what a reader sees in its cells, without any number being touched on the way."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from math import isfinite

from kpi_xl.hosts.ooxml.sheetxml import cell_values, rows, sheet_data
from kpi_xl.hosts.ooxml.xmltext import xml_characters, xml_text
from kpi_xl.hosts.serials import from_serial
from kpi_xl.model.grid import CellError, Scalar

_PREFIX = rb"(?:[\w.-]+:)?"
_STRING_ITEM = re.compile(
    rb"<" + _PREFIX + rb"si(?:\s[^>]*?)?(?:/>|>(.*?)</" + _PREFIX + rb"si\s*>)", re.DOTALL
)
_TEXT = re.compile(rb"<" + _PREFIX + rb"t(?:\s[^>]*?)?>([^<]*)<")
_PHONETIC = re.compile(rb"<(" + _PREFIX + rb")rPh[\s>].*?</\1rPh\s*>", re.DOTALL)
_VALUE = re.compile(rb"<" + _PREFIX + rb"v(?:\s[^>]*?)?>([^<]*)<")
_NOT_A_NUMBER = CellError("#NUM!")


class Reading:
    """What the rest of the workbook tells about a cell's value.

    Parameters
    ----------
    strings : sequence
        Content of the shared strings, still XML; each becomes text when a cell first asks for it.
    dates : frozenset
        Cell formats that show a date.
    """

    def __init__(self, strings: Sequence[bytes], dates: frozenset[int], *, is_1904: bool) -> None:
        self._strings = strings
        self.texts: dict[bytes, str] = {}           # that were asked for and are not empty, by their index
        self.dates = frozenset(str(index).encode() for index in dates) | ({b""} if 0 in dates else set())
        self.is_1904 = is_1904

    def shared(self, index: bytes) -> str | None:
        """A shared string; None when it is empty."""
        if index not in self.texts:
            position = int(index)
            if not 0 <= position < len(self._strings):
                raise ValueError(f"no shared string {position}")
            text = _rich_text(self._strings[position])
            if not text:
                return None
            self.texts[index] = text
        return self.texts[index]


def shared_strings(part: bytes) -> list[bytes]:
    """Content of each shared string, still XML."""
    return _STRING_ITEM.findall(part)


def read_values(part: bytes, reading: Reading) -> dict[int, dict[int, Scalar]]:
    """Filled cells by 1-based row, then column; an empty text is an empty cell.

    Raises
    ------
    ValueError
        The part breaks the file format: a text where a number must be, a shared string that is not there.
    """
    body = sheet_data(part).body
    found: dict[int, dict[int, Scalar]] = {}
    texts, dates = reading.texts, reading.dates
    for row in rows(body):
        line = found.setdefault(row.number, {})
        for column, style, kind, _, plain, content in cell_values(body, row, is_filled=True):
            # A company has a million cells: the two kinds that nearly all are of are read without a call for each.
            if plain in texts and kind == b"s":
                line[column] = texts[plain]
            elif plain and not kind and style not in dates and isfinite(number := float(plain)):
                line[column] = number
            elif plain or content:
                value = _value(kind, style, plain or _inner_value(content), content, reading)
                if value is not None:
                    line[column] = value
    return found


def _inner_value(content: bytes) -> bytes:
    match = _VALUE.search(content) if content else None
    return match[1] if match else b""


def _value(kind: bytes, style: bytes, raw: bytes, content: bytes, reading: Reading) -> Scalar:
    if kind == b"inlineStr":
        return _rich_text(content) or None
    if not raw:
        return None
    if kind == b"s":
        return reading.shared(raw)
    if not kind or kind == b"n":
        return _number(raw, style, reading)
    return _rarely(kind, raw)


def _rarely(kind: bytes, raw: bytes) -> Scalar:
    match kind:
        case b"b":
            return raw.strip() in (b"1", b"true")
        case b"e":
            return CellError(xml_characters(raw))
        case b"d":
            return _iso_date(xml_characters(raw))
        case _:
            return xml_text(raw) or None


def _number(raw: bytes, style: bytes, reading: Reading) -> Scalar:
    number = float(raw)
    if style in reading.dates:
        date = from_serial(number, is_1904=reading.is_1904)
        return number if date is None else date
    return number if isfinite(number) else _NOT_A_NUMBER


def _rich_text(content: bytes) -> str:
    """Text of all runs, without the reading aids that East Asian text may carry."""
    if b"rPh" in content:
        content = _PHONETIC.sub(b"", content)
    return xml_text(b"".join(_TEXT.findall(content)))


def _iso_date(text: str) -> Scalar:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return text
