"""尺度与配额: raters before and after normalisation, what calibration would change, and grades by quota."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import fsum

from kpi_xl.book.calibration_checks import is_judged, panel_points
from kpi_xl.book.context import Context
from kpi_xl.book.plan_health.compared import by_rater, points_of, rated
from kpi_xl.book.plan_health.fair import SIGNS
from kpi_xl.book.plan_rules import CardRow
from kpi_xl.book.table import MISSING
from kpi_xl.errors import MethodError
from kpi_xl.labels import Lang, label
from kpi_xl.model.inputs import Inputs, RatingRow
from kpi_xl.model.outcome import Card
from kpi_xl.scoring.opinion.leniency import Leniency, Normalised, leniency, normalise
from kpi_xl.scoring.people.calibration import ItemBefore, calibrated, team_factors
from kpi_xl.scoring.people.quota import QUOTAS, SMALL, competition_ranks, grade_proposal, quota_counts
from kpi_xl.scoring.rounding import excel_round

Number = float | str
SEPARATOR = re.compile("[,，;；]")
PAIR = re.compile(r"(\S+?)\s*[:：]\s*(\d+(?:\.\d+)?)\s*([%％]?)")
REASON = "proposal"
"""Stands for a reason as long as nothing is applied."""


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """One panel's points, and what each method would make of them."""

    subject: str
    name: str
    team: str
    kpi: str
    indicator: str
    before: float
    by_rater: float
    by_team: float
    in_force: float
    key: str

    @property
    def change_rater(self) -> float:
        """By how much normalisation moves them."""
        return excel_round(self.by_rater - self.before, 2)

    @property
    def change_team(self) -> float:
        """By how much the team's factor does."""
        return excel_round(self.by_team - self.before, 2)


@dataclass(frozen=True, slots=True)
class LeniencyRow:
    """One rater against the others, before and after normalisation."""

    rater: str
    ratings: int
    mean: float
    others: Number
    d: Number
    sign: str
    mean_after: float
    others_after: Number
    d_after: Number
    sign_after: str


@dataclass(frozen=True, slots=True)
class QuotaRow:
    """One person: the grade that the total earns, and the one that the quota would give."""

    group: str
    rank: int
    subject: str
    name: str
    total: float
    grade: str
    proposed: str
    remark: str

    @property
    def differs(self) -> str:
        """A mark where the two are not the same."""
        return "" if self.proposed in (MISSING, self.grade) else "▲"


def proposals(context: Context) -> tuple[ProposalRow, ...]:
    """Every panel of the period that has points, in the order of the cards."""
    before, by_panel = panel_points(context.inputs), panel_points(_normalised(context))
    rows = [row for row in context.rows if is_judged(row)]
    factors = _factors(rows, before)
    return tuple(_proposal(row, before, by_panel, factors) for row in _once(rows))


def _once(rows: Sequence[CardRow]) -> Iterator[CardRow]:
    """A panel whose points stand on several cards is listed with the first."""
    seen: set[str] = set()
    for row in rows:
        if row.fact.key not in seen:
            seen.add(row.fact.key)
            yield row


def _proposal(
    row: CardRow, before: Mapping[str, float], by_panel: Mapping[str, float], factors: Mapping[str, float]
) -> ProposalRow:
    name = row.fact.key.casefold()
    points, factor = before[name], factors.get(_team(row), 1.0)
    (by_team,) = calibrated([ItemBefore(points, True)], factor, REASON).after
    return ProposalRow(
        subject=row.measured,
        name=row.subject.name,
        team=_team(row),
        kpi=row.plan.kpi,
        indicator=row.indicator.name,
        before=points,
        by_rater=by_panel.get(name, points),
        by_team=points if by_team is None else by_team,
        in_force=excel_round(row.fact.value or 0.0, 2),
        key=row.fact.key,
    )


def _team(row: CardRow) -> str:
    """The unit above a person; units are not compared."""
    return row.post.above if row.subject.kind == "person" else ""


def _factors(rows: Sequence[CardRow], before: Mapping[str, float]) -> Mapping[str, float]:
    """Factor of each team; a person counts once, whatever the number of panels."""
    people: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for row in rows:
        if row.subject.kind == "person" and row.plan.weight > 0:
            people.setdefault((_team(row), row.card), []).append((row.plan.weight, before[row.fact.key.casefold()]))
    teams: dict[str, list[float]] = {}
    for (team, _), judged in people.items():
        teams.setdefault(team, []).append(fsum(w * s for w, s in judged) / fsum(w for w, _ in judged))
    return team_factors(teams)


