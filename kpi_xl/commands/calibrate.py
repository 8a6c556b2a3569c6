"""calibrate: raters and teams brought to one scale, grades by quota; always as a proposal, applied when asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Literal

from kpi_xl.book.appraisal import evaluate, run_id
from kpi_xl.book.calibrating import (
    LeniencyRow,
    ProposalRow,
    QuotaRow,
    leniency_rows,
    proposals,
    quota_rows,
    quotas_of,
)
from kpi_xl.book.checks import check as check_inputs
from kpi_xl.book.checks import spoiled
from kpi_xl.book.context import Context, context_of
from kpi_xl.book.formula import at_row, resolve
from kpi_xl.book.layout import places as find_places
from kpi_xl.book.native_keys import native_cells
from kpi_xl.book.read import read_inputs
from kpi_xl.book.render.findings import Head, findings_sheet
from kpi_xl.book.rows import positions, rows
from kpi_xl.book.tables.calibration import CALIBRATION
from kpi_xl.commands.adding import add_sheet, added
from kpi_xl.commands.receipt import Receipt, in_order
from kpi_xl.errors import MethodError
from kpi_xl.hosts.port import WorkbookHost
from kpi_xl.labels import Lang, label, lang_of
from kpi_xl.model.grid import CellOut, Patch, Scalar, SheetOut, TableGrid

Method = Literal["view", "rater", "team", "quota"]
METHODS: tuple[Method, ...] = ("view", "rater", "team", "quota")
APPLIED: tuple[Method, ...] = ("rater", "team")
"""The methods that change points; a quota never changes a grade."""
SHEETS = ("calibration", "scales")
Grids = Mapping[str, TableGrid]


@dataclass(frozen=True, slots=True)
class _View:
    """The rows of 尺度与配额."""

    proposals: tuple[ProposalRow, ...]
    leniency: tuple[LeniencyRow, ...]
    quota: tuple[QuotaRow, ...]

    @property
    def rows(self) -> Mapping[str, Sequence[object]]:
        return {"tblProposals": self.proposals, "tblLeniency": self.leniency, "tblQuota": self.quota}


def calibrate(
    host: WorkbookHost,
    method: Method = "view",
    *,
    reason: str = "",
    approver: str = "",
    apply: bool = False,
) -> Receipt:
    """Write 尺度与配额, and on request the calibrated points of one method into 校准.

    Parameters
    ----------
    host
    method : "view", "rater", "team" or "quota"
        What the receipt reports: normalisation of raters, factors of teams, grades by quota, or all as a view.
    reason, approver : str
        Go into every row that is applied.
    apply : bool
        Write the points of ``rater`` or ``team`` into 校准, from where the next scoring takes them. A row that stands
        there already is left alone.

    Raises
    ------
    MethodError
        ``E-CALIBRATION-REASON``, ``E-CALIBRATION-APPROVER``, ``E-CALIBRATION-APPLY``, ``E-QUOTA``.
    """
    start = perf_counter()
    _may_apply(method, reason, approver, apply=apply)
    grids = host.tables()
    reading = read_inputs(grids)
    issues = (*reading.issues, *(check_inputs(reading, grids) if reading.is_whole else ()))
    if not reading.is_whole or any(issue.stops_the_book for issue in issues):
        return Receipt("calibrate", host.name, in_order(issues), {}, False, perf_counter() - start)
    lang = lang_of(reading.inputs.settings.lang)
    context, cards = context_of(reading, grids), evaluate(spoiled(reading.inputs, issues), lang).appraisal.cards
    quota = quota_rows(context, cards, quotas_of(reading.inputs), lang)
    view = _View(proposals(context), leniency_rows(context), quota)
    for key in SHEETS:
        if not added(host, key):
            add_sheet(host, key, lang)
    grids = host.tables()
    wanted = _wanted(view.proposals, method) if apply else {}
    held = _held(grids)
    fresh = {name: row for name, row in wanted.items() if name.casefold() not in held}
    patches = [_patch(fresh, reason.strip(), approver.strip(), grids)] if fresh else []
    host.write([_sheet(view, context, grids, lang)], patches)
    facts = {
        "period": context.period,
        "method": method,
        "sheets": [grids[name].sheet for name in ("tblCalibration", "tblProposals")],
        "applied": len(fresh),
        "kept": len(wanted) - len(fresh),
        **_reported(view, method),
    }
    return Receipt("calibrate", host.name, in_order(issues), facts, seconds=perf_counter() - start)


def _may_apply(method: Method, reason: str, approver: str, *, apply: bool) -> None:
    if not apply:
        return
    if method not in APPLIED:
        raise MethodError("E-CALIBRATION-APPLY", found=method, wanted=", ".join(APPLIED))
    if not reason.strip():
        raise MethodError("E-CALIBRATION-REASON")
    if not approver.strip():
        raise MethodError("E-CALIBRATION-APPROVER")


def _wanted(found: Sequence[ProposalRow], method: Method) -> Mapping[str, tuple[float, float]]:
    """Points before and after, by key, of every panel that the method moves."""
    pairs = {row.key: (row.before, row.by_rater if method == "rater" else row.by_team) for row in found}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _held(grids: Grids) -> frozenset[str]:
    """Keys of the rows that stand in 校准 already."""
    listed = rows(CALIBRATION, grids[CALIBRATION.name], [])
    return frozenset("|".join(row.text(part) for part in CALIBRATION.key).casefold() for row in listed)


def _patch(
    wanted: Mapping[str, tuple[float, float]], reason: str, approver: str, grids: Grids
) -> Patch:
    """New rows below those that are there."""
    grid = grids[CALIBRATION.name]
    first = max((row.index for row in rows(CALIBRATION, grid, [])), default=-1) + 1
    cells = [
        cell
        for index, (name, (before, after)) in enumerate(wanted.items(), start=first)
        for cell in _row(index, {**_named(name), "before": before, "after": after, "reason": reason,
                                 "approver": approver}, grid, grids)
    ]  # fmt: skip
    return Patch(CALIBRATION.name, tuple(cells), max(grid.declared, first + len(wanted)))


def _named(name: str) -> Mapping[str, Scalar]:
    return dict(zip(CALIBRATION.key, name.split("|", 2), strict=True))


def _row(index: int, typed: Mapping[str, Scalar], grid: TableGrid, grids: Grids) -> Iterator[CellOut]:
    line, keys = grid.row + 1 + index, native_cells(CALIBRATION, typed)
    found, places = positions(CALIBRATION, grid, []), find_places(grids, {})
    for column in CALIBRATION.columns:
        formula = at_row(resolve(column.formula, places, CALIBRATION.name), line) if column.formula else None
        shown = keys[column.key] if column.formula else typed[column.key]
        yield CellOut(line, grid.column + found[column.key], shown, formula, column.role)


def _sheet(view: _View, context: Context, grids: Grids, lang: Lang) -> SheetOut:
    odd = sum(row.sign in ("▲", "✗") for row in view.leniency)
    differing = sum(bool(row.differs) for row in view.quota)
    name, note = label("sheets", "scales", lang), label("notes", "sheet.scales", lang)
    title = label("smart", "head.scales", lang).format(name=name, odd=odd, differing=differing)
    run = run_id(context.inputs)
    facts = label("smart", "head.facts", lang).format(period=context.period, run_id=run, note=note)
    return findings_sheet("scales", Head(title, facts), view.rows, grids, lang)


def _reported(view: _View, method: Method) -> Mapping[str, object]:
    """What the receipt says of the method, or of all."""
    found: dict[str, object] = {}
    if method in ("view", "rater"):
        found["raters"] = [
            {"rater": row.rater, "d": _number(row.d), "d_after": _number(row.d_after), "sign": row.sign}
            for row in view.leniency
        ]
    if method in APPLIED:
        found["changes"] = [
            {"key": name, "before": before, "after": after}
            for name, (before, after) in _wanted(view.proposals, method).items()
        ]
    if method in ("view", "quota"):
        found["quota"] = [
            {"group": row.group, "card": row.subject, "rank": row.rank, "grade": row.grade, "proposed": row.proposed}
            for row in view.quota
        ]
    return found


def _number(shown: float | str) -> float | None:
    return shown if isinstance(shown, float) else None
