"""From the tables of a workbook to the inputs of an appraisal: typed rows, and everything odd about them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kpi_xl.book.adjustments import read_adjustments
from kpi_xl.book.opinion_rows import read_calibrations, read_milestones, read_panel, read_ratings
from kpi_xl.book.plan import read_plan
from kpi_xl.book.roles import read_roles
from kpi_xl.book.rows import Row, positions, rows
from kpi_xl.book.settings import FALLBACK_PERIOD, SettingsRead, own_periods, read_bands, read_settings
from kpi_xl.book.sheets import STARTING_TABLES, TABLES
from kpi_xl.book.tables import inputs as spec
from kpi_xl.book.tables.calibration import CALIBRATION
from kpi_xl.book.tables.results import HISTORY
from kpi_xl.book.typed_rows import Codes, RowKey, Scope, collapsed, read_actuals, read_targets
from kpi_xl.labels import label, lang_of
from kpi_xl.library import indicators as library
from kpi_xl.model.grid import TableGrid
from kpi_xl.model.inputs import (
    CalibrationRow,
    HistoryRow,
    Indicator,
    Inputs,
    MilestoneRow,
    Role,
    Settings,
    Subject,
    key,
)
from kpi_xl.model.issue import Issue
from kpi_xl.model.periods import looked_at
from kpi_xl.scoring.posts import FREQUENCIES as FREQUENCY_ORDER
from kpi_xl.scoring.posts import card_id

VOLUME_UNITS = frozenset(("元", "人", "次", "单", "家", "条", "CNY", "persons", "times", "orders", "sellers", "items"))
MOST_DECIMALS, USUAL_DECIMALS = 9.0, 2.0
FREQUENCIES = tuple(FREQUENCY_ORDER)
FAULTY_CODES = frozenset(
    ("E-KEY-EMPTY", "E-CELL-ERROR", "E-CODE-DATE", "E-CODE-SPACE", "E-CODE-CHARACTER", "E-CODE-LONG")
)  # fmt: skip
Grids = Mapping[str, TableGrid]


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read, every issue met on the way, and how far the reading goes.

    `strays` has, by table, subject and indicator ("" where unknown) of the rows whose key no formula will find.
    """

    inputs: Inputs
    issues: tuple[Issue, ...]
    is_whole: bool = True               # every table and column is there
    has_period: bool = True             # the period to score can be read
    is_coded: bool = True               # so can the codes of subjects, indicators and plan
    setting_cells: Mapping[str, str] = field(default_factory=dict)
    strays: Mapping[str, frozenset[tuple[str, str]]] = field(default_factory=dict)


def read_inputs(grids: Grids) -> Reading:
    """All input tables of a book as typed rows.

    Parameters
    ----------
    grids
        Tables by name, as a host reads them.

    Returns
    -------
    Reading
        Inputs as far as they can be read; nothing is guessed, what cannot be read is an issue.
    """
    issues: list[Issue] = []
    settings = _settings(grids, issues)
    lost = (*_lost_tables(grids, settings.settings.lang), *_lost_columns(grids))
    if lost:
        return Reading(Inputs(settings.settings, (), (), (), (), (), (), ()), lost, is_whole=False)
    return _read(grids, settings, issues)


def _settings(grids: Grids, issues: list[Issue]) -> SettingsRead:
    grid = grids.get(spec.SETTINGS.name)
    if grid is None or len(positions(spec.SETTINGS, grid, [])) < len(spec.SETTINGS.columns):
        return SettingsRead(Settings(FALLBACK_PERIOD), {}, has_period=False)
    periods = grids.get(spec.PERIODS.name)
    return read_settings(grid, issues, {} if periods is None else own_periods(periods))


