"""One rule for one job: a fingerprint of everything that turns an actual into a score."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import astuple, dataclass

from kpi_xl.model.params import parse_params

SAME_JOB = 0.5
"""Two cards that share at least so much of their indicators are taken for the same job."""


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One row of a card as far as it decides the score."""

    kpi: str
    weight: float                       # fraction
    rule: str
    params: str
    cap: float | None = None
    floor: float | None = None
    missing: str = "BLOCK"
    period_mode: str = "RECALC"


@dataclass(frozen=True, slots=True)
class RuleSets:
    """The rules of one role in one period: which cards follow which."""

    role: str
    cards: Mapping[str, tuple[str, ...]]                        # card ids by hash, the most used first
    is_same_job: bool                                           # the cards that differ share most of their indicators


def rule_hash(rows: Iterable[RuleRow]) -> str:
    """Twelve hexadecimal digits; the same for rows in any order and params in any order.

    >>> one = rule_hash([RuleRow("REV", 1.0, "RATIO", "cap=120; floor=0")])
    >>> one == rule_hash([RuleRow("REV", 1.0, "RATIO", "floor=0;cap=120")])
    True
    """
    lines = sorted(repr(astuple(_normal(row))) for row in rows)
    return hashlib.sha256("\n".join(lines).encode("utf-8")).hexdigest()[:12]


def _normal(row: RuleRow) -> RuleRow:
    params = parse_params(row.params)
    # What cannot be read stands as typed: two unreadable rules are not the same rule.
    text = row.params if params.problems else "; ".join(f"{k}={v}" for k, v in sorted(params.texts.items()))
    return RuleRow(
        row.kpi, float(format(row.weight, ".9g")), row.rule, text, row.cap, row.floor, row.missing, row.period_mode
    )


def differing_rules(
    roles: Mapping[str, Mapping[str, Collection[RuleRow]]], same_job: float = SAME_JOB
) -> tuple[RuleSets, ...]:
    """Roles whose cards do not all follow the same rules.

    Parameters
    ----------
    roles : mapping
        Rows of each card by role and card; all of one period.
    same_job : float
        As `SAME_JOB`.

    Returns
    -------
    tuple of RuleSets
        One for each role with more than one hash.
    """
    return tuple(found for role, cards in roles.items() if (found := _sets(role, cards, same_job)) is not None)


def _sets(role: str, cards: Mapping[str, Collection[RuleRow]], same_job: float) -> RuleSets | None:
    known: dict[tuple[RuleRow, ...], str] = {}
    by_hash: dict[str, list[str]] = {}
    for card, rows in cards.items():
        same = tuple(rows)
        known[same] = known.get(same) or rule_hash(same)
        by_hash.setdefault(known[same], []).append(card)
    if len(by_hash) < 2:
        return None
    ordered = sorted(by_hash.items(), key=lambda item: (-len(item[1]), item[1]))
    kpis = [{row.kpi for row in cards[names[0]]} for _, names in ordered]
    alike = any(overlap(one, other) >= same_job for i, one in enumerate(kpis) for other in kpis[:i])
    return RuleSets(role, {mark: tuple(names) for mark, names in ordered}, alike)


def overlap(one: Collection[str], other: Collection[str]) -> float:
    """Shared members over all members of two sets; 1 for two empty ones.

    >>> overlap({"REV", "GPM"}, {"REV", "CVR"}) == 1 / 3
    True

    Source: P. Jaccard, The distribution of the flora in the alpine zone, New Phytologist 11, 1912.
    """
    every = set(one) | set(other)
    return len(set(one) & set(other)) / len(every) if every else 1.0
