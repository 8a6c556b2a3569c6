"""Blocks, missing cells and wrong cells."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_xl.errors import FunctionError
from kpi_xl.functions.cells import CellFailure, Grid, each
from kpi_xl.functions.figures import kpi_ratio, kpi_round
from kpi_xl.functions.scores import kpi_score

sizes = st.integers(1, 4)


def test_a_cell_in_gives_a_cell_out() -> None:
    assert kpi_ratio(30, 1000) == 0.03


@pytest.mark.parametrize(
    ("num", "den", "ratio"),
    [
        ([[1], [2]], 4, [[0.25], [0.5]]),
        (1, [[2, 4]], [[0.5, 0.25]]),
        ([[1], [2]], [[2, 4]], [[0.5, 0.25], [1.0, 0.5]]),
        ([1, 2], [2, 8], [[0.5, 0.25]]),
        ([[1]], 2, [[0.5]]),
        (((1, None),), ((2, 2),), [[0.5, ""]]),
    ],
)
def test_blocks_stretch_to_each_other(num: Grid, den: Grid, ratio: Grid) -> None:
    assert kpi_ratio(num, den) == ratio


@given(sizes, sizes, st.booleans(), st.booleans())
def test_every_cell_comes_from_its_own_row_and_column(n_rows: int, n_columns: int, tall: bool, wide: bool) -> None:
    left = [[i * 10 + j for j in range(n_columns if wide else 1)] for i in range(n_rows)]
    right = [[i * 100 + j for j in range(n_columns)] for i in range(n_rows if tall else 1)]
    total = each(lambda a, b: float(a) + float(b), left, right)
    assert total == [
        [left[i][j if wide else 0] + right[i if tall else 0][j] for j in range(n_columns)] for i in range(n_rows)
    ]


@pytest.mark.parametrize(
    "blocks", [([[1, 2]], [[1, 2, 3]]), ([[1], [2]], [[1], [2], [3]]), ([[1, 2], [3]], 1), ([], 1), ([[]], 1)]
)
def test_blocks_of_different_sizes_are_refused(blocks: tuple[Grid, Grid]) -> None:
    with pytest.raises(FunctionError) as caught:
        kpi_ratio(*blocks)
    assert caught.value.code == "E-ARG-SHAPE"


@pytest.mark.parametrize("blank", [None, "", "  ", "—", "/", "无", "N/A", "n/a"])
def test_missing_is_no_score_and_not_zero(blank: str | None) -> None:
    assert kpi_score("RATIO", blank, 5) == ""
    assert kpi_score("RATIO", 0, 5) == 0.0
    assert kpi_ratio(blank, 5) == kpi_ratio(5, blank) == kpi_round(blank) == ""


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        *((wrong, "E-NUMBER") for wrong in ("abc", "1,234", True, "nothing", [[1]], "#1")),
        *((wrong, "NON_FINITE") for wrong in ("#DIV/0!", "#N/A", float("nan"), float("inf"), 10**400, 10**5000)),
    ],
    ids=lambda cell: str(cell)[:9] if not isinstance(cell, int) else f"{cell.bit_length()} bits",
)
def test_a_wrong_cell_spoils_only_itself(wrong: object, code: str) -> None:
    cells: Any = kpi_ratio([[1, wrong]], 2)
    ((good, bad),) = cells
    assert good == 0.5
    assert isinstance(bad, CellFailure)
    assert bad.code == code
    assert bad.args["argument"] == "num"


def test_a_text_that_is_a_number_counts_as_one() -> None:
    assert kpi_ratio("3%", " 2 ") == 0.015
