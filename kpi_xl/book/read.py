"""From the tables of a workbook to the inputs of an appraisal: typed rows, and everything odd about them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from kpi_xl.book.rows import NOTHING, Row, rows
from kpi_xl.book.sheets import TABLES
from kpi_xl.book.table import Table
from kpi_xl.book.tables import inputs as spec
from kpi_xl.book.tables.results import HISTORY
from kpi_xl.labels import LANGS
from kpi_xl.library import indicators as library
from kpi_xl.model.grid import TableGrid
from kpi_xl.model.inputs import (
    Actual,
    Adjustment,
    Band,
    HistoryRow,
    Indicator,
    Inputs,
    PlanRow,
    Settings,
    Subject,
    Target,
    key,
)
from kpi_xl.model.issue import Issue
from kpi_xl.model.periods import Period, parse_period

VOLUME_UNITS = frozenset("元 人 次 单 家 条 CNY persons times orders sellers items".split())
FALLBACK_PERIOD = Period(2026, "M", 1)
Grids = Mapping[str, TableGrid]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read, and every issue met on the way."""

    inputs: Inputs
    issues: tuple[Issue, ...]


class Codes:
    """Known codes in their own spelling, found whatever the case, as the workbook's MATCH finds them."""

    def __init__(self, *codes: str) -> None:
        self._spelling = {code.casefold(): code for code in codes}

    def __call__(self, text: str) -> str:
        return self._spelling.get(text.casefold(), text)


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
    issues = [Issue("E-TABLE-MISSING", name, {"table": name}) for name in TABLES if name not in grids]
    settings = _settings(grids, issues)
    window = {str(p) for p in (settings.period, settings.period.year_ago, *(settings.period.shift(-n) for n in (1, 2)))}
    subjects = tuple(_each(spec.SUBJECTS, grids, issues, _subject))
    indicators = tuple(_each(spec.INDICATORS, grids, issues, _indicator(settings.lang)))
    known = Codes(*(row.id for row in subjects), *(row.code for row in indicators))
    inputs = Inputs(
        settings=settings,
        bands=tuple(_each(spec.GRADES, grids, issues, _band)),
        subjects=subjects,
        indicators=indicators,
        plan=tuple(_each(spec.PLAN, grids, issues, _plan(known))),
        targets=tuple(_each(spec.TARGETS, grids, issues, _target(known, str(settings.period)))),
        actuals=tuple(_each(spec.ACTUALS, grids, issues, _actual(known, window))),
        adjustments=tuple(_each(spec.ADJUSTMENTS, grids, issues, _adjustment(known, str(settings.period)))),
        history=tuple(_each(HISTORY, grids, issues, _history)),
    )
    return Reading(inputs, tuple(issues))


def _each(
    table: Table, grids: Grids, issues: list[Issue], build: Callable[[Row, list[Issue]], T | None]
) -> Iterator[T]:
    if table.name not in grids:
        return
    for row in rows(table, grids[table.name], issues):
        built = build(row, issues)
        if built is not None:
            yield built


def _settings(grids: Grids, issues: list[Issue]) -> Settings:
    found: dict[str, Row] = {}
    for row in _each(spec.SETTINGS, grids, issues, lambda row, _: row):
        name = row.text("key").casefold()
        if name in found:
            issues.append(Issue("E-KEY-DUPLICATE", row.cell("key"), {"key": name, "first": found[name].cell("key")}))
        found.setdefault(name, row)
    sheet = grids[spec.SETTINGS.name].sheet if spec.SETTINGS.name in grids else spec.SETTINGS.name
    for name in ("period", "scheme", "total_cap", "adjust_cap", "missing_limit", "veto_score", "state"):
        if name not in found:
            issues.append(Issue("E-SETTING-MISSING", sheet, {"setting": name}))
    text = {name: row.text("value") for name, row in found.items()}
    return Settings(
        period=_period(found.get("period"), issues),
        lang=text.get("lang", "zh") if text.get("lang") in LANGS else "zh",
        state=_state(found.get("state"), issues),
        scheme=text.get("scheme", ""),
        total_cap=_setting(found, "total_cap", 120.0, issues),
        adjust_cap=_setting(found, "adjust_cap", 10.0, issues),
        missing_limit=_setting(found, "missing_limit", 0.2, issues),
        veto_score=_setting(found, "veto_score", 59.99, issues),
        texts=text,
    )


