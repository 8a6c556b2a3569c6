"""Strict and lenient raters on one scale."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_xl.scoring.opinion.leniency import leniency, normalise
from kpi_xl.scoring.rounding import excel_round

STRICT, LENIENT, MIDDLE = (60, 65, 70, 75, 80), (90, 92, 95, 97, 100), (75, 80, 85, 90, 95)
quarter = st.integers(0, 480).map(lambda n: n / 4)
panels = st.dictionaries(st.sampled_from("ABCDE"), st.lists(quarter, min_size=1, max_size=8), max_size=5)


def test_the_fixture_of_the_specification() -> None:
    """M = 83.27 and SD = 6.85 are those of the strict and the lenient rater with a third who gives 75 to 95."""
    found = normalise({"strict": STRICT, "lenient": LENIENT, "middle": MIDDLE})
    rounded = {rater: [excel_round(point, 2) for point in each.after] for rater, each in found.items()}
    assert rounded["strict"] == [69.64, 74.19, 78.74, 83.29, 87.84]
    assert rounded["lenient"] == [82.65, 85.26, 89.19, 91.80, 95.73]
    assert found["strict"].before == STRICT


def test_the_gap_between_strict_and_lenient_narrows() -> None:
    found = normalise({"strict": STRICT, "lenient": LENIENT})
    before, after = (sum(found["lenient"].before) - sum(found["strict"].before), 0.0)
    after = sum(found["lenient"].after) - sum(found["strict"].after)
    assert 0 < after < before / 2


@given(panel=panels)
def test_each_rater_keeps_the_order_of_the_rated(panel) -> None:
    for each in normalise(panel).values():
        after = [after for _, after in sorted(zip(each.before, each.after, strict=True))]
        assert after == sorted(after)
        assert all(0 <= point <= 120 for point in each.after)


@given(panel=panels)
def test_a_rater_of_few_stays_as_he_is(panel) -> None:
    for each in normalise(panel).values():
        if len(each.before) < 5:
            assert each.after == each.before
            assert not each.is_changed


@pytest.mark.parametrize(
    "panel", [{}, {"A": STRICT}, {"A": STRICT, "B": (90, 90)}, {"A": (80,) * 5, "B": (90,) * 5}], ids=str
)
def test_without_anything_to_compare_nothing_changes(panel) -> None:
    assert all(not each.is_changed and each.after == each.before for each in normalise(panel).values())
    assert leniency(panel) == {}


def test_a_rater_without_variance_does_not_break_the_scale() -> None:
    found = normalise({"A": STRICT, "B": (90,) * 5}, shrinkage=0)
    assert found["B"].after == pytest.approx((80.0,) * 5)


def test_leniency_in_standard_deviations() -> None:
    """Means 70 and 94.8, pooled standard deviation sqrt((62.5 + 15.7) / 2) = 6.253."""
    found = leniency({"strict": STRICT, "lenient": LENIENT})
    assert found["strict"].d == pytest.approx(-24.8 / 6.2530, abs=1e-3)
    assert found["lenient"].d == -found["strict"].d
    assert found["strict"].verdict == "FAIL"


@pytest.mark.parametrize(("shift", "verdict"), [(3.9, "OK"), (4, "WARN"), (6.3, "WARN"), (6.4, "FAIL")])
def test_verdicts_at_their_bounds(shift: float, verdict: str) -> None:
    """Points of 72 to 88 in steps of 4, 40 squares: the standard deviation is 8 where 0.5 of it is 4."""
    points = (68, 76, 80, 84, 92)       # sum of squares 320, variance 80
    scale = 8 / 80**0.5
    own = [80 + (point - 80) * scale for point in points]
    found = leniency({"A": own, "B": [point + shift for point in own]})
    assert found["B"].verdict == verdict
