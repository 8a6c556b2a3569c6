"""What a person says of the data: which source feeds which table, and how its cells are meant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from kpi_xl.model.issue import Issue

if TYPE_CHECKING:
    import pyarrow

RateUnit = Literal["auto", "fraction", "percent"]
Severity = Literal["REJECT", "WARN", "FIXED"]
Rows: TypeAlias = "Iterable[tuple[object, ...]]"
"""Rows of cells as a host hands them over; the first may be headings."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A raw sheet of the workbook itself."""

    sheet: str
    cells: pyarrow.Table | Rows  # columns of an arrow table are taken in order; its names are no row
    first_row: int = 1  # number of the first row on the sheet
    book: str = ""
    uses_1904: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """One row of the register of data sources.

    `table` is a canonical table; blank means that file or sheet is named after one, and every table that is found is
    loaded. `mapping` names a shipped mapping, or is the path of one; then the tables are the mapping's.
    """

    table: str = ""
    place: Path | Grid | None = None  # a file, a folder, a zip, or a grid
    sheet: str = ""  # of a workbook; blank is the sheet named after the table, or the only one
    mapping: str = ""
    name: str = ""  # how the source is called; the default is the name of its file or sheet
    time_zone: str = ""  # of its times; blank is the time zone of the settings
    total: float | None = None  # what the rows must sum to by another system
    total_column: str = ""  # column of that sum; blank counts rows
    tolerance: float = 0.0  # share of the total that may be missing or surplus
    time_order: Severity = "REJECT"  # what becomes of a row whose times run backwards
    day_first: bool | None = None  # of 1/2/2024
    fill_down: bool = False  # blank dimension cells repeat the one above, merged or not


@dataclass(frozen=True, slots=True)
class LoadSettings:
    """What all sources share."""

    time_zone: str = "Asia/Shanghai"
    base_currency: str = "CNY"
    base_year: int | None = None  # of dates without a year
    aliases: Mapping[str, str] = field(default_factory=dict)  # heading, or table.heading -> column
    enums: Mapping[str, str] = field(default_factory=dict)  # table.column.spelling -> code
    rate_units: Mapping[str, RateUnit] = field(default_factory=dict)  # table.column -> unit
    units: frozenset[str] = frozenset()  # known units; empty: those of the table org
    as_of: datetime | None = None  # later times are flagged
    closed_until: date | None = None  # rows of a closed period are flagged as late
    time_tolerance: float = 0.0  # seconds that times may run backwards
    fx_days: int = 10  # days that an exchange rate stays good
    most_columns: int = 1_000
    most_bytes: int = 8 << 30  # of one file after unzipping
    most_checked: int = 20_000_000  # rows of one source in which outliers are looked for
    outlier_z: float = 6.0


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the rows of one sheet or file: read is the sum of the others, but for `replaced`."""

    load_id: int
    table: str
    file: str
    sheet: str
    read: int
    accepted: int
    rejected: int
    duplicates: int
    subtotals: int
    blank: int
    replaced: int = 0  # of the accepted, those in whose place a later load has others


@dataclass(frozen=True, slots=True)
class Loading:
    """What a call of `load` did."""

    loads: tuple[int, ...]
    counts: tuple[Counts, ...]
    issues: tuple[Issue, ...]  # sources that could not be loaded, and what to know of the others
