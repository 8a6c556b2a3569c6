"""Every worked number of the rules that are no curve, as the domain specification (section 3) prints them."""

from __future__ import annotations

import pytest

from kpi_xl.book.tables.inputs import RULES as PLANNED
from kpi_xl.model.status import Status
from kpi_xl.scoring.opinion import RULES
from kpi_xl.scoring.rules import RULES as CURVES
from tests.scoring.opinion.opinions import Opinion

FIVE = "peers=95,88,88,70,60"
PANEL = "superior:good, peer:100, peer:85, peer:85, peer:70, peer:50, self:excellent"

WORKED = [
    ("SR07b", Opinion("BELL", "mu=50; tol=20", "range"), [(50, 100), (60, 88.01), (70, 60), (40, 88.01)]),
    ("SR08", Opinion("RANK", FIVE), [(95, 120), (88, 97.5), (70, 75), (60, 60)]),
    ("SR08 down", Opinion("RANK", FIVE, "down"), [(95, 60), (88, 82.5), (70, 105), (60, 120)]),
    ("SR08b", Opinion("PERCENTILE", FIVE), [(95, 114), (88, 96), (70, 78), (60, 66)]),
    ("SR09", Opinion("ZSCORE", FIVE), [(95, 91.33), (88, 85.97), (70, 72.19), (60, 64.53)]),
    ("SR09 constant", Opinion("ZSCORE", "peers=3.1,3.1,3.1,3.1,3.1"), [(3.1, 80)]),
    ("SR11b", Opinion("EFFICACY_EXP", "xs=6%; xh=14%"), [(0.11, 82.57), (0.06, 60), (0.14, 100), (0.2, 100)]),
    ("SR12", Opinion("RATING", f"ratings={PANEL}, partner:70, partner:85"), [(None, 84)]),
    ("SR12 without partners", Opinion("RATING", f"ratings={PANEL}"), [(None, 85.63)]),
    ("SR13", Opinion("MILESTONE", "items=0.4:1:0:, 0.4:1:5:, 0.2:0::50%"), [(None, 82)]),
    ("SR14", Opinion("BLEND", "parts=108:0.5, 110:0.3, 96:0.2"), [(None, 106.2)]),
]


@pytest.mark.parametrize(
    ("case", "actual", "score"),
    [pytest.param(case, actual, score, id=f"{name} {actual}") for name, case, rows in WORKED for actual, score in rows],
)
def test_worked_number(case: Opinion, actual: float | None, score: float) -> None:
    assert case.outcome(actual).score == score
    assert case.outcome(actual).status is Status.OK


def test_every_rule_is_a_curve_or_one_of_these() -> None:
    """What the plan offers is what can be scored, by one way or the other."""
    assert {*RULES, *CURVES} == set(PLANNED)
    assert set(RULES).isdisjoint(CURVES)
