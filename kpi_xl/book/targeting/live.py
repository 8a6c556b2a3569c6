"""The live cells of the sheets of targets after the book has changed: their formulas, with what they come to now."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from kpi_xl.book.formula import Place, Places, at_row, resolve
from kpi_xl.book.layout import places as find_places
from kpi_xl.book.native_keys import joined
from kpi_xl.book.plan_health.tables import Record, records
from kpi_xl.book.render.findings import system_sizes
from kpi_xl.book.sheets import TABLES
from kpi_xl.book.table import MISSING, Table
from kpi_xl.book.tables.inputs import TARGETS
from kpi_xl.book.tables.targets import ANNUAL, DECOMPOSITION, GAPS, PROPOSALS, RESETS
from kpi_xl.book.targeting.heads import counted_goals, counted_proposals, counted_resets, counted_splits, head_cell
from kpi_xl.labels import Lang
from kpi_xl.model.grid import CellOut, Patch, Scalar, TableGrid
from kpi_xl.scoring.rounding import excel_round

Grids = Mapping[str, TableGrid]
Live = Mapping[str, Scalar]
CHANGED, DIGITS = "↻", 9
TARGET_COLUMNS = ("typed", "p_typed", "verdict", "over_year", "over_best", "in_force", "changed")
GOAL_COLUMNS = ("wanted", "difference", "lamp")


def live_targets(grids: Grids, lang: Lang, rewritten: str = "") -> tuple[Patch, ...]:
    """Cells to write, so that whoever reads the file without an office sees the targets and goals of now.

    `rewritten` is a table whose sheet is written as a whole, and not here.
    """
    spots = find_places(grids, system_sizes(grids))
    return tuple(LIVE[name](grids, spots, lang) for name in LIVE if name in grids and name != rewritten)


def _proposals(grids: Grids, spots: Places, lang: Lang) -> Patch:
    typed = _typed(TARGETS, grids)
    found = [(row, _proposal(row, typed)) for row in records(PROPOSALS.name, grids)]
    head = head_cell(PROPOSALS, counted_proposals([each for _, each in found], lang), spots, lang)
    return _patch(PROPOSALS, TARGET_COLUMNS, found, head, grids, spots)


def _proposal(row: Record, typed: Mapping[str, float]) -> Live:
    target: Scalar = typed.get(row.text("key").casefold(), MISSING)
    in_force = target if isinstance(target, float) else row.values.get("target")
    is_changed = not _is_same(target, row.values.get("typed_then"))
    return {
        "typed": target,
        "p_typed": CHANGED if is_changed else row.values.get("p_then"),
        "verdict": CHANGED if is_changed else row.values.get("verdict_then"),
        "over_year": _over(in_force, row.values.get("last_year")),
        "over_best": _over(in_force, row.values.get("best")),
        "in_force": in_force,
        "changed": float(is_changed),
    }


def _is_same(one: Scalar, other: Scalar) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return excel_round(one - other, DIGITS) == 0
    return one == other


def _over(value: Scalar, reference: Scalar) -> Scalar:
    if not (isinstance(value, float) and isinstance(reference, float)) or reference == 0:
        return MISSING
    return (value - reference) / abs(reference)


def _splits(grids: Grids, spots: Places, lang: Lang) -> Patch:
    goals = _typed(ANNUAL, grids)
    found = [(row, _split(row, goals)) for row in records(DECOMPOSITION.name, grids)]
    head = head_cell(DECOMPOSITION, counted_splits([each for _, each in found]), spots, lang)
    return _patch(DECOMPOSITION, GOAL_COLUMNS, found, head, grids, spots)


def _split(row: Record, goals: Mapping[str, float]) -> Live:
    line, total = row.text("line"), row.number("total")
    ideal = row.values.get("ideal")
    wanted = goals.get(row.text("goal").casefold(), ideal) if line == "total" else ideal
    is_known = total is not None and isinstance(wanted, float)
    off = excel_round(total - wanted, int(row.number("digits") or 0)) if is_known else None  # type: ignore[operator]
    return {"wanted": wanted, "difference": MISSING if off is None else off, "lamp": _lamp(row, line, off)}


def _lamp(row: Record, line: str, off: float | None) -> str:
    if line == "total":
        return "✓" if off == 0 and not any(row.number(gap) for gap in GAPS) else "✗"
    if line == "unit":
        return "✓" if off is not None and abs(off) <= (row.number("tolerance") or 0.0) else "▲"
    return ""


def _goals(grids: Grids, spots: Places, lang: Lang) -> Patch:
    cell = head_cell(ANNUAL, counted_goals(grids), spots, lang)
    return Patch(ANNUAL.name, (cell,), grids[ANNUAL.name].declared)


def _changes(grids: Grids, spots: Places, lang: Lang) -> Patch:
    cell = head_cell(RESETS, counted_resets(grids), spots, lang)
    return Patch(RESETS.name, (cell,), grids[RESETS.name].declared)


def _typed(table: Table, grids: Grids) -> Mapping[str, float]:
    """Numbers under `target` by key in lower case, as a look-up finds them: the first of a key stands."""
    found: dict[str, float | None] = {}
    for row in records(table.name, grids):
        name = joined([row.values.get(part) for part in table.key])
        found.setdefault(name.casefold(), row.number("target"))
    return {name: number for name, number in found.items() if name and number is not None}


def _patch(
    table: Table,
    columns: Sequence[str],
    found: Sequence[tuple[Record, Live]],
    head: CellOut,
    grids: Grids,
    spots: Places,
) -> Patch:
    place = spots.tables[table.name]
    cells = _cells(table, columns, found, place, spots)
    return Patch(table.name, (head, *cells), grids[table.name].declared)


def _cells(
    table: Table, columns: Sequence[str], found: Sequence[tuple[Record, Live]], place: Place, spots: Places
) -> Iterator[CellOut]:
    """Without styles: every number keeps the look of its indicator."""
    specs = [each for each in TABLES[table.name].columns if each.key in columns]
    formulas = {each.key: resolve(each.formula or "", spots, table.name) for each in specs}
    for row, live in found:
        line = place.row + row.place - 1
        for each in specs:
            at = place.column + place.positions[each.key]
            yield CellOut(line, at, live[each.key], at_row(formulas[each.key], line))


LIVE: Mapping[str, Callable[[Grids, Places, Lang], Patch]] = {
    PROPOSALS.name: _proposals, DECOMPOSITION.name: _splits, ANNUAL.name: _goals, RESETS.name: _changes,
}  # fmt: skip
