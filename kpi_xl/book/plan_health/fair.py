"""公平性: the checks of fairness as rows, with what was found beside its limit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kpi_xl.book.plan_health.compared import (
    Team,
    by_rater,
    chances_by_role,
    points_by_subject,
    points_of,
    rated,
    rules_by_role,
)
from kpi_xl.book.plan_health.material import Material
from kpi_xl.book.table import MISSING
from kpi_xl.labels import Lang, label
from kpi_xl.scoring.fairness import (
    LEAST_SPREAD,
    MOST_SPREAD,
    differentiation,
    differing_rules,
    four_fifths,
    own_ratings,
    rater_spread,
    rule_hash,
    self_supplied,
    target_difficulty,
    team_distribution,
)
from kpi_xl.scoring.fairness.teams import LEAST_RATE, LEAST_SD, SIGNIFICANT
from kpi_xl.scoring.moments import median
from kpi_xl.scoring.opinion.leniency import NOTABLE, leniency
from kpi_xl.scoring.opinion.ratings import MOST_SELF, SELF
from kpi_xl.scoring.rounding import excel_round

Number = float | str
DIGITS = 4
SIGNS: Mapping[str, str] = {"OK": "✓", "WARN": "▲", "FAIL": "✗", "NONE": "–"}
GRAVITY = ("FAIL", "WARN", "NONE", "OK")


@dataclass(frozen=True, slots=True)
class FairRow:
    """One finding of fairness; an attribute is a column."""

    title: str
    scope: str
    found: Number
    limit: Number
    sign: str
    fact: str
    remedy: str


@dataclass(frozen=True, slots=True)
class TeamRow:
    """One team's results."""

    team: str
    name: str
    people: int
    median: float
    measured: Number
    top: int
    rate: float
    ratio: Number


@dataclass(frozen=True, slots=True)
class _Found:
    """A finding before it is put in words; the fact is a sentence with its holes, or stands for itself."""

    scope: str
    found: float | None
    limit: float | None
    verdict: str
    args: Mapping[str, object]


def fairness_rows(material: Material, teams: Sequence[Team], lang: Lang) -> tuple[FairRow, ...]:
    """Every check of fairness in the order of the specification; one open line for what cannot be judged yet."""
    found: Mapping[str, Iterator[_Found]] = {
        "rule": _rules(material),
        "target": _targets(material),
        "leniency": _leniency(material),
        "spread": _spread(material),
        "teams": _distribution(teams),
        "top": _top(teams),
        "range": _range(teams),
        "self": _self(material),
        "own": _own(material),
        "supplied": _supplied(material),
    }
    return tuple(row for name, each in found.items() for row in _rows(name, tuple(each), lang))


def _rows(name: str, found: Sequence[_Found], lang: Lang) -> Iterator[FairRow]:
    title = label("smart", f"fair.{name}", lang)
    if not found:
        yield FairRow(title, "", MISSING, MISSING, SIGNS["NONE"], label("smart", f"fair_open.{name}", lang), "")
    for each in sorted(found, key=lambda each: GRAVITY.index(each.verdict)):
        yield FairRow(
            title=title,
            scope=each.scope,
            found=_or_mark(each.found),
            limit=_or_mark(each.limit),
            sign=SIGNS[each.verdict],
            fact=label("smart", f"fair_fact.{name}", lang).format_map(each.args),
            remedy="" if each.verdict in ("OK", "NONE") else label("smart", f"fair_remedy.{name}", lang),
        )


def _rules(material: Material) -> Iterator[_Found]:
    roles = rules_by_role(material.context)
    differing = {found.role: found for found in differing_rules(roles)}
    for role, cards in roles.items():
        found = differing.get(role)
        if found is None:
            yield _Found(role, 1, 1, "OK", {"sets": f"{rule_hash(next(iter(cards.values())))} = {', '.join(cards)}"})
        else:
            listed = "; ".join(f"{mark} = {', '.join(names)}" for mark, names in found.cards.items())
            # Different jobs that are ranked together are no breach of one rule for one job.
            yield _Found(role, len(found.cards), 1, "WARN" if found.is_same_job else "NONE", {"sets": listed})


def _targets(material: Material) -> Iterator[_Found]:
    if material.chance is None:
        return
    for (group, template), kpis in chances_by_role(material.context, material.past, material.chance).items():
        for kpi, chances in kpis.items():
            judged = target_difficulty(chances)
            if judged is not None:
                (hard, low), (easy, high) = judged.hardest, judged.easiest
                args = {"hard": hard, "low": low, "easy": easy, "high": high}
                scope = f"{group}/{template} · {kpi}"
                yield _Found(scope, judged.spread, MOST_SPREAD, judged.verdict, args)


