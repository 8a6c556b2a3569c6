"""What the parts of the generated company share: its clock, its units, its chance, and how rows become a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pandas as pd

from tests.facts.company import schema

Row = Mapping[str, Any]
UNITS = ("U01", "U02", "U03", "U04")
"""Own shop with B2B inquiries, shop with vouchers, marketplace, and a small one that opens in the third month."""

SIZE = {"U01": 1.0, "U02": 0.8, "U03": 0.7, "U04": 0.12}
SERVICE_HOURS = ("09:00", "21:00")
ROBOT = "BOT"
USD = 7
"""Yuan to the dollar; whole, so that a converted amount needs no rounding."""


@dataclass(slots=True)
class World:
    """One company in the making."""

    chance: Random
    start: datetime
    cut_off: datetime
    scale: float
    rows: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in schema.COLUMNS})

    def add(self, table: str, **row: Any) -> dict[str, Any]:
        self.rows[table].append(row)
        return row

    def known(self, when: datetime | None) -> datetime | None:
        """A time that has come; what lies after the cut-off has not happened yet."""
        return when if when is not None and when < self.cut_off else None

    def days(self) -> list[datetime]:
        return [self.start + timedelta(days=day) for day in range((self.cut_off - self.start).days)]

    def months(self) -> list[datetime]:
        return [day for day in self.days() if day.day == 1]

    def opened(self, unit: str) -> datetime:
        return add_months(self.start, 2) if unit == "U04" else self.start

    def hours(self, mean: float) -> timedelta:
        """A waiting time in whole seconds, never nothing."""
        return timedelta(seconds=round(self.chance.gammavariate(2.0, mean / 2) * 3600) + 1)

    def tables(self) -> dict[str, pd.DataFrame]:
        return {name: table(name, self.rows[name]) for name in schema.COLUMNS}


def add_months(day: datetime, months: int) -> datetime:
    """First days of months only."""
    years, month = divmod(day.month - 1 + months, 12)
    return day.replace(year=day.year + years, month=month + 1)


def weighted(chance: Random, choices: Mapping[str, float]) -> str:
    return chance.choices(list(choices), list(choices.values()))[0]


def table(name: str, rows: Iterable[Row]) -> pd.DataFrame:
    """Typed table with its columns in order; a column that a row does not name is missing there."""
    frame = pd.DataFrame.from_records(list(rows), columns=list(schema.columns(name)))
    return frame.assign(**{column: typed(column, frame[column]) for column in frame.columns})


def typed(column: str, values: pd.Series) -> pd.Series:
    if schema.is_time(column):
        return pd.to_datetime(values, format="ISO8601").astype("datetime64[us]")
    if column in schema.BOOLEANS:
        return values.astype("boolean")
    if column in schema.NUMBERS:
        return pd.to_numeric(values).astype("float64")
    return values.astype("str").where(values.notna(), None).astype("str")


def frames(**rows: Sequence[Row]) -> dict[str, pd.DataFrame]:
    """Every canonical table, empty but for the rows given: a company small enough to count by hand."""
    return {name: table(name, rows.get(name, ())) for name in schema.COLUMNS}
