"""What an indicator did, period by period, by the typed rows of a book and what rolls up from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kpi_xl.book.plan_health.material import enclosing
from kpi_xl.facts.typed import Fact, TypedRows, fact
from kpi_xl.model.inputs import Indicator
from kpi_xl.model.periods import Period, parse_period
from kpi_xl.model.status import Status
from kpi_xl.scoring.targets.history import History

YEARS = 3
"""Full years before the planned period's: three of them draw a season well."""


@dataclass(frozen=True, slots=True)
class Past:
    """Actuals before the planned period, and the denominators of those that are ratios."""

    values: History
    dens: Mapping[Period, float]


@dataclass(frozen=True, slots=True)
class Archive:
    """Where pasts are looked up, each worked out once."""

    typed: TypedRows
    period: Period                      # the planned one; nothing from it on is known
    touched: frozenset[tuple[str, Period]]  # in which anybody typed anything of an indicator
    known: dict[tuple[str, str], Past] = field(default_factory=dict)

    def past(self, subject: str, indicator: Indicator) -> Past:
        """The past of one subject and indicator."""
        name = subject, indicator.code
        if name not in self.known:
            self.known[name] = self._worked_out(subject, indicator)
        return self.known[name]

    def _worked_out(self, subject: str, indicator: Indicator) -> Past:
        first = Period(self.period.year - YEARS, self.period.kind, 1)
        count = History(first, ()).place(self.period)
        periods = [first.shift(step) for step in range(count)]
        facts = [
            _told(fact(each, subject, indicator, self.typed)) if (indicator.code, each) in self.touched else None
            for each in periods
        ]
        values = History(first, tuple(each.value if each else None for each in facts))
        pairs = zip(periods, facts, strict=True)
        return Past(values, {when: each.den for when, each in pairs if each and each.den is not None})


def archive(typed: TypedRows, period: Period) -> Archive:
    """The archive of a book before one period."""
    return Archive(typed, period, _touched(typed.actuals, period.kind))


def _told(found: Fact) -> Fact | None:
    """The fact, unless it was taken out or has no value."""
    is_out = found.state in (Status.EXCLUDED, Status.NON_FINITE)
    return None if found.value is None or is_out else found


def _touched(names: Iterable[str], kind: str) -> frozenset[tuple[str, Period]]:
    """The periods of a kind in which anybody typed anything of an indicator: no other needs a look."""
    read: dict[str, Period | None] = {}
    found: set[tuple[str, Period]] = set()
    for name in names:
        when, _, kpi = name.split("|", 2)
        if when not in read:
            read[when] = enclosing(_readable(when), kind)
        covering = read[when]
        if covering is not None:
            found.add((kpi, covering))
    return frozenset(found)


def _readable(code: str) -> Period | None:
    try:
        return parse_period(code)
    except ValueError:
        return None
