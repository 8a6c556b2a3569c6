"""A year's target split over its periods and over units, to the last unit; and what units propose, brought to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import fsum
from typing import Literal, TypeAlias

from kpi_xl.errors import MethodError
from kpi_xl.scoring.allocation import allocate
from kpi_xl.scoring.weights.shares import amounts, same_length, shares

CENT = 0.01
Spread: TypeAlias = Literal["proportional", "potential", "hold"]


@dataclass(frozen=True, slots=True)
class Decomposition:
    """Targets of periods and of their units; every row of units sums to its period, the periods to the year."""

    periods: tuple[float, ...]                      # (n_periods,)
    units: tuple[tuple[float, ...], ...]            # (n_periods, n_units)
    unit_totals: tuple[float, ...]                  # (n_units,) sums of the columns
    differences: tuple[float, ...]                  # (n_units,) totals less the unit's exact share of the year


@dataclass(frozen=True, slots=True)
class RatioTargets:
    """Targets of a rate by period; weighted by their denominators they give the year's."""

    periods: tuple[float, ...]                      # (n_periods,)
    scale: float                                    # of the shape


@dataclass(frozen=True, slots=True)
class Reconciled:
    """Units' proposals beside the target from above."""

    targets: tuple[float, ...]                      # (n_units,)
    gap: float                                      # target from above less the sum of the proposals
    gap_share: float | None                         # of the target from above; None where that is zero


def by_season(annual: float, indices: Sequence[float], unit: float = CENT) -> tuple[float, ...]:
    """Targets of periods that add up to the year's exactly.

    Parameters
    ----------
    annual : float
        A whole number of units.
    indices : (n_periods,)
        Seasonal indices, or any other shape, none below zero.
    unit : float
        Smallest step of a target.

    Raises
    ------
    MethodError
        ``E-ALLOC-UNIT``: the unit does not go into the year's target; ``E-WEIGHT-AMOUNT``, ``E-WEIGHT-NOTHING``.

    >>> by_season(100, [0.5, 1, 1.5], 1)
    (17.0, 33.0, 50.0)
    """
    shares(amounts(indices))
    return allocate(annual, indices, unit)


def around_mean(annual: float, indices: Sequence[float], unit: float = CENT) -> tuple[float, ...]:
    """Targets of periods whose mean is the year's exactly, as for monthly active users.

    Arguments as for `by_season`.

    >>> around_mean(10, [0.5, 1, 1.5], 1)
    (5.0, 10.0, 15.0)
    """
    return by_season(float(Decimal(repr(float(annual))) * len(indices)), indices, unit)


def rates(annual: float, denominators: Sequence[float], shape: Sequence[float]) -> RatioTargets:
    """Targets of a rate that make up the year's when numerators and denominators are added.

    Parameters
    ----------
    annual : float
        The year's rate.
    denominators : (n_periods,)
        Expected denominator of each period, none below zero.
    shape : (n_periods,)
        The rate of each period relative to the others, such as last year's.

    Raises
    ------
    MethodError
        ``E-RATE-SHAPE``: the shape has no weight under these denominators; ``E-WEIGHT-LENGTH``, ``E-WEIGHT-AMOUNT``.

    >>> found = rates(0.033, [100, 200, 300], [0.02, 0.03, 0.04])
    >>> round(found.scale, 4), [round(rate, 4) for rate in found.periods]
    (0.99, [0.0198, 0.0297, 0.0396])
    """
    same_length(shape, denominators)
    weight = fsum(den * part for den, part in zip(amounts(denominators), amounts(shape), strict=True))
    if not weight > 0:
        raise MethodError("E-RATE-SHAPE", found=weight)
    scale = annual * fsum(denominators) / weight
    return RatioTargets(tuple(scale * part for part in shape), scale)


def decompose(
    annual: float,
    indices: Sequence[float],
    unit_shares: Sequence[Sequence[float]],
    unit: float = CENT,
    part: float | None = None,
) -> Decomposition:
    """A year's target over periods, then each period's over units.

    Parameters
    ----------
    annual : float
        A whole number of rounding units.
    indices : (n_periods,)
        Seasonal indices.
    unit_shares : (n_periods, n_units) or (1, n_units)
        Share of each unit in each period, in any proportion, such as its part of the same season a year ago.
    unit : float
        Smallest step of a target.
    part : float, optional
        Smallest step of a unit's target, where that is finer.

    Raises
    ------
    MethodError
        As `by_season`; ``E-WEIGHT-LENGTH``: another number of rows than periods.

    >>> found = decompose(100, [1, 1, 1], [[2, 1]], 1)
    >>> found.periods, found.units[0], found.unit_totals
    ((34.0, 33.0, 33.0), (23.0, 11.0), (67.0, 33.0))
    """
    periods = by_season(annual, indices, unit)
    rows = list(unit_shares) * (len(periods) if len(unit_shares) == 1 else 1)
    same_length(rows, periods)
    for row in rows:
        same_length(row, rows[0])
    units = tuple(by_season(target, row, part or unit) for target, row in zip(periods, rows, strict=True))
    totals = [sum(map(_exact, column), Decimal()) for column in zip(*units, strict=True)]
    ideal = _ideal(annual, indices, rows)
    differences = tuple(float(total) - wanted for total, wanted in zip(totals, ideal, strict=True))
    return Decomposition(periods, units, tuple(map(float, totals)), differences)


def reconcile(
    target: float,
    proposals: Sequence[float],
    spread: Spread = "proportional",
    potential: Sequence[float] = (),
    unit: float = CENT,
) -> Reconciled:
    """What units propose, brought to the target from above.

    Parameters
    ----------
    target : float
        From above, a whole number of rounding units.
    proposals : (n_units,)
        From below, none below zero.
    spread : "proportional", "potential" or "hold"
        The gap in proportion to the proposals, or to `potential`; or left open for the people to settle.
    potential : (n_units,)
        What each unit can add: how much it controls, times how far it is from the best.
    unit : float
        Smallest step of a target; a proposal with a finer one is rounded when the gap is spread by potential.

    Raises
    ------
    MethodError
        ``E-ALLOC-UNIT``, ``E-WEIGHT-AMOUNT``, ``E-WEIGHT-LENGTH``, ``E-WEIGHT-NOTHING``.

    >>> reconcile(110, [60, 40], "potential", [0, 1], 1)
    Reconciled(targets=(60.0, 50.0), gap=10.0, gap_share=0.09090909090909091)
    """
    total = sum(map(_exact, amounts(proposals)), Decimal())
    gap = _exact(target) - total
    found = tuple(map(float, proposals))
    if spread == "proportional":
        found = by_season(target, proposals, unit)
    elif spread == "potential":
        same_length(potential, proposals)
        parts = shares(amounts(potential))
        raised = [own + float(gap) * part for own, part in zip(found, parts, strict=True)]
        found = by_season(target, raised, unit)
    return Reconciled(found, float(gap), float(gap) / target if target else None)


def _ideal(annual: float, indices: Sequence[float], rows: Sequence[Sequence[float]]) -> list[float]:
    """Each unit's share of the year before rounding."""
    parts = [[share * own for own in shares(amounts(row))] for share, row in zip(shares(indices), rows, strict=True)]
    return [annual * fsum(column) for column in zip(*parts, strict=True)]


def _exact(value: float) -> Decimal:
    return Decimal(repr(float(value)))
