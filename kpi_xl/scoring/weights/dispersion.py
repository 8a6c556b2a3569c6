"""Weights from how much the values of each indicator differ: entropy, deviation, variation."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum, log, log1p, sqrt
from typing import Literal, TypeAlias

from kpi_xl.errors import MethodError
from kpi_xl.model.params import Problem
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

FEWEST_TO_DIFFER = 4
"""With three rows every column has the same sum of differences between its 0, its 1 and what lies between."""

Normalisation: TypeAlias = Literal["minmax", "sum"]


def entropy(
    rows: Sequence[Sequence[float]], directions: Sequence[Direction] = (), normalisation: Normalisation = "minmax"
) -> Objective:
    """Entropy weights: the less even its values, the more an indicator counts.

    Parameters
    ----------
    rows : (n_rows, n_kpis)
    directions : (n_kpis,), optional
        "up" or "down"; has no part in ``sum``.
    normalisation : "minmax" or "sum"
        Each value on the way from the worst to the best, or as its share of the column's sum. The weights depend on
        it. Zero counts as ``0 ln 0 = 0``; nothing is shifted.

    Returns
    -------
    Objective
        `importance` is 1 less the entropy.

    Raises
    ------
    MethodError
        ``E-DATA-NEGATIVE``: a value below zero has no share.

    Source: M. Zeleny, Multiple Criteria Decision Making, 1982.

    >>> [round(weight, 2) for weight in entropy([[1, 5], [3, 7]], normalisation="sum").weights]
    [0.9, 0.1]
    """
    data = observations(rows, directions)
    if normalisation == "sum":
        _check_not_negative(data)
    columns = minmax(data) if normalisation == "minmax" else data.columns
    return drawn(data, [_diversity(columns[j]) if j in data.varying else 0.0 for j in range(len(columns))])


def standard_deviation(rows: Sequence[Sequence[float]], directions: Sequence[Direction] = ()) -> Objective:
    """Weights by standard deviation between worst (0) and best (1).

    Arguments as for `entropy`.

    Source: D. Diakoulaki, G. Mavrotas, L. Papayannakis, Determining objective weights in multiple criteria
    problems: the CRITIC method, 1995.
    """
    data = observations(rows, directions)
    return drawn(data, [deviation(column) for column in minmax(data)])


def variation(rows: Sequence[Sequence[float]], directions: Sequence[Direction] = ()) -> Objective:
    """Weights by coefficient of variation of the values as they are.

    Arguments as for `entropy`; directions have no part in it.

    Raises
    ------
    MethodError
        ``E-DATA-SIGN``: a column with values on both sides of zero has no mean to compare its spread with.

    Source: K. Pearson, Regression, heredity, and panmixia, 1896.
    """
    data = observations(rows, directions)
    for position, column in enumerate(data.columns, start=1):
        if min(column) < 0 < max(column):
            raise MethodError("E-DATA-SIGN", column=position)
    spread = [_relative(column) if j in data.varying else () for j, column in enumerate(data.columns)]
    return drawn(data, [sqrt(mean([u * u for u in column])) if column else 0.0 for column in spread])


def maximum_deviation(rows: Sequence[Sequence[float]], directions: Sequence[Direction] = ()) -> Objective:
    """Weights by the sum of all differences between rows: maximum deviation.

    Arguments as for `entropy`.

    Returns
    -------
    Objective
        With ``W-DEVIATION-ROWS`` below four rows, which give every column the same weight.

    Source: Y. M. Wang, Using the method of maximizing deviations to make decision for multi-indices, 1998.
    """
    data = observations(rows, directions)
    few = Problem("W-DEVIATION-ROWS", {"found": data.n_rows, "wanted": FEWEST_TO_DIFFER})
    warnings = () if data.n_rows >= FEWEST_TO_DIFFER else (few,)
    return drawn(data, [_differences(column) for column in minmax(data)], *warnings)


def _relative(column: Column) -> Column:
    """Each value's distance from the mean, in means."""
    middle = mean(column)
    return tuple((value - middle) / abs(middle) for value in column)


def _diversity(column: Column) -> float:
    """1 less the entropy of the shares p of a column, ``sum(p ln(n p)) / ln n``.

    Written over ``u = n p - 1``, whose terms are never below zero: 1 - e itself cancels to nothing where values are
    nearly the same.
    """
    terms = [(1 + u) * log1p(u) - u if u > -1 else 1.0 for u in _relative(column)]
    return max(0.0, fsum(terms)) / (len(column) * log(len(column)))


def _differences(column: Column) -> float:
    """Sum of absolute differences over all pairs: in order, each value is added and taken as often as it stands."""
    ordered = sorted(column)
    return 2 * fsum((2 * i - len(ordered) + 1) * value for i, value in enumerate(ordered))


def _check_not_negative(data: Observations) -> None:
    for j, column in enumerate(data.columns, start=1):
        for i, value in enumerate(column, start=1):
            if value < 0:
                raise MethodError("E-DATA-NEGATIVE", row=i, column=j, found=value)
