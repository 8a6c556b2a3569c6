"""Joiners and leavers: who was there for long enough to be appraised."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

SHORTEST = {"M": Fraction(1, 2), "Q": Fraction(1, 3), "H": Fraction(1, 3), "Y": Fraction(1, 3)}
"""Least part of a period's working days that is appraised, by its kind; a custom period is taken as a month."""
FRIDAY = 4


@dataclass(frozen=True, slots=True)
class Tenure:
    """How long somebody was there in one period."""

    days: int                           # calendar days
    working_days: int
    period_days: int
    period_working_days: int


def working_days(first: date, last: date, closed: Collection[date] = (), opened: Collection[date] = ()) -> int:
    """Working days from `first` to `last`, both included; none when `last` is earlier.

    >>> working_days(date(2024, 5, 1), date(2024, 5, 12), closed={date(2024, 5, 1)}, opened={date(2024, 5, 11)})
    8
    """
    days = (first + timedelta(each) for each in range((last - first).days + 1))
    return sum(day in opened or (day.weekday() <= FRIDAY and day not in closed) for day in days)


def is_appraised(kind: str, there: Tenure) -> bool:
    """Somebody was there for long enough; one who was not is EXCLUDED.

    Parameters
    ----------
    kind : str
        M, Q, H or Y; a month asks for half of its working days, a longer period for a third.
    """
    least = SHORTEST.get(kind.upper(), SHORTEST["M"])
    if there.period_working_days == 0:
        return there.days >= least * there.period_days
    return there.working_days >= least * there.period_working_days
