"""The shared strings of a book: those that no cell shows any more are emptied."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kpi_xl.hosts.ooxml.sheetxml import cell_values, rows, sheet_data

_ITEM = re.compile(rb"<([\w.-]+:)?si(?:\s[^>]*?)?(?:/>|>.*?</(?:[\w.-]+:)?si\s*>)", re.DOTALL)
_VALUE = re.compile(rb"<(?:[\w.-]+:)?v(?:\s[^>]*?)?>([^<]*)<")


def used_strings(parts: Iterable[bytes]) -> frozenset[int]:
    """Positions of the shared strings that the cells of these worksheet parts show."""
    found: set[int] = set()
    for part in parts:
        body = sheet_data(part).body
        for row in rows(body):
            for _, _, kind, _, plain, content in cell_values(body, row):
                if kind == b"s":
                    found.add(int(plain or _inner(content)))
    return frozenset(found)


def without_unused(part: bytes, used: frozenset[int]) -> bytes:
    """The part with empty texts where nobody looks; a deleted name must not live on in the file."""
    position = -1

    def kept(match: re.Match[bytes]) -> bytes:
        nonlocal position
        position += 1
        prefix = match[1] or b""
        return match[0] if position in used else b"<%ssi><%st/></%ssi>" % (prefix, prefix, prefix)

    return _ITEM.sub(kept, part)


def _inner(content: bytes) -> bytes:
    match = _VALUE.search(content)
    return match[1] if match else b"0"
