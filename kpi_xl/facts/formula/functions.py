"""The functions a formula may use, and nothing else: how many arguments each takes and where it may stand."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

MANY = 255


class Level(StrEnum):
    """Where a function may stand."""

    ROW = "row"                         # inside an aggregate, for each raw row
    AGGREGATE = "aggregate"             # from raw rows to one number
    WINDOW = "window"                   # around aggregates: another stretch of time, or all units
    ANY = "any"                         # of rows and of numbers alike


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the language."""

    name: str
    level: Level
    least: int
    most: int


def _functions(level: Level, *signatures: str) -> dict[str, Function]:
    found = {}
    for signature in signatures:
        name, least, most = signature.split()
        found[name] = Function(name, level, int(least), MANY if most == "*" else int(most))
    return found


FUNCTIONS = {
    **_functions(
        Level.AGGREGATE,
        "SUM 1 1", "COUNT 1 1", "COUNTDISTINCT 1 1", "PERCENTILE 2 2",
        "SUMIFS 3 *", "COUNTIFS 2 *", "COUNTDISTINCTIFS 3 *", "AVERAGEIFS 3 *", "MINIFS 3 *", "MAXIFS 3 *",
        "PERCENTILEIFS 4 *", "RETAINED 1 *", "REPEATED 3 *",
    ),
    **_functions(
        Level.WINDOW,
        "SUMBYDAY 1 1", "AVERAGEBYDAY 1 1", "SUMBYMONTH 1 1", "AVERAGEBYMONTH 1 1", "FIRSTDAY 1 1", "LASTDAY 1 1",
        "PREVIOUS 1 1", "YEARAGO 1 1", "DAYSAGO 2 2", "TRAILING 2 2", "YEARTODATE 1 1",
        "ALLUNITS 1 1", "SUMBYUNIT 1 1", "BEGUN 1 1",
    ),
    **_functions(
        Level.ROW,
        "FIRSTOF 2 *", "SWITCH 3 *", "IN 2 *", "YEAR 1 1", "MONTH 1 1", "DAY 1 1", "HOUR 1 1", "DATE 3 3", "DATEOF 1 1",
        "EDATE 2 2", "DAYS 2 2", "HOURS 2 2", "MINUTES 2 2", "SECONDS 2 2", "CUTOFF 0 0", "PERIODSTART 0 0",
        "PERIODEND 0 0", "FOLLOWED 6 *", "FIRSTTIME 3 *", "AMONG 2 *", "XLOOKUP 3 3", "OPENS 3 3", "CLOSES 3 3",
    ),
    **_functions(
        Level.ANY,
        "IF 2 3", "AND 1 *", "OR 1 *", "NOT 1 1", "IFERROR 2 2", "ISBLANK 1 1", "ABS 1 1", "MAX 1 *", "MIN 1 *",
        "AVERAGE 1 *", "PERIODDAYS 0 0", "SETTING 1 1",
    ),
}  # fmt: skip
"""By name. MAX, MIN and AVERAGE aggregate a single row formula; of several numbers they take those that are known."""

CHOOSING = ("MAX", "MIN", "AVERAGE")

PAIRS_FROM = {
    "SUMIFS": 1, "COUNTIFS": 0, "COUNTDISTINCTIFS": 1, "AVERAGEIFS": 1, "MINIFS": 1, "MAXIFS": 1, "PERCENTILEIFS": 2,
    "RETAINED": 1, "REPEATED": 3, "FOLLOWED": 6, "FIRSTTIME": 3, "AMONG": 2,
}  # fmt: skip
"""From which argument on a function takes pairs of a range and its criterion."""

POLICIES = {"MISSING": None, "ZERO": 0.0}
"""Second argument of IFERROR: what stands where there is no value."""
