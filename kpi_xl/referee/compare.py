"""Cached values against an engine's: whether the two calculations of the workbook agree."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeGuard

from kpi_xl.referee.cells import FormulaCell
from kpi_xl.referee.recalculation import Place, Recalculated, Value

TOLERANCE = 1e-9                            # of max(1, abs(cached))
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Difference:
    """One formula cell on whose value the file and the engine do not agree."""

    sheet: str
    address: str
    formula: str
    cached: Value
    recalculated: Value

    @property
    def cell(self) -> str:
        """``Sheet!B7``."""
        return f"{self.sheet}!{self.address}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """How far one engine confirms the cached values of a workbook.

    `largest` is the largest abs(a-b) / max(1, abs(a)) among the numbers, `differences` counts all the cells
    of which `differing` shows the first twenty, and `missing` are the cells that the engine did not evaluate.
    """

    engine: str
    compared: int
    largest: float
    differences: int
    differing: tuple[Difference, ...]
    missing: tuple[Place, ...]

    @property
    def agrees(self) -> bool:
        """Every formula cell was evaluated, there was one at least, and no value differs."""
        return self.compared > 0 and not self.differences and not self.missing


def compare(cells: Mapping[Place, FormulaCell], recalculated: Recalculated) -> Comparison:
    """Compare the stored result of every formula cell with what an engine computes for it.

    Numbers agree to `TOLERANCE`, texts exactly ("" and nothing are the same), errors by their code. A logical
    value agrees with the number 1 or 0 only if the engine cannot tell them apart.
    """
    values = recalculated.values
    evaluated = {place: cell for place, cell in cells.items() if place in values}
    differing = [
        Difference(*place, cell.formula, cell.cached, values[place])
        for place, cell in evaluated.items()
        if not values_agree(cell.cached, values[place], booleans=recalculated.booleans)
    ]
    gaps = (_gap(cell.cached, values[place]) for place, cell in evaluated.items())
    return Comparison(
        engine=recalculated.engine,
        compared=len(evaluated),
        largest=max(gaps, default=0.0),
        differences=len(differing),
        differing=tuple(differing[:_SHOWN]),
        missing=tuple(place for place in cells if place not in values),
    )


def values_agree(cached: Value, recalculated: Value, *, booleans: bool = True) -> bool:
    """Whether two results of one formula are the same value.

    >>> values_agree("", None), values_agree(True, 1.0), values_agree(None, 0.0)
    (True, False, False)
    """
    ours, theirs = _plain(cached, booleans), _plain(recalculated, booleans)
    if _is_number(ours) and _is_number(theirs):
        return _gap(ours, theirs) <= TOLERANCE
    return type(ours) is type(theirs) and ours == theirs


def _plain(value: Value, booleans: bool) -> Value:
    if isinstance(value, bool) and not booleans:
        return float(value)
    return None if value == "" else value


def _is_number(value: Value) -> TypeGuard[float]:
    return isinstance(value, float | int) and not isinstance(value, bool)


def _gap(cached: Value, recalculated: Value) -> float:
    """Relative difference of two numbers; none where one of the two is not a number."""
    if not (_is_number(cached) and _is_number(recalculated)):
        return 0.0
    gap = abs(cached - recalculated) / max(1.0, abs(cached))
    return math.inf if math.isnan(gap) else gap
