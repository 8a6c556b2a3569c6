"""Moved formulas against openpyxl, an independent program that fills formulas too."""

from __future__ import annotations

import pytest
from openpyxl.formula.translate import Translator

from kpi_xl.referee.shared import column_number, moved

FORMULAS = (
    "A1+$B2*C$3-$D$4",
    "SUM(A1:B2,$C:$D,5:6)+SUM(C:D)",
    "评分明细!B7&指标值!$A7",
    "'A1 ''B2'' 表'!C3+'[A1.xlsx]S B2'!D4",
    'IF(A1="A1 ""B2""","",B1)',
    "LOG10(A10)+ATAN2(B1,C1)",
    "INDEX(A1:A9,MATCH(B1,C1:C9,0)):INDEX(A1:A9,2)",
    "A1_x+xA1+A1.b+名A1",
    "ROUND(1E5*A1,2)+-2.5",
)


@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize(("target", "rows", "columns"), [("M10", 0, 0), ("M12", 2, 0), ("O10", 0, 2), ("AN15", 5, 27)])
def test_same_as_openpyxl(formula: str, target: str, rows: int, columns: int) -> None:
    expected = Translator(f"={formula}", origin="M10").translate_formula(target)
    assert f"={moved(formula, rows, columns)}" == expected


def test_structured_references_stay() -> None:
    assert moved("tblFacts[[#This Row],[A1]]+[1]S!B2", 1, 1) == "tblFacts[[#This Row],[A1]]+[1]S!C3"


def test_reference_off_the_sheet() -> None:
    assert moved("A1+B2", -1, 0) == "#REF!+B1"
    assert moved("XFD1", 0, 1) == "#REF!"


@pytest.mark.parametrize(("letters", "number"), [("A", 1), ("Z", 26), ("AA", 27), ("xfd", 16384)])
def test_column_number(letters: str, number: int) -> None:
    assert column_number(letters) == number
