"""The worksheet functions inside the package `formulas`: a cell of a workbook is computed by the function itself."""

from __future__ import annotations

import pytest

from kpi_xl.commands.call import call
from kpi_xl.functions import REGISTRY
from kpi_xl.functions.examples import examples, formula
from kpi_xl.model.grid import CellError
from kpi_xl.referee import formulas
from kpi_xl.referee.recalculation import Value
from tests.referee.conftest import WriteBook

pytestmark = pytest.mark.skipif(not formulas.installed(), reason="the package formulas is not installed")


def computed(write_book: WriteBook, cells: dict[str, object]) -> dict[str, Value]:
    book = write_book({"S": {place: (cell, 0) if str(cell).startswith("=") else cell for place, cell in cells.items()}})
    return {address: value for (_, address), value in formulas.recalculate(book).values.items()}


def test_cells_and_ranges_go_in_and_blocks_come_out(write_book: WriteBook) -> None:
    given = {"A1": 5.4, "A3": "abc", "A4": "—", "A5": 30, "B5": 1000, "A6": 120, "B6": 3000}
    asked = {
        "D1": '=KPI_SCORE("RATIO",A1,5)',
        "D2": '=KPI_SCORE("RATIO",A2,5)',
        "D3": '=KPI_SCORE("RATIO",A3,5)',
        "D4": '=KPI_SCORE("RATIO",A4,5)',
        "D5": "=SUM(KPI_RATIO(A5:A6,B5:B6))",
        "D6": "=INDEX(KPI_RATIO(A5:A6,B5:B6),2)",
        "D7": '=KPI_SCORE("PASSFAIL",0,,,,"down","op=<; value=1")',
        "D8": '=KPI_GRADE(D1)&"!"',
    }
    assert computed(write_book, {**given, **asked}) == {
        "D1": 108.0, "D2": "", "D3": CellError("#VALUE!"), "D4": "",
        "D5": pytest.approx(0.07), "D6": 0.04, "D7": 100.0, "D8": "A!",
    }  # fmt: skip


def test_errors_are_true_errors_that_other_formulas_see(write_book: WriteBook) -> None:
    asked = {
        "A1": "=KPI_RATIO(1,0)",
        "A2": "=IFERROR(KPI_RATIO(1,0),7)",
        "A3": "=KPI_RATIO(1/0,1)",
        "A4": "=ISERROR(KPI_RATIO(A5:A6,B5:B7))",
        "A8": "=KPI_RATIO(1)",
    }
    assert computed(write_book, {**asked}) == {
        "A1": CellError("#DIV/0!"), "A2": 7.0, "A3": CellError("#DIV/0!"), "A4": True, "A8": CellError("#VALUE!"),
    }  # fmt: skip


def test_every_function_answers_in_a_cell_as_it_does_anywhere(write_book: WriteBook) -> None:
    """The first example of each function, its block summed, against the same call from outside."""
    names = sorted(REGISTRY)
    asked = {f"A{row}": f"=SUM({formula(name, examples()[name][0])[1:]})" for row, name in enumerate(names, start=1)}
    found = computed(write_book, {**asked})
    for row, name in enumerate(names, start=1):
        answer = call(name, [None if cell == "" else cell for cell in examples()[name][0]])  # type: ignore[misc]
        cells = [cell for line in answer for cell in line] if isinstance(answer, list) else [answer]  # type: ignore[union-attr]
        numbers = [cell for cell in cells if isinstance(cell, (int, float))]
        assert numbers or name in ("KPI_GRADE", "KPI_PARSE_PERIOD")
        assert found[f"A{row}"] == pytest.approx(sum(numbers), abs=1e-12)
