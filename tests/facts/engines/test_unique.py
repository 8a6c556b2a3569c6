"""What is known to stand nowhere twice is counted without being told apart; the facts are the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import pytest

from kpi_xl.facts.engines.compute import RawFact, bind, compute
from kpi_xl.facts.engines.duck import DuckEngine
from kpi_xl.facts.raw.loading import load
from kpi_xl.facts.raw.sources import Grid, Source
from kpi_xl.facts.raw.store import Store, open_store
from kpi_xl.facts.sql import aggregates

run = DuckEngine.run

HEAD = ("order_id", "platform", "buyer_id", "unit_id", "pay_time", "ship_time", "paid_amount")
ROWS = [
    (f"A{at}", "one", f"B{at % 7}", f"U{at % 3}", f"2024-0{1 + at % 4}-05 10:00:00", f"2024-0{1 + at % 4}-06 08:00:00", 5 + at)
    for at in range(40)
]
KPIS = ("ORD", "GMV", "OPT", "NEWR", "RPR")


class Unknowing(DuckEngine):
    """The same database, of which nothing is known beforehand."""

    def unique(self) -> frozenset[tuple[str, str]]:
        return frozenset()


@pytest.fixture
def store() -> Iterator[Store]:
    opened = open_store()
    yield opened
    opened.close()


def filled(store: Store, *loads: Sequence[tuple[object, ...]]) -> Store:
    for number, rows in enumerate(loads):
        assert load(store, [Source("orders", Grid("orders", [HEAD, *rows]), name=f"export {number}")]).issues == ()
    return store


def facts(engine: DuckEngine) -> tuple[RawFact, ...]:
    library, _ = bind(engine)
    wanted = [each for each in library if each.kpi in KPIS]
    return compute(engine, wanted, ["2024-01", "2024Q1", "2024"], cut_off=datetime(2025, 1, 1), by_unit=True, library=library)


def test_facts_do_not_hang_on_what_is_known(store: Store) -> None:
    connection = filled(store, ROWS).connection
    assert DuckEngine(connection).unique() == {("orders", "order_id")}
    found = facts(DuckEngine(connection))
    assert found == facts(Unknowing(connection))
    orders = {(each.period, each.unit): each.value for each in found if each.kpi == "ORD"}
    assert (orders["2024-01", ""], orders["2024", ""], orders["2024", "U0"]) == (10, 40, 14)


@pytest.mark.parametrize(
    "loads",
    [
        pytest.param([[*ROWS, ("A1", "two", "B1", "U1", "2024-02-05", None, 9)]], id="one order on two platforms"),
        pytest.param([ROWS, [("A1", "two", "B1", "U1", "2024-02-05", None, 9)]], id="in two loads"),
    ],
)
def test_an_order_that_stands_twice_is_counted_once(store: Store, loads: list[list[tuple[object, ...]]]) -> None:
    engine = DuckEngine(filled(store, *loads).connection)
    assert engine.unique() == frozenset()
    (year,) = [each for each in facts(engine) if (each.kpi, each.period, each.unit) == ("ORD", "2024", "")]
    assert (store.number("SELECT count(*) FROM orders"), year.value) == (41, 40)


def test_duplicates_that_were_dropped_leave_the_column_unique(store: Store) -> None:
    engine = DuckEngine(filled(store, [*ROWS, ROWS[3], (*ROWS[4][:-1], 1)]).connection)
    assert engine.unique() == {("orders", "order_id")}
    assert facts(engine) == facts(Unknowing(store.connection))


def test_what_is_counted_in_rounds_is_the_same(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred million rows are told apart piece by piece; here forty, in five pieces."""
    twice = [*ROWS, *((order, "two", *rest) for order, _, *rest in ROWS[::3])]
    engine = DuckEngine(filled(store, twice).connection)
    assert (engine.unique(), engine.sizes()) == (frozenset(), {"orders": 54})
    at_once = facts(engine)
    asked: list[str] = []
    monkeypatch.setattr(aggregates, "AT_ONCE", 12)
    monkeypatch.setattr(DuckEngine, "run", lambda self, query: asked.append(query.sql()) or run(self, query))
    assert facts(engine) == at_once
    assert sum("COUNT(DISTINCT" in query and "% 5 = 4" in query for query in asked) >= 2


def test_a_database_that_is_no_store_is_known_of_nothing() -> None:
    import duckdb

    engine = DuckEngine(duckdb.connect())
    assert (engine.unique(), engine.sizes()) == (frozenset(), {})
