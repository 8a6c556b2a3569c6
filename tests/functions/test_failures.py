"""Which error value a cell shows for a failure."""

from __future__ import annotations

import pytest

from kpi_xl.functions import CellFailure
from kpi_xl.functions.cells import each, figure
from kpi_xl.functions.failures import ERROR_VALUES, NOT_FOUND, error_value
from kpi_xl.functions.figures import kpi_ratio
from kpi_xl.labels import table


@pytest.mark.parametrize("text", ERROR_VALUES)
def test_an_error_that_came_in_goes_out_unchanged(text: str) -> None:
    failure = each(lambda cell: figure(cell, "actual"), text)
    assert isinstance(failure, CellFailure)
    assert error_value(failure) == text


@pytest.mark.parametrize(
    ("num", "den", "shown"),
    [(5, 0, "#DIV/0!"), (float("inf"), 1, "#NUM!"), ("abc", 1, "#VALUE!"), ("#SPILL!", 1, "#VALUE!")],
)
def test_impossible_arithmetic_is_told_from_a_wrong_argument(num: float | str, den: float, shown: str) -> None:
    failure = kpi_ratio(num, den)
    assert isinstance(failure, CellFailure)
    assert error_value(failure) == shown


def test_what_was_not_found_is_not_available() -> None:
    assert {error_value(CellFailure(code)) for code in NOT_FOUND} == {"#N/A"}
    assert set(table("messages")) >= NOT_FOUND


def test_the_numbers_are_those_of_com() -> None:
    """Excel's XlCVError: over COM each is 0x800A0000 plus its number, as xlwings lists them in its cell_errors."""
    by_com = {
        "#DIV/0!": -2146826281, "#N/A": -2146826246, "#NAME?": -2146826259, "#NULL!": -2146826288,
        "#NUM!": -2146826252, "#REF!": -2146826265, "#VALUE!": -2146826273,
    }  # fmt: skip
    assert {text: 0x800A0000 - (1 << 32) + number for text, number in ERROR_VALUES.items()} == by_com
