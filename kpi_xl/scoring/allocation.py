"""Amounts shared out to the last unit: targets, pools of money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import fsum

from kpi_xl.errors import MethodError
from kpi_xl.model.status import Status
from kpi_xl.scoring.rounding import excel_round
from kpi_xl.scoring.weights.bounds import largest_remainder
from kpi_xl.scoring.weights.shares import amounts

CENT = 0.01
GRID = 9
FITS = 6
"""Digits of a unit to which a total must be a whole number of units; a workbook compares remainders by as many."""
MOST_UNITS = 1e14
"""Beyond, a float no longer knows the last unit."""


def allocate(total: float, shares: Sequence[float], unit: float = CENT) -> tuple[float, ...]:
    """A total in proportion to shares, in whole units that sum to it exactly.

    Parameters
    ----------
    total : float
        A whole number of units; below zero it is shared out as a burden.
    shares : (n,)
        None below zero, in any proportion. When all are zero nothing is allocated and the amounts are zero.
    unit : float
        Smallest amount, above zero.

    Returns
    -------
    (n,)
        Largest remainders are rounded up; equal ones go to the larger share, then to the first in order.

    Raises
    ------
    MethodError
        ``E-ALLOC-UNIT``: the unit does not go into the total; ``E-WEIGHT-AMOUNT``: a share below zero.

    >>> allocate(100, (1, 1, 1))
    (33.34, 33.33, 33.33)
    """
    units = _units(total, unit)
    if not any(amounts(shares)):
        return (0.0,) * len(shares)
    sign = -1 if units < 0 else 1
    grain = Decimal(repr(unit)) * sign
    return tuple(float(grain * part) + 0.0 for part in largest_remainder(shares, abs(units)))


def split_target(target: float, shares: Sequence[float], unit: float = 1.0) -> tuple[float, ...]:
    """Targets of the units that share one indicator; they sum to the parent's exactly.

    Parameters
    ----------
    target : float
        Of the parent; an amount, since a rate is the same for everybody.
    shares : (n_units,)
        Fractions that sum to 1.
    unit : float
        Smallest step of a target.

    Raises
    ------
    MethodError
        ``E-SPLIT-SHARES``; otherwise as `allocate`.

    >>> split_target(100_001, (0.6, 0.4))
    (60001.0, 40000.0)
    """
    _check_split(shares)
    return allocate(target, shares, unit)


def split_actual(actual: float, shares: Sequence[float]) -> tuple[tuple[float, ...], Status]:
    """Actuals of units where the facts do not say whose they are: APPROX.

    Raises
    ------
    MethodError
        ``E-SPLIT-SHARES``.
    """
    _check_split(shares)
    return tuple(actual * share for share in shares), Status.APPROX


@dataclass(frozen=True, slots=True)
class Stake:
    """What one person's share of a pool hangs on."""

    base: float                         # money
    person: float                       # coefficient of the person's grade
    days: float = 1.0                   # fraction of the period in which the person was there
    department: float = 1.0             # coefficient of the department's grade

    @property
    def share(self) -> float:
        """Base times coefficients times presence."""
        return self.base * self.department * self.person * self.days


@dataclass(frozen=True, slots=True)
class Pool:
    """A pool after it was shared out; amounts and the rest sum to it exactly."""

    amounts: tuple[float, ...]
    unallocated: float


def share_pool(
    pool: float, stakes: Sequence[Stake], unit: float = CENT, *, at_most_stake: bool = False
) -> Pool:
    """A pool of money in proportion to stakes.

    Parameters
    ----------
    pool : float
        A whole number of units.
    stakes : (n_people,)
    unit : float
        Smallest amount: 0.01, or 1 for whole yuan.
    at_most_stake : bool
        Nobody gets more than base times coefficients; the rest stays in the pool.

    >>> people = [Stake(8000, 1.5), Stake(8000, 1.2), Stake(6500, 1), Stake(6500, 0.5), Stake(5000, 0.7)]
    >>> share_pool(50_000, people).amounts
    (17216.64, 13773.32, 9325.68, 4662.84, 5021.52)
    """
    shares = [stake.share for stake in stakes]
    most = _floored(fsum(amounts(shares)), unit)
    given = min(pool, most) if at_most_stake else pool
    allocated = allocate(given, shares, unit)
    return Pool(allocated, _exact(pool, given) if any(shares) else pool)


def two_stage(
    pool: float,
    departments: Mapping[str, float],
    members: Mapping[str, Sequence[Stake]],
    unit: float = CENT,
) -> Mapping[str, Pool]:
    """A company's pool by department, and each department's part by its people.

    Parameters
    ----------
    pool : float
        A whole number of units.
    departments : mapping
        Share of each department, in any proportion: base times its coefficient.
    members : mapping
        Stakes by department; a department without any keeps its part unallocated.

    Returns
    -------
    mapping
        By department; all amounts and rests together sum to the pool exactly.
    """
    parts = allocate(pool, list(departments.values()), unit)
    return {
        name: share_pool(part, members.get(name, ()), unit) for name, part in zip(departments, parts, strict=True)
    }


def _units(total: float, unit: float) -> int:
    count = total / unit if unit > 0 else float("nan")
    if not abs(count) < MOST_UNITS or excel_round(count, FITS) % 1:
        raise MethodError("E-ALLOC-UNIT", total=total, unit=unit)
    return round(count)


def _check_split(shares: Sequence[float]) -> None:
    total = fsum(amounts(shares))
    if excel_round(total, GRID) != 1:
        raise MethodError("E-SPLIT-SHARES", found=total)


def _floored(amount: float, unit: float) -> float:
    """The largest whole number of units that is not more."""
    return float(Decimal(repr(unit)) * int(excel_round(amount / unit, FITS)))


def _exact(pool: float, given: float) -> float:
    return float(Decimal(repr(pool)) - Decimal(repr(given)))
