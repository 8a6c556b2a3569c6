"""Worksheet functions of plain figures and of a card's total: ratio, rounding, grade and coefficient."""

from __future__ import annotations

from typing import Annotated

from kpi_xl.errors import FunctionError
from kpi_xl.functions.cells import NO_SCORE, Cell, Grid, choice, each, figure, word
from kpi_xl.functions.registry import worksheet_function
from kpi_xl.model.inputs import Band
from kpi_xl.scoring.grades import band_of, coefficient, scheme
from kpi_xl.scoring.rounding import excel_round

BY_MODE = {"piecewise": "BAND120", "step": "STEP", "linear": "LINEAR"}
"""The letters of BAND120 with another coefficient."""


@worksheet_function("KPI_RATIO")
def kpi_ratio(num: Annotated[Grid, "num"], den: Annotated[Grid, "den"]) -> Grid:
    """Numerator over denominator; "" for nothing over nothing."""
    return each(_ratio, num, den)


@worksheet_function("KPI_ROUND")
def kpi_round(x: Annotated[Grid, "x"], digits: Annotated[Grid, "digits"] = 2) -> Grid:
    """Rounding as a workbook does it: half away from zero."""
    return each(_round, x, digits)


@worksheet_function("KPI_GRADE")
def kpi_grade(total: Annotated[Grid, "total"], scheme: Annotated[Grid, "scheme"] = "BAND120") -> Grid:
    """Letter of a total; a total on a bound has the better one."""
    return each(_grade, total, scheme)


@worksheet_function("KPI_COEF")
def kpi_coef(
    total: Annotated[Grid, "total"],
    scheme: Annotated[Grid, "scheme"] = "BAND120",
    mode: Annotated[Grid, "mode"] = "",
) -> Grid:
    """Pay coefficient of a total."""
    return each(_coefficient, total, scheme, mode)


def _ratio(num: Cell, den: Cell) -> Cell:
    above, below = figure(num, "num"), figure(den, "den")
    if above is None or below is None or above == below == 0:
        return NO_SCORE
    if below == 0:
        raise FunctionError("NON_FINITE", found=f"{above:g} / 0")
    return above / below


def _round(x: Cell, digits: Cell) -> Cell:
    value, kept = figure(x, "x"), figure(digits, "digits")
    if value is None:
        return NO_SCORE
    if kept is None or abs(kept) > 300:
        raise FunctionError("E-NUMBER", argument="digits", found=digits)
    return excel_round(value, int(kept))


def _grade(total: Cell, name: Cell) -> Cell:
    points = figure(total, "total")
    return NO_SCORE if points is None else band_of(_read(points), _bands(name, "")).grade


def _coefficient(total: Cell, name: Cell, mode: Cell) -> Cell:
    points = figure(total, "total")
    return NO_SCORE if points is None else coefficient(_read(points), _bands(name, mode))


def _read(points: float) -> float:
    """A total without the noise of its last bits, so that a sum on a bound is on it."""
    return excel_round(points, 9)


def _bands(name: Cell, mode: Cell) -> tuple[Band, ...]:
    known = word(name, "BAND120").upper()
    if not word(mode):
        return scheme(known)
    chosen = BY_MODE[choice(mode, "mode", tuple(BY_MODE))]
    if known == "BAND120" or known == chosen or (known == "BAND100" and chosen == "STEP"):
        return scheme(known if known == "BAND100" else chosen)
    raise FunctionError("E-ARG-CHOICE", argument="mode", found=mode, wanted="BAND120")
