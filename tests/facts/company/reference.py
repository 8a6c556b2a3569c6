"""All 67 indicators as plain functions over tables, straight from the domain specification, 2.2 and 2.3.

Written to be read, and by nobody who writes the product: where the two differ, one of them is wrong. Each function states
the choice it makes where the specification leaves one. Choices that all of them share:

- a period is half-open, [start, end), of whole months; a unit sees its own rows of every table that knows units;
- test and excluded orders leave numerator and denominator; a parent row with children in the table is their envelope;
- cut-off = the day after the calendar's last; a case that is open then has lasted until then;
- a sum over no rows is 0 in a numerator or a denominator; a value that nothing was observed for (n = 0, den ≤ 0) is NaN.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import wraps

import pandas as pd

from tests.facts.company.customers import CUSTOMERS
from tests.facts.company.finance import FINANCE
from tests.facts.company.operations import OPERATIONS
from tests.facts.company.rows import Fact, Inner, Measure, Tables, Time, of_unit, prepared
from tests.facts.company.teamwork import TEAMWORK


def by_unit(measure: Inner) -> Measure:
    """The same indicator of one unit: its own rows and no others."""

    @wraps(measure)
    def measured(tables: Tables, start: Time, end: Time, unit: str | None = None) -> Fact:
        return measure(of_unit(tables, unit), pd.Timestamp(start), pd.Timestamp(end))

    return measured


INNER: Mapping[str, Inner] = {**FINANCE, **CUSTOMERS, **OPERATIONS, **TEAMWORK}
ALL: Mapping[str, Measure] = {kpi: by_unit(measure) for kpi, measure in INNER.items()}


def bounds(period: str) -> tuple[Time, Time]:
    """First day of a period and of the next: 2024-03, 2024Q1, 2024."""
    span = pd.Period(period)
    return span.start_time, (span + 1).start_time


def facts(tables: Tables, periods: Sequence[str], units: Sequence[str | None], kpis: Sequence[str] = tuple(ALL)) -> pd.DataFrame:
    """num, den, n and value of every indicator, indexed by (kpi, period, unit); the whole company is unit ''."""
    rows = {}
    for unit in units:
        own = prepared(of_unit(tables, unit))
        for period in periods:
            start, end = bounds(period)
            rows.update({(kpi, period, unit or ""): INNER[kpi](own, start, end) for kpi in kpis})
    index = pd.MultiIndex.from_tuples(list(rows), names=["kpi", "period", "unit"])
    return pd.DataFrame(list(rows.values()), index=index, columns=list(Fact._fields))
