"""Elements of an XML part found in place, so that some go and every other byte stays."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import NamedTuple
from xml.parsers import expat

from kpi_xl.hosts.ooxml.sheetxml import Edit, spliced

_TAG = re.compile(rb"<[^\s/>]+(?:[^\"'>]|\"[^\"]*\"|'[^']*')*>")
_REFERRING = frozenset(("id", "embed", "link", "pict", "dm", "lo", "qs", "cs", "relid"))
_ONLY_THE_ATTRIBUTE = frozenset(("pageSetup", "blip"))
_HOLLOW = frozenset(
    (
        "externalReferences", "pivotCaches", "hyperlinks", "controls", "oleObjects", "customProperties", "slicerCaches",
        "slicerCache", "timelineCacheRefs", "slicerList", "timelineRefs", "conditionalFormatting",
        "conditionalFormattings", "dataValidations", "sparklines", "sparklineGroups", "Choice", "ext",
        "extLst", "definedNames",
    )
)  # fmt: skip
"""Elements that say nothing, or break the format, once what they held is gone."""


_NEEDS = {"AlternateContent": "Choice", "sparklineGroup": "sparklines"}


class Element(NamedTuple):
    """One element; offsets count within the part."""

    name: str                           # local
    attributes: Mapping[str, str]       # with their prefixes
    depth: int                          # 0 for the root
    start: int
    inside: int                         # where its content begins; its end, when it has none
    content_end: int
    end: int

    def attribute(self, name: str) -> str:
        """An attribute without a prefix; "" when it is absent."""
        return self.attributes.get(name, "")


def elements(part: bytes) -> list[Element]:
    """Every element in document order.

    Raises
    ------
    ValueError
        The part is not well-formed.
    """
    found: list[Element | None] = []
    open_: list[tuple[int, str, dict[str, str], int, int]] = []
    parser = expat.ParserCreate()

    def opened(name: str, attributes: dict[str, str]) -> None:
        start = parser.CurrentByteIndex
        open_.append((len(found), name.rpartition(":")[2], attributes, start, _tag_end(part, start)))
        found.append(None)

    def closed(_name: str) -> None:
        place, name, attributes, start, inside = open_.pop()
        content_end = end = inside
        if part[inside - 2 : inside] != b"/>":
            content_end = parser.CurrentByteIndex
            end = part.index(b">", content_end) + 1
        found[place] = Element(name, attributes, len(open_), start, inside, content_end, end)

    parser.StartElementHandler, parser.EndElementHandler = opened, closed
    try:
        parser.Parse(part, True)
    except expat.ExpatError as failure:
        raise ValueError(str(failure)) from failure
    return [element for element in found if element]


def without(part: bytes, is_doomed: Callable[[Element], bool]) -> bytes:
    """The part without some of its elements, and without those that are hollow thereafter."""
    doomed = [element for element in elements(part) if element.depth and is_doomed(element)]
    if not doomed:
        return part
    part = spliced(part, ((element.start, element.end, b"") for element in _outermost(doomed)))
    while hollow := _hollow(part):
        part = spliced(part, ((element.start, element.end, b"") for element in _outermost(hollow)))
    return part


def without_relations(part: bytes, lost: Collection[str]) -> bytes:
    """The part without the elements that point at relationships by these ids."""
    if not lost:
        return part
    bare: Iterator[Edit] = (
        (element.start, element.inside, tag(part, element, dict.fromkeys(_pointing(element, lost))))
        for element in elements(part)
        if element.name in _ONLY_THE_ATTRIBUTE and _pointing(element, lost)
    )
    part = spliced(part, bare)
    return without(part, lambda element: bool(_pointing(element, lost)))


def relation_ids(part: bytes) -> frozenset[str]:
    """Ids of the relationships that a part points at."""
    return frozenset(
        value
        for element in elements(part)
        for name, value in element.attributes.items()
        if ":" in name and name.rpartition(":")[2] in _REFERRING
    )


def tag(part: bytes, element: Element, attributes: Mapping[str, str | None]) -> bytes:
    """The opening tag of an element with some attributes set, or dropped where the value is None."""
    text = part[element.start : element.inside]
    for name, value in attributes.items():
        text = re.sub(rb"\s+" + re.escape(name.encode()) + rb"\s*=\s*(?:\"[^\"]*\"|'[^']*')", b"", text)
        if value is not None:
            end = len(text) - (2 if text.endswith(b"/>") else 1)
            text = text[:end].rstrip() + f' {name}="{value}"'.encode() + text[end:]
    return text


def placed(part: bytes, new: bytes, followers: Collection[str]) -> bytes:
    """The part with a new child of its root, before the first child that the format wants after it."""
    every = elements(part)
    position = next((each.start for each in every if each.depth == 1 and each.name in followers), every[0].content_end)
    return part[:position] + new + part[position:]


def _pointing(element: Element, lost: Collection[str]) -> list[str]:
    return [
        name
        for name, value in element.attributes.items()
        if value in lost and ":" in name and name.rpartition(":")[2] in _REFERRING
    ]


def _tag_end(part: bytes, start: int) -> int:
    match = _TAG.match(part, start)
    return match.end() if match else start


def _outermost(doomed: Iterable[Element]) -> Iterator[Element]:
    end = -1
    for element in doomed:
        if element.start >= end:
            yield element
            end = element.end


def _hollow(part: bytes) -> list[Element]:
    """Containers that hold nothing any more, and alternatives of which none is left."""
    every = elements(part)
    held: list[list[str]] = [[] for _ in every]
    path: list[int] = []
    for place, element in enumerate(every):
        del path[element.depth :]
        if path:
            held[path[-1]].append(element.name)
        path.append(place)
    return [each for each, names in zip(every, held, strict=True) if each.depth and _is_hollow(each.name, names)]


def _is_hollow(name: str, held: list[str]) -> bool:
    if name in _NEEDS:
        return _NEEDS[name] not in held
    return name in _HOLLOW and not set(held) - {"sqref"}
