"""weigh: weights by every named method, a proposal within the bounds, and how much hangs on them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from time import perf_counter

from kpi_xl.book.appraisal import Result, evaluate
from kpi_xl.book.checks import spoiled
from kpi_xl.book.read import Reading, read_inputs
from kpi_xl.book.settings import own_periods
from kpi_xl.book.setup_checks import LOCKED
from kpi_xl.book.tables import weights as spec
from kpi_xl.book.tables.inputs import LOCKED_STATES, PERIODS, PLAN
from kpi_xl.book.typed_rows import Codes
from kpi_xl.book.weighing.board import board, final_weights
from kpi_xl.book.weighing.card import cards_of
from kpi_xl.book.weighing.changes import Change, Written, changes_of, plan_after, plan_of_period, with_weights
from kpi_xl.book.weighing.dates import period_of, read_journal
from kpi_xl.book.weighing.facts import proposal_json, sensitivity_json
from kpi_xl.book.weighing.later import later_rows
from kpi_xl.book.weighing.past import past_of
from kpi_xl.book.weighing.propose import Proposal, proposed
from kpi_xl.book.weighing.shaken import Sensitivity, shaken_cards
from kpi_xl.book.weighing.sheet import board_places, board_sheets, native_patches, plan_patch
from kpi_xl.book.weighing.skeleton import skeleton
from kpi_xl.book.weighing.stated import Stated, read_stated
from kpi_xl.commands.adding import add_sheets, added
from kpi_xl.commands.check import read_and_check
from kpi_xl.commands.receipt import Receipt, in_order
from kpi_xl.errors import WorkbookError
from kpi_xl.facts.typed import typed_rows
from kpi_xl.hosts.port import WorkbookHost
from kpi_xl.labels import Lang, lang_of
from kpi_xl.model.grid import TableGrid
from kpi_xl.model.inputs import Inputs
from kpi_xl.model.issue import Issue
from kpi_xl.model.periods import Period

Progress = Callable[[str, int, int], None]
ALL = "all"
WAYS = (ALL, *spec.METHODS)
"""What `method` may be."""
OPEN_STATE = "draft"
"""Once targets are set the weights stand, however they were found."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is to be done."""

    method: str
    only: str                           # the one template; "" for all
    since: Period | None                # apply, and from this period on
    restored: Period | None             # put the weights of this period back
    shakes: bool


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
        return lang_of(self.inputs.settings.lang)


