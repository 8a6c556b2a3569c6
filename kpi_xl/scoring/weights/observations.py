"""Past data that weights are drawn from: checks, normalisation, and what every such method does at the edges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, sqrt
from typing import Literal, TypeAlias

from kpi_xl.errors import MethodError
from kpi_xl.model.params import Problem
from kpi_xl.model.status import Status
from kpi_xl.scoring.weights.shares import LARGEST, same_length, shares

CONSTANT = 1e-12
"""A column whose values differ by no more than this share of the largest says nothing."""
FEWEST_ROWS = 10
ROWS_PER_COLUMN = 2
FEWEST_DISTINCT = 4

Direction: TypeAlias = Literal["up", "down"]
Column: TypeAlias = tuple[float, ...]
UP: Direction = "up"


@dataclass(frozen=True, slots=True)
class Observations:
    """Past values of indicators: (n_kpis,) columns of (n_rows,) values each."""

    columns: tuple[Column, ...]
    directions: tuple[Direction, ...]

    @property
    def n_rows(self) -> int:
        """How many periods or units were observed."""
        return len(self.columns[0])

    @property
    def varying(self) -> tuple[int, ...]:
        """0-based columns that are not constant."""
        return tuple(j for j, column in enumerate(self.columns) if not _is_constant(column))


@dataclass(frozen=True, slots=True)
class Objective:
    """Weights drawn from data.

    `importance` is what the method found in each column before it became shares. The status is INSUFFICIENT, and the
    weights advice only, where there are too few rows or too few distinct values.
    """

    weights: tuple[float, ...]
    importance: tuple[float, ...]
    status: Status
    warnings: tuple[Problem, ...] = ()


def observations(rows: Sequence[Sequence[float]], directions: Sequence[Direction] = ()) -> Observations:
    """Rows of past values as columns with their directions.

    Parameters
    ----------
    rows : (n_rows, n_kpis)
        One row per period or unit, each indicator in its own unit; nothing is missing.
    directions : (n_kpis,), optional
        "up" where more is better, "down" where less is; all "up" when left out.

    Raises
    ------
    MethodError
        ``E-WEIGHT-NOTHING``: no data; ``E-WEIGHT-LENGTH``; ``NON_FINITE``.
    """
    if not rows or not rows[0]:
        raise MethodError("E-WEIGHT-NOTHING")
    for row in rows:
        same_length(row, rows[0])
        for value in row:
            if not abs(value) <= LARGEST:
                raise MethodError("NON_FINITE", found=value)
    ways = tuple(directions) or (UP,) * len(rows[0])
    same_length(ways, rows[0])
    return Observations(tuple(tuple(map(float, column)) for column in zip(*rows, strict=True)), ways)


def minmax(data: Observations) -> tuple[Column, ...]:
    """Columns from 0, the worst value, to 1, the best; a constant one is 0."""
    varying = data.varying
    return tuple(
        _stretched(column, way) if j in varying else (0.0,) * data.n_rows
        for j, (column, way) in enumerate(zip(data.columns, data.directions, strict=True))
    )


def drawn(data: Observations, importance: Sequence[float], *warnings: Problem) -> Objective:
    """The importance of columns as weights.

    A constant column weighs nothing. Where no column is important the columns that vary weigh the same, and where none
    varies all do.
    """
    varying = data.varying
    found = tuple(importance[j] if j in varying else 0.0 for j in range(len(data.columns)))
    constant = [Problem("W-DATA-CONSTANT", {"column": j + 1}) for j in range(len(found)) if j not in varying]
    if any(found):
        weights = shares(found)
    else:
        weights = shares([float(j in varying or not varying) for j in range(len(found))])
        constant += [Problem("W-DATA-ALIKE" if varying else "W-DATA-ALL-CONSTANT")]
    thin = _too_thin(data)
    return Objective(weights, found, Status.INSUFFICIENT if thin else Status.OK, (*constant, *warnings, *thin))


def mean(values: Sequence[float]) -> float:
    """Arithmetic mean."""
    return fsum(values) / len(values)


def deviation(values: Sequence[float]) -> float:
    """Standard deviation of a population."""
    middle = mean(values)
    return sqrt(mean([(value - middle) ** 2 for value in values]))


def _is_constant(column: Column) -> bool:
    lowest, highest = min(column), max(column)
    return highest - lowest <= CONSTANT * max(abs(lowest), abs(highest))


def _stretched(column: Column, direction: Direction) -> Column:
    lowest, highest = min(column), max(column)
    worst, best = (lowest, highest) if direction == "up" else (highest, lowest)
    return tuple((value - worst) / (best - worst) for value in column)


def _too_thin(data: Observations) -> tuple[Problem, ...]:
    wanted = max(FEWEST_ROWS, ROWS_PER_COLUMN * len(data.columns))
    few = [] if data.n_rows >= wanted else [Problem("W-DATA-ROWS", {"found": data.n_rows, "wanted": wanted})]
    distinct = [len(set(column)) for column in data.columns]
    alike = [
        Problem("W-DATA-DISTINCT", {"column": j, "found": found, "wanted": FEWEST_DISTINCT})
        for j, found in enumerate(distinct, start=1)
        if found < FEWEST_DISTINCT
    ]
    return (*few, *alike)
