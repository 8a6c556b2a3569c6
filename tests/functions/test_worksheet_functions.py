"""What the worksheet functions return, with worked numbers of the domain specification."""

from __future__ import annotations

import pytest

from kpi_xl.functions.cells import CellFailure, Grid
from kpi_xl.functions.figures import kpi_coef, kpi_grade, kpi_ratio, kpi_round
from kpi_xl.functions.scores import kpi_attain, kpi_growth, kpi_needed, kpi_score


def code(result: Grid) -> str:
    """Code of a cell that could not be computed; for a configuration, of the problem behind it as well."""
    assert isinstance(result, CellFailure)
    problem = result.args.get("problem")
    return result.code if problem is None else f"{result.code} {problem}"


def test_a_column_of_actuals_with_their_own_rules() -> None:
    """Seven of the twelve indicators of the worked department, as a sheet would ask for them."""
    rules = [["RATIO"], ["LINEAR"], ["EFFICACY"], ["STEP"], ["DEDUCT"], ["LINEAR"], ["RATIO"]]
    actuals = [[5_400_000], [0.21], [0.11], [0.03], [57_600], [22], [50.4]]
    targets = [[5_000_000], [0.22], [None], [None], [60_000], [24], [48]]
    thresholds = [[None], [0.18], [None], [None], [None], [36], [None]]
    stretches = [[None], [0.26], [None], [None], [None], [18], [None]]
    directions = [["up"], ["up"], ["up"], ["up"], ["up"], ["down"], ["DOWN"]]
    params = [[""], [None], ["xs=6%; xh=14%"], ["bands=3.5%:120,3%:100,2.5%:80"], ["unit=1%; dn=2"], [""], [""]]
    scores = kpi_score(rules, actuals, targets, thresholds, stretches, directions, params)
    assert scores == [[108.0], [90.0], [85.0], [100.0], [92.0], [106.67], [95.0]]


def test_growth_is_scored_against_the_number_in_its_params() -> None:
    assert kpi_score("GROWTH", 120, 0.15, 0.05, 0.25, "up", "previous=100") == 110.0
    assert kpi_score("GROWTH", 3, 0.15, 0.05, 0.25, "up", "previous=0") == ""
    assert code(kpi_score("GROWTH", 120, 0.15, 0.05, 0.25)) == "CONFIG_ERROR W-PARAM-MISSING"


def test_pass_or_fail_by_words() -> None:
    params = "op=in; value=通过,Passed; floor=10"
    marks = kpi_score("PASSFAIL", [["通过", "passed", "未通过", "", "/"]], params=params)
    assert marks == [[100.0, 100.0, 10.0, "", ""]]


@pytest.mark.parametrize("bound", [3, 5e9, 7.5e12])
@pytest.mark.parametrize(("operator", "scores"), [("<=", [100, 100, 0]), ("<", [100, 0, 0]), ("=", [0, 100, 0])])
def test_a_bound_is_exact_at_any_size(bound: float, operator: str, scores: list[float]) -> None:
    asked = [bound * 0.9, bound, bound * 1.1]
    assert kpi_score("PASSFAIL", [asked], params=f"op={operator}; value={bound:.0f}") == [scores]
    assert kpi_score("PASSFAIL", 1, params=f"op==; value={bound:.0f}") == 0.0


@pytest.mark.parametrize(
    ("result", "wanted"),
    [
        (kpi_score("RAITO", 1, 1), "E-RULE-UNKNOWN"),
        (kpi_score("rank", 1, 1), "CONFIG_ERROR W-PARAM-MISSING"),
        (kpi_score("RATIO", 1, 1, direction="sideways"), "E-ARG-CHOICE"),
        (kpi_score("RATIO", 1, 1, params="skale=3"), "CONFIG_ERROR E-PARAM-UNKNOWN"),
        (kpi_score("RATIO", 1), "CONFIG_ERROR E-TARGET-LACKING"),
        (kpi_score("RATIO", 1, 0), "CONFIG_ERROR E-TARGET-ZERO"),
        (kpi_score("LINEAR", 1, 2, 3), "CONFIG_ERROR E-ANCHOR-ORDER"),
        (kpi_score("RATIO", 1, "five"), "E-NUMBER"),
        (kpi_needed("RATIO", 100), "CONFIG_ERROR E-TARGET-LACKING"),
        (kpi_ratio(3, 0), "NON_FINITE"),
        (kpi_growth(1e99, 1e-300), "NON_FINITE"),
        (kpi_grade(90, "BAND7"), "E-SCHEME-UNKNOWN"),
        (kpi_grade(-1), "E-TOTAL-RANGE"),
        (kpi_coef(90, "BAND100", "linear"), "E-ARG-CHOICE"),
        (kpi_coef(90, "BAND120", "lines"), "E-ARG-CHOICE"),
        (kpi_round(1, "two"), "E-NUMBER"),
    ],
)
def test_what_cannot_be_computed_says_why(result: Grid, wanted: str) -> None:
    assert code(result) == wanted


def test_the_margin_that_the_next_grade_needs() -> None:
    assert kpi_needed("LINEAR", 97.8, 0.22, 0.18, 0.26) == 0.2178
    assert kpi_needed("LINEAR", 121, 0.22, 0.18, 0.26) == ""
    assert kpi_needed("GROWTH", 110, 0.15, 0.05, 0.25, "up", "previous=100") == 120.0


@pytest.mark.parametrize(
    ("actual", "target", "direction", "attained"),
    [(5.4, 5, "up", 1.08), (50.4, 48, "down", 0.95), (-80, -100, "up", 1.2), (3, 0, "up", ""), (None, 3, "up", "")],
)
def test_attainment(actual: float | None, target: float, direction: str, attained: float | str) -> None:
    assert kpi_attain(actual, target, direction) == (attained if attained == "" else pytest.approx(attained))


@pytest.mark.parametrize(
    ("actual", "previous", "change"),
    [(120, 100, 0.2), (-50, -100, 0.5), (50, -100, 1.5), (-150, -100, -0.5), (0, 0, 0.0), (1, 0, "")],
)
def test_growth(actual: float, previous: float, change: float | str) -> None:
    assert kpi_growth(actual, previous) == change


def test_ratio_of_nothing_to_nothing_is_missing() -> None:
    assert kpi_ratio(0, 0) == ""
    assert kpi_ratio(0, 5) == 0.0


def test_rounding() -> None:
    assert kpi_round([[2.675, 0.125, -2.675]]) == [[2.68, 0.13, -2.68]]
    assert kpi_round(-2.5, 0) == -3.0
    assert kpi_round(25, -1) == 30.0


def test_grades_on_their_bounds() -> None:
    assert kpi_grade([[110, 109.99, 85, 84.99, 70, 69.99]]) == [["S", "A", "B", "C", "C", "D"]]
    assert kpi_grade(95, "band100") == "S"
    assert kpi_grade(0.1 + 0.2 + 109.7) == "S"
    assert kpi_grade("—") == ""


def test_coefficients_by_mode() -> None:
    """The worked card: 100.22 in letters pays 1.2, along the lines a little more than 1."""
    assert kpi_coef(100.22, "BAND120", "step") == 1.2
    assert kpi_coef(100.22) == pytest.approx(1.0044)
    assert kpi_coef(99.22, mode="linear") == pytest.approx(0.9922)
    assert kpi_coef(59.99) == kpi_coef(59.99, "STEP") == 0.0
    assert kpi_coef(95, "BAND100", "step") == 1.5
