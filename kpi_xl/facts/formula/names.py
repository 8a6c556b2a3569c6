"""Names in a formula: columns, functions and settings, each known or with the nearest that is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kpi_xl.facts.formula.catalog import Catalog, Kind
from kpi_xl.facts.formula.fault import Faulty, nearest
from kpi_xl.facts.formula.functions import FUNCTIONS, Function
from kpi_xl.facts.formula.tree import Call, Column, Node, Number, Several, Text, Truth

Setting = float | str | bool | tuple[float | str, ...]
Checked = tuple[Node, Kind]


@dataclass(frozen=True, slots=True)
class Scope:
    """What a formula is checked against."""

    catalog: Catalog
    settings: Mapping[str, Setting] = field(default_factory=dict)
    codes: frozenset[str] = frozenset()         # of the indicators that may be named
    keep: tuple[Node, ...] = ()                 # the indicator's filter, one condition each


def column(node: Column, scope: Scope) -> Checked:
    """A column under its own spelling, and its kind."""
    catalog = scope.catalog
    table = catalog.table_named(node.table)
    if table is None:
        known = (*catalog.tables, *catalog.headings)
        raise Faulty("E-FORMULA-TABLE", node.at, found=node.table, near=nearest(node.table, known))
    columns = catalog.tables[table]
    name = catalog.column_named(table, node.column)
    if name in columns:
        return Column(table, name, node.at), columns[name]
    if (table, name) in catalog.optional:
        return Call("blank", (), node.at), Kind.TEXT
    known = (*columns, *catalog.headings.get(table, {}))
    raise Faulty("E-FORMULA-COLUMN", node.at, table=table, found=node.column, near=nearest(node.column, known))


def bare_word(word: str, at: int, scope: Scope) -> Faulty:
    """What is wrong with a word that is no column and no function."""
    if scope.catalog.table_named(word) is not None:
        return Faulty("E-FORMULA-BARE-TABLE", at, found=word)
    return Faulty("E-FORMULA-WORD", at, found=word, near=nearest(word, (*scope.codes, *scope.catalog.tables)))


def known_function(call: Call) -> Function:
    """The function of a call, with as many arguments as it takes."""
    function = FUNCTIONS.get(call.name)
    if function is None:
        raise Faulty("E-FORMULA-FUNCTION", call.at, found=call.name, near=nearest(call.name, FUNCTIONS))
    if not function.least <= len(call.args) <= function.most:
        raise Faulty("E-FORMULA-ARGUMENTS", call.at, function=call.name, found=len(call.args), wanted=function.least)
    return function


def filled(node: Node, scope: Scope) -> Node:
    """A setting in place of its name; anything else as it is."""
    if not (isinstance(node, Call) and node.name == "SETTING"):
        return node
    known_function(node)
    name = node.args[0]
    if not isinstance(name, Text) or name.value not in scope.settings:
        found = name.value if isinstance(name, Text) else ""
        raise Faulty("E-FORMULA-SETTING", node.at, found=found, near=nearest(found, scope.settings))
    value = scope.settings[name.value]
    if isinstance(value, tuple):
        return Several(tuple(_literal(each, node.at) for each in value), node.at)
    return _literal(value, node.at)


def _literal(value: float | str | bool, at: int) -> Number | Text | Truth:
    if isinstance(value, bool):
        return Truth(value, at)
    return Text(value, at) if isinstance(value, str) else Number(float(value), at)
