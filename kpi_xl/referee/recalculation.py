"""What an engine that is not ours makes of a workbook's formulas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from kpi_xl.model.grid import CellError

Value = None | bool | float | str | CellError
Place = tuple[str, str]                     # sheet name, A1 address without "$"

_DAY_ZERO = datetime(1899, 12, 30)
_LEAP_DAY = 61                              # Excel counts a 29 February 1900 that never was; day 61 is 1 March


@dataclass(frozen=True, slots=True)
class Recalculated:
    """The value of every formula cell as one engine computes it; a cell it could not evaluate is absent."""

    engine: str
    version: str
    values: Mapping[Place, Value]
    seconds: float
    booleans: bool = True                   # False where a logical value may come back as the number 1 or 0


def serial(moment: date | time) -> float:
    """Excel's number of a date or a time of day, in days.

    >>> serial(date(2026, 1, 31)), serial(date(1900, 1, 1)), serial(time(6))
    (46053.0, 1.0, 0.25)
    """
    if isinstance(moment, time):
        return (datetime.combine(_DAY_ZERO, moment) - _DAY_ZERO).total_seconds() / 86400
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time())
    days = (moment - _DAY_ZERO).total_seconds() / 86400
    return days if days >= _LEAP_DAY else days - 1
