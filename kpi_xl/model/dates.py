"""The grammar of dates and periods as people type them: 2024/1/5, 20240105, 45292, 24年1月, 2024年第一季度."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from kpi_xl.model.numbers import Typed, parse_number
from kpi_xl.model.periods import MONTHS, Period
from kpi_xl.model.typed_text import clean, is_boolean, is_error_value, is_nothing

DateCode = Literal["OK", "MISSING", "AMBIGUOUS_DATE", "BAD_DATE", "BAD_TYPE", "EXCEL_ERROR", "NON_FINITE", "PRE1900BUG"]
DateWarning = Literal["ASSUMED_CENTURY", "ASSUMED_YEAR"]

YEARS = range(1900, 2200)
"""Years that periods have. A count of days as small as one of these would be a day of 1905: nobody means it."""

_RECENT_YEAR = 2025
_EPOCH = datetime(1899, 12, 30)
_DAYS_BETWEEN_SYSTEMS = 1462
_LEAP_DAY_THAT_NEVER_WAS = 60
_SERIALS = 2_958_466                # the day after 9999-12-31
_MILLISECONDS = 86_400_000
_PERIOD_DIGITS = range(190001, 210013)
_IN_WORDS = {"一": 1, "二": 2, "三": 3, "四": 4, "上": 1, "下": 2}


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


def parse_date(
    value: Typed,
    base_year: int | None = None,
    is_period_column: bool = False,
    uses_1904: bool = False,
    day_first: bool | None = None,
) -> ParsedDate:
    """Moment or period of a cell, or the code that says why there is none.

    Parameters
    ----------
    value : str, float, bool, date or None
        The cell; a number counts days, as a workbook does.
    base_year : int, optional
        Year of what is typed without one; a two-digit year is taken as near to it as can be.
    is_period_column : bool
        Whether 202401 and 2024 are periods rather than counts of days.
    uses_1904 : bool
        Whether the workbook counts days from 1904.
    day_first : bool, optional
        Order of 1/2/2024 in this column; while it is unknown, such dates are refused.

    Returns
    -------
    ParsedDate
        A `Period` where no day is named, else a datetime to the millisecond, without a time zone.

    >>> str(parse_date("24年1月").value), parse_date("24年1月").warnings
    ('2024-01', ('ASSUMED_CENTURY',))
    >>> parse_date(45292.75).value.isoformat(), parse_date("2024-02-30").code
    ('2024-01-01T18:00:00', 'BAD_DATE')
    """
    column = _Column(base_year, is_period_column, uses_1904, day_first)
    if value is None:
        return ParsedDate(None, "MISSING")
    if isinstance(value, bool):
        return ParsedDate(None, "BAD_TYPE")
    if isinstance(value, date):
        return ParsedDate(value if isinstance(value, datetime) else datetime(value.year, value.month, value.day))
    return _of_text(clean(value), column) if isinstance(value, str) else _of_number(value, column)


def _of_number(value: float, column: _Column) -> ParsedDate:
    number = parse_number(value).value
    if number is None:
        return ParsedDate(None, "NON_FINITE")
    if not column.is_period and int(number) in YEARS:
        return ParsedDate(None, "AMBIGUOUS_DATE")
    return _of_form(format(number, ".15g"), column)


def _of_text(cleaned: str, column: _Column) -> ParsedDate:
    if is_nothing(cleaned):
        return ParsedDate(None, "MISSING")
    if is_error_value(cleaned):
        return ParsedDate(None, "EXCEL_ERROR")
    if is_boolean(cleaned):
        return ParsedDate(None, "BAD_TYPE")
    return _of_form(_LOOSE_SPACE.sub("", cleaned), column)


def _of_form(text: str, column: _Column) -> ParsedDate:
    for form, read in _FORMS:
        if match := form.fullmatch(text):
            return read({name: part for name, part in match.groupdict().items() if part}, column)
    return ParsedDate(None, "BAD_DATE")


def _day(found: Mapping[str, str], column: _Column) -> ParsedDate:
    year, warnings = _year(found.get("y"), column)
    moment = _moment(year, found["M"], found["d"], found)
    return ParsedDate(moment, "OK", warnings) if moment else ParsedDate(None, "BAD_DATE")


def _day_in_any_order(found: Mapping[str, str], column: _Column) -> ParsedDate:
    """A day and a month in an order that only the column knows, unless the numbers allow but one."""
    year, warnings = _year(found.get("y"), column)
    day_first = _moment(year, found["b"], found["a"], found)
    month_first = _moment(year, found["a"], found["b"], found)
    if column.day_first is None:
        possible = {moment for moment in (day_first, month_first) if moment}
        is_certain = len(possible) == 1 and not warnings
        moment = possible.pop() if is_certain else None
        return ParsedDate(moment, "OK" if moment else "AMBIGUOUS_DATE" if possible else "BAD_DATE")
    moment = day_first if column.day_first else month_first
    return ParsedDate(moment, "OK", warnings) if moment else ParsedDate(None, "BAD_DATE")


def _period(found: Mapping[str, str], column: _Column) -> ParsedDate:
    year, warnings = _year(found.get("y"), column)
    kind = next((kind for kind in "MQH" if kind in found), "Y")
    text = found.get(kind, "1")
    number = _IN_WORDS.get(text) or int(text)
    if year is None or not 1 <= number <= 12 // MONTHS[kind]:
        return ParsedDate(None, "BAD_DATE")
    return ParsedDate(Period(year, kind, number), "OK", warnings)


def _month_after_a_dot(found: Mapping[str, str], column: _Column) -> ParsedDate:
    """2024.10 loses its zero as soon as a cell takes it for a number, so 2024.1 may be January or October."""
    return ParsedDate(None, "AMBIGUOUS_DATE") if found["M"] == "1" else _period(found, column)


def _serial(found: Mapping[str, str], column: _Column) -> ParsedDate:
    text = found["days"]
    if column.is_period and len(text) == 6 and text.isdecimal() and int(text) in _PERIOD_DIGITS:
        return _period({"y": text[:4], "M": text[4:]}, column)
    if int(float(text)) in YEARS:
        return ParsedDate(None, "AMBIGUOUS_DATE")
    days = float(text) + (_DAYS_BETWEEN_SYSTEMS if column.uses_1904 else 0)
    if 1 <= days < _LEAP_DAY_THAT_NEVER_WAS + 1:
        return ParsedDate(None, "PRE1900BUG")
    milliseconds = round(days * _MILLISECONDS)
    if not _MILLISECONDS <= milliseconds < _SERIALS * _MILLISECONDS:
        return ParsedDate(None, "BAD_DATE")
    return ParsedDate(_EPOCH + timedelta(milliseconds=milliseconds))


def _year(typed: str | None, column: _Column) -> tuple[int | None, tuple[DateWarning, ...]]:
    if typed is None:
        is_known = column.base_year is not None and column.base_year in YEARS
        return column.base_year if is_known else None, ("ASSUMED_YEAR",)
    if len(typed) == 4:
        return int(typed), ()
    near = column.base_year or _RECENT_YEAR
    years = (century + int(typed) for century in (1900, 2000, 2100))
    return min(years, key=lambda year: abs(year - near)), ("ASSUMED_CENTURY",)


def _moment(year: int | None, month: str, day: str, found: Mapping[str, str]) -> datetime | None:
    hour, minute, second = (int(found.get(part, 0)) for part in ("hour", "minute", "second"))
    microsecond = int(found.get("fraction", "").ljust(6, "0"))
    try:
        return None if year is None else datetime(year, int(month), int(day), hour, minute, second, microsecond)
    except ValueError:
        return None


_LOOSE_SPACE = re.compile("(?<![0-9]) | (?![0-9])")
_Y = "(?P<y>(?:19|20|21)[0-9]{2})"
_SHORT_Y = "(?P<y>(?:19|20|21)[0-9]{2}|[0-9]{2}(?=年))"
_BEFORE = "(?:(?P<y>(?:19|20|21)[0-9]{2}|[0-9]{2}(?=[年qh]))[-/年]?)?"
_M, _D = "(?P<M>[0-9]{1,2})", "(?P<d>[0-9]{1,2})"
_TIME = (
    "(?:(?:[ t]|(?<=[日号]))(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})"
    r"(?::(?P<second>[0-9]{2})(?:\.(?P<fraction>[0-9]{1,6}))?)?)?"
)
_Reader = Callable[[Mapping[str, str], _Column], ParsedDate]
_FORMS: tuple[tuple[re.Pattern[str], _Reader], ...] = tuple(
    (re.compile(form), read)
    for form, read in (
        (rf"{_Y}(?P<sep>[-/.]){_M}(?P=sep){_D}{_TIME}", _day),                              # 2024-01-05 18:00
        (rf"(?:{_SHORT_Y}年)?{_M}月{_D}[日号]?{_TIME}", _day),                                # 2024年1月5日, 1月5日
        (rf"{_Y}(?P<M>[0-9]{{2}})(?P<d>[0-9]{{2}}){_TIME}", _day),                          # 20240105
        (rf"{_Y}\.{_M}", _month_after_a_dot),                                               # 2024.01
        (rf"{_Y}[-/]{_M}", _period),                                                        # 2024-01
        (rf"(?:{_SHORT_Y}[-/.年])?{_M}月[份度]?", _period),                                  # 24年1月, 3月份
        (rf"{_BEFORE}q(?P<Q>[1-4])", _period),                                              # 2024Q1
        (rf"q(?P<Q>[1-4])[ /-]{_Y}", _period),                                              # Q1 2024
        (rf"{_BEFORE}第?(?P<Q>(?<![0-9])[1-4]|[一二三四])季度?", _period),                      # 2024年第一季度
        (rf"{_BEFORE}h(?P<H>[12])", _period),                                               # 2024H1
        (rf"h(?P<H>[12])[ /-]{_Y}", _period),                                               # H1 2024
        (rf"{_BEFORE}(?P<H>[上下])半年度?", _period),                                         # 2024年上半年
        (rf"{_SHORT_Y}(?:年(?:度|全年)?)?", _period),                                         # 2024, 24年度
        (r"(?P<days>[0-9]{1,7}(?:\.[0-9]+)?)", _serial),                                    # 45292.75
        (rf"(?P<a>[0-9]{{1,2}})(?P<sep>[-/.])(?P<b>[0-9]{{1,2}})(?P=sep)"
         rf"(?P<y>(?:19|20|21)[0-9]{{2}}|[0-9]{{2}}){_TIME}", _day_in_any_order),             # 25/12/2024
        (r"(?P<a>[0-9]{1,2})[-/](?P<b>[0-9]{1,2})", _day_in_any_order),                     # 1/5
    )
)  # fmt: skip
