"""score: read, check, appraise, write back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from time import perf_counter

from kpi_xl.book.appraisal import Result, evaluate
from kpi_xl.book.checks import spoiled
from kpi_xl.book.context import context_of
from kpi_xl.book.read import Reading
from kpi_xl.book.render import render
from kpi_xl.commands.check import Checked, read_and_check
from kpi_xl.commands.mended import mended_formulas
from kpi_xl.commands.receipt import Receipt, in_order
from kpi_xl.commands.uncollected import uncollected
from kpi_xl.hosts.port import WorkbookHost
from kpi_xl.model.grid import Patch
from kpi_xl.model.issue import Issue
from kpi_xl.model.outcome import Card


@uncollected()
def score(host: WorkbookHost) -> Receipt:
    """Score the period of a book and write its system sheets.

    Nothing is written when an error belongs to the book, or when errors spoil every card.
    """
    start = perf_counter()
    checked = read_and_check(host)
    period = str(checked.inputs.settings.period)
    refused = {"period": period, "cards": []}
    if any(issue.stops_the_book for issue in checked.issues):
        return Receipt("score", host.name, checked.issues, refused, False, perf_counter() - start)
    result = evaluate(spoiled(checked.inputs, checked.issues), checked.lang, checked.plan)
    if _all_spoiled(result, checked.issues):
        return Receipt("score", host.name, checked.issues, refused, False, perf_counter() - start)
    mended = write(host, checked, result, publishes=True)
    facts = {"period": period, "run_id": result.run_id, "cards": [card_json(card) for card in result.appraisal.cards]}
    return Receipt("score", host.name, in_order((*checked.issues, *mended)), facts, seconds=perf_counter() - start)


def write(host: WorkbookHost, checked: Checked, result: Result, *, publishes: bool) -> tuple[Issue, ...]:
    """Write every system cell; the answer names the formulas that somebody had overwritten."""
    picked = host.named_cell("k_card")
    shown = picked if isinstance(picked, str) else ""
    drawn = render(result, checked.grids, shown, checked.lang, publishes=publishes, remarks=checked.remarks)
    mended = mended_formulas(host, checked.grids, drawn, checked.lang)
    host.write(drawn.sheets, (*drawn.patches, *_live(checked)))
    return mended


def _live(checked: Checked) -> tuple[Patch, ...]:
    """Cells of 方案体检 and of the sheets of targets that follow the inputs, in a book that has them."""
    return (*_live_plan(checked), *_live_targets(checked))


def _live_targets(checked: Checked) -> tuple[Patch, ...]:
    if not checked.grids.keys() & {"tblTargetProposals", "tblAnnual", "tblDecomposition"}:
        return ()
    from kpi_xl.book.targeting.live import live_targets

    return live_targets(checked.grids, checked.lang)


def _live_plan(checked: Checked) -> tuple[Patch, ...]:
    if "tblBasis" not in checked.grids:
        return ()
    from kpi_xl.book.render.live_findings import live_findings

    return live_findings(context_of(Reading(checked.inputs, ()), checked.grids), checked.grids, checked.lang)


def _all_spoiled(result: Result, issues: Iterable[Issue]) -> bool:
    errors = [issue for issue in issues if issue.severity == "error"]
    wrong = {card for issue in errors for card in issue.cards}
    return bool(errors) and all(card.card in wrong for card in result.appraisal.cards)


def card_json(card: Card) -> Mapping[str, object]:
    """One card as data; null where there is no number."""
    return {
        "card": card.card,
        "subject": card.name,
        "status": card.status,
        "perspectives": {"F": card.F, "U": card.U, "O": card.O},
        "base": card.base,
        "adjust": card.adjust,
        "total_before_veto": card.before_veto,
        "total": card.total,
        "grade": card.grade,
        "coefficient": card.coefficient,
        "rank": card.rank,
    }
