"""From the results of aggregates to the value of a formula: nothing known stays nothing, never zero."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from kpi_xl.facts.engines.reach import Reach
from kpi_xl.facts.formula.catalog import Silence
from kpi_xl.facts.formula.functions import CHOOSING
from kpi_xl.facts.formula.measure import Measure
from kpi_xl.facts.formula.tree import Aggregate, Call, Name, Negative, Node, Number, Operation, Truth
from kpi_xl.facts.sql.windows import Window

COMPANY = ""
"""The unit that stands for all of them."""
ADDS_UP = ("SUM", "COUNT", "DISTINCT", "RETAINED", "REPEATED")


@dataclass(frozen=True, slots=True)
class Cell:
    """What a query says of an aggregate in one window and unit."""

    value: float | None
    rows: int                           # that meet the criteria


@dataclass(frozen=True, slots=True)
class Results:
    """Everything that was asked of the engine."""

    cells: Mapping[tuple[Aggregate, Window], Mapping[str, Cell]]
    reach: Reach
    measures: Mapping[str, Measure] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a formula is evaluated; `strict` takes a window without any row as unknown."""

    window: Window
    unit: str = COMPANY
    strict: bool = False


def value(node: Node | None, place: Place, results: Results) -> float | None:
    """Value of a formula; None where it has none."""
    match node:
        case Number(value=number):
            return number
        case Truth(value=truth):
            return float(truth)
        case Name(word=word):
            return _indicator(results.measures.get(word), place, results)
        case Aggregate():
            return _aggregate(node, place, results)
        case Negative(operand=operand):
            found = value(operand, place, results)
            return None if found is None else -found
        case Operation(sign=sign, left=left, right=right):
            return _operation(sign, value(left, place, results), value(right, place, results))
        case Call():
            return _call(node, place, results)
        case _:
            return None


def ratio(measure: Measure, num: float | None, den: float | None) -> float | None:
    """Value of an indicator from its two sides; a denominator that is not above zero gives none."""
    if num is None or (measure.den is not None and (den is None or den <= 0)):
        return None
    return num if measure.den is None or den is None else measure.factor * num / den


def needs(node: Node | None, window: Window, measures: Mapping[str, Measure]) -> Iterator[tuple[Aggregate, Window]]:
    """Every aggregate that a formula looks at, and the windows in which it does."""
    match node:
        case Aggregate():
            yield node, window
        case Name(word=word) if word in measures:
            for side in (measures[word].num, measures[word].den):
                yield from needs(side, window, measures)
        case Negative(operand=operand):
            yield from needs(operand, window, measures)
        case Operation(left=left, right=right):
            yield from needs(left, window, measures)
            yield from needs(right, window, measures)
        case Call(name=name, args=args) if name != "BEGUN":
            for inner in _windows(node, window):
                for arg in args:
                    yield from needs(arg, inner, measures)


def _windows(call: Call, window: Window) -> tuple[Window, ...]:
    """In which windows the argument of a call is evaluated."""
    match call.name:
        case "SUMBYDAY" | "AVERAGEBYDAY" | "FIRSTDAY" | "LASTDAY":
            return window.by_day
        case "SUMBYMONTH" | "AVERAGEBYMONTH":
            return window.by_month
        case "PREVIOUS":
            return (window.previous,)
        case "YEARAGO":
            return (window.year_ago,)
        case "YEARTODATE":
            return (window.year_to_date,)
        case "DAYSAGO":
            return (window.days_ago(_days(call)),)
        case "TRAILING":
            return (window.trailing(_days(call)),)
        case _:
            return (window,)


def _days(call: Call) -> float:
    days = call.args[1]
    return days.value if isinstance(days, Number) else 0.0


def _indicator(measure: Measure | None, place: Place, results: Results) -> float | None:
    if measure is None:
        return None
    return ratio(measure, value(measure.num, place, results), value(measure.den, place, results))


def _aggregate(aggregate: Aggregate, place: Place, results: Results) -> float | None:
    if place.unit != COMPANY and aggregate.unit is None:
        return None
    cells = results.cells.get((aggregate, place.window), {})
    silence = results.reach.silence(aggregate.table)
    nothing = 0.0 if aggregate.name in ADDS_UP else None
    cell = cells.get(place.unit)
    if cell is not None:
        # no row meets the criteria: a sum of nothing; rows meet them but are blank: nothing is known
        return cell.value if cell.rows else nothing if silence is not Silence.NOT_STATED else None
    if silence is not Silence.NONE_HAPPENED:
        return None
    happened = COMPANY in cells or (not place.strict and results.reach.covers(aggregate, place.window))
    return nothing if happened else None


