"""Formulas of numbers: each aggregate bound to the table whose rows it counts, to their time, unit and filter."""

from __future__ import annotations

from dataclasses import dataclass

from kpi_xl.facts.formula.catalog import Catalog, Kind
from kpi_xl.facts.formula.fault import Faulty
from kpi_xl.facts.formula.functions import CHOOSING, FUNCTIONS, POLICIES, Level
from kpi_xl.facts.formula.names import Scope, bare_word, column, filled, known_function
from kpi_xl.facts.formula.rows import conditions, row
from kpi_xl.facts.formula.tree import (
    Aggregate,
    Call,
    Column,
    Name,
    Negative,
    Node,
    Number,
    Operation,
    Truth,
    tables,
    walk,
)

RENAMED = {"COUNTDISTINCT": "DISTINCT"}


@dataclass(frozen=True, slots=True)
class Places:
    """From which columns rows have their time and their unit."""

    times: tuple[Node, ...]
    units: tuple[Node, ...]


def bound(node: Node, scope: Scope, places: Places) -> Node:
    """A formula of numbers, its names resolved and its aggregates bound to their rows."""

    def inside(part: Node) -> Node:
        return bound(part, scope, places)

    match node:
        case Number() | Truth():
            return node
        case Name(word=word, at=at):
            return _indicator(word, at, scope)
        case Negative(operand=operand, at=at):
            return Negative(inside(operand), at)
        case Operation(sign=sign, left=left, right=right, at=at) if sign not in ("&", ":"):
            return Operation(sign, inside(left), inside(right), at)
        case Column():
            column(node, scope)
            raise Faulty("E-FORMULA-BARE-COLUMN", node.at, found=f"{node.table}[{node.column}]")
        case Call():
            return _call(node, scope, places)
        case _:
            raise Faulty("E-FORMULA-KIND", node.at, found="text", wanted="number")


def _indicator(word: str, at: int, scope: Scope) -> Name:
    if word.upper() not in scope.codes:
        raise bare_word(word, at, scope)
    return Name(word.upper(), at)


def _call(call: Call, scope: Scope, places: Places) -> Node:
    function = known_function(call)
    if function.level is Level.AGGREGATE or (call.name in CHOOSING and _has_columns(call)):
        return _aggregate(call, scope, places)
    if function.level is Level.ROW:
        raise Faulty("E-FORMULA-LEVEL", call.at, function=call.name)
    if call.name == "SETTING":
        return bound(filled(call, scope), scope, places)
    args = list(call.args)
    last: tuple[Node, ...] = ()
    if call.name in ("DAYSAGO", "TRAILING"):
        days = filled(args.pop(), scope)
        if not (isinstance(days, Number) and days.value.is_integer() and days.value > 0):
            raise Faulty("E-FORMULA-LITERAL", call.args[1].at)
        last = (days,)
    if call.name == "IFERROR" and isinstance(args[1], Name):
        last = (_policy(args[1]),)
        args.pop()
    return Call(call.name, (*(bound(arg, scope, places) for arg in args), *last), call.at)


def _has_columns(call: Call) -> bool:
    """One row formula, not numbers to choose among."""
    inner = (FUNCTIONS.get(each.name) for each in walk(call) if isinstance(each, Call) and each is not call)
    levels = {each.level for each in inner if each is not None}
    return len(call.args) == 1 and not levels & {Level.AGGREGATE, Level.WINDOW}


def _policy(name: Name) -> Node:
    if name.word.upper() not in POLICIES:
        raise Faulty("E-FORMULA-POLICY", name.at, found=name.word, known=" ".join(POLICIES))
    return Name(name.word.upper(), name.at) if POLICIES[name.word.upper()] is None else Number(0.0, name.at)


def _aggregate(call: Call, scope: Scope, places: Places) -> Aggregate:
    name, counts = call.name.removesuffix("IFS"), call.name.endswith("IFS")
    where = conditions(call, scope) if counts or name in ("RETAINED", "REPEATED") else ()
    value, kind = (Truth(True, call.at), Kind.TRUTH) if call.name == "COUNTIFS" else row(call.args[0], scope)
    if name in ("SUM", "AVERAGE", "MIN", "MAX", "PERCENTILE") and kind is not Kind.NUMBER:
        raise Faulty("E-FORMULA-KIND", call.args[0].at, found=kind.value, wanted=Kind.NUMBER.value)
    number, occasion = 0.0, None
    if name == "PERCENTILE":
        number = _share(filled(call.args[1], scope))
    if name == "REPEATED":
        occasion = row(call.args[1], scope)[0]
        number = _share(filled(call.args[2], scope), most=1e9)
    spoken = _spoken((value, *where, *((occasion,) if occasion else ())))
    grain = scope.catalog.grain(spoken)
    if grain is None:
        code = "E-FORMULA-NO-COLUMN" if not spoken else "E-FORMULA-UNRELATED"
        raise Faulty(code, call.at, tables=" ".join(spoken))
    time = _placed(grain, places.times, scope.catalog)
    if time is None:
        raise Faulty("E-FORMULA-TIME", call.at, table=grain)
    unit = _placed(grain, places.units, scope.catalog)
    played = {*_spoken((value, *where)), *tables(time), *(tables(unit) if unit else ()), grain}
    keep = tuple(each for each in scope.keep if set(tables(each)) <= played)
    return Aggregate(
        RENAMED.get(name, name), grain, value, time, unit, where, keep, number, occasion, call.at
    )


def _spoken(nodes: tuple[Node, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(table for node in nodes for table in tables(node)))


def _share(node: Node, most: float = 1.0) -> float:
    if not (isinstance(node, Number) and 0 <= node.value <= most):
        raise Faulty("E-FORMULA-LITERAL", node.at)
    return node.value


def _placed(table: str, places: tuple[Node, ...], catalog: Catalog) -> Node | None:
    """The place that belongs to a table: a column of its own before one that its rows lead to."""
    own = [each for each in places if set(tables(each)) <= {table}]
    led = [each for each in places if all(catalog.path(table, other) is not None for other in tables(each))]
    return next(iter((*own, *led)), None)
