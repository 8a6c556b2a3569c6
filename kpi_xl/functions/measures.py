"""KPI_ATTAIN, KPI_RATIO, KPI_GROWTH, KPI_ROUND: the arithmetic in front of a score."""

from __future__ import annotations

from kpi_xl.errors import FunctionError
from kpi_xl.functions.blocks import cell_by_cell
from kpi_xl.functions.cells import NO_VALUE, Value, choice, number, required, result
from kpi_xl.functions.registry import worksheet_function
from kpi_xl.functions.scores import DIRECTIONS
from kpi_xl.model.grid import Scalar
from kpi_xl.scoring.item import attainment, growth
from kpi_xl.scoring.rounding import FINEST, excel_round


@worksheet_function("KPI_ATTAIN")
@cell_by_cell
def kpi_attain(actual: Scalar, target: Scalar, direction: Scalar = "up") -> Value:
    """Share of the target that was reached, uncapped; 1 is on target.

    Returns
    -------
    float or ""
        A fraction; "" when actual or target is missing, the target is zero, or a range is wanted.

    Raises
    ------
    FunctionError
        ``CONFIG_ERROR`` for an unknown direction, ``E-NUMBER``, ``NON_FINITE``.

    >>> kpi_attain(5.4, 5), kpi_attain(12, 10, "down")
    (1.08, 0.8)
    """
    way, reached, wanted = choice(direction, DIRECTIONS, "direction"), number(actual), number(target)
    return NO_VALUE if way == "range" else result(attainment(reached, wanted, -1 if way == "down" else 1))


@worksheet_function("KPI_RATIO")
@cell_by_cell
def kpi_ratio(num: Scalar, den: Scalar) -> Value:
    """Numerator over denominator of a rate.

    Returns
    -------
    float or ""
        A fraction; "" when either is missing, or both are zero: nothing happened, so there is nothing to rate.

    Raises
    ------
    FunctionError
        ``NON_FINITE`` for a denominator that is not positive, ``E-NUMBER``.

    >>> kpi_ratio(1134000, 5400000), kpi_ratio(0, 0)
    (0.21, '')
    """
    numerator, denominator = number(num), number(den)
    if numerator is None or denominator is None or numerator == denominator == 0:
        return NO_VALUE
    if denominator <= 0:
        raise FunctionError("NON_FINITE", found=f"{numerator:.15g} / {denominator:.15g}")
    return result(numerator / denominator)


@worksheet_function("KPI_GROWTH")
@cell_by_cell
def kpi_growth(actual: Scalar, previous: Scalar) -> Value:
    """Change against the previous value, relative to its size.

    Returns
    -------
    float or ""
        A fraction, positive for more; "" when either is missing, or the previous value is zero and the actual is not.

    Raises
    ------
    FunctionError
        ``E-NUMBER``, ``NON_FINITE``.

    >>> kpi_growth(120, 100), kpi_growth(-50, -100), kpi_growth(5, 0)
    (0.2, 0.5, '')
    """
    return result(growth(number(actual), number(previous)))


@worksheet_function("KPI_ROUND")
@cell_by_cell
def kpi_round(x: Scalar, digits: Scalar) -> Value:
    """Round half away from zero, as every score here is rounded.

    Returns
    -------
    float or ""
        "" when `x` is missing.

    Raises
    ------
    FunctionError
        ``E-NUMBER``, ``NON_FINITE``.

    >>> kpi_round(2.675, 2), kpi_round(-2.5, 0), kpi_round(1250, -2)
    (2.68, -3.0, 1300.0)
    """
    value, decimals = number(x), required(digits)
    return NO_VALUE if value is None else result(excel_round(value, int(max(-FINEST, min(FINEST, decimals)))))