def _operation(sign: str, left: float | None, right: float | None) -> float | None:
    if left is None or right is None:
        return None
    try:
        return float(OPERATIONS[sign](left, right))
    except (ZeroDivisionError, OverflowError, TypeError):
        return None


def _call(call: Call, place: Place, results: Results) -> float | None:
    name, args = call.name, call.args
    if name in FOLDS:
        strict = place.strict or name in BY_DAY
        places = (Place(window, place.unit, strict) for window in _windows(call, place.window))
        return FOLDS[name]([value(args[0], each, results) for each in places])
    if name in MOVED:
        return value(args[0], Place(_windows(call, place.window)[0], place.unit, place.strict), results)
    if name == "ALLUNITS":
        return value(args[0], Place(place.window, COMPANY, place.strict), results)
    if name == "SUMBYUNIT":
        return _sum_by_unit(args[0], place, results)
    if name == "BEGUN":
        counted = args[0]
        return float(isinstance(counted, Aggregate) and results.reach.has_begun(counted, place.window, place.unit))
    if name == "PERIODDAYS":
        return place.window.days
    if name == "IF":
        return _if(call, place, results)
    found = [value(each, place, results) for each in args]
    if name == "IFERROR":
        return found[0] if found[0] is not None else found[1]
    if name == "ISBLANK":
        return float(found[0] is None)
    known = [each for each in found if each is not None]
    enough = bool(known) if name in CHOOSING else len(known) == len(found)
    return SCALARS[name](known) if enough else None


def _sum_by_unit(node: Node, place: Place, results: Results) -> float | None:
    """For the company, the sum over its units of what each comes to; for a unit, its own."""
    if place.unit != COMPANY:
        return value(node, place, results)
    places = (Place(place.window, unit, place.strict) for unit in units(node, place.window, results))
    return _sum_of_known([value(node, each, results) for each in places])


def units(node: Node, window: Window, results: Results) -> tuple[str, ...]:
    """The units of which any row is there that a formula looks at."""
    keys = set(needs(node, window, results.measures))
    return tuple(sorted({unit for key in keys for unit in results.cells.get(key, {})} - {COMPANY}))


def _if(call: Call, place: Place, results: Results) -> float | None:
    condition = value(call.args[0], place, results)
    if condition is None:
        return None
    chosen = call.args[1:2] if condition else call.args[2:3]
    return value(chosen[0], place, results) if chosen else None


def _sum_of_known(found: list[float | None]) -> float | None:
    known = [each for each in found if each is not None]
    return sum(known) if known else None


def _mean_of_known(found: list[float | None]) -> float | None:
    """A day without a row is a day that was not measured: it is left out, not taken for zero."""
    known = [each for each in found if each is not None]
    return sum(known) / len(known) if known else None


def _sum_of_months(found: list[float | None]) -> float | None:
    known = [each for each in found if each is not None]
    return sum(known) if len(known) == len(found) else None


def _mean_of_months(found: list[float | None]) -> float | None:
    total = _sum_of_months(found)
    return None if total is None else total / len(found)


def _first(found: list[float | None]) -> float | None:
    return next((each for each in found if each is not None), None)


def _last(found: list[float | None]) -> float | None:
    return _first(found[::-1])


MOVED = ("PREVIOUS", "YEARAGO", "DAYSAGO", "TRAILING", "YEARTODATE")
BY_DAY = ("SUMBYDAY", "AVERAGEBYDAY", "FIRSTDAY", "LASTDAY")
FOLDS: Mapping[str, Callable[[list[float | None]], float | None]] = {
    "SUMBYDAY": _sum_of_known,
    "AVERAGEBYDAY": _mean_of_known,
    "SUMBYMONTH": _sum_of_months,
    "AVERAGEBYMONTH": _mean_of_months,
    "FIRSTDAY": _first,
    "LASTDAY": _last,
}
OPERATIONS: Mapping[str, Callable[[float, float], float]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": lambda left, right: left / right,
    "^": lambda left, right: left**right,
    "=": lambda left, right: float(left == right),
    "<>": lambda left, right: float(left != right),
    "<": lambda left, right: float(left < right),
    "<=": lambda left, right: float(left <= right),
    ">": lambda left, right: float(left > right),
    ">=": lambda left, right: float(left >= right),
}
SCALARS: Mapping[str, Callable[[list[float]], float]] = {
    "AND": lambda found: float(all(found)),
    "OR": lambda found: float(any(found)),
    "NOT": lambda found: float(not found[0]),
    "ABS": lambda found: abs(found[0]),
    "MAX": max,
    "MIN": min,
    "AVERAGE": lambda found: sum(found) / len(found),
}