def _normalised(context: Context) -> Inputs:
    """The inputs with every rater on the scale of all."""
    listed = by_rater(rated(context))
    after = _scales(listed)
    moved = {
        row.cell: points
        for rater, own in listed.items()
        for row, points in zip(own, after[rater].after, strict=True)
        if after[rater].is_changed
    }
    ratings = tuple(replace(row, points=moved.get(row.cell, row.points)) for row in context.inputs.ratings)
    return replace(context.inputs, ratings=ratings)


def _scales(listed: Mapping[str, Sequence[RatingRow]]) -> Mapping[str, Normalised]:
    return normalise({rater: points_of(own) for rater, own in listed.items()})


def leniency_rows(context: Context) -> tuple[LeniencyRow, ...]:
    """Every rater of the period by name; those with few ratings are not compared."""
    scales = _scales(by_rater(rated(context)))
    before = leniency({rater: each.before for rater, each in scales.items()})
    after = leniency({rater: each.after for rater, each in scales.items()})
    return tuple(
        _leniency(rater, scales[rater], before.get(rater), after.get(rater)) for rater in sorted(scales)
    )


def _leniency(rater: str, scale: Normalised, before: Leniency | None, after: Leniency | None) -> LeniencyRow:
    others, d, sign = _compared(before)
    others_after, d_after, sign_after = _compared(after)
    count = len(scale.before)
    mean, mean_after = (excel_round(fsum(points) / count, 2) for points in (scale.before, scale.after))
    return LeniencyRow(rater, count, mean, others, d, sign, mean_after, others_after, d_after, sign_after)


def _compared(found: Leniency | None) -> tuple[Number, Number, str]:
    if found is None:
        return MISSING, MISSING, SIGNS["NONE"]
    return excel_round(found.others, 2), excel_round(found.d, 2), SIGNS[found.verdict]


def quotas_of(inputs: Inputs) -> Mapping[str, float]:
    """Shares by grade, best first, from the setting ``quota``, or the usual ones.

    Raises
    ------
    MethodError
        ``E-QUOTA``: it does not read ``S:10%, A:20%, …`` with grades of the scheme and shares that sum to 1.
    """
    text = inputs.settings.texts.get("quota", "").strip()
    grades = {band.grade for band in inputs.bands if band.scheme == inputs.settings.scheme}
    found = _quotas(text) if text else dict(QUOTAS)
    if found is None or not found.keys() <= grades or excel_round(fsum(found.values()), 9) != 1:
        wanted = ", ".join(dict.fromkeys(band.grade for band in reversed(inputs.bands) if band.grade in grades))
        raise MethodError("E-QUOTA", found=text or ", ".join(QUOTAS), wanted=wanted)
    return found


def _quotas(text: str) -> dict[str, float] | None:
    pairs = [PAIR.fullmatch(part.strip()) for part in SEPARATOR.split(text)]
    read = [pair for pair in pairs if pair is not None]
    found = {pair[1]: float(pair[2]) / (100 if pair[3] else 1) for pair in read}
    return found if len(found) == len(pairs) else None


def quota_rows(
    context: Context, cards: Sequence[Card], quotas: Mapping[str, float], lang: Lang
) -> tuple[QuotaRow, ...]:
    """People with a total by rank group, the best first; small groups keep their absolute grades."""
    people = {row.card for row in context.rows if row.subject.kind == "person"}
    groups: dict[str, list[Card]] = {}
    for card in cards:
        if card.card in people and card.main and card.total is not None:
            groups.setdefault(card.rank_group, []).append(card)
    return tuple(row for group, own in groups.items() for row in _group(group, own, quotas, lang))


def _group(group: str, cards: Sequence[Card], quotas: Mapping[str, float], lang: Lang) -> Iterator[QuotaRow]:
    keys = [(card.sort1, card.sort2) for card in cards]
    ranks, proposed = competition_ranks(keys), grade_proposal(keys, quotas)
    seats = quota_counts(len(cards), list(quotas.values()))
    if seats is None:
        remark = label("smart", "quota.small", lang).format(n=len(cards), least=SMALL)
    else:
        remark = " · ".join(f"{grade} {count}" for grade, count in zip(quotas, seats, strict=True))
    for rank, card, grade in sorted(zip(ranks, cards, proposed, strict=True), key=lambda each: each[0] or 0):
        total = card.total or 0.0
        yield QuotaRow(
            group, rank or 0, card.card, card.name, total, card.grade or MISSING, grade or MISSING, remark
        )
