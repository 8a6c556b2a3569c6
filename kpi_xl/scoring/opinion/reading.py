"""What the rules that are no curve are given: typed params, or rows of a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from kpi_xl.model.params import Problem
from kpi_xl.model.typed_text import is_nothing
from kpi_xl.scoring.opinion.blend import Part
from kpi_xl.scoring.opinion.milestones import Milestone
from kpi_xl.scoring.opinion.ratings import LEVELS, ROLES, Rating
from kpi_xl.scoring.rules.form import Reader, finite

YES = frozenset(("1", "yes", "true", "是"))
NO = frozenset(("0", "no", "false", "否", ""))


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a table gives a rule; None leaves it to the params."""

    peers: tuple[float, ...] | None = None
    ratings: tuple[Rating, ...] | None = None
    weights: Mapping[str, float] | None = None          # of raters' roles
    milestones: tuple[Milestone, ...] | None = None
    parts: tuple[Part, ...] | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """What people call the roles and the levels, and the points of a level."""

    roles: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    levels: Mapping[str, float] = field(default_factory=lambda: MappingProxyType(dict(LEVELS)))

    def role(self, text: str) -> str:
        """Code of a role."""
        return self.roles.get(text, text.casefold())

    def points(self, text: str) -> float | None:
        """Points of a level, which may be the points themselves."""
        known = self.levels.get(text, self.levels.get(text.casefold()))
        return finite(text) if known is None else known


NO_EVIDENCE = Evidence()
PLAIN_WORDS = Words()


def peers(reader: Reader) -> tuple[float, ...]:
    """``peers=95,88,88``: the whole comparison group; one without a figure is no peer."""
    listed = [part for part in _listed(reader, "peers") if not is_nothing(part.casefold())]
    return tuple(_number(reader, "peers", part) for part in listed)


def ratings(reader: Reader, words: Words) -> tuple[Rating, ...]:
    """``ratings=superior:excellent,peer:85``: roles with a level or with points."""
    return tuple(
        Rating(_role(reader, "ratings", role, words), _level(reader, level, words))
        for role, level in _entries(reader, "ratings", 2, 2)
    )


def role_weights(reader: Reader, words: Words) -> dict[str, float]:
    """``weights=superior:50%,peer:30%``."""
    split = _entries(reader, "weights", 2, 2)
    return {_role(reader, "weights", role, words): _number(reader, "weights", weight) for role, weight in split}


def milestones(reader: Reader) -> tuple[Milestone, ...]:
    """``items=0.4:1:5:,0.6:0::50%``: weight, done, days late, progress.

    A fifth place of 0 says that the progress has no evidence.
    """
    found = []
    for weight, done, late, progress, shown in _entries(reader, "items", 2, 5):
        found.append(
            Milestone(
                _number(reader, "items", weight),
                _is_yes(reader, done),
                _optional(reader, "items", late) or 0.0,
                _optional(reader, "items", progress),
                shown == "" or _is_yes(reader, shown),
            )
        )
    return tuple(found)


def parts(reader: Reader) -> tuple[Part, ...]:
    """``parts=108:50%,:30%,96:20%``: scores with their weights; a score may be absent."""
    split = _entries(reader, "parts", 2, 2)
    return tuple(Part(_optional(reader, "parts", score), _number(reader, "parts", weight)) for score, weight in split)


def fraction(reader: Reader, key: str, default: float) -> float:
    """A number from 0 to 1."""
    value = reader.number(key, default)
    if not 0 <= value <= 1:
        out_of_range(reader, key, value, "0 … 1")
    return value


def out_of_range(reader: Reader, key: str, found: object, wanted: str) -> None:
    """Note a number that is one, but cannot be used."""
    reader.problems.append(Problem("E-PARAM-RANGE", {"param": key, "found": found, "wanted": wanted}))


def _listed(reader: Reader, key: str) -> list[str]:
    text = reader.text(key)
    if text is None:
        reader.missing(key)
        return []
    return [part.strip() for part in text.split(",")]


def _entries(reader: Reader, key: str, least: int, most: int) -> list[list[str]]:
    """The sides of every entry, those left out as empty texts; an entry with too few or too many is noted."""
    found = []
    for part in _listed(reader, key):
        sides = [side.strip() for side in part.split(":")]
        if least <= len(sides) <= most:
            found.append((sides + [""] * most)[:most])
        else:
            reader.problems.append(Problem("E-PARAM-SYNTAX", {"found": f"{key}={part}"}))
    return found


def _number(reader: Reader, key: str, text: str) -> float:
    value = finite(text)
    if value is None:
        reader.problems.append(Problem("E-PARAM-NUMBER", {"param": key, "found": text}))
    return value or 0.0


def _optional(reader: Reader, key: str, text: str) -> float | None:
    return None if is_nothing(text.casefold()) else _number(reader, key, text)


def _is_yes(reader: Reader, text: str) -> bool:
    word = text.casefold()
    if word not in YES | NO:
        reader.problems.append(Problem("E-PARAM-CHOICE", {"param": "items", "found": text, "wanted": "1, 0"}))
    return word in YES


def _role(reader: Reader, key: str, text: str, words: Words) -> str:
    role = words.role(text)
    if role not in ROLES:
        wanted = ", ".join(ROLES)
        reader.problems.append(Problem("E-PARAM-CHOICE", {"param": key, "found": text, "wanted": wanted}))
    return role


def _level(reader: Reader, text: str, words: Words) -> float | None:
    if is_nothing(text.casefold()):
        return None
    points = words.points(text)
    if points is None:
        wanted = ", ".join(words.levels)
        reader.problems.append(Problem("E-PARAM-CHOICE", {"param": "ratings", "found": text, "wanted": wanted}))
    return points
