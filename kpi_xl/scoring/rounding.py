"""Rounding as the workbook does it."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cache

_WIDE = Context(prec=800, rounding=ROUND_HALF_UP)
"""Room for the largest float at four hundred decimals."""


def excel_round(x: float, digits: int) -> float:
    """ROUND of a spreadsheet: half away from zero, on fifteen significant digits.

    Parameters
    ----------
    x : float
        Any finite number.
    digits : int
        Decimals to keep, within ±400; negative rounds to tens, hundreds.

    Raises
    ------
    ValueError
        `x` is not finite.

    >>> excel_round(2.675, 2), excel_round(0.125, 2), excel_round(-2.5, 0)
    (2.68, 0.13, -3.0)
    """
    if x - x != 0:
        raise ValueError(x)
    exact = Decimal(format(x, ".15g"))
    return float(_WIDE.quantize(exact, _grid(digits))) + 0.0


@cache
def _grid(digits: int) -> Decimal:
    return Decimal(1).scaleb(-digits)
