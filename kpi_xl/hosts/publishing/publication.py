"""A package made fit to travel: walked from its root, and only what is known to be harmless comes along."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from kpi_xl.hosts.ooxml.definitions import Definitions, read_definitions
from kpi_xl.hosts.ooxml.package import Package, part_key, read_part
from kpi_xl.hosts.ooxml.xmlpart import markup, rels_part, root_of
from kpi_xl.hosts.publishing.context import Context
from kpi_xl.hosts.publishing.elements import relation_ids, without_relations
from kpi_xl.hosts.publishing.outside import outside_names
from kpi_xl.hosts.publishing.personal import (
    core_properties,
    extended_properties,
    published_chart,
    published_comments,
    published_drawing,
    published_shapes,
    published_styles,
    published_table,
    title_of,
)
from kpi_xl.hosts.publishing.relations import (
    POINTED_AT,
    UNREMARKABLE,
    Relation,
    declared_types,
    relations_of,
    relations_xml,
)
from kpi_xl.hosts.publishing.seals import CODE_NAME, LIST_NAME
from kpi_xl.hosts.publishing.texts import used_strings, without_unused
from kpi_xl.hosts.publishing.workbooks import CONFIGURATION, definitions, published_workbook, sheet_elements
from kpi_xl.hosts.publishing.worksheets import published_chartsheet, published_worksheet
from kpi_xl.model.grid import a1
from kpi_xl.model.issue import Issue

_CLEANERS: Mapping[str, Callable[[bytes, str, Context], bytes]] = {
    "worksheet": published_worksheet,
    "chartsheet": published_chartsheet,
    "comments": published_comments,
    "vmlDrawing": published_shapes,
    "drawing": published_drawing,
    "chartUserShapes": published_drawing,
    "table": published_table,
    "chart": published_chart,
    "styles": published_styles,
}
_NOT_XML = frozenset(("image", "vmlDrawing"))
SEAL_NAMES = (CODE_NAME, LIST_NAME)
_SHEETS = ("worksheet", "chartsheet")


@dataclass(frozen=True, slots=True)
class Publication:
    """Parts by name in the order of the walk, their content types, the workbook's name, and what there is to say."""

    parts: Mapping[str, bytes]
    types: Mapping[str, str]
    workbook: str
    issues: tuple[Issue, ...]


@dataclass(frozen=True, slots=True)
class _Walk:
    package: Package
    context: Context
    types: Mapping[str, str]
    workbook: str
    lost_sheets: Collection[str]
    parts: dict[str, bytes]
    kinds: dict[str, str]
    left: Counter[str]


def published_parts(package: Package, open_name: str) -> Publication:
    """Everything of a book that may travel.

    Parameters
    ----------
    package : Package
        The book.
    open_name : str
        Defined name of the one cell that stays open for choosing, while everything else is locked.
    """
    known = read_definitions(package)
    workbook = markup(package, known.workbook)
    lost = _lost_sheets(package, known.workbook, workbook) | _sealing(known)
    place = known.names.get(open_name)
    context = Context(
        outside_names({**definitions(workbook), **dict.fromkeys(SEAL_NAMES, "#REF!")}, lost),
        {**{sheet.part: sheet.name for sheet in known.sheets}, **_chart_sheets(package, known.workbook, workbook)},
        {place.sheet.part: a1(place.row, place.column)} if place else {},
    )
    walk = _Walk(package, context, declared_types(package), known.workbook, lost, {}, {}, Counter())
    _follow(walk, "", "")
    parts = _tidied(walk, known.strings)
    if walk.left:
        kinds = ", ".join(f"{kind} ×{count}" for kind, count in sorted(walk.left.items()))
        context.issues.append(Issue("I-PUBLISH-LEFT", "", {"kinds": kinds, "count": walk.left.total()}))
    types = {name: _type(walk, name) for name in parts if not name.endswith(".rels")}
    return Publication(parts, types, known.workbook, tuple(context.issues))


