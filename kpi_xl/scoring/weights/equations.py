"""Small systems of linear equations."""

from __future__ import annotations

from collections.abc import Sequence

SINGULAR = 1e-9
"""A pivot smaller than this share of the largest coefficient leaves the system without one solution."""


def solved(coefficients: Sequence[Sequence[float]], right: Sequence[float]) -> tuple[float, ...] | None:
    """The x of ``coefficients · x = right``, by Gaussian elimination with pivoting.

    Parameters
    ----------
    coefficients : (n, n)
    right : (n,)

    Returns
    -------
    (n,) or None
        None when the equations do not settle x.

    >>> solved([[2, 1], [1, 3]], [5, 10])
    (1.0, 3.0)
    """
    rows = [[*map(float, row), float(value)] for row, value in zip(coefficients, right, strict=True)]
    largest = max((abs(value) for row in coefficients for value in row), default=0.0)
    for step in range(len(rows)):
        pivot = max(range(step, len(rows)), key=lambda i: abs(rows[i][step]))
        if abs(rows[pivot][step]) <= SINGULAR * largest:
            return None
        rows[step], rows[pivot] = rows[pivot], rows[step]
        for i in range(step + 1, len(rows)):
            _subtract(rows[i], rows[step], rows[i][step] / rows[step][step])
    return _backwards(rows)


def _subtract(row: list[float], other: Sequence[float], times: float) -> None:
    for j, value in enumerate(other):
        row[j] -= times * value


def _backwards(rows: Sequence[Sequence[float]]) -> tuple[float, ...]:
    found: list[float] = []
    for i in range(len(rows) - 1, -1, -1):
        known = sum(a * x for a, x in zip(rows[i][i + 1 : -1], found, strict=True))
        found.insert(0, (rows[i][-1] - known) / rows[i][i])
    return tuple(found)
