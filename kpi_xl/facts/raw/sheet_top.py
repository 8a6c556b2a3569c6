"""The first rows of a sheet, read from its XML without the rest: they tell where the heading is."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError, XMLPullParser

from kpi_xl.facts.raw.sheet_marks import column_of, sheet_parts

_BLOCK = 1 << 16
_FARTHEST = 50_000
"""Place among the shared strings from which on the words of a heading are not looked for."""
_STRINGS = "xl/sharedStrings.xml"
_LETTERS = re.compile("[A-Z]+")
Cells = dict[int, str | int]
"""Text by column; a number is the place of the text among the shared strings."""


def top(path: Path, sheet: str, count: int) -> list[tuple[str | None, ...]]:
    """The first rows of a sheet of an .xlsx file, from its first cell on; none where they cannot be told."""
    try:
        with zipfile.ZipFile(path) as package:
            part = sheet_parts(package)[0].get(sheet, "")
            rows = _rows(package, part, count)
            words = _words(package, {cell for row in rows for cell in row.values() if isinstance(cell, int)})
    except (zipfile.BadZipFile, ParseError, KeyError, ValueError, OSError):
        return []
    if words is None:
        return []
    width = max((max(row, default=-1) for row in rows), default=-1) + 1
    return [tuple(_text(row.get(at), words) for at in range(width)) for row in rows]


def _text(cell: str | int | None, words: Sequence[str]) -> str | None:
    return (words[cell] if isinstance(cell, int) else cell) or None


def _rows(package: zipfile.ZipFile, part: str, count: int) -> list[Cells]:
    found: list[Cells] = []
    for node in _nodes(package, part, "row"):
        number = int(node.get("r") or len(found) + 1)
        if number > count:
            break
        found += [{} for _ in range(number - len(found))]
        found[number - 1] = dict(_cells(node))
    return found


def _cells(row: Element) -> Iterator[tuple[int, str | int]]:
    at = -1
    for cell in row:
        letters = _LETTERS.match(cell.get("r") or "")
        at = column_of(letters[0]) if letters else at + 1
        value = "".join(_words_of(cell))
        yield at, int(value) if cell.get("t") == "s" and value else value


def _words_of(node: Element) -> Iterator[str]:
    """Texts and values below a node, but no formula, and not how a word is pronounced."""
    for child in node:
        name = child.tag.rpartition("}")[2]
        if name in ("t", "v"):
            yield child.text or ""
        elif name in ("is", "r"):
            yield from _words_of(child)


def _words(package: zipfile.ZipFile, wanted: Iterable[int]) -> list[str] | None:
    """The shared strings up to the last that is wanted; None where that is too far."""
    last = max(wanted, default=-1)
    if last > _FARTHEST:
        return None
    found: list[str] = []
    for node in _nodes(package, _STRINGS, "si") if last >= 0 else ():
        found.append("".join(_words_of(node)))
        if len(found) > last:
            break
    return found if len(found) > last else None


def _nodes(package: zipfile.ZipFile, part: str, name: str) -> Iterator[Element]:
    """Elements of a name, as the part is read."""
    parser: XMLPullParser[Element] = XMLPullParser()
    with package.open(part) as stream:
        while block := stream.read(_BLOCK):
            parser.feed(block)
            nodes = [found[-1] for found in parser.read_events()]
            yield from (node for node in nodes if isinstance(node, Element) and node.tag.rpartition("}")[2] == name)
