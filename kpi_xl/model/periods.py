"""The grammar of periods: 2026-03, 2026Q1, 2026H1, 2026; and periods of a company's own, such as 618."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

OWN = "C"
"""Kind of the periods that a company makes itself, such as a promotion."""
MONTHS = {"M": 1, "Q": 3, "H": 6, "Y": 12}
_PATTERN = re.compile(r"(?P<year>(?:19|20|21)\d{2})(?:-(?P<M>0[1-9]|1[0-2])|Q(?P<Q>[1-4])|H(?P<H>[12]))?")


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A calendar period: `kind` M, Q, H or Y, and its number within the year (1-based); or one of a company's own, C.

    One of a company's own has a code, a first and a last day, no parts, and nothing before it.
    """

    year: int
    kind: str
    number: int
    code: str = ""
    first: date | None = None
    last: date | None = None

    def __str__(self) -> str:
        if self.kind == OWN:
            return self.code
        if self.kind == "Y":
            return f"{self.year}"
        return f"{self.year}-{self.number:02d}" if self.kind == "M" else f"{self.year}{self.kind}{self.number}"

    @property
    def start(self) -> date:
        """First day."""
        if self.first is not None:
            return self.first
        return date(self.year, (self.number - 1) * MONTHS[self.kind] + 1, 1)

    @property
    def end(self) -> date:
        """Last day."""
        if self.last is not None:
            return self.last
        month = self.number * MONTHS[self.kind]
        return date(self.year, month, monthrange(self.year, month)[1])

    def shift(self, steps: int) -> Period:
        """The period `steps` later (earlier when negative), of the same kind.

        >>> str(parse_period("2026-01").shift(-1)), str(parse_period("2026Q1").shift(5))
        ('2025-12', '2027Q2')
        """
        if self.kind == OWN:
            return NEVER
        per_year = 12 // MONTHS[self.kind]
        years, index = divmod(self.number - 1 + steps, per_year)
        return Period(self.year + years, self.kind, index + 1)

    @property
    def parts(self) -> tuple[Period, ...]:
        """The next shorter periods inside: a year's halves, a half's quarters, a quarter's months; none of a month.

        >>> [str(each) for each in parse_period("2026H2").parts]
        ['2026Q3', '2026Q4']
        """
        if self.kind in ("M", OWN):
            return ()
        kind = {"Y": "H", "H": "Q", "Q": "M"}[self.kind]
        count = MONTHS[self.kind] // MONTHS[kind]
        return tuple(Period(self.year, kind, (self.number - 1) * count + number) for number in range(1, count + 1))

    @property
    def year_ago(self) -> Period:
        """The same period of the year before."""
        if self.kind == OWN:
            return NEVER
        return Period(self.year - 1, self.kind, self.number)


NEVER = Period(1, OWN, 0, "—", date(1, 1, 1), date(1, 1, 1))
"""No period: what comes before one of a company's own."""


def looked_at(period: Period) -> frozenset[str]:
    """Codes of every period whose rows may have a say in scoring this one."""
    found: set[str] = set()
    waiting = [period, period.year_ago, period.shift(-1), period.shift(-2)]
    while waiting:
        each = waiting.pop()
        found.add(str(each))
        waiting += each.parts
    return frozenset(found)


def parse_period(text: str) -> Period:
    """Period of a code.

    Raises
    ------
    ValueError
        The text is none of 2026-03, 2026Q1, 2026H1, 2026.
    """
    match = _PATTERN.fullmatch(text.strip().upper())
    if match is None:
        raise ValueError(text)
    kind = next((k for k in "MQH" if match[k]), "Y")
    return Period(int(match["year"]), kind, int(match[kind]) if kind != "Y" else 1)