def _lost_sheets(package: Package, part: str, workbook: bytes) -> frozenset[str]:
    """Names of the sheets that only macros read, and of those that are macros."""
    kinds = {each.id: each.kind for each in relations_of(package, part)}
    return frozenset(
        each.attribute("name")
        for each in sheet_elements(workbook)
        if each.attribute("name").casefold() in CONFIGURATION
        or kinds.get(next((v for k, v in each.attributes.items() if k.endswith(":id")), "")) not in _SHEETS
    )


def _sealing(known: Definitions) -> frozenset[str]:
    """The sheet of an earlier seal."""
    place = known.names.get(LIST_NAME)
    return frozenset((place.sheet.name,) if place else ())


def _chart_sheets(package: Package, part: str, workbook: bytes) -> Mapping[str, str]:
    targets = {each.id: each.part for each in relations_of(package, part) if each.kind == "chartsheet"}
    named = {next((v for k, v in e.attributes.items() if k.endswith(":id")), ""): e for e in sheet_elements(workbook)}
    return {target: named[id_].attribute("name") for id_, target in targets.items() if id_ in named}


def _follow(walk: _Walk, part: str, kind: str) -> None:
    """Take a part along, and then whatever it leads to."""
    relations = relations_of(walk.package, part)
    wanted = [each for each in relations if _comes_along(walk, each)]
    lost = {each.id for each in relations if each not in wanted}
    for each in relations:
        if each not in wanted and each.kind not in UNREMARKABLE:
            walk.left[each.kind] += 1
    if part:
        content = _cleaned(walk, part, kind, lost)
        walk.parts[part] = content
        walk.kinds[part] = kind
        if kind not in _NOT_XML or kind == "vmlDrawing":
            pointed = relation_ids(content) if kind not in _NOT_XML else None
            wanted = [each for each in wanted if _is_pointed_at(each, content, pointed)]
    wanted = [each for each in wanted if not each.part or part_key(each.part) in walk.package.parts]
    if wanted:
        walk.parts[rels_part(part)] = relations_xml(wanted)
    for each in wanted:
        if each.part and each.part not in walk.parts:
            _follow(walk, each.part, each.kind)


def _comes_along(walk: _Walk, relation: Relation) -> bool:
    if relation.kind in _SHEETS and relation.part in _parts_of(walk, walk.lost_sheets):
        return False
    return relation.travels


def _parts_of(walk: _Walk, names: Collection[str]) -> frozenset[str]:
    return frozenset(part for part, name in walk.context.sheets.items() if name in names)


def _is_pointed_at(relation: Relation, content: bytes, pointed: frozenset[str] | None) -> bool:
    if relation.kind not in POINTED_AT:
        return True
    return relation.id in pointed if pointed is not None else b'"%s"' % relation.id.encode() in content


def _cleaned(walk: _Walk, part: str, kind: str, lost: Collection[str]) -> bytes:
    if kind in _NOT_XML:
        content = read_part(walk.package, part)
        return published_shapes(content, part, walk.context) if kind == "vmlDrawing" else content
    if kind == "core-properties":
        return core_properties(title_of(root_of(walk.package, part)))
    if kind == "extended-properties":
        return extended_properties(root_of(walk.package, part))
    content = markup(walk.package, part)
    if part == walk.workbook:
        content = published_workbook(content, walk.lost_sheets, walk.context)
    elif kind in _CLEANERS:
        content = _CLEANERS[kind](content, part, walk.context)
    return without_relations(content, lost)


def _tidied(walk: _Walk, strings: str) -> Mapping[str, bytes]:
    parts = dict(walk.parts)
    if strings in parts:
        sheets = (content for part, content in parts.items() if walk.kinds.get(part) == "worksheet")
        parts[strings] = without_unused(parts[strings], used_strings(sheets))
    return parts


def _type(walk: _Walk, part: str) -> str:
    key = part_key(part)
    return walk.types.get(key) or walk.types.get("." + key.rpartition(".")[2], "application/xml")
