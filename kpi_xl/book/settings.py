"""The settings table, and the grade bands that it chooses among."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from kpi_xl.book.rows import Row, is_nothing, rows
from kpi_xl.book.tables import inputs as spec
from kpi_xl.book.tables.results import OPTIONAL_PARAMETERS
from kpi_xl.labels import LANGS
from kpi_xl.model.grid import CellError, TableGrid
from kpi_xl.model.inputs import Band, Settings
from kpi_xl.model.issue import Issue
from kpi_xl.model.periods import OWN, Period, parse_period
from kpi_xl.scoring.parts import MODES
from kpi_xl.scoring.people.cascade import CASCADES

FALLBACK_PERIOD = Period(2026, "M", 1)
REQUIRED: Mapping[str, str | float] = {
    "period": "2026-01", "scheme": "BAND120", "state": "draft",
    "total_cap": 120.0, "adjust_cap": 10.0, "missing_limit": 0.2, "veto_score": 59.99,
}  # fmt: skip
"""The settings that scoring cannot do without, each with an example."""
LARGEST_TOTAL = 1000.0
"""Ranking packs total and tie-breakers into one number of fifteen digits, which leaves three before the point."""


@dataclass(frozen=True, slots=True)
class SettingsRead:
    """The settings, the cell of every value, and whether the period among them can be read."""

    settings: Settings
    cells: Mapping[str, str]
    has_period: bool


def own_periods(grid: TableGrid) -> Mapping[str, Period]:
    """The periods that a company made itself, by their code in lower case: a promotion from one day to another."""
    found: dict[str, Period] = {}
    for row in rows(spec.PERIODS, grid, []):
        first, last, code = row.raw("start"), row.raw("end"), row.text("period")
        if row.text("kind").upper() != OWN or not isinstance(first, datetime) or not isinstance(last, datetime):
            continue
        if code and first <= last:
            found[code.casefold()] = Period(first.year, OWN, 0, code, first.date(), last.date())
    return found


def read_settings(
    grid: TableGrid, issues: list[Issue], own: Mapping[str, Period] = MappingProxyType({})
) -> SettingsRead:
    """Settings of a book; what is absent or wrong is an issue and takes its default.

    `own` has the periods that the company made itself.
    """
    found = _by_key(grid, issues)
    issues += _lacking(grid, found)
    text = {name: row.text("value") for name, row in found.items()}
    period = _period(found.get("period"), own, issues)
    total_cap = _number(found, "total_cap", LARGEST_TOTAL, issues)
    settings = Settings(
        period=period or FALLBACK_PERIOD,
        lang=found["lang"].choice("value", LANGS, issues, "zh") if "lang" in found else "zh",
        state=found["state"].choice("value", spec.STATES, issues, "draft") if "state" in found else "draft",
        scheme=found["scheme"].code("value", issues) if "scheme" in found else "",
        total_cap=total_cap,
        adjust_cap=_number(found, "adjust_cap", LARGEST_TOTAL, issues),
        missing_limit=_number(found, "missing_limit", 1.0, issues),
        veto_score=_number(found, "veto_score", total_cap, issues),
        texts=text,
        period_mode=_choice(found, "period_mode", MODES, issues),
        year_mode_person=_choice(found, "year_mode_person", MODES, issues),
        period_mix=_part(found, "period_mix", issues),
        cascade=_choice(found, "cascade", CASCADES, issues),
    )
    return SettingsRead(settings, {name: row.cell("value") for name, row in found.items()}, period is not None)


def _by_key(grid: TableGrid, issues: list[Issue]) -> Mapping[str, Row]:
    found: dict[str, Row] = {}
    for row in rows(spec.SETTINGS, grid, issues):
        issues += row.errors(("key", "value"))
        name = row.code("key", issues).strip().casefold()
        if name in found:
            issues.append(Issue("E-KEY-DUPLICATE", row.cell("key"), {"key": name, "first": found[name].cell("key")}))
        found.setdefault(name, row)
    return found


def _lacking(grid: TableGrid, found: Mapping[str, Row]) -> Iterator[Issue]:
    for name, usual in REQUIRED.items():
        example = usual if isinstance(usual, str) else f"{usual:g}"
        if name not in found:
            yield Issue("E-SETTING-MISSING", grid.sheet, {"setting": name, "example": example})
        elif is_nothing(found[name].raw("value")):
            yield Issue("E-SETTING-EMPTY", found[name].cell("value"), {"setting": name, "example": example})


def _period(row: Row | None, own: Mapping[str, Period], issues: list[Issue]) -> Period | None:
    if row is None or is_nothing(row.raw("value")) or isinstance(row.raw("value"), CellError):
        return None
    if isinstance(row.raw("value"), datetime):
        issues.append(Issue("E-PERIOD-DATE", row.cell("value"), {"found": row.native("value"), "rows": 1}))
        return None
    if row.text("value").casefold() in own:
        return own[row.text("value").casefold()]
    try:
        return parse_period(row.text("value"))
    except ValueError as error:
        issues.append(Issue("E-PERIOD-CODE", row.cell("value"), {"found": str(error)}))
        return None


def _number(found: Mapping[str, Row], name: str, high: float, issues: list[Issue]) -> float:
    number = found[name].between("value", 0.0, high, issues) if name in found else None
    return float(REQUIRED[name]) if number is None else number


def _choice(found: Mapping[str, Row], name: str, wanted: tuple[str, ...], issues: list[Issue]) -> str:
    """A setting that a book may lack."""
    usual = str(OPTIONAL_PARAMETERS[name])
    return found[name].choice("value", wanted, issues, usual) if name in found else usual


def _part(found: Mapping[str, Row], name: str, issues: list[Issue]) -> float:
    number = found[name].between("value", 0.0, 1.0, issues) if name in found else None
    return float(OPTIONAL_PARAMETERS[name]) if number is None else number


def read_bands(grid: TableGrid, scheme: str, issues: list[Issue]) -> Iterator[Band]:
    """One band for every line of the grade table, an empty line too: formulas count the bands from its heading.

    The scheme in force is spelled as in the settings, whatever the case it is typed in, because the workbook's
    look-up does not see the case either.
    """
    at = {row.index: row for row in rows(spec.GRADES, grid, issues)}
    for index in range(max(at, default=-1) + 1):
        if index not in at:
            yield Band("", "", 0.0, 0.0, 0.0)
            continue
        row = at[index]
        issues += row.errors(column.key for column in spec.GRADES.columns)
        name = row.code("scheme", issues)
        yield _band(row, scheme if name.casefold() == scheme.casefold() else name, issues)


def _band(row: Row, scheme: str, issues: list[Issue]) -> Band:
    grade = row.key("grade", issues)
    if isinstance(row.raw("grade"), float):
        issues.append(Issue("E-GRADE-NUMBER", row.cell("grade"), {"found": grade}))
    numbers = {column: row.number(column, issues) for column in ("lo", "coef", "slope")}
    issues += (
        Issue("E-BAND-NUMBER", row.cell(column), {"grade": grade, "column": row.heading(column)})
        for column in ("lo", "coef")
        if is_nothing(row.raw(column))
    )
    lo, coef, slope = (number or 0.0 for number in numbers.values())
    return Band(scheme, grade, lo, coef, slope, row.cell("lo"))
