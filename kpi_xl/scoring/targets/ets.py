"""Exponential smoothing in its state-space form, estimated and simulated by statsmodels."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kpi_xl.scoring.targets.forecast import Draws
from kpi_xl.scoring.targets.smoothing import SEED, Form, form_of, holt_winters
from kpi_xl.scoring.weights.shares import library

N_DRAWS = 5000
ENOUGH = 0.6
"""With its first states estimated too, errors above this share of those of plain Holt-Winters suggest an early stop."""
MODULE = "statsmodels.tsa.exponential_smoothing.ets"
SHORT = {"additive": "add", "multiplicative": "mul"}


@dataclass(frozen=True, slots=True)
class Ets:
    """A model after its parameters were estimated, and the paths that it draws."""

    form: Form
    parameters: tuple[tuple[str, float], ...]
    paths: tuple[Draws, ...]            # (steps,) one distribution for each period ahead


def ets(
    values: Sequence[float], season: int, steps: int, form: Form | None = None, seed: int = SEED
) -> Ets | None:
    """Forecast distributions of the next periods, by simulated paths of the estimated model.

    Parameters
    ----------
    values : (n_periods,)
        None missing, the oldest first.
    season : int
        Periods of a year; the model has a season where there are more than two years of values.
    steps : int
        Periods ahead.
    form : optional
        `form_of` when left out. Errors and trend are additive.
    seed : int
        The same draws for the same seed.

    Returns
    -------
    Ets or None
        None where all values are the same, or where the estimate finds no finite model.

    Raises
    ------
    MethodError
        ``E-METHOD-LIBRARY``: statsmodels is not installed.

    Source: R. J. Hyndman, A. B. Koehler, J. K. Ord, R. D. Snyder, Forecasting with Exponential Smoothing, 2008;
    computed by statsmodels.
    """
    model, numpy = library("ETS", MODULE), library("ETS", "numpy")
    if len(values) <= 2 * season or min(values) == max(values):
        return None
    chosen = form or form_of(values, season)
    fitted, size = _best(model.ETSModel, numpy.array(values, dtype=float), season, chosen)
    if fitted is None:
        return None
    drawn = fitted.simulate(steps, anchor="end", repetitions=N_DRAWS, rng=numpy.random.default_rng(seed))
    rows = numpy.sort(numpy.asarray(drawn).reshape(steps, N_DRAWS), axis=1) * size
    if not numpy.isfinite(rows).all():
        return None
    named = tuple((name, float(value)) for name, value in zip(fitted.param_names, fitted.params, strict=True))
    return Ets(chosen, named, tuple(Draws(tuple(row)) for row in rows.tolist()))


def _best(model: Any, values: Any, season: int, form: Form) -> tuple[Any, float]:
    """The estimate of the smallest errors, and the size that its values were divided by.

    The search takes a level of a million and a part between 0 and 1 for quantities of one size, and may stop after a
    few steps; it is asked in other units until its errors are well below those of plain Holt-Winters.
    """
    plain = holt_winters(values.tolist(), season, form)
    enough = math.inf if plain is None else ENOUGH * plain.sse / len(plain.errors) * len(values)
    best, of_size, lowest = None, 1.0, math.inf
    for size in (abs(values).max(), values.std(), values.std() / 10):
        found = _estimated(model, values / size, season, form)
        if found is not None and (sse := float(found.sse) * size * size) < lowest:
            best, of_size, lowest = found, float(size), sse
        if lowest <= enough:
            break
    return best, of_size


def _estimated(model: Any, values: Any, season: int, form: Form) -> Any:
    """The fitted model; None where the search went astray."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")             # a search that stops early is judged by its result
        fitted = model(values, error="add", trend="add", seasonal=SHORT[form], seasonal_periods=season).fit(disp=False)
    return fitted if all(map(math.isfinite, (*fitted.params, float(fitted.sse)))) else None
