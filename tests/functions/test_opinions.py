"""KPI_SCORE by the rules that are no curve, KPI_TRIM and KPI_ALLOC, as a sheet calls them."""

from __future__ import annotations

import pytest

from kpi_xl.commands.call import call
from kpi_xl.functions.cells import CellFailure, Grid
from kpi_xl.functions.opinions import kpi_trim
from kpi_xl.functions.scores import kpi_needed, kpi_score
from kpi_xl.functions.sharing import kpi_alloc
from tests.scoring.opinion.test_worked_numbers import FIVE, PANEL, WORKED


@pytest.mark.parametrize(("case", "rows"), [row[1:] for row in WORKED], ids=[row[0] for row in WORKED])
def test_a_column_of_actuals(case, rows) -> None:
    actuals = [[actual] for actual, _ in rows]
    scores = kpi_score(case.rule, actuals, case.target, case.threshold, case.stretch, case.direction, case.params)
    assert scores == [[score] for _, score in rows]


def code(result: Grid) -> str:
    assert isinstance(result, CellFailure)
    return " ".join(str(part) for part in (result.code, result.args.get("problem")) if part)


@pytest.mark.parametrize(
    ("result", "wanted"),
    [
        (kpi_score("RANK", 90, params=FIVE), "CONFIG_ERROR E-PEERS-SELF"),
        (kpi_score("RANK", "ninety", params=FIVE), "E-NUMBER"),
        (kpi_score("RANK", "#N/A", params=FIVE), "NON_FINITE"),
        (kpi_score("BELL", 50, params="tol=20", direction="range"), "CONFIG_ERROR E-TARGET-LACKING"),
        (kpi_score("BELL", 50, params="mu=50; tol=0", direction="range"), "CONFIG_ERROR E-PARAM-RANGE"),
        (kpi_score("EFFICACY_EXP", 9, 6, 14), "CONFIG_ERROR E-PARAM-ORDER"),
        (kpi_score("RATING", None, params="ratings=self:85; weights=self:1"), "CONFIG_ERROR E-RATING-SELF"),
        (kpi_score("MILESTONE", None, params="items=0.5:1"), "CONFIG_ERROR E-PARTS-SUM"),
        (kpi_score("BLEND", None), "CONFIG_ERROR W-PARAM-MISSING"),
        (kpi_needed("EFFICACY_EXP", 80, 6, 14), "CONFIG_ERROR E-PARAM-ORDER"),
    ],
)
def test_what_cannot_be_computed_says_why(result: Grid, wanted: str) -> None:
    assert code(result) == wanted


def test_no_score_is_an_empty_text_and_never_zero() -> None:
    assert kpi_score("RANK", [[95, None, "—"]], params=FIVE) == [[120.0, "", ""]]
    assert kpi_score("RATING", None, params="ratings=peer:85, partner:85") == ""
    assert kpi_score("RATING", None, params="ratings=superior:—") == ""
    assert kpi_score("BLEND", None, params="parts=:0.5, —:0.5") == ""


def test_ratings_in_words_of_either_language() -> None:
    assert kpi_score("rating", None, params="ratings=上级：优，Peer:Good; weights=上级:50%，同级:50%") == 92.5
    assert kpi_score("RATING", None, params=f"ratings={PANEL}") == 85.63


def test_what_a_score_needs_where_it_hangs_on_nobody_else() -> None:
    assert kpi_needed("EFFICACY_EXP", 60, 0.14, 0.06) == 0.06
    assert kpi_needed("BELL", 60, direction="range", params="mu=50; tol=20") == 30.0
    assert kpi_needed("RANK", 100, params=FIVE) == ""
    assert kpi_needed("EFFICACY_EXP", None, 0.14, 0.06) == ""


