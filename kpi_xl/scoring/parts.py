"""The shorter periods inside the one that is scored: what the history says of a card in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kpi_xl.model.inputs import HistoryRow, Inputs, Settings, key
from kpi_xl.model.periods import Period
from kpi_xl.scoring.people.periods import Mode, period_total
from kpi_xl.scoring.posts import Post, is_present

MODES: tuple[Mode, ...] = ("RECALC", "AVG", "MIX", "LASTP")
MOST_PARTS = 4
NO_PART = "—"
"""Stands where a period has fewer parts: no key of the history."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The shorter periods inside, in which the card was due: their keys in the history, and their totals."""

    mode: Mode = "RECALC"
    keys: tuple[str, ...] = ()
    totals: tuple[float | None, ...] = ()

    @property
    def known(self) -> int:
        """How many have a published total."""
        return sum(total is not None for total in self.totals)

    @property
    def value(self) -> float | None:
        """Their mean, or the last of them; None unless all are published."""
        if not self.totals or self.known < len(self.totals):
            return None
        return period_total("LASTP" if self.mode == "LASTP" else "AVG", None, self.totals)


@dataclass(frozen=True, slots=True)
class Published:
    """The history: its rows by card, and the first card of every person in every period."""

    rows: Mapping[str, HistoryRow]
    persons: Mapping[str, str]

    def total(self, card_key: str) -> float | None:
        """What a card was published with."""
        row = self.rows.get(card_key)
        return row.total if row else None

    def key_of(self, part: Period, post: Post) -> str:
        """The row of the card, or of another role of the same person, who has one total in any period."""
        own = key(part, post.card)
        return own if own in self.rows else self.persons.get(key(part, post.subject.id), own)


def published(history: Sequence[HistoryRow]) -> Published:
    """The history by its keys; of a key that stands twice the first row counts."""
    rows = {row.key: row for row in reversed(history)}
    return Published(rows, {name.partition("#")[0]: name for name in rows})


def sub_periods(period: Period) -> tuple[Period, ...]:
    """The periods whose published totals make up a longer one: quarters of a year or half, months of a quarter.

    >>> [str(each) for each in sub_periods(Period(2026, "Y", 1))]
    ['2026Q1', '2026Q2', '2026Q3', '2026Q4']
    """
    if period.kind == "Y":
        return tuple(quarter for half in period.parts for quarter in half.parts)
    return period.parts


def mode_of(post: Post, settings: Settings) -> Mode:
    """How the total of the period comes about for one card."""
    if not sub_periods(settings.period):
        return "RECALC"
    is_year = settings.period.kind == "Y" and post.subject.kind == "person"
    name = settings.year_mode_person if is_year else settings.period_mode
    return next(mode for mode in MODES if mode == name)


def parts_of(inputs: Inputs, post: Post, history: Published) -> Parts:
    """What the history says of the shorter periods inside, where the mode asks for it."""
    mode = mode_of(post, inputs.settings)
    if mode == "RECALC":
        return Parts()
    keys = [
        history.key_of(part, post)
        for part in sub_periods(inputs.settings.period)
        if is_present(inputs, post.subject, part)
    ]
    found = [(name, history.rows.get(name)) for name in keys]
    due = [(name, row.total if row else None) for name, row in found if row is None or row.status != "EXCLUDED"]
    return Parts(mode, tuple(name for name, _ in due), tuple(total for _, total in due))
