"""Where the paper ends: sheets with several tables side by side are printed table by table, never across one."""

from __future__ import annotations

from collections.abc import Sequence

from kpi_xl.book.sheets import Sheet

PAPER = 1010
"""Pixels across a landscape A4 page within our margins, a few left over for other fonts."""
SPACER = 64
"""The empty column between two tables."""
SCALES = range(100, 34, -1)


def paging(sheet: Sheet) -> tuple[int, tuple[int, ...]] | None:
    """Scale in percent and the columns, 0-based, before which a new page begins.

    Returns
    -------
    scale, breaks : int, (n_breaks,)
        The largest scale at which whole tables fill no more pages than the sheet may be wide; None for a sheet that
        has one table, or goes on one page, or has a table too wide for any page.
    """
    tables = [table for table in sheet.tables if sheet.column_of(table) <= (sheet.printed_columns or 16384)]
    if len(tables) < 2 or sheet.pages_wide < 2:
        return None
    widths = [sum(round(column.width * 7 + 5) for column in table.columns) + SPACER for table in tables]
    for scale in SCALES:
        starts = _starts(widths, PAPER * 100 / scale)
        if starts is not None and len(starts) < sheet.pages_wide:
            return scale, tuple(sheet.column_of(tables[start]) - 1 for start in starts)
    return None


def _starts(widths: Sequence[int], page: float) -> tuple[int, ...] | None:
    """Which tables begin a page, the first one apart; None where one is wider than the page."""
    starts: list[int] = []
    used = 0.0
    for position, width in enumerate(widths):
        if width > page:
            return None
        if used + width > page:
            starts.append(position)
            used = 0.0
        used += width
    return tuple(starts)
