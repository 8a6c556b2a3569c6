"""The worksheet function that shares out a total to the last unit."""

from __future__ import annotations

from typing import Annotated

from kpi_xl.errors import FunctionError
from kpi_xl.functions.cells import Grid, figure
from kpi_xl.functions.matrices import full_rows, single
from kpi_xl.functions.registry import worksheet_function
from kpi_xl.scoring.allocation import CENT, allocate


@worksheet_function("KPI_ALLOC")
def kpi_alloc(
    total: Annotated[Grid, "pool"], shares: Annotated[Grid, "shares"], unit: Annotated[Grid, "smallest"] = CENT
) -> Grid:
    """A total shared out in whole units that sum to it exactly."""
    amount, grain = figure(single(total, "total"), "total"), figure(single(unit, "unit"), "unit")
    if amount is None:
        raise FunctionError("E-ARG-BLANK", argument="total", row=1, column=1)
    rows = full_rows(shares, "shares")
    parts = iter(allocate(amount, [share for row in rows for share in row], CENT if grain is None else grain))
    return [[next(parts) for _ in row] for row in rows]
