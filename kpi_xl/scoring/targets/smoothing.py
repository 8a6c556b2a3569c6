"""Holt-Winters: level, trend and season, each smoothed; with parameters given, or of the least squared errors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from math import fsum, log, sqrt
from random import Random
from typing import Literal, TypeAlias

from kpi_xl.scoring.targets.forecast import Bell, Draws, Forecast

Form: TypeAlias = Literal["additive", "multiplicative"]
Loss: TypeAlias = Callable[[Sequence[float]], float]
SEED = 20240129
N_DRAWS = 2000
GRID = (0.05, 0.2, 0.4, 0.6, 0.9)
WIDEST, FINEST = 0.1, 0.002
"""Steps of the search, the first and those that are too small to matter."""
N_PARAMETERS = 3
PROPORTIONAL = 0.5
"""Where the spread grows with more than the root of the level, it grows with the level."""


@dataclass(frozen=True, slots=True)
class Smoothing:
    """Parts of what is new that level, trend and season take over, each from 0 to 1."""

    alpha: float
    beta: float
    gamma: float


Fits: TypeAlias = Mapping[tuple[float, ...], Smoothing]
"""Parameters by the series that they were found for."""


@dataclass(frozen=True, slots=True)
class State:
    """Level and trend after a period, and the seasons of the next ones in their order."""

    level: float
    trend: float
    seasons: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Smoothed:
    """A series after it was smoothed: one-step forecasts of its periods, and the state at its end."""

    smoothing: Smoothing
    form: Form
    fitted: tuple[float, ...]
    errors: tuple[float, ...]
    state: State

    @property
    def sse(self) -> float:
        """Sum of squared one-step errors."""
        return fsum(error * error for error in self.errors)

    @property
    def deviation(self) -> float:
        """Standard deviation of the one-step errors, less a degree of freedom for each parameter."""
        return sqrt(self.sse / max(1, len(self.errors) - N_PARAMETERS))

    def middle(self, steps: int) -> float:
        """Point forecast so many periods ahead, from 1 on."""
        state = self.state
        line = state.level + steps * state.trend
        season = state.seasons[(steps - 1) % len(state.seasons)]
        return line + season if self.form == "additive" else line * season

    def ahead(self, steps: int, seed: int = SEED) -> Forecast:
        """Forecast so many periods ahead.

        The additive form has a normal distribution in closed form; the multiplicative one is simulated.

        Source: C. Chatfield, M. Yar, Prediction intervals for the Holt-Winters forecasting procedure, 1990.
        """
        if self.form == "additive":
            return Bell(self.middle(steps), self.deviation * sqrt(self.spread(steps)))
        return simulated(self, steps, seed)

    def spread(self, steps: int) -> float:
        """Variance so many periods ahead in variances of one step, of the additive form.

        Source: R. J. Hyndman, A. B. Koehler, J. K. Ord, R. D. Snyder, Forecasting with Exponential Smoothing, 2008.
        """
        alpha, beta, gamma = self.smoothing.alpha, self.smoothing.beta, self.smoothing.gamma
        season = len(self.state.seasons)
        weights = [alpha * (1 + j * beta) + gamma * (1 - alpha) * (j % season == 0) for j in range(1, steps)]
        return 1 + fsum(weight * weight for weight in weights)


def start(values: Sequence[float], season: int, form: Form) -> State:
    """State after the first season: its mean, the step to the second season's mean, and what each period adds.

    values : (n_periods,)    two seasons or more
    """
    level = fsum(values[:season]) / season
    trend = (fsum(values[season : 2 * season]) / season - level) / season
    seasons = [value - level if form == "additive" else value / level for value in values[:season]]
    return State(level, trend, tuple(seasons))


def start_on_line(values: Sequence[float], season: int, form: Form) -> State:
    """State after the first season on the line through its middle and the second's, so that no trend is in its seasons.

    values : (n_periods,)    two seasons or more; where the form is multiplicative, above zero
    """
    mean = fsum(values[:season]) / season
    trend = (fsum(values[season : 2 * season]) / season - mean) / season
    line = [mean + trend * (place - (season - 1) / 2) for place in range(season)]
    pairs = list(zip(values, line, strict=False))
    return State(line[-1], trend, tuple(value - on if form == "additive" else value / on for value, on in pairs))


def smooth(values: Sequence[float], state: State, smoothing: Smoothing, form: Form = "additive") -> Smoothed:
    """Values smoothed one after the other, from a state before the first.

    Parameters
    ----------
    values : (n_periods,)
        None missing.
    state : State
        Before the first value.

    Source: P. R. Winters, Forecasting sales by exponentially weighted moving averages, 1960.

    >>> past = [10, 20, 30, 40, 14, 24, 34, 44, 18, 28, 38, 48]
    >>> found = smooth(past[4:], start(past, 4, "additive"), Smoothing(0.5, 0.3, 0.2))
    >>> [round(found.middle(steps), 4) for steps in range(1, 5)]
    [20.2578, 30.5999, 41.1649, 51.8843]
    """
    fitted, after = _run(values, state, smoothing, form)
    errors = tuple(value - each for value, each in zip(values, fitted, strict=True))
    return Smoothed(smoothing, form, tuple(fitted), errors, after)


def _run(values: Sequence[float], state: State, smoothing: Smoothing, form: Form) -> tuple[list[float], State]:
    """One-step forecasts, and the state after the last value."""
    level, trend, seasons = state.level, state.trend, list(state.seasons)
    alpha, beta, gamma = smoothing.alpha, smoothing.beta, smoothing.gamma
    fitted, at, length, adds = [], 0, len(seasons), form == "additive"
    for value in values:
        season, line = seasons[at], level + trend
        if adds:
            fitted.append(line + season)
            new = line + alpha * (value - season - line)
            seasons[at] = season + gamma * (value - new - season)
        else:
            fitted.append(line * season)
            new = line + alpha * (_over(value, season, line) - line)
            seasons[at] = season + gamma * (_over(value, new, season) - season)
        trend += beta * (new - level - trend)
        level = new
        at = at + 1 if at + 1 < length else 0
    return fitted, State(level, trend, (*seasons[at:], *seasons[:at]))


def holt_winters(
    values: Sequence[float], season: int, form: Form | None = None, fits: Fits | None = None
) -> Smoothed | None:
    """The smoothing of least squared one-step errors.

    Parameters
    ----------
    values : (n_periods,)
        None missing, the oldest first.
    season : int
        Periods of a year.
    form : optional
        `form_of` when left out.
    fits : mapping, optional
        Parameters by series, where they are known already.

    Returns
    -------
    Smoothed or None
        None below two seasons and a period. The first two seasons say where the smoothing starts; the first has no
        forecasts.
    """
    if len(values) <= 2 * season:
        return None
    chosen = form or form_of(values, season)
    first, rest = start_on_line(values, season, chosen), values[season:]

    def sse(point: Sequence[float]) -> float:
        fitted, _ = _run(rest, first, Smoothing(*point), chosen)
        return sum([(value - told) ** 2 for value, told in zip(rest, fitted, strict=True)])

    known = fits.get(tuple(values)) if fits else None
    return smooth(rest, first, known or Smoothing(*_least(sse)), chosen)


def form_of(values: Sequence[float], season: int) -> Form:
    """Multiplicative where all values are above zero and their spread within a year grows with its level.

    Source: J. W. Tukey, Exploratory Data Analysis, 1977: the slope of log spread over log level.

    >>> form_of([10, 20, 30, 40, 14, 24, 34, 44], 4), form_of([10, 20, 30, 40, 20, 40, 60, 80], 4)
    ('additive', 'multiplicative')
    """
    if min(values) <= 0:
        return "additive"
    years = [values[end - season : end] for end in range(len(values), season - 1, -season)]
    points = [(log(fsum(year) / season), _deviation(year)) for year in years]
    logs = [(level, log(spread)) for level, spread in points if spread > 0]
    middle = [fsum(each) / len(logs) for each in zip(*logs, strict=True)]
    across = fsum((level - middle[0]) ** 2 for level, _ in logs)
    along = fsum((level - middle[0]) * (spread - middle[1]) for level, spread in logs)
    return "multiplicative" if across > 0 and along / across > PROPORTIONAL else "additive"


def simulated(found: Smoothed, steps: int, seed: int = SEED, n_draws: int = N_DRAWS) -> Draws:
    """Values so many periods ahead, by paths with normal one-step errors; the same for the same seed."""
    spread = found.deviation
    if steps == 1:
        # One step is a shift and a stretch, which keep the errors in order: a company has thousands of these.
        middle = found.middle(1)
        return Draws(tuple([middle + error * spread for error in _ordered(seed, n_draws)]))
    errors = _normals(seed, n_draws * steps)
    paths = (errors[place : place + steps] for place in range(0, len(errors), steps))
    return Draws(tuple(sorted(_path(found, path, spread) for path in paths)))


@lru_cache(maxsize=4)
def _normals(seed: int, count: int) -> tuple[float, ...]:
    """Standard normal errors: the same ones for every series."""
    random = Random(seed)
    return tuple(random.gauss(0.0, 1.0) for _ in range(count))


@lru_cache(maxsize=4)
def _ordered(seed: int, count: int) -> tuple[float, ...]:
    return tuple(sorted(_normals(seed, count)))


def _path(found: Smoothed, errors: Sequence[float], spread: float) -> float:
    state, value, steps = found.state, 0.0, len(errors)
    for step, error in enumerate(errors, start=1):
        line, season = state.level + state.trend, state.seasons[0]
        value = (line + season if found.form == "additive" else line * season) + error * spread
        if step < steps:
            _, state = _run((value,), state, found.smoothing, found.form)
    return value


def _least(sse: Loss) -> tuple[float, ...]:
    """The best of a coarse grid, then of ever smaller steps around it."""
    best = min(product(GRID, repeat=N_PARAMETERS), key=sse)
    lowest, step = sse(best), WIDEST
    while step > FINEST:
        around = [_stepped(best, which, sign * step) for which in range(N_PARAMETERS) for sign in (1, -1)]
        nearest = min(around, key=sse)
        if (found := sse(nearest)) < lowest:
            best, lowest = nearest, found
        else:
            step /= 2
    return best


def _stepped(point: tuple[float, ...], which: int, step: float) -> tuple[float, ...]:
    return tuple(min(1.0, max(0.0, each + step)) if at == which else each for at, each in enumerate(point))


def _over(above: float, below: float, otherwise: float) -> float:
    """A ratio; a level or a season of zero has none and stays."""
    return above / below if below else otherwise


def _deviation(values: Sequence[float]) -> float:
    mean = fsum(values) / len(values)
    return sqrt(fsum((value - mean) ** 2 for value in values) / len(values))
