"""What the formulas of indicators speak of: columns that nobody has, and other indicators."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from kpi_xl.facts.formula.catalog import Catalog
from kpi_xl.facts.formula.fault import Fault
from kpi_xl.facts.formula.functions import POLICIES
from kpi_xl.facts.formula.measure import Formulas
from kpi_xl.facts.formula.parse import parse, parse_list
from kpi_xl.facts.formula.tree import Column, Name, Node, walk


def strange_columns(formulas: Formulas, catalog: Catalog) -> frozenset[tuple[str, str]]:
    """Table and column of every reference to something that is not there, as typed.

    >>> from kpi_xl.facts.formula.catalog import canonical
    >>> sorted(strange_columns(Formulas("ORD", "COUNT(orders[order_nr])"), canonical()))
    [('orders', 'order_nr')]
    """
    found = set()
    for node in _nodes(formulas):
        if isinstance(node, Column):
            table = catalog.table_named(node.table)
            name = node.column if table is None else catalog.column_named(table, node.column)
            known = table is not None and (name in catalog.tables[table] or (table, name) in catalog.optional)
            if not known:
                found.add((table or node.table, name))
    return frozenset(found)


def components(formulas: Iterable[Formulas], catalog: Catalog) -> Mapping[str, frozenset[str]]:
    """Codes of the indicators that each formula names.

    >>> from kpi_xl.facts.formula.catalog import canonical
    >>> components([Formulas("ATV", "GMV", den="COUNTDISTINCT(orders[buyer_id])")], canonical())
    {'ATV': frozenset({'GMV'})}
    """
    return {each.kpi: frozenset(_named(each, catalog)) for each in formulas}


def _named(formulas: Formulas, catalog: Catalog) -> Iterator[str]:
    for node in _nodes(formulas):
        if isinstance(node, Name) and node.word.upper() not in POLICIES and catalog.table_named(node.word) is None:
            yield node.word.upper()


def _nodes(formulas: Formulas) -> Iterator[Node]:
    """All nodes of all formulas that can be read."""
    for text in (formulas.num, formulas.den, formulas.n):
        tree = parse(text) if text.strip() else Fault("", 0)
        if not isinstance(tree, Fault):
            yield from walk(tree)
    for text in (formulas.time, formulas.unit, formulas.filter):
        trees = parse_list(text)
        for each in () if isinstance(trees, Fault) else trees:
            yield from walk(each)
