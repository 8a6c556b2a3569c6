"""When a target may change after it was confirmed, and what it becomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kpi_xl.model.params import Problem
from kpi_xl.model.periods import MONTHS, Period

REASONS = ("definition", "scope", "platform", "force_majeure", "strategy")
"""Another definition, another organisation, a platform's new rule, force majeure, another strategy."""
BY_COMMITTEE = ("strategy",)


@dataclass(frozen=True, slots=True)
class Change:
    """A new target for the rest of a period."""

    new: float
    effective: date                         # first day under the new target
    decided: date
    reason: str                             # of REASONS
    approver: str
    by_committee: bool = False


@dataclass(frozen=True, slots=True)
class Reset:
    """The old target beside the one of both, weighted by days; None where the change is refused."""

    old: float
    target: float | None
    days_old: int
    days_new: int
    problems: tuple[Problem, ...] = ()


def reset(period: Period, old: float, change: Change, earlier: Sequence[date] = ()) -> Reset:
    """The target of a period that changed within it.

    Parameters
    ----------
    period : Period
        The target's.
    old : float
        Kept, so that both scores can be shown.
    change : Change
    earlier : sequence of date
        Days on which earlier changes of this indicator took effect.

    Returns
    -------
    Reset
        ``E-RESET-REASON``, ``E-RESET-APPROVER``, ``E-RESET-COMMITTEE``, ``E-RESET-DATE``: outside the period;
        ``E-RESET-LATE``: decided after its end; ``E-RESET-QUARTER``: a second one in the same quarter.

    >>> change = Change(160, date(2026, 4, 16), date(2026, 4, 10), "platform", "CFO")
    >>> reset(Period(2026, "M", 4), 100, change).target
    130.0
    """
    problems = tuple(_problems(period, change, earlier))
    inside = period.start <= change.effective <= period.end
    days = (period.end - period.start).days + 1
    before = (change.effective - period.start).days if inside else days
    if problems:
        return Reset(old, None, before, days - before, problems)
    return Reset(old, (old * before + change.new * (days - before)) / days, before, days - before)


def _problems(period: Period, change: Change, earlier: Sequence[date]) -> list[Problem]:
    found = []
    if change.reason not in REASONS:
        found.append(Problem("E-RESET-REASON", {"found": change.reason or "—", "wanted": ", ".join(REASONS)}))
    if not change.approver.strip():
        found.append(Problem("E-RESET-APPROVER"))
    if change.reason in BY_COMMITTEE and not change.by_committee:
        found.append(Problem("E-RESET-COMMITTEE", {"reason": change.reason}))
    if not period.start <= change.effective <= period.end:
        found.append(Problem("E-RESET-DATE", {"found": change.effective, "start": period.start, "end": period.end}))
    if change.decided > period.end:
        found.append(Problem("E-RESET-LATE", {"found": change.decided, "end": period.end}))
    if any(_quarter(day) == _quarter(change.effective) for day in earlier):
        found.append(Problem("E-RESET-QUARTER", {"found": _quarter(change.effective)}))
    return found


def _quarter(day: date) -> str:
    return str(Period(day.year, "Q", (day.month - 1) // MONTHS["Q"] + 1))
