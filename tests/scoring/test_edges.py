"""The fixed edge cases of the scoring rules: what is refused, what is missing, and which side of a bound counts."""

from __future__ import annotations

import pytest

from kpi_xl.model.status import Status
from kpi_xl.scoring.item import needed
from tests.scoring.compiled import Case

WHOLE = "unit=5%; mode=whole; partial="


@pytest.mark.parametrize(
    "case",
    [
        Case("RATIO", target=0.0),
        Case("RATIO_INV", direction="down", target=0.0),
        Case("DEDUCT", "unit=1%; dn=2", target=0.0),
        Case("DEDUCT", "unit=1%; up=2", target=0.0),
        Case("DEDUCT", WHOLE + "drop; dn=50", target=0.0),
        Case("DEDUCT", WHOLE + "drop; dn=100", target=0.0),
        Case("DEDUCT", WHOLE + "ceil; dn=100", target=0.0),
        Case("DEDUCT", WHOLE + "ceil; up=20", target=0.0),
        Case("LINEAR", target=0.22, threshold=0.22),
        Case("LINEAR", target=0.18, threshold=0.22),
        Case("LINEAR", target=0.22, threshold=0.18, stretch=0.20),
        Case("LINEAR", target=0.22),
        Case("LINEAR", "below=ramp; zero=0.2", target=0.22, threshold=0.18),
        Case("EFFICACY", target=6.0, threshold=6.0),
        Case("STEP", "bands=S:120,T:100,B:60", target=3.0, threshold=4.0, stretch=5.0),
        Case("RATIO"),
    ],
)
def test_anchors_that_do_not_run_one_way_are_an_error_of_the_set_up(case: Case) -> None:
    assert case.outcome(1.0).status is Status.CONFIG_ERROR
    assert case.outcome(None).status is Status.CONFIG_ERROR


def test_ratio_of_a_tiny_target_takes_its_scale() -> None:
    assert Case("RATIO", "scale=50", target=0.0).score(-10.0) == 80.0
    assert Case("RATIO", "scale=50", target=10.0).score(15.0) == 110.0


@pytest.mark.parametrize(
    ("case", "scores"),
    [
        (Case("PASSFAIL", "op=>=; value=3"), {2.9: 0, 3: 100, 4: 100}),
        (Case("PASSFAIL", "op=>; value=3"), {3: 0, 3.000000001: 100}),
        (Case("PASSFAIL", "op=<=; value=3", "down"), {3: 100, 3.000000001: 0}),
        (Case("PASSFAIL", "op=<; value=-3", "down"), {-3: 0, -3.000000001: 100}),
        (Case("PASSFAIL", "op==; value=3"), {3: 100, 2.999999999: 0, 3.000000001: 0, 3.0000000001: 100}),
        (Case("PASSFAIL", "op=between; value=3; value2=5"), {3: 100, 5: 100, 2.99: 0, 5.01: 0}),
        (Case("PASSFAIL", target=3.0), {3: 100, 2.9: 0}),
        (Case("PASSFAIL", "op=<; value=T; floor=20; base=90", "down", 3.0), {3: 20, 2.9: 90}),
    ],
)
def test_pass_or_fail_on_its_bound(case: Case, scores: dict[float, float]) -> None:
    assert {actual: case.score(actual) for actual in scores} == scores


@pytest.mark.parametrize(
    ("params", "scores"),
    [
        ("l=40; u=60", {39.99: 0, 40: 100, 60: 100, 60.01: 0}),
        ("l0=40; l=40; u=60; u0=60", {39.99: 0, 40: 100, 60: 100, 60.01: 0}),
        ("l0=30; l=40", {29.9: 0, 30: 60, 40: 100, 1e6: 100}),
        ("u=60; u0=80", {-1e6: 100, 60: 100, 70: 80, 80: 60, 80.01: 0}),
        ("l0=30; l=50; u=50; u0=80", {50: 100, 40: 80, 65: 80}),
        ("l=50; u=50", {50: 100, 49.99: 0, 50.01: 0}),
        ("l0=30; l=40; full=110; edge=70; out=10", {29: 10, 30: 70, 35: 90, 41: 110}),
    ],
)
def test_range_with_hard_edges_and_open_sides(params: str, scores: dict[float, float]) -> None:
    case = Case("RANGE", params, "range")
    assert {actual: case.score(actual) for actual in scores} == scores


