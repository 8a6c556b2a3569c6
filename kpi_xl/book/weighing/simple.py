"""The methods that need one number for each indicator: amounts, ranks, goals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from kpi_xl.book.weighing.card import Card
from kpi_xl.book.weighing.finding import Finding, Told, missing, partial, told
from kpi_xl.book.weighing.stated import Stated
from kpi_xl.model.params import Problem
from kpi_xl.scoring.weights.shares import Weighting
from kpi_xl.scoring.weights.stated import direct, goal_map, rank_reciprocal, rank_sum, roc

RANKED: Mapping[str, Callable[[Sequence[float]], Weighting]] = {
    "roc": roc,
    "ranksum": rank_sum,
    "reciprocal": rank_reciprocal,
}


def direct_weights(card: Card, stated: Stated) -> Finding:
    """The weights of the plan as they are, in proportion."""
    found = direct([line.plan.weight for line in card.lines])
    return Finding("direct", "OK", found.weights, told(found.warnings, card.kpis))


def ranked_weights(method: str, card: Card, stated: Stated) -> Finding:
    """Weights from the order of importance."""
    ranks = [stated.ranks.get((card.template, kpi)) for kpi in card.kpis]
    given = [rank for rank in ranks if rank is not None]
    if not given:
        return missing(method, "tblRanks")
    if len(given) < len(ranks):
        return partial(method, (kpi for kpi, rank in zip(card.kpis, ranks, strict=True) if rank is None))
    found = RANKED[method](given)
    return Finding(method, "OK", found.weights, told(found.warnings, card.kpis))


def goal_weights(card: Card, stated: Stated) -> Finding:
    """Weights from how strongly each indicator serves each goal."""
    goals = {goal: weight for goal, weight in stated.goals.items() if goal}
    mine = {goal: [stated.links.get((goal, kpi), 0.0) for kpi in card.kpis] for goal in goals}
    if not any(any(row) for row in mine.values()):
        return missing("qfd", "tblGoalLinks")
    found = goal_map(list(goals.values()), list(mine.values()))
    problems = told(found.warnings, card.kpis, {"row": list(goals)})
    return Finding("qfd", "OK", found.weights, problems)


def told_plainly(code: str, **facts: object) -> Told:
    """A problem that is about the template as a whole."""
    return Told(Problem(code, facts))
