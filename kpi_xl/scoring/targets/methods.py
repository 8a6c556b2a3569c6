"""All ten methods side by side for one target, and which of them to propose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import fsum

from kpi_xl.model.params import Problem
from kpi_xl.model.periods import Period
from kpi_xl.model.status import Status
from kpi_xl.scoring.targets.backtest import NAIVE, SEASONAL_NAIVE, Accuracy
from kpi_xl.scoring.targets.decompose import CENT, around_mean, by_season
from kpi_xl.scoring.targets.history import History
from kpi_xl.scoring.targets.proposals import (
    WINDOW,
    Proposal,
    linear_trend,
    moving_average,
    past_percentile,
    same_period_growth,
    season_of,
    seasonal_growth,
    seasonal_share,
    smoothed_forecast,
)
from kpi_xl.scoring.targets.smoothing import SEED, Fits

METHODS = tuple(f"TM{number}" for number in range(1, 11))
USUAL = ("TM6", "TM7", "TM4", "TM2", "TM1", "TM3")
"""Where nothing was back-tested, the first of these that has a target."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked of one target: the goal of the year, the growth, the benchmark, and how to mix."""

    period: Period
    sign: int = 1                           # -1 where less is better
    is_sum: bool = True                     # the year is the sum of its periods, else their mean
    growth: float = 0.0                     # of the value; below zero to shrink it
    increment: float | None = None          # added where last year's value is not above zero
    window: int = WINDOW
    winsorised: bool = False
    annual: float | None = None             # of the unit for TM5, of all units for TM9
    shares: tuple[float, ...] = (1.0,)      # of the units, in any proportion
    own: int = 0                            # 0-based place of this unit among them
    unit: float = CENT                      # smallest step of a target
    benchmark: float | None = None
    source: str = ""                        # of the benchmark
    mix: Mapping[str, float] = field(default_factory=dict)
    seed: int = SEED
    simulate: bool = False                  # TM7 by statsmodels
    fits: Fits | None = None                # of TM7, where they are known already


def propose(history: History, wish: Wish) -> tuple[Proposal, ...]:
    """Proposals by all methods.

    Returns
    -------
    (10,)
        TM1 to TM10; one that cannot propose says why in its status and warnings.
    """
    period = wish.period
    single = (
        same_period_growth(history, period, wish.growth, wish.increment),
        moving_average(history, period, wish.window),
        past_percentile(history, period, wish.sign, winsorised=wish.winsorised),
        linear_trend(history, period),
        seasonal_share(history, period, wish.annual, is_sum=wish.is_sum),
        seasonal_growth(history, period, wish.growth),
        smoothed_forecast(history, period, wish.seed, simulate=wish.simulate, fits=wish.fits),
        imported(wish.benchmark, wish.source),
        top_down(history, wish),
    )
    return (*single, mixed(single, wish.mix))


def imported(value: float | None, source: str) -> Proposal:
    """TM8: a benchmark or a budget, which must say where it is from."""
    if value is None:
        return Proposal("TM8", None, Status.MISSING)
    if not source.strip():
        return Proposal("TM8", None, Status.CONFIG_ERROR, (Problem("W-TARGET-SOURCE", {"found": value}),))
    return Proposal("TM8", value, Status.OK)


def top_down(history: History, wish: Wish) -> Proposal:
    """TM9: the year's goal by the season, then by this unit's share, each to the last unit.

    Raises
    ------
    MethodError
        ``E-ALLOC-UNIT``: the rounding unit does not go into the year's goal.
    """
    if wish.annual is None:
        return Proposal("TM9", None, Status.MISSING, (Problem("W-TARGET-ANNUAL", {"method": "TM9"}),))
    seasons = season_of(history, wish.period)
    split = by_season if wish.is_sum else around_mean
    whole = split(wish.annual, seasons.indices, wish.unit)[wish.period.number - 1]
    own = by_season(whole, wish.shares, wish.unit)[wish.own]
    return Proposal("TM9", own, seasons.status, seasons.warnings)


def mixed(proposals: Sequence[Proposal], mix: Mapping[str, float]) -> Proposal:
    """TM10: a weighted mean of chosen methods; one without a target hands its weight to the others.

    >>> one, other = Proposal("TM1", 100.0, Status.OK), Proposal("TM2", 90.0, Status.OK)
    >>> mixed([one, other], {"TM1": 3, "TM2": 1}).target
    97.5
    """
    chosen = [each for each in proposals if mix.get(each.method, 0) > 0]
    if not chosen:
        return Proposal("TM10", None, Status.MISSING)
    known = [(mix[each.method], each.target) for each in chosen if each.target is not None]
    lacking = ", ".join(each.method for each in chosen if each.target is None)
    warnings = (Problem("W-TARGET-MIX", {"found": lacking}),) if lacking else ()
    if not known:
        return Proposal("TM10", None, Status.INSUFFICIENT, warnings)
    target = fsum(weight * value for weight, value in known) / fsum(weight for weight, _ in known)
    approximate = lacking or any(each.status is Status.APPROX for each in chosen)
    return Proposal("TM10", target, Status.APPROX if approximate else Status.OK, warnings)


def recommended(proposals: Sequence[Proposal], tested: Sequence[Accuracy] = ()) -> str | None:
    """The method to propose: the one with the smallest errors in the back-test, else the usual one.

    A naive forecast that beats them all stands for the method that comes nearest to it (last year's value for TM1,
    the newest for TM2), unless that method was tried itself and did worse: then the best of those that can be
    proposed comes first.
    """
    has = {each.method for each in proposals if each.target is not None}
    tried = {each.method for each in tested}
    stands_for = {SEASONAL_NAIVE: "TM1", NAIVE: "TM2"}
    ranked = [
        stands_for.get(each.method, each.method) for each in tested if stands_for.get(each.method) not in tried
    ]
    return next((method for method in (*ranked, *USUAL) if method in has), None)
