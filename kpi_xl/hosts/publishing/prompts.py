"""The prompts of typed cells, left out where nobody types: their examples are codes that somebody may have."""

from __future__ import annotations

from kpi_xl.hosts.ooxml.package import Package, package_from
from kpi_xl.hosts.ooxml.packing import packed
from kpi_xl.hosts.ooxml.sheetxml import Edit, sheet_data, spliced
from kpi_xl.hosts.ooxml.xmlpart import markup
from kpi_xl.hosts.publishing.elements import elements, tag
from kpi_xl.hosts.snapshot import Snapshot

_WORDS = ("prompt", "promptTitle", "error", "errorTitle")


def without_prompts(package: Package, kept: str) -> Package:
    """The package without the words of its data validations, but for the sheet that this defined name is on."""
    known = Snapshot(package).definitions
    place = known.names.get(kept)
    changes = {
        sheet.part: _wordless(markup(package, sheet.part))
        for sheet in known.sheets
        if place is None or sheet != place.sheet
    }
    return package_from(package.book, packed(package, changes))


def _wordless(part: bytes) -> bytes:
    start = sheet_data(part).end
    root = part[: part.index(b">", part.index(b"<", part.index(b"?>") + 2 if part.startswith(b"<?") else 0)) + 1]
    tail = root + part[start:]
    edits: list[Edit] = [
        (each.start, each.inside, tag(tail, each, dict.fromkeys(_WORDS)))
        for each in elements(tail)
        if each.name == "dataValidation"
    ]
    return part[:start] + spliced(tail, edits)[len(root) :]
