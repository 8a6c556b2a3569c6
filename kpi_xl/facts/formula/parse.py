"""Text of a formula → its tree; operators bind as in Excel."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from kpi_xl.facts.formula.fault import Fault, Faulty
from kpi_xl.facts.formula.tokens import Token, tokens
from kpi_xl.facts.formula.tree import (
    Call,
    Column,
    Literal,
    Name,
    Negative,
    Node,
    Number,
    Operation,
    Several,
    Text,
    Truth,
)

BINDING = {"=": 1, "<>": 1, "<": 1, "<=": 1, ">": 1, ">=": 1, "&": 2, "+": 3, "-": 3, "*": 4, "/": 4, "^": 5}
DEEPEST = 60
"""Levels of brackets; Excel allows 64."""
_REFERENCE = re.compile(r"([^\W\d]\w*)\[((?:[^\[\]#@']|'.)+)\]")
_WORD = re.compile(r"[^\W\d][\w.]*")
_OPERAND = "OPERAND "


def parse(formula: str) -> Node | Fault:
    """Tree of a formula, with or without its equals sign; or what is wrong with it.

    >>> parse("SUM(orders[qty])")
    Call(name='SUM', args=(Column(table='orders', column='qty', at=5),), at=1)
    >>> parse("SUM(orders[qty]").at
    16
    """
    try:
        reader = _Reader(tokens(formula))
        node = _operation(reader, 0)
        _at_end(reader)
    except Faulty as caught:
        return caught.fault
    return node


def parse_list(formulas: str) -> tuple[Node, ...] | Fault:
    """Trees of several formulas with commas between; none of a blank text.

    >>> [each.column for each in parse_list("orders[pay_time], events[event_time]")]
    ['pay_time', 'event_time']
    """
    if not formulas.strip():
        return ()
    try:
        reader = _Reader(tokens(formulas))
        found = [_operation(reader, 0)]
        while reader.token is not None and reader.token.text == ",":
            reader.take()
            found.append(_operation(reader, 0))
        _at_end(reader)
    except Faulty as caught:
        return caught.fault
    return tuple(found)


def _at_end(reader: _Reader) -> None:
    if reader.token is not None:
        raise Faulty("E-FORMULA-UNEXPECTED", reader.token.at, found=reader.token.text)


@dataclass(slots=True)
class _Reader:
    """The words not read yet."""

    words: tuple[Token, ...]
    place: int = 0
    depth: int = field(default=0)

    @property
    def token(self) -> Token | None:
        return self.words[self.place] if self.place < len(self.words) else None

    def take(self) -> Token:
        token = self.token
        if token is None:
            last = self.words[-1]
            raise Faulty("E-FORMULA-UNFINISHED", last.at + len(last.text))
        self.place += 1
        return token

    def next_is(self, kind: str) -> bool:
        return self.token is not None and self.token.kind == kind


def _operation(reader: _Reader, least: int) -> Node:
    """Operands joined by operators that bind at least as tightly as asked."""
    left = _operand(reader)
    while (token := reader.token) is not None and token.kind == "OPERATOR-INFIX":
        binding = BINDING.get(token.text, -1)                   # a comma or a space joins nothing
        if binding < least:
            break
        reader.take()
        left = Operation(token.text, left, _operation(reader, binding + 1), token.at)
    return left


def _operand(reader: _Reader) -> Node:
    reader.depth += 1
    if reader.depth > DEEPEST:
        raise Faulty("E-FORMULA-DEEP", reader.words[reader.place - 1].at, deepest=DEEPEST)
    node = _primary(reader)
    while reader.next_is("OPERATOR-POSTFIX"):
        node = Operation("/", node, Number(100.0), reader.take().at)
    reader.depth -= 1
    return node


def _primary(reader: _Reader) -> Node:
    token = reader.take()
    match token.kind:
        case "OPERATOR-PREFIX":
            operand = _operand(reader)
            return Negative(operand, token.at) if token.text == "-" else operand
        case "PAREN OPEN":
            node = _operation(reader, 0)
            _close(reader, "PAREN CLOSE")
            return node
        case "FUNC OPEN":
            return _call(reader, token)
        case "ARRAY OPEN":
            return _several(reader, token)
        case kind if kind.startswith(_OPERAND):
            return _literal(token) or _reference(token)
        case _:
            raise Faulty("E-FORMULA-UNEXPECTED", token.at, found=token.text)


def _call(reader: _Reader, opening: Token) -> Call:
    args: list[Node] = []
    if not reader.next_is("FUNC CLOSE"):
        args.append(_operation(reader, 0))
        while reader.next_is("SEP ARG"):
            reader.take()
            args.append(_operation(reader, 0))
    _close(reader, "FUNC CLOSE")
    return Call(opening.text.removesuffix("(").upper().removeprefix("_XLFN."), tuple(args), opening.at)


def _several(reader: _Reader, opening: Token) -> Several:
    items: list[Literal] = []
    while not reader.next_is("ARRAY CLOSE"):
        if reader.token is not None and reader.token.kind in ("ARRAYROW OPEN", "ARRAYROW CLOSE", "SEP ARG", "SEP ROW"):
            reader.take()
            continue
        token = reader.take()
        item = _literal(token)
        if item is None:
            raise Faulty("E-FORMULA-UNEXPECTED", token.at, found=token.text)
        items.append(item)
    reader.take()
    return Several(tuple(items), opening.at)


def _close(reader: _Reader, kind: str) -> None:
    token = reader.take()
    if token.kind != kind:
        raise Faulty("E-FORMULA-UNEXPECTED", token.at, found=token.text)


def _literal(token: Token) -> Literal | None:
    match token.kind.removeprefix(_OPERAND):
        case "NUMBER":
            return Number(float(token.text), token.at)
        case "TEXT":
            return Text(token.text[1:-1].replace('""', '"'), token.at)
        case "LOGICAL":
            return Truth(token.text.upper() == "TRUE", token.at)
        case _:
            return None


def _reference(token: Token) -> Node:
    """A column, two columns with a colon between them, or a bare word."""
    first, colon, last = token.text.partition("]:")
    if colon:
        span = Token(last, token.kind, token.at + len(first) + 2)
        return Operation(":", _reference(Token(first + "]", token.kind, token.at)), _reference(span), token.at)
    if match := _REFERENCE.fullmatch(token.text):
        return Column(match[1], re.sub(r"'(.)", r"\1", match[2]).strip(), token.at)
    if _WORD.fullmatch(token.text):
        return Name(token.text, token.at)
    raise Faulty("E-FORMULA-REFERENCE", token.at, found=token.text)