@pytest.mark.parametrize(
    ("case", "codes"),
    [
        (Case("RATIO", "skale=3", target=1.0), ["E-PARAM-UNKNOWN"]),
        (Case("RATIO", "scale=three; cap=x", target=1.0), ["E-PARAM-NUMBER", "E-PARAM-NUMBER"]),
        (Case("RATIO", "cap=120; CAP=100", target=1.0), ["E-PARAM-DUPLICATE"]),
        (Case("RATIO", "cap 120", target=1.0), ["E-PARAM-SYNTAX"]),
        (Case("RATIO", "cap=50; floor=60", target=1.0), ["E-PARAM-ORDER"]),
        (Case("RATIO", "scale=1e999", target=1.0), ["E-PARAM-NUMBER"]),
        (Case("RATIO", "decimals=2.5", target=1.0), ["E-PARAM-NUMBER"]),
        (Case("RATIO", "decimals=none", target=1.0), ["E-PARAM-NUMBER"]),
        (Case("RATIO", "floor=none", target=1.0), ["E-PARAM-NUMBER"]),
        (Case("RATIO", direction="range", target=1.0), ["E-PARAM-CHOICE"]),
        (Case("RATIO_INV", target=1.0), ["E-PARAM-CHOICE"]),
        (Case("LINEAR", "below=cliff", target=1.0), ["E-PARAM-CHOICE"]),
        (Case("LINEAR", "below=ramp", target=1.0), ["W-PARAM-MISSING"]),
        (Case("LINEAR", "sb=110", target=1.0), ["E-PARAM-ORDER"]),
        (Case("LINEAR", "points=1:60"), ["E-PARAM-ORDER"]),
        (Case("LINEAR", "points=1:60,1:80"), ["E-PARAM-ORDER"]),
        (Case("LINEAR", "points=1:80,2:60"), ["E-PARAM-ORDER"]),
        (Case("LINEAR", "points=1:60,2"), ["E-PARAM-SYNTAX"]),
        (Case("STEP", ""), ["W-PARAM-MISSING"]),
        (Case("STEP", "bands=1:60,2:80"), ["E-PARAM-ORDER"]),
        (Case("STEP", "bands=2:60,1:80"), ["E-PARAM-ORDER"]),
        (Case("DEDUCT", "dn=2", target=1.0), ["W-PARAM-MISSING"]),
        (Case("DEDUCT", "unit=0; dn=2", target=1.0), ["E-PARAM-NUMBER"]),
        (Case("DEDUCT", "unit=1%; dn=0.5; mode=whole", target=1.0), ["E-PARAM-SEGMENTS"]),
        (Case("DEDUCT", "unit=1%; up=5; cap=none; mode=whole", target=1.0), ["E-PARAM-SEGMENTS"]),
        (Case("PASSFAIL", "op=!"), ["E-PARAM-CHOICE"]),
        (Case("PASSFAIL", "op=in"), ["W-PARAM-MISSING"]),
        (Case("PASSFAIL", "op=between; value=1"), ["W-PARAM-MISSING"]),
        (Case("RANGE", "", "range"), ["W-PARAM-MISSING"]),
        (Case("RANGE", "l0=5; l=4", "range"), ["E-PARAM-ORDER"]),
        (Case("GROWTH", "previous=decade"), ["E-PARAM-CHOICE"]),
        (Case("EFFICACY", "xs=6; xh=6"), ["E-PARAM-ORDER"]),
        (Case("EFFICACY_SOE", "v=1,2,3,4,5"), ["E-PARAM-ORDER"]),
        (Case("EFFICACY_SOE", "v=5,4,3,2"), ["E-PARAM-ORDER"]),
        (Case("RAITO"), ["E-RULE-UNKNOWN"]),
    ],
)
def test_a_mistake_in_the_params_has_its_code(case: Case, codes: list[str]) -> None:
    assert case.codes == codes


