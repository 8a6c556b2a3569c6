"""A publication sealed and packed: the code on its cover, the list on its last sheet, both in its properties."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kpi_xl.hosts.ooxml.cellxml import cell_xml, cells_by_row
from kpi_xl.hosts.ooxml.package import package_from
from kpi_xl.hosts.ooxml.patching import patched
from kpi_xl.hosts.ooxml.xmlpart import rels_part
from kpi_xl.hosts.ooxml.xmltext import formula_xml
from kpi_xl.hosts.publishing.personal import core_properties, custom_properties, extended_properties
from kpi_xl.hosts.publishing.publication import Publication
from kpi_xl.hosts.publishing.relations import CONTENT_TYPES, content_types_xml
from kpi_xl.hosts.publishing.seals import (
    CODE_NAME,
    LIST_NAME,
    PROPERTY,
    Line,
    cells_of,
    code_of,
    full_code,
    lines_of,
)
from kpi_xl.hosts.publishing.workbooks import Name, with_names, with_sheet
from kpi_xl.hosts.publishing.zipping import zipped
from kpi_xl.hosts.snapshot import Snapshot
from kpi_xl.model.grid import CellOut, column_letters

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_PROPERTIES = {
    "docProps/core.xml": (f"{_PACKAGE}/relationships/metadata/core-properties", "package.core-properties"),
    "docProps/app.xml": (f"{_OFFICE}/relationships/extended-properties", "officedocument.extended-properties"),
    "docProps/custom.xml": (f"{_OFFICE}/relationships/custom-properties", "officedocument.custom-properties"),
}
_PART, _ID = "xl/worksheets/seal.xml", "rIdSeal"
_FIRST_LINE = 5


@dataclass(frozen=True, slots=True)
class Wording:
    """What the seal says in the book's language; `code` has a hole ``{code}``."""

    sheet: str
    title: str
    notes: tuple[str, ...]
    code: str


@dataclass(frozen=True, slots=True)
class Sealed:
    """A finished file and its code."""

    data: bytes
    code: str


def sealed(
    book: str, publication: Publication, cover: tuple[str, int, int], facts: Mapping[str, str], wording: Wording
) -> Sealed:
    """The file of a publication.

    Parameters
    ----------
    book : str
        File name, for messages.
    publication : Publication
        What travels.
    cover : tuple
        Sheet, row and column of the cell that shows the code.
    facts : mapping
        What the book was made from: digests of data and plan, run, version of the program.
    wording : Wording
        In the book's language.
    """
    names = (
        Name(CODE_NAME, _reference(cover[0], column_letters(cover[2]), cover[1])),
        Name(LIST_NAME, _reference(wording.sheet, "A", _FIRST_LINE)),
    )
    draft = _with_seal_sheet(publication, wording, names)
    known = Snapshot(package_from(book, zipped(draft)))
    lines = list(lines_of(facts, cells_of(known)))
    code = code_of(lines)
    styles = known.styles
    part = next(sheet.part for sheet in known.definitions.sheets if sheet.name == cover[0])
    shown = CellOut(cover[1], cover[2], wording.code.format(code=code), None, "kpi label")
    draft[part] = patched(draft[part], [shown], styles)
    draft[_PART] = _sheet_xml((*_headings(wording), *_listing(lines)), styles)
    draft["docProps/custom.xml"] = custom_properties({PROPERTY: f"{code} {full_code(lines)}", **facts})
    return Sealed(zipped(draft), code)


def _with_seal_sheet(publication: Publication, wording: Wording, names: Iterable[Name]) -> dict[str, bytes]:
    """All parts, with an empty seal sheet, document properties, relationships and content types that agree."""
    parts, workbook = dict(publication.parts), publication.workbook
    parts[workbook] = with_names(
        with_sheet(parts[workbook], formula_xml(wording.sheet).replace('"', "&quot;"), _ID), tuple(names)
    )
    parts[_PART] = _sheet_xml(_headings(wording), {})
    relation = f'<Relationship Id="{_ID}" Type="{_OFFICE}/relationships/worksheet" Target="/{_PART}"/>'
    parts[rels_part(workbook)] = _with_relations(parts[rels_part(workbook)], relation)
    types = {**publication.types, _PART: _TYPE}
    parts.setdefault("docProps/core.xml", core_properties(""))
    parts.setdefault("docProps/app.xml", extended_properties(None))
    parts["docProps/custom.xml"] = custom_properties({})
    for name, (relation_type, kind) in _PROPERTIES.items():
        types[name] = f"application/vnd.openxmlformats-{kind}+xml"
        if relation_type.encode() not in parts["_rels/.rels"]:
            relation = f'<Relationship Id="rId{kind.rpartition(".")[2]}" Type="{relation_type}" Target="{name}"/>'
            parts["_rels/.rels"] = _with_relations(parts["_rels/.rels"], relation)
    head = {CONTENT_TYPES: content_types_xml(types, workbook), "_rels/.rels": parts.pop("_rels/.rels")}
    return head | parts


def _with_relations(part: bytes, relation: str) -> bytes:
    return part.replace(b"</Relationships>", relation.encode() + b"</Relationships>")


def _headings(wording: Wording) -> Sequence[CellOut]:
    notes = (CellOut(row, 1, text, None, "kpi note") for row, text in enumerate(wording.notes, start=2))
    return (CellOut(1, 1, wording.title, None, "kpi title"), *notes)


def _listing(lines: Sequence[Line]) -> Iterator[CellOut]:
    for row, (name, said, covered) in enumerate(lines, start=_FIRST_LINE):
        yield CellOut(row, 1, name, None, "kpi text")
        yield CellOut(row, 2, said, None, "kpi note")
        yield CellOut(row, 3, covered, None, "kpi note")


def _sheet_xml(cells: Iterable[CellOut], styles: Mapping[str, int]) -> bytes:
    """The whole part of the seal sheet: cells, protection, paper."""
    rows = "".join(
        f'<row r="{row}" ht="15" customHeight="1">'
        + "".join(cell_xml(cell, styles.get(cell.style or "")) for cell in line.values())
        + "</row>"
        for row, line in cells_by_row(cells).items()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<worksheet xmlns="{_MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        '<sheetViews><sheetView showGridLines="0" workbookViewId="0"/></sheetViews>'
        '<sheetFormatPr defaultRowHeight="15"/><cols><col min="1" max="1" width="22" customWidth="1"/>'
        '<col min="2" max="2" width="90" customWidth="1"/></cols>'
        f'<sheetData>{rows}</sheetData><sheetProtection sheet="1" objects="1" scenarios="1" formatColumns="0"/>'
        '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.6" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" fitToHeight="0" orientation="landscape"/></worksheet>'
    ).encode()


def _reference(sheet: str, column: str, row: int) -> str:
    name = sheet.replace("'", "''")
    return formula_xml(f"'{name}'!${column}${row}")
