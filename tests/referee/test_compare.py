"""When two results of a formula are the same, and when a workbook is confirmed."""

from __future__ import annotations

import pytest

from kpi_xl.model.grid import CellError
from kpi_xl.referee import FormulaCell, Place, Recalculated, Value, compare
from kpi_xl.referee.compare import values_agree

DIVISION, ABSENT = CellError("#DIV/0!"), CellError("#N/A")


@pytest.mark.parametrize(
    ("cached", "recalculated"),
    [
        (99.22, 99.22 * (1 + 9e-10)),
        (0.0, 9e-10),
        (-4e9, -4e9 - 3.9),
        (3, 3.0),
        ("", None),
        (None, None),
        ("优秀", "优秀"),
        (True, True),
        (DIVISION, CellError("#DIV/0!")),
    ],
)
def test_same(cached: Value, recalculated: Value) -> None:
    assert values_agree(cached, recalculated)


@pytest.mark.parametrize(
    ("cached", "recalculated"),
    [
        (99.22, 99.22 * (1 + 1.1e-9)),
        (0.0, 1.1e-9),
        (1.0, float("nan")),
        (0.0, None),
        (0.0, ""),
        (None, False),
        ("1", 1.0),
        ("优秀", "优秀 "),
        ("A", "a"),
        (True, 1.0),
        (0.0, False),
        (DIVISION, ABSENT),
        (DIVISION, "#DIV/0!"),
        (0.0, DIVISION),
    ],
)
def test_not_the_same(cached: Value, recalculated: Value) -> None:
    assert not values_agree(cached, recalculated)
    assert not values_agree(recalculated, cached)


def test_engine_without_logical_values() -> None:
    assert values_agree(True, 1.0, booleans=False)
    assert values_agree(0.0, False, booleans=False)
    assert not values_agree(True, 0.0, booleans=False)
    assert not values_agree(True, "TRUE", booleans=False)


def cells(values: dict[str, Value]) -> dict[Place, FormulaCell]:
    return {("评分明细", address): FormulaCell("x", value) for address, value in values.items()}


def answer(values: dict[str, Value]) -> Recalculated:
    return Recalculated("abacus", "1", {("评分明细", address): value for address, value in values.items()}, 0.1)


def test_confirmed() -> None:
    comparison = compare(cells({"A1": 2.0, "A2": "甲"}), answer({"A1": 2.0 + 4e-12, "A2": "甲"}))
    assert comparison.agrees
    assert comparison.engine == "abacus"
    assert comparison.compared == 2
    assert comparison.largest == pytest.approx(2e-12, rel=1e-3)


def test_cell_that_was_not_evaluated_is_missing() -> None:
    comparison = compare(cells({"A1": 2.0, "A2": None}), answer({"A1": 2.0}))
    assert not comparison.agrees
    assert comparison.missing == (("评分明细", "A2"),)
    assert (comparison.compared, comparison.differences) == (1, 0)


def test_first_twenty_differences_are_shown_and_all_are_counted() -> None:
    comparison = compare(cells({f"A{row}": 1.0 for row in range(1, 51)}), answer({f"A{row}": 3.0 for row in range(1, 51)}))
    assert comparison.differences == 50
    assert [found.cell for found in comparison.differing] == [f"评分明细!A{row}" for row in range(1, 21)]
    assert comparison.largest == 2.0


def test_nothing_compared_is_no_agreement() -> None:
    assert not compare({}, answer({"A1": 1.0})).agrees


def test_number_that_is_none_is_the_largest_gap() -> None:
    assert compare(cells({"A1": 1.0, "A2": 1.0}), answer({"A1": float("nan"), "A2": 2.0})).largest == float("inf")
