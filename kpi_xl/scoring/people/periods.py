"""The total of a longer period: recomputed, averaged over its parts, mixed, or that of the last part."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum
from typing import Literal

from kpi_xl.errors import MethodError

Mode = Literal["RECALC", "AVG", "MIX", "LASTP"]
LAMBDA = 0.4
"""Part of the average in the annual total of a person."""


def period_total(
    mode: Mode,
    recomputed: float | None,
    parts: Sequence[float | None],
    lam: float = LAMBDA,
) -> float | None:
    """Total of a card over a period that has sub-periods, not rounded.

    Parameters
    ----------
    mode : "RECALC", "AVG", "MIX" or "LASTP"
    recomputed : float or None
        The card scored on the facts of the whole period; None when withheld.
    parts : (n_periods,)
        Published totals of the sub-periods in which the card was due, in order; None where one was withheld.
    lam : float
        Part of the average in MIX, 0 to 1.

    Returns
    -------
    float or None
        None when a total that the mode needs is missing.

    Raises
    ------
    MethodError
        ``E-MIX-PART``: `lam` outside 0 to 1.

    >>> period_total("MIX", 102, (95, 101, 98, 104))
    101.0
    """
    if not 0 <= lam <= 1:
        raise MethodError("E-MIX-PART", found=lam)
    match mode:
        case "RECALC":
            return recomputed
        case "LASTP":
            return parts[-1] if parts else None
        case "AVG":
            return _average(parts)
        case "MIX":
            average = _average(parts)
            return None if average is None or recomputed is None else lam * average + (1 - lam) * recomputed


def _average(parts: Sequence[float | None]) -> float | None:
    known = [part for part in parts if part is not None]
    return fsum(known) / len(known) if known and len(known) == len(parts) else None
