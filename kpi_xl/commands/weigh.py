"""weigh: weights by every named method, a proposal within the bounds, and how much hangs on them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter

from kpi_xl.book.appraisal import Result, evaluate
from kpi_xl.book.checks import spoiled
from kpi_xl.book.read import Reading, read_inputs
from kpi_xl.book.tables import weights as spec
from kpi_xl.book.tables.inputs import PLAN
from kpi_xl.book.typed_rows import Codes
from kpi_xl.book.weighing.board import Change, board, final_weights
from kpi_xl.book.weighing.card import cards_of
from kpi_xl.book.weighing.facts import proposal_json, sensitivity_json
from kpi_xl.book.weighing.past import past_of
from kpi_xl.book.weighing.propose import Proposal, proposed
from kpi_xl.book.weighing.shaken import Sensitivity, shaken_cards
from kpi_xl.book.weighing.sheet import board_places, board_sheets, native_patches, plan_patch
from kpi_xl.book.weighing.skeleton import skeleton
from kpi_xl.book.weighing.stated import Stated, read_stated
from kpi_xl.commands.adding import add_sheet, added
from kpi_xl.commands.check import read_and_check
from kpi_xl.commands.receipt import Receipt, in_order
from kpi_xl.errors import WorkbookError
from kpi_xl.facts.typed import typed_rows
from kpi_xl.hosts.port import WorkbookHost
from kpi_xl.labels import Lang
from kpi_xl.model.grid import TableGrid
from kpi_xl.model.inputs import Inputs
from kpi_xl.model.issue import Issue

Progress = Callable[[str, int, int], None]
ALL = "all"
WAYS = (ALL, *spec.METHODS)
"""What `method` may be."""
OPEN_STATE = "draft"
"""Once targets are set the weights stand, however they were found."""


@dataclass(frozen=True, slots=True)
class _Desk:
    """A book on which weights are found."""

    grids: Mapping[str, TableGrid]
    reading: Reading
    stated: Stated
    issues: tuple[Issue, ...]

    @property
    def inputs(self) -> Inputs:
        return self.reading.inputs

    @property
    def lang(self) -> Lang:
        return _lang(self.inputs)


def weigh(
    host: WorkbookHost,
    method: str = ALL,
    template: str | None = None,
    *,
    apply: bool = False,
    sensitivity: bool = False,
    progress: Progress = lambda _what, _done, _all: None,
) -> Receipt:
    """Weigh the indicators of a book, and write the proposal with all that it rests on.

    Judgements are read and never changed; 考核方案 keeps its weights unless the proposal is to be applied.

    Parameters
    ----------
    method
        The one that the proposal follows; with ``all`` the one chosen for each template. All are computed.
    template
        The only one to propose for by that method, and to apply; all of the plan when absent.
    apply
        Write the weights that stand into 考核方案, and the old ones into the journal.
    sensitivity
        Also shake the weights of the scored cards.
    progress
        Told of each template: ``weigh``, how many are done, how many there are.

    Raises
    ------
    WorkbookError
        ``E-WEIGHING-METHOD``, ``E-WEIGHING-TEMPLATE``, ``E-BOOK-STRANGE``, and whatever the host raises.
    """
    start = perf_counter()
    if method not in WAYS:
        raise WorkbookError("E-WEIGHING-METHOD", found=method, wanted=", ".join(WAYS))
    reading = read_inputs(host.tables())
    if not reading.is_whole:
        facts = {"period": str(reading.inputs.settings.period), "templates": []}
        return Receipt("weigh", host.name, in_order(reading.issues), facts, False, perf_counter() - start)
    only = _named(template, reading.inputs)
    _prepare(host, reading.inputs, method)
    desk = _desk(host, reading)
    proposals = tuple(_proposals(desk, method, only, progress))
    result, found = _shaken(host) if sensitivity else (None, None)
    _prepare_results(host, desk.lang, proposals, found)
    changes, refusals = _changes(desk, proposals, only) if apply else ((), ())
    _write(host, desk, proposals, changes, result, found)
    issues = in_order((*desk.issues, *refusals))
    done = not refusals or bool(changes)
    return Receipt("weigh", host.name, issues, _facts(desk, proposals, changes, found), done, perf_counter() - start)


def _named(template: str | None, inputs: Inputs) -> str:
    known = Codes(row.template for row in inputs.plan)
    if template is not None and template not in known:
        raise WorkbookError("E-WEIGHING-TEMPLATE", found=template, wanted=", ".join(known) or "—")
    return known(template or "")


def _prepare(host: WorkbookHost, inputs: Inputs, method: str) -> None:
    """The sheets on which weights are judged and shown; goals only for who weighs by them."""
    lang = _lang(inputs)
    if method == "qfd":
        _add(host, lang, ("goals",))
    if not added(host, "judgements"):
        add_sheet(host, "judgements", lang, skeleton(cards_of(inputs, host.tables()), inputs.subjects))
    _add(host, lang, ("weights", "diagnoses"))


def _prepare_results(
    host: WorkbookHost, lang: Lang, proposals: Iterable[Proposal], found: Sensitivity | None
) -> None:
    has_matrices = any(proposal.matrices for proposal in proposals)
    _add(host, lang, (*(("matrices",) if has_matrices else ()), *(("shaken",) if found is not None else ())))


def _add(host: WorkbookHost, lang: Lang, keys: Iterable[str]) -> None:
    for key in keys:
        if not added(host, key):
            add_sheet(host, key, lang)


def _lang(inputs: Inputs) -> Lang:
    """The book's own language."""
    return "en" if inputs.settings.lang == "en" else "zh"


