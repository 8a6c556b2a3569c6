"""One forecast by the best method that the past allows, or by the one asked for."""

from __future__ import annotations

import pytest

from kpi_xl.errors import MethodError
from kpi_xl.model.periods import Period
from kpi_xl.scoring.targets.forecast import Bell, Draws
from kpi_xl.scoring.targets.history import History
from kpi_xl.scoring.targets.outlook import Outlook, outlook
from tests.scoring.targets.fixtures import LINE, QUARTERS, months

NEXT = Period(2026, "M", 1)


def test_two_years_are_smoothed_one_is_a_line() -> None:
    assert outlook(History(Period(2023, "Q", 1), QUARTERS), Period(2026, "Q", 1)).middle == pytest.approx(22)
    assert outlook(months(*LINE), NEXT) == outlook(months(*LINE), NEXT, "trend")


def test_the_past_is_its_own_forecast() -> None:
    found = outlook(months(*LINE), NEXT, "past")
    assert isinstance(found, Draws)
    assert found.ordered == tuple(sorted(LINE))


def test_a_mean_over_a_doubtful_line() -> None:
    found = outlook(months(*[4.0, 6.0] * 3), Period(2025, "M", 7))
    assert isinstance(found, Bell)
    assert found.middle == 5.0


@pytest.mark.parametrize(
    ("method", "n", "wanted"),
    [("auto", 5, 6), ("trend", 5, 6), ("past", 7, 8), ("hw", 24, 25), ("ets", 24, 25), ("auto", 0, 6)],
)
def test_too_short_a_past_says_how_much_is_wanted(method: Outlook, n: int, wanted: int) -> None:
    if method == "ets":
        pytest.importorskip("statsmodels", reason="statsmodels estimates the model")
    with pytest.raises(MethodError, match="E-HISTORY-SHORT") as refused:
        outlook(months(*LINE, *LINE).before(Period(2025, "M", 1).shift(n)), Period(2028, "M", 1), method)
    assert refused.value.args_by_name == {"method": method, "found": n, "wanted": wanted}