def weigh(
    host: WorkbookHost,
    method: str = ALL,
    template: str | None = None,
    *,
    apply: bool = False,
    period: str = "",
    restore: str = "",
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
        Write the weights that stand into 考核方案, and old and new ones into the journal.
    period
        From which on they count; the book's own when empty. Those of a later one wait in the journal.
    restore
        Put the weights that the journal has for this period back into 考核方案; nothing is applied then.
    sensitivity
        Also shake the weights of the scored cards.
    progress
        Told of each template: ``weigh``, how many are done, how many there are.

    Raises
    ------
    WorkbookError
        ``E-WEIGHING-METHOD``, ``E-WEIGHING-TEMPLATE``, ``E-PERIOD-CODE``, ``E-BOOK-STRANGE``, and whatever the host
        raises.
    """
    start = perf_counter()
    if method not in WAYS:
        raise WorkbookError("E-WEIGHING-METHOD", found=method, wanted=", ".join(WAYS))
    reading = read_inputs(host.tables())
    if not reading.is_whole:
        nothing = {"period": str(reading.inputs.settings.period), "templates": []}
        return Receipt("weigh", host.name, in_order(reading.issues), nothing, False, perf_counter() - start)
    asked = _Asked(
        method,
        _named(template, reading.inputs),
        _period(period, reading.inputs, host) if apply else None,
        _period(restore, reading.inputs, host) if restore else None,
        shakes=sensitivity,
    )
    issues, facts, is_done = _weighed(host, reading, asked, progress)
    return Receipt("weigh", host.name, issues, facts, is_done, perf_counter() - start)


def _weighed(
    host: WorkbookHost, reading: Reading, asked: _Asked, progress: Progress
) -> tuple[tuple[Issue, ...], Mapping[str, object], bool]:
    """What there is to say, the facts, and whether all that was asked for is done."""
    put_back, refused = _put_back(asked, reading, host)
    reading = replace(reading, inputs=with_weights(reading.inputs, put_back))
    _prepare(host, reading.inputs, asked.method)
    desk = _desk(host, reading)
    proposals = tuple(_proposals(desk, asked, progress))
    result, found = _shaken(host) if asked.shakes else (None, None)
    _prepare_results(host, desk.lang, proposals, found)
    changes, refusals = _changes(desk, proposals, asked)
    written = {**put_back, **plan_after(changes, read_journal(desk.grids), desk.inputs.settings.period)}
    _write(host, desk, proposals, changes, written, result, found)
    facts = {
        **_facts(desk, proposals, changes, written, found),
        **({"restored": str(asked.restored)} if asked.restored else {}),
    }
    refusals = (*refused, *refusals)
    return in_order((*desk.issues, *refusals)), facts, not refusals or bool(changes)


def _period(code: str, inputs: Inputs, host: WorkbookHost) -> Period:
    """The period that is named, which may be one of the company's own; the book's when none is."""
    if not code:
        return inputs.settings.period
    found = period_of(code.strip(), own_periods(host.tables()[PERIODS.name]))
    if found is None:
        raise WorkbookError("E-PERIOD-CODE", found=code)
    return found


def _put_back(asked: _Asked, reading: Reading, host: WorkbookHost) -> tuple[Written, tuple[Issue, ...]]:
    """The weights that count in a period, where the plan has others; and why they may not be put back."""
    settings, only = reading.inputs.settings, asked.only
    if asked.restored is None:
        return {}, ()
    cell = reading.setting_cells.get("state", "")
    if settings.state in LOCKED_STATES:
        return {}, (Issue(LOCKED, cell, {"period": str(settings.period), "found": settings.state}),)
    entries = [each for each in read_journal(host.tables()) if only.casefold() in ("", each.template.casefold())]
    if not entries:
        return {}, (Issue("W-WEIGHING-JOURNAL", host.tables()[PLAN.name].sheet, {"found": only or "—"}),)
    return plan_of_period(reading.inputs.plan, entries, asked.restored, only), ()


def _named(template: str | None, inputs: Inputs) -> str:
    known = Codes(row.template for row in inputs.plan)
    if template is not None and template not in known:
        raise WorkbookError("E-WEIGHING-TEMPLATE", found=template, wanted=", ".join(known) or "—")
    return known(template or "")


def _prepare(host: WorkbookHost, inputs: Inputs, method: str) -> None:
    """The sheets on which weights are judged and shown; goals only for who weighs by them."""
    lang, first = lang_of(inputs.settings.lang), ("goals",) if method == "qfd" else ()
    wanted = [key for key in (*first, "judgements", "weights", "diagnoses") if not added(host, key)]
    grids = host.tables()
    cards = cards_of(inputs, grids)
    content = skeleton(cards, inputs.subjects) if "judgements" in wanted else None
    later = () if content else tuple(later_rows(grids, cards, inputs.subjects))
    if later:
        host.write([], later)
    add_sheets(host, wanted, lang, content)


def _prepare_results(
    host: WorkbookHost, lang: Lang, proposals: Iterable[Proposal], found: Sensitivity | None
) -> None:
    has_matrices = any(proposal.matrices for proposal in proposals)
    wanted = (*(("matrices",) if has_matrices else ()), *(("shaken",) if found is not None else ()))
    add_sheets(host, [key for key in wanted if not added(host, key)], lang)


def _desk(host: WorkbookHost, reading: Reading) -> _Desk:
    """What is stated, beside the inputs as they were read before sheets joined them."""
    grids = host.tables()
    issues: list[Issue] = []
    stated = read_stated(grids, reading.inputs.plan, issues)
    return _Desk(grids, reading, stated, tuple(issues))


def _proposals(desk: _Desk, asked: _Asked, progress: Progress) -> Iterator[Proposal]:
    cards, typed = cards_of(desk.inputs, desk.grids), typed_rows(desk.inputs)
    for done, card in enumerate(cards):
        progress("weigh", done, len(cards))
        is_asked = asked.method != ALL and asked.only in ("", card.template)
        yield proposed(card, desk.stated, past_of(card, desk.inputs, typed), asked.method if is_asked else "")
    progress("weigh", len(cards), len(cards))


def _shaken(host: WorkbookHost) -> tuple[Result | None, Sensitivity | None]:
    """The appraisal as it would be scored now, with its weights shaken; none where errors stop the book."""
    checked = read_and_check(host)
    if any(issue.stops_the_book for issue in checked.issues):
        return None, None
    result = evaluate(spoiled(checked.inputs, checked.issues), checked.lang, checked.plan)
    return result, shaken_cards(result)


def _changes(
    desk: _Desk, proposals: Iterable[Proposal], asked: _Asked
) -> tuple[tuple[Change, ...], tuple[Issue, ...]]:
    """The weights to be replaced, and why others are not."""
    if asked.since is None or asked.restored is not None:
        return (), ()
    state = desk.inputs.settings.state
    if state != OPEN_STATE:
        cell = desk.reading.setting_cells.get("state", "")
        return (), (Issue("E-WEIGHING-STATE", cell, {"found": state, "wanted": OPEN_STATE}),)
    changes: list[Change] = []
    refusals: list[Issue] = []
    entries = read_journal(desk.grids)
    for proposal in proposals:
        if asked.only not in ("", proposal.card.template):
            continue
        if proposal.may_apply:
            changes += changes_of(proposal, entries, asked.since)
        elif proposal.state == "INCONSISTENT":
            refusals += proposal.chosen.faults
        else:
            refusals.append(_refusal(proposal, desk))
    return tuple(changes), tuple(refusals)


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
    written: Written,
    result: Result | None,
    found: Sensitivity | None,
) -> None:
    grids = host.tables()
    every = result.appraisal.cards if result is not None else ()
    shown = board(grids, desk.inputs, desk.stated, proposals, changes, written, found, every, desk.lang)
    places = board_places(grids, shown.records)
    patches = [*native_patches(grids, places)]
    if written:
        patches.append(plan_patch(grids[PLAN.name], written))
    host.write(board_sheets(shown, grids, places), patches)


def _facts(
    desk: _Desk,
    proposals: Sequence[Proposal],
    changes: Sequence[Change],
    written: Written,
    found: Sensitivity | None,
) -> Mapping[str, object]:
    final = final_weights(desk.inputs, written)
    applied = [
        {
            "template": each.row.template, "kpi": each.row.kpi, "period": str(each.period), "old": each.old,
            "new": each.new,
        }
        for each in changes
    ]  # fmt: skip
    return {
        "period": str(desk.inputs.settings.period),
        "state": desk.inputs.settings.state,
        "templates": [proposal_json(proposal, final) for proposal in proposals],
        "applied": applied,
        "written": len(written),
        **({"sensitivity": sensitivity_json(found)} if found is not None else {}),
    }
