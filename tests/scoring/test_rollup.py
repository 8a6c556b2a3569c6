"""Roll-ups of stocks, distinct counts, annual rates and formulas."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_xl.errors import MethodError
from kpi_xl.model.status import Status
from kpi_xl.scoring.rollup import annualised, distinct, formula, stock_mean

amounts = st.lists(st.integers(0, 10**6).map(float), min_size=1, max_size=12)


def test_return_on_average_capital_of_the_specification() -> None:
    """Domain specification, 2.1: profits 10, 12, 14 on capital 100, 110, 120 are 32.73 % a quarter, 130.91 % a year."""
    rate = (10 + 12 + 14) / stock_mean((100, 110, 120), (31, 29, 31))
    assert round(100 * rate, 2) == 32.73
    assert round(100 * annualised(rate, 3), 2) == 130.91


def test_a_long_month_bears_more_on_an_average() -> None:
    assert stock_mean((100, 130), (31, 28)) == pytest.approx((3100 + 3640) / 59)


@given(averages=amounts)
def test_the_average_of_a_year_is_that_of_its_quarters(averages) -> None:
    days = list(range(28, 28 + len(averages)))
    half = len(averages) // 2 or 1
    parts = [(averages[:half], days[:half]), (averages[half:], days[half:])]
    known = [(stock_mean(*part), sum(part[1])) for part in parts if part[0]]
    again = stock_mean([mean for mean, _ in known], [length for _, length in known])
    assert again == pytest.approx(stock_mean(averages, days))


def test_a_stock_that_is_missing_is_not_zero() -> None:
    assert stock_mean((100, None), (31, 29)) is None
    assert stock_mean((), ()) is None
    with pytest.raises(MethodError, match="E-WEIGHT-LENGTH"):
        stock_mean((100, 110), (31,))


@given(counts=amounts)
def test_distinct_people_lie_between_the_largest_count_and_the_sum(counts) -> None:
    found = distinct(counts)
    assert (found.least, found.most) == (max(counts), sum(counts))
    assert (found.value, found.status) == (None, Status.MISSING)


def test_somebody_may_sign_for_an_approximation() -> None:
    found = distinct((800, 880, 900), accepts_approx=True)
    assert (found.value, found.status) == (2580, Status.APPROX)
    assert distinct((800, None, 900), accepts_approx=True) is None
    assert distinct(()) is None


def test_a_formula_is_evaluated_on_what_was_rolled_up() -> None:
    def ratio(LTV: float, CAC: float) -> float:  # noqa: N803 - codes of indicators
        return LTV / CAC

    good = {"LTV": (300.0, Status.OK), "CAC": (100.0, Status.PROVISIONAL)}
    assert formula(ratio, good) == (3.0, Status.PROVISIONAL)
    assert formula(ratio, {**good, "CAC": (None, Status.INSUFFICIENT)}) == (None, Status.MISSING)
    assert formula(ratio, {**good, "CAC": (None, Status.NON_FINITE)}) == (None, Status.NON_FINITE)
    assert formula(ratio, {**good, "CAC": (0.0, Status.OK)}) == (None, Status.NON_FINITE)
    assert formula(ratio, {"LTV": (0.0, Status.OK), "CAC": (0.0, Status.OK)}) == (None, Status.MISSING)
