"""What formualizer answers in its own types, and how it is stopped."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
import xlsxwriter

from kpi_xl import referee
from kpi_xl.errors import WorkbookError
from kpi_xl.referee import formualizer, recalculation
from tests.referee.conftest import WriteBook

pytestmark = pytest.mark.skipif(not formualizer.installed(), reason="formualizer is not installed")


def test_dates_and_times_are_numbers(write_book: WriteBook) -> None:
    cells = {"A1": ("=DATE(2026,1,31)+0.5", 46053.5), "A2": ("=TIME(6,0,0)", 0.25), "A3": ("=DATE(1900,1,1)", 1)}
    book = write_book({"S": cells})
    assert referee.compare(referee.formula_cells(book), formualizer.recalculate(book)).agrees


@pytest.mark.parametrize(
    ("moment", "days"),
    [
        # Source: ECMA-376-1 18.17.4.1, the 1900 date base
        (date(1900, 1, 1), 1.0),
        (date(1900, 2, 28), 59.0),
        (date(1900, 3, 1), 61.0),
        (date(2008, 2, 2), 39480.0),
        (datetime(2008, 2, 2, 12), 39480.5),
        (time(18), 0.75),
    ],
)
def test_serial(moment: date | time, days: float) -> None:
    assert recalculation.serial(moment) == days


def test_function_it_lacks_counts_as_not_evaluated(write_book: WriteBook) -> None:
    book = write_book({"S": {"A1": 1, "B1": ("=SUM(A1:A1 A1:A1)", 1), "C1": ("=A1*2", 2)}})
    comparison = referee.compare(referee.formula_cells(book), formualizer.recalculate(book))
    assert comparison.missing == (("S", "B1"),)
    assert not comparison.agrees


def test_duration_and_array_answers() -> None:
    assert formualizer._value(timedelta(hours=36)) == 1.5
    assert formualizer._value([[2, 3], [4, 5]]) == 2.0


def test_evaluation_is_cancelled(tmp_path: Path) -> None:
    rows = 3000
    path = tmp_path / "slow.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("S")
        for row in range(rows):
            sheet.write_number(row, 0, row)
            sheet.write_formula(row, 1, f"=SUMPRODUCT((A$1:A${rows}>A{row + 1})*(A$1:A${rows}<>{row})*A$1:A${rows})")
    with pytest.raises(WorkbookError) as failure:
        formualizer.recalculate(path, timeout=0.01)
    assert failure.value.code == "E-ENGINE-TIMEOUT"
