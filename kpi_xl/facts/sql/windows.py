"""Stretches of time: what a period, its months and days are to a query."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from kpi_xl.model.periods import MONTHS, Period, parse_period


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """From `start` up to, but not including, `end`; `kind` M, Q, H, Y, D or, of its own length, ""."""

    start: datetime
    end: datetime
    kind: str = ""

    @property
    def days(self) -> float:
        """Length in days."""
        return (self.end - self.start) / timedelta(days=1)

    @property
    def previous(self) -> Window:
        """The one just before: of the same kind, or as long."""
        if self.kind in MONTHS:
            return _of_months(_shifted(self.start, -MONTHS[self.kind]), self.kind)
        return self.days_ago(self.days)

    @property
    def year_ago(self) -> Window:
        """The same of the year before."""
        return Window(_shifted(self.start, -12), _shifted(self.end, -12), self.kind)

    @property
    def year_to_date(self) -> Window:
        """From New Year of the year it ends in."""
        last = self.end - timedelta(microseconds=1)
        return Window(datetime(last.year, 1, 1), self.end)

    def days_ago(self, days: float) -> Window:
        """The same, so many days earlier."""
        back = timedelta(days=days)
        return Window(self.start - back, self.end - back, "D" if self.kind == "D" else "")

    def trailing(self, days: float) -> Window:
        """So many days, up to the same end."""
        return Window(self.end - timedelta(days=days), self.end)

    @property
    def by_month(self) -> tuple[Window, ...]:
        """Its months; itself where it does not consist of whole months."""
        if not (_begins_month(self.start) and _begins_month(self.end)):
            return (self,)
        found, start = [], self.start
        while start < self.end:
            found.append(_of_months(start, "M"))
            start = found[-1].end
        return tuple(found)

    @property
    def by_day(self) -> tuple[Window, ...]:
        """Its days, from midnight to midnight; the first and last may be cut."""
        found, start = [], self.start
        while start < self.end:
            midnight = datetime.combine(start.date(), time()) + timedelta(days=1)
            end = min(midnight, self.end)
            found.append(Window(start, end, "D" if end == midnight and start.time() == time() else ""))
            start = end
        return tuple(found)

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of all calendar periods that lie inside: what a column of period codes may hold."""
        months = [Period(each.start.year, "M", each.start.month) for each in self.by_month if each.kind == "M"]
        inside = {str(month) for month in months}
        longer = {parse_period(code) for month in months for code in _around(month)}
        return tuple(sorted(inside | {str(each) for each in longer if _months_of(each) <= inside}))


def window(period: Period | str) -> Window:
    """The window of a calendar period: 2024-01, 2024Q1, 2024H1, 2024.

    >>> window("2024Q1").end
    datetime.datetime(2024, 4, 1, 0, 0)
    """
    found = parse_period(period) if isinstance(period, str) else period
    return _of_months(datetime.combine(found.start, time()), found.kind)


def between(start: date, end: date) -> Window:
    """The window from one day to another, both included."""
    return Window(datetime.combine(start, time()), datetime.combine(end, time()) + timedelta(days=1))


def layers(windows: Iterable[Window]) -> tuple[tuple[Window, ...], ...]:
    """Windows in groups in which none overlaps another and all are of one kind, so that a row is in at most one."""
    found: list[list[Window]] = []
    for each in sorted(set(windows), key=lambda window: (window.kind, window.start, window.end)):
        fits = (layer for layer in found if layer[-1].kind == each.kind and layer[-1].end <= each.start)
        layer = next(fits, None)
        if layer is None:
            found.append([each])
        else:
            layer.append(each)
    return tuple(tuple(layer) for layer in found)


def bounds(windows: Sequence[Window]) -> Window:
    """The shortest window that holds them all."""
    return Window(min(each.start for each in windows), max(each.end for each in windows))


def _begins_month(moment: datetime) -> bool:
    return moment.day == 1 and moment.time() == time()


def _shifted(start: datetime, months: int) -> datetime:
    years, month = divmod(start.month - 1 + months, 12)
    year = start.year + years
    day = min(start.day, monthrange(year, month + 1)[1])        # 29 February has no year ago
    return start.replace(year=year, month=month + 1, day=day)


def _of_months(start: datetime, kind: str) -> Window:
    return Window(start, _shifted(start, MONTHS[kind]), kind)


def _around(month: Period) -> tuple[str, ...]:
    quarter, half = (month.number + 2) // 3, (month.number + 5) // 6
    return (f"{month.year}Q{quarter}", f"{month.year}H{half}", f"{month.year}")


def _months_of(period: Period) -> set[str]:
    first = period.start.month
    return {f"{period.year}-{first + step:02d}" for step in range(MONTHS[period.kind])}
