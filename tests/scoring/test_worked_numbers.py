"""Every worked number of the scoring rules, as the domain specification prints them."""

from __future__ import annotations

import pytest

from kpi_xl.model.status import Status
from kpi_xl.scoring.rounding import excel_round
from tests.scoring.compiled import Case

RATIO = Case("RATIO", target=5.0)
RATIO_DOWN = Case("RATIO", direction="down", target=48.0)
PLANNED_LOSS = Case("RATIO", target=-100.0)
INVERSE = Case("RATIO_INV", direction="down", target=48.0)
MARGIN = Case("LINEAR", threshold=0.18, target=0.22, stretch=0.26)
MARGIN_ZERO = Case("LINEAR", "below=zero", threshold=0.18, target=0.22, stretch=0.26)
MARGIN_RAMP = Case("LINEAR", "below=ramp; zero=14%", threshold=0.18, target=0.22, stretch=0.26)
HOURS = Case("LINEAR", direction="down", threshold=36.0, target=24.0, stretch=18.0)
RATES = Case("STEP", "bands=3.5%:120, 3.0%:100, 2.5%:80, 2.0%:60")
SECONDS = Case("STEP", "bands=20:120,30:100,60:80,120:60", "down")
ORDERS = Case("DEDUCT", "unit=1%; dn=2", target=60000.0)
BOTH_WAYS = Case("DEDUCT", "unit=5%; up=5; dn=10", target=100.0)
WHOLE_DROP = Case("DEDUCT", "unit=5%; up=5; dn=10; mode=whole; partial=drop", target=100.0)
WHOLE_CEIL = Case("DEDUCT", "unit=5%; up=5; dn=10; mode=whole; partial=ceil", target=100.0)
COUNT = Case("DEDUCT", "unit=1; dn=5; pct=0", "down", target=0.0)
OVERRUN = Case("DEDUCT", "unit=5%; dn=10", "down", target=100.0)
SAFETY = Case("PASSFAIL", "op=<; value=1", "down")
SWEET_SPOT = Case("RANGE", "l0=30; l=40; u=60; u0=80", "range")
GROWTH = Case("GROWTH", "previous=100", threshold=0.05, target=0.15, stretch=0.25, previous=100.0)
EFFICACY = Case("EFFICACY", "xs=6%; xh=14%")
EFFICACY_120 = Case("EFFICACY", "xs=6%; xh=14%; cap=120")
EFFICACY_DOWN = Case("EFFICACY", direction="down", threshold=48.0, target=24.0)
STANDARDS = Case("EFFICACY_SOE", "v=12,9,6,3,0.5")

