"""A book whose raw data are in a database: the same facts, scored without a file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from kpi_xl.commands.raw_facts import facts
from kpi_xl.commands.score import score
from kpi_xl.facts.engines.compute import compute
from kpi_xl.facts.engines.duck import DuckEngine
from kpi_xl.hosts.file import FileHost
from tests.commands.raw_books import book_of, fact_rows, with_source
from tests.facts.company.generate import generate
from tests.facts.engines.places import duck_with, fill_postgres, no_postgres, postgres
from tests.facts.engines.shop import known

pytestmark = pytest.mark.skipif(bool(no_postgres()), reason=no_postgres() or "a server can be started")
PLAN = {"ORD": (0.4, "RATIO"), "GMV": (0.3, "RATIO"), "OPT": (0.3, "RATIO_INV")}


@pytest.fixture(scope="module")
def company() -> DuckEngine:
    return duck_with(generate(scale=0.1))


@pytest.fixture(scope="module")
def port(company: DuckEngine) -> Iterator[int]:
    with postgres() as number:
        fill_postgres(number, company)
        yield number


def test_a_database_is_a_source_of_its_own(company: DuckEngine, port: int, tmp_path: Path) -> None:
    found = company.connection.execute("SELECT DISTINCT unit_id FROM orders WHERE unit_id IS NOT NULL ORDER BY 1").fetchall()
    units = [str(unit) for (unit,) in found][:3]
    targets = [{"period": "2024-03", "subject": unit, "kpi": kpi, "target": 50.0} for unit in units for kpi in PLAN]
    book = book_of(tmp_path / "book.xlsx", "2024-03", units, PLAN, targets)
    url = f"postgres://kpi@127.0.0.1:{port}/postgres"
    with_source(book, source="仓库", kind="url", place=url)
    receipt = score(FileHost(book))
    assert receipt.exit_code == 0
    library = known(company)
    wanted = {(each.unit, each.kpi): each for each in compute(
        company, [library[kpi] for kpi in PLAN], ["2024-03"], cut_off=datetime(2024, 4, 1), by_unit=True,
        library=list(library.values()))}  # fmt: skip
    rows = fact_rows(book)
    for unit in units:
        for kpi in PLAN:
            row, own = rows["2024-03", unit, kpi], wanted[unit, kpi]
            assert row["origin"] == "RAW"
            assert row["value"] == pytest.approx(own.value, rel=1e-9)
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".book")]
    by_hand = facts(FileHost(book), engine=url, by="unit", kpis=["ORD"]).facts["facts"]
    assert {row["unit"]: row["value"] for row in by_hand if row["unit"] in units} == {  # type: ignore[attr-defined]
        unit: wanted[unit, "ORD"].value for unit in units}  # fmt: skip