def _lost_tables(grids: Grids, lang: str) -> Iterator[Issue]:
    """One issue for every sheet that lacks tables."""
    lost: dict[str, list[str]] = {}
    for name, table in STARTING_TABLES.items():
        if name not in grids:
            lost.setdefault(table.sheet, []).append(name)
    for sheet, names in lost.items():
        yield Issue("E-TABLE-MISSING", label("sheets", sheet, lang_of(lang)), {"table": ", ".join(names)})


def _lost_columns(grids: Grids) -> tuple[Issue, ...]:
    """Lost headings of the tables that are read; the others are written anew, headings and all."""
    issues: list[Issue] = []
    for name, table in TABLES.items():
        if name in grids and (table.owner == "input" or table is HISTORY):
            positions(table, grids[name], issues)
    return tuple(issues)


def _read(grids: Grids, place: SettingsRead, issues: list[Issue]) -> Reading:
    settings = place.settings
    bands = tuple(read_bands(grids[spec.GRADES.name], settings.scheme, issues))
    subjects = tuple(_subject(row, issues) for row in _rows(spec.SUBJECTS.name, grids, issues))
    indicators = tuple(_indicator(row, settings.lang, issues) for row in _rows(spec.INDICATORS.name, grids, issues))
    plan = tuple(read_plan(grids[spec.PLAN.name], subjects, Codes(row.code for row in indicators), issues))
    planned = Codes(row.kpi for row in plan)
    roles = tuple(_roles(grids, subjects, Codes(row.template for row in plan), issues))
    panel = read_panel(grids[spec.LEVELS.name], grids[spec.RATER_ROLES.name], issues)
    keys = [row.id for row in subjects], [row.code for row in indicators], [key(row.template, row.kpi) for row in plan]
    is_coded = not any(issue.code in FAULTY_CODES for issue in issues) and all(map(is_unique, keys))
    period = settings.period
    may_roll = bool(period.parts) or any(row.parent for row in subjects)
    scope = Scope(
        period=str(period),
        window=looked_at(period),
        periods=Codes(row.text("period") for row in rows(spec.PERIODS, grids[spec.PERIODS.name], issues)),
        subjects=Codes((*(row.id for row in subjects), *map(card_id, roles))),
        indicators=Codes(row.code for row in indicators),
        planned=planned,
        carried=frozenset(row.kpi for row in plan if row.missing in ("POOL3", "LAST") or may_roll),
        is_coded=is_coded,
    )
    found: list[Issue] = []
    targets = tuple(read_targets(grids[spec.TARGETS.name], scope, found))
    actuals = tuple(read_actuals(grids[spec.ACTUALS.name], scope, found))
    inputs = Inputs(
        settings=settings,
        bands=bands,
        subjects=_spelled(subjects, Codes(row.template for row in plan)),
        indicators=indicators,
        plan=plan,
        targets=tuple(row for row, _ in targets),
        actuals=tuple(row for row, _ in actuals),
        adjustments=tuple(read_adjustments(grids[spec.ADJUSTMENTS.name], scope, settings, found)),
        history=tuple(_history(row) for row in rows(HISTORY, grids[HISTORY.name], issues)),
        roles=roles,
        ratings=tuple(read_ratings(grids[spec.RATINGS.name], scope, panel, found)),
        role_weights=panel.weights,
        milestones=tuple(_milestones(grids, scope, found)),
        calibrations=tuple(_calibrations(grids, scope, found)),
    )
    return Reading(
        inputs,
        (*issues, *collapsed(found)),
        has_period=place.has_period,
        is_coded=is_coded,
        setting_cells=place.cells,
        strays={
            spec.TARGETS.name: _strays((name for _, name in targets), scope.period),
            spec.ACTUALS.name: _strays((name for _, name in actuals), scope.period),
        },
    )


def _roles(grids: Grids, subjects: Sequence[Subject], templates: Codes, issues: list[Issue]) -> Iterator[Role]:
    if spec.ROLES.name in grids:
        yield from read_roles(grids[spec.ROLES.name], subjects, templates, issues)


