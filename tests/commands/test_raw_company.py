"""The generated company from its exports to grades: the twelve indicators of the deck in one scoring."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from kpi_xl.commands.score import score
from kpi_xl.facts.engines.compute import compute
from kpi_xl.hosts.file import FileHost
from kpi_xl.library import indicators, preset
from tests.commands.raw_books import book_of, fact_rows, with_source
from tests.facts.company.generate import generate
from tests.facts.engines.places import duck_with
from tests.facts.engines.shop import known

DECK = tuple(preset("DECK12").weights)
RULES = {"up": "RATIO", "down": "RATIO_INV"}


def test_the_deck_is_scored_from_raw_rows(tmp_path: Path) -> None:
    tables = generate(scale=1.0)
    (tmp_path / "exports").mkdir()
    for name, frame in tables.items():
        frame.to_csv(tmp_path / "exports" / f"{name}.csv", index=False)
    engine = duck_with(tables)
    library = known(engine)
    wanted = {(each.unit, each.kpi): each for each in compute(
        engine, [library[code] for code in DECK], ["2024-06"], cut_off=datetime(2024, 7, 1), by_unit=True,
        library=list(library.values()))}  # fmt: skip
    units = [unit for unit in sorted({unit for unit, _ in wanted} - {""})
             if all((unit, code) in wanted and wanted[unit, code].value for code in DECK)][:2]  # fmt: skip
    assert units
    plan = {code: (preset("DECK12").weights[code], RULES[indicators()[code].direction]) for code in DECK}
    targets = [{"period": "2024-06", "subject": unit, "kpi": code, "target": abs(wanted[unit, code].value or 1.0)}
               for unit in units for code in DECK]  # fmt: skip
    book = with_source(book_of(tmp_path / "book.xlsx", "2024-06", units, plan, targets),
                       source="exports", kind="folder", place="exports")  # fmt: skip
    receipt = score(FileHost(book))
    assert [issue for issue in receipt.issues if issue.severity == "error"] == []
    rows = fact_rows(book)
    for unit in units:
        for code in DECK:
            row = rows["2024-06", unit, code]
            assert row["origin"] == "RAW", (unit, code)
            assert row["value"] == pytest.approx(wanted[unit, code].value, rel=1e-9), (unit, code)
    assert all(card["grade"] for card in receipt.facts["cards"])  # type: ignore[attr-defined]
