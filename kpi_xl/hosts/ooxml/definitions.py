"""What a workbook defines: its sheets, tables, names and the parts they live in; no cell is read for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from kpi_xl.errors import WorkbookError
from kpi_xl.hosts.area import Area, area_from
from kpi_xl.hosts.ooxml.package import Package
from kpi_xl.hosts.ooxml.xmlpart import Relationship, children, local_name, relation_id, relationships, root_of
from kpi_xl.hosts.ooxml.xmltext import unescaped

_REFERENCE = re.compile(r"(?:'((?:[^']|'')+)'|([^'!]+))!([$A-Z0-9:]+)")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet by its name and the part that holds it."""

    name: str
    part: str


@dataclass(frozen=True, slots=True)
class TableDefinition:
    """An Excel table as its part declares it."""

    name: str
    part: str
    sheet: Sheet
    area: Area                      # with heading and totals rows
    headings: int                   # heading rows: 1, or 0 when the user hid it
    totals: int                     # totals rows
    columns: tuple[str, ...]

    @property
    def first(self) -> int:
        """Row of the first data row."""
        return self.area.top + self.headings

    @property
    def declared(self) -> int:
        """Data rows inside the table's own range."""
        return self.area.bottom - self.totals - self.first + 1


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """The first cell behind a defined name."""

    sheet: Sheet
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Definitions:
    """The skeleton of a workbook."""

    workbook: str                   # part names; "" for a part the workbook does without
    styles: str
    strings: str
    calculation_chain: str
    sheets: tuple[Sheet, ...]
    tables: Mapping[str, TableDefinition]
    names: Mapping[str, NamedPlace]
    is_1904: bool

    def sheet_of(self, anchor: str) -> Sheet | None:
        """The sheet that holds this table or defined name."""
        place = self.tables.get(anchor) or self.names.get(anchor)
        return place.sheet if place else None


def read_definitions(package: Package) -> Definitions:
    """The skeleton of the workbook in a package.

    Raises
    ------
    WorkbookError
        ``E-BOOK-FORMAT``: no workbook inside (a text document, a binary workbook, ...); ``E-BOOK-DAMAGED``.
    """
    part = _workbook_part(package)
    root = root_of(package, part)
    if local_name(root) != "workbook":
        raise WorkbookError("E-BOOK-FORMAT", book=package.book, member=part)
    related = relationships(package, part)
    sheets = tuple(_sheets(root, related))
    properties = next(children(root, "workbookPr"), None)
    return Definitions(
        workbook=part,
        styles=_target(related, "styles"),
        strings=_target(related, "sharedStrings"),
        calculation_chain=_target(related, "calcChain"),
        sheets=sheets,
        tables={table.name: table for sheet in sheets for table in _tables(package, sheet)},
        names=_names(root, sheets),
        is_1904=properties is not None and properties.get("date1904", "0") in ("1", "true", "on"),
    )


def _workbook_part(package: Package) -> str:
    part = _target(relationships(package), "officeDocument")
    if not part or part.lower().endswith(".bin"):
        raise WorkbookError("E-BOOK-FORMAT", book=package.book, member=part)
    return part


def _target(related: Iterable[Relationship], kind: str) -> str:
    return next((each.target for each in related if each.kind == kind), "")


def _sheets(root: Element, related: Iterable[Relationship]) -> Iterator[Sheet]:
    targets = {each.id: each.target for each in related if each.kind == "worksheet"}
    for item in children(root, "sheets", "sheet"):
        part = targets.get(relation_id(item.attrib))
        if part:
            yield Sheet(item.get("name", ""), part)


def _tables(package: Package, sheet: Sheet) -> Iterator[TableDefinition]:
    for each in relationships(package, sheet.part):
        if each.kind != "table":
            continue
        root = root_of(package, each.target)
        area = area_from(root.get("ref", ""))
        if area is None:
            raise WorkbookError("E-BOOK-DAMAGED", book=package.book, member=each.target)
        yield TableDefinition(
            name=root.get("displayName", root.get("name", "")),
            part=each.target,
            sheet=sheet,
            area=area,
            headings=int(root.get("headerRowCount", "1")),
            totals=int(root.get("totalsRowCount", "0")),
            columns=tuple(unescaped(each.get("name", "")) for each in children(root, "tableColumns", "tableColumn")),
        )


def _names(root: Element, sheets: Iterable[Sheet]) -> dict[str, NamedPlace]:
    """Places by name; a name of the whole workbook wins over one that only a sheet knows."""
    by_name = {sheet.name: sheet for sheet in sheets}
    items = sorted(children(root, "definedNames", "definedName"), key=lambda item: "localSheetId" not in item.attrib)
    places = ((item.get("name", ""), _place(item.text or "", by_name)) for item in items)
    return {name: place for name, place in places if place}


def _place(reference: str, sheets: Mapping[str, Sheet]) -> NamedPlace | None:
    match = _REFERENCE.fullmatch(reference.strip())
    if match is None:
        return None
    sheet = sheets.get((match[1] or "").replace("''", "'") or match[2])
    area = area_from(match[3])
    return NamedPlace(sheet, area.top, area.left) if sheet and area else None
