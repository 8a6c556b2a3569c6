"""Hours of service, written as 09:00-21:00: when a wait begins, and when nobody answers any more."""

from __future__ import annotations

from sqlglot import exp

from kpi_xl.facts.sql.pieces import DOUBLE, INTEGER, Sql, all_of, case, in_brackets, integer, number, text, typed
from kpi_xl.facts.sql.times import day_of, elapsed, later

WRITTEN = "^[0-2][0-9]:[0-5][0-9]-[0-2][0-9]:[0-5][0-9]$"
MICROSECONDS_PER_MINUTE = 6e7
LAST_MINUTE = 24 * 60


def opens(time: Sql, today: Sql, tomorrow: Sql) -> Sql:
    """When service begins for somebody who comes at a time: at once, at the opening, or the next day's."""
    minute = _minute(time)
    early = exp.LT(this=minute, expression=_opening(today))
    late = exp.GTE(this=minute, expression=_closing(today))
    return case([(early, _at(time, _opening(today))), (late, _at(time, _opening(tomorrow), 1))], time)


def closes(time: Sql, today: Sql, tomorrow: Sql) -> Sql:
    """When the shift ends that serves somebody who comes at a time."""
    late = exp.GTE(this=_minute(time), expression=_closing(today))
    return case([(late, _at(time, _closing(tomorrow), 1))], _at(time, _closing(today)))


def _opening(hours: Sql) -> Sql:
    return _clock(hours, 1, 0)


def _closing(hours: Sql) -> Sql:
    return _clock(hours, 7, LAST_MINUTE)


def _clock(hours: Sql, start: int, otherwise: int) -> Sql:
    """Minutes after midnight that stand in the text from a place on; what is not written so is open all day."""

    def part(first: int) -> Sql:
        return typed(exp.Substring(this=hours, start=integer(first), length=integer(2)), INTEGER)

    minutes = exp.Add(this=exp.Mul(this=part(start), expression=integer(60)), expression=part(start + 3))
    is_written = all_of([exp.RegexpLike(this=hours, expression=text(WRITTEN))])
    return case([(is_written, in_brackets(minutes))], integer(otherwise))


def _minute(time: Sql) -> Sql:
    since = elapsed(day_of(time), time)
    return in_brackets(exp.Div(this=since, expression=number(MICROSECONDS_PER_MINUTE)))


def _at(time: Sql, minutes: Sql, days: int = 0) -> Sql:
    """So many minutes after the midnight of a time's day, or of a later one."""
    span = exp.Interval(this=text("1"), unit=exp.var("MINUTE"))
    return in_brackets(
        exp.Add(this=later(day_of(time), days, "DAY"), expression=exp.Mul(this=typed(minutes, DOUBLE), expression=span))
    )
