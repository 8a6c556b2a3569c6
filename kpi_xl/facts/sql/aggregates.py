"""Aggregates as queries: those over the same rows, time and unit in one, grouped by window and unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlglot import exp

from kpi_xl.facts.formula.catalog import Catalog
from kpi_xl.facts.formula.tree import Aggregate, Column, Node, Operation, tables
from kpi_xl.facts.sql.buckets import buckets
from kpi_xl.facts.sql.pairs import PAIRWISE, paired
from kpi_xl.facts.sql.pieces import Sql, all_of, case, integer, is_blank, named, negated, nested, nothing, query
from kpi_xl.facts.sql.source import Source
from kpi_xl.facts.sql.windows import Window, layers

ROWS = "counted"
AT_ONCE = 25_000_000
"""Values in more rows than these are told apart in several rounds, each with its share of the values."""


@dataclass(frozen=True, slots=True)
class Query:
    """A query and how its rows are read: bucket, unit, 1 for all units, then per aggregate its value and its rows."""

    sql: exp.Select
    windows: Mapping[int, Window]
    aggregates: tuple[Aggregate, ...]
    more: tuple[exp.Select, ...] = ()  # the same of other values: what each of them counts is added


@dataclass(frozen=True, slots=True)
class Scene:
    """What all queries of a computation share."""

    catalog: Catalog
    cut_off: datetime
    by_unit: bool = False


def queries(wanted: Mapping[Aggregate, Iterable[Window]], scene: Scene) -> tuple[Query, ...]:
    """Few queries that give each aggregate in each of its windows, or in more of the same kind."""
    found: list[Query] = []
    for group, windows in _groups(wanted, scene):
        lasts = isinstance(group[0].time, Operation)
        for layer in (sorted(windows),) if lasts else layers(windows):
            if group[0].name in PAIRWISE:
                found.extend(_paired(group[0], layer, scene))
            else:
                found.append(_together(group, layer, scene))
    return tuple(found)


def reach(time: Node, scene: Scene) -> exp.Select:
    """The first and the last time that the rows of a table have: how far its data go."""
    source = Source(tables(time)[0], scene.catalog, scene.cut_off)
    value = source.row(time)
    return source.select({"first": exp.Min(this=value), "last": exp.Max(this=value)})


def how_many(table: str, scene: Scene) -> exp.Select:
    """Number of rows of a table."""
    return Source(table, scene.catalog, scene.cut_off).select({"rows": exp.Count(this=exp.Star())})


def moment_of(aggregate: Aggregate) -> Node:
    """The time that decides when a row begins to count."""
    return aggregate.time.left if isinstance(aggregate.time, Operation) else aggregate.time


def beginnings(aggregate: Aggregate, scene: Scene) -> exp.Select:
    """Each unit's first time of the rows that an aggregate counts."""
    source = Source(aggregate.table, scene.catalog, scene.cut_off)
    met = [source.row.truth(node) for node in (*aggregate.keep, *aggregate.where)]
    unit = nothing() if aggregate.unit is None else source.row(aggregate.unit)
    rows = nested(source.select({"u": unit, "t": source.row(moment_of(aggregate))}, met), ROWS)
    unit = named("u", ROWS)
    return query({"unit": unit, "first": exp.Min(this=named("t", ROWS))}, rows, by=[unit])


def _groups(
    wanted: Mapping[Aggregate, Iterable[Window]], scene: Scene
) -> Iterable[tuple[tuple[Aggregate, ...], set[Window]]]:
    """Aggregates that one scan answers best; months are asked for together, days and odd windows only where needed."""
    groups: dict[tuple[object, ...], tuple[list[Aggregate], set[Window]]] = {}
    for each, windows in wanted.items():
        # Sets of two columns side by side take the memory of both, and more time than one after the other.
        alone = each if each.name in PAIRWISE else each.value if _is_set(each, scene) else None
        by_kind: dict[str, set[Window]] = {}
        for window in windows:
            by_kind.setdefault(window.kind, set()).add(window)
        for kind, some in by_kind.items():
            exact = frozenset(some) if kind in ("D", "") else kind
            key = (each.table, each.time, each.unit, each.keep, exact, alone)
            aggregates, together = groups.setdefault(key, ([], set()))
            aggregates.append(each)
            together |= some
    return ((tuple(aggregates), windows) for aggregates, windows in groups.values())