def test_peers_of_a_billion_are_told_apart() -> None:
    peers = "peers=5000000000,4999999999,4000000000,3000000000,2000000000"
    assert kpi_score("RANK", [[5e9, 4999999999]], params=peers) == [[120.0, 105.0]]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "arguments",
    [
        {"rule": "RANK", "actual": 90, "params": FIVE},
        {"rule": "ZSCORE", "actual": 1, "params": "peers=1,2; k=-1"},
        {"rule": "RATING", "actual": None, "params": "ratings=self:85; weights=self:1"},
        {"rule": "RATING", "actual": None, "params": "ratings=self:85; weights=self:-1"},
        {"rule": "MILESTONE", "actual": None, "params": "items=0.5:1"},
        {"rule": "BLEND", "actual": None, "params": "parts=90:1.5, 80:-0.5"},
        {"rule": "BELL", "actual": 3, "params": "tol=2"},
    ],
)
def test_the_reason_is_a_whole_sentence(lang: str, arguments: dict[str, object]) -> None:
    said = call("KPI_SCORE", arguments, lang)
    assert "{" not in said["message"] and " → " in said["message"]


def test_trimmed_means() -> None:
    assert kpi_trim([[100], [85], [85], [70], [50]]) == 80.0
    assert kpi_trim([100, None, "—", 50]) == 75.0
    assert kpi_trim([[9, 1, 2, 3, 4, 100]], 2) == 3.5
    assert kpi_trim([["", None]]) == ""
    assert kpi_trim(7) == 7.0


@pytest.mark.parametrize("drop", [-1, 0.5, 3])
def test_trimming_that_leaves_nothing(drop: float) -> None:
    assert call("KPI_TRIM", [[[1, 2, 3, 4, 5, 6]], drop], "en")["error"] == "E-TRIM-DROP"


def test_a_pool_shared_out_in_the_shape_of_its_shares() -> None:
    column = [[12000], [9600], [6500], [3250], [3500]]
    assert kpi_alloc(50_000, column) == [[17216.64], [13773.32], [9325.68], [4662.84], [5021.52]]
    assert kpi_alloc([[100]], [[1, 1, 1]], 1) == [[34.0, 33.0, 33.0]]
    assert kpi_alloc(100, [[0, 0]]) == [[0.0, 0.0]]


def test_a_pool_shared_out_to_groups_first() -> None:
    """Each group has its part to the cent: 100 by 2 : 1 is 66.67 and 33.33, the thirds of 66.67 are 22.23 and 22.22."""
    own, names, wholes = [[1], [1], [5], [1]], [["东"], ["东"], ["西"], ["东 "]], [[2], [None], [1], [7]]
    assert kpi_alloc(100, own, 0.01, names, wholes) == [[22.23], [22.22], [33.33], [22.22]]
    assert kpi_alloc(8, own, 1, names) == [[1.0], [1.0], [5.0], [1.0]]
    assert kpi_alloc(100, [[1, 0, 3]], 1, [["a", "b", "A"]], [[1, 1, 1]]) == [[12.0, 0.0, 38.0]]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ([100, [[1, 1]], 1, [["a", None]]], "E-ARG-BLANK"),
        ([100, [[1, 1]], 1, [["a"], ["b"]]], "E-ARG-SHAPE"),
        ([100, [[1, 1]], 1, [["a", "b"]], [[1], [1]]], "E-ARG-SHAPE"),
        ([100, [[1, 1]], 1, [["a", "b"]], [["x", 1]]], "E-NUMBER"),
        ([None, [[1, 1]]], "E-ARG-BLANK"),
        ([100, [[1, None]]], "E-ARG-BLANK"),
        ([100.005, [[1, 1]]], "E-ALLOC-UNIT"),
        ([100, [[1, 1]], 0], "E-ALLOC-UNIT"),
        ([100, [[1, -1]]], "E-WEIGHT-AMOUNT"),
        ([[100, 200], [[1, 1]]], "E-ARG-CELL"),
    ],
)
def test_a_pool_that_cannot_be_shared(arguments: list[object], code: str) -> None:
    assert call("KPI_ALLOC", arguments, "zh")["error"] == code
