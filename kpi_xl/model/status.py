"""Row and card statuses, in the order of their precedence."""

from __future__ import annotations

from enum import IntEnum


class Status(IntEnum):
    """What became of one indicator on one card; the smallest number that applies is shown."""

    NOT_DUE = 0
    EXCLUDED = 1
    CONFIG_ERROR = 2
    NON_FINITE = 3
    NO_BASE = 4
    MISSING = 5
    INSUFFICIENT = 6
    ZEROED = 7
    CARRIED = 8
    APPROX = 9
    OVERRIDDEN = 10
    PROVISIONAL = 11
    OK = 12

    @property
    def is_scored(self) -> bool:
        """The row carries a score from its rule."""
        return self >= Status.CARRIED

    @property
    def is_gap(self) -> bool:
        """The row lacks a usable actual, so the missing-data policy decides."""
        return Status.NO_BASE <= self <= Status.INSUFFICIENT


class CardStatus(IntEnum):
    """What became of a whole card."""

    EXCLUDED = 1
    WITHHELD = 2
    VETOED = 3
    PROVISIONAL = 4
    OK = 5
