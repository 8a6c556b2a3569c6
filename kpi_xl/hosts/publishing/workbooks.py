"""The workbook part made fit to travel: sheets in sight, structure protected, no name that leads outside."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import NamedTuple

from kpi_xl.hosts.ooxml.sheetxml import Edit, spliced
from kpi_xl.hosts.ooxml.xmltext import xml_characters
from kpi_xl.hosts.publishing.context import Context
from kpi_xl.hosts.publishing.elements import Element, elements, placed, tag, without
from kpi_xl.model.issue import Issue

CONFIGURATION = frozenset(("kpi_xl.conf", "xlwings.conf", "_xlwings.conf"))
"""Sheets by which macros find their program; they mean nothing without them."""
_LEFT_BEHIND = frozenset(
    """
    fileSharing workbookProtection absPath revisionPtr functionGroups customWorkbookViews smartTagPr smartTagTypes
    webPublishing fileRecoveryPr webPublishObjects documentId docId
    """.split()
)
_AFTER_PROTECTION = (
    "bookViews sheets functionGroups externalReferences definedNames calcPr oleSize customWorkbookViews pivotCaches "
    "smartTagPr smartTagTypes webPublishing fileRecoveryPr webPublishObjects extLst"
).split()
_AFTER_NAMES = _AFTER_PROTECTION[5:]
_MACRO_NAMES = ("function", "vbProcedure", "xlm", "macro")
_HIDES = "_xlnm."


class Name(NamedTuple):
    """A defined name to add."""

    name: str
    reference: str


def definitions(part: bytes) -> Mapping[str, str]:
    """Text of every defined name, those that are macros standing for nothing."""
    return {
        each.attribute("name"): "#REF!" if _is_macro(each) else xml_characters(part[each.inside : each.content_end])
        for each in elements(part)
        if each.name == "definedName"
    }


def sheet_elements(part: bytes) -> list[Element]:
    """The sheets in order."""
    return [each for each in elements(part) if each.name == "sheet"]


def published_workbook(part: bytes, lost: Collection[str], context: Context) -> bytes:
    """The part as it goes out, without the sheets of these names; the issues say what came into sight."""
    kept = [each.attribute("name") not in lost for each in sheet_elements(part)]
    part = without(part, lambda each: each.name in _LEFT_BEHIND)
    part = _with_sheets(part, lost, context)
    part = _with_names(part, kept, context)
    part = _at_home(part)
    prefix = _prefix(part)
    return placed(part, b"<%sworkbookProtection lockStructure=\"1\"/>" % prefix, _AFTER_PROTECTION)


def with_names(part: bytes, names: Collection[Name]) -> bytes:
    """The part with some more names."""
    prefix = _prefix(part).decode()
    items = "".join(f'<{prefix}definedName name="{each.name}">{each.reference}</{prefix}definedName>' for each in names)
    for each in elements(part):
        if each.name == "definedNames":
            return part[: each.content_end] + items.encode() + part[each.content_end :]
    return placed(part, f"<{prefix}definedNames>{items}</{prefix}definedNames>".encode(), _AFTER_NAMES)


def with_sheet(part: bytes, name: str, relation: str) -> bytes:
    """The part with one more sheet at the end."""
    sheets = next(each for each in elements(part) if each.name == "sheets")
    number = 1 + max(int(each.attribute("sheetId")) for each in sheet_elements(part))
    prefix, space = _relation_prefix(part), "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    # openpyxl declares the prefix at every sheet and not at the root; saying it twice is allowed.
    declared = f'xmlns:{prefix}="{space}" {prefix}:id="{relation}"'
    item = f'<{_prefix(part).decode()}sheet name="{name}" sheetId="{number}" {declared}/>'
    return part[: sheets.content_end] + item.encode() + part[sheets.content_end :]


def _with_sheets(part: bytes, lost: Collection[str], context: Context) -> bytes:
    part = without(part, lambda each: each.name == "sheet" and each.attribute("name") in lost)
    edits: list[Edit] = []
    for each in sheet_elements(part):
        if each.attribute("state") in ("hidden", "veryHidden"):
            sheet = each.attribute("name")
            context.issues.append(Issue("I-PUBLISH-SHEET-SHOWN", sheet, {"sheet": sheet}))
            edits.append((each.start, each.inside, tag(part, each, {"state": None})))
    return spliced(part, edits)


def _with_names(part: bytes, kept: list[bool], context: Context) -> bytes:
    """Names renumbered to the sheets that are left; those that lead outside, or to a sheet that went, are gone."""
    numbers = {str(old): str(sum(kept[:old])) for old, is_kept in enumerate(kept) if is_kept}

    def goes(each: Element) -> bool:
        owner = each.attribute("localSheetId")
        return each.name == "definedName" and (
            each.attribute("name").casefold() in context.inside.lost_names or bool(owner and owner not in numbers)
        )

    dropped = [each.attribute("name") for each in elements(part) if goes(each)]
    visible = [name for name in dropped if not name.startswith(("_", "k_"))]
    if visible:
        context.issues.append(Issue("W-PUBLISH-NAMES", "", {"names": ", ".join(visible), "count": len(visible)}))
    part = without(part, goes)
    edits: list[Edit] = []
    for each in elements(part):
        if each.name == "definedName":
            changed: dict[str, str | None] = {"comment": None, "description": None}
            if not each.attribute("name").startswith(_HIDES):
                changed["hidden"] = None
            if owner := each.attribute("localSheetId"):
                changed["localSheetId"] = numbers[owner]
            edits.append((each.start, each.inside, tag(part, each, changed)))
    return spliced(part, edits)


def _at_home(part: bytes) -> bytes:
    """Opened on the first sheet, with its tabs in sight, and without the names that macros know the book by."""
    views = {"activeTab": None, "firstSheet": None, "visibility": None, "showSheetTabs": None, "xr2:uid": None}
    edits: list[Edit] = []
    for each in elements(part):
        if each.name == "workbookView":
            edits.append((each.start, each.inside, tag(part, each, views)))
        elif each.name == "workbookPr":
            edits.append((each.start, each.inside, tag(part, each, {"codeName": None})))
    return spliced(part, edits)


def _is_macro(each: Element) -> bool:
    return any(each.attribute(kind) in ("1", "true") for kind in _MACRO_NAMES)


def _prefix(part: bytes) -> bytes:
    """Prefix of the spreadsheet's own namespace, with the colon; usually empty."""
    match = re.search(rb"<([\w.-]+:)?workbook(?=[\s>])", part)
    return (match[1] or b"") if match else b""


def _relation_prefix(part: bytes) -> str:
    each = sheet_elements(part)[0]
    return next(name.rpartition(":")[0] for name in each.attributes if name.endswith(":id"))
