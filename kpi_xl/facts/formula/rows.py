"""Row formulas checked: every column known, every operand of a fitting kind, criteria turned into conditions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from kpi_xl.facts.formula.catalog import Kind
from kpi_xl.facts.formula.criteria import condition
from kpi_xl.facts.formula.fault import Faulty
from kpi_xl.facts.formula.functions import PAIRS_FROM, POLICIES, Level
from kpi_xl.facts.formula.names import Checked, Scope, bare_word, column, filled, known_function
from kpi_xl.facts.formula.tree import (
    Call,
    Column,
    Lookup,
    Name,
    Negative,
    Node,
    Number,
    Operation,
    Several,
    Text,
    Truth,
    tables,
)

TEXTS = (Kind.TEXT, Kind.MONTH)
_WHOLE_DATE = re.compile(r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2})?)?")


def row(node: Node, scope: Scope) -> Checked:
    """A row formula with its names resolved and its settings filled in, and the kind of its values."""
    match node:
        case Number():
            return node, Kind.NUMBER
        case Text():
            return node, Kind.TEXT
        case Truth():
            return node, Kind.TRUTH
        case Column():
            return column(node, scope)
        case Negative(operand=operand, at=at):
            return Negative(wanted(operand, Kind.NUMBER, scope), at), Kind.NUMBER
        case Operation():
            return _operation(node, scope)
        case Call():
            return _call(node, scope)
        case Lookup(name="XLOOKUP", other_value=Column() as value):
            return node, column(value, scope)[1]
        case Lookup(name=name):
            return node, Kind.TIME if name == "FIRSTTIME" else Kind.TRUTH
        case Name(word=word, at=at):
            raise bare_word(word, at, scope)
        case _:
            raise Faulty("E-FORMULA-UNEXPECTED", node.at, found="{")


def wanted(node: Node, kind: Kind, scope: Scope) -> Node:
    """A row formula that must be of a kind; a text may stand for a time, a month for a text."""
    checked, found = row(node, scope)
    if kind is Kind.TIME and isinstance(checked, Text) and _WHOLE_DATE.fullmatch(checked.value):
        return _time(checked)
    if found is kind or (kind is Kind.TEXT and found is Kind.MONTH):
        return checked
    raise Faulty("E-FORMULA-KIND", node.at, found=found.value, wanted=kind.value)


def conditions(call: Call, scope: Scope) -> tuple[Node, ...]:
    """The pairs of range and criterion at the end of a call, as conditions."""
    start = PAIRS_FROM[call.name]
    pairs = call.args[start:]
    if len(pairs) % 2:
        raise Faulty("E-FORMULA-PAIRS", pairs[-1].at, function=call.name)
    found = []
    for tested, criterion in zip(pairs[::2], pairs[1::2], strict=True):
        checked, kind = row(tested, scope)
        found.append(wanted(condition(checked, kind, filled(criterion, scope)), Kind.TRUTH, scope))
    return tuple(found)


def _time(text: Text) -> Node:
    try:
        datetime.fromisoformat(text.value)
    except ValueError:
        raise Faulty("E-FORMULA-CRITERION", text.at, found=text.value) from None
    return Call("time", (text,), text.at)


def _operation(node: Operation, scope: Scope) -> Checked:
    if node.sign == "&":
        left, right = (row(each, scope)[0] for each in (node.left, node.right))
        return Operation("&", left, right, node.at), Kind.TEXT
    if node.sign in ("+", "-", "*", "/", "^"):
        return _arithmetic(node, scope)
    if node.sign == ":":
        raise Faulty("E-FORMULA-UNEXPECTED", node.at, found=":")
    return _comparison(node, scope), Kind.TRUTH


def _arithmetic(node: Operation, scope: Scope) -> Checked:
    """Numbers; but a time may move by whole days, and two times lie days apart."""
    left, kind = row(node.left, scope)
    if kind is Kind.TIME and node.sign in ("+", "-"):
        right, other = row(node.right, scope)
        if other is Kind.TIME and node.sign == "-":
            return Call("DAYS", (right, left), node.at), Kind.NUMBER
        if isinstance(right, Number) and right.value.is_integer():
            days = right.value if node.sign == "+" else -right.value
            return Call("adddays", (left, Number(days, right.at)), node.at), Kind.TIME
        raise Faulty("E-FORMULA-KIND", node.right.at, found=other.value, wanted="whole days")
    left, right = wanted(node.left, Kind.NUMBER, scope), wanted(node.right, Kind.NUMBER, scope)
    return Operation(node.sign, left, right, node.at), Kind.NUMBER


def _comparison(node: Operation, scope: Scope) -> Node:
    (left, kind), (right, other) = row(node.left, scope), row(node.right, scope)
    if Kind.TIME in (kind, other) and kind is not other:
        left, right = wanted(left, Kind.TIME, scope), wanted(right, Kind.TIME, scope)
    elif kind is not other and not (kind in TEXTS and other in TEXTS):
        raise Faulty("E-FORMULA-KIND", node.right.at, found=other.value, wanted=kind.value)
    ordered = {Kind.NUMBER, Kind.TIME, Kind.MONTH} & {kind, other}  # texts sort differently in every database
    if node.sign not in ("=", "<>") and not ordered:
        raise Faulty("E-FORMULA-ORDER", node.at, found=node.sign)
    return Operation(node.sign, left, right, node.at)


def _call(call: Call, scope: Scope) -> Checked:
    if call.name in INNER:
        return call, INNER[call.name]
    if known_function(call).level in (Level.AGGREGATE, Level.WINDOW):
        raise Faulty("E-FORMULA-NESTED", call.at, function=call.name)
    if call.name == "SETTING":
        return row(filled(call, scope), scope)
    return CHECKS[call.name](call, scope)


def _of(kinds: tuple[Kind, ...], result: Kind) -> Callable[[Call, Scope], Checked]:
    """A check of a function whose arguments have these kinds; the last kind goes on for all that follow."""

    def check(call: Call, scope: Scope) -> Checked:
        expected = (*kinds, *[kinds[-1]] * (len(call.args) - len(kinds))) if kinds else ()
        args = tuple(wanted(arg, kind, scope) for arg, kind in zip(call.args, expected, strict=False))
        return Call(call.name, args, call.at), result

    return check


def _alike(start: int) -> Callable[[Call, Scope], Checked]:
    """A check of a function whose arguments from one on are of the same kind, which it returns."""

    def check(call: Call, scope: Scope) -> Checked:
        before = tuple(wanted(arg, Kind.TRUTH, scope) for arg in call.args[:start])
        first, kind = row(call.args[start], scope)
        if isinstance(first, Call) and first.name == "blank" and start + 1 < len(call.args):
            kind = row(call.args[start + 1], scope)[1]
        rest = tuple(wanted(arg, kind, scope) for arg in call.args[start + 1 :])
        return Call(call.name, (*before, first, *rest), call.at), kind

    return check


def _nested(call: Call, scope: Scope) -> Checked:
    raise Faulty("E-FORMULA-NESTED", call.at, function=call.name)


def _switch(call: Call, scope: Scope) -> Checked:
    """As a chain of IFs: a value, then pairs of what it may be and what that gives, then what all others give."""
    tested, *pairs = call.args
    otherwise = pairs.pop() if len(pairs) % 2 else None
    chain: Node | None = otherwise
    for match, result in reversed(list(zip(pairs[::2], pairs[1::2], strict=True))):
        is_it = Operation("=", tested, match, match.at)
        chain = Call("IF", (is_it, result) if chain is None else (is_it, result, chain), call.at)
    return row(chain if chain is not None else call, scope)


def _is_blank(call: Call, scope: Scope) -> Checked:
    return Call("ISBLANK", (row(call.args[0], scope)[0],), call.at), Kind.TRUTH


def _in(call: Call, scope: Scope) -> Checked:
    tested, kind = row(call.args[0], scope)
    items: list[Node] = []
    for each in (filled(arg, scope) for arg in call.args[1:]):
        items.extend(each.items if isinstance(each, Several) else (each,))
    return Call("IN", (tested, *(wanted(item, kind, scope) for item in items)), call.at), Kind.TRUTH


def _if_error(call: Call, scope: Scope) -> Checked:
    value, kind = row(call.args[0], scope)
    policy = call.args[1]
    if isinstance(policy, Name):
        if policy.word.upper() not in POLICIES:
            raise Faulty("E-FORMULA-POLICY", policy.at, found=policy.word, known=" ".join(POLICIES))
        if POLICIES[policy.word.upper()] is None:
            return value, kind
        policy = Number(0.0, policy.at)
    return Call("FIRSTOF", (value, wanted(policy, kind, scope)), call.at), kind


def _whole(node: Node) -> float:
    """A literal whole number."""
    sign, literal = (-1.0, node.operand) if isinstance(node, Negative) else (1.0, node)
    if not (isinstance(literal, Number) and literal.value.is_integer()):
        raise Faulty("E-FORMULA-LITERAL", node.at)
    return sign * literal.value


def _edate(call: Call, scope: Scope) -> Checked:
    months = filled(call.args[1], scope)
    time = wanted(call.args[0], Kind.TIME, scope)
    return Call("EDATE", (time, Number(_whole(months), months.at)), call.at), Kind.TIME


def _date(call: Call, scope: Scope) -> Checked:
    year, month, day = (int(_whole(arg)) for arg in call.args)
    try:
        text = datetime(year, month, day).isoformat(" ")
    except ValueError:
        raise Faulty("E-FORMULA-CRITERION", call.at, found=f"{year}-{month}-{day}") from None
    return Call("time", (Text(text, call.at),), call.at), Kind.TIME


def _followed(call: Call, scope: Scope) -> Checked:
    days = [_whole(filled(arg, scope)) for arg in call.args[4:6]]
    time = wanted(call.args[1], Kind.TIME, scope)
    found = _lookup(call, (call.args[2], call.args[3]), scope)
    return replace(found, time=time, first_day=days[0], last_day=days[1]), Kind.TRUTH


def _first_time(call: Call, scope: Scope) -> Checked:
    return _lookup(call, call.args[1:3], scope), Kind.TIME


def _among(call: Call, scope: Scope) -> Checked:
    return _lookup(call, call.args[1:2], scope), Kind.TRUTH


def _xlookup(call: Call, scope: Scope) -> Checked:
    if not isinstance(call.args[2], Column):
        raise Faulty("E-FORMULA-LOOKUP", call.args[2].at, function=call.name)
    value, kind = column(call.args[2], scope)
    found = _lookup(replace(call, args=call.args[:2]), call.args[1:2], scope)
    if tables(found.other_key) != tables(value):
        raise Faulty("E-FORMULA-LOOKUP", value.at, function=call.name)
    return replace(found, other_value=value), kind


def _lookup(call: Call, others: tuple[Node, ...], scope: Scope) -> Lookup:
    """Key here, key and time in the other table, and the conditions there."""
    here, kind = row(call.args[0], scope)
    there = wanted(others[0], kind, scope)
    time = wanted(others[1], Kind.TIME, scope) if len(others) > 1 else None
    where = conditions(call, scope) if call.name in PAIRS_FROM else ()
    table = tables(there)
    spoken = (*where, *((time,) if time else ()))
    if len(table) != 1 or any(set(tables(each)) - set(table) for each in spoken):
        raise Faulty("E-FORMULA-LOOKUP", others[0].at, function=call.name)
    kept = tuple(each for each in scope.keep if set(tables(each)) <= set(table))
    return Lookup(call.name, here, there, time, where=where + kept, at=call.at)


INNER = {
    "blank": Kind.TEXT, "time": Kind.TIME, "adddays": Kind.TIME, "like": Kind.TRUTH,
}  # fmt: skip
"""What checking puts in place of what was written; names of functions that are written are in capitals."""

CHECKS: Mapping[str, Callable[[Call, Scope], Checked]] = {
    "IF": _alike(1), "FIRSTOF": _alike(0), "MAX": _alike(0), "MIN": _alike(0), "SWITCH": _switch, "AVERAGE": _nested,
    "AND": _of((Kind.TRUTH,), Kind.TRUTH), "OR": _of((Kind.TRUTH,), Kind.TRUTH), "NOT": _of((Kind.TRUTH,), Kind.TRUTH),
    "ISBLANK": _is_blank, "IN": _in, "IFERROR": _if_error, "ABS": _of((Kind.NUMBER,), Kind.NUMBER),
    "YEAR": _of((Kind.TIME,), Kind.NUMBER), "MONTH": _of((Kind.TIME,), Kind.NUMBER),
    "DAY": _of((Kind.TIME,), Kind.NUMBER), "HOUR": _of((Kind.TIME,), Kind.NUMBER),
    "DATE": _date, "DATEOF": _of((Kind.TIME,), Kind.TIME), "EDATE": _edate,
    "DAYS": _of((Kind.TIME,), Kind.NUMBER), "HOURS": _of((Kind.TIME,), Kind.NUMBER),
    "MINUTES": _of((Kind.TIME,), Kind.NUMBER), "SECONDS": _of((Kind.TIME,), Kind.NUMBER),
    "CUTOFF": _of((), Kind.TIME), "PERIODSTART": _of((), Kind.TIME), "PERIODEND": _of((), Kind.TIME),
    "PERIODDAYS": _of((), Kind.NUMBER), "FOLLOWED": _followed, "FIRSTTIME": _first_time, "AMONG": _among,
    "XLOOKUP": _xlookup,
    "OPENS": _of((Kind.TIME, Kind.TEXT), Kind.TIME), "CLOSES": _of((Kind.TIME, Kind.TEXT), Kind.TIME),
}  # fmt: skip
