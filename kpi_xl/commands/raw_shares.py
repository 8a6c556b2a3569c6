"""Figures of units that share an indicator whose raw rows do not tell the units apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from kpi_xl.book.plan_health.shares import units_by_parent
from kpi_xl.errors import MethodError
from kpi_xl.model.inputs import Inputs, RawFigure, key
from kpi_xl.model.status import Status
from kpi_xl.scoring.collaboration import Part, unit_actuals


def shared_figures(
    figures: Mapping[str, RawFigure], parts: Mapping[str, Sequence[Part]], inputs: Inputs
) -> Iterator[tuple[str, RawFigure]]:
    """What each unit has of a split amount, by the shares of 协作RACI; nothing where the rows name a unit.

    Parameters
    ----------
    figures
        Of all subjects, by key.
    parts
        Of units in each indicator.
    """
    amounts = {each.code for each in inputs.indicators if each.agg_time == "SUM"}
    periods = sorted({name.partition("|")[0] for name in figures})
    for kpi in parts.keys() & amounts:
        for parent, units in units_by_parent(parts[kpi], inputs.subjects).items():
            shares = {unit.subject.id: unit.part.share or 0.0 for unit in units}
            for period in periods:
                yield from _split(period, kpi, parent, shares, figures)


def _split(
    period: str, kpi: str, parent: str, shares: Mapping[str, float], figures: Mapping[str, RawFigure]
) -> Iterator[tuple[str, RawFigure]]:
    whole = figures.get(key(period, parent, kpi))
    if whole is None or whole.value is None or any(key(period, unit, kpi) in figures for unit in shares):
        return
    try:
        actuals, status = unit_actuals("SHARED-SPLIT", whole.value, tuple(shares.values()))
    except MethodError:
        return                              # shares that make no whole are reported where they stand
    for unit, actual in zip(shares, actuals, strict=True):
        yield key(period, unit, kpi), RawFigure(actual, None, None, actual, is_approximate=status is Status.APPROX)
