"""Everything weighing shows, from the proposals to the rows of every table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from kpi_xl.book.rows import rows
from kpi_xl.book.table import MISSING
from kpi_xl.book.tables import weights as spec
from kpi_xl.book.weighing.changes import Change, Written
from kpi_xl.book.weighing.propose import Proposal
from kpi_xl.book.weighing.shaken import Sensitivity, shaken_records, shift_records, swap_records
from kpi_xl.book.weighing.sheet import Board, Record
from kpi_xl.book.weighing.shown import (
    card_records,
    diagnosis_records,
    log_records,
    matrix_records,
    method_name,
    method_records,
    weight_records,
)
from kpi_xl.book.weighing.stated import Stated
from kpi_xl.labels import Lang, label
from kpi_xl.model.grid import Scalar, TableGrid
from kpi_xl.model.inputs import Inputs
from kpi_xl.model.outcome import Card


def final_weights(inputs: Inputs, written: Written) -> Mapping[tuple[str, str], float]:
    """The plan's weights once these are in it, as a look-up finds them: the first row of an indicator counts."""
    found: dict[tuple[str, str], float] = {}
    for row in sorted(inputs.plan, key=lambda each: each.index):
        found.setdefault((row.template, row.kpi), written.get(row.index, row.weight))
    return found


def board(
    grids: Mapping[str, TableGrid],
    inputs: Inputs,
    stated: Stated,
    proposals: Sequence[Proposal],
    changes: Sequence[Change],
    written: Written,
    found: Sensitivity | None,
    every: Sequence[Card],
    lang: Lang,
) -> Board:
    """The rows and titles of every sheet of weighing.

    Parameters
    ----------
    changes, written
        What this run writes into the journal, and into the plan.
    found, every
        The shaken cards, when asked for, and all cards of the period.
    """
    final = final_weights(inputs, written)
    kept = tuple(_journal(grids))
    period = str(inputs.settings.period)
    log = log_records(kept, [_logged(change, lang) for change in changes])
    lines = weight_records(proposals, final, _notes(log, lang))
    records: dict[str, Sequence[Record]] = {
        spec.WEIGHTS.name: lines,
        spec.CARD_WEIGHTS.name: card_records(proposals, lines, lang),
        spec.METHOD_WEIGHTS.name: method_records(proposals),
        spec.DIAGNOSES.name: diagnosis_records(proposals, lang),
        spec.WEIGHT_LOG.name: log,
    }
    if spec.MATRICES.name in grids:
        records[spec.MATRICES.name] = matrix_records(proposals)
    if found is not None:
        names = {indicator.code: indicator.name for indicator in inputs.indicators}
        records |= {
            spec.SHAKEN.name: shaken_records(found, every, lang),
            spec.SWAPS.name: swap_records(found, names),
            spec.SHIFTS.name: shift_records(found, names),
        }
    matrices = tuple(judged for proposal in proposals for judged in proposal.matrices)
    headline = label("weights", "headline", lang).format(
        period=period, state=label("words", f"state.{inputs.settings.state}", lang)
    )
    return Board(records, _titles(proposals, lines, found, lang), headline, lang, matrices, stated.judgements)


def _journal(grids: Mapping[str, TableGrid]) -> Iterator[tuple[Scalar, ...]]:
    if spec.WEIGHT_LOG.name in grids:
        for row in rows(spec.WEIGHT_LOG, grids[spec.WEIGHT_LOG.name], []):
            yield tuple(row.raw(column.key) for column in spec.WEIGHT_LOG.columns)


def _logged(change: Change, lang: Lang) -> Record:
    return {
        "period": str(change.period), "template": change.row.template, "kpi": change.row.kpi, "old": change.old,
        "new": change.new, "method": method_name(change.method, lang),
        "cr": MISSING if change.cr is None else change.cr, "reason": change.reason, "approver": change.approver,
    }  # fmt: skip


def _notes(log: Sequence[Record], lang: Lang) -> Mapping[tuple[str, str], str]:
    """The last change of each weight, in words."""
    text = label("weights", "note.changed", lang)
    return {(str(row["template"]), str(row["kpi"])): text.format_map(row) for row in log}


def _titles(
    proposals: Sequence[Proposal], lines: Sequence[Record], found: Sensitivity | None, lang: Lang
) -> Mapping[str, str]:
    titles = {key: label("sheets", key, lang) for key in ("weights", "matrices", "diagnoses", "shaken")}
    states = [finding.state for each in proposals for finding in each.findings.values()]
    counts = {"n": len(proposals), "usable": states.count("OK"), "faulty": states.count("CONFIG_ERROR")}
    said = {
        "weights": _message(lines, proposals, lang),
        "matrices": _judged(proposals, lang),
        "diagnoses": label("weights", "title.diagnoses", lang).format(**counts),
    }
    if found is not None and found.cards:
        every = found.shocks
        facts = {"n": every.n, "size": every.size, "grade": every.any_grade, "rank": every.any_rank}
        said["shaken"] = label("weights", "title.shaken", lang).format(**facts)
    return {key: f"{text} · {said[key]}" if said.get(key) else text for key, text in titles.items()}


def _message(lines: Sequence[Record], proposals: Sequence[Proposal], lang: Lang) -> str:
    """The largest difference between what is proposed and what is in force."""
    moved = [line for line in lines if isinstance(line["difference"], float)]
    if not moved:
        return label("weights", "title.none", lang)
    most = max(moved, key=lambda line: abs(_float(line["difference"])))
    if _float(most["difference"]) == 0:
        return label("weights", "title.same", lang)
    method = next(each.scheme.method for each in proposals if each.card.template == most["template"])
    facts = {
        "template": most["template"], "method": method_name(method, lang), "name": most["name"],
        "old": most["final"], "new": most["adjusted"],
    }  # fmt: skip
    return label("weights", "title.moved", lang).format(**facts)


def _judged(proposals: Sequence[Proposal], lang: Lang) -> str:
    known = [judged.priorities for each in proposals for judged in each.matrices]
    worst = max((found.cr for found in known if found is not None), default=None)
    failed = sum(found is None or not found.passes for found in known)
    if worst is None:
        return ""
    return label("weights", "title.matrices", lang).format(n=len(known), failed=failed, cr=worst)


def _float(value: Scalar) -> float:
    return value if isinstance(value, float) else 0.0

