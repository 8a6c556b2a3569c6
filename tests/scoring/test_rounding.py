"""Rounding equals the spreadsheet's: half away from zero on fifteen significant digits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_xl.scoring.rounding import excel_round


@pytest.mark.parametrize(
    ("x", "digits", "rounded"),
    [
        (2.675, 2, 2.68),
        (0.125, 2, 0.13),
        (-2.5, 0, -3.0),
        (1.005, 2, 1.01),
        (-1.005, 2, -1.01),
        (25.0, -1, 30.0),
        (-25.0, -1, -30.0),
        (1234.0, -4, 0.0),
        (1e300, 2, 1e300),
        (4.9e-324, 9, 0.0),
        (1e15, 9, 1e15),
        (0.1 + 0.2, 15, 0.3),
    ],
)
def test_ties_go_away_from_zero(x: float, digits: int, rounded: float) -> None:
    assert excel_round(x, digits) == rounded


def test_zero_has_no_sign() -> None:
    assert str(excel_round(-0.0, 2)) == str(excel_round(-0.001, 2)) == "0.0"


@pytest.mark.parametrize("x", [float("nan"), float("inf"), float("-inf")])
def test_what_is_not_finite_is_refused(x: float) -> None:
    with pytest.raises(ValueError, match=str(x)):
        excel_round(x, 2)


def by_hand(whole: int, fraction: str, digits: int) -> float:
    """Schoolbook rounding on the written digits: look at the next one, carry in whole numbers."""
    kept, rest = fraction[:digits].ljust(digits, "0"), fraction[digits:]
    carried = int(f"{whole}{kept}") + (rest[:1] >= "5")
    return float(f"{carried}e-{digits}")


@given(st.integers(0, 99_999), st.text("0123456789", max_size=8), st.integers(0, 9), st.sampled_from((1, -1)))
def test_agrees_with_rounding_by_hand(whole: int, fraction: str, digits: int, sign: int) -> None:
    written = float(f"{whole}.{fraction or '0'}")
    assert excel_round(sign * written, digits) == sign * by_hand(whole, fraction, digits)


@given(st.integers(-99_999, 99_999), st.integers(0, 8))
def test_a_tie_always_leaves_zero(steps: int, digits: int) -> None:
    tie = float(f"{steps}5e-{digits + 1}") if steps else 5 * 10.0 ** -(digits + 1)
    away = steps + 1 if steps >= 0 else steps - 1
    assert excel_round(tie, digits) == float(f"{away}e-{digits}")


@given(st.floats(-1e12, 1e12), st.integers(-3, 9))
def test_rounding_twice_changes_nothing(x: float, digits: int) -> None:
    once = excel_round(x, digits)
    assert excel_round(once, digits) == once
