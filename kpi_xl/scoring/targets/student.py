"""Student's t distribution, so that a chance can be told where scipy is not installed."""

from __future__ import annotations

from math import exp, inf, lgamma, log, log1p, pi
from statistics import NormalDist

TERMS = 500
CLOSE = 1e-15
TINY = 1e-300
STEPS = 200


def below(t: float, df: float) -> float:
    """Chance of a value of at most t.

    Parameters
    ----------
    t : float
    df : float
        Degrees of freedom, above zero; infinite for the normal distribution.

    Source: NIST Digital Library of Mathematical Functions, 8.17: incomplete beta functions.

    >>> round(below(2.228139, 10), 6)
    0.975
    """
    if df == inf:
        return NormalDist().cdf(t)
    far = _beta_share(df / (df + t * t), t * t / (df + t * t), df / 2, 0.5) / 2
    return 1 - far if t > 0 else far


def quantile(p: float, df: float) -> float:
    """The value that is not exceeded with the chance p, for 0 < p < 1.

    Source: Newton's method from the middle outwards, where the distribution bends one way and it cannot overshoot.

    >>> round(quantile(0.975, 10), 6)
    2.228139
    """
    if df == inf:
        return NormalDist().inv_cdf(p)
    if p < 0.5:
        return -quantile(1 - p, df)
    t = 0.0
    for _ in range(STEPS):
        step = (p - below(t, df)) / _density(t, df)
        t += step
        if abs(step) <= CLOSE * max(1.0, t):
            break
    return t


def _density(t: float, df: float) -> float:
    scale = lgamma((df + 1) / 2) - lgamma(df / 2) - log(df * pi) / 2
    return exp(scale - (df + 1) / 2 * log1p(t * t / df))


def _beta_share(x: float, rest: float, a: float, b: float) -> float:
    """Regularised incomplete beta function of x; `rest` is 1 - x, which x near 1 no longer knows."""
    if x <= 0 or rest <= 0:
        return float(rest <= 0)
    if x > (a + 1) / (a + b + 2):
        return 1 - _beta_share(rest, x, b, a)
    front = exp(a * log(x) + b * log(rest) + lgamma(a + b) - lgamma(a) - lgamma(b)) / a
    return front / _fraction(x, a, b)


def _fraction(x: float, a: float, b: float) -> float:
    """The continued fraction 1 + d1 / (1 + d2 / (1 + ...)), by the modified Lentz algorithm."""
    value, upper, lower = 1.0, 1.0, 0.0
    for n in range(1, TERMS):
        m = n // 2
        odd = -(a + m) * (a + b + m) / ((a + 2 * m) * (a + 2 * m + 1))
        term = x * (odd if n % 2 else m * (b - m) / ((a + 2 * m - 1) * (a + 2 * m)))
        lower = 1 / _not_zero(1 + term * lower)
        upper = _not_zero(1 + term / upper)
        value *= upper * lower
        if abs(upper * lower - 1) < CLOSE:
            break
    return value


def _not_zero(x: float) -> float:
    return x if abs(x) > TINY else TINY
