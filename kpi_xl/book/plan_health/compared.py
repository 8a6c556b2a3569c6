"""What fairness compares: rules and chances within a role, points by rater, results by team."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum

from kpi_xl.book.context import Context
from kpi_xl.book.plan_health.material import Chance, Past, rows_by_card
from kpi_xl.book.plan_rules import CardRow
from kpi_xl.model.inputs import Band, RatingRow
from kpi_xl.model.outcome import Card, Item
from kpi_xl.scoring.balance import kind_of
from kpi_xl.scoring.fairness import RuleRow
from kpi_xl.scoring.opinion.ratings import SELF

TOP_GRADE, TOP_BANDS = "A", 2
"""Grades from A upwards are the top; the two best where a scheme has no A."""
Chances = Mapping[tuple[str, str], Mapping[str, Mapping[str, float | None]]]


def rules_by_role(context: Context) -> Mapping[str, Mapping[str, Sequence[RuleRow]]]:
    """Rules of every person's card, by rank group and card."""
    roles: dict[str, dict[str, list[RuleRow]]] = {}
    for card, rows in rows_by_card(context).items():
        subject = rows[0].subject
        if subject.kind == "person":
            role = subject.rank_group or rows[0].plan.template
            roles.setdefault(role, {})[card] = [_rule_row(row) for row in rows]
    return roles


def _rule_row(row: CardRow) -> RuleRow:
    plan = row.plan
    return RuleRow(plan.kpi, plan.weight, plan.rule, plan.params, plan.cap, plan.floor, plan.missing)


def chances_by_role(context: Context, past: Mapping[tuple[str, str], Past], chance: Chance) -> Chances:
    """Probability to attain the target, by rank group and template, indicator and card."""
    period, roles = context.inputs.settings.period, {}  # type: ignore[var-annotated]
    for row in context.rows:
        target = row.target.target if row.target else None
        if row.subject.kind != "person" or target is None or row.indicator.direction == "range":
            continue
        p = chance(past[row.card, row.plan.kpi].values, period, target, row.indicator.direction)
        kpis = roles.setdefault((row.subject.rank_group, row.plan.template), {})
        kpis.setdefault(row.plan.kpi, {})[row.card] = p
    return roles


def rated(context: Context) -> tuple[RatingRow, ...]:
    """Ratings of the period with points, by raters who are named."""
    mark = f"{context.period}|"
    rows = context.inputs.ratings
    return tuple(row for row in rows if row.rater and row.points is not None and row.key.startswith(mark))


def by_rater(rows: Sequence[RatingRow]) -> Mapping[str, tuple[RatingRow, ...]]:
    """Ratings of others by who gave them; nobody's own."""
    found: dict[str, list[RatingRow]] = {}
    for row in rows:
        if row.role != SELF:
            found.setdefault(row.rater, []).append(row)
    return {rater: tuple(own) for rater, own in found.items()}


def points_of(rows: Sequence[RatingRow]) -> tuple[float, ...]:
    """The points that were given."""
    return tuple(row.points for row in rows if row.points is not None)


def points_by_subject(rows: Sequence[RatingRow]) -> Mapping[str, Sequence[float]]:
    """One rater's points by the person rated."""
    found: dict[str, list[float]] = {}
    for row in rows:
        if row.points is not None:
            found.setdefault(row.key.split("|")[1], []).append(row.points)
    return found


@dataclass(frozen=True, slots=True)
class Team:
    """People with a total who have one superior unit."""

    code: str
    name: str
    totals: tuple[float, ...]
    measured: tuple[float, ...]         # mean score of what systems measured, for those who have any
    top: int


def teams(context: Context, cards: Sequence[Card], items: Sequence[Item]) -> tuple[Team, ...]:
    """Teams in the order of the organisation."""
    names = {subject.id: subject.name for subject in context.inputs.subjects}
    above = {row.card: row.post.above for row in context.rows if row.subject.kind == "person"}
    best = top_grades([band for band in context.inputs.bands if band.scheme == context.inputs.settings.scheme])
    measured = _measured(items)
    found: dict[str, list[Card]] = {}
    for card in cards:
        if card.card in above and card.main and card.total is not None:
            found.setdefault(above[card.card], []).append(card)
    return tuple(
        Team(
            code,
            names.get(code, code),
            tuple(card.total for card in own if card.total is not None),
            tuple(measured[card.card] for card in own if card.card in measured),
            sum(card.grade in best for card in own),
        )
        for code, own in sorted(found.items(), key=lambda item: list(names).index(item[0]) if item[0] in names else -1)
    )


def top_grades(bands: Sequence[Band]) -> frozenset[str]:
    """Letters from A upwards."""
    letters = list(dict.fromkeys(band.grade for band in bands))
    first = letters.index(TOP_GRADE) if TOP_GRADE in letters else max(0, len(letters) - TOP_BANDS)
    return frozenset(letters[first:])


def _measured(items: Sequence[Item]) -> Mapping[str, float]:
    """Weighted mean score of the measured indicators, by card."""
    found: dict[str, list[tuple[float, float]]] = {}
    for item in items:
        if item.score is not None and item.weight > 0 and kind_of(item.rule) == "quant":
            found.setdefault(item.card, []).append((item.weight, item.score))
    return {card: fsum(w * s for w, s in own) / fsum(w for w, _ in own) for card, own in found.items()}
