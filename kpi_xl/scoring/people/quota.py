"""Grades by quota, as a proposal beside the absolute grade."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate
from types import MappingProxyType

from kpi_xl.scoring.weights.bounds import largest_remainder

QUOTAS: Mapping[str, float] = MappingProxyType({"S": 0.10, "A": 0.20, "B": 0.50, "C": 0.15, "D": 0.05})
"""Best grade first."""
SMALL = 10
"""A team with fewer has no quota of its own: pool it with its siblings."""

Key = tuple[float, ...]
"""What people are ranked by: total, score of the weightiest indicator, finance subtotal, minus points deducted."""


def quota_counts(count: int, quotas: Sequence[float], small: int = SMALL) -> tuple[int, ...] | None:
    """How many people each grade may have; None for a team too small for quotas.

    Parameters
    ----------
    count : int
        People with a total.
    quotas : (n_grades,)
        In any proportion, best grade first.

    >>> quota_counts(23, (10, 20, 50, 15, 5))
    (2, 5, 12, 3, 1)
    """
    return None if count < small else largest_remainder(quotas, count)


def competition_ranks(keys: Sequence[Key | None]) -> tuple[int | None, ...]:
    """Ranks 1, 2, 2, 4 by keys, the largest first; None where there is none.

    >>> competition_ranks(((90.0,), (95.0,), None, (90.0,), (80.0,)))
    (2, 1, None, 2, 4)
    """
    ranked = sorted((key for key in keys if key is not None), reverse=True)
    first: dict[Key, int] = {}
    for place, key in enumerate(ranked, start=1):
        first.setdefault(key, place)
    return tuple(None if key is None else first[key] for key in keys)


def grade_proposal(
    keys: Sequence[Key | None], quotas: Mapping[str, float] = QUOTAS, small: int = SMALL
) -> tuple[str | None, ...]:
    """Grade of each person by quota.

    Parameters
    ----------
    keys : (n_people,)
        What they are ranked by, as printed; None for one whose total is withheld, who gets no grade.
    quotas : mapping
        Grade and share, best first.
    small : int
        Below so many people nobody gets a proposal.

    Returns
    -------
    (n_people,)
        People of the same rank have the same grade: a tie across a line goes up, and the next grade has fewer.

    >>> grade_proposal([(90.0 - (i > 2),) for i in range(10)], {"A": 0.2, "B": 0.8})[:4]
    ('A', 'A', 'A', 'B')
    """
    ranks = competition_ranks(keys)
    counts = quota_counts(sum(rank is not None for rank in ranks), list(quotas.values()), small)
    if counts is None:
        return (None,) * len(ranks)
    lines = list(zip(quotas, accumulate(counts), strict=True))
    return tuple(None if rank is None else next(grade for grade, last in lines if rank <= last) for rank in ranks)
