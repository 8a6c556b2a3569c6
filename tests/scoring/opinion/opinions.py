"""A rule that is no curve with its anchors, as the tests write it: one line a case."""

from __future__ import annotations

from dataclasses import dataclass

from kpi_xl.model.params import parse_params
from kpi_xl.scoring.opinion import Evidence, OpinionForm, OpinionScore, compile_opinion, opinion_score
from kpi_xl.scoring.rules.form import Direction


@dataclass(frozen=True, slots=True)
class Opinion:
    """Rule, params, direction and anchors of one example."""

    rule: str
    params: str = ""
    direction: Direction = "up"
    target: float | None = None
    threshold: float | None = None
    stretch: float | None = None
    digits: int = 9
    evidence: Evidence = Evidence()  # noqa: RUF009 - frozen

    @property
    def form(self) -> OpinionForm:
        """The compiled rule, which must have no problem."""
        form, problems = self._compiled()
        assert problems == ()
        assert form is not None
        return form

    @property
    def codes(self) -> list[str]:
        """Codes of what is wrong with the params."""
        return [problem.code for problem in self._compiled()[1]]

    def outcome(self, actual: float | None = None) -> OpinionScore:
        """Score, status and problems of one actual."""
        return opinion_score(self.form, actual, self.target, self.threshold, self.stretch)

    def score(self, actual: float | None = None) -> float | None:
        """Score of one actual."""
        return self.outcome(actual).score

    def told(self, actual: float | None = None) -> list[str]:
        """Codes of what the reader of the score should know."""
        return [problem.code for problem in self.outcome(actual).problems]

    def _compiled(self):
        anchors = {"T": self.target, "B": self.threshold, "S": self.stretch}
        given = frozenset(letter for letter, number in anchors.items() if number is not None)
        return compile_opinion(
            self.rule, parse_params(self.params), self.direction, self.digits, given, self.evidence
        )
