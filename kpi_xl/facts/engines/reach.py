"""How far the data go: whether no row means that nothing happened, or that nobody looked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from kpi_xl.facts.engines.engine import Engine
from kpi_xl.facts.formula.catalog import Silence
from kpi_xl.facts.formula.tree import Aggregate, Node, tables
from kpi_xl.facts.sql.windows import Window

if TYPE_CHECKING:
    from kpi_xl.facts.sql.aggregates import Scene


@dataclass(slots=True)
class Reach:
    """Answers about the tables of an engine, each asked of it once and only when needed."""

    engine: Engine
    scene: Scene
    spans: dict[Node, tuple[object, object]] = field(default_factory=dict)
    filled: dict[str, bool] = field(default_factory=dict)
    firsts: dict[Aggregate, Mapping[str, datetime]] = field(default_factory=dict)

    def silence(self, table: str) -> Silence:
        """What it means that a table has no row."""
        return self.scene.catalog.silence.get(table, Silence.NONE_HAPPENED)

    def covers(self, aggregate: Aggregate, window: Window) -> bool:
        """The data reach into a window, so that no row in it says that nothing happened."""
        from kpi_xl.facts.sql.aggregates import moment_of, reach

        when = moment_of(aggregate)
        if when not in self.spans:
            first, last = self.engine.run(reach(when, self.scene))[0]
            self.spans[when] = (first, last)
        return _overlap(*self.spans[when], window) and (aggregate.table in tables(when) or self._is_filled(aggregate))

    def has_begun(self, aggregate: Aggregate, window: Window, unit: str) -> bool:
        """A unit, or with "" any, has a row from before the window's end."""
        from kpi_xl.facts.sql.aggregates import beginnings

        if aggregate not in self.firsts:
            found = self.engine.run(beginnings(aggregate, self.scene))
            self.firsts[aggregate] = {
                "" if name is None else str(name): _naive(first) for name, first in found if isinstance(first, date)
            }
        firsts = self.firsts[aggregate]
        return any(first < window.end for name, first in firsts.items() if unit in ("", name))

    def _is_filled(self, aggregate: Aggregate) -> bool:
        from kpi_xl.facts.sql.aggregates import how_many

        if aggregate.table not in self.filled:
            self.filled[aggregate.table] = bool(self.engine.run(how_many(aggregate.table, self.scene))[0][0])
        return self.filled[aggregate.table]


def _overlap(first: object, last: object, window: Window) -> bool:
    if isinstance(first, date) and isinstance(last, date):
        return _naive(first) < window.end and _naive(last) >= window.start
    if isinstance(first, str) and isinstance(last, str) and window.codes:
        return first <= window.codes[-1] and last >= window.codes[0]
    return False


def _naive(moment: date) -> datetime:
    """A time as local time, which is how all raw tables have it."""
    return moment.replace(tzinfo=None) if isinstance(moment, datetime) else datetime.combine(moment, time())
