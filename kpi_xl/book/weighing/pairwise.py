"""AHP on the book: experts brought together, perspectives above indicators, and what would mend contradictions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import fsum
from typing import cast

from kpi_xl.book.tables.weights import TOP, WHOLE
from kpi_xl.book.weighing.card import Card
from kpi_xl.book.weighing.contradictions import contradiction
from kpi_xl.book.weighing.finding import Finding, Measure, Sign, Told, missing
from kpi_xl.book.weighing.matrices import Judged, items_of
from kpi_xl.book.weighing.stated import Stated, step_of
from kpi_xl.errors import MethodError
from kpi_xl.model.params import Problem
from kpi_xl.scoring.weights.ahp import CR_LIMIT, Priorities, ahp
from kpi_xl.scoring.weights.combine import geometric, linear
from kpi_xl.scoring.weights.group import GroupPriorities, Way, group_ahp
from kpi_xl.scoring.weights.hierarchy import hierarchy
from kpi_xl.scoring.weights.judgements import judgements
from kpi_xl.scoring.weights.repair import repairs, triads
from kpi_xl.scoring.weights.shares import shares

WAYS: Mapping[str, Way] = {"AIJ": "AIJ", "AIP": "AIP", "AIP_MEAN": "AIP-ARITHMETIC"}
"""Ways to bring experts together, by their codes on the book."""


@dataclass(frozen=True, slots=True)
class Local:
    """The weights of one matrix over all its experts."""

    priorities: Priorities
    told: tuple[Told, ...] = ()
    measures: tuple[Measure, ...] = ()


def ahp_weights(card: Card, stated: Stated, matrices: Sequence[Judged]) -> Finding:
    """Weights of a template from pairs: of all indicators at once, or of perspectives and then within each."""
    if not matrices:
        return missing("ahp", "tblJudgements")
    failed = [each for judged in matrices for each in judged.told if each.sign == "✗"]
    if failed:
        return Finding("ahp", "CONFIG_ERROR", told=tuple(failed), measures=_consistency(matrices))
    wanted = _wanted(card, matrices)
    groups = {name: [judged for judged in matrices if judged.matrix == name] for name in wanted}
    lacking = [name for name in wanted if not groups[name] and len(items_of(name, card)) > 1]
    if lacking:
        problem = Problem("E-WEIGHING-MATRIX", {"found": ", ".join(lacking)})
        return Finding("ahp", "CONFIG_ERROR", told=(Told(problem),), measures=_consistency(matrices))
    locals_ = {name: _local(groups[name], stated, card.template) for name in wanted}
    told = tuple(each for local in locals_.values() for each in local.told)
    measures = tuple(each for local in locals_.values() for each in local.measures)
    weights, overall = _joined(card, locals_)
    failing = [name for name in wanted if not locals_[name].priorities.passes]
    return Finding(
        "ahp",
        "INCONSISTENT" if failing else "OK",
        weights,
        told,
        (*overall, *measures, *_consistency(matrices), *_hints(matrices)),
        tuple(contradiction(groups[name], locals_[name].priorities) for name in failing),
        max(local.priorities.cr for local in locals_.values()),
    )


def _wanted(card: Card, matrices: Sequence[Judged]) -> tuple[str, ...]:
    """The matrices that must be there: the whole one once something is in it, else the hierarchy."""
    if any(judged.matrix == WHOLE for judged in matrices):
        return (WHOLE,)
    return (TOP, *card.perspectives)


def _joined(card: Card, found: Mapping[str, Local]) -> tuple[tuple[float, ...], tuple[Measure, ...]]:
    if WHOLE in found:
        return found[WHOLE].priorities.weights, ()
    tree = hierarchy(found[TOP].priorities, [found[letter].priorities for letter in card.perspectives])
    names = [kpi for letter in card.perspectives for kpi in items_of(letter, card)]
    weights = dict(zip(names, tree.weights, strict=True))
    sign: Sign = "✓" if tree.passes else "▲"
    return shares([weights[kpi] for kpi in card.kpis]), (Measure("cr_overall", tree.cr, CR_LIMIT, sign=sign),)


def _local(matrices: Sequence[Judged], stated: Stated, template: str) -> Local:
    """One set of weights from the experts of a matrix."""
    known = [(judged, judged.priorities) for judged in matrices if judged.priorities is not None]
    if not known:
        return Local(ahp([[1.0]]))
    told = tuple(each for judged in matrices for each in judged.told)
    if len(known) == 1:
        return Local(known[0][1], told)
    say = [stated.say.get(judged.expert, 1.0) for judged, _ in known]
    scheme = stated.scheme(template)
    way = WAYS[scheme.group]
    if all(judged.is_complete for judged, _ in known):
        return _grouped([judged for judged, _ in known], say, way, scheme.is_strict)
    own = [priorities for _, priorities in known]
    mean = linear if way == "AIP-ARITHMETIC" else geometric
    return Local(_mean(own, mean([each.weights for each in own], shares(say)).weights, shares(say)), told)


def _grouped(matrices: Sequence[Judged], say: Sequence[float], way: Way, is_strict: bool) -> Local:
    found = group_ahp([judged.cells for judged in matrices], say, way, is_strict)
    left_out = tuple(
        Told(problem, matrices[cast(int, problem.args["position"]) - 1].where)
        for problem in found.warnings
        if problem.code == "W-AHP-EXPERT"
    )
    own = [found.own[e] for e in found.included]
    heard = shares([say[e] for e in found.included])
    priorities = found.joint or _mean(own, found.weights, heard)
    worse = tuple(Told(p, matrices[0].matrix) for p in priorities.warnings)
    return Local(priorities, (*left_out, *worse), tuple(_agreement(matrices, found)))


def _mean(own: Sequence[Priorities], weights: tuple[float, ...], say: Sequence[float]) -> Priorities:
    """The group's weights with the experts' mean consistency."""
    ci, cr = (fsum(v * each for v, each in zip(say, values, strict=True)) for values in (
        [p.ci for p in own], [p.cr for p in own],
    ))  # fmt: skip
    return replace(own[0], weights=weights, ci=ci, cr=cr, warnings=())


def _agreement(matrices: Sequence[Judged], found: GroupPriorities) -> Iterator[Measure]:
    first = matrices[0]
    yield Measure("consensus", found.consensus, about=f"{first.matrix} · {len(found.included)}")
    widest = max(range(len(first.items)), key=lambda at: found.dispersion[at])
    yield Measure("dispersion", found.dispersion[widest], about=f"{first.matrix} · {first.items[widest]}")


def _consistency(matrices: Sequence[Judged]) -> tuple[Measure, ...]:
    found: list[Measure] = []
    for judged in matrices:
        each = judged.priorities
        if each is not None:
            found.append(Measure("cr", each.cr, each.cr_limit, judged.where, "✓" if each.passes else "▲"))
            fits: Sign = "✓" if each.gci <= each.gci_limit else "▲"
            found.append(Measure("gci", each.gci, each.gci_limit, judged.where, fits))
    return tuple(found)


def _hints(matrices: Sequence[Judged]) -> tuple[Measure, ...]:
    """What would mend the matrices that do not pass, and the circles in any."""
    found: list[Measure] = []
    for judged in matrices:
        if judged.priorities is None or not judged.is_complete:
            continue
        matrix = judgements(judged.cells)
        for repair in repairs(matrix) if not judged.priorities.passes else ():
            pair = f"{judged.items[repair.row]} : {judged.items[repair.column]}"
            facts = {
                "pair": pair, "now": step_of(repair.judgement), "step": step_of(repair.suggested),
                "cr": repair.cr_after, "error": repair.error, "ratio": repair.ratio,
            }  # fmt: skip
            found.append(Measure("repair", repair.error, about=f"{judged.where} · {pair}", sign="▲", facts=facts))
        for circle in triads(matrix):
            names = " > ".join(judged.items[at] for at in (*circle, circle[0]))
            found.append(Measure("triad", 3.0, about=f"{judged.where} · {names}", sign="▲", facts={"circle": names}))
    return tuple(found)


def tried(card: Card, stated: Stated, matrices: Sequence[Judged]) -> Finding:
    """As `ahp_weights`; experts who cannot be brought together are a finding too."""
    try:
        return ahp_weights(card, stated, matrices)
    except MethodError as failure:
        problem = Problem(failure.code, failure.args_by_name)
        measures = (*_consistency(matrices), *_hints(matrices))
        return Finding("ahp", "CONFIG_ERROR", told=(Told(problem),), measures=measures)
