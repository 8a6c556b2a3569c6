"""A worksheet part made fit to travel: values for foreign formulas, nothing hidden, protected, ready to print."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kpi_xl.hosts.ooxml.sheetxml import Edit, rows, sheet_data, spliced
from kpi_xl.hosts.ooxml.xmltext import xml_characters
from kpi_xl.hosts.publishing.context import Context
from kpi_xl.hosts.publishing.elements import Element, elements, placed, tag, without
from kpi_xl.hosts.publishing.frozen import frozen
from kpi_xl.model.grid import column_letters
from kpi_xl.model.issue import Issue

SHOWN = 20
"""Cells that are listed one by one; the rest goes without saying."""
_ORDER = (
    "sheetProtection protectedRanges scenarios autoFilter sortState dataConsolidate customSheetViews mergeCells "
    "phoneticPr conditionalFormatting dataValidations hyperlinks printOptions pageMargins pageSetup headerFooter "
    "rowBreaks colBreaks customProperties cellWatches ignoredErrors smartTags drawing legacyDrawing legacyDrawingHF "
    "drawingHF picture oleObjects controls webPublishItems tableParts extLst AlternateContent"
).split()
_LEFT_BEHIND = frozenset(
    "sheetProtection protectedRanges scenarios customSheetViews customProperties cellWatches smartTags oleObjects "
    "controls webPublishItems".split()
)
_RULES = frozenset(("cfRule", "dataValidation", "sparkline"))
_FORMULAS = frozenset(("formula", "formula1", "formula2", "f"))
_PROTECTED = (
    b'<%ssheetProtection sheet="1" objects="1" scenarios="1" formatColumns="0" formatRows="0" sort="0" autoFilter="0"/>'
)
_PAPER = b'<%spageSetup paperSize="9" fitToHeight="0" orientation="landscape"/>'
_HIDDEN_ROW = re.compile(rb"\s+(?:hidden|collapsed)\s*=\s*[\"'](?:1|true)[\"']")
_FLAT = re.compile(rb"\s+ht\s*=\s*[\"']0(?:\.0*)?[\"']")
_REVISION = re.compile(rb"\s+xr\d*:uid\s*=\s*(?:\"[^\"]*\"|'[^']*')")


def published_worksheet(part: bytes, part_name: str, context: Context) -> bytes:
    """The part as it goes out; what changed for the reader is said in the context's issues."""
    sheet = context.sheets[part_name]
    values = frozen(part, context.is_outside)
    context.issues.extend(_value_issues(sheet, values.cells, values.empty, values.errors))
    data = sheet_data(values.part)
    body, hidden = _shown_rows(data.body)
    if hidden:
        context.issues.append(Issue("I-PUBLISH-ROWS-SHOWN", sheet, {"sheet": sheet, "rows": _spans(hidden)}))
    hole = b"<" + data.prefix + b"sheetData/>"
    frame = values.part[: data.start] + hole + values.part[data.end :]
    frame = _frame(frame, sheet, data.prefix, context.open_ranges.get(part_name, ""), context)
    name = data.prefix + b"sheetData"
    return frame.replace(hole, b"<" + name + b">" + body + b"</" + name + b">", 1)


def published_chartsheet(part: bytes, _part_name: str, _context: Context) -> bytes:
    """A sheet that is one chart, protected."""
    part = _REVISION.sub(b"", without(part, lambda each: each.name in ("sheetProtection", "customSheetViews")))
    followers = ("customSheetViews", "pageMargins", "pageSetup", "headerFooter", "drawing", "legacyDrawing", "extLst")
    return placed(part, b'<sheetProtection content="1" objects="1"/>', followers)


def _frame(frame: bytes, sheet: str, prefix: bytes, open_range: str, context: Context) -> bytes:
    """Everything of the part but its cells."""
    frame = without(frame, lambda each: each.name in _LEFT_BEHIND or each.name == "filterColumn")
    frame = _without_outside_rules(frame, sheet, context)
    frame = _REVISION.sub(b"", _shown_columns(frame, sheet, context))
    frame = placed(frame, _PROTECTED % prefix, _ORDER[1:])
    if open_range:
        element = f'<{prefix.decode()}protectedRange sqref="{open_range}" name="k_card"/>'
        ranges = f"<{prefix.decode()}protectedRanges>{element}</{prefix.decode()}protectedRanges>"
        frame = placed(frame, ranges.encode(), _ORDER[2:])
    return _printable(frame, prefix)


