"""targets: propose them from the past, split the goals of the year, and write what is asked for into 目标."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from time import perf_counter

from kpi_xl.book.appraisal import evaluate
from kpi_xl.book.checks import spoiled
from kpi_xl.book.layout import places
from kpi_xl.book.plan_rules import card_plan
from kpi_xl.book.rows import rows
from kpi_xl.book.setup_checks import LOCKED
from kpi_xl.book.sheets import STARTING_TABLES
from kpi_xl.book.tables.inputs import STATES, TARGETS
from kpi_xl.book.tables.targets import ANNUAL, DECOMPOSITION, PROPOSALS
from kpi_xl.book.targeting.applying import Wanted, filling, part_source, patch_of, permit, wanted_of
from kpi_xl.book.targeting.lines import Line, Told, fits_of, is_planned, line_of, tell
from kpi_xl.book.targeting.live import live_targets
from kpi_xl.book.targeting.pasts import archive
from kpi_xl.book.targeting.proposing import LineProposal, proposal_of, shared_out
from kpi_xl.book.targeting.shared import Sharing, parts_in_force, sharings
from kpi_xl.book.targeting.sheet import decomposition_sheet, proposals_sheet
from kpi_xl.book.targeting.splitting import Splits, split_goals
from kpi_xl.book.targeting.summary import accuracies, goal_json, proposal_json
from kpi_xl.book.targeting.typed import TypedTargets, read_typed
from kpi_xl.commands.adding import add_sheet, added
from kpi_xl.commands.check import Checked, read_and_check
from kpi_xl.commands.receipt import Receipt, in_order
from kpi_xl.commands.score import write
from kpi_xl.errors import WorkbookError
from kpi_xl.hosts.port import WorkbookHost
from kpi_xl.model.grid import TableGrid
from kpi_xl.model.inputs import Inputs, Target, key
from kpi_xl.model.issue import Issue
from kpi_xl.model.periods import Period, parse_period

Progress = Callable[[str], None]
STEP = 50
"""Lines between two words about progress."""
CONFIRMED = "targets_set"
ABOUT_SCORING = frozenset((LOCKED,))
"""What stops scoring and not planning: the results of a period are final."""


def targets(
    host: WorkbookHost,
    *,
    period: str | None = None,
    propose: bool = False,
    decompose: bool = False,
    backtest: bool = False,
    apply: bool = False,
    overwrite: bool = False,
    simulate: bool = False,
    progress: Progress = lambda _: None,
) -> Receipt:
    """Propose targets of a period, split the goals of its year, and write what is asked for.

    Parameters
    ----------
    period
        To plan; while the targets of the book's period are not confirmed that one, else the one after it.
    propose, decompose
        Which sheets to write; both when nothing is asked for.
    backtest
        Tell how every method did; alone, nothing is written.
    apply
        Write proposals into the empty cells of 目标, or into new rows below.
    overwrite
        Also where numbers are typed; formulas stay in any case.
    simulate
        Forecast distributions by statsmodels, which takes minutes for a company.

    Raises
    ------
    WorkbookError
        ``E-PERIOD-CODE``; what adding a sheet raises.
    """
    start = perf_counter()
    checked = read_and_check(host)
    planned = _planned(period, checked.inputs)
    stops = [issue for issue in checked.issues if issue.stops_the_book and issue.code not in ABOUT_SCORING]
    if stops:
        return Receipt("targets", host.name, in_order(stops), {"period": str(planned)}, False, perf_counter() - start)
    scene = _scene(checked, planned)
    issues = [*scene.typed.issues, *scene.splits.issues]
    facts: dict[str, object] = {"period": str(planned)}
    is_plain = not (propose or decompose or backtest or apply)
    if decompose and not apply:
        scene = _shared(host, scene, facts, issues, overwrites=overwrite)
    if decompose or (is_plain and scene.splits.found):
        facts |= _decomposed(host, scene, issues, is_written="applied" in facts)
    if propose or apply or backtest or is_plain:
        told = _told(scene, simulate=simulate, progress=progress)
        facts |= {"methods": accuracies(told.values())} if backtest else {}
        if apply:
            scene = _applied(host, scene, told, facts, issues, overwrites=overwrite)
        found = scene.proposals(told, issues)
        facts |= {"rows": len(found), "proposals": [proposal_json(each) for each in found]}
        if propose or apply or is_plain:
            facts["sheet"] = _shown(host, scene, found)
    return Receipt("targets", host.name, in_order(issues), facts, seconds=perf_counter() - start)


@dataclass(frozen=True, slots=True)
class _Scene:
    """A book as it is planned."""

    checked: Checked
    inputs: Inputs                      # with the planned period as the one that is looked at
    typed: TypedTargets
    splits: Splits
    lines: tuple[Line, ...]
    shared: tuple[Sharing, ...]

    @property
    def period(self) -> Period:
        return self.inputs.settings.period

    @property
    def targets(self) -> Mapping[str, Target]:
        """The typed ones by key; of two rows the first stands."""
        return {target.key: target for target in reversed(self.inputs.targets)}

    def grids(self, host: WorkbookHost) -> Mapping[str, TableGrid]:
        """The tables of the book; those of people as they were read, since a company's are long."""
        return {**host.tables(), **{name: self.checked.grids[name] for name in STARTING_TABLES}}

    def proposals(self, told: Mapping[str, Told], issues: list[Issue]) -> tuple[LineProposal, ...]:
        """What is proposed for every line."""
        found = [proposal_of(line, told[_name(line)]) for line in self.lines]
        return shared_out(found, lambda line: told[_name(line)], self.shared, self.targets, issues)


