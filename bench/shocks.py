"""Random weights for many cards, beside a plain numpy loop: `python -m bench.shocks [cards] [shocks]`."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from random import Random
from typing import TypeVar

import numpy as np

from kpi_xl.scoring.grades import SCHEMES
from kpi_xl.scoring.weights.shocks import SEED, SIZE, Weighed, shocks

CARDS, SHOCKS, KPIS = 200, 10_000, 12
TOP = 120.0
Answer = TypeVar("Answer")
Floats = np.ndarray
Found = tuple[float, list[float], list[float]]
"""Share of shocks in which any grade changes; per card the share in which its grade, and its rank, does."""


def main(count: int, n: int) -> None:
    bands, cards = SCHEMES["BAND120"], made_up(count)
    ours = timed(f"kpi-xl: {n} shocks on {count} cards x {KPIS}", lambda: shocks(cards, bands, SIZE, n, SEED, TOP))
    theirs = timed("a numpy loop, one shock at a time", lambda: loop(cards, bands, n))
    grades = [card.grade_changes for card in ours.cards if card is not None]
    ranks = [card.rank_changes for card in ours.cards if card is not None]
    print(f"{'largest difference between the two':<50} {furthest((ours.any_grade, grades, ranks), theirs):10.2g}")
    print(f"{'shocks in which some grade changes':<50} {ours.any_grade:10.1%}")


def made_up(count: int) -> list[Weighed]:
    rng = Random(7)
    weights = [rng.choice((0.05, 0.1, 0.15)) for _ in range(KPIS)]
    shares = tuple(weight / sum(weights) for weight in weights)
    return [Weighed(tuple(round(rng.uniform(60, 120), 2) for _ in shares), shares) for _ in range(count)]


def loop(cards: Sequence[Weighed], bands: Sequence[object], n: int) -> Found:
    """What an analyst would write: the same factors, the same roundings, no blocks."""
    scores = np.array([card.scores for card in cards], dtype=float)
    weights = np.array(cards[0].weights)
    bounds = np.array([band.lo for band in bands])  # type: ignore[attr-defined]
    before = graded(scores, weights, bounds)
    rng = np.random.default_rng(SEED)
    grades, ranks, any_grade = np.zeros(len(cards)), np.zeros(len(cards)), 0
    for _ in range(n):
        shaken = weights * rng.uniform(1 - SIZE, 1 + SIZE, KPIS)
        grade, rank = graded(scores, shaken / shaken.sum(), bounds)
        changed = grade != before[0]
        grades += changed
        any_grade += bool(changed.any())
        ranks += rank != before[1]
    return any_grade / n, (grades / n).tolist(), (ranks / n).tolist()


def graded(scores: Floats, weights: Floats, bounds: Floats) -> tuple[Floats, Floats]:
    cents = np.round(scores @ weights * 100, 7)
    total = np.clip(np.floor(cents + 0.5) / 100, 0.0, TOP)
    rank = (total[:, None] < total[None, :]).sum(axis=1)
    return np.searchsorted(bounds, total, side="right"), rank


def furthest(ours: Found, theirs: Found) -> float:
    pairs = zip((ours[0], *ours[1], *ours[2]), (theirs[0], *theirs[1], *theirs[2]), strict=True)
    return max(abs(one - other) for one, other in pairs)


def timed(what: str, act: Callable[[], Answer]) -> Answer:
    start = time.perf_counter()
    answer = act()
    print(f"{what:<50} {time.perf_counter() - start:8.2f} s")
    return answer


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:3] or (str(CARDS), str(SHOCKS))))