def _milestones(grids: Grids, scope: Scope, issues: list[Issue]) -> Iterator[MilestoneRow]:
    if spec.MILESTONES.name in grids:
        yield from read_milestones(grids[spec.MILESTONES.name], scope, issues)


def _calibrations(grids: Grids, scope: Scope, issues: list[Issue]) -> Iterator[CalibrationRow]:
    if CALIBRATION.name in grids:
        yield from read_calibrations(grids[CALIBRATION.name], scope, issues)


def is_unique(codes: list[str]) -> bool:
    """No code stands twice, whatever its case."""
    return len({code.casefold() for code in codes}) == len(codes)


def _rows(name: str, grids: Grids, issues: list[Issue]) -> Iterator[Row]:
    """Rows of a set-up table; an error value in it spoils the book."""
    for row in rows(TABLES[name], grids[name], issues):
        issues += row.errors(column.key for column in TABLES[name].columns)
        yield row


def _strays(names: Iterator[RowKey], period: str) -> frozenset[tuple[str, str]]:
    """What rows were meant for that no formula finds; a row that stands twice was meant for something else."""
    found: set[tuple[str, str]] = set()
    seen: set[str] = set()
    for name in names:
        folded = name.key.casefold()
        is_second = folded in seen
        seen.add(folded)
        if (is_second or name.faults) and name.concerns((period,)):
            found.add((name.subject, "" if is_second else name.kpi))
    return frozenset(found)


def _subject(row: Row, issues: list[Issue]) -> Subject:
    name = row.key("subject", issues)
    return Subject(
        id=name,
        kind=row.chosen("kind", spec.SUBJECT_KINDS, issues, "department"),
        name=row.text("name") or name,
        parent=row.text("parent"),
        template=row.code("template", issues),
        rank_group=row.code("rank_group", issues),
        cell=row.cell("subject"),
        alpha=row.between("alpha", 0.0, 1.0, issues),
    )


def _spelled(subjects: tuple[Subject, ...], templates: Codes) -> tuple[Subject, ...]:
    """Subjects with templates as the plan spells them, parents as they are listed, rank groups as first spelled."""
    groups, ids = Codes(subject.rank_group for subject in subjects), Codes(subject.id for subject in subjects)
    return tuple(
        replace(s, template=templates(s.template), rank_group=groups(s.rank_group), parent=ids(s.parent))
        for s in subjects
    )


def _indicator(row: Row, lang: str, issues: list[Issue]) -> Indicator:
    code = row.key("kpi", issues)
    known = library().get(code)
    unit = row.text("unit")
    decimals = row.between("decimals", 0.0, MOST_DECIMALS, issues)
    return Indicator(
        code=code,
        name=row.text(lang) or row.text("zh") or row.text("en") or code,
        perspective=row.chosen("perspective", spec.PERSPECTIVES, issues, "O"),
        unit=unit,
        decimals=int(USUAL_DECIMALS if decimals is None else decimals),
        digits=known.digits if known else (4 if unit in VOLUME_UNITS else 9),
        direction=row.chosen("direction", spec.DIRECTIONS, issues, "up"),
        additive=row.text("agg_time").upper() in ("SUM", "DIST", "LAST"),
        agg_time=row.text("agg_time").upper(),
        agg_unit=row.text("agg_unit").upper(),
        variant=row.text("variant"),
        factor=float(known.factor) if known else 1.0,
        min_n=row.number("min_n", issues) or 0.0,
        frequency=row.choice("frequency", FREQUENCIES, issues, "M"),
        undefined_den=known.undefined_den if known else False,
        definition=row.text("definition"),
        source=row.text("source"),
        cell=row.cell("kpi"),
    )


def _history(row: Row) -> HistoryRow:
    total = row.raw("total")
    cells = tuple(row.raw(column.key) for column in HISTORY.columns)
    number = total if isinstance(total, float) else None
    return HistoryRow(row.text("key"), row.text("period"), number, cells, row.text("status"))
