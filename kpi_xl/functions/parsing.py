"""Worksheet functions that read what people typed: numbers with 万, % and currency signs, and periods."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from kpi_xl.errors import FunctionError
from kpi_xl.functions.cells import LARGEST, LONGEST_FOUND, NO_SCORE, Cell, CellFailure, Grid, each, figure
from kpi_xl.functions.registry import worksheet_function
from kpi_xl.model.dates import YEARS, parse_date
from kpi_xl.model.numbers import parse_number
from kpi_xl.model.periods import Period


@worksheet_function("KPI_PARSE_NUM")
def kpi_parse_num(text: Annotated[Grid, "text"]) -> Grid:
    """Number that a text stands for; "" where nothing was reported."""
    return each(_number, text)


@worksheet_function("KPI_PARSE_PERIOD")
def kpi_parse_period(text: Annotated[Grid, "period_text"], base_year: Annotated[Grid, "base_year"] = None) -> Grid:
    """Code of the period that a text stands for, of a date its month; "" where nothing was reported."""
    return each(_period, text, base_year)


def _number(text: Cell) -> Cell:
    if isinstance(text, CellFailure):
        return text
    parsed = parse_number(text)
    if parsed.code == "MISSING":
        return NO_SCORE
    if parsed.value is None:
        raise _unread(parsed.code, text)
    return parsed.value


def _period(text: Cell, base_year: Cell) -> Cell:
    if isinstance(text, CellFailure):
        return text
    parsed = parse_date(text, _year(base_year), is_period_column=True)
    if parsed.code == "MISSING":
        return NO_SCORE
    if parsed.value is None or parsed.value.year not in YEARS:
        raise _unread("BAD_DATE" if parsed.value else parsed.code, text)
    return str(_month(parsed.value) if isinstance(parsed.value, datetime) else parsed.value)


def _month(moment: datetime) -> Period:
    return Period(moment.year, "M", moment.month)


def _year(base_year: Cell) -> int | None:
    year = figure(base_year, "base_year")
    if year is not None and year not in YEARS:
        wanted = f"{YEARS[0]}-{YEARS[-1]}"
        raise FunctionError("E-ARG-CHOICE", argument="base_year", found=base_year, wanted=wanted)
    return None if year is None else int(year)


def _unread(code: str, cell: Cell) -> FunctionError:
    try:
        found = str(cell)
    except ValueError:                  # an integer of more digits than Python prints
        found = f"> {LARGEST:g}"
    return FunctionError(code, found=found[:LONGEST_FOUND])
