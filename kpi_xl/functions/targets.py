"""Worksheet functions that draw targets from the past: seasons, forecasts, anchors, and the chance of a target."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated

from kpi_xl.errors import FunctionError
from kpi_xl.functions.cells import NO_SCORE, Cell, CellFailure, Grid, choice, each, figure
from kpi_xl.functions.matrices import column, full_rows, rows_with_blanks, single, vector
from kpi_xl.functions.parsing import kpi_parse_period
from kpi_xl.functions.registry import worksheet_function
from kpi_xl.model.periods import MONTHS, Period, parse_period
from kpi_xl.scoring.targets.anchors import anchors, chance
from kpi_xl.scoring.targets.decompose import CENT, around_mean, by_season, rates
from kpi_xl.scoring.targets.forecast import Forecast
from kpi_xl.scoring.targets.history import History
from kpi_xl.scoring.targets.outlook import OUTLOOKS, outlook
from kpi_xl.scoring.targets.seasons import FEWEST_YEARS, moved_festival, seasonal_indices

KINDS = {12 // months: kind for kind, months in MONTHS.items()}
"""Kind of period by how many make a year."""
MONTHLY = 12
SOME_YEAR = 2001
"""Stands for the year of a past whose periods are not named."""
YEARS = range(1901, 2199)
MOST_STEPS = 60
YEAR_KINDS = ("sum", "mean", "rate")
DIRECTIONS = ("up", "down")


@worksheet_function("KPI_SEASONAL")
def kpi_seasonal(
    history: Annotated[Grid, "history"],
    season: Annotated[Grid, "season"] = MONTHLY,
    first: Annotated[Grid, "first"] = "",
    year: Annotated[Grid, "year"] = "",
) -> Grid:
    """Seasonal indices of a year's periods, as one column."""
    known = _history(history, season, first)
    asked = _whole(single(year, "year"), "year", YEARS)
    found = seasonal_indices(known, asked or known.last.year + 1)
    if asked is None:
        if found.n_years < FEWEST_YEARS:
            wanted = FEWEST_YEARS * known.season
            raise FunctionError("E-HISTORY-SHORT", method="KPI_SEASONAL", found=len(known.known), wanted=wanted)
        return column(found.indices)
    return column(moved_festival(found, known, asked).indices)


@worksheet_function("KPI_CALENDARISE")
def kpi_calendarise(
    annual: Annotated[Grid, "annual"],
    indices: Annotated[Grid, "indices"],
    unit: Annotated[Grid, "smallest"] = CENT,
    kind: Annotated[Grid, "year_kind"] = YEAR_KINDS[0],
    denominators: Annotated[Grid, "denominators"] = None,
) -> Grid:
    """A year's target by period, in the shape of the indices."""
    total = _needed(single(annual, "annual"), "annual")
    rows = full_rows(indices, "indices")
    shape = [part for row in rows for part in row]
    chosen = choice(single(kind, "kind"), "kind", YEAR_KINDS)
    if chosen == "rate":
        parts = iter(rates(total, vector(denominators, "denominators"), shape).periods)
    else:
        grain = figure(single(unit, "unit"), "unit")
        split = by_season if chosen == "sum" else around_mean
        parts = iter(split(total, shape, CENT if grain is None else grain))
    return [[next(parts) for _ in row] for row in rows]


@worksheet_function("KPI_FORECAST")
def kpi_forecast(
    history: Annotated[Grid, "history"],
    steps: Annotated[Grid, "steps"] = 1,
    method: Annotated[Grid, "outlook"] = OUTLOOKS[0],
    season: Annotated[Grid, "season"] = MONTHLY,
    quantile: Annotated[Grid, "quantile"] = None,
) -> Grid:
    """The next periods, as one column: what is expected, or what is not exceeded with a chance."""
    known, ahead = _history(history, season), _steps(steps)
    p = figure(single(quantile, "quantile"), "quantile")
    found = [_outlook(known, step, method) for step in range(1, ahead + 1)]
    return column([each.middle if p is None else each.quantile(p) for each in found])


@worksheet_function("KPI_BTS")
def kpi_bts(
    history: Annotated[Grid, "history"],
    steps: Annotated[Grid, "steps"] = 1,
    direction: Annotated[Grid, "one_direction"] = DIRECTIONS[0],
    method: Annotated[Grid, "outlook"] = OUTLOOKS[0],
    season: Annotated[Grid, "season"] = MONTHLY,
) -> Grid:
    """Threshold, target and stretch of a period, as one row."""
    forecast = _outlook(_history(history, season), _steps(steps), method)
    found = anchors(forecast, _sign(direction))
    return [[found.threshold, found.target, found.stretch]]


@worksheet_function("KPI_PATTAIN")
def kpi_pattain(
    target: Annotated[Grid, "targets"],
    history: Annotated[Grid, "history"],
    steps: Annotated[Grid, "steps"] = 1,
    direction: Annotated[Grid, "one_direction"] = DIRECTIONS[0],
    method: Annotated[Grid, "outlook"] = OUTLOOKS[0],
    season: Annotated[Grid, "season"] = MONTHLY,
) -> Grid:
    """Chance of reaching each target."""
    forecast, sign = _outlook(_history(history, season), _steps(steps), method), _sign(direction)

    def one(cell: Cell) -> Cell:
        value = figure(cell, "target")
        return NO_SCORE if value is None else chance(forecast, value, sign)

    return each(one, target)


def _outlook(known: History, steps: int, method: Grid) -> Forecast:
    return outlook(known, known.last.shift(steps), choice(single(method, "method"), "method", OUTLOOKS))


def _history(block: Grid, season: Grid, first: Grid = "") -> History:
    """The past in one row or column; blank cells before its first and after its last value are no part of it."""
    rows = rows_with_blanks(block, "history")
    if len(rows) > 1 and len(rows[0]) > 1:
        raise FunctionError("E-ARG-VECTOR", argument="history", found=f"{len(rows)} x {len(rows[0])}")
    values = tuple(value for row in rows for value in row)
    known = History(_first(single(first, "first"), season), values)
    return known.before(known.last.shift(1))


def _first(cell: Cell, season: Grid) -> Period:
    """Period of the first value: as named, or the first of a year in periods of a kind."""
    code = kpi_parse_period(cell)
    if isinstance(code, CellFailure):
        raise FunctionError(code.code, **code.args)
    if code != NO_SCORE:
        return parse_period(str(code))
    return Period(SOME_YEAR, KINDS[_whole(single(season, "season"), "season", KINDS) or MONTHLY], 1)


def _steps(block: Grid) -> int:
    return _whole(single(block, "steps"), "steps", range(1, MOST_STEPS + 1)) or 1


def _sign(block: Grid) -> int:
    return -1 if choice(single(block, "direction"), "direction", DIRECTIONS) == "down" else 1


def _whole(cell: Cell, argument: str, wanted: Collection[int]) -> int | None:
    """One of some whole numbers; None when the cell is empty."""
    number = figure(cell, argument)
    if number is None or number in wanted:
        return None if number is None else int(number)
    listed = ", ".join(map(str, wanted)) if len(wanted) <= len(KINDS) else f"{min(wanted)}-{max(wanted)}"
    raise FunctionError("E-ARG-CHOICE", argument=argument, found=cell, wanted=listed)


def _needed(cell: Cell, argument: str) -> float:
    value = figure(cell, argument)
    if value is None:
        raise FunctionError("E-ARG-BLANK", argument=argument, row=1, column=1)
    return value
