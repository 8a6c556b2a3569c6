"""The shipped grade schemes, and reading letter and coefficient from a total."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kpi_xl.errors import MethodError
from kpi_xl.model.inputs import Band


def _bands(scheme: str, *rows: tuple[str, float, float, float]) -> tuple[Band, ...]:
    return tuple(Band(scheme, *row) for row in rows)


SCHEMES: Mapping[str, tuple[Band, ...]] = {
    # Piecewise linear through (60, .5) (70, .7) (100, 1) (110, 1.2) (120, 1.5): no hundredth of a point moves pay by
    # half a grade, and hitting the target pays 1.0. D stands twice because its coefficient has two pieces.
    "BAND120": _bands(
        "BAND120",
        ("D", 0.0, 0.0, 0.0),
        ("D", 60.0, 0.5, 0.02),
        ("C", 70.0, 0.7, 0.01),
        ("B", 85.0, 0.85, 0.01),
        ("A", 100.0, 1.0, 0.02),
        ("S", 110.0, 1.2, 0.03),
    ),
    "STEP": _bands(
        "STEP",
        ("D", 0.0, 0.0, 0.0),
        ("C", 70.0, 0.7, 0.0),
        ("B", 85.0, 1.0, 0.0),
        ("A", 100.0, 1.2, 0.0),
        ("S", 110.0, 1.5, 0.0),
    ),
    "LINEAR": _bands(
        "LINEAR",
        ("D", 0.0, 0.0, 0.0),
        ("C", 70.0, 0.7, 0.01),
        ("B", 85.0, 0.85, 0.01),
        ("A", 100.0, 1.0, 0.01),
        ("S", 110.0, 1.1, 0.01),
    ),
    "BAND100": _bands(
        "BAND100",
        ("D", 0.0, 0.0, 0.0),
        ("C", 60.0, 0.7, 0.0),
        ("B", 80.0, 1.0, 0.0),
        ("A", 90.0, 1.2, 0.0),
        ("S", 95.0, 1.5, 0.0),
    ),
}
MAX_COEFFICIENT = 1.5
"""Where a line would pay more, above any total a card can reach."""


def scheme(name: str) -> tuple[Band, ...]:
    """Bands of a shipped scheme, ascending.

    Raises
    ------
    MethodError
        ``E-SCHEME-UNKNOWN``.
    """
    bands = SCHEMES.get(name.strip().upper())
    if bands is None:
        raise MethodError("E-SCHEME-UNKNOWN", found=name, wanted=", ".join(SCHEMES))
    return bands


def band_of(total: float, bands: Sequence[Band]) -> Band:
    """The band a total lies in; a total on a bound has the better one.

    Raises
    ------
    MethodError
        ``E-TOTAL-RANGE``: below the lowest bound.
    """
    found = [band for band in bands if band.lo <= total]
    if not found:
        raise MethodError("E-TOTAL-RANGE", found=total)
    return found[-1]


def coefficient(total: float, bands: Sequence[Band]) -> float:
    """Pay coefficient of a total."""
    band = band_of(total, bands)
    return min(MAX_COEFFICIENT, band.coef + band.slope * (total - band.lo))
