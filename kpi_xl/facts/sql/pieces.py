"""Small pieces of SQL as sqlglot trees; its own builders copy all they are given, which takes seconds here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import reduce

from sqlglot import exp

Sql = exp.Expr
DOUBLE, TIMESTAMP, TEXT, INTEGER = (
    exp.DataType.Type.DOUBLE, exp.DataType.Type.TIMESTAMP, exp.DataType.Type.TEXT, exp.DataType.Type.INT,
)  # fmt: skip


def number(value: float) -> Sql:
    """A literal of double precision, so that no database computes with fewer digits."""
    return typed(text(repr(float(value))), DOUBLE)


def integer(value: int) -> Sql:
    """A whole number."""
    return exp.Literal.number(value)


def text(value: str) -> Sql:
    """A literal text; the dialect quotes it."""
    return exp.Literal.string(value)


def moment(when: datetime) -> Sql:
    """A literal time."""
    return typed(text(when.isoformat(" ")), TIMESTAMP)


def nothing(kind: exp.DType = TEXT) -> Sql:
    """No value, of a type."""
    return typed(exp.null(), kind)


def typed(value: Sql, kind: exp.DType) -> Sql:
    """A value as another type."""
    return exp.Cast(this=value, to=exp.DataType(this=kind))


def named(column: str, alias: str) -> Sql:
    """A column under the alias of its table, both quoted."""
    return exp.Column(this=_quoted(column), table=_quoted(alias))


def called(value: Sql, name: str) -> Sql:
    """A value under the name of a column."""
    return exp.Alias(this=value, alias=_quoted(name))


def in_brackets(value: Sql) -> Sql:
    """A value that binds more tightly than whatever stands beside it."""
    return exp.Paren(this=value)


def is_blank(value: Sql) -> Sql:
    """There is no value."""
    return exp.Is(this=in_brackets(value), expression=exp.null())


def negated(condition: Sql) -> Sql:
    """The opposite of a condition."""
    return exp.Not(this=in_brackets(condition))


def sure(condition: Sql) -> Sql:
    """A condition that is false where it is unknown."""
    return exp.Coalesce(this=condition, expressions=[exp.false()])


def all_of(conditions: Iterable[Sql]) -> Sql:
    """Every one of several conditions; of none, true."""
    return _joined(exp.And, conditions, exp.true())


def any_of(conditions: Iterable[Sql]) -> Sql:
    """At least one of several conditions; of none, false."""
    return _joined(exp.Or, conditions, exp.false())


def case(pairs: Iterable[tuple[Sql, Sql]], otherwise: Sql | None = None) -> Sql:
    """The first value whose condition is met."""
    return exp.Case(ifs=[exp.If(this=test, true=value) for test, value in pairs], default=otherwise)


def table(name: str, alias: str) -> Sql:
    """A table under an alias, both quoted."""
    return exp.Table(this=_quoted(name), alias=exp.TableAlias(this=_quoted(alias)))


def nested(query: Sql, alias: str) -> Sql:
    """A query as a table under an alias."""
    return exp.Subquery(this=query, alias=exp.TableAlias(this=_quoted(alias)))


def query(
    columns: Mapping[str, Sql],
    source: Sql | None = None,
    *,
    joins: Sequence[tuple[Sql, Sql, str]] = (),
    where: Sequence[Sql] = (),
    by: Sequence[Sql] = (),
    distinct: bool = False,
) -> exp.Select:
    """Columns by name from a table or a nested query, with what is joined to it (what, on what, left or inner)."""
    parts: dict[str, object] = {"expressions": [called(value, name) for name, value in columns.items()]}
    if source is not None:
        parts["from_"] = exp.From(this=source)
    if joins:
        parts["joins"] = [exp.Join(this=what, on=on, side=how if how == "LEFT" else None) for what, on, how in joins]
    if where:
        parts["where"] = exp.Where(this=all_of(where))
    if by:
        sets = [each for each in by if isinstance(each, exp.GroupingSets)]
        plain = [each for each in by if not isinstance(each, exp.GroupingSets)]
        parts["group"] = exp.Group(expressions=plain, grouping_sets=sets)
    if distinct:
        parts["distinct"] = exp.Distinct()
    return exp.Select(**parts)


def _quoted(name: str) -> exp.Identifier:
    return exp.Identifier(this=name, quoted=True)


def _joined(kind: type[exp.And] | type[exp.Or], conditions: Iterable[Sql], empty: Sql) -> Sql:
    bracketed = [in_brackets(each) for each in conditions]
    return reduce(lambda left, right: kind(this=left, expression=right), bracketed) if bracketed else empty
