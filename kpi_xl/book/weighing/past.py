"""What a template's indicators came to before the appraised period: the data that objective weights are drawn from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kpi_xl.book.weighing.card import Card, Line
from kpi_xl.facts.typed import TypedRows, fact
from kpi_xl.model.inputs import Inputs, Subject
from kpi_xl.model.periods import Period, parse_period
from kpi_xl.model.status import Status
from kpi_xl.scoring.weights.observations import Direction


@dataclass(frozen=True, slots=True)
class Past:
    """Observations of the indicators that were measured before.

    `rows` has one row per subject and period with a value for each of `kpis`; `lacking` are the indicators never
    measured, `dropped` counts the rows in which some but not all have a value.
    """

    kpis: tuple[str, ...]
    directions: tuple[Direction, ...]
    rows: tuple[tuple[float, ...], ...]
    lacking: tuple[str, ...]
    dropped: int
    ranged: tuple[str, ...]             # neither more nor less is better: they count as rising


def past_of(card: Card, inputs: Inputs, typed: TypedRows) -> Past:
    """The observations of one template; nothing of the appraised period or after it is looked at.

    Periods are of the appraised one's kind; where none was typed before, of the kind most often typed.
    """
    periods = _before(inputs)
    seen = [_values(card.lines, subject, period, typed) for period in periods for subject in _subjects(card, inputs)]
    measured = [line for at, line in enumerate(card.lines) if any(row[at] is not None for row in seen)]
    places = [card.lines.index(line) for line in measured]
    picked = [[row[at] for at in places] for row in seen]
    touched = [row for row in picked if any(value is not None for value in row)]
    whole = [tuple(value for value in row if value is not None) for row in touched if None not in row]
    return Past(
        tuple(line.kpi for line in measured),
        tuple("down" if line.indicator.direction == "down" else "up" for line in measured),
        tuple(whole),
        tuple(line.kpi for line in card.lines if line not in measured),
        len(touched) - len(whole),
        tuple(line.kpi for line in measured if line.indicator.direction == "range"),
    )


def _before(inputs: Inputs) -> Sequence[Period]:
    appraised = inputs.settings.period
    found = {period for period in _typed_periods(inputs) if period.end < appraised.start}
    kinds = Counter(period.kind for period in found)
    kind = appraised.kind if appraised.kind in kinds else max(kinds, key=lambda each: kinds[each], default="M")
    return sorted(period for period in found if period.kind == kind)


def _typed_periods(inputs: Inputs) -> Iterator[Period]:
    for code in {row.key.partition("|")[0] for row in inputs.actuals}:
        try:
            yield parse_period(code)
        except ValueError:
            continue


def _subjects(card: Card, inputs: Inputs) -> Sequence[Subject]:
    return [subject for subject in inputs.subjects if subject.id in card.subjects]


def _values(lines: Sequence[Line], subject: Subject, period: Period, typed: TypedRows) -> list[float | None]:
    return [_value(line, _measured_at(line, subject), period, typed) for line in lines]


def _measured_at(line: Line, subject: Subject) -> str:
    return {"": subject.id, "parent": subject.parent}.get(line.plan.measured_at, line.plan.measured_at)


def _value(line: Line, measured: str, period: Period, typed: TypedRows) -> float | None:
    found = fact(period, measured, line.indicator, typed)
    return found.value if Status(found.state) >= Status.CARRIED else None
