"""What the native columns of the judgement tables come to, computed here for their cached values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from kpi_xl.book.native_keys import Cells, joined, row_cells, text_of
from kpi_xl.book.rows import Row, positions
from kpi_xl.book.sheets import TABLES
from kpi_xl.book.table import Table
from kpi_xl.book.weighing.stated import CEILING, STEPS
from kpi_xl.model.grid import Scalar, TableGrid
from kpi_xl.scoring.weights.stated import RELATION

Rows = Sequence[Cells]
Tables = Mapping[str, Rows]
Live = Sequence[Mapping[str, Scalar]]

WRONG, FINE, OPEN = "✗", "✓", "▲"
LARGEST_STEP = 9.0


def live_cells(table: str, tables: Tables) -> Live | None:
    """Native columns of every row of a table; None for a table whose rows stand for themselves.

    Parameters
    ----------
    tables
        Input cells by table, blank rows among them.
    """
    found = LIVE.get(table)
    return None if found is None else found(tables)


def typed_cells(grids: Mapping[str, TableGrid]) -> Tables:
    """The input cells that these columns look at, of every row a table has."""
    return {name: _typed(TABLES[name], grids[name]) for name in (*LIVE, "tblIndicators") if name in grids}


def _typed(table: Table, grid: TableGrid) -> Rows:
    found = positions(table, grid, [])
    filled = [row_cells(table, Row(grid, index, found)) for index in range(len(grid.rows))]
    return [*filled, *({} for _ in range(grid.declared - len(filled)))]


def _goals(tables: Tables) -> Live:
    total = sum(weight for row in tables["tblGoals"] if (weight := _number(row, "weight")) is not None)
    served = Counter(_low(row, "goal") for row in tables.get("tblGoalLinks", ()) if _strength(row) > 0)
    return [_goal(row, total, served) for row in tables["tblGoals"]]


def _goal(row: Cells, total: float, served: Mapping[str, int]) -> Mapping[str, Scalar]:
    weight, goal = _number(row, "weight"), _low(row, "goal")
    count = float(served.get(goal, 0)) if goal else ""
    return {
        "share": weight / total if weight is not None and total else "",
        "served": count,
        "check": "" if count == "" else FINE if count else OPEN,
    }


def _links(tables: Tables) -> Live:
    goals, kpis = (Counter(_low(row, column) for row in tables.get(name, ())) for name, column in (
        ("tblGoals", "goal"), ("tblIndicators", "kpi"),
    ))  # fmt: skip
    return [{"check": _link(row, goals, kpis)} for row in tables["tblGoalLinks"]]


def _link(row: Cells, goals: Mapping[str, int], kpis: Mapping[str, int]) -> str:
    goal, kpi = _low(row, "goal"), _low(row, "kpi")
    if not goal and not kpi:
        return ""
    if not goal or not kpi:
        return WRONG
    fits = goals.get(goal) == 1 and kpis.get(kpi) == 1 and row.get("strength") in (None, *RELATION)
    return FINE if fits else WRONG


def _ranks(tables: Tables) -> Live:
    return [{"check": _rank(row)} for row in tables["tblRanks"]]


def _rank(row: Cells) -> str:
    rank, low, high = (_number(row, column) for column in ("rank", "low", "high"))
    if rank is None and low is None and high is None:
        return ""
    crossed = low is not None and high is not None and low > high
    return WRONG if (rank is not None and rank < 1) or crossed or (high is not None and high > CEILING) else FINE


def _best_worst(tables: Tables) -> Live:
    rows = tables["tblBestWorst"]
    ones = {
        column: Counter(_low(row, "template") for row in rows if _number(row, column) == 1)
        for column in ("best_to_other", "other_to_worst")
    }
    return [{"check": _pair(row, ones)} for row in rows]


def _pair(row: Cells, ones: Mapping[str, Mapping[str, int]]) -> str:
    given = [number for column in ones if (number := _number(row, column)) is not None]
    if not given:
        return ""
    has_ends = all(counts.get(_low(row, "template")) for counts in ones.values())
    return FINE if len(given) == len(ones) and min(given) >= 1 and max(given) <= LARGEST_STEP and has_ends else WRONG


def _judgements(tables: Tables) -> Live:
    rows = tables["tblJudgements"]
    keys = Counter(_judged(row, "row", "column").casefold() for row in rows if _is_keyed(row))
    return [_judgement(row, keys) for row in rows]


def _judgement(row: Cells, keys: Mapping[str, int]) -> Mapping[str, Scalar]:
    step = text_of(row.get("value"))
    ratio: Scalar = STEPS.get(step, WRONG) if step else ""
    key = _judged(row, "row", "column") if _is_keyed(row) else ""
    mirrored = keys.get(_judged(row, "column", "row").casefold(), 0)
    once = keys.get(key.casefold()) == 1 and not mirrored
    return {
        "ratio": ratio,
        "reverse": 1 / ratio if isinstance(ratio, float) else "",
        "key": key,
        "check": "" if not key or not step else FINE if once and isinstance(ratio, float) else WRONG,
    }


def _is_keyed(row: Cells) -> bool:
    return bool(joined([row.get(column) for column in ("template", "row", "column")]))


def _judged(row: Cells, first: str, second: str) -> str:
    return "|".join(text_of(row.get(column)) for column in ("template", "expert", "matrix", first, second))


def _low(row: Cells, column: str) -> str:
    return text_of(row.get(column)).casefold()


def _number(row: Cells, column: str) -> float | None:
    value = row.get(column)
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _strength(row: Cells) -> float:
    """A text is larger than any number for a comparison in a sheet."""
    return 1.0 if isinstance(row.get("strength"), str) else _number(row, "strength") or 0.0


LIVE: Mapping[str, Callable[[Tables], Live]] = {
    "tblGoals": _goals,
    "tblGoalLinks": _links,
    "tblRanks": _ranks,
    "tblBestWorst": _best_worst,
    "tblJudgements": _judgements,
}
