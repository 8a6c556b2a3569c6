"""Times in SQL: moved, cut and told apart in ways that every dialect knows."""

from __future__ import annotations

from sqlglot import exp

from kpi_xl.facts.sql.pieces import DOUBLE, Sql, in_brackets, text, typed


def elapsed(start: Sql, end: Sql) -> Sql:
    """Whole microseconds from one time to another, as a double: no database loses a second on the way."""
    return typed(exp.DateDiff(this=end, expression=start, unit=exp.var("MICROSECOND")), DOUBLE)


def later(start: Sql, amount: float, unit: str) -> Sql:
    """A time moved by whole days or months."""
    return in_brackets(exp.Add(this=start, expression=exp.Interval(this=text(str(int(amount))), unit=exp.var(unit))))


def day_of(time: Sql) -> Sql:
    """Midnight at which a time's day began."""
    return exp.TimestampTrunc(this=time, unit=exp.var("DAY"))


def part_of(unit: str, time: Sql) -> Sql:
    """Year, quarter, month, day or hour of a time."""
    return exp.Extract(this=exp.var(unit), expression=time)
