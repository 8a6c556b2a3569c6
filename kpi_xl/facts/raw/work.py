"""The work on one source: what all steps of cleaning share, and the tables they leave notes in."""

from __future__ import annotations

from dataclasses import dataclass

from kpi_xl.facts.raw.layouts import Layout
from kpi_xl.facts.raw.sources import LoadSettings, Severity, Source
from kpi_xl.facts.raw.store import Store, text

_NOTES = """
CREATE OR REPLACE TEMP TABLE parts (part INTEGER, file VARCHAR, sheet VARCHAR, "read" BIGINT, blank BIGINT);
CREATE OR REPLACE TEMP TABLE findings (
    part INTEGER, src_row BIGINT, "column" VARCHAR, raw_value VARCHAR, code VARCHAR, severity VARCHAR, action VARCHAR);
CREATE OR REPLACE TEMP TABLE fallen (part INTEGER, src_row BIGINT, why VARCHAR);
"""
LIVE = "(SELECT * FROM typed ANTI JOIN fallen USING (part, src_row))"
"""Rows that nothing has been found against so far."""


@dataclass(frozen=True, slots=True)
class Work:
    """One table being filled from one source."""

    store: Store
    load_id: int
    layout: Layout
    source: Source
    settings: LoadSettings

    def begin(self) -> None:
        """Empty notes."""
        for statement in filter(str.strip, _NOTES.split(";")):
            self.store.run(statement)

    def note(self, code: str, severity: Severity, action: str, found: str) -> None:
        """Note what a query finds: part, src_row, column, raw_value."""
        self.store.run(
            f"INSERT INTO findings SELECT part, src_row, col, left(CAST(raw AS VARCHAR), 1000), {text(code)}, "
            f"{text(severity)}, {text(action)} FROM ({found}) AS found(part, src_row, col, raw)"
        )

    def drop(self, why: str, severity: Severity = "REJECT") -> None:
        """Take out every row that has a finding of this severity."""
        self.store.run(
            f"INSERT INTO fallen SELECT DISTINCT part, src_row, {text(why)} FROM findings AS noted "
            f"WHERE severity = {text(severity)} AND NOT EXISTS (SELECT 1 FROM fallen WHERE fallen.part = noted.part "
            "AND fallen.src_row = noted.src_row)"
        )
