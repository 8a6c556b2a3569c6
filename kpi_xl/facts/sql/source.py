"""The rows of one table with what they lead to: the FROM of a query grows as columns are asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlglot import exp

from kpi_xl.facts.formula.catalog import Catalog, Kind, Link
from kpi_xl.facts.formula.tree import Column, Lookup, tables
from kpi_xl.facts.sql.pieces import (
    DOUBLE,
    TIMESTAMP,
    Sql,
    all_of,
    any_of,
    case,
    integer,
    is_blank,
    moment,
    named,
    negated,
    nested,
    query,
    table,
    typed,
)
from kpi_xl.facts.sql.rows import RowSql
from kpi_xl.facts.sql.times import later

EXCLUDED = "excluded"
OTHER = "other"
CASTS = {Kind.NUMBER: DOUBLE, Kind.TIME: TIMESTAMP}


class Source:
    """Rows of a table, each once, with links and lookups joined to them."""

    def __init__(self, name: str, catalog: Catalog, cut_off: datetime):
        self.table, self.catalog, self.cut_off = name, catalog, cut_off
        self.joins: list[tuple[Sql, Sql, str]] = []
        self.linked: set[str] = set()
        self.lookups: dict[Lookup, str] = {}
        self.moments: dict[str, Sql] = {"CUTOFF": moment(cut_off)}
        self.row = RowSql(self.column, self.found, self.kind, self.moments)

    def kind(self, column: Column) -> Kind:
        """Kind of a column that is known to be there."""
        return self.catalog.tables[column.table][column.column]

    def column(self, column: Column) -> Sql:
        """A column of the table or of one that it leads to, joined when first asked for."""
        if column.table != self.table:
            for link in self.catalog.path(self.table, column.table) or ():
                self._link(link)
        return self._typed(column)

    def found(self, lookup: Lookup) -> Sql:
        """What a lookup says of a row."""
        alias = self.lookups.get(lookup)
        if alias is None:
            alias = self.lookups[lookup] = f"lookup_{len(self.lookups)}"
            looks = {"FOLLOWED": self._followed, "AMONG": self._among}
            what, on = looks.get(lookup.name, self._least)(lookup, alias)
            self.joins.append((what, on, "LEFT"))
        gives = {"FIRSTTIME": "t", "XLOOKUP": "v"}.get(lookup.name)
        return named(gives, alias) if gives else negated(is_blank(named("k", alias)))

    def select(
        self, columns: Mapping[str, Sql], where: Sequence[Sql] = (), *, distinct: bool = False
    ) -> exp.Select:
        """Named columns of the rows that are not excluded and meet all conditions."""
        met = (*_counted(self.catalog, self.table), *where)
        return query(columns, table(self.table, self.table), joins=self.joins, where=met, distinct=distinct)

    def _typed(self, column: Column) -> Sql:
        cast = CASTS.get(self.kind(column))
        found = named(column.column, column.table)
        return found if cast is None else typed(found, cast)

    def _link(self, link: Link) -> None:
        other = link.other
        if other in self.linked:
            return
        self.linked.add(other)
        on: list[Sql] = [_same(named(mine, link.table), named(theirs, other)) for mine, theirs in link.keys]
        if link.version is None:
            self.joins.append((table(other, other), all_of([*on, *_counted(self.catalog, other)]), "LEFT"))
            return
        dated_table, _, dated = link.version[0].partition(".")
        time = self.column(Column(dated_table, dated))
        since, until = named("since_", other), named("until_", other)
        on.append(any_of([is_blank(since), exp.LTE(this=since, expression=time)]))
        on.append(any_of([is_blank(until), exp.GT(this=until, expression=time)]))
        self.joins.append((nested(self._versions(link, link.version[1]), other), all_of(on), "LEFT"))

    def _versions(self, link: Link, dated: str) -> exp.Select:
        """Rows of a table whose rows replace one another: the first holds from ever, the last for ever."""
        other = link.other
        date = self._typed(Column(other, dated))
        keys = [named(theirs, other) for _, theirs in link.keys]

        def over(function: Sql) -> Sql:
            order = exp.Order(expressions=[exp.Ordered(this=date, nulls_first=True)])
            return exp.Window(this=function, partition_by=keys, order=order)

        is_first = exp.EQ(this=over(exp.RowNumber()), expression=integer(1))
        columns: dict[str, Sql] = {name: named(name, other) for name in self.catalog.tables[other]}
        columns["since_"] = case([(is_first, exp.null())], date)
        columns["until_"] = over(exp.Lead(this=date))
        return query(columns, table(other, other), where=_counted(self.catalog, other))

    def _followed(self, lookup: Lookup, alias: str) -> tuple[Sql, Sql]:
        """Keys and times of the rows that a row of the other table followed in time, each pair once."""
        here = Source(self.table, self.catalog, self.cut_off)
        here.moments.update(self.moments)
        pair = {"k": here.row(lookup.key), "t": here._time(lookup)}
        key, time = named("k", OTHER), named("t", OTHER)
        earliest, latest = (later(pair["t"], days, "DAY") for days in (lookup.first_day, lookup.last_day))
        followed = (exp.GTE(this=time, expression=earliest), exp.LTE(this=time, expression=latest))
        here.joins.append((nested(self._others(lookup), OTHER), all_of([_same(pair["k"], key), *followed]), ""))
        same = (_same(named("k", alias), self.row(lookup.key)), _same(named("t", alias), self._time(lookup)))
        return nested(here.select(pair, distinct=True), alias), all_of(same)

    def _least(self, lookup: Lookup, alias: str) -> tuple[Sql, Sql]:
        """The first time, or the least value, of each key in the other table."""
        key, gives = named("k", OTHER), "t" if lookup.name == "FIRSTTIME" else "v"
        columns = {"k": key, gives: exp.Min(this=named(gives, OTHER))}
        found = query(columns, nested(self._others(lookup), OTHER), by=[key])
        return nested(found, alias), _same(named("k", alias), self.row(lookup.key))

    def _among(self, lookup: Lookup, alias: str) -> tuple[Sql, Sql]:
        """The keys that the other table has, each once."""
        found = self._others(lookup, distinct=True)
        return nested(found, alias), _same(named("k", alias), self.row(lookup.key))

    def _others(self, lookup: Lookup, *, distinct: bool = False) -> exp.Select:
        """Key, time and value of the rows of the other table that meet the lookup's conditions."""
        there = Source(tables(lookup.other_key)[0], self.catalog, self.cut_off)
        columns = {"k": there.row(lookup.other_key)}
        if lookup.other_time is not None:
            columns["t"] = there.row(lookup.other_time)
        if lookup.other_value is not None:
            columns["v"] = there.row(lookup.other_value)
        known = negated(is_blank(columns["k"]))
        where = [known, *(there.row.truth(each) for each in lookup.where)]
        return there.select(columns, where, distinct=distinct)

    def _time(self, lookup: Lookup) -> Sql:
        return exp.null() if lookup.time is None else self.row(lookup.time)


def _same(left: Sql, right: Sql) -> Sql:
    return exp.EQ(this=left, expression=right)


def _counted(catalog: Catalog, name: str) -> tuple[Sql, ...]:
    """The condition that a row is not excluded, where its table can say so."""
    return (is_blank(named(EXCLUDED, name)),) if EXCLUDED in catalog.tables[name] else ()
