"""Every method for every template, and the weights proposed from the one that was chosen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from kpi_xl.book.tables.weights import COMBINED, OBJECTIVE
from kpi_xl.book.weighing.best_worst import best_worst_weights
from kpi_xl.book.weighing.card import Card
from kpi_xl.book.weighing.finding import Finding, State, Told, attempted, told
from kpi_xl.book.weighing.matrices import Judged, judged_matrices
from kpi_xl.book.weighing.objective import DRAWN, combined_weights, component_weights, drawn_weights
from kpi_xl.book.weighing.pairwise import tried
from kpi_xl.book.weighing.past import Past
from kpi_xl.book.weighing.simple import (
    RANKED,
    direct_weights,
    goal_weights,
    ranked_weights,
    told_plainly,
)
from kpi_xl.book.weighing.stated import Scheme, Stated
from kpi_xl.book.weighing.whole import adjusted
from kpi_xl.errors import MethodError
from kpi_xl.model.params import Problem

Outcome = Literal["OK", "OVERRIDDEN", "INCONSISTENT", "ADVISORY", "INSUFFICIENT", "NO_INPUT", "CONFIG_ERROR"]
"""ADVISORY: from data alone, which never writes weights; OVERRIDDEN: inconsistent, and somebody answers for it."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What weighing makes of one template; lists are in the order of the card."""

    card: Card
    scheme: Scheme
    findings: Mapping[str, Finding]
    low: tuple[float, ...]
    high: tuple[float, ...]
    raw: tuple[float, ...] | None       # of the chosen method
    weights: tuple[float, ...] | None   # within the bounds, in whole units
    state: Outcome
    told: tuple[Told, ...]
    matrices: tuple[Judged, ...]

    @property
    def chosen(self) -> Finding:
        """The finding that the proposal is made from."""
        return self.findings[self.scheme.method]

    @property
    def may_apply(self) -> bool:
        """The weights may enter the plan."""
        return self.state in ("OK", "OVERRIDDEN") and self.weights is not None


def proposed(card: Card, stated: Stated, past: Past, method: str = "") -> Proposal:
    """The proposal for one template.

    Parameters
    ----------
    card, stated, past
        Its indicators, what was stated, what was measured before.
    method
        Instead of the one chosen on the book.
    """
    scheme = stated.scheme(card.template)
    scheme = replace(scheme, method=method or scheme.method)
    matrices = judged_matrices(card, stated)
    findings = _findings(card, scheme, stated, past, matrices)
    chosen = findings[scheme.method]
    low, high = zip(*(stated.bound(card.template, kpi) for kpi in card.kpis), strict=True)
    blank = Proposal(card, scheme, findings, low, high, chosen.weights, None, chosen.state, chosen.told, matrices)
    return blank if chosen.weights is None else _bounded(blank, chosen.weights)


def _findings(
    card: Card, scheme: Scheme, stated: Stated, past: Past, matrices: tuple[Judged, ...]
) -> Mapping[str, Finding]:
    found = {
        "direct": attempted("direct", lambda: direct_weights(card, stated)),
        **{name: attempted(name, lambda name=name: ranked_weights(name, card, stated)) for name in RANKED},  # type: ignore[misc]
        "qfd": attempted("qfd", lambda: goal_weights(card, stated)),
        "ahp": tried(card, stated, matrices),
        "bwm": attempted("bwm", lambda: best_worst_weights(card, stated)),
        **{name: attempted(name, lambda name=name: drawn_weights(name, card, past)) for name in DRAWN},  # type: ignore[misc]
    }
    for name in COMBINED:
        found[name] = attempted(name, lambda name=name: combined_weights(name, card, scheme, found))  # type: ignore[misc]
    return {**found, "pca": attempted("pca", lambda: component_weights(card, past))}


def _bounded(blank: Proposal, raw: tuple[float, ...]) -> Proposal:
    """The chosen weights within their bounds."""
    letters = blank.card.perspectives
    places = [letters.index(line.indicator.perspective) for line in blank.card.lines]
    try:
        weights, problems = adjusted(raw, blank.low, blank.high, places, blank.scheme.floor, blank.scheme.unit)
    except MethodError as failure:
        problem = Problem(failure.code, failure.args_by_name)
        names = letters if failure.code == "E-BOUNDS-PERSPECTIVE" else blank.card.kpis
        return replace(blank, state="CONFIG_ERROR", told=(*told((problem,), names), *blank.told))
    return replace(
        blank, weights=weights, state=_outcome(blank), told=(*told(problems, blank.card.kpis), *_remarks(blank))
    )


def _outcome(blank: Proposal) -> Outcome:
    state: State = blank.chosen.state
    if state == "INCONSISTENT" and blank.scheme.is_vouched:
        return "OVERRIDDEN"
    return "ADVISORY" if state == "OK" and blank.chosen.method in OBJECTIVE else state


def _remarks(blank: Proposal) -> Iterator[Told]:
    chosen, scheme = blank.chosen, blank.scheme
    if chosen.method in OBJECTIVE:
        yield told_plainly("W-WEIGHING-ADVISORY")
    for fault in chosen.faults:
        if scheme.is_vouched:
            answer = {"reason": scheme.reason, "approver": scheme.approver}
            yield told_plainly("W-WEIGHING-VOUCHED", **{**fault.args, **answer})
        else:
            yield told_plainly(fault.code, **fault.args)
    # What stands in the fault already is not said twice.
    yield from (each for each in chosen.told if not (chosen.faults and each.problem.code == "W-AHP-CR"))
