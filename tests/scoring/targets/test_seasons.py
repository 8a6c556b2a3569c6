"""Seasonal indices: the worked numbers, what is left out, and the moving festival."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_xl.model.periods import Period
from kpi_xl.model.status import Status
from kpi_xl.scoring.targets.calendar import FEASTS, festival_days, working_days
from kpi_xl.scoring.targets.history import History
from kpi_xl.scoring.targets.seasons import moved_festival, seasonal_indices
from tests.scoring.targets.fixtures import INDICES, TWO_YEARS, YEAR_2022, YEAR_2023, months

amounts = st.lists(st.floats(0.1, 1e6), min_size=36, max_size=36)


def codes(found: object) -> list[str]:
    return [warning.code for warning in found.warnings]  # type: ignore[attr-defined]


def test_the_worked_numbers() -> None:
    found = seasonal_indices(TWO_YEARS, 2024)
    assert found.indices == pytest.approx(INDICES, abs=5e-5)
    assert (found.status, found.n_years, codes(found)) == (Status.OK, 2, ["W-SEASON-FEW"])


def test_a_mean_over_all_years_would_let_the_larger_year_weigh_more() -> None:
    """Why each year has its own mean: a year ten times as large must not set the season alone."""
    grown = History(Period(2022, "M", 1), YEAR_2022 + tuple(10 * value for value in YEAR_2023))
    assert seasonal_indices(grown, 2024).indices == pytest.approx(INDICES, abs=5e-5)


def test_three_years_need_no_warning() -> None:
    three = History(Period(2022, "M", 1), YEAR_2022 + YEAR_2023 + YEAR_2022)
    assert codes(seasonal_indices(three, 2025)) == []


def test_the_year_need_not_begin_in_january() -> None:
    """The same two years from July on: the indices stand at the same months."""
    shifted = History(Period(2021, "M", 7), YEAR_2023[6:] + YEAR_2022 + YEAR_2023[:6])
    found = seasonal_indices(shifted, 2024)
    assert found.n_years == 2
    assert max(range(12), key=lambda month: found.indices[month]) == 10
    assert min(range(12), key=lambda month: found.indices[month]) == 1


@given(amounts, st.floats(0.01, 100))
def test_indices_sum_to_their_number_and_know_no_unit(values: list[float], times: float) -> None:
    found = seasonal_indices(months(*values), 2028).indices
    assert sum(found) == pytest.approx(12)
    assert min(found) >= 0
    scaled = seasonal_indices(months(*(times * value for value in values)), 2028).indices
    assert scaled == pytest.approx(found)


def test_a_year_with_a_gap_is_left_out() -> None:
    gap = History(Period(2021, "M", 1), (None, *YEAR_2022[1:], *YEAR_2022, *YEAR_2023))
    assert seasonal_indices(gap, 2024).indices == pytest.approx(INDICES, abs=5e-5)


@pytest.mark.parametrize(
    "past",
    [(), (5.0,), (5.0,) * 12, (5.0,) * 23, (0.0,) * 36, (-5.0,) * 36, (100.0,) * 11 + (-50.0,) + (100.0,) * 11 + (-50.0,)],
    ids=["none", "one", "one year", "not two", "zeros", "below zero", "a season below zero"],
)
def test_days_at_work_where_the_past_has_no_season(past: tuple[float, ...]) -> None:
    found = seasonal_indices(months(*past, year=2023), 2026)
    days = [working_days(Period(2026, "M", month)) for month in range(1, 13)]
    assert found.indices == pytest.approx([12 * each / sum(days) for each in days])
    assert (found.status, codes(found)) == (Status.APPROX, ["W-SEASON-CALENDAR"])


def test_a_constant_has_no_season() -> None:
    assert seasonal_indices(months(*[7.0] * 24), 2027).indices == pytest.approx([1.0] * 12)


def lunar(year: int, festive: float) -> tuple[float, ...]:
    """A year in which every day brings 1, a day of the festival `festive`; all other months bring 30."""
    (one, two), february = festival_days(year), 29 if year % 4 == 0 else 28
    return 31 - one + festive * one, february - two + festive * two, *[30.0] * 10


@pytest.mark.parametrize("festive", [0.0, 0.4, 1.0, 1.8])
@pytest.mark.parametrize("year", [2025, 2026, 2028, 2034])
def test_the_festival_takes_its_slump_along(festive: float, year: int) -> None:
    """A world that follows the model is told exactly: January's part of both months in another year."""
    past = History(Period(2022, "M", 1), lunar(2022, festive) + lunar(2023, festive) + lunar(2024, festive))
    found = moved_festival(seasonal_indices(past, year), past, year).indices
    january, february, *_ = lunar(year, festive)
    assert found[0] / (found[0] + found[1]) == pytest.approx(january / (january + february))


def test_both_months_together_stay() -> None:
    before = seasonal_indices(TWO_YEARS, 2024)
    for year in FEASTS:
        after = moved_festival(before, TWO_YEARS, year)
        assert after.indices[0] + after.indices[1] == pytest.approx(before.indices[0] + before.indices[1])
        assert after.indices[2:] == before.indices[2:]


def test_the_season_stays_where_there_is_nothing_to_move() -> None:
    before = seasonal_indices(TWO_YEARS, 2024)
    assert moved_festival(before, TWO_YEARS, 2050) is before
    worked = replace(before, status=Status.APPROX)
    assert moved_festival(worked, TWO_YEARS, 2025) is worked
    quarters = History(Period(2022, "Q", 1), (1.0, 2.0, 3.0, 4.0) * 3)
    four = seasonal_indices(quarters, 2025)
    assert moved_festival(four, quarters, 2025) is four
    assert four.indices == pytest.approx([0.4, 0.8, 1.2, 1.6])