WORKED: list[tuple[str, Case, list[tuple[float, float]]]] = [
    ("SR01", RATIO, [(5.4, 108), (7, 120), (-1, 0)]),
    ("SR01 down", RATIO_DOWN, [(50.4, 95), (0, 120), (100, 0)]),
    ("SR01 planned loss", PLANNED_LOSS, [(-80, 120), (-100, 100), (-120, 80), (20, 120), (-250, 0)]),
    ("SR01b", INVERSE, [(50.4, 95.24), (0, 120), (-3, 120), (48, 100)]),
    ("SR02", MARGIN, [(0.21, 90), (0.18, 60), (0.1799, 59.9), (0.22, 100), (0.30, 120), (0.16, 40)]),
    ("SR02 zero", MARGIN_ZERO, [(0.18, 60), (0.1799, 0)]),
    ("SR02 ramp", MARGIN_RAMP, [(0.16, 30), (0.14, 0), (0.13, 0), (0.18, 60)]),
    ("SR02 down", HOURS, [(22, 106.67), (30, 80), (36, 60), (18, 120), (12, 120)]),
    ("SR03", RATES, [(0.03, 100), (0.0299, 80), (0.035, 120), (0.019, 0)]),
    ("SR03 down", SECONDS, [(30, 100), (30.5, 80), (20, 120), (120, 60), (121, 0)]),
    ("SR04", ORDERS, [(57600, 92)]),
    ("SR04 both", BOTH_WAYS, [(108, 108), (92, 84), (100, 100)]),
    ("SR04 drop", WHOLE_DROP, [(108, 105), (92, 90), (95, 90), (105, 105), (90, 80), (96, 100)]),
    ("SR04 ceil", WHOLE_CEIL, [(108, 105), (92, 80), (95, 90), (90, 80), (99.99, 90), (100, 100)]),
    ("SR04 count", COUNT, [(3, 85), (30, 0), (0, 100)]),
    ("SR04 overrun", OVERRUN, [(112, 76)]),
    ("SR05", SAFETY, [(0, 100), (1, 0)]),
    ("SR07", SWEET_SPOT, [(45, 100), (35, 80), (30, 60), (29, 0), (65, 90), (75, 70), (80, 60), (81, 0)]),
    ("SR10", GROWTH, [(120, 110)]),
    ("SR11", EFFICACY, [(0.11, 85), (0.05, 55), (0.15, 100)]),
    ("SR11 cap 120", EFFICACY_120, [(0.15, 105)]),
    ("SR11 down", EFFICACY_DOWN, [(30, 90)]),
    ("SR11c", STANDARDS, [(13, 100), (12, 100), (10.5, 90), (6, 60), (5, 53.33), (0.5, 20), (0.4, 0)]),
]


@pytest.mark.parametrize(
    ("case", "actual", "score"),
    [pytest.param(case, actual, score, id=f"{name} {actual}") for name, case, rows in WORKED for actual, score in rows],
)
def test_worked_number(case: Case, actual: float, score: float) -> None:
    assert case.outcome(actual).score == score
    assert case.outcome(actual).status is Status.OK


# Section 12: twelve indicators of one department in one month
DECK12 = [
    ("REV", 0.15, Case("RATIO", target=5_000_000.0, digits=4), 5_400_000.0, 108.0, 16.2),
    ("GPM", 0.10, MARGIN, 0.21, 90.0, 9.0),
    ("NPM", 0.05, Case("LINEAR", threshold=0.02, target=0.05, stretch=0.08), 0.056, 104.0, 5.2),
    ("ROI", 0.05, EFFICACY, 0.11, 85.0, 4.25),
    ("MAU", 0.10, Case("RATIO", target=800_000.0, digits=4), 760_000.0, 95.0, 9.5),
    ("RET", 0.10, Case("LINEAR", threshold=0.30, target=0.36, stretch=0.42), 0.375, 105.0, 10.5),
    ("CVR", 0.10, RATES, 0.03, 100.0, 10.0),
    ("CSAT", 0.10, Case("LINEAR", threshold=0.85, target=0.92, stretch=0.96), 0.912, 95.43, 9.54),
    ("IPV", 0.05, Case("RATIO", target=12_000_000.0, digits=4), 13_800_000.0, 115.0, 5.75),
    ("ORD", 0.10, Case("DEDUCT", "unit=1%; dn=2", target=60_000.0, digits=4), 57_600.0, 92.0, 9.2),
    ("OPT", 0.05, HOURS, 22.0, 106.67, 5.33),
    ("DLT", 0.05, RATIO_DOWN, 50.4, 95.0, 4.75),
]


@pytest.mark.parametrize(
    ("weight", "case", "actual", "score", "weighted"), [row[1:] for row in DECK12], ids=[row[0] for row in DECK12]
)
def test_department_card(weight: float, case: Case, actual: float, score: float, weighted: float) -> None:
    assert case.score(actual) == score
    assert excel_round(excel_round(score * weight, 9), 2) == weighted


def test_department_card_foots() -> None:
    assert sum(row[1] for row in DECK12) == pytest.approx(1.0, abs=1e-9)
    assert excel_round(sum(row[5] for row in DECK12), 2) == 99.22
