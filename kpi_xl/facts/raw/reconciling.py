"""Whether a source is what it was and sums to what another system says."""

from __future__ import annotations

from kpi_xl.errors import WorkbookError
from kpi_xl.facts.raw.store import Store, quoted
from kpi_xl.facts.raw.work import Work
from kpi_xl.model.issue import Issue


def check_zone(store: Store, name: str) -> None:
    """Make sure that there is such a time zone.

    Raises
    ------
    WorkbookError
        ``E-RAW-ZONE``.
    """
    if not store.number("SELECT count(*) FROM pg_timezone_names() WHERE name = ?", [name]):
        raise WorkbookError("E-RAW-ZONE", place=name)


def same_columns(work: Work, source: str, place: str, fields: frozenset[str]) -> None:
    """Make sure that no column which the source had the last time has vanished.

    Raises
    ------
    WorkbookError
        ``E-RAW-COLUMN``.
    """
    before = work.store.rows(
        'SELECT "columns" FROM loads WHERE source = ? AND "table" = ? AND mapping = ? ORDER BY load_id DESC LIMIT 1',
        [source, work.layout.name, work.source.mapping],
    )
    for (columns,) in before:
        missing = set(columns) - fields if isinstance(columns, list) else set()
        if missing:
            raise WorkbookError(
                "E-RAW-COLUMN", place=place, wanted=", ".join(sorted(missing)), found=", ".join(sorted(fields))
            )


def reconciled(work: Work, fields: frozenset[str], source: str) -> list[Issue]:
    """Compare the accepted rows with the total of the register; note it, and say where it does not agree."""
    theirs, column = work.source.total, work.source.total_column
    if theirs is None or (column and column not in fields):
        return []
    asked = f"coalesce(sum({quoted(column)}), 0.0)" if column else "count(*)::DOUBLE"
    rows = work.store.rows(
        f"SELECT {asked} FROM {quoted(work.layout.name)} WHERE src_load = {work.load_id} AND excluded IS NULL"
    )
    ours = float(str(rows[0][0]))
    agrees = abs(ours - theirs) <= work.source.tolerance * abs(theirs) + 1e-9 * max(1.0, abs(theirs))
    work.store.run(
        "INSERT INTO reconciliations VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [work.load_id, work.layout.name, column, ours, theirs, ours - theirs, work.source.tolerance, agrees],
    )
    args = {"place": source, "column": column or "n", "found": ours, "wanted": theirs}
    return [] if agrees else [Issue("W-RAW-TOTAL", source, args)]
