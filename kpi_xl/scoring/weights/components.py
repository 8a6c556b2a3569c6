"""Principal components: how many directions the indicators really have, and which of them repeat each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import fsum

from kpi_xl.model.params import Problem
from kpi_xl.model.status import Status
from kpi_xl.scoring.weights.interplay import standardised
from kpi_xl.scoring.weights.observations import Column, drawn, observations
from kpi_xl.scoring.weights.shares import library

EXPLAINED = 0.85
"""Principal components are taken until they hold this share of the variance."""
ALIKE = 0.9
"""Two indicators of which the correlation is at least so large nearly repeat each other."""
DIGITS = 9


@dataclass(frozen=True, slots=True)
class Loadings:
    """What principal components say about weights: advice that never writes any."""

    weights: tuple[float, ...]
    variances: tuple[float, ...]                                # share of each component taken, largest first
    alike: tuple[tuple[int, int, float], ...]                   # 0-based pairs, largest correlation first
    status: Status                                              # INSUFFICIENT: too few data even for advice
    warnings: tuple[Problem, ...] = ()


def principal_components(rows: Sequence[Sequence[float]]) -> Loadings:
    """How much each indicator loads on the principal components; advice only.

    Loadings have no fixed sign and no meaning before the data are there, so nothing is weighted by them.

    Parameters
    ----------
    rows : (n_rows, n_kpis)
        One row per period or unit; constant columns get nothing. The correlations of the others are decomposed, so
        neither units nor directions matter.

    Raises
    ------
    MethodError
        ``E-METHOD-LIBRARY``: numpy is not installed.

    Source: I. T. Jolliffe, Principal Component Analysis, 2002.
    """
    data = observations(rows)
    note = Problem("I-PCA-ADVISORY", {"explained": EXPLAINED})
    if not data.varying:
        flat = drawn(data, [])
        return Loadings(flat.weights, (), (), flat.status, (note, *flat.warnings))
    columns = {j: standardised(data.columns[j]) for j in data.varying}
    loads, variances = _loads(list(columns.values()))
    by_column = dict(zip(data.varying, loads, strict=True))
    result = drawn(data, [by_column.get(j, 0.0) for j in range(len(data.columns))])
    found = [(i, j, _product(columns[i], columns[j])) for i, j in combinations(data.varying, 2)]
    alike = sorted((each for each in found if abs(each[2]) >= ALIKE), key=lambda each: -abs(each[2]))
    return Loadings(result.weights, variances, tuple(alike), result.status, (note, *result.warnings))


def _loads(standard: Sequence[Column]) -> tuple[list[float], tuple[float, ...]]:
    """Per column its loadings in size, each times the variance of its component; shares of the components taken."""
    correlations = [[_product(own, other) for other in standard] for own in standard]
    variances, vectors = library("PCA", "numpy").linalg.eigh(correlations)
    ordered = sorted(zip(map(float, variances), vectors.T.tolist(), strict=True), key=lambda pair: -pair[0])
    shares = [variance / len(ordered) for variance, _ in ordered]
    kept = 1 + sum(fsum(shares[: k + 1]) < EXPLAINED - 10**-DIGITS for k in range(len(shares) - 1))
    parts = [[variance * abs(load) for load in vector] for variance, vector in ordered[:kept]]
    return [fsum(column) for column in zip(*parts, strict=True)], tuple(shares[:kept])


def _product(own: Column, other: Column) -> float:
    return fsum(map(float.__mul__, own, other))