def _together(group: tuple[Aggregate, ...], windows: Sequence[Window], scene: Scene) -> Query:
    first = group[0]
    source = Source(first.table, scene.catalog, scene.cut_off)
    spoken = [*first.keep, *(node for each in group for node in (each.value, *each.where))]
    bucketed = buckets(source, first.time, windows, spoken)
    columns: dict[str, Sql] = {"b": bucketed.bucket}
    if scene.by_unit and first.unit is not None:
        columns["u"] = source.row(first.unit)
    counts: list[tuple[Sql, Sql]] = []
    names: dict[str, str] = {}
    for each in group:
        met = all_of(source.row.truth(node) for node in each.where)
        value, one = source.row(each.value), integer(1)
        counted = (case([(met, value)]), case([(met, one)])) if each.where else (value, one)
        counts.append((_named(counted[0], columns, names), _named(counted[1], columns, names)))
    rounds = 1 + scene.catalog.sizes.get(first.table, 0) // AT_ONCE if _is_set(first, scene) else 1
    if rounds > 1:
        columns["h"] = exp.Anonymous(this="hash", expressions=[source.row(first.value)])
    keep = [source.row.truth(node) for node in first.keep]
    outputs: list[Sql] = []
    for each, (value, rows) in zip(group, counts, strict=True):
        # Whatever is joined over a link is nobody's promise to leave each row once.
        simply = not source.linked and _is_unique(each, scene)
        outputs += [exp.Count(this=value) if simply else _total(each, value), exp.Count(this=rows)]
    inner = source.select(columns, (*bucketed.where, *keep))
    shares = [_share(each, rounds) for each in range(rounds)] if rounds > 1 else [()]
    sql, *more = (
        _grouped(inner.copy(), [each.copy() for each in outputs], share, by_unit="u" in columns) for share in shares
    )
    return Query(sql, bucketed.windows, group, tuple(more))


def _share(place: int, rounds: int) -> tuple[Sql, ...]:
    """The condition that a value is in one of several shares of all values; no value is known to none or to two."""
    rest = exp.Mod(this=named("h", ROWS), expression=integer(rounds))
    return (exp.EQ(this=rest, expression=integer(place)),)


def _is_set(aggregate: Aggregate, scene: Scene) -> bool:
    """Whether values must be told apart."""
    return aggregate.name == "DISTINCT" and not _is_unique(aggregate, scene)


def _is_unique(aggregate: Aggregate, scene: Scene) -> bool:
    """Whether different values are as many as rows."""
    value = aggregate.value
    return aggregate.name == "DISTINCT" and isinstance(value, Column) and value.table == aggregate.table and (
        (value.table, value.column) in scene.catalog.unique
    )


def _named(value: Sql, columns: dict[str, Sql], names: dict[str, str]) -> Sql:
    """A column of the inner query; the same expression is computed once."""
    written = value.sql()
    if written not in names:
        names[written] = f"v{len(names)}"
        columns[names[written]] = value
    return named(names[written], ROWS)


def _total(aggregate: Aggregate, value: Sql) -> Sql:
    match aggregate.name:
        case "SUM":
            return exp.Sum(this=value)
        case "COUNT":
            return exp.Count(this=value)
        case "DISTINCT":
            return exp.Count(this=exp.Distinct(expressions=[value]))
        case "AVERAGE":
            return exp.Avg(this=value)
        case "MIN":
            return exp.Min(this=value)
        case "MAX":
            return exp.Max(this=value)
        case _:
            share = exp.Literal.number(repr(aggregate.number))
            order = exp.Order(expressions=[exp.Ordered(this=value, nulls_first=True)])
            return exp.WithinGroup(this=exp.PercentileCont(this=share), expression=order)


def _grouped(
    inner: exp.Select, outputs: Sequence[Sql], share: tuple[Sql, ...] = (), *, by_unit: bool
) -> exp.Select:
    """Outputs per bucket, and per unit too; 1 in the third column marks what is of all units."""
    bucket, unit = named("b", ROWS), named("u", ROWS)
    both = exp.GroupingSets(expressions=[exp.Tuple(expressions=[bucket, unit]), exp.Tuple(expressions=[bucket])])
    is_all: Sql = exp.Anonymous(this="GROUPING", expressions=[unit]) if by_unit else integer(1)
    columns = [bucket, unit if by_unit else nothing(), is_all, *outputs]
    by = [both] if by_unit else [bucket]
    known = (negated(is_blank(bucket)), *share)
    return query({f"c{place}": each for place, each in enumerate(columns)}, nested(inner, ROWS), where=known, by=by)


def _paired(aggregate: Aggregate, windows: Sequence[Window], scene: Scene) -> list[Query]:
    """One query for all units together and, where asked for, one for each unit: a person may belong to several."""
    apart = scene.by_unit and aggregate.unit is not None
    found = []
    for by_unit in (False, True) if apart else (False,):
        select, places = paired(aggregate, windows, scene.catalog, scene.cut_off, by_unit=by_unit)
        found.append(Query(select, places, (aggregate,)))
    return found
