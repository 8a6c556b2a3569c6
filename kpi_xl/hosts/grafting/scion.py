"""The parts of a donor on their way into a book: under free names, and in terms that the book understands."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, count

from kpi_xl.hosts.grafting.looks import Looks
from kpi_xl.hosts.grafting.naming import with_names
from kpi_xl.hosts.grafting.worksheet import Book, transplanted
from kpi_xl.hosts.ooxml.cellstyles import date_formats
from kpi_xl.hosts.ooxml.package import part_key, read_chunks, read_part
from kpi_xl.hosts.ooxml.packing import Deflated, deflated
from kpi_xl.hosts.ooxml.values import shared_strings
from kpi_xl.hosts.ooxml.xmlpart import markup, rels_part, root_of
from kpi_xl.hosts.publishing.relations import declared_types, relations_of, relations_xml
from kpi_xl.hosts.snapshot import Snapshot

_NUMBERED = re.compile(r"^(.*?)(\d+)(\.\w+)$")
_TABLE_ID = re.compile(rb'(<table\s[^>]*?\sid=")[0-9]+"')
_TABLE_LOOK = re.compile(rb'(\s\w*[dD]xfId=")([0-9]+)"')
_EPOCHS_APART = 1462                    # days between the two date systems of Excel
_STRICT = b"http://purl.oclc.org/ooxml/"
_FLAVOURS = (
    (b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", _STRICT + b"spreadsheetml/main"),
    (b"http://schemas.openxmlformats.org/officeDocument/2006/relationships", _STRICT + b"officeDocument/relationships"),
)


@dataclass(slots=True)
class Scion:
    """A donor that becomes part of a book; `added` and `types` grow as its parts are taken over."""

    book: Snapshot
    donor: Snapshot
    names: Mapping[str, str]                                    # of the donor's sheets that get another one
    looks: Looks | None                                         # None: the book has no formats, and gets the donor's
    strings: Sequence[bytes]
    is_strict: bool                                             # the flavour of the standard that the book is in
    tables: int                                                 # highest id of a table so far
    parts: dict[str, str] = field(default_factory=dict)         # new name of each of the donor's parts
    added: dict[str, bytes | Deflated] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)         # content type by new name
    calculates: bool = False                                    # whether a sheet has formulas


def scion_of(book: Snapshot, donor: Snapshot, names: Mapping[str, str]) -> Scion:
    """A donor none of whose parts is taken over yet."""
    known, given = book.definitions, donor.definitions
    ids = [int(root_of(book.package, table.part).get("id", "0")) for table in known.tables.values()]
    ours = markup(donor.package, given.styles)
    return Scion(
        book,
        donor,
        names,
        looks=Looks(markup(book.package, known.styles), ours) if known.styles else None,
        strings=shared_strings(markup(donor.package, given.strings)) if given.strings else (),
        is_strict=_STRICT in markup(book.package, known.workbook),
        tables=max(ids, default=0),
    )


def taken_over(scion: Scion, part: str) -> str:
    """The book's name for a part of the donor, which comes with all that it leads to."""
    if part in scion.parts:
        return scion.parts[part]
    package = scion.donor.package
    name = scion.parts[part] = _free_part(scion, part)
    relations = [
        each._replace(target="/" + taken_over(scion, each.part)) if each.part else each
        for each in relations_of(package, part)
    ]
    sheets = {sheet.part for sheet in scion.donor.definitions.sheets}
    scion.added[name] = _worksheet(scion, part) if part in sheets else flavoured(scion, _content(scion, part))
    types = declared_types(package)
    scion.types[name] = types.get(part_key(part)) or types[posixpath.splitext(part)[1].lower()]
    if relations:
        scion.added[rels_part(name)] = flavoured(scion, relations_xml(relations))
    return name


def flavoured(scion: Scion, xml: bytes) -> bytes:
    """What is new in the flavour of the standard that the book is written in."""
    for transitional, strict in _FLAVOURS if scion.is_strict else ():
        xml = xml.replace(transitional, strict)
    return xml


def _content(scion: Scion, part: str) -> bytes:
    content = read_part(scion.donor.package, part)
    if any(table.part == part for table in scion.donor.definitions.tables.values()):
        scion.tables += 1
        content = _TABLE_ID.sub(lambda match: b'%s%d"' % (match[1], scion.tables), content)
        rule_of = scion.looks.difference if scion.looks else int
        return _TABLE_LOOK.sub(lambda match: b'%s%d"' % (match[1], rule_of(int(match[2]))), content)
    return with_names(content, scion.names) if part.endswith(".xml") else content


def _worksheet(scion: Scion, part: str) -> Deflated:
    """A worksheet, gone through in pieces: it may be larger than all the rest of the book."""
    package, is_1904 = scion.donor.package, scion.book.definitions.is_1904
    has_other_dates = is_1904 != scion.donor.definitions.is_1904
    book = Book(
        format_of=scion.looks.format if scion.looks else int,
        rule_of=scion.looks.difference if scion.looks else int,
        strings=scion.strings,
        names=scion.names,
        dates=date_formats(root_of(package, scion.donor.definitions.styles)) if has_other_dates else frozenset(),
        days=-_EPOCHS_APART if is_1904 else _EPOCHS_APART,
    )

    def pieces() -> Iterator[bytes]:
        for number, piece in enumerate(transplanted(read_chunks(package, part), book)):
            scion.calculates |= b"<f>" in piece or b"<f " in piece
            yield piece if number else flavoured(scion, piece)

    return deflated(pieces(), package.parts[part_key(part)].size)


def _free_part(scion: Scion, part: str) -> str:
    """The name of a part, or one of the same pattern in the same folder where the book has it already."""
    match = _NUMBERED.match(part)
    stem, ending = (match[1], match[3]) if match else posixpath.splitext(part)
    taken = {*scion.book.package.parts, *map(part_key, scion.parts.values())}
    names = chain((part,), (f"{stem}{number}{ending}" for number in count(1)))
    return next(name for name in names if part_key(name) not in taken)
