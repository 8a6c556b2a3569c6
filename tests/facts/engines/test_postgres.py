"""The same facts from a real PostgreSQL server on this machine, and what is said when there is none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest

from kpi_xl.facts.engines.by_url import UrlEngine, open_engine
from kpi_xl.facts.engines.compute import compute, rows
from kpi_xl.facts.engines.duck import DuckEngine
from kpi_xl.facts.engines.said import EngineError
from tests.facts.company.generate import generate
from tests.facts.engines.agreement import disagreements
from tests.facts.engines.places import duck_with, fill_postgres, no_postgres, postgres
from tests.facts.engines.shop import known

pytestmark = pytest.mark.skipif(bool(no_postgres()), reason=no_postgres() or "a server can be started")
CUT_OFF = datetime(2025, 4, 1)


@pytest.fixture(scope="module")
def duck() -> DuckEngine:
    return duck_with(generate(scale=0.1))


@pytest.fixture(scope="module")
def port(duck: DuckEngine) -> Iterator[int]:
    with postgres() as number:
        fill_postgres(number, duck)
        yield number


@pytest.fixture
def server(port: int) -> UrlEngine:
    return open_engine(f"postgres://kpi@127.0.0.1:{port}/postgres")


def test_all_indicators_are_the_same(duck: DuckEngine, server: UrlEngine) -> None:
    found = [
        compute(engine, list(known(engine).values()), ["2024-03", "2024Q4"], cut_off=CUT_OFF, by_unit=True)
        for engine in (duck, server)
    ]
    assert len({each.kpi for each in found[0]}) == 67
    assert disagreements(*found) == []


def test_the_rows_of_a_fact_are_the_same(duck: DuckEngine, server: UrlEngine) -> None:
    found = [
        [(each.side, each.table, each.file, each.row) for each in rows(engine, known(engine)["ATV"], "2024-03", "U01", cut_off=CUT_OFF, library=list(known(engine).values()))]
        for engine in (duck, server)
    ]
    assert found[0] == found[1] and len(found[0]) > 5


def test_a_variant_with_a_percentile_is_the_same(duck: DuckEngine, server: UrlEngine) -> None:
    variants = {"OPT": "p90", "DLT": "p90", "FRT": "within30", "RET": "day7", "CSAT": "mean", "BRAND": "search_index"}
    found = []
    for engine in (duck, server):
        library = known(engine, variants=variants)
        chosen = [library[kpi] for kpi in variants]
        found.append(compute(engine, chosen, ["2024-12", "2025Q1"], cut_off=CUT_OFF, by_unit=True, library=list(library.values())))
    assert {each.kpi for each in found[0]} == set(variants)
    assert disagreements(*found) == []


def test_a_password_never_comes_out(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_PASSWORD", "t0p-secret")
    with pytest.raises(EngineError) as caught:
        open_engine(f"postgres://nobody:$SHOP_PASSWORD@127.0.0.1:{port}/none")
    assert caught.value.code == "E-DATABASE-UNREACHABLE"
    assert "t0p-secret" not in str(caught.value) + repr(caught.value.args_by_name)
    assert caught.value.__cause__ is None and caught.value.__suppress_context__
