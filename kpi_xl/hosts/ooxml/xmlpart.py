"""XML parts of a package: accepted only as plain UTF-8 without a document type, then read by local names."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote
from xml.etree.ElementTree import Element, fromstring
from xml.parsers import expat

from kpi_xl.errors import WorkbookError
from kpi_xl.hosts.ooxml.package import Package, part_key, read_part
from kpi_xl.hosts.ooxml.xmltext import formula_xml

_UTF8 = (None, "utf-8", "utf8", "us-ascii")
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_ASIDE = re.compile(rb"<!\[CDATA\[(.*?)\]\]>|<!--.*?-->", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Relationship:
    """What one part says about another."""

    id: str
    kind: str                   # last segment of the type, the same in both flavours of the standard
    target: str                 # full part name


def markup(package: Package, part: str) -> bytes:
    """Bytes of an XML part, proven well-formed, free of comments and of CDATA sections.

    Raises
    ------
    WorkbookError
        ``E-BOOK-DAMAGED``: not well-formed; ``E-BOOK-FORMAT``: a document type, hence entities, or another encoding.
    """
    found = package.proven.get(part)
    if found is None:
        found = package.proven[part] = _proven(package, part)
    return found


def forget(package: Package, part: str) -> None:
    """Let go of the bytes that `markup` keeps of a part, which nobody will ask for again."""
    package.proven.pop(part, None)


def _proven(package: Package, part: str) -> bytes:
    data = read_part(package, part)

    def refuse(*_: object) -> None:
        raise WorkbookError("E-BOOK-FORMAT", book=package.book, member=part)

    def declared(_version: str, encoding: str | None, _standalone: int) -> None:
        if (encoding and encoding.lower()) not in _UTF8:
            refuse()

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.XmlDeclHandler = declared
    if data.startswith(_UTF16_MARKS):
        refuse()
    try:
        parser.Parse(data, True)
    except expat.ExpatError as failure:
        raise WorkbookError("E-BOOK-DAMAGED", book=package.book, member=part) from failure
    return _ASIDE.sub(_as_text, data) if b"<!" in data else data


def root_of(package: Package, part: str) -> Element:
    """Root element of an XML part; raises what `markup` raises."""
    return fromstring(markup(package, part))


def local_name(element: Element) -> str:
    """Name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


def children(element: Element, *path: str) -> Iterator[Element]:
    """Descendants along a path of local names, in document order."""
    if not path:
        yield element
        return
    for child in element:
        if local_name(child) == path[0]:
            yield from children(child, *path[1:])


def relation_id(attributes: Mapping[str, str]) -> str:
    """The ``r:id`` of an element, whatever prefix and flavour of the namespace it uses."""
    return next((value for name, value in attributes.items() if name.endswith("}id")), "")


def relationships(package: Package, part: str = "") -> tuple[Relationship, ...]:
    """Internal relationships of a part; of the package itself for an empty name. None when it has no such file."""
    source = rels_part(part)
    if part_key(source) not in package.parts:
        return ()
    return tuple(
        Relationship(
            item.get("Id", ""),
            item.get("Type", "").rpartition("/")[2],
            _resolved(part, item.get("Target", "")),
        )
        for item in children(root_of(package, source), "Relationship")
        if item.get("TargetMode") != "External"
    )


def rels_part(part: str) -> str:
    """Where the relationships of a part are kept.

    >>> rels_part("xl/workbook.xml")
    'xl/_rels/workbook.xml.rels'
    """
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _resolved(part: str, target: str) -> str:
    path = unquote(target).replace("\\", "/")
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(part), path)).lstrip("/")


def _as_text(match: re.Match[bytes]) -> bytes:
    return formula_xml((match[1] or b"").decode()).encode()
