"""Facts that are points: what people rated, and what a plan has delivered."""

from __future__ import annotations

from kpi_xl.facts.rollup import Whole
from kpi_xl.facts.typed import Fact, Rolled, TypedRows, fact_from
from kpi_xl.model.inputs import Indicator
from kpi_xl.model.periods import Period
from kpi_xl.model.status import Status


def judged_fact(
    period: Period,
    subject: str,
    indicator: Indicator,
    typed: TypedRows,
    points: float | None,
    count: int,
    status: Status,
    *,
    origin: str,
    marks: float,
) -> Fact:
    """The fact of a rating or of a plan: its points as the value, how many it is from as the sample.

    Parameters
    ----------
    status
        INSUFFICIENT where too few have rated; what keeps the points away otherwise is told by their absence.
    origin
        RATINGS, MILESTONES, or NONE.
    marks
        Sum over the rows it is from; a native sum that differs says that somebody changed one.
    """
    state = Status.INSUFFICIENT if status is Status.INSUFFICIENT else Status.OK
    whole = Whole(None, None, float(count) if count else None, points, state)
    return fact_from(period, subject, indicator, typed, Rolled(whole, origin, kind=2, marks=marks))
