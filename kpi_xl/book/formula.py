"""Formulas as we write them, with columns by name, turned into plain A1 text; and the law they obey.

Notation, chosen to read like a structured reference while the file gets only plain ranges:

    [actual]                this row's cell of the same table
    [+x0]                   the next row's cell
    [tblPlan.weight]        the data cells of a column of any table
    [tblPlan.weight#]       the same with the heading on top, so that position 1 means "no such row"
    [tblPlan.weight^]       each data cell's upper neighbour
    [=total_cap]            a parameter cell of the calculation sheet
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kpi_xl.model.grid import NEXT_ROW, THIS_ROW, at_row, column_letters

__all__ = ["ALLOWED", "MAX_LENGTH", "Place", "Places", "at_row", "quoted", "resolve", "violations"]

MAX_LENGTH = 240
ALLOWED = frozenset(
    "ABS AND CHOOSE COUNT COUNTA COUNTIF COUNTIFS HYPERLINK IF IFERROR INDEX INT ISERROR ISNUMBER MATCH MAX MEDIAN MIN "
    "NOT OR ROUND SUM SUMIFS SUMPRODUCT TEXT TRIM".split()
)
"""Functions that Excel 2016, WPS, LibreOffice and our referees compute alike; nothing else is written."""

_REFERENCE = re.compile(r"\[(?P<mark>[=+]?)(?:(?P<table>tbl\w+)\.)?(?P<column>\w+)(?P<edge>[#^]?)\]")
_STRING = re.compile(r'"(?:[^"]|"")*"')
_CALL = re.compile(r"([A-Za-z_][A-Za-z0-9_.]*)\s*\(")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a table lies: quoted sheet name, heading row, first column, last row that formulas look at."""

    sheet: str
    row: int
    column: int
    last: int
    positions: Mapping[str, int]

    def range(self, column: str, edge: str = "", rows: int | None = None) -> str:
        """``'Sheet'!$B$6:$B$40``, absolute; `edge` "#" takes the heading in, "^" moves it up by one.

        `rows` takes in the first ones only.
        """
        letters = column_letters(self.column + self.positions[column])
        first, last = self.row + (edge == ""), self.last - (edge == "^")
        if rows is not None:
            last = self.row + rows
        return f"{self.sheet}!${letters}${first}:${letters}${last}"


@dataclass(frozen=True, slots=True)
class Places:
    """Every table's place and every parameter's cell in one workbook."""

    tables: Mapping[str, Place]
    parameters: Mapping[str, str]       # name -> absolute address with sheet


def quoted(sheet: str) -> str:
    """Sheet name as it stands in a formula.

    >>> quoted("it's 2026")
    "'it''s 2026'"
    """
    escaped = sheet.replace("'", "''")
    return f"'{escaped}'"


def resolve(text: str, places: Places, table: str = "") -> str:
    """A formula in our notation with its references resolved; `at_row` puts in the row.

    Raises
    ------
    KeyError
        The formula names a table, column or parameter that the book does not have.
    """

    def replace(match: re.Match[str]) -> str:
        column = match["column"]
        if match["mark"] == "=":
            return places.parameters[column]
        if match["table"]:
            return places.tables[match["table"]].range(column, match["edge"])
        place = places.tables[table]
        return column_letters(place.column + place.positions[column]) + (NEXT_ROW if match["mark"] else THIS_ROW)

    return _REFERENCE.sub(replace, text)


def violations(formula: str) -> Iterator[str]:
    """What in a finished formula breaks the law; nothing is the good answer.

    The law: only portable functions, no structured or whole-column references, no array constants, no numbers in
    scientific notation (one referee cannot load them), no double minus, at most 240 characters.
    """
    bare = _STRING.sub('""', formula)
    bare = re.sub(r"'(?:[^']|'')*'!", "S!", bare)
    for name in _CALL.findall(bare):
        if name.upper() not in ALLOWED:
            yield f"function {name}"
    for pattern, what in (
        (r"[\[\]]", "structured reference"),
        (r"\{", "array constant"),
        (r"\d[Ee][+-]?\d", "scientific notation"),
        (r"--", "double minus"),
        (r"\$?[A-Z]{1,3}:\$?[A-Z]{1,3}(?![0-9A-Z])", "whole column"),
    ):
        if re.search(pattern, bare):
            yield what
    if re.search(r"SUMPRODUCT\(.*\b(ISNUMBER|ROW|LEN|LEFT|ABS|ROUND)\(", bare):
        yield "function of a range inside SUMPRODUCT"
    if len(bare) > MAX_LENGTH:
        yield f"{len(bare)} characters"
