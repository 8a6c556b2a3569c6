"""KPI_GRADE and KPI_COEF: letter and pay coefficient of a total."""

from __future__ import annotations

from kpi_xl.functions.blocks import cell_by_cell
from kpi_xl.functions.cells import NO_VALUE, Value, choice, number, result, text
from kpi_xl.functions.registry import worksheet_function
from kpi_xl.model.grid import Scalar
from kpi_xl.scoring.grades import band_of, coefficient
from kpi_xl.scoring.grades import scheme as bands_of
from kpi_xl.scoring.rounding import excel_round

SCHEME = "BAND120"
MODES = {"": SCHEME, "step": "STEP", "piecewise": SCHEME, "linear": "LINEAR"}
"""How the coefficient runs between the grades of the default scheme."""


@worksheet_function("KPI_GRADE")
@cell_by_cell
def kpi_grade(total: Scalar, scheme: Scalar = SCHEME) -> Value:
    """Grade of a total; a total on a bound has the better grade.

    Returns
    -------
    str
        S, A, B, C or D; "" when the total is missing.

    Raises
    ------
    MethodError
        ``E-SCHEME-UNKNOWN``, ``E-TOTAL-RANGE``.
    FunctionError
        ``E-NUMBER``, ``NON_FINITE``.

    >>> kpi_grade(99.22), kpi_grade(99.22, "band100")
    ('B', 'S')
    """
    points, bands = _points(total), bands_of(text(scheme) or SCHEME)
    return NO_VALUE if points is None else band_of(points, bands).grade


@worksheet_function("KPI_COEF")
@cell_by_cell
def kpi_coef(total: Scalar, scheme: Scalar = SCHEME, mode: Scalar = "") -> Value:
    """Pay coefficient of a total.

    Returns
    -------
    float or ""
        "" when the total is missing.

    Raises
    ------
    MethodError
        ``E-SCHEME-UNKNOWN``, ``E-TOTAL-RANGE``.
    FunctionError
        ``CONFIG_ERROR`` for an unknown mode, ``E-NUMBER``, ``NON_FINITE``.

    >>> kpi_coef(100), kpi_coef(100.22, "STEP"), kpi_coef(100.22, mode="step")
    (1.0, 1.2, 1.2)
    """
    points, name = _points(total), text(scheme).upper() or SCHEME
    by_mode = MODES[choice(mode, tuple(MODES), "mode")]
    bands = bands_of(by_mode if name == SCHEME else name)
    return NO_VALUE if points is None else result(coefficient(points, bands))


def _points(total: Scalar) -> float | None:
    """A total to nine digits, so that a sum that prints as 110.00 is on the bound."""
    points = number(total)
    return None if points is None else excel_round(points, 9)
