"""Joiners, leavers and people on leave: who is appraised, and against how much of a target."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from kpi_xl.errors import MethodError
from kpi_xl.scoring.rounding import excel_round

SHORTEST = {"M": Fraction(1, 2), "Q": Fraction(1, 3), "H": Fraction(1, 3), "Y": Fraction(1, 3)}
"""Least part of a period's working days that is appraised, by its kind; a custom period is taken as a month."""
LONGEST_LEAVE = Fraction(1, 3)
"""Part of a period that somebody may be on leave and still be appraised as if present."""
FRIDAY = 4


@dataclass(frozen=True, slots=True)
class Tenure:
    """How long somebody was there in one period."""

    days: int                           # calendar days
    working_days: int
    period_days: int
    period_working_days: int

    @property
    def share(self) -> float:
        """Calendar days of the period; of additive targets, and of a bonus."""
        return self.days / self.period_days


def tenure(
    first: date,
    last: date,
    start: date,
    end: date,
    closed: Collection[date] = (),
    opened: Collection[date] = (),
) -> Tenure:
    """Days from `first` to `last` in the period from `start` to `end`, inclusive.

    Parameters
    ----------
    closed, opened : collection of date
        Weekdays that are holidays, and days of a weekend that are worked.

    >>> tenure(date(2024, 8, 17), date(2025, 12, 31), date(2024, 7, 1), date(2024, 9, 30)).days
    45
    """
    since, until = max(first, start), min(last, end)
    return Tenure(
        max(0, (until - since).days + 1),
        working_days(since, until, closed, opened),
        (end - start).days + 1,
        working_days(start, end, closed, opened),
    )


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


def after_leave(there: Tenure, leave_days: int, leave_working_days: int, *, shortens: bool = False) -> Tenure | None:
    """Presence after leave; None for EXCLUDED.

    Leave of up to a third of the period changes nothing; more excludes, or shortens the presence.

    Raises
    ------
    MethodError
        ``E-LEAVE-DAYS``: more leave than presence, or less than none.
    """
    if not (0 <= leave_days <= there.days and 0 <= leave_working_days <= there.working_days):
        raise MethodError("E-LEAVE-DAYS", found=leave_days, wanted=there.days)
    if leave_days <= LONGEST_LEAVE * there.period_days:
        return there
    if not shortens:
        return None
    return Tenure(
        there.days - leave_days,
        there.working_days - leave_working_days,
        there.period_days,
        there.period_working_days,
    )


def target_for(target: float | None, there: Tenure, decimals: int, *, is_additive: bool) -> float | None:
    """An anchor for part of a period: an amount pro rata, a rate as it is.

    >>> target_for(300, Tenure(45, 31, 92, 66), 2, is_additive=True)
    146.74
    """
    if target is None or not is_additive:
        return target
    return excel_round(target * there.days / there.period_days, decimals)
