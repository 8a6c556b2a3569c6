"""What weighing found as data, ready for JSON: null where there is no number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kpi_xl.book.weighing.finding import Finding, Told
from kpi_xl.book.weighing.matrices import Judged
from kpi_xl.book.weighing.propose import Proposal
from kpi_xl.book.weighing.shaken import Sensitivity

Json = Mapping[str, object]


def proposal_json(proposal: Proposal, final: Mapping[tuple[str, str], float]) -> Json:
    """One template: the proposal line by line, every method, every matrix."""
    card = proposal.card
    return {
        "template": card.template,
        "method": proposal.scheme.method,
        "state": proposal.state,
        "unit": proposal.scheme.unit,
        "floor": proposal.scheme.floor,
        "weights": [
            {
                "kpi": kpi,
                "raw": proposal.raw[at] if proposal.raw else None,
                "low": proposal.low[at],
                "high": proposal.high[at],
                "adjusted": proposal.weights[at] if proposal.weights else None,
                "weight": final.get((card.template, kpi), 0.0),
            }
            for at, kpi in enumerate(card.kpis)
        ],
        "problems": [_told(each) for each in proposal.told],
        "methods": {name: _finding(each, card.kpis) for name, each in proposal.findings.items()},
        "matrices": [_matrix(each) for each in proposal.matrices],
    }


def _finding(finding: Finding, kpis: Sequence[str]) -> Json:
    return {
        "state": finding.state,
        "weights": dict(zip(kpis, finding.weights, strict=True)) if finding.weights else None,
        "measures": [
            {"name": each.name, "about": each.about, "found": each.found, "limit": each.limit, **(each.facts or {})}
            for each in finding.measures
        ],
        "problems": [_told(each) for each in finding.told],
    }


def _told(told: Told) -> Json:
    return {"code": told.problem.code, "about": told.about, **told.problem.args}


def _matrix(judged: Judged) -> Json:
    found = judged.priorities
    return {
        "matrix": judged.matrix,
        "expert": judged.expert,
        "items": list(judged.items),
        "known": judged.known,
        "weights": list(found.weights) if found else None,
        "lambda_max": found.lambda_max if found else None,
        "ci": found.ci if found else None,
        "ri": found.ri if found else None,
        "cr": found.cr if found else None,
        "gci": found.gci if found else None,
        "passes": found.passes if found else None,
    }


def sensitivity_json(found: Sensitivity) -> Json:
    """The shocks card by card, and where two cards change places."""
    cards = zip(found.cards, found.shocks.cards, strict=True)
    return {
        "shocks": found.shocks.n,
        "size": found.shocks.size,
        "seed": found.shocks.seed,
        "any_grade": found.shocks.any_grade,
        "any_rank": found.shocks.any_rank,
        "cards": [
            {
                "card": card.card, "total": each.total, "lowest": each.lowest, "highest": each.highest,
                "grade": card.grade, "grade_changes": each.grade_changes, "rank": card.rank,
                "rank_changes": each.rank_changes, "best_rank": each.best_rank, "worst_rank": each.worst_rank,
            }
            for card, each in cards
            if each is not None
        ],
        "left_out": list(found.left_out),
        "swaps": [
            {
                "ahead": each.ahead, "behind": each.behind, "kpi": each.kpi, "weight": each.weight,
                "critical": each.critical, "change": each.change,
            }
            for each in found.swaps
        ],
        "shifts": {
            template: [
                {"kpi": kpi, "change": each.change, "max_total_change": each.max_total_change, "tau": each.tau}
                for kpi, each in shifts
            ]
            for template, shifts in found.shifts.items()
        },
    }  # fmt: skip
