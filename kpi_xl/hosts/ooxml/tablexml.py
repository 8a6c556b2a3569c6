"""A table part whose range changes; its columns and its look stay byte for byte."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kpi_xl.hosts.area import Area
from kpi_xl.hosts.ooxml.definitions import TableDefinition
from kpi_xl.hosts.ooxml.sheetxml import Edit, spliced

_PREFIX = rb"(?:[\w.-]+:)?"
_TABLE = re.compile(rb"<" + _PREFIX + rb"table\s[^>]*?\bref\s*=\s*[\"']([^\"']*)")
_FILTER = re.compile(rb"<" + _PREFIX + rb"autoFilter\s[^>]*?\bref\s*=\s*[\"']([^\"']*)")
# A filterColumn without content only hides the button of its column: that is the look of the table.
_CRITERION = re.compile(rb"<(" + _PREFIX + rb")filterColumn\s[^>]*[^/>]>.*?</\1filterColumn\s*>", re.DOTALL)
_ORDER = re.compile(rb"<(" + _PREFIX + rb")sortState\s[^>]*?(?:/>|>.*?</\1sortState\s*>)", re.DOTALL)
_TOTALS = re.compile(rb"\s+totalsRowCount\s*=\s*[\"'][^\"']*[\"']")


def area_with(table: TableDefinition, rows: int) -> Area:
    """The range of a table with this many data rows; Excel accepts no table without one."""
    bottom = table.first + max(rows, 1) - 1 + table.totals
    return Area(table.area.top, table.area.left, bottom, table.area.right)


def resized(part: bytes, table: TableDefinition, rows: int) -> bytes:
    """The table part with the range for this many data rows; its filter covers the same, without a totals row."""
    area = area_with(table, rows)
    filtered = Area(area.top, area.left, area.bottom - table.totals, area.right)
    return spliced(part, [*_reference(part, _TABLE, area), *_reference(part, _FILTER, filtered)])


def cleared(part: bytes) -> bytes:
    """The table part without filter, sort order and totals row: they were chosen for rows that are no longer there."""
    for pattern in (_CRITERION, _ORDER, _TOTALS):
        part = pattern.sub(b"", part)
    return part


def is_filtered(part: bytes) -> bool:
    """Whether the table hides rows by a criterion."""
    return _CRITERION.search(part) is not None


def _reference(part: bytes, pattern: re.Pattern[bytes], area: Area) -> Iterable[Edit]:
    match = pattern.search(part)
    return [(match.start(1), match.end(1), str(area).encode())] if match else []
