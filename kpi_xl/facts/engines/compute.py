"""Facts of indicators: numerator, denominator and sample, per period and unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from kpi_xl.facts.engines.engine import Engine, catalog_of
from kpi_xl.facts.engines.evaluate import COMPANY, Cell, Place, Results, needs, ratio, units, value
from kpi_xl.facts.engines.reach import Reach
from kpi_xl.facts.formula.catalog import Catalog
from kpi_xl.facts.formula.measure import Finding, Formulas, Measure, Rules, measures
from kpi_xl.facts.formula.shipped import shipped, shipped_rules
from kpi_xl.facts.formula.tree import Aggregate, Call, Name, walk
from kpi_xl.facts.sql.windows import Window, window

if TYPE_CHECKING:
    from kpi_xl.facts.sql.aggregates import Query


@dataclass(frozen=True, slots=True)
class RawFact:
    """One indicator of one unit ("" for the company) in one period, from raw rows."""

    kpi: str
    period: str
    unit: str
    num: float
    den: float | None
    n: float | None
    value: float | None


@dataclass(frozen=True, slots=True)
class RawRow:
    """A raw row that a fact is made of; `row` is 0 where its table does not say which it is."""

    side: str                           # num or den
    table: str
    file: str
    sheet: str
    row: int
    value: str                          # what the row brings: an amount, or the key that is counted


def bind(
    engine: Engine, formulas: Sequence[Formulas] = (), rules: Rules | None = None
) -> tuple[tuple[Measure, ...], tuple[Finding, ...]]:
    """Indicators ready to be computed in an engine, the shipped ones unless told otherwise, and what is wrong."""
    return measures(formulas or shipped(), catalog_of(engine), shipped_rules() if rules is None else rules)


def compute(
    engine: Engine,
    wanted: Sequence[Measure],
    periods: Mapping[str, Window] | Iterable[str],
    *,
    cut_off: datetime,
    by_unit: bool = False,
    library: Sequence[Measure] = (),
) -> tuple[RawFact, ...]:
    """Facts of indicators, in the order of the indicators, periods and units.

    Parameters
    ----------
    wanted
        What to compute; what other indicators they name must be among them or in `library`.
    periods
        Codes of calendar periods, or windows of any length by their code.
    cut_off
        The moment from which one looks back: what is open then has lasted until then, a cohort whose time is not over
        then is not mature.
    by_unit
        Facts of each unit too; of an indicator whose tables know no unit there is only the company's.
    """
    windows = dict(periods) if isinstance(periods, Mapping) else {code: window(code) for code in periods}
    known = {each.kpi: each for each in (*library, *wanted)}
    asked: dict[Aggregate, set[Window]] = {}
    for measure in wanted:
        for each in windows.values():
            for aggregate, inner in _needs(measure, each, known):
                asked.setdefault(aggregate, set()).add(inner)
    apart = by_unit or any(_looks_at_units(each) for each in wanted)
    results = _results(engine, asked, catalog_of(engine), cut_off, known, by_unit=apart)
    return tuple(_facts(wanted, windows, results, by_unit=by_unit))


def rows(
    engine: Engine,
    measure: Measure,
    period: str | Window,
    unit: str = COMPANY,
    *,
    cut_off: datetime,
    library: Sequence[Measure] = (),
) -> tuple[RawRow, ...]:
    """The raw rows that one fact is made of, by side, table, file, sheet and row.

    Parameters
    ----------
    unit
        "" for the company. Of a table that knows no unit, all rows of the period are given.
    """
    from kpi_xl.facts.sql.aggregates import Scene
    from kpi_xl.facts.sql.contributing import contributing

    where = window(period) if isinstance(period, str) else period
    known = {each.kpi: each for each in (*library, measure)}
    scene = Scene(catalog_of(engine), cut_off)
    found: list[RawRow] = []
    for side, node in (("num", measure.num), ("den", measure.den)):
        asked: dict[Aggregate, set[Window]] = {}
        for aggregate, inner in needs(node, where, known):
            asked.setdefault(_as_rows(aggregate), set()).add(inner)
        for aggregate, windows in asked.items():
            queries = contributing(aggregate, sorted(windows), unit, scene)
            found += {_raw_row(side, aggregate, each) for query in queries for each in engine.run(query)}
    return tuple(sorted(found, key=lambda row: (row.side != "num", row.table, row.file, row.sheet, row.row, row.value)))


def _as_rows(aggregate: Aggregate) -> Aggregate:
    """The same for all aggregates of the same rows, so that none is shown twice."""
    return replace(aggregate, name="SUM", number=0.0, occasion=None)


def _raw_row(side: str, aggregate: Aggregate, found: Sequence[object]) -> RawRow:
    file, sheet, row, value = ("" if each is None else str(each) for each in found)
    return RawRow(side, aggregate.table, file, sheet, int(row) if row.isdigit() else 0, value)


def _looks_at_units(measure: Measure) -> bool:
    nodes = [node for side in (measure.num, measure.den, measure.n) if side is not None for node in walk(side)]
    return any(isinstance(node, Name) or (isinstance(node, Call) and node.name == "SUMBYUNIT") for node in nodes)


def _needs(measure: Measure, window: Window, known: Mapping[str, Measure]) -> set[tuple[Aggregate, Window]]:
    sides = (measure.num, measure.den, measure.n)
    return {each for side in sides for each in needs(side, window, known)}


def _results(
    engine: Engine,
    asked: Mapping[Aggregate, Iterable[Window]],
    catalog: Catalog,
    cut_off: datetime,
    known: Mapping[str, Measure],
    *,
    by_unit: bool,
) -> Results:
    from kpi_xl.facts.sql.aggregates import Scene, queries

    scene = Scene(catalog, cut_off, by_unit)
    cells: dict[tuple[Aggregate, Window], dict[str, Cell]] = {}
    for query in queries(asked, scene):
        for (place, found, name), cell in _cells(engine, query).items():
            cells.setdefault((query.aggregates[place], found), {})[name] = cell
    return Results(cells, Reach(engine, scene), known)


def _cells(engine: Engine, query: Query) -> dict[tuple[int, Window, str], Cell]:
    """What a query says of each of its aggregates, by window and unit; what is counted in several rounds is added."""
    cells: dict[tuple[int, Window, str], Cell] = {}
    for sql in (query.sql, *query.more):
        for bucket, unit, is_company, *outputs in engine.run(sql):
            found = query.windows.get(int(_number(bucket) or 0))
            if found is None or (unit is None and not is_company):
                continue
            for place in range(len(query.aggregates)):
                cell = Cell(_number(outputs[2 * place]), int(_number(outputs[2 * place + 1]) or 0))
                key = (place, found, COMPANY if is_company else str(unit))
                cells[key] = _sum(cells[key], cell) if key in cells else cell
    return cells


def _sum(one: Cell, other: Cell) -> Cell:
    return Cell((one.value or 0.0) + (other.value or 0.0), one.rows + other.rows)


def _facts(
    wanted: Sequence[Measure],
    windows: Mapping[str, Window],
    results: Results,
    *,
    by_unit: bool,
) -> Iterable[RawFact]:
    for measure in wanted:
        for code, each in windows.items():
            sides = [side for side in (measure.num, measure.den, measure.n) if side is not None]
            found = sorted({unit for side in sides for unit in units(side, each, results)}) if by_unit else ()
            for unit in (COMPANY, *found):
                place = Place(each, unit)
                num, den, n = (value(side, place, results) for side in (measure.num, measure.den, measure.n))
                if num is not None and (measure.den is None or den is not None):
                    yield RawFact(measure.kpi, code, unit, num, den, n, ratio(measure, num, den))


def _number(found: object) -> float | None:
    return None if found is None else float(found)  # type: ignore[arg-type]
