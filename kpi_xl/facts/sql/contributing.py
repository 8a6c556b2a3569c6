"""The raw rows behind an aggregate: which they are, and what each brings to it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from kpi_xl.facts.formula.tree import Aggregate, Operation, Truth
from kpi_xl.facts.sql.aggregates import Scene
from kpi_xl.facts.sql.buckets import buckets
from kpi_xl.facts.sql.pieces import TEXT, Sql, integer, is_blank, named, negated, nothing, text, typed
from kpi_xl.facts.sql.source import Source
from kpi_xl.facts.sql.windows import Window, layers

TRACE = ("src_file", "src_sheet", "src_row")


def contributing(aggregate: Aggregate, windows: Sequence[Window], unit: str, scene: Scene) -> tuple[exp.Select, ...]:
    """Queries of the rows in any of the windows: file, sheet and row they are from, and the value each brings.

    Parameters
    ----------
    unit
        Only its rows; "" for all. Of a table that knows no unit always all.
    """
    lasts = isinstance(aggregate.time, Operation)
    return tuple(_rows(aggregate, layer, unit, scene) for layer in ((tuple(windows),) if lasts else layers(windows)))


def _rows(aggregate: Aggregate, windows: Sequence[Window], unit: str, scene: Scene) -> exp.Select:
    source = Source(aggregate.table, scene.catalog, scene.cut_off)
    conditions = (*aggregate.keep, *aggregate.where)
    bucketed = buckets(source, aggregate.time, windows, (aggregate.value, *conditions))
    there = scene.catalog.tables[aggregate.table]
    columns: dict[str, Sql] = {
        name: typed(named(name, aggregate.table), TEXT) if name in there else nothing() for name in TRACE
    }
    value = integer(1) if isinstance(aggregate.value, Truth) else source.row(aggregate.value)
    columns["value"] = typed(value, TEXT)
    met = [source.row.truth(node) for node in conditions]
    if unit and aggregate.unit is not None:
        met.append(exp.EQ(this=source.row(aggregate.unit), expression=text(unit)))
    known = negated(is_blank(bucketed.bucket))
    return source.select(columns, (*bucketed.where, known, negated(is_blank(value)), *met))
