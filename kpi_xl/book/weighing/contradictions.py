"""A matrix whose comparisons contradict each other beyond its limit: where most, and what change would mend it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from kpi_xl.book.weighing.matrices import Judged
from kpi_xl.book.weighing.stated import step_of
from kpi_xl.errors import MethodError
from kpi_xl.model.issue import Issue
from kpi_xl.scoring.weights.ahp import Priorities, ahp, error, is_consistent
from kpi_xl.scoring.weights.group import MOST_INCONSISTENT
from kpi_xl.scoring.weights.incomplete import incomplete_ahp
from kpi_xl.scoring.weights.judgements import PartialMatrix, partial_judgements
from kpi_xl.scoring.weights.repair import on_scale, worst_triad

Pair = tuple[int, int]


def contradiction(matrices: Sequence[Judged], found: Priorities) -> Issue:
    """What keeps the weights of one matrix from the plan, at the comparison that fits the others worst.

    Parameters
    ----------
    matrices
        Of every expert; of several, the one that contradicts itself most among those that count is named.
    found
        The weights over all of them, which are not consistent enough.
    """
    judged = _most_contradictory(matrices)
    own = judged.priorities or found
    matrix = partial_judgements(judged.cells)
    pair = _worst_pair(matrix, own.weights)
    step = on_scale(own.weights[pair[0]] / own.weights[pair[1]])
    pairs = _pairs(matrix, pair)
    facts = {
        "template": judged.template, "method": "AHP", "where": judged.where, "cr": found.cr, "limit": found.cr_limit,
        "triad": ", ".join(judged.items[at] for at in sorted({at for each in pairs for at in each})),
        "cells": ", ".join(judged.places[each].rpartition("!")[2] for each in pairs if each in judged.places),
        "pair": f"{judged.items[pair[0]]} : {judged.items[pair[1]]}",
        "now": step_of(_known(matrix, pair)), "step": step_of(step), "after": _ratio_after(judged, matrix, pair, step),
    }  # fmt: skip
    return Issue("E-WEIGHING-INCONSISTENT", judged.places.get(pair, ""), facts)


def _most_contradictory(matrices: Sequence[Judged]) -> Judged:
    known = [(judged, judged.priorities.cr) for judged in matrices if judged.priorities is not None]
    counted = [each for each in known if is_consistent(each[1], MOST_INCONSISTENT)] if len(known) > 1 else known
    return max(counted or known, key=lambda each: each[1])[0]


def _worst_pair(matrix: PartialMatrix, weights: Sequence[float]) -> Pair:
    """The comparison that lies furthest off the ratio of the weights."""
    sizes = {
        (i, j): error(value, weights, i, j)
        for i, j in combinations(range(len(matrix)), 2)
        if (value := matrix[i][j]) is not None
    }
    return max(sizes, key=lambda pair: max(sizes[pair], 1 / sizes[pair]))


def _pairs(matrix: PartialMatrix, worst: Pair) -> tuple[Pair, ...]:
    """The three comparisons that contradict each other most; without any three, the one that is furthest off."""
    triad = worst_triad(matrix)
    if triad is None:
        return (worst,)
    i, j, k = triad.members
    return (i, j), (j, k), (i, k)


def _known(matrix: PartialMatrix, pair: Pair) -> float:
    return matrix[pair[0]][pair[1]] or 1.0


def _ratio_after(judged: Judged, matrix: PartialMatrix, pair: Pair, step: float) -> float:
    """The consistency ratio when only this comparison is changed."""
    new = {pair: step, (pair[1], pair[0]): 1 / step}
    cells = [[new.get((i, j), value) for j, value in enumerate(row)] for i, row in enumerate(matrix)]
    try:
        return (ahp if judged.is_complete else incomplete_ahp)(cells).cr
    except MethodError:                 # contradictions beyond any weights elsewhere: no better by this change
        return judged.priorities.cr if judged.priorities else 0.0
