"""Totals of longer periods."""

from __future__ import annotations

import pytest

from kpi_xl.errors import MethodError
from kpi_xl.scoring.people.periods import Mode, period_total

QUARTERS = (95, 101, 98, 104)


@pytest.mark.parametrize(("mode", "total"), [("RECALC", 102), ("AVG", 99.5), ("MIX", 101.00), ("LASTP", 104)])
def test_the_year_of_the_specification(mode: Mode, total: float) -> None:
    """Domain specification, 6.1: quarters 95, 101, 98, 104 and a year of 102, lambda 0.4, give 101.00."""
    assert period_total(mode, 102, QUARTERS) == pytest.approx(total)


@pytest.mark.parametrize(
    ("mode", "recomputed", "parts"),
    [
        ("RECALC", None, QUARTERS),
        ("AVG", 102, (95, None, 98, 104)),
        ("AVG", 102, ()),
        ("MIX", None, QUARTERS),
        ("MIX", 102, (95, 101, 98, None)),
        ("LASTP", 102, (95, 101, 98, None)),
        ("LASTP", 102, ()),
    ],
)
def test_a_total_that_is_missing_is_not_zero_and_not_the_last_one(mode: Mode, recomputed, parts) -> None:
    assert period_total(mode, recomputed, parts) is None


@pytest.mark.parametrize("part", [1.1, -0.1])
def test_a_mix_has_parts_of_a_whole(part: float) -> None:
    with pytest.raises(MethodError, match="E-MIX-PART"):
        period_total("MIX", 102, QUARTERS, part)
