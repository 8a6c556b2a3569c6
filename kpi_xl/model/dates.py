"""The grammar of dates and periods as people type them: 2024/1/5, 20240105, 45292, 24年1月, 2024年第一季度."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from kpi_xl.model.numbers import Typed, parse_number
from kpi_xl.model.periods import Period
from kpi_xl.model.typed_text import clean, is_error_value, is_nothing

DateCode = Literal["OK", "MISSING", "AMBIGUOUS_DATE", "BAD_DATE", "BAD_TYPE", "EXCEL_ERROR", "NON_FINITE", "PRE1900BUG"]
DateWarning = Literal["ASSUMED_CENTURY", "ASSUMED_YEAR"]

YEARS = range(1900, 2200)
"""Years that periods have; a number of days as small as one of these would be a day of 1905."""

_RECENT_YEAR = 2025
_EPOCH = datetime(1899, 12, 30)
_DAYS_BETWEEN_SYSTEMS = 1462
_FIRST_SAFE_SERIAL = 61             # 1 March 1900; the 60th day of the 1900 system never was
_SERIALS = 2_958_466                # the day after 9999-12-31
_MILLISECONDS = 86_400_000
_PERIOD_SERIALS = range(190001, 210013)
_NUMBERS = {"一": 1, "二": 2, "三": 3, "四": 4, "上": 1, "下": 2}


@dataclass(frozen=True, slots=True)
class ParsedDate:
    """A moment or a period as typed: its value when `code` is OK, and what was taken for granted in reading it."""

    value: datetime | Period | None
    code: DateCode = "OK"
    warnings: tuple[DateWarning, ...] = ()


@dataclass(frozen=True, slots=True)
class _Column:
    """What is known of the column that a date stands in."""

    base_year: int | None
    is_period: bool
    uses_1904: bool
    day_first: bool | None
