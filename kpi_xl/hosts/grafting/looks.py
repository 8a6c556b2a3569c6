"""The formats of a donor, found again in the styles part of a book, or added behind what it has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from xml.etree.ElementTree import fromstring

from kpi_xl.hosts.ooxml.cellstyles import style_formats
from kpi_xl.hosts.ooxml.sheetxml import Edit, spliced
from kpi_xl.hosts.ooxml.xmltext import formula_xml
from kpi_xl.hosts.publishing.elements import Element, elements, placed, tag

_ORDER = (
    "numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles", "colors",
    "extLst",
)  # fmt: skip
_PARTS_OF_A_FORMAT = {"fontId": "fonts", "fillId": "fills", "borderId": "borders"}
_FIRST = {"fonts": 1, "fills": 2, "borders": 1, "cellStyleXfs": 1, "cellXfs": 1, "cellStyles": 1}
"""How many items of a list have a meaning by their place."""
_FIRST_OWN_NUMBER_FORMAT = 164
_NUMBER_FORMAT = re.compile(rb"<numFmt\s[^>]*?/>")
_OPENING = re.compile(rb"<(/?)(?=\w)")
_PREFIX = re.compile(rb"<([\w.-]+:)?styleSheet[\s>]")


class _Item(NamedTuple):
    """One child of a list in a styles part."""

    text: bytes
    element: Element


class _Styles:
    """A styles part as its lists."""

    def __init__(self, part: bytes) -> None:
        self.part = part
        self.lists: dict[str, Element] = {}
        self.items: dict[str, list[_Item]] = {name: [] for name in _ORDER}
        container = ""
        for each in elements(part):
            if each.depth == 1:
                container = each.name
                self.lists[container] = each
            elif each.depth == 2 and container in self.items:
                self.items[container].append(_Item(part[each.start : each.end], each))
        attributes = [item.element.attributes for item in self.items["numFmts"]]
        self.codes = {int(each.get("numFmtId", "0")): each.get("formatCode", "") for each in attributes}


class Looks:
    """Where the formats of a donor are in a book.

    Parameters
    ----------
    book, donor : bytes
        Both styles parts.
    """

    def __init__(self, book: bytes, donor: bytes) -> None:
        self._book, self._donor = _Styles(book), _Styles(donor)
        match = _PREFIX.search(book)
        self._prefix = (match[1] if match else None) or b""
        self._by_name = style_formats(fromstring(book))
        self._styles = {
            item.element.attribute("name"): int(item.element.attribute("xfId") or 0)
            for item in self._book.items["cellStyles"]
        }
        self._numbers = {code: number for number, code in self._book.codes.items()}
        self._last_number = max([_FIRST_OWN_NUMBER_FORMAT - 1, *self._book.codes])
        self._texts = {name: [item.text for item in items] for name, items in self._book.items.items()}
        self._new: dict[str, list[bytes]] = {name: [] for name in _ORDER}
        self._formats = {0: 0}
        self._differences: dict[int, int] = {}
        self._brought: dict[str, int] = {}              # styles that the book gets

    def format(self, index: int) -> int:
        """The book's cell format for one of the donor's: by the name of its style, else a new one."""
        if index not in self._formats:
            name = self._name_of(index)
            known = self._by_name.get(name) if name else None
            self._formats[index] = self._added_format(index, name) if known is None else known
        return self._formats[index]

    def difference(self, index: int) -> int:
        """The book's differential format (of rules and tables) for one of the donor's."""
        if index not in self._differences:
            text = _NUMBER_FORMAT.sub(self._numbered, self._donor.items["dxfs"][index].text)
            self._differences[index] = self._added("dxfs", text)
        return self._differences[index]

    def part(self) -> bytes:
        """The book's styles part with what was added; the same bytes when nothing was."""
        part = spliced(self._book.part, self._edits())
        for place, name in enumerate(_ORDER):
            if self._new[name] and name not in self._book.lists:
                part = placed(part, self._list(name), _ORDER[place + 1 :])
        return part

    def _name_of(self, index: int) -> str:
        style = self._donor.items["cellXfs"][index].element.attribute("xfId")
        if style in ("", "0"):
            return ""
        names = (item.element for item in self._donor.items["cellStyles"])
        return next((each.attribute("name") for each in names if each.attribute("xfId") == style), "")

    def _added_format(self, index: int, name: str) -> int:
        if not name:
            return self._placed("cellXfs", self._moved(self._donor.items["cellXfs"][index], "0"))
        if name in self._styles:        # a style of the book that none of its cells shows
            style = self._book.items["cellStyleXfs"][self._styles[name]]
            text = tag(self._book.part, style.element, {"xfId": str(self._styles[name])}) + _rest(self._book, style)
            return self._appended("cellXfs", text)
        if name not in self._brought:
            origin = self._donor.items["cellXfs"][index].element.attribute("xfId")
            self._brought[name] = self._added_style(name, int(origin))
        return self._placed("cellXfs", self._moved(self._donor.items["cellXfs"][index], str(self._brought[name])))

    def _added_style(self, name: str, origin: int) -> int:
        number = self._appended("cellStyleXfs", self._moved(self._donor.items["cellStyleXfs"][origin], None))
        self._appended("cellStyles", self._prefixed(f'<cellStyle name="{_quotable(name)}" xfId="{number}"/>'.encode()))
        return number

    def _moved(self, item: _Item, style: str | None) -> bytes:
        """A format of the donor, pointing at fonts, fills, borders and number formats of the book."""
        changed: dict[str, str | None] = {"xfId": style}
        for attribute, name in _PARTS_OF_A_FORMAT.items():
            place = int(item.element.attribute(attribute) or 0)
            changed[attribute] = str(self._added(name, self._donor.items[name][place].text))
        changed["numFmtId"] = str(self._number(int(item.element.attribute("numFmtId") or 0)))
        return self._prefixed(tag(self._donor.part, item.element, changed) + _rest(self._donor, item))

    def _number(self, number: int) -> int:
        return self._coded(self._donor.codes[number]) if number in self._donor.codes else number

    def _coded(self, code: str) -> int:
        if code not in self._numbers:
            self._last_number += 1
            self._numbers[code] = self._last_number
            stated = f'<numFmt numFmtId="{self._last_number}" formatCode="{_quotable(code)}"/>'
            self._appended("numFmts", self._prefixed(stated.encode()))
        return self._numbers[code]

    def _numbered(self, match: re.Match[bytes]) -> bytes:
        """A number format inside a differential one, under the number it has in the book."""
        (stated,) = elements(match[0])
        number = self._coded(stated.attribute("formatCode"))
        return tag(match[0], stated, {"numFmtId": str(number)})

    def _added(self, name: str, text: bytes) -> int:
        """Place of a donor's item in the book's list."""
        return self._placed(name, self._prefixed(text))

    def _placed(self, name: str, text: bytes) -> int:
        self._seed(name)
        return self._texts[name].index(text) if text in self._texts[name] else self._appended(name, text)

    def _appended(self, name: str, text: bytes) -> int:
        self._seed(name)
        self._texts[name].append(text)
        self._new[name].append(text)
        return len(self._texts[name]) - 1

    def _seed(self, name: str) -> None:
        """Begin a list that the book does without by the donor's: whoever names no item of it means the first."""
        if not self._texts[name] and name in _FIRST:
            first = [self._prefixed(item.text) for item in self._donor.items[name][: _FIRST[name]]]
            self._texts[name] += first
            self._new[name] += first

    def _prefixed(self, text: bytes) -> bytes:
        return _OPENING.sub(rb"<\1" + self._prefix, text) if self._prefix else text

    def _edits(self) -> Iterator[Edit]:
        for name, element in self._book.lists.items():
            if not self._new.get(name):
                continue
            count = {"count": str(len(self._book.items[name]) + len(self._new[name]))}
            opening = tag(self._book.part, element, count)
            if element.content_end == element.end:      # an empty-element tag
                closing = b"</" + self._prefix + name.encode() + b">"
                yield element.start, element.end, opening[:-2] + b">" + b"".join(self._new[name]) + closing
                continue
            yield element.start, element.inside, opening
            yield element.content_end, element.content_end, b"".join(self._new[name])

    def _list(self, name: str) -> bytes:
        whole = self._prefixed(f'<{name} count="{len(self._new[name])}"></{name}>'.encode())
        opening, _, closing = whole.partition(b"><")
        return opening + b">" + b"".join(self._new[name]) + b"<" + closing


def _quotable(text: str) -> str:
    return formula_xml(text).replace('"', "&quot;")


def _rest(styles: _Styles, item: _Item) -> bytes:
    """What follows the opening tag of an item."""
    return styles.part[item.element.inside : item.element.end]
