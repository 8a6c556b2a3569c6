"""Hand-offs between units, out of the raw rows of a period."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta

from kpi_xl.commands.raw_figures import Asked, cut_off
from kpi_xl.facts.engines.engine import Engine, catalog_of
from kpi_xl.facts.formula.tree import Column
from kpi_xl.facts.sql.pieces import Sql, is_blank, negated, nothing
from kpi_xl.facts.sql.source import Source
from kpi_xl.model.inputs import Inputs
from kpi_xl.scoring.handoffs import Flow, Handoff, chained, flows

TABLE = "handoffs"
COLUMNS = (
    "from_unit", "to_unit", "due_time", "done_time", "accepted_time", "confirmed_by", "rework_count", "item",
)  # fmt: skip


def handoff_flows(asked: Asked, inputs: Inputs) -> Mapping[tuple[str, str], Flow]:
    """Who handed what to whom in the period, by giver and receiver; nothing where no hand-offs are loaded.

    What the indicator HANDOFF counts: due in the period, and confirmed by somebody else than the giver.
    """
    moment = cut_off(inputs)
    start, end = (datetime.combine(day, time()) for day in (inputs.settings.period.start, _after(inputs)))
    every = chained(tuple(_handoffs(asked.engine, moment)))
    return flows((each for each in every if start <= each.due < end), moment)


def _after(inputs: Inputs) -> date:
    return inputs.settings.period.end + timedelta(days=1)


def _handoffs(engine: Engine, moment: datetime) -> Iterator[Handoff]:
    """Every hand-off with a giver, a receiver and a due time."""
    catalog = catalog_of(engine)
    there = catalog.tables.get(TABLE, {})
    if not {"from_unit", "to_unit", "due_time"} <= there.keys():
        return
    source = Source(TABLE, catalog, moment)
    columns: dict[str, Sql] = {
        name: source.row(Column(TABLE, name)) if name in there else nothing() for name in COLUMNS
    }
    known = [negated(is_blank(columns[name])) for name in ("from_unit", "to_unit", "due_time")]
    for row in engine.run(source.select(columns, known)):
        giver, receiver, due, done, accepted, confirmed, reworks, item = row
        is_confirmed = confirmed is not None and str(confirmed) != str(giver)
        yield Handoff(
            giver=str(giver),
            receiver=str(receiver),
            due=_moment(due) or moment,
            done=_moment(done),
            accepted=_moment(accepted) if is_confirmed else None,
            reworks=None if reworks is None else int(str(reworks).partition(".")[0]),
            item="" if item is None else str(item),
        )


def _moment(found: object) -> datetime | None:
    if isinstance(found, datetime):
        return found.replace(tzinfo=None)
    return None if found is None else datetime.fromisoformat(str(found))
