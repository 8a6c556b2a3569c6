"""Weights from how the indicators act together: correlation, and removal of one."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum, log, log1p, sqrt

from kpi_xl.errors import MethodError
from kpi_xl.scoring.weights.observations import (
    Column,
    Direction,
    Objective,
    Observations,
    deviation,
    drawn,
    mean,
    minmax,
    observations,
)

NOISE = 1e-24
"""Two columns conflict less than this only by the last bits of their floats."""


def critic(rows: Sequence[Sequence[float]], directions: Sequence[Direction] = ()) -> Objective:
    """CRITIC weights: by spread, and by how little other indicators repeat it.

    Parameters
    ----------
    rows : (n_rows, n_kpis)
        One row per period or unit.
    directions : (n_kpis,), optional
        "up" or "down"; turns the sign of correlations.

    Returns
    -------
    Objective
        A constant column weighs nothing and has no part in the correlations.

    Source: D. Diakoulaki, G. Mavrotas, L. Papayannakis, Determining objective weights in multiple criteria
    problems: the CRITIC method, 1995.
    """
    data = observations(rows, directions)
    columns = minmax(data)
    standard = {j: standardised(columns[j]) for j in data.varying}
    conflict = {j: fsum(_conflict(own, other) for other in standard.values()) for j, own in standard.items()}
    return drawn(data, [deviation(column) * conflict.get(j, 0.0) for j, column in enumerate(columns)])


def merec(rows: Sequence[Sequence[float]], directions: Sequence[Direction] = ()) -> Objective:
    """MEREC weights: by how much performance changes without the indicator.

    Parameters
    ----------
    rows : (n_rows, n_kpis)
        All above zero.
    directions : (n_kpis,), optional

    Raises
    ------
    MethodError
        ``E-DATA-POSITIVE``: a value of zero or less has no logarithm.

    Source: M. Keshavarz-Ghorabaee, M. Amiri, E. K. Zavadskas, Z. Turskis, J. Antucheviciene, Determination of
    objective weights using a new method based on the removal effects of criteria (MEREC), 2021.
    """
    data = observations(rows, directions)
    _check_positive(data)
    logs = [_distance(column, way) for column, way in zip(data.columns, data.directions, strict=True)]
    sums = [fsum(row) for row in zip(*logs, strict=True)]
    return drawn(data, [fsum(map(_removal, column, sums, [len(logs)] * data.n_rows)) for column in logs])


def standardised(column: Column) -> Column:
    """A varying column about its mean, of length 1: the product of two is their correlation."""
    largest, middle = max(map(abs, column)), mean(column)
    centred = [(value - middle) / largest for value in column]
    length = sqrt(fsum(value * value for value in centred))
    return tuple(value / length for value in centred)


def _conflict(own: Column, other: Column) -> float:
    """1 less the correlation, as half the squared distance: exact where columns repeat each other."""
    found = fsum((a - b) ** 2 for a, b in zip(own, other, strict=True)) / 2
    return found if found > NOISE else 0.0


def _distance(column: Column, direction: Direction) -> Column:
    """Size of the log of the normalised values: 0 for the least (up) or the largest (down), above 0 for others."""
    base = log(min(column)) if direction == "up" else log(max(column))
    return tuple(abs(log(value) - base) for value in column)


def _removal(own: float, total: float, size: int) -> float:
    """By how much the performance ``ln(1 + total/m)`` of a row shrinks without one column's part."""
    return log1p(own / size / (1 + max(0.0, total - own) / size))


def _check_positive(data: Observations) -> None:
    for j, column in enumerate(data.columns, start=1):
        for i, value in enumerate(column, start=1):
            if value <= 0:
                raise MethodError("E-DATA-POSITIVE", row=i, column=j, found=value)
