"""What can be wrong with calibrations: of what nobody judged, without a reason, of points that have changed since."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from kpi_xl.book.context import Context, line_of
from kpi_xl.book.plan_rules import CardRow, card_plan
from kpi_xl.model.inputs import CalibrationRow, Inputs
from kpi_xl.model.issue import Issue
from kpi_xl.model.status import Status
from kpi_xl.scoring.rounding import excel_round

CALIBRATED = "RATING"
"""The rule whose points may be calibrated."""


def calibrations_are_sound(context: Context) -> Iterator[Issue]:
    """Only what people judged is calibrated, once, with a reason and an approver, and from the points there are."""
    mark = f"{context.period}|"
    mine = [row for row in context.inputs.calibrations if row.key.startswith(mark)]
    if not mine:
        return
    rows = _rows_by_key(context)
    panel = panel_points(context.inputs)
    first: dict[str, CalibrationRow] = {}
    for row in mine:
        name = row.key.casefold()
        cards = frozenset(each.card for each in rows.get(name, ()))
        kpi = row.key.rpartition("|")[2]
        if name in first:
            facts = {"key": row.key, "first": first[name].cell}
            yield Issue("E-KEY-DUPLICATE", context.beside(row.cell, "tblCalibration", "kpi"), facts, cards, kpi)
            continue
        first[name] = row
        yield from _odd(context, row, rows.get(name, ()), panel.get(name), cards)


def _odd(
    context: Context, row: CalibrationRow, rows: Sequence[CardRow], points: float | None, cards: frozenset[str]
) -> Iterator[Issue]:
    _, subject, kpi = row.key.split("|", 2)
    named = {"subject": subject, "kpi": kpi}
    measured = [each.plan.rule for each in rows if each.plan.rule != CALIBRATED]
    if measured:
        cell = context.beside(row.cell, "tblCalibration", "kpi")
        yield Issue("E-CALIBRATION-MEASURED", cell, {**named, "rule": measured[0]}, cards, kpi)
    elif points is None:
        yield Issue("W-CALIBRATION-NOTHING", row.cell, named, cards, kpi)
    elif line_of(row.cell) in context.faulty_lines:
        return
    elif not row.is_complete:
        yield Issue("W-CALIBRATION-OPEN", row.cell, named, cards, kpi)
    elif excel_round(row.before or 0.0, 2) != points:
        cell = context.beside(row.cell, "tblCalibration", "before")
        yield Issue("W-CALIBRATION-BEFORE", cell, {**named, "found": row.before, "wanted": points}, cards, kpi)


def _rows_by_key(context: Context) -> Mapping[str, Sequence[CardRow]]:
    found: dict[str, list[CardRow]] = {}
    for row in context.rows:
        found.setdefault(context.key(row).casefold(), []).append(row)
    return found


def panel_points(inputs: Inputs) -> Mapping[str, float]:
    """Points that panels gave, before any calibration, with two decimals; by key in lower case."""
    plan = card_plan(replace(inputs, calibrations=()))
    return {row.fact.key.casefold(): excel_round(row.fact.value or 0.0, 2) for row in plan.rows if is_judged(row)}


def is_judged(row: CardRow) -> bool:
    """A panel gave points that count, which nobody typed over."""
    has_points = row.fact.origin == "RATINGS" and row.fact.value is not None and Status(row.fact.state).is_scored
    return row.plan.rule == CALIBRATED and row.form is not None and has_points
