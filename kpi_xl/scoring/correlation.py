"""Rank correlation: whether two series rise and fall together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from math import fsum, sqrt


def mean_ranks(values: Sequence[float]) -> Mapping[float, float]:
    """Rank of each value from the smallest on, 1-based; equal ones share the mean of theirs.

    >>> mean_ranks([5.0, 7.0, 5.0])
    {5.0: 1.5, 7.0: 3.0}
    """
    counts, ranks, before = Counter(values), {}, 0
    for value in sorted(counts):
        ranks[value] = before + (counts[value] + 1) / 2
        before += counts[value]
    return ranks


def spearman(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Rank correlation of pairs, from -1 to 1; None when either side never changes.

    >>> spearman([(1, 10), (2, 20), (3, 15)])
    0.5

    Source: C. Spearman, The Proof and Measurement of Association between Two Things, Am. J. Psychology 15, 1904.
    """
    if not pairs:
        return None
    ranked = [mean_ranks(side) for side in zip(*pairs, strict=True)]
    middle = (len(pairs) + 1) / 2
    xs = [ranked[0][x] - middle for x, _ in pairs]
    ys = [ranked[1][y] - middle for _, y in pairs]
    spread = sqrt(fsum(x * x for x in xs) * fsum(y * y for y in ys))
    return fsum(x * y for x, y in zip(xs, ys, strict=True)) / spread if spread else None
