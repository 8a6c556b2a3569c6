"""What people of the sample company think of each other: ratings, and the steps of their plans."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from kpi_xl.book.sample.story import Stint, scorecard, scored_months, scored_quarters, story, units
from kpi_xl.book.sample.volumes import chance
from kpi_xl.labels import Lang, label
from kpi_xl.library import indicators
from kpi_xl.model.grid import Scalar
from kpi_xl.model.periods import Period

Row = dict[str, Scalar]
LEVELS = ("excellent", "good", "fair", "poor", "bad")
MOST_PEERS, PARTNERS = 3, 2
HEAD = "P00"
"""Who rates the leads and the functions."""


def ratings(lang: Lang, people: Sequence[Stint]) -> list[Row]:
    """Everybody's ratings of the periods that are scored, newest month first."""
    rows: list[Row] = []
    for period in reversed((*scored_quarters(), *scored_months())):
        months = period.parts or (period,)
        there = [each for each in people if each.stays_in(months[-1])]
        for unit, template in units().items():
            rows += _rated(period, unit, template, _raters_of_unit(unit, there), lang)
        for stint in (each for each in people if any(map(each.stays_in, months))):
            rows += _rated(period, stint.card, stint.job, _raters(stint, there, period), lang, stint)
    return rows


def _raters_of_unit(unit: str, there: Sequence[Stint]) -> list[tuple[str, str]]:
    """The head, the leads of the other functions, and the unit's own lead."""
    own = [("self", each.person) for each in there if each.leads and each.unit == unit]
    nearest, *others = (each.person for each in there if each.leads and each.unit != unit)
    return [("superior", HEAD), ("peer", nearest), *(("partner", each) for each in others), *own]


def _raters(stint: Stint, there: Sequence[Stint], period: Period) -> list[tuple[str, str]]:
    """The superior, colleagues of the same unit (of a lead: the other leads), two of other units, and oneself."""
    draw = chance("raters", stint.person, period)
    others = [each for each in there if each.person != stint.person]
    leads = [each.person for each in others if each.leads]
    same = [each.person for each in others if each.unit == stint.unit and not each.leads]
    other = [each.person for each in others if each.unit != stint.unit and not each.leads]
    lead = next(each.person for each in there if each.leads and each.unit == stint.unit)
    peers = leads if stint.leads else draw.sample(same, min(MOST_PEERS, len(same)))
    return [
        ("superior", HEAD if stint.leads else lead),
        *(("peer", each) for each in peers),
        *(("partner", each) for each in draw.sample(other, PARTNERS)),
        ("self", stint.person),
    ]


def _rated(
    period: Period, card: str, template: str, raters: list[tuple[str, str]], lang: Lang, stint: Stint | None = None
) -> Iterator[Row]:
    told = story()["ratings"]
    for kpi in (kpi for kpi in scorecard(template) if indicators()[kpi].rule == "RATING"):
        for role, rater in raters:
            merit = (stint.form if stint else 0.0) + told["harmony"].get(card, 0.0) - told["strictness"].get(rater, 0.0)
            draw = chance("rating", period, card, kpi, rater)
            merit += draw.gauss(told["self_kindness"] if role == "self" else 0.0, told["spread"])
            level = LEVELS[sum(merit < bound for bound in told["bounds"])]
            yield {
                "period": str(period),
                "subject": card,
                "kpi": kpi,
                "rater": rater,
                "role": label("words", f"role.{role}", lang),
                "level": label("words", f"level.{level}", lang),
                "comment": draw.choice(told["remarks"][kpi][level])[lang] if role == "superior" else None,
            }


def milestones(lang: Lang) -> list[Row]:
    """The steps of every plan, by month and then all of the quarter's."""
    told = story()["milestones"]
    monthly = [(step["month"], step["weight"], step) for step in told["steps"]]
    quarterly = [(str(quarter), step["of_quarter"], step) for quarter in scored_quarters() for step in told["steps"]]
    return [
        {"period": period, "subject": told["subject"], "plan": step[lang], "weight": weight}
        | {column: datetime.fromisoformat(step[column]) for column in ("due", "done") if column in step}
        | {column: step[column] for column in ("progress", "evidence") if column in step}
        for period, weight, step in (*monthly, *quarterly)
    ]
