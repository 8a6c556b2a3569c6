"""A company of teams and people with two years of facts, as a workbook; the same bytes at every call."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import xlsxwriter

from kpi_xl.book.example import example
from kpi_xl.book.starter import Content
from kpi_xl.commands.new import new_from
from kpi_xl.hosts.file import FileHost
from kpi_xl.library import indicators
from kpi_xl.model.grid import CellOut, Patch, Scalar
from kpi_xl.model.periods import Period, parse_period

SEED = 20240131
PERIOD = "2026-03"
TEAM = 12
"""People in a team."""

Row = dict[str, Scalar]

# Rule, weight in percent, level of a person in an ordinary month, denominator (0 for an amount), and the parameters.
SCORECARD: Mapping[str, tuple[str, int, float, float, str | None]] = {
    "REV": ("RATIO", 10, 5_000_000.0, 0.0, None),
    "GPM": ("LINEAR", 8, 0.22, 5_000_000.0, None),
    "NPM": ("LINEAR", 4, 0.05, 5_000_000.0, None),
    "REFUND": ("LINEAR", 4, 0.04, 5_000_000.0, None),
    "NUSER": ("RATIO", 8, 40_000.0, 0.0, None),
    "RET": ("LINEAR", 8, 0.36, 80_000.0, None),
    "CVR": ("STEP", 8, 0.03, 380_000.0, "bands=3.5%:120, 3.0%:100, 2.5%:80, 2.0%:60"),
    "CSAT": ("LINEAR", 8, 0.92, 1_250.0, None),
    "IPV": ("RATIO", 4, 12_000_000.0, 0.0, None),
    "ORD": ("DEDUCT", 8, 60_000.0, 0.0, "unit=1%; dn=2"),
    "OPT": ("LINEAR", 4, 24.0, 57_600.0, None),
    "DLT": ("RATIO", 4, 48.0, 57_600.0, None),
    "ROAS": ("LINEAR", 6, 4.0, 200_000.0, None),
    "NPS": ("LINEAR", 6, 0.4, 1_250.0, None),
    "OTD": ("LINEAR", 6, 0.95, 57_600.0, None),
    "PAYSR": ("LINEAR", 4, 0.97, 90_000.0, None),
}


def company_book(path: Path, cards: int, months: int) -> None:
    """Write a book of so many cards with so many months of facts, ready to be scored.

    In the scored month teams have no facts of their own, and the final figures arrive after the book was made: every
    result changes.
    """
    path.unlink(missing_ok=True)
    new_from(path, FileHost, _content(cards, months), "zh")
    grid = FileHost(path).tables()["tblActuals"]
    chance = random.Random(SEED + 1)
    final = tuple(
        CellOut(grid.row + 1 + index, grid.column + 3, round(line[3] * chance.uniform(0.97, 1.03), 2))  # type: ignore[operator]
        for index, line in enumerate(grid.rows)
        if line[0] == PERIOD
    )
    FileHost(path).write([], [Patch(grid.name, final, grid.declared)])


def inputs_book(path: Path, source: Path) -> None:
    """The input sheets of a book and nothing else: what somebody keeps who scores with a script."""
    with xlsxwriter.Workbook(path) as book:
        sheets = {}
        for grid in FileHost(source).tables().values():
            if grid.name in ("tblPlan", "tblTargets", "tblActuals", "tblSubjects", "tblGrades", "tblIndicators"):
                sheet = sheets.get(grid.sheet) or book.add_worksheet(grid.sheet)
                sheets[grid.sheet] = sheet
                for row, line in enumerate((grid.header, *grid.rows), start=grid.row - 1):
                    sheet.write_row(row, grid.column - 1, line)


def _content(cards: int, months: int) -> Content:
    chance = random.Random(SEED)
    last = parse_period(PERIOD)
    periods = [last.shift(back) for back in range(1 - months, 1)]
    subjects = list(_subjects(cards))
    teams = {str(row["parent"]) for row in subjects if row["parent"]}
    return {
        **example("zh"),
        "tblSubjects": subjects,
        "tblPlan": [_planned(number, kpi) for number, kpi in enumerate(SCORECARD, start=1)],
        "tblTargets": [
            _target(str(row["subject"]), kpi, row["subject"] in teams) for row in subjects for kpi in SCORECARD
        ],
        "tblActuals": list(_actuals(periods, subjects, teams, chance)),
    }


def _subjects(cards: int) -> Iterator[Row]:
    """Teams of twelve, each behind its people; whoever is left belongs to no team."""
    in_teams = cards - cards % (TEAM + 1)
    for number in range(1, cards + 1):
        team = f"T{(number - 1) // (TEAM + 1) + 1:03d}" if number <= in_teams else None
        if team and number % (TEAM + 1) == 0:
            yield _subject(team, "team", f"团队{team}", None)
        else:
            yield _subject(f"P{number:04d}", "person", f"员工{number:04d}", team)


def _subject(code: str, kind: str, name: str, parent: str | None) -> Row:
    return {
        "subject": code,
        "kind": kind,
        "name": name,
        "parent": parent,
        "template": "CARD16",
        "rank_group": kind,
    }


def _planned(number: int, kpi: str) -> Row:
    rule, percent, _, _, params = SCORECARD[kpi]
    return {
        "template": "CARD16",
        "kpi": kpi,
        "no": float(number),
        "weight": percent / 100,
        "rule": rule,
        "params": params,
        "missing": "BLOCK",
        "core": "Y" if percent >= 8 else "N",
    }


def _target(subject: str, kpi: str, is_team: bool) -> Row:
    rule, _, level, den, _ = SCORECARD[kpi]
    sign = -1 if indicators()[kpi].direction == "down" else 1
    whole = level * indicators()[kpi].factor * (TEAM if is_team and not den else 1)
    row: Row = {"period": PERIOD, "subject": subject, "kpi": kpi}
    if rule == "STEP":
        return row
    if rule == "LINEAR":
        return row | {"threshold": whole * (1 - 0.2 * sign), "target": whole, "stretch": whole * (1 + 0.15 * sign)}
    return row | {"target": whole}


def _actuals(
    periods: Sequence[Period], subjects: Sequence[Row], teams: set[str], chance: random.Random
) -> Iterator[Row]:
    for period in periods:
        for row in subjects:
            is_team = row["subject"] in teams
            if not (is_team and period == periods[-1]):
                for kpi in SCORECARD:
                    yield _actual(period, str(row["subject"]), kpi, TEAM if is_team else 1, chance)


def _actual(period: Period, subject: str, kpi: str, people: int, chance: random.Random) -> Row:
    _, _, level, den, _ = SCORECARD[kpi]
    found = level * chance.uniform(0.88, 1.12)
    row: Row = {"period": str(period), "subject": subject, "kpi": kpi}
    if not den:
        return row | {"num": round(found * people, 2)}
    many = float(round(den * people * chance.uniform(0.9, 1.1)))
    return row | {"num": round(found * many, 2), "den": many, "n": many}


if __name__ == "__main__":
    company_book(Path(sys.argv[1]), *map(int, sys.argv[3:5]))
    inputs_book(Path(sys.argv[2]), Path(sys.argv[1]))
