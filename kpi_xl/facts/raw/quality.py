"""How far the data of a table can be trusted: five shares and their score of 100."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from kpi_xl.facts.raw.layouts import Layout, layouts
from kpi_xl.facts.raw.store import Store, quoted

WEIGHTS: Mapping[str, float] = {
    "completeness": 0.25, "validity": 0.20, "uniqueness": 0.20, "timeliness": 0.15, "consistency": 0.20,
}  # fmt: skip
GREEN, YELLOW = 95.0, 90.0


@dataclass(frozen=True, slots=True)
class Quality:
    """The scoreboard of one table; shares are fractions, 1 is faultless."""

    table: str
    completeness: float  # filled cells of the key, the unit and the numbers
    validity: float  # rows that could be read and contradict nothing
    uniqueness: float  # rows that were there once
    timeliness: float  # rows that are neither late nor of the future
    consistency: float  # rows that agree with their own sums and with other tables; totals that agree

    @property
    def score(self) -> float:
        """Weighted score of 100.

        >>> round(Quality("orders", 0.98, 0.99, 1.0, 0.90, 0.95).score, 1)
        96.8
        """
        return 100 * sum(weight * float(getattr(self, name)) for name, weight in WEIGHTS.items())

    @property
    def level(self) -> Literal["green", "yellow", "red"]:
        """Lamp of the score."""
        return "green" if self.score >= GREEN else "yellow" if self.score >= YELLOW else "red"


def scoreboard(store: Store) -> tuple[Quality, ...]:
    """Quality of every table that has been loaded, in the order of the layouts."""
    return tuple(_scoreboard(store))


def _scoreboard(store: Store) -> Iterator[Quality]:
    for layout in layouts().values():
        sums = store.rows(
            'SELECT sum(accepted), sum(rejected), sum(duplicates) FROM counts WHERE "table" = ? HAVING count(*) > 0',
            [layout.name],
        )
        for accepted, rejected, duplicates in ((int(str(cell)) for cell in row) for row in sums):
            late = _flagged(store, layout, ("LATE", "FUTURE_DATE"))
            odd = _flagged(store, layout, ("RANGE", "ORPHAN", "TIME_ORDER", "AMBIGUOUS_DATE"))
            yield Quality(
                layout.name, _filled(store, layout), _share(accepted, accepted + rejected),
                _share(accepted + rejected, accepted + rejected + duplicates), 1 - _share(late, accepted, 0.0),
                (1 - _share(odd, accepted, 0.0)) * _agreement(store, layout),
            )  # fmt: skip


def _filled(store: Store, layout: Layout) -> float:
    """Share of filled cells in the columns that the sources have and facts are made of."""
    loaded = store.rows('SELECT DISTINCT unnest("columns") FROM loads WHERE "table" = ?', [layout.name])
    had = {str(row[0]) for row in loaded}
    wanted = [field.name for field in layout.fields if field.name in had and (
        field.name in (*layout.key, layout.unit) or field.type in ("number", "integer", "fraction"))]  # fmt: skip
    if not wanted:
        return 1.0
    shares = " + ".join(f"count({quoted(name)})" for name in wanted)
    row = store.rows(f"SELECT {shares}, count(*) * {len(wanted)} FROM {quoted(layout.name)}")[0]
    return _share(int(str(row[0])), int(str(row[1])))


def _flagged(store: Store, layout: Layout, codes: tuple[str, ...]) -> int:
    return store.number(
        'SELECT count(DISTINCT (load_id, file, sheet, "row")) FROM rejects WHERE "table" = ? AND severity = \'WARN\' '
        "AND list_contains(?, code)",
        [layout.name, list(codes)],
    )


def _agreement(store: Store, layout: Layout) -> float:
    """Mean agreement with the totals of other systems; within the tolerance it is whole."""
    rows = store.rows(
        "SELECT avg(CASE WHEN agrees THEN 1.0 WHEN theirs = 0 THEN 0.0 "
        "ELSE greatest(0.0, 1.0 - abs(difference / theirs)) END) "
        'FROM reconciliations WHERE "table" = ?', [layout.name]
    )  # fmt: skip
    return 1.0 if rows[0][0] is None else float(str(rows[0][0]))


def _share(part: int, whole: int, of_nothing: float = 1.0) -> float:
    return part / whole if whole else of_nothing
