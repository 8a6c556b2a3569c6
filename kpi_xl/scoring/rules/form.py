"""What a rule compiles to, and the reading of its params."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from kpi_xl.model.params import UNLIMITED, Params, Problem, number, pairs
from kpi_xl.scoring.curve import Anchor, CurveForm

Direction = Literal["up", "down", "range"]
Given = frozenset[str]
"""Which of the anchors T (target), B (threshold) and S (stretch) are numbers."""

ACTUAL, GROWTH, INVERSE = 1, 2, 3
COMMON = ("cap", "floor", "base", "decimals")
MOST_DECIMALS = 15
LETTERS = {"T": "t", "B": "b", "S": "s"}


@dataclass(frozen=True, slots=True)
class RuleForm:
    """A rule ready to score: its curve, what the curve is read at, and its limits.

    `measure` 1 reads it at the actual, 2 at the growth against `reference`, 3 at target / actual.
    """

    rule: str
    form: CurveForm | None              # None for a rule by words
    measure: int = ACTUAL
    reference: str | float | None = None
    needs: frozenset[str] = frozenset()
    nonzero_target: bool = False
    cap: float = 120.0
    floor: float = 0.0
    base: float = 100.0
    decimals: int | None = None
    texts: frozenset[str] = frozenset()
    is_judged: bool = False             # no curve: `verdict` has the points, computed from more than the row's actual
    verdict: float | None = None


@dataclass(slots=True)
class Reader:
    """Takes the params of one rule, collecting what is wrong with them."""

    rule: str
    params: Params
    direction: Direction
    digits: int
    given: Given
    problems: list[Problem] = field(default_factory=list)
    needs: set[str] = field(default_factory=set)

    @property
    def sign(self) -> int:
        """-1 where less is better."""
        return -1 if self.direction == "down" else 1

    def text(self, key: str) -> str | None:
        """A param as typed."""
        return self.params.texts.get(key)

    def number(self, key: str, default: float) -> float:
        """A number, or its default."""
        text = self.text(key)
        value = default if text is None else number(text) if key == "cap" else finite(text)
        if value is None:
            self.problems.append(Problem("E-PARAM-NUMBER", {"param": key, "found": text}))
            return default
        return value

    def required(self, key: str) -> float | None:
        """A number without a default."""
        if self.text(key) is None:
            self.missing(key)
            return None
        return self.number(key, 0.0)

    def missing(self, *keys: str) -> None:
        """Note that a param is not filled in yet."""
        self.problems.append(Problem("W-PARAM-MISSING", {"param": ", ".join(keys)}))

    def wrong_order(self, key: str) -> None:
        """Note that numbers do not run one way."""
        self.problems.append(Problem("E-PARAM-ORDER", {"param": key, "found": self.text(key) or ""}))

    def choice(self, key: str, wanted: tuple[str, ...]) -> str:
        """One of the words; the first is the default."""
        text = (self.text(key) or wanted[0]).casefold()
        if text not in wanted:
            self.problems.append(Problem("E-PARAM-CHOICE", {"param": key, "found": text, "wanted": ", ".join(wanted)}))
            return wanted[0]
        return text

    def anchor(self, text: str, key: str, sign: int | None = None) -> Anchor | None:
        """A place on the axis: a letter T, B, S, or a number."""
        letter = text.strip().upper()
        if letter in LETTERS:
            self.needs.add(letter)
            return Anchor(**{LETTERS[letter]: 1.0})
        value = finite(text)
        if value is None:
            self.problems.append(Problem("E-PARAM-NUMBER", {"param": key, "found": text}))
            return None
        return Anchor(const=(self.sign if sign is None else sign) * value)

    def scored_places(self, key: str) -> list[tuple[Anchor, float]]:
        """``place:score`` pairs in the order typed."""
        split = pairs(self.text(key) or "")
        if split is None:
            self.problems.append(Problem("E-PARAM-SYNTAX", {"found": f"{key}={self.text(key)}"}))
            return []
        result: list[tuple[Anchor, float]] = []
        for place, points in split:
            anchor, score = self.anchor(place, key), finite(points)
            if score is None:
                self.problems.append(Problem("E-PARAM-NUMBER", {"param": key, "found": points}))
            elif anchor is not None:
                result.append((anchor, score))
        return result

    def finish(self, form: CurveForm | None, default_cap: float = 120.0, **more: object) -> RuleForm:
        """The compiled rule with the params that every rule shares."""
        return RuleForm(
            rule=self.rule,
            form=form,
            needs=frozenset(self.needs),
            cap=self.number("cap", default_cap),
            floor=self.number("floor", 0.0),
            base=self.number("base", 100.0),
            decimals=self._decimals(),
            **more,  # type: ignore[arg-type]
        )

    def found(self, cap: float, floor: float) -> tuple[Problem, ...]:
        """All that is wrong, each once; limits that cross are wrong too."""
        if floor > cap:
            self.problems.append(Problem("E-PARAM-ORDER", {"param": "floor, cap", "found": f"{floor}, {cap}"}))
        return tuple(problem for i, problem in enumerate(self.problems) if problem not in self.problems[:i])

    def _decimals(self) -> int | None:
        if self.text("decimals") is None:
            return None
        value = self.number("decimals", 0.0)
        if not value.is_integer() or abs(value) > MOST_DECIMALS:
            self.problems.append(Problem("E-PARAM-NUMBER", {"param": "decimals", "found": self.text("decimals")}))
        return int(value)


def open_reader(
    rule: str,
    knows: tuple[str, ...],
    directions: tuple[Direction, ...],
    params: Params,
    direction: Direction,
    digits: int,
    given: Given,
) -> Reader:
    """A reader that has noted what its rule knows nothing of.

    `knows` are the params of the rule beside the common ones, `directions` those that it takes.
    """
    reader = Reader(rule, params, direction, digits, given, [*params.problems])
    allowed = (*knows, *COMMON)
    for key in params.texts:
        if key not in allowed:
            reader.problems.append(Problem("E-PARAM-UNKNOWN", {"param": key, "wanted": ", ".join(allowed)}))
    if direction not in directions:
        wanted = ", ".join(directions)
        reader.problems.append(Problem("E-PARAM-CHOICE", {"param": "direction", "found": direction, "wanted": wanted}))
    return reader


def finite(text: str) -> float | None:
    """A number as params write it, but not "no limit"."""
    value = number(text)
    return None if value is None or abs(value) >= UNLIMITED else value


def is_constant(anchor: Anchor) -> bool:
    """The place does not hang on a target."""
    return not (anchor.t or anchor.b or anchor.s or anchor.d)


def may_rise(anchors: list[Anchor]) -> bool:
    """Places that all are numbers ascend; where one hangs on a target, only the target will tell."""
    fixed = [at.const for at in anchors if is_constant(at)]
    return len(fixed) < len(anchors) or all(low < high for low, high in pairwise(fixed))


__all__ = [
    "ACTUAL",
    "COMMON",
    "GROWTH",
    "INVERSE",
    "UNLIMITED",
    "Direction",
    "Given",
    "Reader",
    "RuleForm",
    "finite",
    "is_constant",
    "may_rise",
    "open_reader",
]
