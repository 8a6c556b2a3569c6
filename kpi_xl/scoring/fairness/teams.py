"""Teams side by side: do their totals come from one distribution, and do all reach the top alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import erfc, exp, fsum, lgamma, log, sqrt

from kpi_xl.scoring.correlation import mean_ranks
from kpi_xl.scoring.moments import median, variance
from kpi_xl.scoring.opinion.leniency import LEAST_RATINGS
from kpi_xl.scoring.verdicts import Verdict, is_below

SIGNIFICANT = 0.05
LEAST_RATE = 0.8
"""A team's rate of top grades against that of the best team."""
LEAST_TEAM = 10
LEAST_SD = 3.0
"""Points; totals that lie closer together tell nobody apart."""


@dataclass(frozen=True, slots=True)
class KruskalWallis:
    """Rank test of whether groups come from one distribution."""

    h: float                            # corrected for ties
    freedom: int
    p: float


@dataclass(frozen=True, slots=True)
class TeamDistribution:
    """Totals by team."""

    test: KruskalWallis
    measured: KruskalWallis | None      # of what systems measured alone
    medians: Mapping[str, float]
    verdict: Verdict                    # WARN: totals differ although what was measured does not


@dataclass(frozen=True, slots=True)
class FourFifths:
    """Rates of top grades by team, for teams that are large enough."""

    rates: Mapping[str, float]
    ratios: Mapping[str, float]         # to the best rate; none when nobody reached the top
    verdict: Verdict


def kruskal_wallis(groups: Sequence[Sequence[float]]) -> KruskalWallis | None:
    """H test on ranks, with the chi-squared approximation.

    Parameters
    ----------
    groups : sequence of sequences
        At least two with a value in them; others are left out.

    Returns
    -------
    KruskalWallis or None
        None when there are fewer groups, or all values are equal.

    Source: W. H. Kruskal, W. A. Wallis, Use of Ranks in One-Criterion Variance Analysis, JASA 47, 1952.
    """
    filled = [group for group in groups if group]
    values = sorted(value for group in filled for value in group)
    if len(filled) < 2 or values[0] == values[-1]:
        return None
    n, ranks, counts = len(values), mean_ranks(values), Counter(values)
    squares = fsum(fsum(ranks[value] for value in group) ** 2 / len(group) for group in filled)
    ties = 1 - sum(count**3 - count for count in counts.values()) / (n**3 - n)
    h = max(0.0, (12 / (n * (n + 1)) * squares - 3 * (n + 1)) / ties)
    return KruskalWallis(h, len(filled) - 1, _chi_squared_tail(h, len(filled) - 1))


def _chi_squared_tail(x: float, freedom: int) -> float:
    """Probability of more than x; for whole degrees of freedom the series is finite."""
    if x <= 0:
        return 1.0
    half, start = x / 2, 0.5 * (freedom % 2)
    powers = [i + start for i in range(freedom // 2)]
    terms = [exp(power * log(half) - half - lgamma(power + 1)) for power in powers]
    return min(1.0, fsum(terms) + (erfc(sqrt(half)) if freedom % 2 else 0.0))


def team_distribution(
    totals: Mapping[str, Sequence[float]], measured: Mapping[str, Sequence[float]] | None = None
) -> TeamDistribution | None:
    """Whether teams are judged on one scale.

    Parameters
    ----------
    totals : mapping
        Totals by team.
    measured : mapping or None
        The part of the totals that systems measured, by team.

    Returns
    -------
    TeamDistribution or None
        None when nothing can be compared. WARN when totals differ (p < 0.05) and what was measured does not.
    """
    test = kruskal_wallis(list(totals.values()))
    if test is None:
        return None
    beside = kruskal_wallis(list(measured.values())) if measured is not None else None
    is_explained = measured is None or (beside is not None and beside.p < SIGNIFICANT)
    medians = {team: median(own) for team, own in totals.items() if own}
    return TeamDistribution(test, beside, medians, "WARN" if test.p < SIGNIFICANT and not is_explained else "OK")


def four_fifths(top: Mapping[str, int], sizes: Mapping[str, int], least: int = LEAST_TEAM) -> FourFifths | None:
    """Top grades of each team against the best team.

    Parameters
    ----------
    top : mapping
        People with grade A or better by team.
    sizes : mapping
        People by team; teams below `least` are not compared.

    Returns
    -------
    FourFifths or None
        None with fewer than two teams to compare.

    Source: Uniform Guidelines on Employee Selection Procedures, 29 CFR 1607.4 D, 1978.

    >>> four_fifths({"A": 5, "B": 3}, {"A": 10, "B": 10}).verdict
    'WARN'
    """
    rates = {team: top.get(team, 0) / size for team, size in sizes.items() if size >= least}
    if len(rates) < 2:
        return None
    best = max(rates.values())
    ratios = {team: rate / best for team, rate in rates.items()} if best else {}
    return FourFifths(rates, ratios, "WARN" if any(is_below(each, LEAST_RATE) for each in ratios.values()) else "OK")


def differentiation(totals: Sequence[float]) -> tuple[float, Verdict] | None:
    """Standard deviation of totals; WARN below three points, None for fewer than five totals.

    >>> differentiation([98, 99, 100, 101, 102])[1]
    'WARN'
    """
    if len(totals) < LEAST_RATINGS:
        return None
    spread = sqrt(variance(totals))
    return spread, "WARN" if is_below(spread, LEAST_SD) else "OK"
