"""An indicator's formulas, checked: which rows they take, from which time, for which unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from kpi_xl.facts.formula.catalog import Catalog, Kind
from kpi_xl.facts.formula.fault import Fault, Faulty
from kpi_xl.facts.formula.functions import CHOOSING, FUNCTIONS, POLICIES, Level
from kpi_xl.facts.formula.parse import parse, parse_list
from kpi_xl.facts.formula.rows import Scope, Setting, bare_word, column, conditions, filled, known_function, row, wanted
from kpi_xl.facts.formula.tree import (
    Aggregate,
    Call,
    Column,
    Name,
    Negative,
    Node,
    Number,
    Operation,
    Truth,
    tables,
    walk,
)

RENAMED = {"COUNTDISTINCT": "DISTINCT"}


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
class _Places:
    """From which columns rows have their time and their unit."""

    times: tuple[Node, ...]
    units: tuple[Node, ...]


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

    def checked(name: str, check: object) -> tuple[Node, ...]:
        try:
            return check()  # type: ignore[operator, no-any-return]
        except Faulty as caught:
            findings.append(Finding(formulas.kpi, name, caught.fault))
            return ()

    times = checked("time", lambda: _listed(formulas.time, scope, (Kind.TIME, Kind.MONTH)))
    units = checked("unit", lambda: _listed(formulas.unit, scope, (Kind.TEXT,)))
    keep = checked("filter", lambda: _filter(formulas.filter, scope))
    places, inner = _Places(times, units), replace(scope, keep=scope.keep + keep)
    fields: dict[str, Node] = {}
    for name in ("num", "den", "n") if not findings else ():
        text = str(getattr(formulas, name))
        if text.strip() or name == "num":
            for node in checked(name, lambda text=text: (_fact(_parsed(text), inner, places),)):
                fields[name] = node
    if findings:
        return tuple(findings)
    return Measure(formulas.kpi, fields["num"], fields.get("den"), fields.get("n"), formulas.factor)


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


def _fact(node: Node, scope: Scope, places: _Places) -> Node:
    """A formula of numbers, its aggregates bound to their rows."""

    def inside(part: Node) -> Node:
        return _fact(part, scope, places)

    match node:
        case Number() | Truth():
            return node
        case Name(word=word, at=at):
            return _indicator(word, at, scope)
        case Negative(operand=operand, at=at):
            return Negative(inside(operand), at)
        case Operation(sign=sign, left=left, right=right, at=at) if sign not in ("&", ":"):
            return Operation(sign, inside(left), inside(right), at)
        case Column():
            column(node, scope)
            raise Faulty("E-FORMULA-BARE-COLUMN", node.at, found=f"{node.table}[{node.column}]")
        case Call():
            return _call(node, scope, places)
        case _:
            raise Faulty("E-FORMULA-KIND", node.at, found="text", wanted="number")


def _indicator(word: str, at: int, scope: Scope) -> Name:
    if word.upper() not in scope.codes:
        raise bare_word(word, at, scope)
    return Name(word.upper(), at)


def _call(call: Call, scope: Scope, places: _Places) -> Node:
    function = known_function(call)
    if function.level is Level.AGGREGATE or (call.name in CHOOSING and _has_columns(call)):
        return _aggregate(call, scope, places)
    if function.level is Level.ROW:
        raise Faulty("E-FORMULA-LEVEL", call.at, function=call.name)
    if call.name == "SETTING":
        return _fact(filled(call, scope), scope, places)
    args = list(call.args)
    last: tuple[Node, ...] = ()
    if call.name in ("DAYSAGO", "TRAILING"):
        days = filled(args.pop(), scope)
        if not (isinstance(days, Number) and days.value.is_integer() and days.value > 0):
            raise Faulty("E-FORMULA-LITERAL", call.args[1].at)
        last = (days,)
    if call.name == "IFERROR" and isinstance(args[1], Name):
        last = (_policy(args[1]),)
        args.pop()
    return Call(call.name, (*(_fact(arg, scope, places) for arg in args), *last), call.at)


def _has_columns(call: Call) -> bool:
    """One row formula, not numbers to choose among."""
    inner = (FUNCTIONS.get(each.name) for each in walk(call) if isinstance(each, Call) and each is not call)
    levels = {each.level for each in inner if each is not None}
    return len(call.args) == 1 and not levels & {Level.AGGREGATE, Level.WINDOW}


def _policy(name: Name) -> Node:
    if name.word.upper() not in POLICIES:
        raise Faulty("E-FORMULA-POLICY", name.at, found=name.word, known=" ".join(POLICIES))
    return Name(name.word.upper(), name.at) if POLICIES[name.word.upper()] is None else Number(0.0, name.at)


def _aggregate(call: Call, scope: Scope, places: _Places) -> Aggregate:
    name, counts = call.name.removesuffix("IFS"), call.name.endswith("IFS")
    where = conditions(call, scope) if counts or name in ("RETAINED", "REPEATED") else ()
    value, kind = (Truth(True, call.at), Kind.TRUTH) if call.name == "COUNTIFS" else row(call.args[0], scope)
    if name in ("SUM", "AVERAGE", "MIN", "MAX", "PERCENTILE") and kind is not Kind.NUMBER:
        raise Faulty("E-FORMULA-KIND", call.args[0].at, found=kind.value, wanted=Kind.NUMBER.value)
    number, occasion = 0.0, None
    if name == "PERCENTILE":
        number = _share(filled(call.args[1], scope))
    if name == "REPEATED":
        occasion = row(call.args[1], scope)[0]
        number = _share(filled(call.args[2], scope), most=1e9)
    spoken = _spoken((value, *where, *((occasion,) if occasion else ())))
    grain = scope.catalog.grain(spoken)
    if grain is None:
        code = "E-FORMULA-NO-COLUMN" if not spoken else "E-FORMULA-UNRELATED"
        raise Faulty(code, call.at, tables=" ".join(spoken))
    time = _placed(grain, places.times, scope.catalog)
    if time is None:
        raise Faulty("E-FORMULA-TIME", call.at, table=grain)
    unit = _placed(grain, places.units, scope.catalog)
    played = {*_spoken((value, *where)), *tables(time), *(tables(unit) if unit else ()), grain}
    keep = tuple(each for each in scope.keep if set(tables(each)) <= played)
    return Aggregate(
        RENAMED.get(name, name), grain, value, time, unit, where, keep, number, occasion, call.at
    )


def _spoken(nodes: tuple[Node, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(table for node in nodes for table in tables(node)))


def _share(node: Node, most: float = 1.0) -> float:
    if not (isinstance(node, Number) and 0 <= node.value <= most):
        raise Faulty("E-FORMULA-LITERAL", node.at)
    return node.value


def _placed(table: str, places: tuple[Node, ...], catalog: Catalog) -> Node | None:
    """The place that belongs to a table: a column of its own before one that its rows lead to."""
    own = [each for each in places if set(tables(each)) <= {table}]
    led = [each for each in places if all(catalog.path(table, other) is not None for other in tables(each))]
    return next(iter((*own, *led)), None)


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