def _desk(host: WorkbookHost, reading: Reading) -> _Desk:
    """What is stated, beside the inputs as they were read before sheets joined them."""
    grids = host.tables()
    issues: list[Issue] = []
    stated = read_stated(grids, reading.inputs.plan, issues)
    return _Desk(grids, reading, stated, tuple(issues))


def _proposals(desk: _Desk, method: str, only: str, progress: Progress) -> Iterator[Proposal]:
    cards, typed = cards_of(desk.inputs, desk.grids), typed_rows(desk.inputs)
    for done, card in enumerate(cards):
        progress("weigh", done, len(cards))
        is_asked = method != ALL and only in ("", card.template)
        yield proposed(card, desk.stated, past_of(card, desk.inputs, typed), method if is_asked else "")
    progress("weigh", len(cards), len(cards))


def _shaken(host: WorkbookHost) -> tuple[Result | None, Sensitivity | None]:
    """The appraisal as it would be scored now, with its weights shaken; none where errors stop the book."""
    checked = read_and_check(host)
    if any(issue.stops_the_book for issue in checked.issues):
        return None, None
    result = evaluate(spoiled(checked.inputs, checked.issues), checked.lang, checked.plan)
    return result, shaken_cards(result)


def _changes(
    desk: _Desk, proposals: Iterable[Proposal], only: str
) -> tuple[tuple[Change, ...], tuple[Issue, ...]]:
    """The weights to be replaced, and why others are not."""
    state = desk.inputs.settings.state
    if state != OPEN_STATE:
        cell = desk.reading.setting_cells.get("state", "")
        return (), (Issue("E-WEIGHING-STATE", cell, {"found": state, "wanted": OPEN_STATE}),)
    changes: list[Change] = []
    refusals: list[Issue] = []
    for proposal in proposals:
        if only not in ("", proposal.card.template):
            continue
        if proposal.may_apply:
            changes += _replaced(proposal)
        else:
            refusals.append(_refusal(proposal, desk))
    return tuple(changes), tuple(refusals)


def _replaced(proposal: Proposal) -> Iterator[Change]:
    for line, weight in zip(proposal.card.lines, proposal.weights or (), strict=True):
        if line.plan.weight != weight or not line.is_typed:
            yield Change(line.plan, weight, proposal.scheme.method)


def _refusal(proposal: Proposal, desk: _Desk) -> Issue:
    template = proposal.card.template
    cell = desk.stated.cells.get(template, proposal.card.lines[0].plan.cell)
    facts = {"template": template, "method": proposal.scheme.method, "found": proposal.state}
    return Issue("E-WEIGHING-REFUSED", cell, facts)


def _write(
    host: WorkbookHost,
    desk: _Desk,
    proposals: Sequence[Proposal],
    changes: Sequence[Change],
    result: Result | None,
    found: Sensitivity | None,
) -> None:
    grids = host.tables()
    every = result.appraisal.cards if result is not None else ()
    shown = board(grids, desk.inputs, desk.stated, proposals, changes, found, every, desk.lang)
    places = board_places(grids, shown.records)
    patches = [*native_patches(grids, places)]
    if changes:
        patches.append(plan_patch(grids[PLAN.name], [(change.row, change.weight) for change in changes]))
    host.write(board_sheets(shown, grids, places), patches)


def _facts(
    desk: _Desk, proposals: Sequence[Proposal], changes: Sequence[Change], found: Sensitivity | None
) -> Mapping[str, object]:
    final = final_weights(desk.inputs, changes)
    applied = [
        {"template": each.row.template, "kpi": each.row.kpi, "old": each.row.weight, "new": each.weight}
        for each in changes
    ]
    return {
        "period": str(desk.inputs.settings.period),
        "state": desk.inputs.settings.state,
        "templates": [proposal_json(proposal, final) for proposal in proposals],
        "applied": applied,
        **({"sensitivity": sensitivity_json(found)} if found is not None else {}),
    }
