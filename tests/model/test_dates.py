"""The grammar of dates and periods: every row of the fixture table of §10.3, and what surrounds it."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, to_excel

from kpi_xl.model.dates import YEARS, parse_date
from kpi_xl.model.numbers import Typed
from kpi_xl.model.periods import MONTHS, Period, parse_period

IN_PERIOD_COLUMN = {"is_period_column": True}
BASE_2024 = {"base_year": 2024}

FIXTURES: tuple[tuple[Typed, dict[str, Any], str], ...] = (
    (45292, {}, "2024-01-01 00:00"),
    (45292.75, {}, "2024-01-01 18:00"),
    (202401, IN_PERIOD_COLUMN, "2024-01"),
    (20240105, {}, "2024-01-05 00:00"),
    ("2024年1月", {}, "2024-01"),
    ("2024年1月5日", {}, "2024-01-05 00:00"),
    ("2024/1/5", {}, "2024-01-05 00:00"),
    ("2024.01.05", {}, "2024-01-05 00:00"),
    ("24年1月", {}, "2024-01 ASSUMED_CENTURY"),
    ("1月5日", BASE_2024, "2024-01-05 00:00 ASSUMED_YEAR"),
    ("3月份", BASE_2024, "2024-03 ASSUMED_YEAR"),
    ("2024Q1", {}, "2024Q1"),
    ("2024年第一季度", {}, "2024Q1"),
    ("2024年", {}, "2024"),
    ("2024年度", {}, "2024"),
    ("2024-13", {}, "BAD_DATE"),
    ("2024-02-30", {}, "BAD_DATE"),
    (60, {}, "PRE1900BUG"),
    (202401, {}, "2454-02-24 00:00"),           # outside period columns a number of six digits counts days
    (61, {}, "1900-03-01 00:00"),
    (0, {"uses_1904": True}, "1904-01-01 00:00"),
    ("1/2/2024", {}, "AMBIGUOUS_DATE"),
    ("1/2/2024", {"day_first": True}, "2024-02-01 00:00"),
    ("1/2/2024", {"day_first": False}, "2024-01-02 00:00"),
)
"""As the specification prints them; the last rows are its sentences about serials and the order of day and month."""

BEYOND: tuple[tuple[Typed, dict[str, Any], str], ...] = (
    # cells that hold no text
    (None, {}, "MISSING"), (True, {}, "BAD_TYPE"), (math.nan, {}, "NON_FINITE"), (10**400, {}, "NON_FINITE"),
    (date(2024, 1, 5), {}, "2024-01-05 00:00"), (datetime(2024, 1, 5, 6), {}, "2024-01-05 06:00"),
    ("—", {}, "MISSING"), ("　", {}, "MISSING"), ("#REF!", {}, "EXCEL_ERROR"), ("FALSE", {}, "BAD_TYPE"),
    # counts of days
    (1, {}, "PRE1900BUG"), (60.99, {}, "PRE1900BUG"), (0.75, {}, "BAD_DATE"), (-1, {}, "BAD_DATE"),
    (2958465, {}, "9999-12-31 00:00"), (2958466, {}, "BAD_DATE"), (1e16, {}, "BAD_DATE"),
    ("45292", {}, "2024-01-01 00:00"), (45291.999999999, {}, "2024-01-01 00:00"),
    (60, {"uses_1904": True}, "1904-03-01 00:00"), (43830, {"uses_1904": True}, "2024-01-01 00:00"),
    (-0.5, {"uses_1904": True}, "BAD_DATE"),
    (2024, {}, "AMBIGUOUS_DATE"), (2024.5, {}, "AMBIGUOUS_DATE"), (2024, IN_PERIOD_COLUMN, "2024"),
    ("2024.123", {}, "AMBIGUOUS_DATE"), (45292, IN_PERIOD_COLUMN, "2024-01-01 00:00"),
    # digits
    ("202412", IN_PERIOD_COLUMN, "2024-12"), (202413, IN_PERIOD_COLUMN, "BAD_DATE"),
    (210012, IN_PERIOD_COLUMN, "2100-12"), (189912, IN_PERIOD_COLUMN, "2419-12-16 00:00"),
    (20241301, {}, "BAD_DATE"), ("20240105 18:30", {}, "2024-01-05 18:30"),
    ("0202401", IN_PERIOD_COLUMN, "2454-02-24 00:00"),
    # days
    ("2024-01-05 18:30:15.5", {}, "2024-01-05 18:30:15.500000"),
    ("2024-01-05 18:30:15", {}, "2024-01-05 18:30:15"), ("2024-01-05T18:30", {}, "2024-01-05 18:30"),
    ("２０２４年１月５日　18:30", {}, "2024-01-05 18:30"), ("'2024 年 1 月 5 日", {}, "2024-01-05 00:00"),
    ("2024-01-05 24:00", {}, "BAD_DATE"), ("2024-01-05T18:30Z", {}, "BAD_DATE"), ("2024-1/5", {}, "BAD_DATE"),
    ("2月29日", {"base_year": 2023}, "BAD_DATE"), ("1月5日", {}, "BAD_DATE"), ("1月5日", {"base_year": 24}, "BAD_DATE"),
    ("1899-12-31", {}, "BAD_DATE"), ("99年12月31日", {}, "1999-12-31 00:00 ASSUMED_CENTURY"),
    ("50年1月", {"base_year": 2020}, "2050-01 ASSUMED_CENTURY"),
    # day and month in either order
    ("25/12/2024", {}, "2024-12-25 00:00"), ("12/25/2024", {}, "2024-12-25 00:00"),
    ("5/5/2024", {}, "2024-05-05 00:00"), ("25/12/2024", {"day_first": False}, "BAD_DATE"),
    ("13/13/2024", {}, "BAD_DATE"), ("24-01-05", {}, "AMBIGUOUS_DATE"),
    ("1/2/24", {"day_first": True}, "2024-02-01 00:00 ASSUMED_CENTURY"), ("1/5", BASE_2024, "AMBIGUOUS_DATE"),
    ("1/5", BASE_2024 | {"day_first": False}, "2024-01-05 00:00 ASSUMED_YEAR"),
    # months
    ("2024-1", {}, "2024-01"), ("2024/01", {}, "2024-01"), ("2024.01", {}, "2024-01"), ("2024.10", {}, "2024-10"),
    ("2024.1", {}, "AMBIGUOUS_DATE"), (2024.1, IN_PERIOD_COLUMN, "AMBIGUOUS_DATE"),
    (2024.12, IN_PERIOD_COLUMN, "2024-12"),
    ("2024年01月份", {}, "2024-01"), ("1-3月", BASE_2024, "BAD_DATE"), ("10-12月", BASE_2024, "BAD_DATE"),
    ("0月", BASE_2024, "BAD_DATE"),
    # quarters, halves, years
    ("2024-Q2", {}, "2024Q2"), ("2024年3季度", {}, "2024Q3"), ("Q4 2024", {}, "2024Q4"),
    ("24q1", {}, "2024Q1 ASSUMED_CENTURY"), ("四季度", BASE_2024, "2024Q4 ASSUMED_YEAR"), ("2024Q5", {}, "BAD_DATE"),
    ("20241季度", {}, "BAD_DATE"),
    ("2024H2", {}, "2024H2"), ("2024年上半年", {}, "2024H1"), ("下半年", BASE_2024, "2024H2 ASSUMED_YEAR"),
    ("2024H3", {}, "BAD_DATE"), ("上半年", {}, "BAD_DATE"), ("24年度", {}, "2024 ASSUMED_CENTURY"),
    ("2024", {}, "2024"),
    ("abc", {}, "BAD_DATE"), ("2024年第5周", {}, "BAD_DATE"), ("3月15", BASE_2024, "2024-03-15 00:00 ASSUMED_YEAR"),
)  # fmt: skip

moments = st.datetimes(datetime(1900, 3, 1), datetime(2199, 12, 31)).map(
    lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000)
)
options = st.fixed_dictionaries({
    "base_year": st.one_of(st.none(), st.integers()),
    "is_period_column": st.booleans(),
    "uses_1904": st.booleans(),
    "day_first": st.sampled_from((None, True, False)),
})  # fmt: skip


@st.composite
def periods(draw: st.DrawFn) -> Period:
    kind = draw(st.sampled_from(sorted(MONTHS)))
    return Period(draw(st.sampled_from(YEARS)), kind, draw(st.integers(1, 12 // MONTHS[kind])))


def read(value: Typed, **known: Any) -> str:
    """What was read, in one line: the value or else the code, then what was taken for granted."""
    parsed = parse_date(value, **known)
    assert (parsed.value is None) == (parsed.code != "OK")
    shown = str(parsed.value) if isinstance(parsed.value, Period) else f"{parsed.value}".removesuffix(":00")
    return " ".join((parsed.code if parsed.value is None else shown, *parsed.warnings))


@pytest.mark.parametrize(("value", "known", "wanted"), FIXTURES)
def test_the_fixtures_of_the_specification(value: Typed, known: dict[str, Any], wanted: str) -> None:
    assert read(value, **known) == wanted


@pytest.mark.parametrize(("value", "known", "wanted"), BEYOND)
def test_what_surrounds_them(value: Typed, known: dict[str, Any], wanted: str) -> None:
    assert read(value, **known) == wanted


@given(periods(), st.booleans())
def test_the_code_of_a_period_is_read_in_any_column(period: Period, is_period_column: bool) -> None:
    text = str(period)
    assert parse_date(text, is_period_column=is_period_column).value == period == parse_period(text)
    assert parse_date(f" {text.lower()}\u3000", is_period_column=is_period_column).value == period


@given(periods())
def test_chinese_names_of_periods(period: Period) -> None:
    names = {
        "M": f"{period.year}年{period.number}月",
        "Q": f"{period.year}年第{'一二三四'[(period.number - 1) % 4]}季度",
        "H": f"{period.year}年{'上下'[(period.number - 1) % 2]}半年",
        "Y": f"{period.year}年度",
    }
    name = names[period.kind]
    assert parse_date(name).value == period
    if period.kind != "Y":
        assert read(name.removeprefix(f"{period.year}年"), base_year=period.year) == f"{period} ASSUMED_YEAR"


@given(moments)
def test_a_moment_is_read_as_it_is_printed(moment: datetime) -> None:
    assert parse_date(str(moment)).value == parse_date(moment.isoformat()).value == moment
    day = datetime(moment.year, moment.month, moment.day)
    for text in (f"{day:%Y%m%d}", f"{day:%Y/%m/%d}", f"{day.year}.{day.month}.{day.day}", f"{day:%Y年%m月%d日}"):
        assert parse_date(text).value == day
    assert parse_date(f"{day:%d/%m/%Y}", day_first=True).value == day
    assert parse_date(f"{day:%m-%d-%Y}", day_first=False).value == day


@given(moments, st.booleans())
def test_counts_of_days_are_those_of_openpyxl(moment: datetime, uses_1904: bool) -> None:
    serial: float = to_excel(moment, CALENDAR_MAC_1904 if uses_1904 else CALENDAR_WINDOWS_1900)
    parsed = parse_date(serial, uses_1904=uses_1904)
    if serial < 0 or int(serial) in YEARS:
        assert parsed.value is None
    else:
        assert isinstance(parsed.value, datetime)
        assert abs(parsed.value - moment) <= timedelta(milliseconds=1)


@given(st.integers(1, 31), st.integers(1, 12), st.sampled_from(YEARS))
def test_a_guess_is_never_made_between_two_days(day: int, month: int, year: int) -> None:
    """Without word of the order, what is read is what both orders agree on."""
    text = f"{day}/{month}/{year}"
    either = {parse_date(text, day_first=day_first).value for day_first in (True, False)} - {None}
    unsaid = parse_date(text).value
    assert unsaid == (either.pop() if len(either) == 1 else None)


@given(st.integers(0, 99), st.sampled_from(YEARS))
def test_a_short_year_is_taken_in_the_nearest_century(short: int, base_year: int) -> None:
    period = parse_date(f"{short:02}年", base_year=base_year).value
    assert isinstance(period, Period)
    assert period.year % 100 == short
    assert abs(period.year - base_year) <= 50 or period.year // 100 in (19, 21)


@given(st.one_of(st.text(), st.text("0123456789年月日季度上下半第一q h/.-:tT", max_size=14)), options)
def test_any_text_has_an_answer(text: str, known: dict[str, Any]) -> None:
    parsed = parse_date(text, **known)
    assert (parsed.value is None) == (parsed.code != "OK")
    assert parsed.value is None or any(character in "一二三四上下" or character.isdigit() for character in text)


@given(st.one_of(st.floats(), st.integers(), st.integers(0, 3_000_000), st.integers(189_000, 211_000)), options)
def test_any_number_has_an_answer(number: float, known: dict[str, Any]) -> None:
    parsed = parse_date(number, **known)
    assert (parsed.value is None) == (parsed.code != "OK")
