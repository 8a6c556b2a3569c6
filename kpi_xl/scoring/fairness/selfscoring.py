"""Nobody scores themselves: not by their own rating, not by numbers that nobody else looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from kpi_xl.scoring.opinion.ratings import MOST_SELF, SELF
from kpi_xl.scoring.verdicts import is_below


def too_much_self(weights: Mapping[str, float], most: float = MOST_SELF) -> float | None:
    """The share of a person's own rating when it is above the limit.

    Parameters
    ----------
    weights : mapping
        Weight by rater role, in any proportion.

    >>> too_much_self({"superior": 0.8, "self": 0.2}), too_much_self({"superior": 0.9, "self": 0.1})
    (0.2, None)
    """
    total = sum(weights.values())
    share = weights.get(SELF, 0.0) / total if total > 0 else 0.0
    return share if is_below(most, share) else None


def own_ratings(
    ratings: Iterable[tuple[str, str, str]], names: Mapping[str, Sequence[str]]
) -> tuple[tuple[str, str, str], ...]:
    """Ratings that somebody gave themselves under another role than self.

    Parameters
    ----------
    ratings : iterable of (subject, rater, role)
    names : mapping
        What a subject may be called, by subject: its id, its name.
    """
    return tuple(
        (subject, rater, role)
        for subject, rater, role in ratings
        if role != SELF and is_same(subject, rater, names)
    )


def self_supplied(
    rows: Iterable[tuple[str, str, bool]], names: Mapping[str, Sequence[str]]
) -> tuple[tuple[str, str], ...]:
    """Facts that came from the appraised themselves with nothing to check them by.

    Parameters
    ----------
    rows : iterable of (subject, supplier, is_checked)
    names : mapping
        What a subject may be called, by subject.

    >>> self_supplied([("P1", "张三", False), ("P1", "财务", False)], {"P1": ("张三",)})
    (('P1', '张三'),)
    """
    return tuple((subject, by) for subject, by, checked in rows if not checked and is_same(subject, by, names))


def is_same(subject: str, person: str, names: Mapping[str, Sequence[str]]) -> bool:
    """The person named is the subject."""
    known = {subject.casefold(), *(name.casefold() for name in names.get(subject, ()))} - {""}
    return person.strip().casefold() in known
