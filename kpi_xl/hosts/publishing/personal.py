"""Parts that know people and machines: properties, comments, drawings, old-style shapes, tables, charts, styles."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from xml.etree.ElementTree import Element as Tree

from kpi_xl.hosts.ooxml.sheetxml import Edit, spliced
from kpi_xl.hosts.ooxml.xmlpart import local_name
from kpi_xl.hosts.ooxml.xmltext import xml_characters
from kpi_xl.hosts.publishing.context import Context
from kpi_xl.hosts.publishing.elements import Element, elements, tag, without
from kpi_xl.model.issue import Issue

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_CORE = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
_SHAPE = re.compile(rb"<v:shape[\s>].*?</v:shape>", re.DOTALL)
_KIND = re.compile(rb"<x:ClientData[^>]*ObjectType\s*=\s*[\"'](\w+)[\"']")
_MACRO = re.compile(rb"<x:FmlaMacro>.*?</x:FmlaMacro>", re.DOTALL)
_REVISION = re.compile(rb"\s+xr\d*:uid\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_ANCHORS = frozenset(("twoCellAnchor", "oneCellAnchor", "absoluteAnchor"))
_REFERENCES = frozenset(("numRef", "strRef", "multiLvlStrRef"))
_CONTROLS = frozenset(("compatExt", "slicer", "timeslicer"))
_SHAPES = frozenset(("sp", "cxnSp", "grpSp", "graphicFrame"))


def core_properties(title: str) -> bytes:
    """Properties that name the document and nobody."""
    text = f'<dc:title xmlns:dc="http://purl.org/dc/elements/1.1/">{escape(title)}</dc:title>'
    return f'{_HEAD}<cp:coreProperties xmlns:cp="{_CORE}">{text}</cp:coreProperties>'.encode()


def title_of(root: Tree) -> str:
    """Title that a core properties part gives."""
    return next((each.text or "" for each in root if local_name(each) == "title"), "")


def extended_properties(root: Tree | None) -> bytes:
    """Program and version of it, by which offices decide how to read the file; nothing else."""
    kept = "".join(
        f"<{local_name(each)}>{escape(each.text or '')}</{local_name(each)}>"
        for each in (root if root is not None else ())
        if local_name(each) in ("Application", "AppVersion")
    )
    return f'{_HEAD}<Properties xmlns="{_OFFICE}/extended-properties">{kept}</Properties>'.encode()


def custom_properties(properties: Mapping[str, str]) -> bytes:
    """Document properties of our own."""
    items = "".join(
        f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="{number}" name="{escape(name)}">'
        f"<vt:lpwstr>{escape(text)}</vt:lpwstr></property>"
        for number, (name, text) in enumerate(properties.items(), start=2)
    )
    spaces = f'xmlns="{_OFFICE}/custom-properties" xmlns:vt="{_OFFICE}/docPropsVTypes"'
    return f"{_HEAD}<Properties {spaces}>{items}</Properties>".encode()


def published_comments(part: bytes, _name: str, _context: Context) -> bytes:
    """Comments without the names of those who wrote them."""
    every = elements(part)
    authors = {xml_characters(part[e.inside : e.content_end]).strip() for e in every if e.name == "author"}
    edits: list[Edit] = [(e.inside, e.content_end, b"") for e in every if e.name == "author"]
    comment: Element | None = None
    for each in every:
        if each.name == "comment":
            comment = each
        elif each.name == "t" and comment and each.end <= comment.end:
            comment = None
            text = xml_characters(part[each.inside : each.content_end])
            head, sign, _ = text.partition(":")
            if sign and head.strip() in authors - {""}:
                cut = part.index(b":", each.inside) + 1
                edits.append((each.inside, cut, b""))
    return _REVISION.sub(b"", spliced(part, edits))


def published_shapes(part: bytes, _name: str, _context: Context) -> bytes:
    """Old-style shapes: those of comments, and pictures of headers and footers."""
    return _MACRO.sub(b"", _SHAPE.sub(_note, part))


def _note(match: re.Match[bytes]) -> bytes:
    kind = _KIND.search(match[0])
    return match[0] if kind is None or kind[1] == b"Note" else b""


def published_drawing(part: bytes, _name: str, _context: Context) -> bytes:
    """Pictures and charts; buttons, slicers and whatever else only a macro or a cache brings to life are gone."""
    every = elements(part)
    doomed: set[int] = set()
    anchor: Element | None = None
    for each in every:
        if each.name in _ANCHORS:
            anchor = each
        elif anchor and each.end <= anchor.end:
            rings = each.name in _SHAPES and each.attribute("macro") != ""
            if rings or each.name in _CONTROLS:
                doomed.add(anchor.start)
    part = without(part, lambda each: each.start in doomed and each.name in _ANCHORS)
    edits: list[Edit] = [
        (each.start, each.inside, tag(part, each, {"macro": ""})) for each in elements(part) if each.attribute("macro")
    ]
    return spliced(part, edits)


def published_table(part: bytes, _name: str, _context: Context) -> bytes:
    """A table with all rows in sight that no query fills."""
    part = without(part, lambda each: each.name == "filterColumn")
    foreign = {"tableType": None, "connectionId": None, "queryTableFieldId": None}
    edits: list[Edit] = [
        (each.start, each.inside, tag(part, each, foreign))
        for each in elements(part)
        if any(name in each.attributes for name in foreign)
    ]
    return _REVISION.sub(b"", spliced(part, edits))


def published_chart(part: bytes, name: str, context: Context) -> bytes:
    """A chart whose series are all in the book; one that leads outside keeps the numbers it shows."""
    every = elements(part)
    doomed = {
        each.start
        for each in every
        if each.name == "f" and context.is_outside(xml_characters(part[each.inside : each.content_end]))
    }
    if not doomed:
        return part
    context.issues.append(Issue("W-PUBLISH-CHART", "", {"part": name, "count": len(doomed)}))
    return spliced(
        part,
        (
            (each.start, each.end, _literal(part, each))
            for each in every
            if each.name in _REFERENCES and any(each.start < start < each.end for start in doomed)
        ),
    )


def _literal(part: bytes, reference: Element) -> bytes:
    """The cached points of a reference, standing for themselves; of a heading, its words."""
    inside = [each for each in elements(part) if reference.start < each.start and each.end <= reference.end]
    if part[: reference.start].rstrip().endswith(b"tx>"):
        return next((part[each.start : each.end] for each in inside if each.name == "v"), b"")
    name = part[reference.start + 1 : reference.inside].partition(b":")[0]
    kind = b"numLit" if reference.name == "numRef" else b"strLit"
    count = next((part[each.start : each.end] for each in inside if each.name == "ptCount"), b"")
    level = next((each for each in inside if each.name == "lvl"), reference)
    within = (each for each in inside if level.start <= each.start and each.end <= level.end)
    kept = b"".join(part[each.start : each.end] for each in within if each.name in ("formatCode", "pt"))
    code, _, points = kept.rpartition(b"formatCode>")
    head = code + b"formatCode>" if code else b""
    return b"<%s:%s>%s%s%s</%s:%s>" % (name, kind, head, count, points, name, kind)


def published_styles(part: bytes, _name: str, _context: Context) -> bytes:
    """Formats of which none leaves its cell open or its formula hidden once the sheet is protected."""
    return without(part, lambda each: each.name == "protection")
