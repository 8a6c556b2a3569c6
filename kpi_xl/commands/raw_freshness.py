"""How far the rows of each source reach, and which of them come late."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from kpi_xl.book.raw_sheets.register import SourceRow
from kpi_xl.model.issue import Issue
from kpi_xl.model.periods import Period, parse_period

if TYPE_CHECKING:
    from kpi_xl.facts.raw.store import Store

GRACE = timedelta(days=1)
"""How long before the end of a period its last row may lie without being called late."""
ENDLESS = frozenset(
    ("org", "users", "catalog", "fx", "calendar", "exclusions", "content", "role_history", "salary_base")
)
"""Tables of which nobody expects rows at the end of every period."""


def newest(store: Store, sources: Sequence[SourceRow]) -> Mapping[tuple[str, str], date]:
    """Day of the last row, by source and table; nothing of tables that need none at the end of a period."""
    by_name = {row.source: row for row in sources}
    found: dict[tuple[str, str], str] = {}
    for source, table, last in store.rows('SELECT source, "table", last_time FROM loads WHERE last_time IS NOT NULL'):
        row = by_name.get(str(source))
        if row is not None and str(table) not in ENDLESS:
            at = (row.source, str(table))
            found[at] = max(found.get(at, ""), _last(store, str(table), row, str(last)))
    days = {at: day_of(last) for at, last in found.items()}
    return {at: day for at, day in days.items() if day is not None}


def late(store: Store, sources: Sequence[SourceRow], period: Period) -> Iterator[Issue]:
    """Sources whose rows do not reach the end of the period. Source: domain specification, L-T5."""
    cells = {row.source: row.cell for row in sources}
    for (name, table), reached in newest(store, sources).items():
        if reached < period.end - GRACE:
            args = {"place": name, "table": table, "found": str(reached), "wanted": str(period.end)}
            yield Issue("W-SOURCE-LATE", cells[name], args)


def _last(store: Store, table: str, row: SourceRow, usual: str) -> str:
    """The latest time of a source, by the column that its row names."""
    from kpi_xl.facts.raw.layouts import layouts
    from kpi_xl.facts.raw.store import quoted

    field = layouts()[table].field(row.period_column)
    if field is None:
        return usual
    found = store.rows(
        f"SELECT max({quoted(field.name)}) FROM {quoted(table)} WHERE src_load IN "
        '(SELECT load_id FROM loads WHERE source = ? AND "table" = ?)', [row.source, table]
    )  # fmt: skip
    return usual if found[0][0] is None else str(found[0][0])


def day_of(text: str) -> date | None:
    """Day of a time, or the last day of a period's code."""
    try:
        return date.fromisoformat(text[:10]) if len(text) >= 10 else parse_period(text).end
    except ValueError:
        return None