def _leniency(material: Material) -> Iterator[_Found]:
    rows = by_rater(rated(material.context))
    for rater, each in leniency({rater: points_of(own) for rater, own in rows.items()}).items():
        args = {"mean": each.mean, "others": each.others, "n": len(rows[rater])}
        yield _Found(rater, each.d, NOTABLE, each.verdict, args)


def _spread(material: Material) -> Iterator[_Found]:
    for rater, own in by_rater(rated(material.context)).items():
        found = rater_spread(points_by_subject(own))
        if found is not None:
            halo = MISSING if found.halo is None else f"{found.halo:.1f}"
            least = min(each for each in (found.halo, found.overall) if each is not None)
            args = {"halo": halo, "overall": found.overall, "n": found.ratings}
            yield _Found(rater, least, LEAST_SPREAD, found.verdict, args)


def _distribution(teams: Sequence[Team]) -> Iterator[_Found]:
    totals = {team.code: team.totals for team in teams}
    measured = {team.code: team.measured for team in teams}
    found = team_distribution(totals, measured)
    if found is not None:
        beside = MISSING if found.measured is None else f"{found.measured.p:.3f}"
        listed = ", ".join(f"{team} {middle:.2f}" for team, middle in found.medians.items())
        args = {"h": found.test.h, "measured": beside, "medians": listed}
        yield _Found(", ".join(totals), found.test.p, SIGNIFICANT, found.verdict, args)


def _top(teams: Sequence[Team]) -> Iterator[_Found]:
    found = four_fifths({team.code: team.top for team in teams}, {team.code: len(team.totals) for team in teams})
    for code, ratio in (found.ratios if found else {}).items():
        rates = found.rates if found else {}
        args = {"rate": rates[code], "best": max(rates.values())}
        yield _Found(code, ratio, LEAST_RATE, "WARN" if excel_round(ratio, 9) < LEAST_RATE else "OK", args)


def _range(teams: Sequence[Team]) -> Iterator[_Found]:
    totals = [total for team in teams for total in team.totals]
    found = differentiation(totals)
    if found is not None:
        spread, verdict = found
        yield _Found("", spread, LEAST_SD, verdict, {"n": len(totals), "low": min(totals), "high": max(totals)})


def _self(material: Material) -> Iterator[_Found]:
    weights = material.inputs.role_weights
    total = sum(weights.values())
    if total > 0:
        share = weights.get(SELF, 0.0) / total
        yield _Found("", share, MOST_SELF, "FAIL" if excel_round(share, 9) > MOST_SELF else "OK", {"share": share})


def _own(material: Material) -> Iterator[_Found]:
    rows = rated(material.context)
    if rows:
        names = _names(material)
        said = own_ratings(((row.key.split("|")[1], row.rater, row.role) for row in rows), names)
        listed = ", ".join(f"{subject} ← {rater}" for subject, rater, _ in said) or MISSING
        yield _Found("", len(said), 0, "FAIL" if said else "OK", {"n": len(rows), "listed": listed})


def _supplied(material: Material) -> Iterator[_Found]:
    suppliers = material.file.suppliers
    rows = [row for row in material.context.rows if material.context.key(row) in suppliers]
    given = [(row.subject.id, *suppliers[material.context.key(row)]) for row in rows]
    if given:
        said = self_supplied(given, _names(material))
        listed = ", ".join(dict.fromkeys(subject for subject, _ in said)) or MISSING
        yield _Found("", len(said), 0, "FAIL" if said else "OK", {"n": len(given), "listed": listed})


def _names(material: Material) -> Mapping[str, tuple[str, ...]]:
    return {each.id: (each.name,) for each in material.inputs.subjects if each.kind == "person"}


def team_rows(teams: Sequence[Team]) -> tuple[TeamRow, ...]:
    """Results by team; the ratio compares with the team that reaches the top most often."""
    best = max((team.top / len(team.totals) for team in teams), default=0.0)
    return tuple(
        TeamRow(
            team.code,
            team.name,
            len(team.totals),
            excel_round(median(team.totals), 2),
            _or_mark(median(team.measured) if team.measured else None),
            team.top,
            excel_round(team.top / len(team.totals), DIGITS),
            _or_mark(team.top / len(team.totals) / best if best else None),
        )
        for team in teams
    )


def _or_mark(number: float | None) -> Number:
    return MISSING if number is None else excel_round(float(number), DIGITS)
