"""Workbooks made of printed forms only: one sheet for each card, values and looks, nothing to compute."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from kpi_xl.hosts.ooxml.package import part_key, read_part
from kpi_xl.hosts.ooxml.rewriting import rewritten
from kpi_xl.hosts.ooxml.xmlpart import markup, rels_part
from kpi_xl.hosts.ooxml.xmltext import formula_xml, xml_characters
from kpi_xl.hosts.publishing.elements import Element, elements, without
from kpi_xl.hosts.publishing.relations import (
    CONTENT_TYPES,
    Relation,
    content_types_xml,
    declared_types,
    relations_of,
    relations_xml,
)
from kpi_xl.hosts.publishing.zipping import zipped
from kpi_xl.hosts.snapshot import Snapshot
from kpi_xl.model.grid import SheetOut

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_LOOKS_UP = frozenset(("dataValidations", "hyperlinks", "tableParts", "protectedRanges", "legacyDrawing"))
_SHEET_OF = re.compile(r"(?:'(?:[^']|'')*'|[^'!,]+)!")
_BOOK = "xl/workbook.xml"
_STYLED = ("styles", "theme")
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", "_"))


def form_book(book: Snapshot, forms: Sequence[tuple[str, SheetOut]]) -> bytes:
    """A workbook with a sheet for each form, on the page that the book's own form has.

    Parameters
    ----------
    book : Snapshot
        The published book; its form is found by ``k_card``.
    forms : sequence
        Card and cells of each form.
    """
    place = book.definitions.names["k_card"].sheet
    page = without(markup(book.package, place.part), lambda each: each.name in _LOOKS_UP)
    names = _sheet_names(place.name, [card for card, _ in forms])
    pictures = tuple(each for each in relations_of(book.package, place.part) if each.kind in ("drawing", "vmlDrawing"))
    parts: dict[str, bytes] = {}
    sheets: list[Relation] = []
    for number, (_, form) in enumerate(forms, start=1):
        part = f"xl/worksheets/form{number}.xml"
        parts[part] = rewritten(page, form.cells, form.heights, book.styles, is_1904=book.definitions.is_1904)
        parts[rels_part(part)] = relations_xml(pictures)
        sheets.append(Relation(f"rId{number}", f"{_OFFICE}/worksheet", f"worksheets/form{number}.xml", part))
    types = dict.fromkeys((each.part for each in sheets), f"{_TYPES}.worksheet+xml")
    shared = [each for each in relations_of(book.package, book.definitions.workbook) if each.kind in _STYLED]
    looks = [
        Relation(f"rIdLook{number}", each.type, f"/{each.part}", each.part)
        for number, each in enumerate(shared, start=1)
    ]
    carried = dict(_carried(book, [each.part for each in (*looks, *pictures)]))
    declared = declared_types(book.package)
    types |= {name: _type(declared, name) for name in carried if not name.endswith(".rels")}
    root = Relation("rId1", f"{_OFFICE}/officeDocument", _BOOK, _BOOK)
    head = {
        CONTENT_TYPES: content_types_xml(types, _BOOK),
        "_rels/.rels": relations_xml((root,)),
        _BOOK: _workbook_xml(names, _print_names(book, place.name)),
        rels_part(_BOOK): relations_xml((*sheets, *looks)),
    }
    return zipped({**head, **parts, **carried})


def _carried(book: Snapshot, wanted: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """These parts and all that they lead to."""
    seen: set[str] = set()
    open_ = list(wanted)
    while open_:
        part = open_.pop()
        if part in seen or part_key(part) not in book.package.parts:
            continue
        seen.add(part)
        yield part, read_part(book.package, part)
        if relations := relations_of(book.package, part):
            yield rels_part(part), relations_xml(relations)
            open_ += [each.part for each in relations if each.part]


def _type(declared: Mapping[str, str], part: str) -> str:
    key = part_key(part)
    return declared.get(key) or declared.get("." + key.rpartition(".")[2], "application/xml")


def _sheet_names(form: str, cards: Sequence[str]) -> list[str]:
    """A name for each card's sheet, which its footer prints: at most 31 characters, none twice."""
    names: list[str] = []
    for card in cards:
        name = plain = f"{form} {card}".translate(_FORBIDDEN)[:31]
        number = 1
        while name.casefold() in {each.casefold() for each in names}:
            number += 1
            name = f"{plain[:26]}~{number}"
        names.append(name)
    return names


def _print_names(book: Snapshot, form: str) -> Sequence[tuple[str, str]]:
    """Print area and repeated rows of the form: name and reference."""
    part = markup(book.package, book.definitions.workbook)
    every = elements(part)
    sheets = [each.attribute("name") for each in every if each.name == "sheet"]
    place = str(sheets.index(form))
    return [
        (each.attribute("name"), xml_characters(part[each.inside : each.content_end]))
        for each in every
        if _is_of(each, place)
    ]


def _is_of(each: Element, place: str) -> bool:
    is_ours = each.name == "definedName" and each.attribute("localSheetId") == place
    return is_ours and each.attribute("name").startswith("_xlnm.Print")


def _workbook_xml(names: Sequence[str], printed: Sequence[tuple[str, str]]) -> bytes:
    sheets = "".join(
        f'<sheet name="{_quoted(name)}" sheetId="{number}" r:id="rId{number}"/>'
        for number, name in enumerate(names, start=1)
    )
    defined = "".join(
        f'<definedName name="{key}" localSheetId="{place}">{formula_xml(_moved(reference, name))}</definedName>'
        for place, name in enumerate(names)
        for key, reference in printed
    )
    listed = f"<definedNames>{defined}</definedNames>" if defined else ""
    spaces = f'xmlns="{_MAIN}" xmlns:r="{_OFFICE}"'
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return f"{head}<workbook {spaces}><sheets>{sheets}</sheets>{listed}</workbook>".encode()


def _moved(reference: str, sheet: str) -> str:
    return _SHEET_OF.sub(lambda _: f"'{sheet}'!", reference)


def _quoted(text: str) -> str:
    return formula_xml(text).replace('"', "&quot;")
