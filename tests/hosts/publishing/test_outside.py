"""What a formula leans on, written as Excel writes it into a file."""

from __future__ import annotations

import pytest

from kpi_xl.hosts.publishing.outside import Inside, leans_outside, outside_names

INSIDE = Inside(frozenset(("kpi_xl.conf",)), frozenset(("rate",)), frozenset(("doubled",)))
FOREIGN = (
    'KPI_SCORE("RATIO",A1,2)', "_xll.KPI_WHY(A1)", "1+MyUdf (A1)", "[1]Sheet1!A1", "[1]!KPI_SCORE(1)", "'[1]a b'!A1",
    "'C:\\books\\[k.xlam]S'!A1", "'C:\\k.xlam'!F(1)", "kpi.xlam!F(1)", "'kpi.xlam'!F", "rate*2", "RATE", "kpi_xl.conf!A1",
    "'kpi_xl.conf'!$A$1", "CUBEVALUE(\"x\")", "GETPIVOTDATA(\"a\",B1)", "_xludf.DUMMYFUNCTION(1)", "cmd|'/c calc'!A1",
)  # fmt: skip
NATIVE = (
    "SUM(A1:A3)", "SUM('a b'!A1)", "SUM('Q1:Q3'!A1)", "检查!$B$3", "tbl[1]+Sheet2!A1", "tbl[[#This Row],[单价(元)]]",
    'IF(A1="KPI_SCORE(",1,2)', "RATE(1,2,3)", "_xlfn.XLOOKUP(1,A:A,B:B)", "doubled(2)", "_xlfn.LET(_xlpm.x,1,_xlpm.x+1)",
    "#REF!+1", "1E5*A1", 'HYPERLINK("#\'首页\'!A1","[1]x!")', "rates*2", "SUM(表[[#Headers],['[a'']]])",
)  # fmt: skip


@pytest.mark.parametrize("formula", FOREIGN)
def test_a_foreign_formula_is_known(formula: str) -> None:
    assert leans_outside(formula, INSIDE)


@pytest.mark.parametrize("formula", NATIVE)
def test_a_native_formula_travels(formula: str) -> None:
    assert not leans_outside(formula, INSIDE)


def test_names_fall_with_the_names_they_lean_on() -> None:
    names = {"price": "[1]P!$A$1", "twice": "price*2", "four": "twice*2", "own": "Sheet1!$A$1", "f": "_xlfn.LAMBDA(_xlpm.x,_xlpm.x)"}
    inside = outside_names(names, ("conf",))
    assert inside.lost_names == {"price", "twice", "four"}
    assert inside.lambdas == {"f"} and inside.lost_sheets == {"conf"}
