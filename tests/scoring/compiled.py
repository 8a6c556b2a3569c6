"""A rule with its anchors, as the tests write it: one line a case."""

from __future__ import annotations

from dataclasses import dataclass

from kpi_xl.model.params import parse_params
from kpi_xl.scoring.item import ItemScore, item_score
from kpi_xl.scoring.rules import RuleForm, compile_rule
from kpi_xl.scoring.rules.form import Direction

GRID = 9


@dataclass(frozen=True, slots=True)
class Case:
    """Rule, direction, anchors and params of one example."""

    rule: str
    params: str = ""
    direction: Direction = "up"
    target: float | None = None
    threshold: float | None = None
    stretch: float | None = None
    previous: float | None = None
    digits: int = GRID

    @property
    def form(self) -> RuleForm:
        """The compiled rule, which must have no problem."""
        form, problems = compile_rule(self.rule, parse_params(self.params), self.direction, self.digits, self.given)
        assert problems == ()
        assert form is not None
        return form

    @property
    def codes(self) -> list[str]:
        """Codes of what is wrong with the params."""
        _, problems = compile_rule(self.rule, parse_params(self.params), self.direction, self.digits, self.given)
        return [problem.code for problem in problems]

    @property
    def given(self) -> frozenset[str]:
        """The anchors that are there."""
        anchors = {"T": self.target, "B": self.threshold, "S": self.stretch}
        return frozenset(letter for letter, number in anchors.items() if number is not None)

    def outcome(self, actual: float | None) -> ItemScore:
        """Score and status of one actual."""
        return item_score(self.form, actual, self.target, self.threshold, self.stretch, self.previous)

    def score(self, actual: float) -> float | None:
        """Score of one actual."""
        return self.outcome(actual).score
