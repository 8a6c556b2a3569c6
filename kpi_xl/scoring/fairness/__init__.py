"""Fairness: equal rules, equally hard targets, raters and teams that mean the same by a point."""

from __future__ import annotations

from kpi_xl.scoring.fairness.difficulty import MOST_SPREAD, Difficulty, target_difficulty
from kpi_xl.scoring.fairness.raters import LEAST_SPREAD, RaterSpread, rater_spread
from kpi_xl.scoring.fairness.same_rule import RuleRow, RuleSets, differing_rules, overlap, rule_hash
from kpi_xl.scoring.fairness.selfscoring import own_ratings, self_supplied, too_much_self
from kpi_xl.scoring.fairness.teams import (
    FourFifths,
    TeamDistribution,
    differentiation,
    four_fifths,
    kruskal_wallis,
    team_distribution,
)

__all__ = [
    "LEAST_SPREAD",
    "MOST_SPREAD",
    "Difficulty",
    "FourFifths",
    "RaterSpread",
    "RuleRow",
    "RuleSets",
    "TeamDistribution",
    "differentiation",
    "differing_rules",
    "four_fifths",
    "kruskal_wallis",
    "overlap",
    "own_ratings",
    "rater_spread",
    "rule_hash",
    "self_supplied",
    "target_difficulty",
    "team_distribution",
    "too_much_self",
]
