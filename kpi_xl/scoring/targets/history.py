"""What an indicator did, period by period: the past that a target is proposed from."""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum

from kpi_xl.errors import MethodError
from kpi_xl.model.periods import MONTHS, Period
from kpi_xl.scoring.weights.shares import LARGEST


@dataclass(frozen=True, slots=True)
class History:
    """Actuals of consecutive periods of one kind, the oldest first; None where nothing was reported.

    Raises
    ------
    MethodError
        ``NON_FINITE``: an actual that is no quantity.

    >>> history = History(Period(2024, "M", 11), (5.0, None, 7.0))
    >>> str(history.last), history.at(Period(2025, "M", 1)), history.at(Period(2025, "M", 2))
    ('2025-01', 7.0, None)
    """

    first: Period
    values: tuple[float | None, ...]

    def __post_init__(self) -> None:
        for value in self.values:
            if value is not None and not abs(value) <= LARGEST:
                raise MethodError("NON_FINITE", found=value)

    @property
    def season(self) -> int:
        """How many of these periods make a year."""
        return 12 // MONTHS[self.first.kind]

    @property
    def last(self) -> Period:
        """The newest period; the one before the first when there is none."""
        return self.first.shift(len(self.values) - 1)

    @property
    def known(self) -> tuple[float, ...]:
        """What was reported, the oldest first."""
        return tuple(value for value in self.values if value is not None)

    def place(self, period: Period) -> int:
        """0-based position of a period, which may lie outside."""
        return (period.year - self.first.year) * self.season + period.number - self.first.number

    def at(self, period: Period) -> float | None:
        """The actual of a period; None where there is none."""
        place = self.place(period)
        return self.values[place] if 0 <= place < len(self.values) else None

    def before(self, period: Period) -> History:
        """What was known before a period began, without the blank periods at either end.

        >>> known = History(Period(2024, "M", 1), (None, 2.0, 3.0, None, 5.0)).before(Period(2024, "M", 5))
        >>> str(known.first), known.values
        ('2024-02', (2.0, 3.0))
        """
        start, stop = 0, min(len(self.values), max(0, self.place(period)))
        while stop and self.values[stop - 1] is None:
            stop -= 1
        while start < stop and self.values[start] is None:
            start += 1
        return self if (start, stop) == (0, len(self.values)) else self._part(start, stop)

    def unbroken(self) -> History:
        """The newest stretch without a gap.

        >>> History(Period(2024, "M", 1), (1.0, None, 3.0, 4.0)).unbroken().values
        (3.0, 4.0)
        """
        start = len(self.values)
        while start and self.values[start - 1] is not None:
            start -= 1
        return self._part(start, len(self.values)) if start else self

    def _part(self, start: int, stop: int) -> History:
        return History(self.first.shift(start), self.values[start:stop])

    def full_years(self) -> tuple[tuple[float, ...], ...]:
        """Years without a gap, counted back from the newest period, the newest first.

        returns : (n_years, season)    each from its oldest period on
        """
        ends = range(len(self.values), self.season - 1, -self.season)
        years = [self.values[end - self.season : end] for end in ends]
        return tuple(tuple(value for value in year if value is not None) for year in years if None not in year)

    def year(self, year: int) -> tuple[float, ...]:
        """All actuals of a calendar year; empty when one is missing."""
        season = self.season
        start = (year - self.first.year) * season + 1 - self.first.number
        found = self.values[max(0, start) : max(0, start + season)]
        known = tuple(value for value in found if value is not None)
        return known if len(known) == season else ()


def mean_of(values: tuple[float, ...]) -> float:
    """Arithmetic mean."""
    return fsum(values) / len(values)
