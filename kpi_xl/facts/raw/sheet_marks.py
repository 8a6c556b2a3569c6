"""What the XML of a sheet says that its values do not: hidden rows, merged cells, the date system, long numbers."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterable, Iterator
from itertools import chain, groupby
from pathlib import Path
from xml.etree import ElementTree

from kpi_xl.facts.raw.parts import Marks, Merge

_BLOCK = 1 << 20
_LONGEST_TAG = 4096
_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_NUMBER = re.compile(rb'\br="(\d+)"')
_HIDDEN = re.compile(rb'\bhidden="(?:1|true)"')
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell [^>]*?ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_LONG = re.compile(rb"v>\d{16}")
_EXPONENT = re.compile(rb"[Ee]\+")


def marks(path: Path, sheet: str) -> Marks:
    """Marks of one sheet of an .xlsx file; none where the file says nothing."""
    with zipfile.ZipFile(path) as package:
        parts, uses_1904 = sheet_parts(package)
        if sheet not in parts or parts[sheet] not in package.namelist():
            return Marks(uses_1904=uses_1904)
        hidden: set[int] = set()
        merges: set[tuple[str, int, str, int]] = set()
        is_long = False
        for block in _blocks(package, parts[sheet]):
            is_long = is_long or _has_long_number(block)
            if b"hidden=" in block:
                hidden |= set(_hidden_rows(block))
            for left, top, right, bottom in _MERGE.findall(block) if b"mergeCell" in block else ():
                merges.add((left.decode(), int(top), right.decode(), int(bottom)))
    cells = (Merge(top, bottom, column_of(left), column_of(right)) for left, top, right, bottom in sorted(merges))
    return Marks(tuple(_runs(hidden)), tuple(cells), uses_1904, is_long)


def _has_long_number(block: bytes) -> bool:
    return (b"+" in block and _EXPONENT.search(block) is not None) or _LONG.search(block) is not None


def _blocks(package: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """The part in blocks, and the seams between them, so that no tag is cut in all that is seen."""
    before = b""
    with package.open(part) as stream:
        while block := stream.read(_BLOCK):
            if before:
                yield before + block[:_LONGEST_TAG]
            yield block
            before = block[-_LONGEST_TAG:]


def _hidden_rows(block: bytes) -> Iterator[int]:
    for found in _ROW.finditer(block):
        number = _NUMBER.search(found[1])
        if number and _HIDDEN.search(found[1]):
            yield int(number[1])


def _runs(rows: Iterable[int]) -> Iterator[tuple[int, int]]:
    for _, run in groupby(enumerate(sorted(rows)), key=lambda pair: pair[1] - pair[0]):
        numbers = [number for _, number in run]
        yield numbers[0], numbers[-1]


def column_of(letters: str) -> int:
    """Position of a column by its letters, from 0."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def sheet_parts(package: zipfile.ZipFile) -> tuple[dict[str, str], bool]:
    """Part of every sheet by name, and whether the workbook counts days from 1904."""
    book = _target(package, "_rels/.rels", "/officeDocument") or "xl/workbook.xml"
    folder, name = posixpath.split(book)
    tree = ElementTree.fromstring(package.read(book))
    targets = _targets(package, f"{folder}/_rels/{name}.rels")
    found: dict[str, str] = {}
    for node in tree.iter():
        if node.tag.endswith("}sheet"):
            reference = next((value for key, value in node.attrib.items() if key.endswith("}id")), "")
            if reference in targets:
                found[node.get("name", "")] = posixpath.normpath(posixpath.join(folder, targets[reference][0]))
    uses_1904 = any(node.tag.endswith("}workbookPr") and node.get("date1904") in ("1", "true") for node in tree.iter())
    return {sheet: part.lstrip("/") for sheet, part in found.items()}, uses_1904


def _target(package: zipfile.ZipFile, relations: str, kind: str) -> str | None:
    wanted = (target for target, found in _targets(package, relations).values() if found.endswith(kind))
    return next((target.lstrip("/") for target in wanted), None)


def _targets(package: zipfile.ZipFile, relations: str) -> dict[str, tuple[str, str]]:
    if relations not in package.namelist():
        return {}
    nodes = chain.from_iterable([ElementTree.fromstring(package.read(relations))])
    return {node.get("Id", ""): (node.get("Target", ""), node.get("Type", "")) for node in nodes}
