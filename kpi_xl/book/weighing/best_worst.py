"""最优最劣法 on the book: one set of weights or a range of each, and whether the comparisons agree well enough."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kpi_xl.book.weighing.card import Card
from kpi_xl.book.weighing.finding import Finding, Measure, missing, partial, told
from kpi_xl.book.weighing.stated import Stated
from kpi_xl.errors import MethodError
from kpi_xl.model.issue import Issue
from kpi_xl.model.params import Problem
from kpi_xl.scoring.weights.bwm import BestWorst, BestWorstRange, bwm, nonlinear_bwm
from kpi_xl.scoring.weights.bwm_consistency import Weakest, agrees, threshold, weakest

Lists = tuple[Sequence[float], Sequence[float]]
"""The best compared with each, each compared with the worst."""


def best_worst_weights(card: Card, stated: Stated) -> Finding:
    """Weights from the comparisons with the best and the worst, by the model that the template names."""
    pairs = [stated.best_worst.get((card.template, kpi), (None, None)) for kpi in card.kpis]
    if all(pair == (None, None) for pair in pairs):
        return missing("bwm", "tblBestWorst")
    lacking = [kpi for kpi, pair in zip(card.kpis, pairs, strict=True) if None in pair]
    if lacking:
        return partial("bwm", lacking)
    lists = _sides(pairs)
    try:
        ranges = nonlinear_bwm(*lists) if stated.scheme(card.template).bwm == "nonlinear" else None
        found = ranges.middle if ranges else bwm(*lists)
    except MethodError as failure:
        problem = Problem(failure.code, failure.args_by_name)
        return Finding("bwm", "CONFIG_ERROR", told=told((problem,), card.kpis, {"row": card.kpis}))
    limit = threshold(len(card.kpis), lists[0][found.worst])
    faults = () if agrees(found.input_cr, limit) else (_fault(card, stated, lists, found, limit),)
    measures = (*_deviations(card, found, limit), *_ranges(card, ranges))
    return Finding("bwm", "INCONSISTENT" if faults else "OK", found.weights, (), measures, faults, found.input_cr)


def _sides(pairs: Sequence[tuple[float | None, float | None]]) -> Lists:
    first, second = ([value for pair in pairs if (value := pair[side]) is not None] for side in (0, 1))
    return first, second


def _deviations(card: Card, found: BestWorst, limit: float) -> tuple[Measure, ...]:
    ends = f"{card.kpis[found.best]} → {card.kpis[found.worst]}"
    return (
        Measure("xi", found.xi, about=ends),
        Measure("bwm_ratio", found.ratio, about=ends),
        Measure("bwm_input", found.input_cr, limit, ends, "✓" if agrees(found.input_cr, limit) else "▲"),
    )


def _ranges(card: Card, found: BestWorstRange | None) -> Iterator[Measure]:
    """The nonlinear model settles a range for each weight; the middle of it is what the other sheets show."""
    if found is None:
        return
    rows = zip(card.kpis, found.middle.weights, found.low, found.high, strict=True)
    for kpi, weight, low, high in rows:
        yield Measure("bwm_range", weight, about=kpi, facts={"weight": weight, "low": low, "high": high})


def _fault(card: Card, stated: Stated, lists: Lists, found: BestWorst, limit: float) -> Issue:
    """The indicator between whose two comparisons do not make up that of the best with the worst."""
    worst = weakest(*lists, found.best, found.worst)
    names = [card.kpis[at] for at in (found.best, worst.indicator, found.worst)]
    cells = {kpi: stated.best_worst_cells.get((card.template, kpi), ("", "")) for kpi in names}
    best_to_worst, own = cells[names[2]][0], cells[names[1]]
    facts = {
        "template": card.template, "method": "BWM", "where": f"{names[0]} → {names[2]}", "cr": found.input_cr,
        "limit": limit, "triad": ", ".join(names), "cells": _without_sheet((*own, best_to_worst)),
        "pair": _pair(names, worst), "now": f"{worst.now:g}", "step": f"{worst.suggested:g}",
        "after": worst.ratio_after,
    }  # fmt: skip
    return Issue("E-WEIGHING-INCONSISTENT", own[0 if worst.is_from_best else 1], facts)


def _pair(names: Sequence[str], worst: Weakest) -> str:
    best, between, last = names
    return f"{best} : {between}" if worst.is_from_best else f"{between} : {last}"


def _without_sheet(cells: Sequence[str]) -> str:
    return ", ".join(cell.rpartition("!")[2] for cell in cells)
