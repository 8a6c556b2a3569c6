"""Dates and their numbers, against XlsxWriter and openpyxl."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.styles.numbers import BUILTIN_FORMATS
from openpyxl.styles.numbers import is_date_format as openpyxl_is_date
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, to_excel

from kpi_xl.hosts.serials import from_serial, is_built_in_date, is_date_format, to_serial

DATES = st.datetimes(datetime(1904, 1, 2), datetime(9999, 12, 30)).map(
    lambda date: date.replace(microsecond=date.microsecond // 1000 * 1000)
)


@given(DATES, st.booleans())
def test_a_date_survives_the_way_through_its_number(date: datetime, is_1904: bool) -> None:
    back = from_serial(to_serial(date, is_1904=is_1904), is_1904=is_1904)
    assert back is not None
    assert abs(back - date) < timedelta(milliseconds=1)


@given(DATES, st.booleans())
def test_the_number_is_that_of_openpyxl(date: datetime, is_1904: bool) -> None:
    epoch = CALENDAR_MAC_1904 if is_1904 else CALENDAR_WINDOWS_1900
    theirs: float = to_excel(date, epoch)
    assert to_serial(date, is_1904=is_1904) == pytest.approx(theirs, abs=2e-8)


@pytest.mark.parametrize(
    ("serial", "date"),
    [
        (1, datetime(1900, 1, 1)),
        (59, datetime(1900, 2, 28)),
        (59.5, datetime(1900, 2, 28, 12)),
        (61, datetime(1900, 3, 1)),
        (39448, datetime(2008, 1, 1)),
        (2958465, datetime(9999, 12, 31)),
    ],
)
def test_numbers_that_excel_documents(serial: float, date: datetime) -> None:
    """Source: Microsoft, DATE function and "Excel incorrectly assumes that the year 1900 is a leap year"."""
    assert from_serial(serial, is_1904=False) == date
    assert to_serial(date, is_1904=False) == serial


@pytest.mark.parametrize("serial", [-1.0, 0.0, 0.99, 2958466.0, 2958465.9999999995, 1e300])
def test_a_number_without_a_date(serial: float) -> None:
    assert from_serial(serial, is_1904=False) is None


def test_built_in_formats_with_a_date_are_those_whose_text_shows_one() -> None:
    """Number and text of the formats are openpyxl's table of ECMA-376 Part 1, 18.8.30."""
    assert {number for number in BUILTIN_FORMATS if is_built_in_date(number)} == {
        number for number, code in BUILTIN_FORMATS.items() if is_date_format(code)
    }


@given(st.text(alphabet="ymdhs#0., %@/-年月日", max_size=12))
def test_a_date_is_a_date_or_a_time_for_openpyxl(code: str) -> None:
    assert is_date_format(code) <= bool(openpyxl_is_date(code))
    assert bool(openpyxl_is_date(code)) <= (is_date_format(code) or bool({"h", "s"} & set(code)))
