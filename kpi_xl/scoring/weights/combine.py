"""Several sets of weights brought to one: what people state and what data say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, prod
from typing import TypeAlias

from kpi_xl.errors import MethodError
from kpi_xl.model.params import Problem
from kpi_xl.scoring.weights.equations import solved
from kpi_xl.scoring.weights.shares import amounts, checked_weights, equal, same_length, shares

WHOLE = 1e-9
"""Parts of sets sum to 1 within this."""
NO_PART = 1e-12
"""A part below zero by no more than this is zero but for the last bits."""

Vectors: TypeAlias = Sequence[Sequence[float]]


@dataclass(frozen=True, slots=True)
class Combined:
    """Combined weights; `alphas` is the part of each set, or its exponent."""

    weights: tuple[float, ...]
    alphas: tuple[float, ...]
    warnings: tuple[Problem, ...] = ()


def linear(vectors: Vectors, parts: Sequence[float] = ()) -> Combined:
    """Weighted mean of sets, their compromise of least squared deviation.

    Parameters
    ----------
    vectors : (n_sets, n_kpis)
        Weights, each set with a sum of 1.
    parts : (n_sets,), optional
        Share of each set; equal when left out.

    Raises
    ------
    MethodError
        ``E-COMBINE-PARTS``: shares that do not sum to 1 or lie below 0; ``E-WEIGHT-TOTAL``, ``E-WEIGHT-LENGTH``.

    >>> linear([[0.5, 0.5], [1, 0]], [0.6, 0.4]).weights
    (0.7, 0.3)
    """
    sets = _sets(vectors)
    alphas = tuple(parts) or equal(len(sets))
    same_length(alphas, sets)
    if not all(alpha >= 0 for alpha in alphas) or not abs(fsum(alphas) - 1) <= WHOLE:
        raise MethodError("E-COMBINE-PARTS", found=", ".join(f"{alpha:g}" for alpha in alphas))
    return Combined(_mixed(sets, alphas), alphas)


def multiplicative(vectors: Vectors) -> Combined:
    """Product of sets: extremes are exaggerated, and a zero in one set decides.

    Parameters
    ----------
    vectors : (n_sets, n_kpis)

    Returns
    -------
    Combined
        With ``W-COMBINE-ZERO`` for an indicator that a zero has killed.

    Raises
    ------
    MethodError
        ``E-WEIGHT-NOTHING``: zeros kill every indicator; ``E-WEIGHT-TOTAL``, ``E-WEIGHT-LENGTH``.

    Source: E. K. Zavadskas, V. Podvezko, Integrated determination of objective criteria weights in MCDM, 2016.
    """
    return geometric(vectors, (1.0,) * len(vectors))


def geometric(vectors: Vectors, exponents: Sequence[float] = ()) -> Combined:
    """Product of powers of sets.

    The square root of the product of two is their compromise of least relative entropy.

    Parameters
    ----------
    vectors : (n_sets, n_kpis)
    exponents : (n_sets,), optional
        None below zero; equal with a sum of 1 when left out.

    Returns
    -------
    Combined
        With ``W-COMBINE-ZERO`` for an indicator that a zero has killed.

    Raises
    ------
    MethodError
        As `multiplicative`; ``E-WEIGHT-AMOUNT``: an exponent below zero.

    Source: S. Kullback, R. A. Leibler, On information and sufficiency, 1951.
    """
    sets = _sets(vectors)
    powers = amounts(exponents) if exponents else equal(len(sets))
    same_length(powers, sets)
    columns = list(zip(*sets, strict=True))
    products = [prod(w**power for w, power in zip(column, powers, strict=True)) for column in columns]
    killed = [Problem("W-COMBINE-ZERO", {"position": j}) for j, product in enumerate(products, start=1) if product == 0]
    return Combined(shares(products), powers, tuple(killed))


def game(vectors: Vectors) -> Combined:
    """Equilibrium between sets that each pull towards themselves: game theory.

    Parameters
    ----------
    vectors : (n_sets, n_kpis)

    Returns
    -------
    Combined
        With ``W-GAME-COLLINEAR`` when sets say the same, so that their parts are equal; with ``W-GAME-NEGATIVE`` for
        a set whose part came out below zero: it is left out and the others are weighed again.

    Source: C. Lai, X. Chen, X. Chen, Z. Wang, X. Wu, S. Zhao, A fuzzy comprehensive evaluation model for flood risk
    based on the combination weight of game theory, 2015.
    """
    sets = _sets(vectors)
    active = list(range(len(sets)))
    dropped: list[Problem] = []
    while True:
        parts = _equilibrium([sets[k] for k in active])
        if parts is None:
            alphas = equal(len(active))
            dropped.append(Problem("W-GAME-COLLINEAR"))
            break
        negative = {k: part for k, part in zip(active, parts, strict=True) if part < -NO_PART}
        if not negative:
            alphas = shares([max(0.0, part) for part in parts])
            break
        dropped += [Problem("W-GAME-NEGATIVE", {"position": k + 1, "alpha": part}) for k, part in negative.items()]
        active = [k for k in active if k not in negative]
    by_set = dict(zip(active, alphas, strict=True))
    every = tuple(by_set.get(k, 0.0) for k in range(len(sets)))
    return Combined(_mixed(sets, every), every, tuple(dropped))


def _equilibrium(sets: Vectors) -> tuple[float, ...] | None:
    products = [[_dot(own, other) for other in sets] for own in sets]
    return solved(products, [products[k][k] for k in range(len(sets))])


def _sets(vectors: Vectors) -> tuple[tuple[float, ...], ...]:
    if not vectors:
        raise MethodError("E-WEIGHT-NOTHING")
    for vector in vectors:
        same_length(vector, vectors[0])
    return tuple(checked_weights(vector, position) for position, vector in enumerate(vectors, start=1))


def _mixed(sets: Vectors, parts: Sequence[float]) -> tuple[float, ...]:
    return shares([_dot(column, parts) for column in zip(*sets, strict=True)])


def _dot(left: Sequence[float], right: Sequence[float]) -> float:
    return fsum(a * b for a, b in zip(left, right, strict=True))
