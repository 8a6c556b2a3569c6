"""Raw data as the checks of a plan look at them: columns, freshness, and what formulas lack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from kpi_xl.book.plan_health.material import Raw, RawTable
from kpi_xl.book.raw_sheets.formula_names import components
from kpi_xl.commands.raw_figures import Asked
from kpi_xl.commands.raw_freshness import GRACE, newest
from kpi_xl.commands.raw_handoffs import handoff_flows
from kpi_xl.commands.raw_library import Library
from kpi_xl.model.inputs import Inputs
from kpi_xl.model.params import Problem
from kpi_xl.model.periods import Period
from kpi_xl.scoring.handoffs import Flow
from kpi_xl.scoring.people.tenure import working_days


@dataclass(frozen=True, slots=True)
class RawHealth:
    """What the checks of a plan see of the raw data."""

    raw: Raw
    components: Mapping[str, frozenset[str]]    # indicators that a formula is made of
    flows: Mapping[tuple[str, str], Flow]       # hand-offs, by giver and receiver


def raw_health(asked: Asked, inputs: Inputs, today: date) -> RawHealth:
    """What the checks see.

    Parameters
    ----------
    asked
        Raw data that are open.
    inputs
        Of the book, with the period that is judged.
    today
        Until when rows that are not there have been missing.
    """
    library = asked.library
    raw = Raw(
        tables=_tables(asked, inputs.settings.period, today),
        needs=library.needs,
        values={name: each.value for name, each in asked.figures.items() if each.value is not None},
        faults={each.kpi: Problem(each.fault.code, each.fault.facts) for each in reversed(library.findings)},
    )
    return RawHealth(raw, components(library.formulas, library.catalog), handoff_flows(asked, inputs))


def _tables(asked: Asked, period: Period, today: date) -> Mapping[str, RawTable]:
    filled = _filled(asked.library)
    reached: dict[str, date] = {}
    for (_, table), day in (newest(asked.raw.store, asked.sources) if asked.raw.store else {}).items():
        reached[table] = min(reached.get(table, day), day)      # a table is as late as the latest of its sources
    return {
        name: RawTable(
            fields=frozenset(columns),
            filled=filled.get(name, frozenset()),
            newest=reached.get(name),
            lag=_lag(reached[name], period, today) if name in reached else None,
        )
        for name, columns in asked.library.catalog.tables.items()
    }


def _filled(library: Library) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for table, column in library.filled:
        found.setdefault(table, set()).add(column)
    return {table: frozenset(columns) for table, columns in found.items()}


def _lag(reached: date, period: Period, today: date) -> float:
    return 0.0 if reached + GRACE >= period.end else float(working_days(period.end + GRACE, today))
