"""Comparisons in pairs, as people fill them in: a square matrix whose two halves are each other's reciprocals."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import TypeAlias

from kpi_xl.errors import MethodError

MOST_COMPARED = 9
"""More than so many things nobody compares in pairs without losing the thread: use a hierarchy, or best and worst."""
RECIPROCAL = 1e-6
"""How far a judgement times its reciprocal may be from 1."""
FARTHEST = 1e9
"""No judgement is larger, and none smaller than its reciprocal; Saaty's scale ends at 9."""

Matrix: TypeAlias = tuple[tuple[float, ...], ...]
Cells: TypeAlias = Sequence[Sequence[float | None]]
"""Judgements as typed; None where nothing was."""
PartialMatrix: TypeAlias = tuple[tuple[float | None, ...], ...]


def judgements(cells: Cells) -> Matrix:
    """A complete matrix of judgements.

    Parameters
    ----------
    cells : (n_kpis, n_kpis)
        ``cells[i][j]`` says how much more i matters than j. The half above the diagonal is full; a blank below it is
        the reciprocal, a blank on it 1.

    Raises
    ------
    MethodError
        ``E-AHP-SIZE``, ``E-AHP-SQUARE``, ``E-AHP-JUDGEMENT``, ``E-AHP-RECIPROCAL``; ``E-AHP-BLANK``: a comparison is
        missing.

    >>> judgements([[1, 4], [None, 1]])
    ((1.0, 4.0), (0.25, 1.0))
    """
    matrix = partial_judgements(cells)
    for i, row in enumerate(cells):
        for j in range(i + 1, len(row)):
            if row[j] is None:
                raise MethodError("E-AHP-BLANK", row=i + 1, column=j + 1)
    return tuple(tuple(value for value in row if value is not None) for row in matrix)


def partial_judgements(cells: Cells) -> PartialMatrix:
    """A matrix of judgements that may lack comparisons: None on both sides.

    Raises
    ------
    MethodError
        As `judgements`, but for a missing comparison.

    >>> partial_judgements([[1, None, 2], [None, 1, None], [None, 5, 1]])
    ((1.0, None, 2.0), (None, 1.0, 0.2), (0.5, 5.0, 1.0))
    """
    size = len(cells)
    if not 1 <= size <= MOST_COMPARED:
        raise MethodError("E-AHP-SIZE", found=size, wanted=MOST_COMPARED)
    for row in cells:
        if len(row) != size:
            raise MethodError("E-AHP-SQUARE", found=len(row), wanted=size)
    for i, row in enumerate(cells):
        for j, value in enumerate(row):
            _check(value, cells[j][i], i, j)
    return tuple(tuple(_filled(cells, i, j) for j in range(size)) for i in range(size))


def pieces(matrix: PartialMatrix) -> tuple[tuple[int, ...], ...]:
    """Groups of things that comparisons connect, directly or through others.

    >>> pieces(((1.0, 2.0, None), (0.5, 1.0, None), (None, None, 1.0)))
    ((0, 1), (2,))
    """
    left, found = set(range(len(matrix))), []
    while left:
        group, edge = set[int](), {min(left)}
        while edge:
            group |= edge
            edge = {j for i in edge for j, value in enumerate(matrix[i]) if value is not None} - group
        found.append(tuple(sorted(group)))
        left -= group
    return tuple(found)


def _check(value: float | None, mirrored: float | None, i: int, j: int) -> None:
    if value is None:
        return
    if not (isfinite(value) and 1 / FARTHEST <= value <= FARTHEST):
        raise MethodError("E-AHP-JUDGEMENT", row=i + 1, column=j + 1, found=value)
    if i == j and abs(value - 1) > RECIPROCAL:
        raise MethodError("E-AHP-RECIPROCAL", row=i + 1, column=j + 1, found=value, wanted=1)
    if i > j and mirrored is not None and abs(value * mirrored - 1) > RECIPROCAL:
        raise MethodError("E-AHP-RECIPROCAL", row=i + 1, column=j + 1, found=value, wanted=1 / mirrored)


def _filled(cells: Cells, i: int, j: int) -> float | None:
    """The upper half as typed, and what follows from it; so that the two halves agree to the last bit."""
    above = cells[min(i, j)][max(i, j)]
    below = cells[max(i, j)][min(i, j)]
    if i == j:
        return 1.0
    if above is not None:
        return float(above) if i < j else 1 / above
    if below is not None:
        return float(below) if i > j else 1 / below
    return None