def test_all_mistakes_are_collected_in_one_pass() -> None:
    assert sorted(Case("LINEAR", "cap=x; below=y; cap=3; z=1; q", target=1.0).codes) == [
        "E-PARAM-CHOICE", "E-PARAM-DUPLICATE", "E-PARAM-NUMBER", "E-PARAM-SYNTAX", "E-PARAM-UNKNOWN",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("case", "actual", "status"),
    [
        (Case("RATIO", target=5.0), None, Status.MISSING),
        (Case("RATIO", target=5.0), float("nan"), Status.NON_FINITE),
        (Case("RATIO", target=5.0), float("inf"), Status.NON_FINITE),
        (Case("GROWTH", "previous=0", target=0.2, threshold=0.1, previous=0.0), 3.0, Status.NO_BASE),
        (Case("GROWTH", target=0.2, threshold=0.1), 3.0, Status.NO_BASE),
        (Case("GROWTH", "previous=1e-300", target=0.2, threshold=0.1, previous=1e-300), 1e99, Status.NON_FINITE),
        (Case("RATIO_INV", direction="down", target=1e9), 1e-310, Status.NON_FINITE),
    ],
)
def test_what_keeps_an_actual_from_a_score(case: Case, actual: float | None, status: Status) -> None:
    outcome = case.outcome(actual)
    assert (outcome.score, outcome.status) == (None, status)


def test_nothing_on_nothing_is_no_growth() -> None:
    case = Case("GROWTH", "previous=0", target=0.2, threshold=0.0, previous=0.0)
    assert case.score(0.0) == 60.0


def test_what_is_printed_is_what_is_scored() -> None:
    """2.996 % shows as 3.00 % and scores as 3.00 %."""
    assert Case("STEP", "bands=3%:100,2%:60; decimals=4").score(0.02996) == 100.0
    assert Case("STEP", "bands=3%:100,2%:60").score(0.02996) == 60.0


@pytest.mark.parametrize("target", [0.0123457, 0.3333333, 0.00777, 7.7777])
@pytest.mark.parametrize("direction", ["up", "down"])
def test_a_long_deduction_keeps_its_slope(target: float, direction: str) -> None:
    """Fifty units off the target; the grid of the line's second place must not tilt it."""
    case = Case("DEDUCT", "unit=1%; dn=1.23456; decimals=7", "down" if direction == "down" else "up", target)
    assert case.form.form is not None
    x = case.form.form.sign * round(target * (1.5 if direction == "down" else 0.5), 7)
    exact = 100 - 123.456 * abs(abs(x) - target) / target
    assert case.form.form.at(target, None, None).raw(x) == pytest.approx(exact, abs=1e-5)


@pytest.mark.parametrize(
    ("case", "wanted", "actual"),
    [
        (Case("LINEAR", threshold=0.18, target=0.22, stretch=0.26), 97.8, 0.2178),
        (Case("RATIO", target=5_000_000.0, digits=4), 108.0, 5_400_000.0),
        (Case("RATIO", direction="down", target=48.0), 95.0, 50.4),
        (Case("EFFICACY", "xs=6%; xh=14%"), 85.0, 0.11),
        (Case("STEP", "bands=3.5%:120,3%:100,2.5%:80"), 90.0, 0.03),
        (Case("STEP", "bands=20:120,30:100", "down"), 100.0, 30.0),
        (Case("RANGE", "l0=30; l=40; u=60; u0=80", "range"), 80.0, 35.0),
        (Case("PASSFAIL", "op=>; value=3"), 100.0, 3.000000001),
        (Case("DEDUCT", "unit=5%; dn=10; mode=whole", "down", 100.0), 90.0, 109.999999999),
        (Case("RATIO_INV", direction="down", target=48.0), 80.0, 60.0),
        (Case("GROWTH", "previous=100", target=0.15, threshold=0.05, stretch=0.25, previous=100.0), 110.0, 120.0),
        (Case("RATIO", target=5.0), 121.0, None),
        (Case("STEP", "bands=3:100,2:80"), 110.0, None),
        (Case("RATIO", target=0.0), 100.0, None),
    ],
)
def test_the_actual_that_a_score_needs(case: Case, wanted: float, actual: float | None) -> None:
    found = needed(case.form, wanted, case.target, case.threshold, case.stretch, case.previous)
    assert found == (None if actual is None else pytest.approx(actual, rel=1e-13))
