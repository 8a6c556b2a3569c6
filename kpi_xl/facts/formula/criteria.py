"""Criteria of SUMIFS and its kin, as conditions on a row."""

from __future__ import annotations

import re

from kpi_xl.facts.formula.catalog import Kind
from kpi_xl.facts.formula.fault import Faulty
from kpi_xl.facts.formula.tree import Call, Negative, Node, Number, Operation, Several, Text, Truth

_SIGNED = re.compile(r"(<>|<=|>=|=|<|>)?(.*)", re.DOTALL)
_WILD = re.compile(r"(?<!~)[*?]")


def condition(tested: Node, kind: Kind, criterion: Node) -> Node:
    """Whether a row meets a criterion, as SUMIFS understands it.

    A list in braces is met by any of its items; ``"<>"`` by whatever is not blank, ``"="`` by what is; ``*`` and ``?``
    stand for any characters and any one, with ``~`` before them for themselves.
    """
    match criterion:
        case Several(items=items, at=at):
            return Call("OR", tuple(condition(tested, kind, item) for item in items), at)
        case Number() | Truth() | Negative(operand=Number()):
            return Operation("=", tested, criterion, criterion.at)
        case Text(value=text, at=at):
            return _text_condition(tested, kind, text, at)
        case _:
            raise Faulty("E-FORMULA-CRITERION", criterion.at, found="")


def _text_condition(tested: Node, kind: Kind, text: str, at: int) -> Node:
    match = _SIGNED.fullmatch(text)
    sign, wanted = (match[1] or "=", match[2]) if match else ("=", text)
    blank = Call("ISBLANK", (tested,), at)
    if wanted == "" and sign in ("=", "<>"):
        return blank if sign == "=" else Call("NOT", (blank,), at)
    if kind in (Kind.TEXT, Kind.MONTH) and sign in ("=", "<>"):
        if _WILD.search(wanted):
            like = Call("like", (tested, Text(wanted, at)), at)
            return like if sign == "=" else Call("NOT", (like,), at)
        wanted = re.sub(r"~([*?~])", r"\1", wanted)
    return Operation(sign, tested, _value(kind, wanted, at), at)


def _value(kind: Kind, text: str, at: int) -> Node:
    """The text of a criterion as a literal of the kind it is compared with."""
    if kind is Kind.TRUTH:
        if text.upper() not in ("TRUE", "FALSE"):
            raise Faulty("E-FORMULA-CRITERION", at, found=text)
        return Truth(text.upper() == "TRUE", at)
    if kind is Kind.NUMBER:
        try:
            return Number(float(text), at)
        except ValueError:
            raise Faulty("E-FORMULA-CRITERION", at, found=text) from None
    return Text(text, at)
