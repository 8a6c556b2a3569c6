"""What `check` says of goals of the year and of changes after confirmation: planning rests on them, no score does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from math import fsum

from kpi_xl.book.plan_health.tables import Record, records
from kpi_xl.book.tables.targets import ANNUAL, DECOMPOSITION, PARTS, RESETS
from kpi_xl.book.targeting.applying import asked_change
from kpi_xl.book.targeting.rows import AMOUNT_DIGITS, RATIO_DIGITS
from kpi_xl.book.targeting.splitting import HOW, LAST, MEANT, SUMMED, WEIGHTED, grain_of
from kpi_xl.book.targeting.typed import Goal, ResetRow, TypedTargets, read_typed
from kpi_xl.errors import MethodError
from kpi_xl.model.grid import TableGrid
from kpi_xl.model.inputs import Indicator, Inputs, key
from kpi_xl.model.issue import Issue
from kpi_xl.model.periods import parse_period
from kpi_xl.scoring.allocation import allocate
from kpi_xl.scoring.rounding import excel_round
from kpi_xl.scoring.targets.calendar import periods_of
from kpi_xl.scoring.targets.reset import reset

Grids = Mapping[str, TableGrid]


def planning_issues(grids: Grids, inputs: Inputs) -> Iterator[Issue]:
    """Everything wrong with 年度目标 and 目标调整; nothing where the book has neither."""
    if ANNUAL.name not in grids and RESETS.name not in grids:
        return
    typed = read_typed(grids, inputs)
    yield from typed.issues
    indicators = {each.code: each for each in inputs.indicators}
    splits = _splits(grids)
    for goal in typed.goals.values():
        yield from _unsourced(goal)
        if goal.target is not None:
            yield from _off_step(goal, goal.target, indicators[goal.kpi], inputs.settings.period.kind)
            yield from _off_split(goal, goal.target, splits)
            yield from _off_months(goal, goal.target, indicators[goal.kpi], inputs, typed, splits)
    told = frozenset(issue.cell for issue in typed.issues)
    for place, change in enumerate(typed.changes):
        yield from (issue for issue in _refused(change, typed.changes[:place]) if issue.cell not in told)


def _unsourced(goal: Goal) -> Iterator[Issue]:
    if goal.benchmark is not None and not goal.source:
        yield Issue("W-TARGET-SOURCE", goal.cells["source"], {"found": goal.benchmark})


def _off_step(goal: Goal, target: float, indicator: Indicator, kind: str) -> Iterator[Issue]:
    """A goal that cannot be split to the last step."""
    how = HOW.get(indicator.agg_time, WEIGHTED)
    if how == WEIGHTED:
        return
    count = len(periods_of(goal.year, kind)) if how == MEANT else 1
    try:
        allocate(float(Decimal(repr(target)) * count), (1.0,), grain_of(goal, indicator))
    except MethodError as error:
        yield Issue(error.code, goal.cell, error.args_by_name)


def _splits(grids: Grids) -> Mapping[str, Mapping[str, Record]]:
    """Rows of 年度分解 for the goals themselves and their denominators, by goal and what they are."""
    found: dict[str, dict[str, Record]] = {}
    for row in records(DECOMPOSITION.name, grids):
        found.setdefault(row.text("goal"), {}).setdefault(row.text("line"), row)
    return found


def _off_split(goal: Goal, target: float, splits: Mapping[str, Mapping[str, Record]]) -> Iterator[Issue]:
    """A goal that changed after it was split."""
    row = splits.get(goal.key, {}).get("total")
    then = row.number("ideal") if row else None
    if then is not None and excel_round(target - then, RATIO_DIGITS) != 0:
        yield Issue("W-ANNUAL-SPLIT", goal.cell, {"found": target, "then": then})


def _off_months(
    goal: Goal,
    target: float,
    indicator: Indicator,
    inputs: Inputs,
    typed: TypedTargets,
    splits: Mapping[str, Mapping[str, Record]],
) -> Iterator[Issue]:
    """A goal that the typed targets of its periods, all of them, do not make; a change that was allowed excuses it."""
    keys = [key(each, goal.subject, goal.kpi) for each in periods_of(goal.year, inputs.settings.period.kind)]
    known = {row.key: row.target for row in reversed(inputs.targets)}
    values = [value for name in keys if (value := known.get(name)) is not None]
    if len(values) < len(keys) or any(name in typed.resets for name in keys):
        return
    how = HOW.get(indicator.agg_time, WEIGHTED)
    made = _made(how, values, splits.get(goal.key, {}).get("den"))
    # Rates are typed as they are printed, so their year is known to half a unit of the last printed digit.
    slack = 0.5 * 10.0**-indicator.stored_decimals if how == WEIGHTED else 0.0
    if made is not None and excel_round(abs(made - target) - slack, AMOUNT_DIGITS) > 0:
        facts = {"found": made, "wanted": target, "rows": len(keys)}
        yield Issue("W-ANNUAL-MONTHS", goal.cell, facts)


def _made(how: int, values: Sequence[float], dens: Record | None) -> float | None:
    """What the periods make of the year; None for a rate whose denominators nobody expects yet."""
    if how != WEIGHTED:
        return {SUMMED: fsum(values), MEANT: fsum(values) / len(values), LAST: values[-1]}[how]
    weights = [(dens.number(part) if dens else None) or 0.0 for part in PARTS[: len(values)]]
    if not fsum(weights) > 0:
        return None
    return fsum(value * weight for value, weight in zip(values, weights, strict=True)) / fsum(weights)


def _refused(change: ResetRow, above: Sequence[ResetRow]) -> Iterator[Issue]:
    """Why a change is not allowed, and what it does not say."""
    name, _, subject = change.key.partition("|")
    period = parse_period(name)
    same = (each for each in above if each.key.partition("|")[2] == subject)
    earlier = tuple(each.effective for each in same if each.effective is not None)
    for problem in reset(period, 0.0, asked_change(change, change.target or 0.0, period), earlier).problems:
        yield Issue(problem.code, change.cell_of(problem.code), problem.args)
    for column, day in (("effective", change.effective), ("decided", change.decided)):
        if day is None:
            yield Issue("W-RESET-UNDATED", change.cells[column], {"wanted": period.end})

