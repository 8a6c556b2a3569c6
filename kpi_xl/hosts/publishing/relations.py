"""What may travel with a published book, as the relationships by which one part leads to another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from kpi_xl.hosts.ooxml.package import Package, part_key
from kpi_xl.hosts.ooxml.xmlpart import children, relationships, rels_part, root_of
from kpi_xl.hosts.ooxml.xmltext import formula_xml

CONTENT_TYPES = "[Content_Types].xml"
TRAVELLING = frozenset(
    """
    officeDocument worksheet chartsheet sharedStrings styles theme sheetMetadata table drawing comments vmlDrawing image
    chart chartEx chartStyle chartColorStyle chartUserShapes themeOverride diagramData diagramLayout diagramQuickStyle
    diagramColors diagramDrawing rdRichValue rdRichValueStructure rdRichValueTypes rdArray rdSupportingPropertyBag
    rdSupportingPropertyBagStructure richStyles richValueRel core-properties extended-properties
    """.split()
)
"""Last segments of the types of relationship that are kept; whatever is not named here stays behind."""
POINTED_AT = frozenset("worksheet chartsheet drawing vmlDrawing image chart chartEx table hyperlink".split())
"""Of those, the ones that the part itself points at by their id."""
UNREMARKABLE = frozenset(("calcChain", "printerSettings", "thumbnail"))
"""What stays behind without a word: an office makes them anew."""
_SAFE_LINKS = ("http://", "https://", "mailto:", "#")
_HEAD = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_IS_OF = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


class Relation(NamedTuple):
    """One relationship as it is written."""

    id: str
    type: str
    target: str                 # as it stands in the file
    part: str                   # full name of the part; "" for an address outside

    @property
    def kind(self) -> str:
        """Last segment of the type, the same in both flavours of the standard."""
        return self.type.rpartition("/")[2]

    @property
    def travels(self) -> bool:
        """Whether it may be in a published book."""
        if self.part:
            return self.kind in TRAVELLING
        return self.kind == "hyperlink" and self.target.lower().startswith(_SAFE_LINKS)


def relations_of(package: Package, part: str = "") -> tuple[Relation, ...]:
    """All relationships of a part, outside addresses too; of the package itself for an empty name."""
    source = rels_part(part)
    if part_key(source) not in package.parts:
        return ()
    inside = {each.id: each.target for each in relationships(package, part)}
    return tuple(
        Relation(item.get("Id", ""), item.get("Type", ""), item.get("Target", ""), inside.get(item.get("Id", ""), ""))
        for item in children(root_of(package, source), "Relationship")
    )


def relations_xml(relations: Iterable[Relation]) -> bytes:
    """A relationships part."""
    items = "".join(
        f'<Relationship Id="{_quoted(each.id)}" Type="{_quoted(each.type)}" Target="{_quoted(each.target)}"'
        + ("" if each.part else ' TargetMode="External"')
        + "/>"
        for each in relations
    )
    return _HEAD + f'<Relationships xmlns="{_RELATIONS}">{items}</Relationships>'.encode()


def declared_types(package: Package) -> Mapping[str, str]:
    """Content type of every part that the package declares one by one, and by ``.extension``; by `part_key`."""
    root = root_of(package, CONTENT_TYPES)
    named = {part_key(item.get("PartName", "")): item.get("ContentType", "") for item in children(root, "Override")}
    endings = {
        "." + item.get("Extension", "").lower(): item.get("ContentType", "") for item in children(root, "Default")
    }
    return {**endings, **named}


def content_types_xml(types: Mapping[str, str], workbook: str) -> bytes:
    """The content types part: one entry for each part, the workbook's that of one without macros."""
    stated = {**types, workbook: _IS_OF}
    entries = "".join(
        f'<Override PartName="/{_quoted(name)}" ContentType="{_quoted(kind)}"/>' for name, kind in stated.items()
    )
    default = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    return _HEAD + f'<Types xmlns="{_TYPES}">{default}{entries}</Types>'.encode()


def _quoted(text: str) -> str:
    return formula_xml(text).replace('"', "&quot;")