def _period(row: Row | None, issues: list[Issue]) -> Period:
    if row is None:
        return FALLBACK_PERIOD
    try:
        if isinstance(row.raw("value"), datetime):
            raise ValueError(row.text("value"))
        return parse_period(row.text("value"))
    except ValueError as error:
        issues.append(Issue("E-PERIOD-CODE", row.cell("value"), {"found": str(error)}))
        return FALLBACK_PERIOD


def _state(row: Row | None, issues: list[Issue]) -> str:
    return "draft" if row is None else row.choice("value", spec.STATES, issues, "draft")


def _setting(found: Mapping[str, Row], name: str, default: float, issues: list[Issue]) -> float:
    if name not in found:
        return default
    number = found[name].number("value", issues)
    if number is None or number < 0:
        issues.append(Issue("E-SETTING-VALUE", found[name].cell("value"), {"setting": name, "default": default}))
        return default
    return number


def _band(row: Row, issues: list[Issue]) -> Band | None:
    numbers = [row.number(column, issues) for column in ("lo", "coef", "slope")]
    lo, coef, slope = numbers
    if lo is None or coef is None:
        issues.append(Issue("E-BAND-NUMBER", row.cell("lo"), {"grade": row.text("grade")}))
        return None
    return Band(row.text("scheme"), row.text("grade"), lo, coef, slope or 0.0, row.cell("lo"))


def _subject(row: Row, issues: list[Issue]) -> Subject | None:
    name = _code(row, "subject", issues)
    if row.raw("alpha") is not None:
        issues.append(Issue("W-LATER", row.cell("alpha"), {"found": row.text("alpha")}))
    return Subject(
        id=name,
        kind=row.choice("kind", spec.SUBJECT_KINDS, issues, "department"),
        name=row.text("name") or name,
        parent=row.text("parent"),
        template=row.text("template"),
        rank_group=row.text("rank_group"),
        cell=row.cell("subject"),
    )


def _indicator(lang: str) -> Callable[[Row, list[Issue]], Indicator | None]:
    def build(row: Row, issues: list[Issue]) -> Indicator | None:
        code = _code(row, "kpi", issues)
        known = library().get(code)
        unit = row.text("unit")
        decimals = row.number("decimals", issues)
        return Indicator(
            code=code,
            name=row.text(lang) or row.text("zh") or row.text("en") or code,
            perspective=row.choice("perspective", spec.PERSPECTIVES, issues, "O"),
            unit=unit,
            decimals=int(decimals) if decimals is not None else 2,
            digits=known.digits if known else (4 if unit in VOLUME_UNITS else 9),
            direction=row.choice("direction", spec.DIRECTIONS, issues, "up"),
            additive=row.text("agg_time").upper() in ("SUM", "DIST", "LAST"),
            factor=float(known.factor) if known else 1.0,
            min_n=row.number("min_n", issues) or 0.0,
            undefined_den=known.undefined_den if known else False,
            definition=row.text("definition"),
            source=row.text("source"),
            cell=row.cell("kpi"),
        )

    return build


def _plan(known: Codes) -> Callable[[Row, list[Issue]], PlanRow]:
    return lambda row, issues: _plan_row(row, issues, known)


def _plan_row(row: Row, issues: list[Issue], known: Codes) -> PlanRow:
    if row.text("measured_at").casefold() not in ("", "self"):
        issues.append(Issue("W-LATER", row.cell("measured_at"), {"found": row.text("measured_at")}))
    weight = row.number("weight", issues)
    if weight is not None and not 0 <= weight <= 1:
        issues.append(Issue("E-WEIGHT-RANGE", row.cell("weight"), {"found": weight}))
    return PlanRow(
        template=_code(row, "template", issues),
        kpi=known(_code(row, "kpi", issues)),
        no=row.number("no", issues) or 0.0,
        weight=weight or 0.0,
        rule=row.text("rule"),
        params=row.text("params"),
        cap=row.number("cap", issues),
        floor=row.number("floor", issues),
        missing=row.choice("missing", spec.POLICIES, issues, "BLOCK"),
        index=row.index,
        cell=row.cell("kpi"),
        cells={name: row.cell(name) for name in ("weight", "rule", "params", "missing", "template")},
    )


