"""What a check of the plan is, and what it says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from kpi_xl.book.plan_health.material import Line

Verdict = Literal["NONE", "PASS", "INFO", "WARN", "FAIL"]
VERDICTS: tuple[Verdict, ...] = ("NONE", "PASS", "INFO", "WARN", "FAIL")
"""In order of gravity; NONE where there is nothing yet to judge by, which is not a pass."""
Letter = Literal["S", "M", "A", "R", "T"]
LETTERS: tuple[Letter, ...] = ("S", "M", "A", "R", "T")


@dataclass(frozen=True, slots=True)
class Judged:
    """What a check found: its verdict, and the fact behind it as a sentence of labels/smart.toml with its holes."""

    verdict: Verdict
    fact: str = ""
    args: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its id, what it looks at, and whether a failure keeps the targets from being confirmed."""

    id: str
    judge: Callable[[Line], Judged]
    gates: bool = False

    @property
    def letter(self) -> Letter:
        """S, M, A, R or T."""
        return next(letter for letter in LETTERS if letter == self.id[2])


PASS = Judged("PASS")


def none(fact: str, **args: object) -> Judged:
    """Nothing to judge by."""
    return Judged("NONE", fact, args)


def warn(fact: str, **args: object) -> Judged:
    """Worth a look."""
    return Judged("WARN", fact, args)


def fail(fact: str, **args: object) -> Judged:
    """Not in order."""
    return Judged("FAIL", fact, args)
