"""Which columns an indicator cannot do without: those that no default stands in for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kpi_xl.facts.formula.catalog import Catalog, Kind
from kpi_xl.facts.formula.measure import Measure
from kpi_xl.facts.formula.tree import Aggregate, Call, Column, Lookup, Name, Node, parts, walk

DEFAULTS, LOOKING_BACK, FOLLOWED = "FIRSTOF", "CUTOFF", "FOLLOWED"


def needed(measure: Measure, library: Mapping[str, Measure], catalog: Catalog) -> frozenset[tuple[str, str]]:
    """Table and column of everything that must have been exported for the indicator to mean anything.

    FIRSTOF names what stands for a blank, and an IF on a yes or no that is not there takes its other way. Only the
    cut-off stands for nothing: without any date of receipt every order would still be on its way. Nor does anything
    stand for what would have FOLLOWED: without any order every cart would be abandoned.
    """
    return frozenset(_of_measure(measure, library, catalog, {measure.kpi}))


def _of_measure(
    measure: Measure, library: Mapping[str, Measure], catalog: Catalog, seen: set[str]
) -> Iterator[tuple[str, str]]:
    for side in (measure.num, measure.den):
        for node in () if side is None else walk(side):
            if isinstance(node, Aggregate):
                for each in (node.value, node.time, *node.where):
                    yield from _of_rows(each, catalog)
            elif isinstance(node, Name) and node.word in library and node.word not in seen:
                seen.add(node.word)
                yield from _of_measure(library[node.word], library, catalog, seen)


def _of_rows(node: Node, catalog: Catalog) -> Iterator[tuple[str, str]]:
    if isinstance(node, Column):
        yield node.table, node.column
        return
    inner = parts(node)
    if isinstance(node, Call) and node.name == "IF" and _is_truth(inner[0], catalog):
        inner = inner[1:]
    if isinstance(node, Call) and node.name == DEFAULTS and not _looks_back(inner[-1]):
        inner = inner[-1:]
    if isinstance(node, Lookup) and node.name == FOLLOWED:
        inner += tuple(each for each in (node.other_key, node.other_time) if each is not None)
    for each in inner:
        yield from _of_rows(each, catalog)


def _is_truth(node: Node, catalog: Catalog) -> bool:
    return isinstance(node, Column) and catalog.kind(node.table, node.column) is Kind.TRUTH


def _looks_back(node: Node) -> bool:
    return isinstance(node, Call) and node.name == LOOKING_BACK
