"""What every weight method hands back, and how amounts become fractions that sum to 1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from math import fsum
from typing import Any

from kpi_xl.errors import MethodError
from kpi_xl.model.params import Problem

LARGEST = 1e100
"""No amount is larger; beyond it a sum of a few might not be finite."""
PRINTED = 1e-3
"""How far weights printed with four decimals may be from 1 in sum."""


@dataclass(frozen=True, slots=True)
class Weighting:
    """Weights, and what their reader should know."""

    weights: tuple[float, ...]
    warnings: tuple[Problem, ...] = ()


def amounts(values: Sequence[float]) -> tuple[float, ...]:
    """Amounts that can be shared out: from zero to `LARGEST`.

    Raises
    ------
    MethodError
        ``E-WEIGHT-AMOUNT``, with the 1-based position.
    """
    for position, value in enumerate(values, start=1):
        if not 0 <= value <= LARGEST:
            raise MethodError("E-WEIGHT-AMOUNT", position=position, found=value)
    return tuple(map(float, values))


def shares(values: Sequence[float]) -> tuple[float, ...]:
    """Each amount over the sum of all.

    Parameters
    ----------
    values : (n_kpis,)
        Amounts of any one unit, none below zero.

    Returns
    -------
    (n_kpis,)
        Fractions that sum to 1.

    Raises
    ------
    MethodError
        ``E-WEIGHT-NOTHING``: no amount is above zero.

    >>> shares([2, 1, 1])
    (0.5, 0.25, 0.25)
    """
    largest = max(values, default=0.0)
    if not largest > 0:
        raise MethodError("E-WEIGHT-NOTHING")
    scaled = [value / largest for value in values]  # so that neither a huge nor a tiny sum loses digits
    total = fsum(scaled)
    return tuple(value / total for value in scaled)


def equal(count: int) -> tuple[float, ...]:
    """The same weight for each."""
    return shares([1.0] * count)


def same_length(found: Sequence[object], wanted: Sequence[object]) -> None:
    """Two lists that go together are equally long.

    Raises
    ------
    MethodError
        ``E-WEIGHT-LENGTH``.
    """
    if len(found) != len(wanted):
        raise MethodError("E-WEIGHT-LENGTH", found=len(found), wanted=len(wanted))


def checked_weights(vector: Sequence[float], position: int) -> tuple[float, ...]:
    """Weights that sum to 1, but for the rounding of printed ones, which is taken out.

    Raises
    ------
    MethodError
        ``E-WEIGHT-AMOUNT``, or ``E-WEIGHT-TOTAL`` for a sum other than 1, which would hide a wrong weight.
    """
    total = fsum(amounts(vector))
    if not abs(total - 1) <= PRINTED:
        raise MethodError("E-WEIGHT-TOTAL", position=position, total=total)
    return shares(vector)


def library(method: str, module: str) -> Any:
    """A package that only one method needs, imported when that method is asked for.

    Raises
    ------
    MethodError
        ``E-METHOD-LIBRARY``: it is not installed.
    """
    try:
        return import_module(module)
    except ImportError as absent:
        raise MethodError("E-METHOD-LIBRARY", method=method, library=module.partition(".")[0]) from absent
