"""Aggregates that look at all rows of a person together: who came back, who came again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlglot import exp

from kpi_xl.facts.formula.catalog import Catalog
from kpi_xl.facts.formula.tree import Aggregate, Node, Truth
from kpi_xl.facts.sql.buckets import buckets
from kpi_xl.facts.sql.pieces import Sql, all_of, case, integer, is_blank, named, negated, nested, nothing, query
from kpi_xl.facts.sql.source import Source
from kpi_xl.facts.sql.windows import Window

PAIRWISE = ("RETAINED", "REPEATED")
NOW, BEFORE = "now", "before"
Paired = tuple[exp.Select, Mapping[int, Window]]


def paired(
    aggregate: Aggregate, windows: Sequence[Window], catalog: Catalog, cut_off: datetime, *, by_unit: bool
) -> Paired:
    """Bucket, unit, 1 for all units, how many keys, and of how many."""
    people = _People(aggregate, catalog, cut_off, by_unit)
    return _retained(people, windows) if aggregate.name == "RETAINED" else _repeated(people, windows)


class _People:
    """The rows of an aggregate with their keys."""

    def __init__(self, aggregate: Aggregate, catalog: Catalog, cut_off: datetime, by_unit: bool):
        self.aggregate, self.catalog, self.cut_off = aggregate, catalog, cut_off
        self.unit = aggregate.unit if by_unit else None
        self.keys = ("b", "k") if self.unit is None else ("b", "k", "u")

    def rows(self, windows: Sequence[Window], occasion: Node | None = None) -> Paired:
        """Bucket, key, unit and occasion of all rows that meet the criteria, each combination once."""
        aggregate = self.aggregate
        source = Source(aggregate.table, self.catalog, self.cut_off)
        conditions = (*aggregate.keep, *aggregate.where)
        bucketed = buckets(source, aggregate.time, windows, (aggregate.value, *conditions))
        columns = {"b": bucketed.bucket, "k": source.row(aggregate.value)}
        if self.unit is not None:
            columns["u"] = source.row(self.unit)
        if occasion is not None:
            columns["o"] = source.row(occasion)
        met = [source.row.truth(node) for node in conditions]
        return source.select(columns, (*bucketed.where, *met), distinct=True), bucketed.windows

    def counted(self, rows: Sql, kept: Sql, joins: Sequence[tuple[Sql, Sql, str]] = ()) -> exp.Select:
        """How many keys are kept, per bucket and unit, and of how many rows."""
        bucket, unit = named("b", NOW), named("u", NOW)
        heads = (bucket, nothing() if self.unit is None else unit, integer(int(self.unit is None)))
        columns = {f"c{place}": each for place, each in enumerate((*heads, kept, exp.Count(this=exp.Star())))}
        by = [bucket] if self.unit is None else [bucket, unit]
        known = [negated(is_blank(bucket)), negated(is_blank(named("k", NOW)))]
        return query(columns, rows, joins=joins, where=known, by=by)


def _retained(people: _People, windows: Sequence[Window]) -> Paired:
    """Keys of this window that the window before it has too."""
    now, places = people.rows(windows)
    before, earlier = people.rows([each.previous for each in windows])
    after = {window.previous: place for place, window in places.items()}
    steps = [(place, after[window]) for place, window in earlier.items()]
    moved = case(
        (exp.EQ(this=named("b", BEFORE), expression=integer(place)), integer(next_one)) for place, next_one in steps
    )
    same = [exp.EQ(this=named(key, BEFORE), expression=named(key, NOW)) for key in people.keys if key != "b"]
    on = all_of([exp.EQ(this=moved, expression=named("b", NOW)), *same])
    kept = exp.Count(this=named("k", BEFORE))
    return people.counted(nested(now, NOW), kept, [(nested(before, BEFORE), on, "LEFT")]), places


def _repeated(people: _People, windows: Sequence[Window]) -> Paired:
    """Keys that have so many different occasions in a window."""
    aggregate = people.aggregate
    rows, places = people.rows(windows, aggregate.occasion or Truth(True))
    keys = {key: named(key, NOW) for key in people.keys}
    times = query({**keys, "times": exp.Count(this=named("o", NOW))}, nested(rows, NOW), by=list(keys.values()))
    enough = exp.GTE(this=named("times", NOW), expression=integer(int(aggregate.number)))
    return people.counted(nested(times, NOW), exp.Count(this=case([(enough, integer(1))]))), places
