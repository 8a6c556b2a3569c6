"""The worksheet functions that read numbers and periods as people type them."""

from __future__ import annotations

from typing import get_args

import pytest

from kpi_xl.commands.call import call
from kpi_xl.functions.cells import CellFailure, Grid
from kpi_xl.functions.parsing import kpi_parse_num, kpi_parse_period
from kpi_xl.labels import LANGS, Lang, message, table
from kpi_xl.model.dates import DateCode, DateWarning
from kpi_xl.model.numbers import NumberCode, NumberWarning


def code(result: Grid) -> str:
    assert isinstance(result, CellFailure)
    return result.code


def test_a_column_of_numbers() -> None:
    assert kpi_parse_num([["1.2万"], ["12.5%"], [3], ["(1,234)"], ["—"], [None]]) == [
        [12000.0], [0.125], [3.0], [-1234.0], [""], [""],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("1,2345", "BAD_NUMBER"), ("#N/A", "EXCEL_ERROR"), (True, "BAD_TYPE"), ("1e400", "NON_FINITE")],
)
def test_what_is_no_number_says_why(text: str | int, wanted: str) -> None:
    assert code(kpi_parse_num(text)) == wanted


def test_an_integer_that_cannot_be_printed_is_quoted_by_its_size() -> None:
    failure = kpi_parse_num(10**5000)
    assert code(failure) == "NON_FINITE"
    assert failure == CellFailure("NON_FINITE", {"found": "> 1e+100"})


def test_one_bad_cell_spoils_no_other() -> None:
    answer = call("KPI_PARSE_NUM", [[["1", "x", "3"]]], "en")
    assert answer == [[1.0, {"error": "BAD_NUMBER", "message": message("BAD_NUMBER", {"found": "x"}, "en")}, 3.0]]


def test_a_column_of_periods() -> None:
    typed = [["2024年1月"], [202401], ["2024Q1"], ["2024年第一季度"], ["2024年上半年"], [2024], ["24年1月"], ["/"]]
    codes = [["2024-01"], ["2024-01"], ["2024Q1"], ["2024Q1"], ["2024H1"], ["2024"], ["2024-01"], [""]]
    assert kpi_parse_period(typed) == codes


def test_a_date_gives_its_month() -> None:
    """A cell turns a typed 2024-01 into the count of days of 1 January 2024."""
    assert kpi_parse_period([[45292, 45322.75, "2024/1/5", 20240105]]) == [["2024-01"] * 4]


def test_a_base_year_stretches_over_the_column() -> None:
    assert kpi_parse_period([["3月份"], ["1月5日"], ["四季度"]], 2024) == [["2024-03"], ["2024-01"], ["2024Q4"]]
    assert kpi_parse_period("3月", [[2023, "2024"]]) == [["2023-03", "2024-03"]]


@pytest.mark.parametrize(
    ("text", "base_year", "wanted"),
    [
        ("2024-13", None, "BAD_DATE"),
        ("3月份", None, "BAD_DATE"),
        (150_000, None, "BAD_DATE"),
        (60, None, "PRE1900BUG"),
        ("1/2/2024", None, "AMBIGUOUS_DATE"),
        ("#REF!", None, "EXCEL_ERROR"),
        (False, None, "BAD_TYPE"),
        ("3月份", 24, "E-ARG-CHOICE"),
        ("3月份", 2024.5, "E-ARG-CHOICE"),
        ("3月份", "this year", "E-NUMBER"),
    ],
)
def test_what_is_no_period_says_why(text: str | int, base_year: float | str | None, wanted: str) -> None:
    assert code(kpi_parse_period(text, base_year)) == wanted


def test_a_failure_passes_through() -> None:
    failure = CellFailure("NON_FINITE", {"found": "3 / 0"})
    assert kpi_parse_num(failure) is kpi_parse_period(failure) is failure


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("codes", [NumberCode, NumberWarning, DateCode, DateWarning])
def test_every_code_of_the_grammars_has_a_sentence(codes: object, lang: Lang) -> None:
    for known in set(get_args(codes)) - {"OK", "MISSING"}:
        assert known in table("messages")
        assert "1,2345" in message(known, {"found": "1,2345"}, lang)