def _target(known: Codes, period: str) -> Callable[[Row, list[Issue]], Target]:
    def build(row: Row, issues: list[Issue]) -> Target:
        mine: list[Issue] = []
        numbers = {name: row.number(name, mine) for name in ("threshold", "target", "stretch")}
        _keep(row, mine, issues, {period}, known)
        return Target(key=_key(row, known, issues), **numbers, index=row.index, cell=row.cell("target"))

    return build


def _actual(known: Codes, window: set[str]) -> Callable[[Row, list[Issue]], Actual]:
    def build(row: Row, issues: list[Issue]) -> Actual:
        mine: list[Issue] = []
        text = row.raw("value")
        words = text.strip() if isinstance(text, str) and text.strip().casefold() not in NOTHING else ""
        number = None if words else row.number("value", mine)
        fact = Actual(
            key=_key(row, known, issues),
            num=row.number("num", mine),
            den=row.number("den", mine),
            value=number,
            n=row.number("n", mine),
            flag=row.choice("flag", spec.FLAGS, mine),
            text=words,
            index=row.index,
            cell=row.cell("value"),
        )
        _keep(row, mine, issues, window, known)
        return fact

    return build


def _adjustment(known: Codes, period: str) -> Callable[[Row, list[Issue]], Adjustment]:
    def build(row: Row, issues: list[Issue]) -> Adjustment:
        mine: list[Issue] = []
        kind = row.choice("kind", spec.KINDS, mine)
        raw = row.raw("value")
        given = bool(row.text("reason") and row.text("approver"))
        adjustment = Adjustment(
            card_key=key(row.text("period"), known(row.text("subject"))),
            kind=kind,
            points=row.number("points", mine) or 0.0,
            effect=row.choice("effect", spec.EFFECTS, mine),
            value=raw if isinstance(raw, (float, str)) else None,
            scope=known(row.text("scope")),
            is_complete=given and (kind == "waiver" or bool(row.text("evidence"))),
            cell=row.cell("kind"),
        )
        _keep(row, mine, issues, {period}, known, whole_card=True)
        return adjustment

    return build


def _history(row: Row, issues: list[Issue]) -> HistoryRow:
    total = row.raw("total")
    cells = tuple(row.raw(column.key) for column in HISTORY.columns)
    return HistoryRow(row.text("key"), row.text("period"), total if isinstance(total, float) else None, cells)


def _keep(
    row: Row, mine: list[Issue], issues: list[Issue], window: set[str], known: Codes, *, whole_card: bool = False
) -> None:
    """Keep the issues of a row that scoring looks at, and say which card they spoil."""
    if row.text("period") in window:
        kpi = "" if whole_card else known(row.text("kpi"))
        issues.extend(Issue(i.code, i.cell, i.args, frozenset({known(row.text("subject"))}), kpi) for i in mine)


def _key(row: Row, known: Codes, issues: list[Issue]) -> str:
    if isinstance(row.raw("period"), datetime):
        issues.append(Issue("E-PERIOD-DATE", row.cell("period"), {"found": row.text("period")}))
    parts = [row.text(column) for column in ("period", "subject", "kpi")]
    if not all(parts):
        issues.append(Issue("E-KEY-EMPTY", row.cell("period"), {"found": " | ".join(part or "?" for part in parts)}))
    return key(parts[0], known(parts[1]), known(parts[2]))


def _code(row: Row, column: str, issues: list[Issue]) -> str:
    """A code: not empty, and free of the characters that joined keys and wildcards use."""
    text = row.text(column)
    if not text:
        issues.append(Issue("E-KEY-EMPTY", row.cell(column), {"found": column}))
    elif set(text) & set("|*?~"):
        issues.append(Issue("E-CODE-CHARACTER", row.cell(column), {"found": text}))
    return text
