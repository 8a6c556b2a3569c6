"""Work handed from unit to unit: whether it came in time and right at once, and whose time it took."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import fsum

SECONDS_PER_HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Handoff:
    """One thing that one unit hands to another."""

    giver: str
    receiver: str
    due: datetime
    done: datetime | None               # the giver says it is there
    accepted: datetime | None           # the receiver says so; only that counts
    reworks: int | None = 0             # None where nobody noted it
    finished: datetime | None = None    # the receiver's own work on it ended
    item: str = ""                      # what is handed over, by the same name all the way


@dataclass(frozen=True, slots=True)
class HandoffRate:
    """On time and accepted at the first attempt, over what was due."""

    num: int
    den: int

    @property
    def value(self) -> float | None:
        """Fraction; None when nothing was due."""
        return self.num / self.den if self.den else None


def handoff_rate(handoffs: Iterable[Handoff], cutoff: datetime) -> HandoffRate:
    """The giver's fact: of what was due by the cut-off, what came in time and passed at once.

    What the receiver has not accepted has not arrived; what is not due yet is in neither number.
    """
    due = [each for each in handoffs if each.due <= cutoff]
    return HandoffRate(sum(is_in_order(each) for each in due), len(due))


def is_in_order(handoff: Handoff) -> bool:
    """Delivered by the due time, confirmed by the receiver, and not sent back."""
    return (
        handoff.accepted is not None
        and handoff.done is not None
        and handoff.done <= handoff.due
        and handoff.reworks == 0
    )


def waiting_hours(handoff: Handoff) -> float | None:
    """From the due time to acceptance, as far as it was late: not the receiver's time; None while it lasts."""
    if handoff.accepted is None:
        return None
    return max(0.0, (handoff.accepted - handoff.due).total_seconds() / SECONDS_PER_HOUR)


def cycle_hours(handoff: Handoff, cutoff: datetime) -> float | None:
    """The receiver's own clock: from acceptance to the end, or to the cut-off while the work goes on.

    None before acceptance: waiting is nobody's cycle time.
    """
    if handoff.accepted is None or handoff.accepted > cutoff:
        return None
    end = cutoff if handoff.finished is None else min(handoff.finished, cutoff)
    return max(0.0, (end - handoff.accepted).total_seconds() / SECONDS_PER_HOUR)


def chained(handoffs: Sequence[Handoff]) -> tuple[Handoff, ...]:
    """The same, with the receiver's work ended where it handed the item on; open where it did not.

    Only an item that a unit received once and handed on once is known by its name: a weekly report is many things.

    >>> morning, noon, evening = (datetime(2026, 3, 2, hour) for hour in (9, 12, 18))
    >>> first = Handoff("平台", "商品", morning, morning, noon, item="A")
    >>> second = Handoff("商品", "用户", evening, evening, None, item="A")
    >>> chained([first, second])[0].finished
    datetime.datetime(2026, 3, 2, 18, 0)
    """
    given = {(each.giver, each.item): each.done for each in handoffs if each.item}
    gives = Counter((each.giver, each.item) for each in handoffs)
    takes = Counter((each.receiver, each.item) for each in handoffs)
    known = {mine for mine in given if gives[mine] == takes[mine] == 1}
    return tuple(
        _ended(each, given[each.receiver, each.item]) if (each.receiver, each.item) in known else each
        for each in handoffs
    )


def _ended(handoff: Handoff, passed_on: datetime | None) -> Handoff:
    is_after = passed_on is not None and handoff.accepted is not None and passed_on >= handoff.accepted
    return replace(handoff, finished=passed_on) if is_after else handoff


@dataclass(frozen=True, slots=True)
class Flow:
    """What one unit handed to another: amounts that add up over pairs."""

    rate: HandoffRate
    accepted: int                       # of what was due
    waited: float                       # hours in all, of what was accepted
    ended: int                          # of which the receiver's own work is over
    worked: float                       # hours in all from acceptance to the end: without the waiting

    @property
    def waiting(self) -> float | None:
        """Hours from due time to acceptance, on average."""
        return self.waited / self.accepted if self.accepted else None

    @property
    def cycle(self) -> float | None:
        """Hours of the receiver's own work, on average."""
        return self.worked / self.ended if self.ended else None


def flows(handoffs: Iterable[Handoff], cutoff: datetime) -> Mapping[tuple[str, str], Flow]:
    """Who handed what to whom, by (giver, receiver) in alphabetical order; only what was due by the cut-off."""
    pairs: dict[tuple[str, str], list[Handoff]] = {}
    for each in handoffs:
        if each.due <= cutoff:
            pairs.setdefault((each.giver, each.receiver), []).append(each)
    return {pair: _flow(pairs[pair], cutoff) for pair in sorted(pairs)}


def _flow(handoffs: Sequence[Handoff], cutoff: datetime) -> Flow:
    waits = [hours for each in handoffs if (hours := waiting_hours(each)) is not None]
    cycles = [cycle_hours(each, cutoff) for each in handoffs if each.finished is not None and each.finished <= cutoff]
    own = [hours for hours in cycles if hours is not None]
    return Flow(handoff_rate(handoffs, cutoff), len(waits), fsum(waits), len(own), fsum(own))
