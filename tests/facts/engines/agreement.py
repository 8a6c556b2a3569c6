"""Where two engines disagree."""

from __future__ import annotations

from collections.abc import Sequence

from kpi_xl.facts.engines.compute import RawFact


def disagreements(ours: Sequence[RawFact], theirs: Sequence[RawFact]) -> list[tuple[RawFact | None, RawFact | None]]:
    """Facts that only one has, or whose numbers are apart by more than one in 10^9."""
    one, other = ({(each.kpi, each.period, each.unit): each for each in facts} for facts in (ours, theirs))
    return [(one.get(key), other.get(key)) for key in sorted(one | other) if not _same(one.get(key), other.get(key))]


def _same(one: RawFact | None, other: RawFact | None) -> bool:
    if one is None or other is None:
        return False
    return all(_near(getattr(one, side), getattr(other, side)) for side in ("num", "den", "n", "value"))


def _near(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= 1e-9 * max(1.0, abs(one))
