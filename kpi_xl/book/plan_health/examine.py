"""All checks of the plan on every indicator of every card, and which of their failures stand in the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kpi_xl.book.plan_health import achievable, measurable, relevant, specific, timebound
from kpi_xl.book.plan_health.check import LETTERS, VERDICTS, Check, Judged, Letter, Verdict
from kpi_xl.book.plan_health.material import Line, Material, lines
from kpi_xl.book.plan_health.planfile import Override

CHECKS: tuple[Check, ...] = (
    *specific.CHECKS, *measurable.CHECKS, *achievable.CHECKS, *relevant.CHECKS, *timebound.CHECKS,
)  # fmt: skip
"""The whole list, in the order of the sheet."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check says of one indicator on one card."""

    line: Line
    check: Check
    judged: Judged
    override: Override | None = None    # complete: with reason and approver

    @property
    def verdict(self) -> Verdict:
        """As judged, whoever answers for it."""
        return self.judged.verdict

    @property
    def blocks(self) -> bool:
        """Keeps the targets from being confirmed."""
        return self.check.gates and self.verdict == "FAIL" and self.override is None


def examine(material: Material, checks: Iterable[Check] = CHECKS) -> tuple[Finding, ...]:
    """Every check on every indicator of every card."""
    overrides = {
        (each.template, each.kpi, each.check): each for each in material.file.overrides if each.is_complete
    }
    listed = tuple(checks)
    return tuple(
        Finding(line, check, check.judge(line), overrides.get((line.row.plan.template, line.kpi, check.id)))
        for line in lines(material)
        for check in listed
    )


def blocking(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The failures that keep the targets from being confirmed."""
    return tuple(finding for finding in findings if finding.blocks)


def letter_verdicts(findings: Iterable[Finding]) -> Mapping[tuple[str, str], Mapping[Letter, Verdict]]:
    """The gravest verdict of each letter, by card and indicator; a remark is a pass.

    NONE where no check of the letter had anything to judge by.
    """
    found: dict[tuple[str, str], dict[Letter, Verdict]] = {}
    for finding in findings:
        letters = found.setdefault((finding.line.row.card, finding.line.kpi), dict.fromkeys(LETTERS, "NONE"))
        verdict: Verdict = "PASS" if finding.verdict == "INFO" else finding.verdict
        letters[finding.check.letter] = max(letters[finding.check.letter], verdict, key=VERDICTS.index)
    return found