def _planned(asked: str | None, inputs: Inputs) -> Period:
    now = inputs.settings.period
    if asked is None:
        return now.shift(1) if STATES.index(inputs.settings.state) >= STATES.index(CONFIRMED) else now
    try:
        return parse_period(asked)
    except ValueError as error:
        raise WorkbookError("E-PERIOD-CODE", found=asked) from error


def _scene(checked: Checked, planned: Period) -> _Scene:
    inputs = replace(checked.inputs, settings=replace(checked.inputs.settings, period=planned))
    plan = card_plan(inputs)
    typed = read_typed(checked.grids, inputs)
    past = archive(plan.typed, planned)
    issues: list[Issue] = []
    shared = sharings(checked.grids, inputs, issues)
    splits = split_goals(typed.goals, {each.code: each for each in inputs.indicators}, past, shared)
    parts = splits.targets(planned.kind)
    lines = tuple(line_of(row, past, typed.goals, parts) for row in plan.rows if is_planned(row, planned))
    return _Scene(checked, inputs, typed, replace(splits, issues=(*issues, *splits.issues)), lines, shared)


def _name(line: Line) -> str:
    return key(line.row.measured, line.row.plan.kpi)


def _told(scene: _Scene, *, simulate: bool, progress: Progress) -> Mapping[str, Told]:
    """By subject and indicator, since several cards may look at the same figures."""
    lines = {_name(line): line for line in scene.lines}
    told: dict[str, Told] = {}
    fits = fits_of(lines.values())
    for count, (name, line) in enumerate(lines.items()):
        if count % STEP == 0:
            progress(f"{count}/{len(lines)}")
        told[name] = tell(line, fits, simulate=simulate)
    return told


def _shared(
    host: WorkbookHost, scene: _Scene, facts: dict[str, object], issues: list[Issue], *, overwrites: bool
) -> _Scene:
    """Give the units that split a typed target their exact parts of it; the answer is the book as it is then."""
    parts = parts_in_force(scene.shared, scene.targets, str(scene.period), {}, issues)
    found = [(line.row, parts.get((line.row.measured, line.row.plan.kpi))) for line in scene.lines]
    lang = scene.checked.lang
    wanted = [Wanted(row, part.anchors, part_source(part, lang)) for row, part in found if part is not None]
    return _filled(host, scene, wanted, facts, issues, overwrites=overwrites) if wanted else scene


