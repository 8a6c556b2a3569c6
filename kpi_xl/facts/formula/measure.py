"""An indicator's formulas, checked: which rows they take, from which time, for which unit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kpi_xl.facts.formula.binding import Places, bound
from kpi_xl.facts.formula.catalog import Catalog, Kind
from kpi_xl.facts.formula.fault import Fault, Faulty
from kpi_xl.facts.formula.functions import POLICIES
from kpi_xl.facts.formula.names import Scope, Setting
from kpi_xl.facts.formula.parse import parse, parse_list
from kpi_xl.facts.formula.rows import row, wanted
from kpi_xl.facts.formula.tree import Call, Name, Node, Operation, walk


@dataclass(frozen=True, slots=True)
class Formulas:
    """What a row of 指标库 says of one indicator, as text."""

    kpi: str
    num: str
    den: str = ""
    n: str = ""
    time: str = ""                      # one reference for each table that is not reached from another
    unit: str = ""
    filter: str = ""
    factor: float = 1.0


@dataclass(frozen=True, slots=True)
class Measure:
    """One indicator, ready to be computed."""

    kpi: str
    num: Node
    den: Node | None
    n: Node | None
    factor: float = 1.0


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault and the indicator and field it stands in."""

    kpi: str
    field: str                          # num, den, n, time, unit or filter
    fault: Fault


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for the formulas of all indicators."""

    settings: Mapping[str, Setting] = field(default_factory=dict)
    counted: Mapping[str, str] = field(default_factory=dict)
    """By table, which of its rows count at all: a condition, or several with commas between."""


def measures(
    formulas: Sequence[Formulas], catalog: Catalog, rules: Rules
) -> tuple[tuple[Measure, ...], tuple[Finding, ...]]:
    """Every indicator that can be computed, and every fault of the others, all in one pass."""
    codes = frozenset(each.kpi for each in formulas)
    good: list[Measure] = []
    findings: list[Finding] = []
    scope = Scope(catalog, rules.settings, codes)
    counted: list[Node] = []
    for table, text in rules.counted.items():
        try:
            counted.extend(_filter(text, scope) if table in catalog.tables else ())
        except Faulty as caught:
            findings.append(Finding(table, "filter", caught.fault))
    for each in formulas:
        found = measure(each, replace(scope, keep=tuple(counted)))
        if isinstance(found, Measure):
            good.append(found)
        else:
            findings.extend(found)
    findings.extend(_in_circles(good))
    bad = {finding.kpi for finding in findings}
    return tuple(each for each in good if each.kpi not in bad), tuple(findings)


def measure(formulas: Formulas, scope: Scope) -> Measure | tuple[Finding, ...]:
    """One indicator, or what is wrong with it."""
    findings: list[Finding] = []

    def checked(name: str, check: Callable[[], tuple[Node, ...]]) -> tuple[Node, ...]:
        try:
            return check()
        except Faulty as caught:
            findings.append(Finding(formulas.kpi, name, caught.fault))
            return ()

    times = checked("time", lambda: _listed(formulas.time, scope, (Kind.TIME, Kind.MONTH)))
    units = checked("unit", lambda: _listed(formulas.unit, scope, (Kind.TEXT,)))
    keep = checked("filter", lambda: _filter(formulas.filter, scope))
    places, inner = Places(times, units), replace(scope, keep=scope.keep + keep)
    if findings:
        return tuple(findings)

    def side(name: str, text: str) -> Node | None:
        return next(iter(checked(name, lambda: (bound(_parsed(text), inner, places),))), None)

    num = side("num", formulas.num)
    den = side("den", formulas.den) if formulas.den.strip() else None
    n = side("n", formulas.n) if formulas.n.strip() else None
    return tuple(findings) if findings or num is None else Measure(formulas.kpi, num, den, n, formulas.factor)


def _parsed(text: str) -> Node:
    found = parse(text)
    if isinstance(found, Fault):
        raise Faulty(found.code, found.at, **found.args)
    return found


def _list(text: str) -> tuple[Node, ...]:
    found = parse_list(text)
    if isinstance(found, Fault):
        raise Faulty(found.code, found.at, **found.args)
    return found


def _listed(text: str, scope: Scope, kinds: tuple[Kind, ...]) -> tuple[Node, ...]:
    found: list[Node] = []
    for each in _list(text):
        if isinstance(each, Operation) and each.sign == ":":
            start, end = (wanted(moment, Kind.TIME, scope) for moment in (each.left, each.right))
            found.append(Operation(":", start, end, each.at))
            continue
        node, kind = row(each, scope)
        if isinstance(node, Call) and node.name == "blank":
            continue
        if kind not in kinds:
            raise Faulty("E-FORMULA-KIND", each.at, found=kind.value, wanted=kinds[0].value)
        found.append(node)
    return tuple(found)


def _filter(text: str, scope: Scope) -> tuple[Node, ...]:
    """The conditions of a filter, each by itself, since each looks only at the tables it names."""
    found: list[Node] = []
    waiting = list(_list(text))
    while waiting:
        each = waiting.pop(0)
        if isinstance(each, Call) and each.name == "AND":
            waiting = [*each.args, *waiting]
        else:
            found.append(wanted(each, Kind.TRUTH, scope))
    return tuple(found)


def _in_circles(found: list[Measure]) -> list[Finding]:
    """Indicators that are defined by themselves."""
    uses = {each.kpi: _named(each) for each in found}
    circular = []
    for kpi in uses:
        reached, waiting = set[str](), list(uses[kpi])
        while waiting:
            code = waiting.pop()
            if code not in reached:
                reached.add(code)
                waiting += uses.get(code, ())
        if kpi in reached:
            circular.append(Finding(kpi, "num", Fault("E-FORMULA-CIRCLE", 1, {"kpi": kpi})))
        elif missing := sorted(reached - uses.keys()):
            circular.append(Finding(kpi, "num", Fault("E-FORMULA-NEEDS", 1, {"kpi": missing[0]})))
    return circular


def _named(measure: Measure) -> tuple[str, ...]:
    nodes = [node for node in (measure.num, measure.den, measure.n) if node is not None]
    words = (each.word for node in nodes for each in walk(node) if isinstance(each, Name))
    return tuple(word for word in words if word not in POLICIES)


