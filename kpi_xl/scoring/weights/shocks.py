"""How often another choice of weights would have changed a grade or a rank: many random changes, the same each time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from typing import Any

from kpi_xl.errors import MethodError
from kpi_xl.model.inputs import Band
from kpi_xl.scoring.weights.sensitivity import critical_weight, totals
from kpi_xl.scoring.weights.shares import amounts, library, same_length

SIZE = 0.2
N_SHOCKS = 10_000
SEED = 20240129
AT_ONCE = 1_000
"""Shocks computed together: a thousand of two hundred cards are two million totals."""
TOP = 120.0


@dataclass(frozen=True, slots=True)
class Weighed:
    """One card as far as its total goes: item scores (None where there is none) and weights, in the same order."""

    scores: tuple[float | None, ...]    # (n_kpis,)
    weights: tuple[float, ...]          # (n_kpis,) zero for an indicator that is not on the card
    adjust: float = 0.0                 # bonus and penalty, net
    group: str = ""                     # cards are ranked among those of their group


@dataclass(frozen=True, slots=True)
class Shaken:
    """What became of one card over all shocks."""

    total: float                        # with the weights as they are
    lowest: float
    highest: float
    grade_changes: float                # share of the shocks
    rank_changes: float
    best_rank: int
    worst_rank: int


@dataclass(frozen=True, slots=True)
class Shocks:
    """What became of all cards; a card without any score is None."""

    n: int
    size: float
    seed: int
    any_grade: float                    # share of the shocks in which some card has another grade
    any_rank: float
    cards: tuple[Shaken | None, ...]


@dataclass(frozen=True, slots=True)
class Swap:
    """The weight of one indicator at which two neighbours in the ranking change places."""

    kpi: int                            # 0-based
    ahead: int                          # 0-based cards
    behind: int
    weight: float                       # as it is
    critical: float
    change: float                       # relative, from the one to the other; infinite where the weight is zero


def shocks(
    cards: Sequence[Weighed],
    bands: Sequence[Band],
    size: float = SIZE,
    n: int = N_SHOCKS,
    seed: int = SEED,
    top: float = TOP,
) -> Shocks:
    """Weights multiplied by random factors, scaled to a sum of 1, and what that does to grades and ranks.

    Parameters
    ----------
    cards : (n_cards,)
        An indicator has the same place on all of them, and the same factor in each shock.
    bands : sequence of Band
        Of the grade scheme, ascending.
    size : float
        Factors are uniform from 1 - size to 1 + size; from 0 to below 1.
    n : int
        Number of shocks, at least one.
    seed : int
        The same shocks for the same seed.
    top : float
        Largest total; the least is zero.

    Raises
    ------
    MethodError
        ``E-SHOCK-SIZE``; ``E-WEIGHT-LENGTH``; ``E-WEIGHT-AMOUNT``; ``E-METHOD-LIBRARY``: numpy is not installed.

    Source: E. Triantaphyllou, A. Sánchez, A sensitivity analysis approach for some deterministic multi-criteria
    decision-making methods, 1997, for the question; the answer by simulation.
    """
    if not (0 <= size < 1 and n >= 1):
        raise MethodError("E-SHOCK-SIZE", size=size, n=n)
    np = library("shocks", "numpy")
    counted = [place for place, card in enumerate(cards) if _has_total(card, cards[0])]
    if not counted:
        return Shocks(n, size, seed, 0.0, 0.0, (None,) * len(cards))
    shaken = _Shaker(np, [cards[place] for place in counted], bands, top)
    random = np.random.default_rng(seed)
    for start in range(0, n, AT_ONCE):
        shaken.add(random.uniform(1 - size, 1 + size, (min(AT_ONCE, n - start), shaken.n_kpis)))
    found = dict(zip(counted, shaken.cards(n), strict=True))
    every = tuple(found.get(place) for place in range(len(cards)))
    return Shocks(n, size, seed, shaken.any_grade / n, shaken.any_rank / n, every)


def swaps(scores: Sequence[Sequence[float]], weights: Sequence[float]) -> tuple[Swap, ...]:
    """For each two neighbours in the ranking the weights at which they change places, the nearest first.

    Parameters
    ----------
    scores : (n_cards, n_kpis)
        Item scores of cards with the same weights; none missing.
    weights : (n_kpis,)
        Fractions that sum to 1.

    Source: E. Triantaphyllou, A. Sánchez, A sensitivity analysis approach for some deterministic multi-criteria
    decision-making methods, 1997.

    >>> nearest = swaps([[90, 100, 110], [100, 95, 98]], [0.5, 0.3, 0.2])[0]
    >>> nearest.kpi, round(nearest.critical, 4), round(nearest.change, 4)
    (0, 0.4382, -0.1236)
    """
    ranking = totals(scores, weights)
    order = sorted(range(len(scores)), key=lambda place: -ranking[place])
    found = [
        Swap(kpi, ahead, behind, weights[kpi], critical, _relative(critical, weights[kpi]))
        for ahead, behind in pairwise(order)
        for kpi in range(len(weights))
        if (critical := critical_weight(scores[ahead], scores[behind], weights, kpi)) is not None
    ]
    return tuple(sorted(found, key=lambda swap: abs(swap.change)))


class _Shaker:
    """Totals of all cards under many weights at once, and the counts of what changed."""

    def __init__(self, np: Any, cards: Sequence[Weighed], bands: Sequence[Band], top: float) -> None:
        known = np.array([[score is not None for score in card.scores] for card in cards])
        scores = np.array([[score or 0.0 for score in card.scores] for card in cards], dtype=float)
        weights = np.array([card.weights for card in cards], dtype=float) * known
        self.np, self.top, self.n_kpis = np, top, weights.shape[1]
        self.points, self.weights = (weights * scores).T, weights.T
        self.adjust = np.array([card.adjust for card in cards])
        names = sorted({card.group for card in cards})
        self.groups = [np.array([card.group == name for card in cards]) for name in names]
        letters = [band.grade for band in bands]
        self.bounds = np.array([band.lo for band in bands])
        self.letters = np.array([0, *(letters.index(letter) + 1 for letter in letters)])
        self.total, self.grade, self.rank = (each[0] for each in self._graded(np.ones((1, self.n_kpis))))
        self.lowest, self.highest = self.total.copy(), self.total.copy()
        self.best, self.worst = self.rank.copy(), self.rank.copy()
        self.grades, self.ranks = np.zeros(len(cards), dtype=int), np.zeros(len(cards), dtype=int)
        self.any_grade = self.any_rank = 0

    def add(self, factors: Any) -> None:
        """Count what these factors change; factors: (n_shocks, n_kpis)."""
        np = self.np
        total, grade, rank = self._graded(factors)
        self.lowest = np.minimum(self.lowest, total.min(axis=0))
        self.highest = np.maximum(self.highest, total.max(axis=0))
        self.best, self.worst = np.minimum(self.best, rank.min(axis=0)), np.maximum(self.worst, rank.max(axis=0))
        other_grade, other_rank = grade != self.grade, rank != self.rank
        self.grades += other_grade.sum(axis=0)
        self.ranks += other_rank.sum(axis=0)
        self.any_grade += int(other_grade.any(axis=1).sum())
        self.any_rank += int(other_rank.any(axis=1).sum())

    def cards(self, n: int) -> list[Shaken]:
        """What became of each card."""
        columns = (
            self.total, self.lowest, self.highest, self.grades / n, self.ranks / n, self.best, self.worst,
        )  # fmt: skip
        return [Shaken(*row) for row in zip(*(column.tolist() for column in columns), strict=True)]

    def _graded(self, factors: Any) -> tuple[Any, Any, Any]:
        """Totals as printed, places of grades, and ranks; each (n_shocks, n_cards)."""
        np = self.np
        mean = (factors @ self.points) / (factors @ self.weights)
        cents = np.round((mean + self.adjust) * 100, 7)     # a sum on a half is on it, as in a workbook
        total = np.clip(np.sign(cents) * np.floor(np.abs(cents) + 0.5) / 100, 0.0, self.top)
        grade = self.letters[np.searchsorted(self.bounds, total, side="right")]
        rank = np.empty(total.shape, dtype=int)
        for members in self.groups:
            rank[:, members] = self._ranks(total[:, members])
        return total, grade, rank

    def _ranks(self, total: Any) -> Any:
        """Competition ranks: 1, 2, 2, 4."""
        np = self.np
        order = np.argsort(-total, axis=1, kind="stable")
        ordered = np.take_along_axis(total, order, axis=1)
        is_new = np.ones(total.shape, dtype=bool)
        is_new[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
        first = np.maximum.accumulate(np.where(is_new, np.arange(total.shape[1]), 0), axis=1)
        rank = np.empty(total.shape, dtype=int)
        np.put_along_axis(rank, order, first + 1, axis=1)
        return rank


def _has_total(card: Weighed, first: Weighed) -> bool:
    same_length(card.scores, first.scores)
    same_length(card.weights, card.scores)
    pairs = zip(amounts(card.weights), card.scores, strict=True)
    return any(weight > 0 and score is not None for weight, score in pairs)


def _relative(critical: float, weight: float) -> float:
    return critical / weight - 1 if weight else inf
