"""The methods that draw weights from past data, under their guard; and what they are combined with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from kpi_xl.book.tables.weights import STATED
from kpi_xl.book.weighing.card import Card
from kpi_xl.book.weighing.finding import Finding, Measure, State, Told, told
from kpi_xl.book.weighing.past import Past
from kpi_xl.book.weighing.simple import told_plainly
from kpi_xl.book.weighing.stated import MOST_SHARE, Scheme
from kpi_xl.model.status import Status
from kpi_xl.scoring.weights.combine import Combined, game, geometric, linear, multiplicative
from kpi_xl.scoring.weights.components import ALIKE, Loadings, principal_components
from kpi_xl.scoring.weights.dispersion import entropy, maximum_deviation, standard_deviation, variation
from kpi_xl.scoring.weights.interplay import critic, merec
from kpi_xl.scoring.weights.observations import Direction, Objective
from kpi_xl.scoring.weights.shares import shares

Draw = Callable[[Sequence[Sequence[float]], Sequence[Direction]], Objective]
DRAWN: Mapping[str, Draw] = {
    "entropy": entropy,
    "critic": critic,
    "std": standard_deviation,
    "cv": variation,
    "maxdev": maximum_deviation,
    "merec": merec,
}
PREFERRED = ("ahp", "bwm", "qfd", "roc", "direct")
"""The stated weights that enter a combination when none is named: the first that there are."""


def drawn_weights(method: str, card: Card, past: Past) -> Finding:
    """Weights from past data; indicators that were never measured keep what the plan gives them."""
    if not past.rows:
        return Finding(method, "NO_INPUT", told=(told_plainly("I-WEIGHING-NO-PAST", found=past.dropped),))
    found = DRAWN[method](past.rows, past.directions)
    problems = (*told(found.warnings, past.kpis), *_gaps(past))
    state: State = "INSUFFICIENT" if found.status is Status.INSUFFICIENT else "OK"
    measures = (Measure("rows", float(len(past.rows)), about=f"{len(past.kpis)}/{len(card.kpis)}"),)
    return Finding(method, state, _beside(card, past, found.weights), problems, measures)


def component_weights(card: Card, past: Past) -> Finding:
    """Principal components of the same data: how many directions there are, and which indicators repeat each other."""
    if not past.rows:
        return Finding("pca", "NO_INPUT", told=(told_plainly("I-WEIGHING-NO-PAST", found=past.dropped),))
    found = principal_components(past.rows)
    state: State = "INSUFFICIENT" if found.status is Status.INSUFFICIENT else "ADVISORY"
    measures = (*_components(found), *(_alike(past.kpis[i], past.kpis[j], each) for i, j, each in found.alike))
    return Finding("pca", state, _beside(card, past, found.weights), told(found.warnings, past.kpis), measures)


def _components(found: Loadings) -> Iterator[Measure]:
    for number, variance in enumerate(found.variances, start=1):
        facts = {"held": sum(found.variances[:number])}
        yield Measure("component", variance, about=f"PC{number}", facts=facts)


def _alike(one: str, other: str, correlation: float) -> Measure:
    return Measure("alike", correlation, ALIKE, f"{one} ~ {other}", "▲")


def combined_weights(method: str, card: Card, scheme: Scheme, findings: Mapping[str, Finding]) -> Finding:
    """Stated and objective weights brought to one; the objective ones enter by half at most."""
    stated, objective = findings[_stated(scheme, findings)], findings[scheme.objective]
    for each in (stated, objective):
        if each.weights is None:
            return Finding(method, "NO_INPUT", told=(told_plainly("I-WEIGHING-SET", found=each.method),))
    pair = [weights for weights in (stated.weights, objective.weights) if weights is not None]
    way = "game" if method == "game" else scheme.combination
    found = _combined(way, pair, scheme.share)
    problems = told(found.warnings, (stated.method, objective.method) if way == "game" else card.kpis)
    if way == "game" and found.alphas[1] > MOST_SHARE:
        problems += (told_plainly("W-WEIGHING-HALF", found=found.alphas[1], limit=MOST_SHARE),)
        found = linear(pair, (1 - MOST_SHARE, MOST_SHARE))
    sides = zip(found.alphas, (stated.method, objective.method), strict=True)
    measures = tuple(Measure("alpha", alpha, about=side) for alpha, side in sides)
    state = stated.state if objective.state == "OK" else objective.state
    return Finding(method, state, found.weights, problems, measures, stated.faults, stated.cr)


def _stated(scheme: Scheme, findings: Mapping[str, Finding]) -> str:
    if scheme.stated:
        return scheme.stated
    return next((method for method in PREFERRED if findings[method].weights is not None), STATED[0])


def _combined(way: str, pair: Sequence[Sequence[float]], share: float) -> Combined:
    if way == "game":
        return game(pair)
    if way == "multiplicative":
        return multiplicative(pair)
    return (geometric if way == "geometric" else linear)(pair, (1 - share, share))


def _beside(card: Card, past: Past, weights: Sequence[float]) -> tuple[float, ...]:
    """Weights of the whole card: the measured indicators share what the plan leaves them."""
    planned = shares([line.plan.weight for line in card.lines]) if past.lacking else (0.0,) * len(card.lines)
    kept = {kpi: weight for kpi, weight in zip(card.kpis, planned, strict=True) if kpi in past.lacking}
    rest = 1 - sum(kept.values())
    drawn = {kpi: weight * rest for kpi, weight in zip(past.kpis, weights, strict=True)}
    return shares([kept.get(kpi, drawn.get(kpi, 0.0)) for kpi in card.kpis])


def _gaps(past: Past) -> tuple[Told, ...]:
    found: list[Told] = []
    if past.lacking:
        found.append(told_plainly("W-WEIGHING-LACKING", found=", ".join(past.lacking)))
    if past.dropped:
        found.append(told_plainly("W-WEIGHING-DROPPED", found=past.dropped))
    if past.ranged:
        found.append(told_plainly("W-WEIGHING-RANGED", found=", ".join(past.ranged)))
    return tuple(found)
