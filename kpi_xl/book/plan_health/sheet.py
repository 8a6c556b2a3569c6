"""方案体检: its tables, and their rows ready to be written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kpi_xl.book.plan_health.examine import Finding, examine, letter_verdicts
from kpi_xl.book.plan_health.material import Material
from kpi_xl.book.plan_health.team import card_balances, collaborations
from kpi_xl.book.plan_health.words import fact_text, in_order, problem_text, remedy_text
from kpi_xl.book.table import MISSING, Table, value
from kpi_xl.labels import Lang, label
from kpi_xl.scoring.balance import CORE_PEAK, CORE_SHARE, AxisBalance, Balance
from kpi_xl.scoring.rounding import excel_round
from kpi_xl.scoring.verdicts import GRID

SHOWN = ("INFO", "WARN", "FAIL")
Number = float | str
"""A number, or the mark of one that is not there."""

SMART = Table(
    "tblSmart",
    "health",
    "system",
    (
        value("card", "code", 9), value("name", "text", 18), value("template", "code", 12), value("kpi", "code", 9),
        value("indicator", "text", 18), value("S", "text", 10), value("M", "text", 10), value("A", "text", 10),
        value("R", "text", 10), value("T", "text", 10), value("blocking", "int", 9),
    ),
    key=("card", "kpi"),
)  # fmt: skip
HEALTH = Table(
    "tblHealth",
    "health",
    "system",
    (
        value("card", "code", 9), value("template", "code", 12), value("kpi", "code", 9), value("check", "code", 7),
        value("title", "text", 18), value("letter", "text", 12), value("verdict", "text", 9), value("fact", "long", 44),
        value("remedy", "long", 44), value("gates", "text", 11), value("reason", "text", 24),
    ),
    key=("card", "kpi", "check"),
)  # fmt: skip
BALANCE = Table(
    "tblBalance",
    "health",
    "system",
    (
        value("card", "code", 16), value("axis", "text", 20), value("side", "text", 16), value("share", "pct", 9),
        value("wanted", "pct", 9), value("deviation", "pct", 9), value("index", "num", 9), value("verdict", "text", 9),
        value("gates", "text", 9),
    ),
    key=("card", "axis", "side"),
)  # fmt: skip
COLLABORATION = Table(
    "tblCollaboration",
    "health",
    "system",
    (
        value("card", "code", 9), value("kpi", "code", 9), value("mode", "code", 14), value("units", "text", 24),
        value("weight", "pct", 9), value("wanted", "pct", 10), value("verdict", "text", 9), value("fact", "long", 36),
    ),
)  # fmt: skip
TABLES = (SMART, HEALTH, BALANCE, COLLABORATION)


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
    fact: str
    remedy: str
    gates: str
    reason: str


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """One side of one axis of one card."""

    card: str
    axis: str
    side: str
    share: Number
    wanted: Number
    deviation: Number
    index: Number
    verdict: str
    gates: str


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
    collaboration: tuple[CollaborationRow, ...]


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
    shown = tuple(each for each in findings if every or each.verdict in SHOWN)
    return HealthSheet(
        smart=tuple(_smart(findings, lang)),
        health=tuple(health_rows(shown, lang)),
        balance=tuple(_balance(material, lang)),
        collaboration=tuple(_collaboration(material, lang)),
    )


def health_rows(findings: Iterable[Finding], lang: Lang) -> Iterator[HealthRow]:
    """A row for every finding, the gravest of an indicator first."""
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


def _smart(findings: Sequence[Finding], lang: Lang) -> Iterator[SmartRow]:
    letters = letter_verdicts(findings)
    by_row: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        by_row.setdefault((finding.line.row.card, finding.line.kpi), []).append(finding)
    for (card, kpi), mine in by_row.items():
        row = mine[0].line.row
        words = {letter: _verdict(verdict, lang) for letter, verdict in letters[card, kpi].items()}
        blocked = sum(each.blocks for each in mine)
        yield SmartRow(card, row.subject.name, row.plan.template, kpi, row.indicator.name, **words, blocking=blocked)


def _balance(material: Material, lang: Lang) -> Iterator[BalanceRow]:
    for each in card_balances(material.context, material.file):
        held = label("smart", "gates.yes" if each.balance.gates else "gates.no", lang)
        for axis in each.balance.axes:
            yield from _axis(each.name, axis, held, lang)
        yield from _emphasis(each.name, each.balance, held, lang)


def _axis(card: str, axis: AxisBalance, held: str, lang: Lang) -> Iterator[BalanceRow]:
    for place, (tag, share) in enumerate(in_order(axis)):
        wanted = axis.axis.wanted.get(tag, axis.axis.floors.get(tag))
        yield BalanceRow(
            card=card,
            axis=label("smart", f"axis.{axis.axis.name}", lang),
            side=label("smart", f"tag.{tag}", lang),
            share=_or_mark(share),
            wanted=_or_mark(wanted),
            deviation=_or_mark(axis.deviations.get(tag)),
            index=_or_mark(axis.index if place == 0 else None),
            verdict=_verdict(axis.verdict, lang) if place == 0 else "",
            gates=held if place == 0 else "",
        )


def _emphasis(card: str, balance: Balance, held: str, lang: Lang) -> Iterator[BalanceRow]:
    found, axis = balance.emphasis, label("smart", "axis.emphasis", lang)
    sides: tuple[tuple[str, float | None, float | None], ...] = (
        ("core", found.core, CORE_SHARE),
        ("peak", found.peak, CORE_PEAK * found.median),
        ("top", found.top, None),
    )
    for place, (side, share, wanted) in enumerate(sides):
        verdict = _verdict(found.verdict, lang) if place == 0 else ""
        yield BalanceRow(
            card, axis, label("smart", f"tag.{side}", lang), _or_mark(share), _or_mark(wanted), MISSING, MISSING,
            verdict, held if place == 0 else "",
        )  # fmt: skip
    for theme in balance.lacking if balance.gates else ():
        side, name = label("smart", f"tag.{theme}", lang), label("smart", "axis.theme", lang)
        yield BalanceRow(card, name, side, 0.0, MISSING, MISSING, MISSING, _verdict("WARN", lang), held)


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
