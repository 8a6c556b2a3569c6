"""The workbook part with more sheets in it: their entries, their names, and whatever counts sheets by position."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from kpi_xl.hosts.ooxml.sheetxml import Edit, spliced
from kpi_xl.hosts.ooxml.xmltext import formula_xml
from kpi_xl.hosts.publishing.elements import Element, elements, tag

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PREFIX = re.compile(rb"<([\w.-]+:)?")
_BEFORE_NAMES = ("sheets", "functionGroups", "externalReferences")
_VIEWED = ("activeTab", "firstSheet")


class NewSheet(NamedTuple):
    """A sheet to enter."""

    name: str
    relation: str               # id of its relationship


class NewName(NamedTuple):
    """A defined name to enter."""

    name: str
    text: str                   # what it refers to
    sheet: int | None           # which of the new sheets it belongs to; None for the whole workbook


def position_after(part: bytes, relation: str) -> int:
    """How many sheets stand up to and with the one of this relationship; all of them when it is none's."""
    sheets = _sheets(elements(part))
    found = (at for at, each in enumerate(sheets, start=1) if relation and relation in _ids(each))
    return next(found, len(sheets))


def sheet_names(part: bytes) -> tuple[str, ...]:
    """Names of all sheets, charts among them, in order."""
    return tuple(each.attribute("name") for each in _sheets(elements(part)))


def is_locked(part: bytes) -> bool:
    """Whether a protection of the workbook's structure forbids more sheets."""
    return any(
        each.name == "workbookProtection" and each.attribute("lockStructure") in ("1", "true", "on")
        for each in elements(part)
    )


def with_sheets(part: bytes, sheets: Sequence[NewSheet], names: Sequence[NewName], position: int) -> bytes:
    """The workbook part with new sheets behind the first `position` ones.

    Names of single sheets and the open tab are kept by position: those behind the new sheets move on.
    """
    every = elements(part)
    there = _sheets(every)
    match = _PREFIX.match(part, there[0].start)
    prefix = ((match[1] if match else None) or b"").decode()
    # Some writers declare the namespace in each sheet's own tag: then it is not known here.
    space = "" if "xmlns:r" in every[0].attributes else f' xmlns:r="{RELATIONS}"'
    entries = _entries(sheets, 1 + max(int(each.attribute("sheetId") or 0) for each in there), prefix, space)
    place = there[position - 1].end if position else there[0].start
    edits: list[Edit] = [(place, place, "".join(entries).encode())]
    edits += _moved(part, every, position, len(sheets))
    edits += _named(every, names, position, prefix)
    return spliced(part, edits)


def _sheets(every: Iterable[Element]) -> list[Element]:
    return [each for each in every if each.name == "sheet" and each.depth == 2]


def _ids(sheet: Element) -> list[str]:
    return [value for name, value in sheet.attributes.items() if name.rpartition(":")[2] == "id"]


def _entries(sheets: Iterable[NewSheet], first_id: int, prefix: str, space: str) -> Iterator[str]:
    for number, sheet in enumerate(sheets, start=first_id):
        yield f'<{prefix}sheet name="{_quotable(sheet.name)}" sheetId="{number}"{space} r:id="{sheet.relation}"/>'


def _moved(part: bytes, every: Iterable[Element], position: int, count: int) -> Iterator[Edit]:
    for each in every:
        keys = {"definedName": ("localSheetId",), "workbookView": _VIEWED}.get(each.name, ())
        stated = {key: int(each.attribute(key)) for key in keys if each.attribute(key)}
        later = {key: str(number + count) for key, number in stated.items() if number >= position}
        if later:
            yield each.start, each.inside, tag(part, each, later)


def _named(every: Sequence[Element], names: Iterable[NewName], position: int, prefix: str) -> Iterator[Edit]:
    items = "".join(_name(each, position, prefix) for each in names)
    if not items:
        return
    place = next((each for each in every if each.name == "definedNames"), None)
    if place is not None and place.content_end < place.end:
        yield place.content_end, place.content_end, items.encode()
        return
    start, end = (place.start, place.end) if place else (0, 0)
    if place is None:
        start = end = max(each.end for each in every if each.depth == 1 and each.name in _BEFORE_NAMES)
    yield start, end, f"<{prefix}definedNames>{items}</{prefix}definedNames>".encode()


def _name(name: NewName, position: int, prefix: str) -> str:
    local = "" if name.sheet is None else f' localSheetId="{position + name.sheet}"'
    said = _quotable(name.name)
    return f'<{prefix}definedName name="{said}"{local}>{formula_xml(name.text)}</{prefix}definedName>'


def _quotable(text: str) -> str:
    return formula_xml(text).replace('"', "&quot;")
