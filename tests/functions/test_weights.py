"""Weights in cells: the worked numbers once more through the worksheet functions, and what a wrong cell says."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import kpi_xl
from kpi_xl.commands.call import Json, call
from kpi_xl.errors import KpiError
from kpi_xl.functions.cells import Grid
from kpi_xl.functions.weights import (
    kpi_ahp,
    kpi_bwm,
    kpi_combine,
    kpi_critic,
    kpi_cv,
    kpi_entropy,
    kpi_merec,
    kpi_project,
    kpi_qfd,
    kpi_ranksum,
    kpi_roc,
    kpi_std,
)
from kpi_xl.labels import LANGS, table
from tests.published.test_keshavarz2021 import DIRECTIONS as MEREC_DIRECTIONS
from tests.published.test_keshavarz2021 import MATRIX as MEREC_DATA
from tests.scoring.weights.test_combine import PAIR
from tests.scoring.weights.test_objective import THREE as DATA
from tests.scoring.weights.test_stated import GOALS, RELATION

JUDGEMENTS: Grid = [[1, 3, 5], [None, 1, 3], [None, None, 1]]
AHP = [0.6370, 0.2583, 0.1047, 3.0385, 0.0193, 0.58, 0.0332]


def column(block: Grid) -> list[float]:
    """The numbers of one column, which every function of weights returns."""
    assert isinstance(block, list)
    assert all(isinstance(row, list) and len(row) == 1 for row in block)
    return [row[0] for row in block]


def weights(block: Grid) -> object:
    return pytest.approx(column(block), abs=5e-5)


@pytest.mark.parametrize(
    "matrix",
    [
        JUDGEMENTS,
        [[1, 3, 5], ["", 1, 3], ["—", "", 1]],
        [[1, "3", "5"], ["1/3", "", 3], [0.2, "1 / 3", 1]],
        ((1, 3, 5), (1 / 3, 1, 3), (1 / 5, 1 / 3, 1)),
    ],
)
@pytest.mark.parametrize("method", ["eigenvector", "Geometric", "", None, "incomplete", [["geometric"]]])
def test_weights_then_eigenvalue_and_consistency(matrix: Grid, method: Grid) -> None:
    assert weights(kpi_ahp(matrix, method)) == AHP


def test_a_missing_comparison_needs_the_method_for_it() -> None:
    chain: Grid = [[1, 2, None], [None, 1, 3], [None, None, 1]]
    assert weights(kpi_ahp(chain, "incomplete")) == [0.6, 0.3, 0.1, 3, 0, 0, 0]
    with pytest.raises(KpiError, match="E-AHP-BLANK"):
        kpi_ahp(chain)


def test_best_and_worst() -> None:
    pytest.importorskip("scipy.optimize", reason="scipy solves the linear programme")
    answer = kpi_bwm([[2], [1], [4], [3], [8]], [[4, 8, 2, 3, 1]])
    assert weights(answer) == [0.2295, 0.4481, 0.1148, 0.1530, 0.0546, 0.0109, 0.0024]


def test_the_nonlinear_model_gives_the_middle_and_both_ends() -> None:
    """Only 3 by 3 for 8 contradicts: ``(3 - xi)^2 = 8 + xi``, so xi is (7 - sqrt(45)) / 2; over 4.47 it is .0326."""
    *rows, xi, ratio = kpi_bwm([[2, 1, 4, 3, 8]], [[4, 8, 2, 3, 1]], "nonlinear")
    assert [row[0] for row in (xi, ratio)] == pytest.approx([(7 - 45**0.5) / 2, (7 - 45**0.5) / 2 / 4.47])
    assert (xi[1:], ratio[1:]) == (["", ""], ["", ""])
    assert all(low <= middle <= high for middle, low, high in rows)
    assert sum(row[0] for row in rows) == pytest.approx(1)
    with pytest.raises(KpiError, match="E-ARG-CHOICE"):
        kpi_bwm([[1, 2]], [[2, 1]], "cubic")


def test_ranks_or_how_many_there_are() -> None:
    assert weights(kpi_roc([[1], [2], [2], [4]])) == [0.5208, 0.2083, 0.2083, 0.0625]
    assert weights(kpi_roc(4)) == [0.5208, 0.2708, 0.1458, 0.0625]
    assert kpi_roc(4) == kpi_roc([1, 2, 3, 4])
    assert weights(kpi_ranksum([[4]])) == [0.4, 0.3, 0.2, 0.1]
    assert len(column(kpi_roc(100))) == 100


def test_goals_and_what_serves_them() -> None:
    assert weights(kpi_qfd([GOALS], RELATION)) == [0.3609, 0.3308, 0.2406, 0.0677]


def test_weights_from_data() -> None:
    assert weights(kpi_entropy(DATA)) == [0.2456, 0.1899, 0.2878, 0.2767]
    assert weights(kpi_entropy(DATA, "up", "sum")) == [0.4501, 0.0508, 0.4779, 0.0212]
    assert weights(kpi_critic(DATA)) == [0.2251, 0.2177, 0.2438, 0.3134]
    assert weights(kpi_std(DATA)) == [0.2428, 0.2579, 0.2506, 0.2486]
    assert weights(kpi_cv(DATA)) == [0.3806, 0.1272, 0.4063, 0.0860]
    assert weights(kpi_merec(MEREC_DATA, [list(MEREC_DIRECTIONS)])) == [0.5752, 0.0141, 0.4016, 0.0091]


@pytest.mark.parametrize("directions", [[[1], [1], [-1], [-1]], [1, 1, -1, -1], [["", 1.0, "DOWN", "-1"]]])
def test_directions_in_words_or_signs(directions: Grid) -> None:
    assert kpi_merec(MEREC_DATA, directions) == kpi_merec(MEREC_DATA, list(MEREC_DIRECTIONS))


def test_one_direction_goes_for_all() -> None:
    assert kpi_entropy(DATA, "down") == kpi_entropy(DATA, [["down"] * 4])
    assert kpi_entropy(DATA, "down") != kpi_entropy(DATA)


@pytest.mark.parametrize(
    ("method", "alpha", "wanted"),
    [
        ("linear", 0.6, [0.34, 0.26, 0.22, 0.18]),
        ("linear", "60%", [0.34, 0.26, 0.22, 0.18]),
        ("linear", None, [0.325, 0.25, 0.225, 0.2]),
        ("multiplicative", None, [0.4167, 0.2500, 0.2083, 0.1250]),
        ("geometric", None, [0.3301, 0.2557, 0.2334, 0.1808]),
        ("geometric", 1, [0.4, 0.3, 0.2, 0.1]),
        ("game", None, [0.3659, 0.2773, 0.2114, 0.1455]),
    ],
)
def test_two_sets_in_one(method: str, alpha: Grid, wanted: list[float]) -> None:
    assert weights(kpi_combine(method, [PAIR[0]], [[w] for w in PAIR[1]], alpha)) == wanted


def test_within_bounds() -> None:
    five = [[0.52], [0.25], [0.15], [0.05], [0.03]]
    assert weights(kpi_project(five, 0.05, "40%")) == [0.4, 0.3056, 0.1833, 0.0611, 0.05]
    assert kpi_project(five, 0.05, "40%") == kpi_project(five, [[0.05] * 5], [[0.4]] * 5)


@pytest.mark.parametrize(
    ("name", "args", "code"),
    [
        ("KPI_AHP", [[[1, 2], [3, 1]]], "E-AHP-RECIPROCAL"),
        ("KPI_AHP", [[[1, 2, 3], [None, 1, 2]]], "E-AHP-SQUARE"),
        ("KPI_AHP", [[[1, "two"], [None, 1]]], "E-NUMBER"),
        ("KPI_AHP", [[[1, "#N/A"], [None, 1]]], "NON_FINITE"),
        ("KPI_AHP", [[[1, "3/0"], [None, 1]]], "E-NUMBER"),
        ("KPI_AHP", [[[1, 0], [None, 1]]], "E-AHP-JUDGEMENT"),
        ("KPI_AHP", [[[1, 2], [None]]], "E-ARG-SHAPE"),
        ("KPI_AHP", [[[1] * 10] * 10], "E-AHP-SIZE"),
        ("KPI_AHP", [[[1, 2], [0.5, 1]], "mean"], "E-ARG-CHOICE"),
        ("KPI_AHP", [[[1, 2], [0.5, 1]], ["geometric", "geometric"]], "E-ARG-CELL"),
        ("KPI_AHP", [[[1, None, 2], [None, 1, None], [None, None, 1]], "incomplete"], "E-AHP-CONNECTED"),
        ("KPI_AHP", [[[1, 1e6, 1e-3], [None, 1, 1e6], [None, None, 1]]], "E-AHP-CONVERGE"),
        ("KPI_BWM", [[1, 2, 10], [5, 2, 1]], "E-BWM-SCALE"),
        ("KPI_BWM", [[2, 2, 5], [5, 2, 1]], "E-BWM-SELF"),
        ("KPI_BWM", [[1], [1]], "E-BWM-SAME"),
        ("KPI_BWM", [[1, 6, 5], [5, 2, 1]], "E-BWM-MAX"),
        ("KPI_BWM", [[1, None, 5], [5, 2, 1]], "E-ARG-BLANK"),
        ("KPI_BWM", [[[1, 2], [3, 4]], [5, 2, 1]], "E-ARG-VECTOR"),
        ("KPI_ROC", [[1, 0]], "E-RANK"),
        ("KPI_ROC", [2.5], "E-RANK-COUNT"),
        ("KPI_RANKSUM", [101], "E-RANK-COUNT"),
        ("KPI_QFD", [[1, 1], [[9, 2], [0, 1]]], "E-QFD-RELATION"),
        ("KPI_QFD", [[1], [[9, 1], [0, 1]]], "E-WEIGHT-LENGTH"),
        ("KPI_ENTROPY", [[[1, 2], [3, None]]], "E-ARG-BLANK"),
        ("KPI_ENTROPY", [[[1, 2], [3, 4]], ["up", "down", "up"]], "E-WEIGHT-LENGTH"),
        ("KPI_ENTROPY", [[[1, 2], [3, 4]], ["up", "sideways"]], "E-ARG-CHOICE"),
        ("KPI_ENTROPY", [[[1, 2], [3, 4]], "up", "vector"], "E-ARG-CHOICE"),
        ("KPI_ENTROPY", [[[1, 2], [3, -4]], "up", "sum"], "E-DATA-NEGATIVE"),
        ("KPI_CV", [[[1, 2], [3, -4]]], "E-DATA-SIGN"),
        ("KPI_MEREC", [[[1, 2], [3, 0]]], "E-DATA-POSITIVE"),
        ("KPI_COMBINE", ["linear", [0.5, 0.4], [0.5, 0.5]], "E-WEIGHT-TOTAL"),
        ("KPI_COMBINE", ["linear", [0.5, 0.5], [0.5, 0.5], 1.5], "E-COMBINE-PARTS"),
        ("KPI_COMBINE", ["multiplicative", [1, 0], [0, 1]], "E-WEIGHT-NOTHING"),
        ("KPI_COMBINE", ["linear", [1.5, -0.5], [0.5, 0.5]], "E-WEIGHT-AMOUNT"),
        ("KPI_PROJECT", [[1, 1], 0.6, 0.9], "E-BOUNDS-SUM"),
        ("KPI_PROJECT", [[1, 1], 0.6, 0.5], "E-BOUNDS-ORDER"),
        ("KPI_PROJECT", [[1, 1], [0, 0, 0], 1], "E-WEIGHT-LENGTH"),
    ],
)
def test_what_cannot_be_computed_says_why(name: str, args: list[Json], code: str) -> None:
    for lang in LANGS:
        answer = call(name, args, lang)
        assert isinstance(answer, dict)
        assert answer["error"] == code
        assert "{" not in str(answer["message"])
        assert " → " in str(answer["message"])


ROOMS = ("functions/matrices.py", "functions/weights.py", "scoring/weights/*.py")


def problems() -> Iterator[tuple[str, set[str]]]:
    """Every code that weights raise or warn with, and the facts that go with it."""
    root = Path(kpi_xl.__file__).parent
    sources = [file for room in ROOMS for file in root.glob(room)]
    for node in (node for file in sources for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
            named = {keyword.arg for keyword in node.keywords if keyword.arg}
            codes = [each.value for each in ast.walk(node.args[0]) if isinstance(each, ast.Constant)]
            if node.func.id in ("MethodError", "FunctionError"):
                yield from ((code, named) for code in codes)
            elif node.func.id == "Problem":
                facts = {key.value for part in node.args[1:] for key in part.keys}  # type: ignore[attr-defined]
                yield from ((code, facts) for code in codes)


def test_every_problem_brings_the_facts_of_its_message() -> None:
    found = list(problems())
    assert len(found) > 40
    for code, facts in found:
        for lang in LANGS:
            wanted = {field for _, field, _, _ in Formatter().parse(table("messages")[code][lang]) if field}
            assert wanted <= facts, code
