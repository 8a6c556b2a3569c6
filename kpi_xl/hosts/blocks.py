"""Cells gathered into rectangles, so that an office is asked a few times and not once a cell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping
from typing import TypeVar

from kpi_xl.hosts.area import Area

K = TypeVar("K", bound=Hashable)
Run = tuple[int, int]


def blocks(kinds: Mapping[tuple[int, int], K]) -> Iterator[tuple[K, Area]]:
    """Rectangles that cover these cells, each of one kind, none overlapping.

    >>> [(kind, str(area)) for kind, area in blocks({(1, 1): "a", (1, 2): "a", (2, 1): "a", (2, 2): "b"})]
    [('a', 'A1:B1'), ('a', 'A2'), ('b', 'B2')]

    Parameters
    ----------
    kinds : mapping
        Kind of each cell by 1-based row and column.
    """
    by_row: dict[int, dict[int, K]] = defaultdict(dict)
    for row, column in sorted(kinds):
        by_row[row][column] = kinds[row, column]
    open_runs: dict[tuple[Run, K], int] = {}
    last = 0
    for row, line in by_row.items():
        runs = dict.fromkeys(_runs(line))
        for run in [run for run in open_runs if run not in runs or row != last + 1]:
            yield _block(run, open_runs.pop(run), last)
        for run in runs:
            open_runs.setdefault(run, row)
        last = row
    for run, top in open_runs.items():
        yield _block(run, top, last)


def _block(run: tuple[Run, K], top: int, bottom: int) -> tuple[K, Area]:
    (left, right), kind = run
    return kind, Area(top, left, bottom, right)


def _runs(line: Mapping[int, K]) -> Iterator[tuple[Run, K]]:
    """Neighbours of one kind in a row whose columns ascend."""
    columns = iter(line)
    left = right = next(columns)
    for column in columns:
        if column == right + 1 and line[column] == line[left]:
            right = column
            continue
        yield (left, right), line[left]
        left = right = column
    yield (left, right), line[left]
