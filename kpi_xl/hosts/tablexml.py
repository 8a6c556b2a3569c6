"""A table part whose range changes; its columns and its look stay byte for byte."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kpi_xl.hosts.area import Area
from kpi_xl.hosts.definitions import TableDefinition
from kpi_xl.hosts.sheetxml import Edit, spliced

_PREFIX = rb"(?:[\w.-]+:)?"
_TABLE = re.compile(rb"<" + _PREFIX + rb"table\s[^>]*?\bref\s*=\s*[\"']([^\"']*)")
_FILTER = re.compile(rb"<" + _PREFIX + rb"autoFilter\s[^>]*?\bref\s*=\s*[\"']([^\"']*)")
_CRITERION = re.compile(
    rb"<(" + _PREFIX + rb")(filterColumn|sortState)(?=[\s/>])[^>]*?(?:/>|>.*?</\1\2\s*>)", re.DOTALL
)
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
    return _TOTALS.sub(b"", _CRITERION.sub(b"", part), count=1)


def is_filtered(part: bytes) -> bool:
    """Whether the table hides rows by a criterion."""
    return b"filterColumn" in part


def _reference(part: bytes, pattern: re.Pattern[bytes], area: Area) -> Iterable[Edit]:
    match = pattern.search(part)
    return [(match.start(1), match.end(1), str(area).encode())] if match else []
