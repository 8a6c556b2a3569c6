"""Raters who give everything the same: halo over the indicators of one person, central tendency over all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum, sqrt

from kpi_xl.scoring.moments import variance
from kpi_xl.scoring.opinion.leniency import LEAST_RATINGS
from kpi_xl.scoring.verdicts import Verdict, is_below

LEAST_SPREAD = 3.0
"""Points; a rater whose ratings differ by less tells nobody apart."""


@dataclass(frozen=True, slots=True)
class RaterSpread:
    """How far one rater's ratings lie apart, in points."""

    ratings: int
    halo: float | None                  # within a person, across indicators; None below five such ratings
    overall: float                      # across all ratings
    verdict: Verdict

    @property
    def kind(self) -> str:
        """``central`` where all ratings are alike, ``halo`` where only those of a person are, else empty."""
        if is_below(self.overall, LEAST_SPREAD):
            return "central"
        return "halo" if self.halo is not None and is_below(self.halo, LEAST_SPREAD) else ""


def rater_spread(ratings: Mapping[str, Sequence[float]]) -> RaterSpread | None:
    """Spread of one rater's points.

    Parameters
    ----------
    ratings : mapping
        Points by the person rated, one for each indicator.

    Returns
    -------
    RaterSpread or None
        None for fewer than five ratings, as for leniency. The halo is the standard deviation pooled within persons.

    >>> rater_spread({"P1": [85, 85, 85], "P2": [70, 70, 70]}).kind
    'halo'
    """
    points = [point for own in ratings.values() for point in own]
    if len(points) < LEAST_RATINGS:
        return None
    several = [own for own in ratings.values() if len(own) > 1]
    freedom = sum(len(own) - 1 for own in several)
    is_enough = sum(map(len, several)) >= LEAST_RATINGS
    halo = sqrt(fsum((len(own) - 1) * variance(own) for own in several) / freedom) if is_enough else None
    overall = sqrt(variance(points))
    narrow = is_below(overall, LEAST_SPREAD) or (halo is not None and is_below(halo, LEAST_SPREAD))
    return RaterSpread(len(points), halo, overall, "WARN" if narrow else "OK")
