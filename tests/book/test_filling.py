"""Filled formulas against LibreOffice's own filling are in tests/referee; here the cases a file stores."""

from __future__ import annotations

import pytest

from kpi_xl.book.filling import filled


@pytest.mark.parametrize(
    ("formula", "place", "expected"),
    [
        ("A1+$B2*C$3-$D$4", (12, 15), "C3+$B4*E$3-$D$4"),
        ("评分明细!B7&指标值!$A7", (11, 13), "评分明细!B8&指标值!$A8"),
        ('IF(A1="A1 ""B2""","",B1)', (11, 13), 'IF(A2="A1 ""B2""","",B2)'),
        ("LOG10(A10)+ATAN2(B1,C1)", (11, 13), "LOG10(A11)+ATAN2(B2,C2)"),
        ("A1", (9, 13), "#REF!"),
    ],
)
def test_filled_from_m10(formula: str, place: tuple[int, int], expected: str) -> None:
    assert filled(formula, (10, 13), place) == expected
