"""health: whether plan and targets hold, on sheets of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from time import perf_counter
from typing import TYPE_CHECKING

from kpi_xl.book.appraisal import Result, evaluate, run_id
from kpi_xl.book.checks import check as check_inputs
from kpi_xl.book.checks import spoiled
from kpi_xl.book.context import context_of
from kpi_xl.book.plan_checks import targets_are_equally_hard
from kpi_xl.book.plan_health.attainment import attainment
from kpi_xl.book.plan_health.compared import Team, teams
from kpi_xl.book.plan_health.examine import Finding
from kpi_xl.book.plan_health.fair import fairness_rows, team_rows
from kpi_xl.book.plan_health.handoff_rows import Flows, handoff_rows
from kpi_xl.book.plan_health.material import Material, material_of
from kpi_xl.book.plan_health.planfile import plan_file
from kpi_xl.book.plan_health.sheet import HealthSheet, health_sheet
from kpi_xl.book.plan_health.words import fact_text, remedy_text
from kpi_xl.book.read import Reading, read_inputs
from kpi_xl.book.render.findings import FITS, Head, findings_sheet
from kpi_xl.book.sheets import SHEET_BY_KEY
from kpi_xl.book.table import MISSING
from kpi_xl.commands.adding import add_sheet, added
from kpi_xl.commands.raw_figures import Asked, with_raw_and
from kpi_xl.commands.receipt import Receipt, in_order
from kpi_xl.hosts.port import WorkbookHost
from kpi_xl.labels import Lang, label, lang_of
from kpi_xl.model.grid import SheetOut, TableGrid
from kpi_xl.model.issue import Issue
from kpi_xl.scoring.appraise import Appraisal

if TYPE_CHECKING:
    from kpi_xl.commands.raw_health import RawHealth

HANDED = "handoffs"
SHEETS = ("health", "fairness", HANDED)
Grids = Mapping[str, TableGrid]
Progress = Callable[[str], None]


def health(
    host: WorkbookHost,
    *,
    every: bool = False,
    today: date | None = None,
    progress: Progress = lambda _: None,
) -> Receipt:
    """Examine the plan and its targets and write 方案体检 and 公平性, which are added on first use.

    Parameters
    ----------
    host
    every
        List the checks with nothing to mend as well.
    today
        Until when raw rows that are not there have been missing; the day of the clock when absent.
    progress
        Is told the next step: ``examine``, ``fairness``, ``write``.

    Returns
    -------
    Receipt
        With what keeps the targets from being confirmed. Nothing is written when the tables cannot be read.
    """
    start = perf_counter()
    grids = host.tables()
    reading, seen = _with_raw(host, grids, today or date.today())
    if not (reading.is_whole and reading.is_coded and reading.has_period):
        return Receipt("health", host.name, in_order(reading.issues), {}, False, perf_counter() - start)
    lang = lang_of(reading.inputs.settings.lang)
    progress("examine")
    context = context_of(reading, grids)
    raw, made_of = (seen.raw, seen.components) if seen else (None, None)
    material = material_of(context, plan_file(grids, context.period), raw, made_of, attainment)
    sheet = health_sheet(material, lang, every=every)
    progress("fairness")
    spread = targets_are_equally_hard(context, material.past, attainment)
    issues = (*reading.issues, *check_inputs(reading, grids), *spread)
    result = _result(reading, issues, lang)
    progress("write")
    flows = seen.flows if seen else {}
    names = _written(host, material, sheet, result.appraisal if result else None, flows, lang)
    facts = {**_facts(material, sheet, names, lang), "handoffs": [*_pairs(flows)]}
    return Receipt("health", host.name, in_order(issues), facts, seconds=perf_counter() - start)


def _with_raw(host: WorkbookHost, grids: Grids, today: date) -> tuple[Reading, RawHealth | None]:
    """The reading with what its raw rows come to, and what the checks see of them."""
    reading = read_inputs(grids)

    def look(asked: Asked) -> RawHealth:
        from kpi_xl.commands.raw_health import raw_health

        return raw_health(asked, reading.inputs, today)

    return with_raw_and(host, grids, reading, look)


def _result(reading: Reading, issues: Iterable[Issue], lang: Lang) -> Result | None:
    """The appraisal as far as there is one; none while an error stops the book."""
    listed = tuple(issues)
    return None if any(issue.stops_the_book for issue in listed) else evaluate(spoiled(reading.inputs, listed), lang)


def _written(
    host: WorkbookHost, material: Material, sheet: HealthSheet, appraisal: Appraisal | None, flows: Flows, lang: Lang
) -> tuple[str, ...]:
    """Names of the sheets that were written."""
    keys = [key for key in SHEETS if key != HANDED or flows or added(host, key)]
    for key in keys:
        if not added(host, key):
            add_sheet(host, key, lang)
    grids = host.tables()
    cards, items = (appraisal.cards, appraisal.items) if appraisal else ((), ())
    found = teams(material.context, cards, items)
    sheets = [_health(material, sheet, grids, lang), _fairness(material, found, grids, lang)]
    if HANDED in keys:
        sheets.append(_handoffs(material, flows, grids, lang))
    host.write(sheets, [])
    return tuple(grids[SHEET_BY_KEY[key].place].sheet for key in keys)


def _health(material: Material, sheet: HealthSheet, grids: Grids, lang: Lang) -> SheetOut:
    counts = {
        "cards": len({row.card for row in sheet.smart}),
        "rows": len(sheet.smart),
        "blocking": len(sheet.blocking),
        "warnings": len(sheet.health),
    }
    title = label("smart", "head.health", lang).format(name=label("sheets", "health", lang), **counts)
    head = Head(title, _said(material, "health", lang), FITS)
    return findings_sheet("health", head, sheet.rows, grids, lang)


def _fairness(material: Material, found: Sequence[Team], grids: Grids, lang: Lang) -> SheetOut:
    checks = fairness_rows(material, found, lang)
    rows = {"tblFairness": checks, "tblTeams": team_rows(found)}
    odd = sum(row.sign in ("▲", "✗") for row in checks)
    title = label("smart", "head.fairness", lang).format(name=label("sheets", "fairness", lang), odd=odd)
    head = Head(title, _said(material, "fairness", lang))
    return findings_sheet("fairness", head, rows, grids, lang)


def _handoffs(material: Material, flows: Flows, grids: Grids, lang: Lang) -> SheetOut:
    names = {subject.id: subject.name for subject in material.inputs.subjects}
    due, passed = (sum(getattr(flow.rate, side) for flow in flows.values()) for side in ("den", "num"))
    accepted, waited = (sum(getattr(flow, name) for flow in flows.values()) for name in ("accepted", "waited"))
    facts = {
        "name": label("sheets", HANDED, lang),
        "due": due,
        "share": f"{passed / due:.1%}" if due else MISSING,
        "waiting": f"{waited / accepted:.1f}" if accepted else MISSING,
    }
    head = Head(label("smart", "head.handoffs", lang).format(**facts), _said(material, HANDED, lang))
    return findings_sheet(HANDED, head, handoff_rows(flows, names), grids, lang)


def _said(material: Material, key: str, lang: Lang) -> str:
    """Second line of a sheet: period, of which inputs, and what the sheet is."""
    note, run = label("notes", f"sheet.{key}", lang), run_id(material.inputs)
    return label("smart", "head.facts", lang).format(period=material.period, run_id=run, note=note)


def _facts(material: Material, sheet: HealthSheet, names: tuple[str, ...], lang: Lang) -> Mapping[str, object]:
    return {
        "period": str(material.period),
        "state": material.inputs.settings.state,
        "sheets": list(names),
        "cards": len({row.card for row in sheet.smart}),
        "counts": dict(sheet.counts),
        "blocking": [_blocking(finding, lang) for finding in sheet.blocking],
        "shares": [
            {"kpi": row.kpi, "unit": row.unit, "exact": row.exact, "typed": row.typed, "agrees": row.sign == "✓"}
            for row in sheet.shares
        ],
    }


def _pairs(flows: Flows) -> Iterator[Mapping[str, object]]:
    for (giver, receiver), flow in flows.items():
        yield {
            "giver": giver, "receiver": receiver, "due": flow.rate.den, "in_order": flow.rate.num,
            "share": flow.rate.value, "waiting_hours": flow.waiting, "cycle_hours": flow.cycle,
        }  # fmt: skip


def _blocking(finding: Finding, lang: Lang) -> Mapping[str, str]:
    return {
        "card": finding.line.row.card,
        "template": finding.line.row.plan.template,
        "kpi": finding.line.kpi,
        "check": finding.check.id,
        "title": label("smart", f"check.{finding.check.id}", lang),
        "fact": fact_text(finding.judged, lang),
        "remedy": remedy_text(finding.check.id, finding.judged, lang),
    }
