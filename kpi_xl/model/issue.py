"""A user's mistake is a value with an address; all of them are collected in one pass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

SEVERITIES = {"E": "error", "W": "warn", "I": "info"}


@dataclass(frozen=True, slots=True)
class Issue:
    """One finding: a stable code such as ``E-WEIGHT-SUM``, the cell, and the facts of its message.

    `cards` names the cards an error spoils (with `kpi`, only that row of them, which withholds the card all the same);
    an error without cards spoils the book, and nothing is scored.
    """

    code: str
    cell: str                                                   # "Sheet!B7", or the sheet alone
    args: Mapping[str, object] = field(default_factory=dict)
    cards: frozenset[str] = frozenset()
    kpi: str = ""

    @property
    def severity(self) -> str:
        """``error``, ``warn`` or ``info``, from the first letter of the code."""
        return SEVERITIES[self.code[0]]

    @property
    def stops_the_book(self) -> bool:
        """An error that belongs to no single card."""
        return self.severity == "error" and not self.cards
