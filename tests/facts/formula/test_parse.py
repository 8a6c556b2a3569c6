"""Formulas as text: what becomes of them, and where they are wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_xl.facts.formula.fault import Fault
from kpi_xl.facts.formula.parse import parse
from kpi_xl.facts.formula.tree import (
    Call,
    Column,
    Name,
    Negative,
    Node,
    Number,
    Operation,
    Several,
    Text,
    Truth,
    parts,
    walk,
)

QTY, PRICE = Column("orders", "qty"), Column("orders", "price")


@pytest.mark.parametrize(
    ("formula", "tree"),
    [
        ("=1+2*3", Operation("+", Number(1), Operation("*", Number(2), Number(3)))),
        ("2-1-1", Operation("-", Operation("-", Number(2), Number(1)), Number(1))),
        ("-2^2", Operation("^", Negative(Number(2)), Number(2))),  # Excel's minus binds more tightly than its power
        ("12.5%", Operation("/", Number(12.5), Number(100))),
        ("SUM(orders[qty]*orders[price])", Call("SUM", (Operation("*", QTY, PRICE),))),
        ('SUMIFS( orders[qty] ,orders[price],">=5")', Call("SUMIFS", (QTY, PRICE, Text(">=5")))),
        ("=sumifs(orders[qty],orders[price],TRUE)", Call("SUMIFS", (QTY, PRICE, Truth(True)))),
        ('IN(orders[qty],{"a","b"})', Call("IN", (QTY, Several((Text("a"), Text("b")))))),
        ("订单[实付 金额]", Column("订单", "实付 金额")),
        ("orders[a'[b']]", Column("orders", "a[b]")),
        ('"say ""hi"""', Text('say "hi"')),
        ("LTV/CAC", Operation("/", Name("LTV"), Name("CAC"))),
        ("SUM（orders[qty]）＋1", Operation("+", Call("SUM", (QTY,)), Number(1))),
        ("orders[qty]:orders[price]", Operation(":", QTY, PRICE)),
        ("CUTOFF()", Call("CUTOFF", ())),
        ("_xlfn.MAXIFS(orders[qty],orders[price],1)", Call("MAXIFS", (QTY, PRICE, Number(1)))),
    ],
)
def test_what_is_written_is_what_is_meant(formula: str, tree: Node) -> None:
    assert parse(formula) == tree


@pytest.mark.parametrize(
    ("formula", "code", "at"),
    [
        ("", "E-FORMULA-EMPTY", 1),
        ("=SUM(orders[qty]", "E-FORMULA-UNFINISHED", 16),
        ("SUM(orders[qty)", "E-FORMULA-BRACKET", 15),
        ('1&"abc', "E-FORMULA-BRACKET", 3),
        ("1+", "E-FORMULA-UNFINISHED", 3),
        ("1,2", "E-FORMULA-UNEXPECTED", 2),
        ("SUM(,1)", "E-FORMULA-UNEXPECTED", 5),
        ("orders[a] orders[b]", "E-FORMULA-UNEXPECTED", 11),
        ("SUM(A1:B2)", "E-FORMULA-REFERENCE", 5),
        ("Sheet1!A1", "E-FORMULA-REFERENCE", 1),
        ("orders[[#All],[qty]]", "E-FORMULA-REFERENCE", 1),
        ("orders; DROP TABLE orders", "E-FORMULA-UNEXPECTED", 7),
        ("(" * 70 + "1" + ")" * 70, "E-FORMULA-DEEP", 60),
        ("1" + "+1" * 400, "E-FORMULA-LONG", 1),
    ],
)
def test_a_mistake_has_a_place(formula: str, code: str, at: int) -> None:
    found = parse(formula)
    assert isinstance(found, Fault)
    assert (found.code, found.at) == (code, at)


def test_places_are_those_of_the_text() -> None:
    formula = 'SUMIFS(orders[qty], orders[price], ">5") / COUNT( orders[qty] )'
    tree = parse(formula)
    assert not isinstance(tree, Fault)
    columns = [each for each in walk(tree) if isinstance(each, Column)]
    assert [formula[each.at - 1 :].startswith(f"{each.table}[{each.column}]") for each in columns] == [True] * 3


LITERALS = st.one_of(
    st.integers(0, 10**6).map(lambda number: Number(float(number))),
    st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=8).map(Text),
    st.booleans().map(Truth),
    st.sampled_from([QTY, PRICE, Column("订单", "金额")]),
)
TREES = st.recursive(
    LITERALS,
    lambda inner: st.one_of(
        st.builds(Operation, st.sampled_from(["+", "-", "*", "/", "^", "&", "=", "<>", "<", "<=", ">", ">="]), inner, inner),
        st.builds(Negative, inner),
        st.builds(lambda args: Call("SUM", tuple(args)), st.lists(inner, min_size=1, max_size=3)),
    ),
    max_leaves=12,
)


def written(node: Node) -> str:
    """A tree as a formula, with every bracket."""
    inner = [written(each) for each in parts(node)]
    match node:
        case Number(value=value):
            return f"{value:.0f}"
        case Text(value=value):
            return '"' + value.replace('"', '""') + '"'
        case Truth(value=value):
            return str(value).upper()
        case Column(table=table, column=column):
            return f"{table}[{column}]"
        case Call(name=name):
            return f"{name}({', '.join(inner)})"
        case Operation(sign=sign):
            return f"({inner[0]} {sign} {inner[1]})"
        case _:
            return f"(-{inner[0]})"


@given(TREES)
def test_a_tree_that_is_written_down_is_read_again(tree: Node) -> None:
    assert parse(written(tree)) == tree


@given(st.text(st.sampled_from('orders[]()"{},;:+-*/<>=& 1aSUM%\'#@!数（，'), max_size=40))
def test_no_text_breaks_the_parser(text: str) -> None:
    found = parse(text)
    if isinstance(found, Fault):
        assert 1 <= found.at <= len(text) + 1
