"""Grades and coefficients, with the edges that the domain specification prints."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_xl.errors import MethodError
from kpi_xl.scoring.grades import SCHEMES, band_of, coefficient, scheme

totals = st.integers(0, 12_000).map(lambda hundredths: hundredths / 100)


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("BAND120", {110: "S", 109.99: "A", 100: "A", 99.22: "B", 85: "B", 84.99: "C", 70: "C", 69.99: "D", 0: "D"}),
        ("BAND100", {95: "S", 94.99: "A", 90: "A", 80: "B", 79.99: "C", 60: "C", 59.99: "D"}),
    ],
)
def test_a_total_on_a_bound_has_the_better_letter(name: str, letters: dict[float, str]) -> None:
    assert {total: band_of(total, scheme(name)).grade for total in letters} == letters


@pytest.mark.parametrize(
    ("name", "coefficients"),
    [
        ("BAND120", {59.99: 0, 60: 0.5, 65: 0.6, 70: 0.7, 100: 1, 105: 1.1, 110: 1.2, 115: 1.35, 120: 1.5, 85: 0.85}),
        ("STEP", {100.22: 1.2, 59.99: 0, 99.22: 1, 70: 0.7, 110: 1.5, 69.99: 0}),
        ("LINEAR", {69.99: 0, 70: 0.7, 99.22: 0.9922, 120: 1.2, 150: 1.5, 200: 1.5}),
        ("BAND100", {95: 1.5, 90: 1.2, 80: 1, 60: 0.7, 59.99: 0}),
    ],
)
def test_coefficients(name: str, coefficients: dict[float, float]) -> None:
    for total, expected in coefficients.items():
        assert coefficient(total, scheme(name)) == pytest.approx(expected, abs=1e-12)


@given(st.sampled_from(sorted(SCHEMES)), totals, totals)
def test_a_better_total_never_pays_less(name: str, one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert coefficient(low, scheme(name)) <= coefficient(high, scheme(name)) + 1e-12


@given(st.integers(6_000, 11_999))
def test_no_hundredth_of_a_point_jumps_in_a_new_workbook(hundredths: int) -> None:
    bands = scheme("BAND120")
    step = coefficient((hundredths + 1) / 100, bands) - coefficient(hundredths / 100, bands)
    assert 0 <= step <= 0.00030001


@pytest.mark.parametrize("name", sorted(SCHEMES))
def test_bands_rise_from_zero(name: str) -> None:
    bounds = [band.lo for band in SCHEMES[name]]
    assert bounds[0] == 0
    assert bounds == sorted(set(bounds))


def test_an_unknown_scheme_names_the_known_ones() -> None:
    with pytest.raises(MethodError) as caught:
        scheme("BAND7")
    assert caught.value.code == "E-SCHEME-UNKNOWN"
    assert "BAND120" in str(caught.value.args_by_name["wanted"])