def _decomposed(
    host: WorkbookHost, scene: _Scene, issues: list[Issue], *, is_written: bool
) -> Mapping[str, object]:
    """Write 年度分解; without anything to split, give the book the sheet to type goals into."""
    lang = scene.checked.lang
    if not scene.splits.found and is_written:
        return {"goals": []}
    if not scene.splits.found:
        wanted = "annual" if not added(host, "annual") else ""
        name = add_sheet(host, wanted, lang) if wanted else host.tables()[ANNUAL.name].sheet
        host.write([], live_targets(host.tables(), lang))
        issues.append(Issue("I-ANNUAL-NONE", name, {"year": scene.period.year}))
        return {"goals": []}
    if not added(host, "decomposition"):
        add_sheet(host, "decomposition", lang)
    grids = scene.grids(host)
    names = {subject.id: subject.name for subject in scene.inputs.subjects}
    split = decomposition_sheet(scene.splits.found, names, grids, lang)
    host.write([split], live_targets(grids, lang, DECOMPOSITION.name))
    goals = [goal_json(split) for split in scene.splits.found]
    return {"goals": goals, "decomposition": grids[DECOMPOSITION.name].sheet}


def _applied(
    host: WorkbookHost,
    scene: _Scene,
    told: Mapping[str, Told],
    facts: dict[str, object],
    issues: list[Issue],
    *,
    overwrites: bool,
) -> _Scene:
    """Write the proposals into 目标; the answer is the book as it is then."""
    wanted = [*wanted_of(scene.proposals(told, issues), scene.checked.lang)]
    return _filled(host, scene, wanted, facts, issues, overwrites=overwrites)


def _filled(
    host: WorkbookHost,
    scene: _Scene,
    wanted: Sequence[Wanted],
    facts: dict[str, object],
    issues: list[Issue],
    *,
    overwrites: bool,
) -> _Scene:
    """Write into 目标; the answer is the book as it is then."""
    settings, grid = scene.checked.inputs.settings, scene.checked.grids[TARGETS.name]
    allowed = permit(scene.period, settings, scene.typed.resets, overwrites=overwrites)
    formulas = host.formulas(TARGETS.name)
    filled = filling(wanted, scene.inputs.targets, grid, formulas, allowed, scene.checked.lang)
    issues += filled.issues
    if filled.skipped["locked"]:
        facts_of = {"state": settings.state, "count": filled.skipped["locked"]}
        issues.append(Issue("W-TARGETS-CONFIRMED", grid.sheet, facts_of))
    if filled.rows:
        taken = max((row.index + 1 for row in rows(TARGETS, grid, [])), default=0)
        host.write([], [patch_of(filled, grid, taken, places(scene.checked.grids, {}))])
        _recompute(host)
    facts["applied"] = {"rows": len(filled.rows), **filled.skipped}
    return _scene(read_and_check(host), scene.period) if filled.rows else scene


def _recompute(host: WorkbookHost) -> None:
    """Let the results follow the new targets; nothing is published, and final results stay."""
    checked = read_and_check(host)
    if not any(issue.stops_the_book for issue in checked.issues):
        result = evaluate(spoiled(checked.inputs, checked.issues), checked.lang, checked.plan)
        write(host, checked, result, publishes=False)


def _shown(host: WorkbookHost, scene: _Scene, found: Sequence[LineProposal]) -> str:
    """Write 目标建议; the answer is its name in the book."""
    lang = scene.checked.lang
    if not added(host, "proposals"):
        add_sheet(host, "proposals", lang)
    grids = scene.grids(host)
    shown = proposals_sheet(found, grids, str(scene.period), lang)
    host.write([shown], live_targets(grids, lang, PROPOSALS.name))
    return grids[PROPOSALS.name].sheet
