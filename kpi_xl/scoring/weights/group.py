"""Comparisons by several experts, brought to one set of weights, and how far the experts agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, prod, sqrt
from typing import Literal, TypeAlias

from kpi_xl.errors import MethodError
from kpi_xl.model.params import Problem
from kpi_xl.scoring.weights.ahp import Priorities, ahp, is_consistent
from kpi_xl.scoring.weights.judgements import Matrix, judgements
from kpi_xl.scoring.weights.shares import amounts, same_length, shares

MOST_INCONSISTENT = 0.2
"""An expert whose consistency ratio is larger is left out."""

Way: TypeAlias = Literal["AIJ", "AIP", "AIP-ARITHMETIC"]
"""Aggregate judgements (the experts act as one), or priorities by their geometric or arithmetic mean."""


@dataclass(frozen=True, slots=True)
class GroupPriorities:
    """Weights of a group of experts.

    `own` has one entry per expert in the order given, also for those left out; `included` their 0-based numbers.
    """

    weights: tuple[float, ...]
    own: tuple[Priorities, ...]
    included: tuple[int, ...]
    dispersion: tuple[float, ...]                               # per indicator: sd over mean of the experts' weights
    consensus: float                                            # 1: all the same; 0: nothing in common
    joint: Priorities | None                                    # of the experts' common matrix, for AIJ
    warnings: tuple[Problem, ...] = ()


def group_ahp(
    experts: Sequence[Sequence[Sequence[float | None]]],
    say: Sequence[float] = (),
    way: Way = "AIJ",
    is_strict: bool = False,
) -> GroupPriorities:
    """Weights from the comparisons of several experts.

    Parameters
    ----------
    experts : (n_raters, n_kpis, n_kpis)
        One complete matrix each.
    say : (n_raters,), optional
        Weights of the experts, in any proportion; the same for all when left out.
    way : "AIJ", "AIP" or "AIP-ARITHMETIC"
    is_strict : bool
        As for `ahp`.

    Returns
    -------
    GroupPriorities
        With ``W-AHP-EXPERT`` for each expert left out because of a consistency ratio above `MOST_INCONSISTENT`.

    Raises
    ------
    MethodError
        What `ahp` raises for an expert; ``E-AHP-EXPERTS``: none is left; ``E-WEIGHT-LENGTH``: matrices of several
        sizes.

    Source: E. Forman, K. Peniwati, Aggregating individual judgments and priorities with the analytic hierarchy
    process, 1998.
    """
    for cells in experts:
        same_length(cells, experts[0])
    matrices = [judgements(cells) for cells in experts]
    own = tuple(ahp(matrix, is_strict=is_strict) for matrix in matrices)
    voices = amounts(say) if say else (1.0,) * len(own)
    same_length(voices, own)
    included = tuple(e for e, each in enumerate(own) if is_consistent(each.cr, MOST_INCONSISTENT) and voices[e])
    if not included:
        raise MethodError("E-AHP-EXPERTS", found=len(own), limit=MOST_INCONSISTENT)
    heard = shares([voices[e] for e in included])
    vectors = [own[e].weights for e in included]
    joint = ahp(joined([matrices[e] for e in included], heard), is_strict=is_strict) if way == "AIJ" else None
    weights = joint.weights if joint else _mean_priorities(vectors, heard, way)
    return GroupPriorities(
        weights, own, included, _dispersion(vectors, heard), _consensus(vectors, heard, weights), joint,
        (*_left_out(own), *(joint.warnings if joint else ())),
    )  # fmt: skip


def joined(matrices: Sequence[Matrix], say: Sequence[float]) -> Matrix:
    """One matrix: the weighted geometric mean of each judgement.

    >>> joined([((1, 4), (0.25, 1)), ((1, 16), (0.0625, 1))], [0.5, 0.5])
    ((1.0, 8.0), (0.125, 1.0))
    """
    size = range(len(matrices[0]))
    return tuple(
        tuple(prod(matrix[i][j] ** voice for matrix, voice in zip(matrices, say, strict=True)) for j in size)
        for i in size
    )


def _mean_priorities(vectors: Sequence[Sequence[float]], say: Sequence[float], way: Way) -> tuple[float, ...]:
    columns = list(zip(*vectors, strict=True))
    if way == "AIP":
        return shares([prod(w**voice for w, voice in zip(column, say, strict=True)) for column in columns])
    return shares([_mean(column, say) for column in columns])


def _dispersion(vectors: Sequence[Sequence[float]], say: Sequence[float]) -> tuple[float, ...]:
    return tuple(_variation(column, say) for column in zip(*vectors, strict=True))


def _variation(column: Sequence[float], say: Sequence[float]) -> float:
    mean = _mean(column, say)
    return sqrt(_mean([(weight - mean) ** 2 for weight in column], say)) / mean


def _consensus(vectors: Sequence[Sequence[float]], say: Sequence[float], weights: Sequence[float]) -> float:
    """1 less the mean share of weight that an expert puts elsewhere than the group."""
    moved = [fsum(abs(own - group) for own, group in zip(each, weights, strict=True)) / 2 for each in vectors]
    return 1 - _mean(moved, say)


def _mean(values: Sequence[float], say: Sequence[float]) -> float:
    return fsum(value * voice for value, voice in zip(values, say, strict=True))


def _left_out(own: Sequence[Priorities]) -> tuple[Problem, ...]:
    return tuple(
        Problem("W-AHP-EXPERT", {"position": position, "cr": each.cr, "limit": MOST_INCONSISTENT})
        for position, each in enumerate(own, start=1)
        if not is_consistent(each.cr, MOST_INCONSISTENT)
    )
