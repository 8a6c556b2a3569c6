"""Books as plain tables: the worked example or any preset, with whatever a test changes in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from kpi_xl.book.context import Context, context_of
from kpi_xl.book.example import example
from kpi_xl.book.layout import planned_grids
from kpi_xl.book.plan_health.check import Judged
from kpi_xl.book.plan_health.examine import CHECKS
from kpi_xl.book.plan_health.material import Chance, Material, Raw, lines, material_of
from kpi_xl.book.plan_health.planfile import plan_file
from kpi_xl.book.read import read_inputs
from kpi_xl.book.sheets import ALL_SHEETS, TABLES
from kpi_xl.book.starter import Content, starter
from kpi_xl.labels import Lang
from kpi_xl.library import preset
from kpi_xl.model.grid import Scalar, TableGrid
from kpi_xl.model.periods import parse_period

PERIOD = "2026-03"
Change = Mapping[str, Mapping[str, Scalar]]
"""New cells by table.row, the row named by its indicator (or its key in the settings)."""


def fresh(name: str, lang: Lang = "zh", period: str = PERIOD) -> Content:
    return starter(preset(name), parse_period(period), lang)


def changed(content: Content, change: Change) -> Content:
    """The content with cells changed: ``{"tblPlan.REV": {"weight": 0.2}}``; every row of that name."""
    found = {name: [dict(row) for row in rows] for name, rows in content.items()}
    for place, cells in change.items():
        table, _, name = place.partition(".")
        column = {"tblSettings": "key", "tblSubjects": "subject"}.get(table, "kpi")
        hits = [row for row in found[table] if row[column] == name]
        assert hits, place
        for row in hits:
            row.update(cells)
    return found


def added(content: Content, table: str, rows: Iterable[Mapping[str, Scalar]]) -> Content:
    """The content with more rows."""
    return {**content, table: [*content.get(table, ()), *rows]}


def grids_of(content: Content, lang: Lang = "zh") -> Mapping[str, TableGrid]:
    """Every table of a book as a host reads it, and those that a book has on first use."""
    empty = dict(planned_grids(lang))
    every = planned_grids(lang, ALL_SHEETS)
    for name in content.keys() - empty.keys():
        empty[name] = every[name]
    return {name: _filled(grid, content.get(name, ())) for name, grid in empty.items()}


def _filled(grid: TableGrid, rows: Iterable[Mapping[str, Scalar]]) -> TableGrid:
    columns = [column.key for column in TABLES[grid.name].columns]
    cells = tuple(tuple(row.get(column) for column in columns) for row in rows)
    return replace(grid, rows=cells, declared=max(1, len(cells)))


def context(content: Content, lang: Lang = "zh") -> tuple[Context, Mapping[str, TableGrid]]:
    grids = grids_of(content, lang)
    return context_of(read_inputs(grids), grids), grids


def material(
    content: Content,
    raw: Raw | None = None,
    components: Mapping[str, frozenset[str]] | None = None,
    chance: Chance | None = None,
) -> Material:
    found, grids = context(content)
    return material_of(found, plan_file(grids, found.period), raw, components, chance)


def judged(
    check: str,
    kpi: str,
    content: Content,
    raw: Raw | None = None,
    components: Mapping[str, frozenset[str]] | None = None,
    chance: Chance | None = None,
) -> Judged:
    """What one check says of one indicator of the book's first card."""
    found = material(content, raw, components, chance)
    line = next(line for line in lines(found) if line.kpi == kpi)
    return next(each for each in CHECKS if each.id == check).judge(line)


def months(kpi: str, values: Iterable[float | None], last: str = "2026-02", **more: float) -> list[dict[str, Scalar]]:
    """Typed actuals of the months up to `last`, the oldest first; None for a month without one."""
    listed = list(values)
    end = parse_period(last)
    return [
        {"period": str(end.shift(place - len(listed) + 1)), "subject": "D01", "kpi": kpi, "value": float(value), **more}
        for place, value in enumerate(listed)
        if value is not None
    ]


EXAMPLE = example("zh")
