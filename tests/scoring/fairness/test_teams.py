"""Teams side by side: distributions, four-fifths and restriction of range, by hand."""

from __future__ import annotations

import pytest

from kpi_xl.scoring.fairness import differentiation, four_fifths, kruskal_wallis, team_distribution


def test_empty_teams_are_left_out() -> None:
    assert kruskal_wallis([[], [1.0, 2.0]]) is None
    assert kruskal_wallis([[1.0, 2.0], [], [3.0]]) == kruskal_wallis([[1.0, 2.0], [3.0]])


STRICT = [70.0, 72.0, 74.0, 75.0, 76.0, 78.0]
LENIENT = [90.0, 92.0, 93.0, 95.0, 97.0, 99.0]


def test_totals_apart_while_measured_ones_are_alike_are_a_matter_of_scale() -> None:
    alike = {"A": [80.0, 90.0, 100.0, 85.0, 95.0, 88.0], "B": [81.0, 89.0, 99.0, 86.0, 94.0, 90.0]}
    found = team_distribution({"A": STRICT, "B": LENIENT}, alike)
    assert found is not None
    assert found.verdict == "WARN"
    assert found.medians == {"A": 74.5, "B": 94.0}


def test_totals_apart_because_results_are_need_no_warning() -> None:
    totals = {"A": STRICT, "B": LENIENT}
    explained, unknown = team_distribution(totals, totals), team_distribution(totals)
    assert explained is not None and explained.verdict == "OK"
    assert unknown is not None and unknown.verdict == "OK"
    assert team_distribution({"A": STRICT}) is None


def test_four_fifths() -> None:
    """48 of 80 and 12 of 40: rates of 60 % and 30 %, a ratio of a half."""
    found = four_fifths({"A": 48, "B": 12}, {"A": 80, "B": 40})
    assert found is not None
    assert found.ratios == {"A": 1.0, "B": 0.5}
    assert found.verdict == "WARN"


def test_exactly_four_fifths_will_do_and_small_teams_are_not_compared() -> None:
    exact = four_fifths({"A": 5, "B": 4}, {"A": 10, "B": 10})
    assert exact is not None and exact.verdict == "OK"
    assert four_fifths({"A": 5, "B": 0}, {"A": 10, "B": 9}) is None


def test_nobody_at_the_top_is_nobody_behind() -> None:
    found = four_fifths({}, {"A": 10, "B": 10})
    assert found is not None and (found.ratios, found.verdict) == ({}, "OK")


def test_totals_within_three_points_tell_nobody_apart() -> None:
    narrow, wide = differentiation([98, 99, 100, 101, 102]), differentiation([80, 90, 100, 110, 120])
    assert narrow is not None and narrow[0] == pytest.approx(1.5811388) and narrow[1] == "WARN"
    assert wide is not None and wide[1] == "OK"
    assert differentiation([1, 2, 3, 4]) is None
