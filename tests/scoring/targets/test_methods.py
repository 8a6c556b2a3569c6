"""All ten methods side by side, and the one that is proposed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kpi_xl.errors import MethodError
from kpi_xl.model.periods import Period
from kpi_xl.model.status import Status
from kpi_xl.scoring.targets.backtest import NAIVE, SEASONAL_NAIVE, accuracy
from kpi_xl.scoring.targets.history import History
from kpi_xl.scoring.targets.methods import METHODS, Wish, imported, mixed, propose, recommended, top_down
from kpi_xl.scoring.targets.proposals import Proposal
from tests.scoring.targets.fixtures import TWO_YEARS, months

WISH = Wish(Period(2024, "M", 11), growth=0.1, annual=1500.0, shares=(5, 3, 2), unit=0.01)


def test_ten_proposals_in_their_order() -> None:
    found = propose(TWO_YEARS, replace(WISH, benchmark=190.0, source="行业报告", mix={"TM1": 1, "TM8": 1}))
    assert tuple(each.method for each in found) == METHODS
    assert all(each.target is not None for each in found)
    by_name = {each.method: each.target for each in found}
    assert by_name["TM1"] == pytest.approx(178 * 1.1)
    assert by_name["TM8"] == 190.0
    assert by_name["TM10"] == pytest.approx((178 * 1.1 + 190) / 2)


def test_nothing_known_proposes_nothing_and_says_why() -> None:
    found = propose(months(), Wish(Period(2026, "M", 1)))
    assert all(each.target is None and not each.status.is_scored for each in found)


def test_units_of_a_month_add_up_to_it() -> None:
    """By the season 1,500 gives November 197.25; 5:3:2 of it, 98.625 rounded up as the largest of equal remainders."""
    units = [top_down(TWO_YEARS, replace(WISH, own=own)).target for own in range(3)]
    assert units == [98.63, 59.17, 39.45]
    whole = top_down(TWO_YEARS, replace(WISH, shares=(1.0,))).target
    assert whole == pytest.approx(sum(each or 0 for each in units))


def test_a_mean_over_the_year_is_top_down_too() -> None:
    found = [
        top_down(TWO_YEARS, replace(WISH, period=Period(2024, "M", month), is_sum=False, annual=80.0, shares=(1.0,)))
        for month in range(1, 13)
    ]
    assert sum(each.target or 0 for each in found) == pytest.approx(12 * 80)


def test_a_goal_finer_than_its_unit_is_refused() -> None:
    with pytest.raises(MethodError, match="E-ALLOC-UNIT"):
        top_down(TWO_YEARS, replace(WISH, annual=1500.005))


def test_a_benchmark_needs_a_source() -> None:
    assert imported(None, "x").status is Status.MISSING
    nameless = imported(100.0, " ")
    assert (nameless.target, nameless.status) == (None, Status.CONFIG_ERROR)
    assert [warning.code for warning in nameless.warnings] == ["W-TARGET-SOURCE"]
    assert imported(0.0, "合同").target == 0.0


def test_a_mix_without_one_of_its_methods() -> None:
    known, lacking = Proposal("TM1", 90.0, Status.OK), Proposal("TM6", None, Status.INSUFFICIENT)
    found = mixed([known, lacking], {"TM1": 0.5, "TM6": 0.5})
    assert (found.target, found.status, found.warnings[0].args) == (90.0, Status.APPROX, {"found": "TM6"})
    assert mixed([lacking], {"TM6": 1.0}).status is Status.INSUFFICIENT
    assert mixed([known], {}).status is Status.MISSING
    assert mixed([known], {"TM1": 0.0}).target is None


def test_the_best_of_the_backtest_is_proposed() -> None:
    proposals = [Proposal(method, 1.0, Status.OK) for method in ("TM1", "TM2", "TM4", "TM7")]
    tested = [accuracy("TM4", [1.0], [1.0], 1), accuracy("TM7", [1.0], [2.0], 1)]
    assert recommended(proposals, tested) == "TM4"
    assert recommended(proposals, [accuracy(SEASONAL_NAIVE, [1.0], [1.0], 1), *tested]) == "TM1"
    assert recommended(proposals, [accuracy(NAIVE, [1.0], [1.0], 1), *tested]) == "TM2"


def test_without_a_backtest_the_usual_one() -> None:
    assert recommended(propose(TWO_YEARS, WISH)) == "TM6"
    assert recommended([Proposal("TM6", None, Status.INSUFFICIENT), Proposal("TM4", 1.0, Status.OK)]) == "TM4"
    assert recommended([]) is None


def test_years_have_no_season_and_are_proposed_all_the_same() -> None:
    years = History(Period(2016, "Y", 1), tuple(100.0 + 10 * year for year in range(10)))
    found = {each.method: each.target for each in propose(years, Wish(Period(2026, "Y", 1), growth=0.1, annual=250.0))}
    assert [found[method] for method in ("TM1", "TM4", "TM5", "TM6", "TM7", "TM9")] == pytest.approx(
        [209.0, 200.0, 250.0, 209.0, 200.0, 250.0]
    )
