"""What the native key columns of the input tables come to, computed here for their cached values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kpi_xl.book.rows import Row
from kpi_xl.book.table import MISSING, Table
from kpi_xl.model.grid import CellError, Scalar, TableGrid
from kpi_xl.scoring.opinion.ratings import mark

Cells = Mapping[str, Scalar]


@dataclass(frozen=True, slots=True)
class Lookups:
    """What the native columns look up elsewhere in the book."""

    total_cap: float = 120.0
    veto_score: float = 59.99
    ceilings: Mapping[str, tuple[int, float]] = field(default_factory=dict)
    points: Mapping[str, float] = field(default_factory=dict)           # of a level, by its word in lower case
    shares: Mapping[str, float] = field(default_factory=dict)           # of a rater's role, likewise


def native_cells(table: Table, row: Cells, lookups: Lookups = Lookups()) -> Mapping[str, Scalar]:
    """Value of every native column of one input row."""
    if table.name == "tblAdjustments":
        return _adjustment(row, lookups.total_cap, lookups.veto_score, lookups.ceilings)
    if table.name == "tblRatings":
        return _rating(row, lookups)
    keyed = [column.key for column in table.columns if column.kind == "key"]
    return {column: joined([row.get(part) for part in table.key]) for column in keyed}


def key_column(table: Table, grid: TableGrid, positions: Mapping[str, int]) -> Iterator[str]:
    """The key of every row of a table whose only native column it is."""
    places = [positions.get(part) for part in table.key]
    for line in grid.rows:
        yield joined([None if place is None else line[place] for place in places])


def _rating(row: Cells, lookups: Lookups) -> Mapping[str, Scalar]:
    key = joined([row.get(part) for part in ("period", "subject", "kpi")])
    level = row.get("level")
    points = level if isinstance(level, float) else lookups.points.get(text_of(level).casefold())
    share = lookups.shares.get(text_of(row.get("role")).casefold(), 0.0)
    moved = 0.0 if points is None or not key else mark(points, share)
    return {"key": key, "points": MISSING if points is None else points, "share": share, "mark": moved}


def joined(parts: Sequence[Scalar]) -> str:
    """Parts of a key with bars between; empty when one is."""
    texts = [part if isinstance(part, str) else text_of(part) for part in parts]
    return "|".join(texts) if all(texts) else ""


def text_of(value: Scalar) -> str:
    """A value as the & operator joins it."""
    if value is None or isinstance(value, CellError):
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return format(value, ".15g")
    return str(value)


def _adjustment(
    row: Cells, total_cap: float, veto_score: float, ceilings: Mapping[str, tuple[int, float]]
) -> Mapping[str, Scalar]:
    text: Callable[[str], str] = lambda name: text_of(row.get(name))  # noqa: E731 - a short name for a long formula
    kind, effect = text("kind"), text("effect")
    complete = bool(text("reason") and text("approver") and (kind.casefold() == "waiver" or text("evidence")))
    card = f"{text('period')}|{text('subject')}"
    key = f"{card}|{kind if complete else '!'}" if text("period") and text("subject") and kind else ""
    mark = (
        f"{card}|{text('scope')}|{'WAIVER' if kind.casefold() == 'waiver' else effect}"
        if complete and text("scope")
        else ""
    )
    ceiling, capped = (
        ceilings.get(text("value").casefold(), (0, total_cap)) if effect.upper() == "CAP_GRADE" else (0, total_cap)
    )
    value = row.get("value")
    limits = {
        "ZERO_TOTAL": 0.0,
        "CAP_SCORE": value if isinstance(value, float) else veto_score,
        "CAP_GRADE": capped,
    }
    return {
        "complete": float(complete),
        "key": key,
        "mark": mark,
        "ceiling": float(ceiling),
        "limit": limits.get(effect.upper(), total_cap),
    }


def row_cells(table: Table, row: Row) -> Cells:
    """The input cells of one row as read."""
    line, places = row.grid.rows[row.index], row.positions
    found = ((column.key, places.get(column.key)) for column in table.columns if column.kind == "input")
    return {name: None if place is None else line[place] for name, place in found}
