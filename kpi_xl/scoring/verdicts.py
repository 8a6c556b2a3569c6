"""What a check of fairness or balance says: nothing odd, worth a look, or not in order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from kpi_xl.scoring.rounding import excel_round

Verdict = Literal["OK", "WARN", "FAIL"]
GRAVITY: tuple[Verdict, ...] = ("OK", "WARN", "FAIL")
GRID = 9
"""Digits at which a share is compared with a limit."""


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The gravest; OK when there is none.

    >>> worst(["OK", "FAIL", "WARN"])
    'FAIL'
    """
    return max(verdicts, key=GRAVITY.index, default="OK")


def graded(size: float, warn: float, fail: float) -> Verdict:
    """OK up to `warn`, WARN up to `fail`, then FAIL; a limit itself belongs to the better side."""
    size = excel_round(size, GRID)
    return "OK" if size <= warn else "WARN" if size <= fail else "FAIL"


def is_below(found: float, wanted: float) -> bool:
    """Below a limit, as far as its digits tell.

    >>> is_below(0.1 + 0.2, 0.3), is_below(0.29, 0.3)
    (False, True)
    """
    return excel_round(found, GRID) < excel_round(wanted, GRID)
