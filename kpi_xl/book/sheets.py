"""The sheets of a book in reading order: who owns them, which tables they carry, and where those lie."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Literal

from kpi_xl.book.table import Table
from kpi_xl.book.tables import calibration, collaboration, handoffs, health, inputs, raw, targets, weights
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
    on_first_use: bool = False          # a new book does without it
    after: str = ""                     # key of the sheet behind which it is added, when on first use

    @property
    def place(self) -> str:
        """The table or defined name by which a host finds the sheet."""
        return self.anchor or self.tables[0].name

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
    Sheet("ranking", "result", (CARDS,), 3, anchor="tblCards", printed_columns=25),
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
"""What a new book has."""
EXTRA_SHEETS = (
    Sheet("roles", "input", (inputs.ROLES,), 2, on_first_use=True, after="subjects"),
    Sheet("milestones", "input", (inputs.MILESTONES,), 3, on_first_use=True, after="ratings"),
    Sheet("goals", "input", (weights.GOALS, weights.GOAL_LINKS), on_first_use=True, after="plan"),
    Sheet(
        "judgements",
        "input",
        (weights.WEIGHING, weights.RANKS, weights.BEST_WORST, weights.JUDGEMENTS, weights.EXPERTS, weights.SCALE),
        pages_wide=3,
        on_first_use=True,
        after="goals",
    ),
    Sheet(
        "weights",
        "result",
        (weights.WEIGHTS, weights.CARD_WEIGHTS, weights.METHOD_WEIGHTS),
        pages_wide=3,
        on_first_use=True,
        after="judgements",
    ),
    Sheet("matrices", "result", (weights.MATRICES,), pages_wide=2, on_first_use=True, after="weights"),
    Sheet(
        "diagnoses", "result", (weights.DIAGNOSES, weights.WEIGHT_LOG), printed_columns=9, on_first_use=True,
        after="matrices",
    ),
    Sheet(
        "shaken", "result", (weights.SHAKEN, weights.SWAPS, weights.SHIFTS), pages_wide=2, on_first_use=True,
        after="diagnoses",
    ),
    Sheet(
        "collaboration",
        "input",
        (collaboration.RACI, collaboration.OVERRIDES, collaboration.ANCHORS),
        on_first_use=True,
        after="targets",
    ),
    Sheet("calibration", "input", (calibration.CALIBRATION,), 3, on_first_use=True, after="ratings"),
    Sheet(
        "health", "result", health.HEALTH_TABLES, pages_wide=6, printed_columns=81, on_first_use=True, after="checks"
    ),
    Sheet("fairness", "result", health.FAIRNESS_TABLES, pages_wide=2, on_first_use=True, after="health"),
    Sheet("handoffs", "result", handoffs.HANDOFF_TABLES, pages_wide=2, on_first_use=True, after="fairness"),
    Sheet("scales", "result", calibration.SCALE_TABLES, pages_wide=3, on_first_use=True, after="fairness"),
    Sheet("sources", "input", (raw.SOURCES,), 1, pages_wide=2, on_first_use=True, after="indicators"),
    Sheet("formulas", "input", (raw.FORMULAS,), 1, pages_wide=2, on_first_use=True, after="sources"),
    Sheet("quality", "result", raw.QUALITY_TABLES, pages_wide=4, on_first_use=True, after="scales"),
    Sheet(
        "proposals", "result", (targets.PROPOSALS,), 3, pages_wide=2, printed_columns=36, on_first_use=True,
        after="targets",
    ),
    Sheet("annual", "input", (targets.ANNUAL, targets.RESETS), 3, on_first_use=True, after="proposals"),
    Sheet(
        "decomposition", "result", (targets.DECOMPOSITION,), 4, printed_columns=24, on_first_use=True, after="annual"
    ),
)
"""What a book is given when somebody first needs it."""
ALL_SHEETS = (*SHEETS, *EXTRA_SHEETS)
STARTING_TABLES = {table.name: table for sheet in SHEETS for table in sheet.tables}
"""The tables that every book must have."""
TABLES = {table.name: table for sheet in ALL_SHEETS for table in sheet.tables}
SHEET_BY_KEY = {sheet.key: sheet for sheet in ALL_SHEETS}


def sheets_for(filled: Container[str]) -> tuple[Sheet, ...]:
    """The sheets of a new book: the usual ones, and of the others those whose tables have rows from the start."""
    found = list(SHEETS)
    for sheet in EXTRA_SHEETS:
        if any(table.name in filled for table in sheet.tables):
            found.insert(_behind(sheet, found) + 1, sheet)
    return tuple(found)


def _behind(sheet: Sheet, found: Sequence[Sheet]) -> int:
    """Position of the sheet that another goes behind, or of what that one would go behind."""
    places = {each.key: place for place, each in enumerate(found)}
    while sheet.after not in places:
        sheet = SHEET_BY_KEY[sheet.after]
    return places[sheet.after]
