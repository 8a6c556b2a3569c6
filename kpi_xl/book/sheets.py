"""The sheets of a book in reading order: who owns them, which tables they carry, and where those lie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kpi_xl.book.table import Table
from kpi_xl.book.tables import inputs
from kpi_xl.book.tables.cards import CARDS
from kpi_xl.book.tables.curves import CURVES
from kpi_xl.book.tables.detail import DETAIL
from kpi_xl.book.tables.facts import FACTS
from kpi_xl.book.tables.results import CHECKS, HISTORY, PARAMETERS

HEADING_ROW = 5
"""Row of the headings on every table sheet; above it message, facts, master check and a blank line."""

Group = Literal["cover", "input", "result", "engine"]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: the key of its name in labels/sheets.toml, its group, its tables side by side."""

    key: str
    group: Group
    tables: tuple[Table, ...] = ()
    frozen_columns: int = 0
    anchor: str = ""                    # the defined name or table by which the sheet is found again
    pages_wide: int = 1                 # when printed
    printed_columns: int = 0            # the columns for people, when the rest is machinery; 0 prints all

    def column_of(self, table: Table) -> int:
        """1-based first column of a table: the tables stand side by side, one empty column between."""
        before = self.tables[: self.tables.index(table)]
        return 1 + sum(len(other.columns) + 1 for other in before)


SHEETS = (
    Sheet("home", "cover", anchor="k_home"),
    Sheet("plan", "input", (inputs.PLAN,), 2),
    Sheet("targets", "input", (inputs.TARGETS,), 3),
    Sheet("subjects", "input", (inputs.SUBJECTS,), 1),
    Sheet("actuals", "input", (inputs.ACTUALS,), 3),
    Sheet("ratings", "input", (inputs.RATINGS,), 3),
    Sheet("adjustments", "input", (inputs.ADJUSTMENTS,), 3),
    Sheet("comments", "input", (inputs.COMMENTS,), 3),
    Sheet("form", "result", anchor="k_card"),
    Sheet("ranking", "result", (CARDS,), 3, anchor="tblCards", printed_columns=23),
    Sheet("checks", "result", (CHECKS, PARAMETERS), anchor="tblChecks", printed_columns=7),
    Sheet(
        "settings",
        "input",
        (inputs.SETTINGS, inputs.PERIODS, inputs.GRADES, inputs.POLICY_TABLE, inputs.LEVELS, inputs.RATER_ROLES),
        pages_wide=2,
    ),
    Sheet("indicators", "input", (inputs.INDICATORS,), 1),
    Sheet("detail", "engine", (DETAIL,), 8, anchor="tblDetail", pages_wide=5),
    Sheet("facts", "engine", (FACTS,), 1, anchor="tblFacts", pages_wide=2),
    Sheet("curves", "engine", (CURVES,), 2, anchor="tblCurves"),
    Sheet("history", "engine", (HISTORY,), 1, anchor="tblHistory"),
)
TABLES = {table.name: table for sheet in SHEETS for table in sheet.tables}
SHEET_BY_KEY = {sheet.key: sheet for sheet in SHEETS}
