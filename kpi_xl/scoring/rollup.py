"""Roll-ups that rows of facts alone do not settle: stocks, distinct counts, annual rates, formulas."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum

from kpi_xl.model.status import Status
from kpi_xl.scoring.weights.shares import amounts, same_length, shares

MONTHS_OF_YEAR = 12


@dataclass(frozen=True, slots=True)
class Between:
    """A distinct count that was not counted: it lies within these bounds."""

    least: float
    most: float
    value: float | None                 # an accepted approximation
    status: Status                      # MISSING, or APPROX when accepted


def stock_mean(averages: Sequence[float | None], days: Sequence[float]) -> float | None:
    """Average of a stock, such as capital, from its averages over the parts.

    Parameters
    ----------
    averages : (n_periods,)
        None where one is missing, and then the whole is missing.
    days : (n_periods,)
        Length of each part.

    Raises
    ------
    MethodError
        ``E-WEIGHT-LENGTH``, ``E-WEIGHT-AMOUNT``, ``E-WEIGHT-NOTHING``.

    >>> stock_mean((100, 110, 120), (31, 29, 31))
    110.0
    """
    same_length(averages, days)
    known = [average for average in averages if average is not None]
    if not known or len(known) < len(averages):
        return None
    return fsum(average * share for average, share in zip(known, shares(amounts(days)), strict=True))


def annualised(rate: float, months: int) -> float:
    """A rate of return over some months as one of a year, without compounding.

    >>> round(annualised(36 / 110, 3), 4)
    1.3091
    """
    return rate * MONTHS_OF_YEAR / months


def distinct(counts: Sequence[float | None], *, accepts_approx: bool = False) -> Between | None:
    """Distinct people over several periods or units: somebody may be in several.

    Parameters
    ----------
    counts : (n,)
        None where one is missing, and then nothing is known of the whole.
    accepts_approx : bool
        Whether somebody signed for the approximation: the sum, as if nobody came twice.

    >>> distinct((800, 880, 900))
    Between(least=900, most=2580.0, value=None, status=<Status.MISSING: 5>)
    """
    known = [count for count in counts if count is not None]
    if not known or len(known) < len(counts):
        return None
    total = fsum(known)
    return Between(max(known), total, *((total, Status.APPROX) if accepts_approx else (None, Status.MISSING)))


def formula(
    of: Callable[..., float], components: Mapping[str, tuple[float | None, Status]]
) -> tuple[float | None, Status]:
    """An indicator made of others: its formula over the rolled-up components.

    Parameters
    ----------
    of : callable
        Takes the components by name.
    components : mapping
        Value and status of each, in the period and unit wanted.

    Returns
    -------
    value, status
        The worst status of a component; without a value when a component has none. Nothing over nothing is MISSING,
        anything else over nothing NON_FINITE.

    >>> formula(lambda LTV, CAC: LTV / CAC, {"LTV": (300.0, Status.OK), "CAC": (100.0, Status.APPROX)})
    (3.0, <Status.APPROX: 9>)
    """
    values = {name: value for name, (value, _) in components.items()}
    status = min((status for _, status in components.values()), default=Status.MISSING)
    if any(value is None for value in values.values()):
        return None, min(status, Status.MISSING)
    try:
        return of(**values), status
    except ZeroDivisionError:
        return None, Status.NON_FINITE if any(values.values()) else Status.MISSING
