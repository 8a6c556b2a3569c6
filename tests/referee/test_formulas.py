"""The package `formulas` behind Excel's rule for ROUND, in a process that can be ended."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_xl import referee
from kpi_xl.errors import WorkbookError
from kpi_xl.referee import formulas
from tests.referee.conftest import WriteBook

needs_formulas = pytest.mark.skipif(not formulas.installed(), reason="the package formulas is not installed")


@given(st.integers(-(10**11), 10**11), st.integers(0, 3))
def test_ties_go_away_from_zero(whole: int, digits: int) -> None:
    """A decimal tie such as 2.675 rounds away from zero whatever its binary value is."""
    tie = Decimal(2 * whole + 1) / 2 / 10**digits
    away = Decimal(whole + (1 if whole >= 0 else 0)) / 10**digits
    assert formulas.excel_round(float(tie), digits) == float(away)


@pytest.mark.parametrize("number", [1e300, -1e15, 0.0, 5e-324])
def test_extremes_do_not_raise(number: float) -> None:
    assert formulas.excel_round(number, 2) == (number if abs(number) >= 1 else 0.0)


@needs_formulas
def test_its_own_round_is_not_used(write_book: WriteBook) -> None:
    """Its ROUND(1.005, 2) is 1.00; Excel's is 1.01, also inside ranges of values."""
    book = write_book({"S": {"A1": 1.005, "B1": ("=ROUND(A1,2)", 1.01), "C1": ("=SUMPRODUCT(ROUND(A1:A1,2)*1)", 1.01)}})
    assert referee.compare(referee.formula_cells(book), formulas.recalculate(book)).agrees


@needs_formulas
def test_console_stays_quiet(write_book: WriteBook, capfd: pytest.CaptureFixture[str]) -> None:
    formulas.recalculate(write_book({"S": {"A1": ("=1+1", 2)}}))
    assert capfd.readouterr() == ("", "")


@needs_formulas
def test_it_is_ended_in_time(write_book: WriteBook) -> None:
    with pytest.raises(WorkbookError) as failure:
        formulas.recalculate(write_book({"S": {"A1": ("=1+1", 2)}}), timeout=0.05)
    assert failure.value.code == "E-ENGINE-TIMEOUT"


@needs_formulas
def test_table_reference_fails_with_a_reason(write_book: WriteBook) -> None:
    book = write_book({"S": {"A1": ("=SUM(tblFacts[value])", 0)}})
    with pytest.raises(WorkbookError) as failure:
        formulas.recalculate(book)
    assert failure.value.code == "E-ENGINE-FAILED"
    assert failure.value.args_by_name["reason"]
