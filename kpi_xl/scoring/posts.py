"""Who is appraised: one card for every subject with a template, or for every role that a person held long enough."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from kpi_xl.model.inputs import Indicator, Inputs, PlanRow, Role, Subject
from kpi_xl.model.periods import Period
from kpi_xl.scoring.people.roles import merged
from kpi_xl.scoring.people.tenure import Tenure, is_appraised, working_days

FREQUENCIES = "MQHY"
"""From the shortest to the longest."""


@dataclass(frozen=True, slots=True)
class Post:
    """One card to be: who, on which template, for how much of the period."""

    card: str                           # D01, or P07#2 for the second role of a person
    subject: Subject                    # with the parent and the template of the role
    days: float                         # weight among the roles of the person: days times part of the time
    share: float                        # of additive targets: the part of the period that the role was held
    is_present: bool                    # long enough to be appraised
    is_main: bool                       # the one under which the person is ranked
    listed: str                         # the subject's own template
    above: str                          # whose result may be in the total: the superior in the main role

    def measured_at(self, plan: PlanRow) -> str:
        """Whose facts and targets a row of the plan looks at."""
        return {"": self.card, "parent": self.subject.parent}.get(plan.measured_at, plan.measured_at)

    def share_of(self, indicator: Indicator) -> float:
        """How much of an anchor holds: an amount pro rata, a rate, a stock or a distinct count as it is."""
        return self.share if indicator.agg_time == "SUM" else 1.0


def posts(inputs: Inputs) -> tuple[Post, ...]:
    """Every card of the period, in the order of the organisation.

    A role of less than a sixth of the period has no card: its days count for the person's longest role. Somebody
    who was not there at all has none either.
    """
    filled = {row.template for row in inputs.plan}
    roles: dict[str, list[Role]] = {}
    for role in inputs.roles:
        roles.setdefault(role.person, []).append(role)
    found = (
        post
        for subject in inputs.subjects
        for post in _posts(subject, roles.get(subject.id, ()), inputs.settings.period)
    )
    return tuple(post for post in found if post.subject.template in filled)


def is_present(inputs: Inputs, subject: Subject, period: Period) -> bool:
    """Whether somebody was there for long enough to be appraised in a period."""
    roles = [role for role in inputs.roles if role.person == subject.id]
    spans = {role: span for role in roles if (span := _span(role, period)) is not None}
    return not roles or (bool(spans) and is_appraised(period.kind, _presence(spans, period)))


def is_due(frequency: str, period: Period) -> bool:
    """An indicator that is measured by the quarter has no say in a month."""
    kinds = FREQUENCIES
    return period.kind not in kinds or frequency not in kinds or kinds.index(frequency) <= kinds.index(period.kind)


def _posts(subject: Subject, roles: Sequence[Role], period: Period) -> Iterator[Post]:
    length = (period.end - period.start).days + 1
    if not roles:
        yield Post(subject.id, subject, float(length), 1.0, True, True, subject.template, subject.parent)
        return
    spans = {role: span for role in roles if (span := _span(role, period)) is not None}
    if not spans:
        return
    held = list(spans)
    days = [_length(spans[role]) for role in held]
    counted = merged(days, length)
    is_present = is_appraised(period.kind, _presence(spans, period))
    main = max(range(len(held)), key=lambda i: (counted[i] * held[i].fte, -held[i].number))
    for index, role in enumerate(held):
        if counted[index]:
            yield Post(
                card_id(role),
                _in_role(subject, role),
                counted[index] * role.fte,
                days[index] / length,
                is_present,
                index == main,
                subject.template,
                _in_role(subject, held[main]).parent,
            )


def card_id(role: Role) -> str:
    """D01 for the first role, D01#2 for the second.

    >>> card_id(Role("P07", 2, "", "", None, None))
    'P07#2'
    """
    return role.person if role.number == 1 else f"{role.person}#{role.number}"


def _in_role(subject: Subject, role: Role) -> Subject:
    return replace(subject, parent=role.parent or subject.parent, template=role.template or subject.template)


def _span(role: Role, period: Period) -> tuple[date, date] | None:
    """First and last day of the role within the period."""
    first = max(role.first or period.start, period.start)
    last = min(role.last or period.end, period.end)
    return (first, last) if first <= last else None


def _length(span: tuple[date, date]) -> int:
    return (span[1] - span[0]).days + 1


def _presence(spans: Mapping[Role, tuple[date, date]], period: Period) -> Tenure:
    """Days with any role."""
    there = {first + timedelta(day) for first, last in spans.values() for day in range((last - first).days + 1)}
    return Tenure(
        len(there),
        sum(working_days(day, day) for day in there),
        (period.end - period.start).days + 1,
        working_days(period.start, period.end),
    )
