"""A formula as a tree of frozen values; `at` is where it stands in the text and does not count in comparisons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Number:
    """A literal number."""

    value: float
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Text:
    """A literal text."""

    value: str
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Truth:
    """TRUE or FALSE."""

    value: bool
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Column:
    """A structured reference: ``orders[paid_amount]``."""

    table: str
    column: str
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Name:
    """A bare word: another indicator's code, or the policy of an IFERROR."""

    word: str
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Several:
    """A list of literals in braces: ``{"shipped","signed"}``."""

    items: tuple[Number | Text | Truth, ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function and its arguments; the name in capitals."""

    name: str
    args: tuple[Node, ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Operation:
    """Operator between two operands: + - * / ^ & = <> < <= > >= and : between two columns."""

    sign: str
    left: Node
    right: Node
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Negative:
    """Minus before an operand."""

    operand: Node
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Lookup:
    """What the rows of another table say of a row's key: FOLLOWED, FIRSTTIME, AMONG or XLOOKUP."""

    name: str
    key: Node
    other_key: Node
    other_time: Node | None = None
    other_value: Node | None = None     # what an XLOOKUP gives
    where: tuple[Node, ...] = ()        # conditions on the other table's rows
    time: Node | None = None            # from when days are counted
    first_day: float = 0.0
    last_day: float = 0.0
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Aggregate:
    """One number from the rows of a table: all that its SQL needs, and the key under which its results are kept."""

    name: str                           # SUM COUNT DISTINCT AVERAGE MIN MAX PERCENTILE RETAINED REPEATED
    table: str                          # each of whose rows counts once
    value: Node
    time: Node                          # a time, a month, or from : to of something that lasts
    unit: Node | None = None            # None where the table knows no unit
    where: tuple[Node, ...] = ()        # the criteria
    keep: tuple[Node, ...] = ()         # the indicator's filter
    number: float = 0.0                 # share of a PERCENTILE, times of a REPEATED
    occasion: Node | None = None        # what a REPEATED counts
    at: int = field(default=0, compare=False)
    digest: int = field(init=False, compare=False, repr=False)  # results are looked up by aggregates, again and again

    def __post_init__(self) -> None:
        parts = (self.name, self.table, self.value, self.time, self.unit, self.where, self.keep, self.number)
        object.__setattr__(self, "digest", hash((*parts, self.occasion)))

    def __hash__(self) -> int:
        return self.digest


Literal = Number | Text | Truth
Node = Number | Text | Truth | Column | Name | Several | Call | Operation | Negative | Lookup | Aggregate


def parts(node: Node) -> tuple[Node, ...]:
    """What a node is directly made of."""
    match node:
        case Call(args=args):
            return args
        case Operation(left=left, right=right):
            return (left, right)
        case Negative(operand=operand):
            return (operand,)
        case Lookup(key=key, time=time):
            return (key,) if time is None else (key, time)
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """A node and everything under it, in reading order."""
    yield node
    for part in parts(node):
        yield from walk(part)


def tables(node: Node) -> tuple[str, ...]:
    """Names of the tables a node speaks of, each once, in reading order."""
    return tuple(dict.fromkeys(each.table for each in walk(node) if isinstance(each, Column)))
