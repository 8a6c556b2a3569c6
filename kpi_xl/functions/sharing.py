"""The worksheet function that shares out a total to the last unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import fsum
from typing import Annotated, cast

from kpi_xl.errors import FunctionError
from kpi_xl.functions.cells import Cell, Grid, each, figure, is_missing
from kpi_xl.functions.matrices import full_rows, single
from kpi_xl.functions.registry import worksheet_function
from kpi_xl.scoring.allocation import CENT, Stake, allocate, two_stage

Rows = Sequence[Sequence[float]]


@worksheet_function("KPI_ALLOC")
def kpi_alloc(
    total: Annotated[Grid, "pool"],
    shares: Annotated[Grid, "shares"],
    unit: Annotated[Grid, "smallest"] = CENT,
    groups: Annotated[Grid, "groups"] = None,
    group_shares: Annotated[Grid, "group_shares"] = None,
) -> Grid:
    """A total shared out in whole units that sum to it exactly; with groups first to these, then within each."""
    amount, grain = figure(single(total, "total"), "total"), figure(single(unit, "unit"), "unit")
    if amount is None:
        raise FunctionError("E-ARG-BLANK", argument="total", row=1, column=1)
    rows = full_rows(shares, "shares")
    own, step = [share for row in rows for share in row], CENT if grain is None else grain
    if groups is None:
        parts = iter(allocate(amount, own, step))
    else:
        names = _names(groups, rows)
        parts = iter(_in_stages(amount, own, names, _wholes(own, names, group_shares, rows), step))
    return [[next(parts) for _ in row] for row in rows]


def _names(groups: Grid, rows: Rows) -> Sequence[str]:
    """The group of every share; upper and lower case are one."""
    cells = _beside(groups, rows)
    if any(map(is_missing, cells)):
        row, column = divmod([*map(is_missing, cells)].index(True), len(rows[0]))
        raise FunctionError("E-ARG-BLANK", argument="groups", row=row + 1, column=column + 1)
    return [str(cell).strip().casefold() for cell in cells]


def _wholes(own: Sequence[float], names: Sequence[str], given: Grid, rows: Rows) -> Mapping[str, float]:
    """The share of each group: the first number beside it, or the sum of its members'."""
    if given is None:
        return {name: fsum(share for share, each in zip(own, names, strict=True) if each == name) for name in names}
    wholes: dict[str, float] = {}
    for name, cell in zip(names, _beside(given, rows), strict=True):
        share = figure(cell, "group_shares")
        if share is not None:
            wholes.setdefault(name, share)
    return {name: wholes.get(name, 0.0) for name in names}


def _beside(block: Grid, rows: Rows) -> Sequence[Cell]:
    """The cells of a block that must have the shape of the shares."""
    cells = each(lambda cell: cell, block)
    found = cast(Sequence[Sequence[Cell]], cells if isinstance(cells, list) else [[cells]])
    sizes = {len(rows), len(found)}, {len(rows[0]), len(found[0])}
    for size in sizes:
        if len(size) > 1:
            raise FunctionError("E-ARG-SHAPE", found=", ".join(map(str, sorted(size))))
    return [cell for row in found for cell in row]


def _in_stages(
    amount: float, own: Sequence[float], names: Sequence[str], wholes: Mapping[str, float], step: float
) -> Sequence[float]:
    members: dict[str, list[Stake]] = {name: [] for name in wholes}
    for name, share in zip(names, own, strict=True):
        members[name].append(Stake(share, 1.0))
    given = {name: iter(pool.amounts) for name, pool in two_stage(amount, wholes, members, step).items()}
    return [next(given[name]) for name in names]