def _without_outside_rules(frame: bytes, sheet: str, context: Context) -> bytes:
    """Conditional formats, validations and sparklines go when their formula does not travel."""
    doomed = {rule.start for rule in _outside_rules(frame, context)}
    if not doomed:
        return frame
    context.issues.append(Issue("W-PUBLISH-RULES", sheet, {"sheet": sheet, "count": len(doomed)}))
    counted = without(frame, lambda each: each.start in doomed)
    edits: list[Edit] = [
        (each.start, each.inside, tag(counted, each, {"count": None}))
        for each in elements(counted)
        if each.name == "dataValidations"
    ]
    return spliced(counted, edits)


def _outside_rules(frame: bytes, context: Context) -> Iterator[Element]:
    rule: Element | None = None
    for each in elements(frame):
        if each.name in _RULES:
            rule = each
        elif rule and each.name in _FORMULAS and each.end <= rule.end:
            text = xml_characters(frame[each.inside : each.content_end])
            yield from (rule,) if context.is_outside(text) else ()


def _shown_columns(frame: bytes, sheet: str, context: Context) -> bytes:
    edits: list[Edit] = []
    hidden: list[str] = []
    for each in elements(frame):
        if each.name == "sheetFormatPr":
            edits.append((each.start, each.inside, tag(frame, each, {"zeroHeight": None})))
        if each.name != "col":
            continue
        is_flat = each.attribute("width").strip("0.") == "" and "width" in each.attributes
        dropped: dict[str, str | None] = {"hidden": None, "collapsed": None}
        if is_flat:
            dropped |= {"width": "9.140625"}
        if each.attribute("hidden") in ("1", "true") or is_flat:
            first, last = int(each.attribute("min")), int(each.attribute("max"))
            letters = column_letters(first), column_letters(last)
            hidden.append(letters[0] if first == last else ":".join(letters))
            edits.append((each.start, each.inside, tag(frame, each, dropped)))
    if hidden:
        context.issues.append(Issue("I-PUBLISH-COLUMNS-SHOWN", sheet, {"sheet": sheet, "columns": ", ".join(hidden)}))
    return spliced(frame, edits)


def _shown_rows(body: bytes) -> tuple[bytes, list[int]]:
    """The cell data with every row in sight, and the rows that were not."""
    edits: list[Edit] = []
    hidden: list[int] = []
    for row in rows(body):
        if b"hidden" not in row.attributes and b"collapsed" not in row.attributes and b"ht" not in row.attributes:
            continue
        end = row.inside if row.inside >= 0 else row.end
        old = body[row.start : end]
        new = _FLAT.sub(b"", _HIDDEN_ROW.sub(b"", old))
        if new != old:
            edits.append((row.start, end, new))
            if b"hidden" in row.attributes or _FLAT.search(old):
                hidden.append(row.number)
    return (spliced(body, edits) if edits else body), hidden


def _printable(frame: bytes, prefix: bytes) -> bytes:
    """A sheet without print settings gets A4 across, one page wide."""
    if any(each.name == "pageSetup" for each in elements(frame) if each.depth == 1):
        return frame
    frame = placed(frame, _PAPER % prefix, _ORDER[_ORDER.index("headerFooter") :])
    fit = b"<%spageSetUpPr fitToPage=\"1\"/>" % prefix
    properties = next((each for each in elements(frame) if each.name == "sheetPr"), None)
    if properties is None:
        every = elements(frame)
        start = next((each.start for each in every if each.depth == 1), every[0].inside)
        return frame[:start] + b"<%ssheetPr>" % prefix + fit + b"</%ssheetPr>" % prefix + frame[start:]
    if any(each.name == "pageSetUpPr" for each in elements(frame)):
        return frame
    if properties.content_end == properties.inside == properties.end:
        opening = frame[properties.start : properties.end].rstrip(b"/>") + b">"
        return frame[: properties.start] + opening + fit + b"</%ssheetPr>" % prefix + frame[properties.end :]
    return frame[: properties.content_end] + fit + frame[properties.content_end :]


def _value_issues(
    sheet: str, cells: tuple[str, ...], empty: tuple[tuple[str, str], ...], errors: tuple[tuple[str, str], ...]
) -> Iterator[Issue]:
    for address, formula in empty[:SHOWN]:
        yield Issue("E-PUBLISH-NO-VALUE", f"{sheet}!{address}", {"found": f"={formula}"[:60]})
    for address, found in errors[:SHOWN]:
        yield Issue("W-PUBLISH-ERROR", f"{sheet}!{address}", {"found": found})
    if cells:
        yield Issue("I-PUBLISH-VALUES", f"{sheet}!{cells[0]}", {"sheet": sheet, "count": len(cells)})


def _spans(numbers: Iterable[int]) -> str:
    """Numbers with runs drawn together.

    >>> _spans([3, 4, 5, 9])
    '3-5, 9'
    """
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1][1:] = [number]
        else:
            runs.append([number])
    return ", ".join("-".join(map(str, run)) for run in runs)
