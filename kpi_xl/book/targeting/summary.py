"""What was proposed and split, as data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from statistics import median

from kpi_xl.book.targeting.lines import Told
from kpi_xl.book.targeting.proposing import LineProposal
from kpi_xl.book.targeting.splitting import Split
from kpi_xl.scoring.targets.backtest import Accuracy


def accuracies(told: Iterable[Told]) -> Sequence[Mapping[str, object]]:
    """How every method did over all lines, the one that was best most often first."""
    tested = [each.tested for each in told if each.tested]
    best = Counter(found[0].method for found in tested)
    methods = dict.fromkeys(each.method for found in tested for each in found)
    ordered = sorted(methods, key=lambda method: -best[method])
    return [_accuracy(method, [a for found in tested for a in found if a.method == method], best) for method in ordered]


def _accuracy(method: str, found: Sequence[Accuracy], best: Counter[str]) -> Mapping[str, object]:
    mapes = [each.mape for each in found if each.mape is not None]
    mases = [each.mase for each in found if each.mase is not None]
    return {
        "method": method,
        "rows": len(found),
        "best": best[method],
        "mape": median(mapes) if mapes else None,
        "mase": median(mases) if mases else None,
    }


def proposal_json(found: LineProposal) -> Mapping[str, object]:
    """One proposal; null where there is no number."""
    return {
        "card": found.line.row.card,
        "kpi": found.line.row.plan.kpi,
        "method": found.chosen,
        "threshold": found.anchors.threshold,
        "target": found.anchors.target,
        "stretch": found.anchors.stretch,
        "p": found.p,
        "typed": found.typed,
        "p_typed": found.p_typed,
        "verdict": found.verdict.name if found.verdict else None,
        "remarks": [problem.code for problem in found.problems],
    }


def goal_json(split: Split) -> Mapping[str, object]:
    """One goal over its periods and units."""
    return {
        "subject": split.goal.subject,
        "kpi": split.goal.kpi,
        "annual": split.annual,
        "periods": list(split.periods),
        "units": {unit.subject: list(unit.periods) for unit in split.units},
    }
