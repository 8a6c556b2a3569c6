"""方案体检: the rows of its tables, ready to be written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kpi_xl.book.plan_health.check import VERDICTS
from kpi_xl.book.plan_health.examine import Finding, blocking, examine, letter_verdicts
from kpi_xl.book.plan_health.material import Material
from kpi_xl.book.plan_health.shares import ShareRow, share_rows
from kpi_xl.book.plan_health.team import collaborations
from kpi_xl.book.plan_health.weighing import BalanceRow, BasisRow, EmphasisRow, weighing
from kpi_xl.book.plan_health.words import fact_text, problem_text, remedy_text
from kpi_xl.book.table import MISSING
from kpi_xl.book.tables.health import HEALTH_TABLES
from kpi_xl.labels import Lang, label
from kpi_xl.scoring.rounding import excel_round
from kpi_xl.scoring.verdicts import GRID

SHOWN = ("INFO", "WARN", "FAIL")
SIGNS: Mapping[str, str] = {"NONE": "–", "PASS": "✓", "WARN": "▲", "FAIL": "✗"}
Number = float | str
"""A number, or the mark of one that is not there."""


@dataclass(frozen=True, slots=True)
class SmartRow:
    """One indicator on one card: its five letters."""

    card: str
    name: str
    template: str
    kpi: str
    indicator: str
    S: str
    M: str
    A: str
    R: str
    T: str
    blocking: int


@dataclass(frozen=True, slots=True)
class HealthRow:
    """One finding."""

    card: str
    template: str
    kpi: str
    check: str
    title: str
    letter: str
    verdict: str
    gates: str
    fact: str
    remedy: str
    reason: str


@dataclass(frozen=True, slots=True)
class CollaborationRow:
    """One shared indicator, or the sum of a card's."""

    card: str
    kpi: str
    mode: str
    units: str
    weight: Number
    wanted: Number
    verdict: str
    fact: str


@dataclass(frozen=True, slots=True)
class HealthSheet:
    """The rows of every table of the sheet."""

    smart: tuple[SmartRow, ...]
    health: tuple[HealthRow, ...]
    balance: tuple[BalanceRow, ...]
    emphasis: tuple[EmphasisRow, ...]
    collaboration: tuple[CollaborationRow, ...]
    shares: tuple[ShareRow, ...]
    basis: tuple[BasisRow, ...]
    blocking: tuple[Finding, ...]
    counts: Mapping[str, int]           # of all findings by verdict

    @property
    def rows(self) -> Mapping[str, Sequence[object]]:
        """Rows by table."""
        listed = (self.smart, self.health, self.balance, self.emphasis, self.collaboration, self.shares, self.basis)
        return {table.name: rows for table, rows in zip(HEALTH_TABLES, listed, strict=True)}


def health_sheet(material: Material, lang: Lang, *, every: bool = False) -> HealthSheet:
    """The rows of 方案体检.

    Parameters
    ----------
    material : Material
    lang : "zh" or "en"
    every : bool
        Also the findings that need nothing done.
    """
    findings = examine(material)
    shown = [each for each in findings if every or each.verdict in SHOWN]
    shown.sort(key=lambda each: (not each.blocks, -VERDICTS.index(each.verdict)))
    weighed = weighing(material, lang)
    return HealthSheet(
        smart=tuple(_smart(findings)),
        health=tuple(health_rows(shown, lang)),
        balance=weighed.balance,
        emphasis=weighed.emphasis,
        collaboration=tuple(_collaboration(material, lang)),
        shares=tuple(share_rows(material.context, material.file)),
        basis=weighed.basis,
        blocking=blocking(findings),
        counts=Counter(finding.verdict for finding in findings),
    )


def health_rows(findings: Iterable[Finding], lang: Lang) -> Iterator[HealthRow]:
    """A row for every finding, in their order."""
    for finding in findings:
        check, row = finding.check, finding.line.row
        yield HealthRow(
            card=row.card,
            template=row.plan.template,
            kpi=row.plan.kpi,
            check=check.id,
            title=label("smart", f"check.{check.id}", lang),
            letter=f"{check.letter} {label('smart', f'letter.{check.letter}', lang)}",
            verdict=_verdict(finding.verdict, lang),
            fact=fact_text(finding.judged, lang),
            remedy=remedy_text(check.id, finding.judged, lang),
            gates=label("smart", f"gates.{_gate(finding)}", lang),
            reason=finding.override.reason if finding.override else "",
        )


def _gate(finding: Finding) -> str:
    if finding.check.gates and finding.verdict == "FAIL" and finding.override is not None:
        return "overridden"
    return "yes" if finding.blocks else "no"


def _verdict(verdict: str, lang: Lang) -> str:
    return label("smart", f"verdict.{verdict}", lang)


def _smart(findings: Sequence[Finding]) -> Iterator[SmartRow]:
    letters = letter_verdicts(findings)
    by_row: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        by_row.setdefault((finding.line.row.card, finding.line.kpi), []).append(finding)
    for (card, kpi), mine in by_row.items():
        row = mine[0].line.row
        signs = {letter: SIGNS[verdict] for letter, verdict in letters[card, kpi].items()}
        blocked = sum(each.blocks for each in mine)
        yield SmartRow(card, row.subject.name, row.plan.template, kpi, row.indicator.name, **signs, blocking=blocked)


def _or_mark(number: float | None) -> Number:
    return MISSING if number is None else excel_round(number, GRID)


def _collaboration(material: Material, lang: Lang) -> Iterator[CollaborationRow]:
    for each in collaborations(material.context, material.file):
        yield CollaborationRow(
            card=each.card,
            kpi=each.kpi,
            mode=each.mode,
            units=each.units,
            weight=_or_mark(each.weight),
            wanted=_or_mark(each.wanted),
            verdict=_verdict(each.verdict, lang),
            fact="; ".join(problem_text(problem, {}, lang) for problem in each.problems),
        )
