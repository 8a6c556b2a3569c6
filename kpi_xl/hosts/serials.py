"""Dates as the numbers a workbook keeps, and the number formats that make a number a date."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

_EPOCH_1900 = datetime(1899, 12, 30)
_EPOCH_1904 = datetime(1904, 1, 1)
_LEAP_DAY_THAT_NEVER_WAS = 60
_LAST_SERIAL = 2_958_466            # the day after 9999-12-31, in days of the 1900 system
_DAYS_BETWEEN_SYSTEMS = 1462
_MILLISECONDS = 86_400_000
_BUILT_IN_DATES = frozenset((*range(14, 18), 22, *range(27, 32), 36, *range(50, 55), 57, 58))
"""Numbers of formats with a calendar date that a file may use without spelling them out, those of zh-CN included.

Source: ECMA-376 Part 1, 18.8.30 numFmt, formats for all languages and for zh-cn.
"""

_LITERALS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]|General', re.IGNORECASE)


def is_built_in_date(number_format: int) -> bool:
    """Whether a built-in number format shows a calendar date (times of day and durations are plain numbers)."""
    return number_format in _BUILT_IN_DATES


def is_date_format(code: str) -> bool:
    """Whether a number format code shows a calendar date.

    >>> is_date_format('yyyy"年"m"月"'), is_date_format("[h]:mm"), is_date_format('0.0"days"')
    (True, False, False)
    """
    letters = _LITERALS.sub("", code).partition(";")[0].lower()
    if "[" in letters:                  # elapsed hours, minutes or seconds
        return False
    return any(token in letters for token in ("y", "d", "aaa")) or ("m" in letters and not {"h", "s"} & set(letters))


def from_serial(serial: float, *, is_1904: bool) -> datetime | None:
    """Date of a serial number to the millisecond; None where no calendar has one."""
    last = _LAST_SERIAL - _DAYS_BETWEEN_SYSTEMS if is_1904 else _LAST_SERIAL
    if not (0 if is_1904 else 1) <= serial < last:
        return None
    if is_1904:
        epoch = _EPOCH_1904
    elif serial < _LEAP_DAY_THAT_NEVER_WAS:
        epoch = _EPOCH_1900 + timedelta(days=1)
    else:
        epoch = _EPOCH_1900
    days, fraction = divmod(serial, 1.0)
    try:
        return epoch + timedelta(days=days, milliseconds=round(fraction * _MILLISECONDS))
    except OverflowError:
        return None


def to_serial(date: datetime, *, is_1904: bool) -> float:
    """Serial number of a date, in days."""
    days = (date - (_EPOCH_1904 if is_1904 else _EPOCH_1900)) / timedelta(days=1)
    return days if is_1904 or days >= _LEAP_DAY_THAT_NEVER_WAS + 1 else days - 1
