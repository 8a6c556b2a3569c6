"""Calibration touches what people judged, within its limits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_xl.errors import MethodError
from kpi_xl.scoring.people.calibration import ItemBefore, calibrated, team_factors

scores = st.integers(0, 12000).map(lambda n: n / 100)
items = st.lists(st.builds(ItemBefore, st.none() | scores, st.booleans()), max_size=8)


def test_a_team_is_brought_towards_the_mean_of_all() -> None:
    """Means 90 and 80, of all 85: 85/90 = 0.9444 and 85/80 = 1.0625."""
    assert team_factors({"A": [90] * 5, "B": [80] * 5}) == {"A": pytest.approx(0.94444, abs=1e-5), "B": 1.0625}


def test_by_a_tenth_at_most() -> None:
    assert team_factors({"A": [110] * 5, "B": [50] * 5}) == {"A": 0.9, "B": 1.1}


def test_a_team_of_four_is_left_alone() -> None:
    assert team_factors({"A": [90] * 4, "B": [80] * 5, "C": [100] * 5}) == {"A": 1.0, "B": 1.1, "C": 0.9}
    assert team_factors({"A": [90] * 4, "B": [80] * 5}) == {"A": 1.0, "B": 1.0}


@given(teams=st.dictionaries(st.sampled_from("ABCD"), st.lists(scores, max_size=9)))
def test_factors_stay_within_their_limits(teams) -> None:
    assert all(0.9 <= factor <= 1.1 for factor in team_factors(teams).values())


@given(card=items, factor=st.integers(90, 110).map(lambda n: n / 100))
def test_measured_scores_stay_and_what_is_missing_stays_missing(card, factor) -> None:
    found = calibrated(card, factor, "strict panel")
    assert found.before == tuple(item.score for item in card)
    for item, after in zip(card, found.after, strict=True):
        if item.score is None or not item.is_judged:
            assert after == item.score
        else:
            assert after == pytest.approx(min(120, item.score * factor), abs=0.005 + 1e-9)


@pytest.mark.parametrize("reason", ["", "  "])
def test_nobody_calibrates_without_a_reason(reason: str) -> None:
    with pytest.raises(MethodError, match="E-CALIBRATION-REASON"):
        calibrated([ItemBefore(80, True)], 1.05, reason)
