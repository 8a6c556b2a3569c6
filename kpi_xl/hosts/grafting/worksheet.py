"""A donor's worksheet as the book can read it: its own formats by number, its texts inside its cells.

A donor is written by us (`builder.frame.build_sheets`), so its cells say address, format and kind in this order; a
sheet of half a million rows is gone through once, and no cell of it becomes an object.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from kpi_xl.hosts.grafting.naming import with_names
from kpi_xl.hosts.ooxml.cellxml import number_text

_CELL = re.compile(
    rb'(?P<address><c r="[A-Z]+[0-9]+")'
    rb'(?: s="(?P<style>[0-9]+)"(?: t="s"><v>(?P<text>[0-9]+)</v>)?| t="s"><v>(?P<plain>[0-9]+)</v>)'
)
_LINE = re.compile(rb'(<row\s[^>]*?\ss=")([0-9]+)"')
_COLUMN = re.compile(rb'(<col\s[^>]*?\sstyle=")([0-9]+)"')
_RULE = re.compile(rb'(<cfRule\s[^>]*?\sdxfId=")([0-9]+)"')
_DATE = re.compile(rb'(<c r="[A-Z]+[0-9]+" s="([0-9]+)"><v>)([^<]+)(?=</v>)')
_SELECTED = re.compile(rb'\stabSelected="[^"]*"')
_SHEET_DATA = re.compile(rb"<sheetData(?:\s[^>]*?)?(/?)>")

Index = Callable[[int], int]


class Book(NamedTuple):
    """What a worksheet must know of the book it goes into, and of the donor it comes from."""

    format_of: Index                    # the book's cell format for one of the donor's
    rule_of: Index                      # the same for the formats of conditions
    strings: Sequence[bytes]            # the donor's shared strings, still XML
    names: Mapping[str, str]            # new names of the donor's sheets, where they differ
    dates: frozenset[int]               # the donor's formats that show a date, when the date systems differ
    days: int                           # to add to such a date


def transplanted(chunks: Iterable[bytes], book: Book) -> Iterator[bytes]:
    """The worksheet part as the book can read it, in pieces of whole rows; the first is all that stands before them.

    Shared strings go into their cells, so the book's own list of them stays as it is.
    """
    for place, piece in _pieces(chunks):
        match place:
            case "head":
                yield _SELECTED.sub(b"", _numbered(_COLUMN, piece, book.format_of))
            case "rows":
                yield with_names(_cells(_shifted(piece, book), book.format_of, book.strings), book.names)
            case "tail":
                yield with_names(_numbered(_RULE, piece, book.rule_of), book.names)


def _pieces(chunks: Iterable[bytes]) -> Iterator[tuple[Literal["head", "rows", "tail"], bytes]]:
    held, place = b"", "head"
    for chunk in chunks:
        held += chunk
        if place == "head" and (opening := _SHEET_DATA.search(held)):
            yield "head", held[: opening.end()]
            held, place = held[opening.end() :], "tail" if opening[1] else "rows"
        if place == "rows":
            closing = held.find(b"</sheetData>")
            cut = held.rfind(b"</row>") + len(b"</row>") if closing < 0 else closing
            if closing >= 0:
                place = "tail"
            if cut >= len(b"</row>"):
                yield "rows", held[:cut]
                held = held[cut:]
    yield "tail", held


def _shifted(rows: bytes, book: Book) -> bytes:
    """Rows with their dates counted in the other date system."""
    if not book.dates:
        return rows

    def moved(match: re.Match[bytes]) -> bytes:
        if int(match[2]) not in book.dates:
            return match[0]
        return match[1] + number_text(float(match[3]) + book.days).encode()

    return _DATE.sub(moved, rows)


def _cells(body: bytes, format_of: Index, strings: Sequence[bytes]) -> bytes:
    tags: dict[bytes, bytes] = {}

    def style(number: bytes) -> bytes:
        if number not in tags:
            tags[number] = b' s="%d"' % format_of(int(number))
        return tags[number]

    def cell(match: re.Match[bytes]) -> bytes:
        address, number, text, plain = match.groups()
        begun = address + style(number) if number else address
        index = text or plain
        if index is None:
            return begun
        return begun + b' t="inlineStr"><is>' + strings[int(index)] + b"</is>"

    if b' customFormat="' in body:
        body = _numbered(_LINE, body, format_of)
    return _CELL.sub(cell, body)


def _numbered(pattern: re.Pattern[bytes], text: bytes, index: Index) -> bytes:
    return pattern.sub(lambda match: b'%s%d"' % (match[1], index(int(match[2]))), text)
