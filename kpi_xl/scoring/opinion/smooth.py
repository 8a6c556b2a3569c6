"""BELL and EFFICACY_EXP: curves without straight segments, and the way back along them."""

from __future__ import annotations

from math import exp, log, sqrt

from kpi_xl.scoring.rounding import excel_round

PASS_MARK = 60.0
LARGEST_EXPONENT = 600.0
"""Beyond every cap, and still a finite number."""


def bell(x: float, mu: float, tol: float, edge: float = PASS_MARK, base: float = 100.0) -> float:
    """Points on a bell around the best value.

    Parameters
    ----------
    x, mu : float
        Actual and best value, in the indicator's own unit.
    tol : float
        Distance from `mu`, above zero, where the points are down to `edge`.
    edge, base : float
        Points at that distance, and at `mu`; 0 < edge < base.

    >>> [round(bell(x, 50, 20), 2) for x in (50, 60, 70)]
    [100.0, 88.01, 60.0]
    """
    away = (x - mu) / tol
    return base * exp(-min(LARGEST_EXPONENT, -log(edge / base) * (away * away)))


def bell_needed(score: float, mu: float, tol: float, edge: float = PASS_MARK, base: float = 100.0) -> float | None:
    """Distance from the best value where the bell gives a score; None if nowhere."""
    return None if score > base or score <= 0 else tol * sqrt(log(score / base) / log(edge / base))


def exponential(x: float, xs: float, xh: float, base: float = 100.0) -> float:
    """Points growing by a constant factor, 60 at `xs` and `base` at `xh`.

    Parameters
    ----------
    x, xs, xh : float
        Actual, not-allowed and satisfactory value; xh below xs where less is better.
    base : float
        Points at `xh`, above 60.

    Source: 指数功效函数法 (exponential efficacy function), as in Chinese evaluations of enterprise performance.

    >>> round(exponential(0.11, 0.06, 0.14), 2)
    82.57
    """
    return PASS_MARK * exp(min(LARGEST_EXPONENT, log(base / PASS_MARK) * (x - xs) / (xh - xs)))


def exponential_needed(score: float, xs: float, xh: float, base: float = 100.0) -> float | None:
    """The actual that `exponential` gives a score for; None for zero or less."""
    return None if score <= 0 else xs + (xh - xs) * log(score / PASS_MARK) / log(base / PASS_MARK)


def on_grid(value: float, digits: int, sign: int) -> float:
    """A number with so many decimals, the nearest that is not worse."""
    near = excel_round(value, digits)
    worse = sign * (value - near) > 10.0**-digits * 1e-6
    return excel_round(near + sign * 10.0**-digits, digits) if worse else near
