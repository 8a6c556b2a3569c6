"""Row formulas as SQL. Every condition is true or false, never unknown: what is blank meets no comparison but <>."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlglot import exp

from kpi_xl.facts.formula.catalog import Kind
from kpi_xl.facts.formula.tree import Call, Column, Lookup, Negative, Node, Number, Operation, Text, Truth
from kpi_xl.facts.sql.hours import closes, opens
from kpi_xl.facts.sql.pieces import (
    DOUBLE,
    TEXT,
    TIMESTAMP,
    Sql,
    all_of,
    any_of,
    case,
    in_brackets,
    is_blank,
    negated,
    number,
    sure,
    text,
    typed,
)
from kpi_xl.facts.sql.times import day_of, elapsed, later, part_of

CONDITIONS = ("AND", "OR", "NOT", "ISBLANK", "IN", "like")
MICROSECONDS = {"SECONDS": 1e6, "MINUTES": 6e7, "HOURS": 3.6e9, "DAYS": 8.64e10}
COMPARISONS = {"=": exp.EQ, "<>": exp.NullSafeNEQ, "<": exp.LT, "<=": exp.LTE, ">": exp.GT, ">=": exp.GTE}
ARITHMETIC = {"+": exp.Add, "-": exp.Sub, "*": exp.Mul}
ESCAPE = "!"


class RowSql:
    """Turns row formulas into SQL, given how columns are reached and which moments the window has."""

    def __init__(
        self,
        column: Callable[[Column], Sql],
        found: Callable[[Lookup], Sql],
        kind: Callable[[Column], Kind],
        moments: Mapping[str, Sql],
    ):
        self.column, self.found, self.kind, self.moments = column, found, kind, moments

    def __call__(self, node: Node) -> Sql:
        """Value of a row formula."""
        match node:
            case Number(value=value):
                return number(value)
            case Text(value=value):
                return text(value)
            case Truth(value=value):
                return exp.true() if value else exp.false()
            case Column():
                return self.column(node)
            case Lookup():
                return self.found(node)
            case Negative(operand=operand):
                return exp.Neg(this=in_brackets(self(operand)))
            case Operation():
                return self._operation(node)
            case Call():
                return self._call(node)
            case _:
                raise TypeError(node)

    def truth(self, node: Node) -> Sql:
        """A condition; blank is false."""
        is_sure = isinstance(node, (Truth, Operation, Lookup)) or (isinstance(node, Call) and node.name in CONDITIONS)
        return self(node) if is_sure else sure(self(node))

    def is_text(self, node: Node) -> bool:
        """The formula gives a text, which Excel compares without regard to capitals."""
        match node:
            case Text() | Operation(sign="&"):
                return True
            case Column() | Lookup(other_value=Column()):
                column = node if isinstance(node, Column) else node.other_value
                return isinstance(column, Column) and self.kind(column) is Kind.TEXT
            case Call(name="IF" | "FIRSTOF", args=args):
                return any(self.is_text(each) for each in args)
            case _:
                return False

    def _operation(self, node: Operation) -> Sql:
        if node.sign in COMPARISONS:
            return self._comparison(node)
        if node.sign == "&":
            return in_brackets(exp.DPipe(this=self._text(node.left), expression=self._text(node.right)))
        left, right = in_brackets(self(node.left)), in_brackets(self(node.right))
        if node.sign == "/":
            return in_brackets(exp.Div(this=left, expression=exp.Nullif(this=right, expression=number(0.0))))
        if node.sign == "^":
            return exp.Pow(this=left, expression=right)
        return in_brackets(ARITHMETIC[node.sign](this=left, expression=right))

    def _text(self, node: Node) -> Sql:
        found = self(node)
        written = found if self.is_text(node) else typed(found, TEXT)
        return exp.Coalesce(this=written, expressions=[text("")])

    def _comparison(self, node: Operation) -> Sql:
        left, right = self(node.left), self(node.right)
        if self.is_text(node.left) or self.is_text(node.right):
            left, right = folded(left), folded(right)
        compared = COMPARISONS[node.sign](this=in_brackets(left), expression=in_brackets(right))
        return in_brackets(compared) if node.sign == "<>" else sure(compared)

    def _call(self, call: Call) -> Sql:
        match call.name:
            case "AND":
                return in_brackets(all_of(self.truth(each) for each in call.args))
            case "OR":
                return in_brackets(any_of(self.truth(each) for each in call.args))
            case "NOT":
                return negated(self.truth(call.args[0]))
            case "IF":
                condition, then, *other = call.args
                return case([(self.truth(condition), self(then))], self(other[0]) if other else None)
            case "IN":
                return self._in(call)
            case "like":
                return self._like(call)
            case "CUTOFF" | "PERIODSTART" | "PERIODEND" | "PERIODDAYS":
                return self.moments[call.name]
            case _:
                return CALLS[call.name](*(self(each) for each in call.args))

    def _in(self, call: Call) -> Sql:
        tested, *items = call.args
        fold = folded if self.is_text(tested) else _as_it_is
        return sure(exp.In(this=in_brackets(fold(self(tested))), expressions=[fold(self(each)) for each in items]))

    def _like(self, call: Call) -> Sql:
        pattern = call.args[1]
        wanted = text(like_pattern(pattern.value if isinstance(pattern, Text) else "").lower())
        like = exp.Like(this=folded(self(call.args[0])), expression=wanted)
        return sure(exp.Escape(this=like, expression=text(ESCAPE)))


def folded(value: Sql) -> Sql:
    """A text without regard to capitals."""
    return text(value.name.lower()) if isinstance(value, exp.Literal) else exp.Lower(this=value)


def like_pattern(wildcards: str) -> str:
    """Excel's wildcards as SQL's, escaped by an exclamation mark.

    >>> like_pattern("50%~*?*")
    '50!%*_%'
    """
    found, escaped = "", False
    for sign in wildcards:
        if sign == "~" and not escaped:
            escaped = True
            continue
        wild = {"*": "%", "?": "_"}.get(sign) if not escaped else None
        found += wild or (ESCAPE + sign if sign in ("%", "_", ESCAPE) else sign)
        escaped = False
    return found


def _as_it_is(value: Sql) -> Sql:
    return value


def _amount(literal: Sql) -> float:
    return float(literal.this.name)


def _chosen(comparison: type[exp.GT] | type[exp.LT]) -> Callable[..., Sql]:
    """The one of several that wins; databases differ in what theirs makes of a blank, so it is spelt out."""

    def choose(first: Sql, *others: Sql) -> Sql:
        for other in others:
            wins = comparison(this=first, expression=other)
            first = case([(is_blank(first), other), (is_blank(other), first), (wins, first)], other)
        return first

    return choose


def _part(unit: str) -> Callable[..., Sql]:
    return lambda time: typed(part_of(unit, time), DOUBLE)


def _span(unit: str) -> Callable[..., Sql]:
    return lambda start, end: in_brackets(exp.Div(this=elapsed(start, end), expression=number(MICROSECONDS[unit])))


CALLS: Mapping[str, Callable[..., Sql]] = {
    "blank": exp.null,
    "time": lambda written: typed(written, TIMESTAMP),
    "adddays": lambda time, days: later(time, _amount(days), "DAY"),
    "EDATE": lambda time, months: later(time, _amount(months), "MONTH"),
    "ISBLANK": is_blank,
    "FIRSTOF": lambda first, *others: exp.Coalesce(this=first, expressions=list(others)),
    "ABS": lambda value: exp.Abs(this=value),
    "MAX": _chosen(exp.GT),
    "MIN": _chosen(exp.LT),
    "DATEOF": day_of,
    "OPENS": opens,
    "CLOSES": closes,
    **{name: _part(name) for name in ("YEAR", "MONTH", "DAY", "HOUR")},
    **{name: _span(name) for name in MICROSECONDS},
}
"""One small piece of SQL for each function on rows that needs nothing else."""
