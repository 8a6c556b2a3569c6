"""Bonus, penalty, veto and waiver: their rows, and what each kind must carry."""

from __future__ import annotations

from collections.abc import Iterator

from kpi_xl.book.rows import Row, is_nothing, rows
from kpi_xl.book.tables import inputs as spec
from kpi_xl.book.typed_rows import Codes, RowKey, Scope, row_key
from kpi_xl.model.grid import CellError, TableGrid
from kpi_xl.model.inputs import Adjustment, Settings
from kpi_xl.model.issue import Issue

SCOPED = ("ZERO_INDICATOR", "ZERO_PERSPECTIVE")
WRITTEN = ("reason", "evidence", "approver")


def read_adjustments(grid: TableGrid, scope: Scope, settings: Settings, issues: list[Issue]) -> Iterator[Adjustment]:
    """The rows of the table of adjustments; a row of another period is not looked at."""
    areas = Codes((*spec.PERSPECTIVES, *scope.indicators))
    for row in rows(spec.ADJUSTMENTS, grid, issues):
        # An error value in any of these cells spoils native sums over the whole table.
        issues += row.errors(column.key for column in spec.ADJUSTMENTS.columns if column.kind == "input")
        mine: list[Issue] = []
        name = row_key(row, scope, ("period", "subject"))
        adjustment = _adjustment(row, name, areas, mine)
        mine += _faults(row, adjustment, settings)
        if name.concerns((scope.period,)):
            issues += name.owns((*name.faults, *mine), whole_card=True)
        yield adjustment


def _adjustment(row: Row, name: RowKey, areas: Codes, issues: list[Issue]) -> Adjustment:
    raw = row.raw("value")
    kind = row.choice("kind", spec.KINDS, issues)
    written = {column: row.native(column) for column in WRITTEN}
    is_complete = bool(written["reason"] and written["approver"] and (kind == "waiver" or written["evidence"]))
    return Adjustment(
        card_key=name.key,
        kind=kind,
        points=row.number("points", issues) or 0.0,
        effect=row.choice("effect", spec.EFFECTS, issues),
        value=raw if isinstance(raw, (float, str)) else None,
        scope=areas(row.code("scope", issues)),
        is_complete=is_complete,
        cell=row.cell("kind"),
    )


def _faults(row: Row, adjustment: Adjustment, settings: Settings) -> Iterator[Issue]:
    """What the row lacks for its kind, whoever it concerns."""
    kind = adjustment.kind
    if is_nothing(row.raw("kind")):
        yield Issue("E-KEY-EMPTY", row.cell("kind"), {"column": row.heading("kind")})
    if not kind:
        return
    yield from _unwritten(row, kind)
    if kind in ("bonus", "penalty"):
        yield from _wrong_points(row, adjustment)
    if kind == "veto":
        yield from _wrong_effect(row, adjustment, settings)
    if (kind == "waiver" or (kind == "veto" and adjustment.effect in SCOPED)) and not row.text("scope"):
        yield Issue("E-ADJUST-SCOPE", row.cell("scope"), {"kind": kind, "wanted": _areas(adjustment)})


def _unwritten(row: Row, kind: str) -> Iterator[Issue]:
    for column in WRITTEN:
        if column == "evidence" and kind == "waiver":
            continue
        if not row.text(column) and not isinstance(row.raw(column), CellError):
            yield Issue("E-ADJUST-INCOMPLETE", row.cell(column), {"kind": kind, "column": row.heading(column)})


def _wrong_points(row: Row, adjustment: Adjustment) -> Iterator[Issue]:
    if is_nothing(row.raw("points")):
        yield Issue("E-ADJUST-POINTS", row.cell("points"), {"kind": adjustment.kind})
    elif adjustment.points < 0:
        yield Issue("E-ADJUST-NEGATIVE", row.cell("points"), {"kind": adjustment.kind, "found": adjustment.points})


def _wrong_effect(row: Row, adjustment: Adjustment, settings: Settings) -> Iterator[Issue]:
    if is_nothing(row.raw("effect")):
        yield Issue("E-ADJUST-EFFECT", row.cell("effect"), {"wanted": ", ".join(spec.EFFECTS)})
    if adjustment.effect == "CAP_SCORE":
        mine: list[Issue] = []
        row.between("value", 0.0, settings.total_cap, mine)
        yield from mine


def _areas(adjustment: Adjustment) -> str:
    return ", ".join(spec.PERSPECTIVES) if adjustment.effect == "ZERO_PERSPECTIVE" else "REV, GPM …"
