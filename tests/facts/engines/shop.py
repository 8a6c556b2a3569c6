"""Canonical tables for the tests of formulas: all of them, empty but for the rows given, in DuckDB."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import duckdb

from kpi_xl.facts.engines.compute import RawFact, compute
from kpi_xl.facts.engines.duck import DuckEngine
from kpi_xl.facts.engines.engine import Engine, catalog_of
from kpi_xl.facts.formula.measure import Formulas, Measure, Rules, measures
from kpi_xl.facts.formula.shipped import shipped, shipped_rules
from kpi_xl.facts.raw.layouts import layouts

EXTRA = {"tickets": {"sku_id": "VARCHAR"}}
LATER = datetime(2026, 1, 1)
Rows = Sequence[Mapping[str, Any]]


def columns(table: str) -> Mapping[str, str]:
    """SQL types of a loaded table's columns."""
    return {**layouts()[table].columns, **EXTRA.get(table, {})}


def open_shop(**rows: Rows) -> DuckEngine:
    """Every canonical table; rows are numbered as they stand in their sheet, the heading being the first."""
    connection = duckdb.connect()
    for table in layouts():
        types = columns(table)
        connection.execute(f'CREATE TABLE "{table}" ({", ".join(f"""{name} {kind}""" for name, kind in types.items())})')
        numbered = [
            {"src_file": f"{table}.xlsx", "src_sheet": "Sheet1", "src_row": number} | dict(given)
            for number, given in enumerate(rows.get(table, ()), 2)
        ]
        names = sorted({name for row in numbered for name in row})
        assert set(names) <= set(types), set(names) - set(types)
        for some in batched(numbered, 500):
            marks = ", ".join(f"({', '.join('?' * len(names))})" for _ in some)
            values = [row.get(name) for row in some for name in names]
            connection.execute(f'INSERT INTO "{table}" ({", ".join(names)}) VALUES {marks}', values)
    return DuckEngine(connection)


def batched(rows: list[dict[str, Any]], size: int) -> list[list[dict[str, Any]]]:
    return [rows[start : start + size] for start in range(0, len(rows), size)]


def known(engine: Engine, *more: Formulas, variants: Mapping[str, str] | None = None) -> dict[str, Measure]:
    """The shipped indicators and more, bound to an engine's tables."""
    codes = {each.kpi for each in more}
    texts = [each for each in shipped(variants) if each.kpi not in codes]
    good, findings = measures([*texts, *more], catalog_of(engine), shipped_rules())
    assert findings == ()
    return {each.kpi: each for each in good}


def facts(
    engine: Engine, kpi: str | Formulas, *periods: str, cut_off: datetime = LATER, variant: str = ""
) -> dict[tuple[str, str], RawFact]:
    """Facts of one indicator, by period and unit."""
    more = (kpi,) if isinstance(kpi, Formulas) else ()
    code = kpi.kpi if isinstance(kpi, Formulas) else kpi
    library = known(engine, *more, variants={code: variant} if variant else None)
    found = compute(engine, [library[code]], periods, cut_off=cut_off, by_unit=True, library=list(library.values()))
    return {(each.period, each.unit): each for each in found}


def fact(
    engine: Engine, kpi: str | Formulas, period: str, unit: str = "", cut_off: datetime = LATER, variant: str = ""
) -> RawFact | None:
    """One fact, or None where there is nothing to say."""
    return facts(engine, kpi, period, cut_off=cut_off, variant=variant).get((period, unit))


def number(engine: Engine, num: str, period: str = "2024-01", unit: str = "", **fields: str) -> float | None:
    """Value of one formula over orders by payment, unless its fields say otherwise."""
    given = {"time": "orders[pay_time]", "unit": "orders[unit_id]"} | fields
    good, findings = measures([Formulas("XX", num, **given)], catalog_of(engine), Rules(shipped_rules().settings))
    assert findings == (), findings
    found = compute(engine, good, [period], cut_off=LATER, by_unit=True)
    return next((each.num for each in found if each.unit == unit), None)
