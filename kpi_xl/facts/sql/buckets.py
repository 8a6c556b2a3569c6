"""Which window a row falls into, as a number that the database groups by."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from sqlglot import exp

from kpi_xl.facts.formula.catalog import Kind
from kpi_xl.facts.formula.tree import Call, Column, Node, Operation, walk
from kpi_xl.facts.sql.pieces import (
    INTEGER,
    Sql,
    all_of,
    any_of,
    case,
    in_brackets,
    integer,
    is_blank,
    moment,
    named,
    nested,
    number,
    query,
    text,
    typed,
)
from kpi_xl.facts.sql.source import Source
from kpi_xl.facts.sql.times import part_of
from kpi_xl.facts.sql.windows import Window, bounds

PARTS = {"Y": ("YEAR",), "Q": ("YEAR", "QUARTER"), "M": ("YEAR", "MONTH"), "D": ("YEAR", "MONTH", "DAY")}
LASTING = "lasting"
MOMENTS: Mapping[str, Callable[[Window], Sql]] = {
    "PERIODSTART": lambda window: moment(window.start),
    "PERIODEND": lambda window: moment(window.end),
    "PERIODDAYS": lambda window: number(window.days),
}


@dataclass(frozen=True, slots=True)
class Buckets:
    """The bucket of each row, what to keep of the rows, and which window each number stands for."""

    bucket: Sql
    where: tuple[Sql, ...]
    windows: Mapping[int, Window]


def buckets(source: Source, time: Node, windows: Sequence[Window], nodes: Sequence[Node]) -> Buckets:
    """Buckets of windows that do not overlap, or of any windows where a row lasts from one time to another.

    Parameters
    ----------
    nodes
        What will be asked of the rows: it may speak of the window's own start and end.
    """
    if isinstance(time, Operation) and time.sign == ":":
        return _lasting(source, time, windows)
    value = source.row(time)
    if isinstance(time, Column) and source.kind(time) is Kind.MONTH:
        codes = sorted({code for window in windows for code in window.codes})
        return _cases(source, windows, [_one_of(value, window.codes) for window in windows], (_one_of(value, codes),))
    where = _within(value, bounds(windows))
    kind = windows[0].kind
    if len(windows) > 1 and kind in PARTS and not any(map(_asks_for_window, nodes)):
        return Buckets(_numbered(value, kind), where, {_number(window): window for window in windows})
    return _cases(source, windows, [all_of(_within(value, window)) for window in windows], where)


def _cases(source: Source, windows: Sequence[Window], tests: Sequence[Sql], where: tuple[Sql, ...]) -> Buckets:
    def chosen(values: Sequence[Sql]) -> Sql:
        return values[0] if len(values) == 1 else case(zip(tests, values, strict=True))

    source.moments.update({name: chosen([of(window) for window in windows]) for name, of in MOMENTS.items()})
    places = chosen([_place(place) for place in range(len(windows))])
    return Buckets(places, where, dict(enumerate(windows)))


def _lasting(source: Source, time: Operation, windows: Sequence[Window]) -> Buckets:
    """A row counts in every window during which it lasts; without an end it lasts for ever."""
    rows: list[exp.Query] = [
        query({"place": _place(place), **{name: of(window) for name, of in MOMENTS.items()}})
        for place, window in enumerate(windows)
    ]
    every = reduce(lambda upper, lower: exp.Union(this=upper, expression=lower, distinct=False), rows)
    start, end = source.row(time.left), source.row(time.right)
    until = exp.GT(this=end, expression=named("PERIODSTART", LASTING))
    on = all_of([exp.LT(this=start, expression=named("PERIODEND", LASTING)), any_of([is_blank(end), until])])
    source.joins.append((nested(every, LASTING), on, ""))
    source.moments.update({name: named(name, LASTING) for name in MOMENTS})
    return Buckets(named("place", LASTING), (), dict(enumerate(windows)))


def _within(value: Sql, window: Window) -> tuple[Sql, Sql]:
    return (
        exp.GTE(this=value, expression=moment(window.start)),
        exp.LT(this=value, expression=moment(window.end)),
    )


def _one_of(value: Sql, codes: Sequence[str]) -> Sql:
    return exp.In(this=value, expressions=[text(code) for code in codes]) if codes else exp.false()


def _numbered(value: Sql, kind: str) -> Sql:
    """Year, year and month, or whatever tells windows of a kind apart, as one number."""
    parts: list[Sql] = [typed(part_of(part, value), INTEGER) for part in PARTS[kind]]

    def after(before: Sql, part: Sql) -> Sql:
        return exp.Add(this=exp.Mul(this=in_brackets(before), expression=integer(100)), expression=part)

    return reduce(after, parts)


def _number(window: Window) -> int:
    start = window.start
    parts = {"YEAR": start.year, "QUARTER": (start.month + 2) // 3, "MONTH": start.month, "DAY": start.day}
    return reduce(lambda before, part: before * 100 + parts[part], PARTS[window.kind], 0)


def _asks_for_window(node: Node) -> bool:
    return any(isinstance(each, Call) and each.name in MOMENTS for each in walk(node))


def _place(place: int) -> Sql:
    return typed(integer(place), INTEGER)
