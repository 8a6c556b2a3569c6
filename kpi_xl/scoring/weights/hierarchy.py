"""Weights over three levels: goal, perspectives, indicators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum

from kpi_xl.scoring.weights.ahp import CR_LIMIT, Priorities, is_consistent
from kpi_xl.scoring.weights.shares import same_length


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """Weights of indicators under their perspectives.

    `overall` has one row per perspective, and all of it sums to 1.
    """

    perspectives: tuple[float, ...]
    overall: tuple[tuple[float, ...], ...]
    cr: float
    passes: bool

    @property
    def weights(self) -> tuple[float, ...]:
        """Weights of all indicators, perspective after perspective."""
        return tuple(weight for row in self.overall for weight in row)


def hierarchy(top: Priorities, below: Sequence[Priorities]) -> Hierarchy:
    """Weights of indicators: the perspective's weight times the weight within it.

    Parameters
    ----------
    top : Priorities
        Of the (n_perspectives,) perspectives.
    below : (n_perspectives,) of Priorities
        Of each perspective's indicators, in the order of `top`.

    Returns
    -------
    Hierarchy
        `cr` is the perspectives' weighted mean index over their weighted mean random index; it passes when it and
        every matrix do.

    Raises
    ------
    MethodError
        ``E-WEIGHT-LENGTH``: not one matrix for each perspective.

    Source: T. L. Saaty, The Analytic Hierarchy Process, 1980.
    """
    same_length(below, top.weights)
    levels = list(zip(top.weights, below, strict=True))
    overall = tuple(tuple(weight * share for share in local.weights) for weight, local in levels)
    random = fsum(weight * local.ri for weight, local in levels)
    cr = fsum(weight * local.ci for weight, local in levels) / random if random else 0.0
    passes = is_consistent(cr, CR_LIMIT) and all(each.passes for each in (top, *below))
    return Hierarchy(top.weights, overall, cr, passes)
