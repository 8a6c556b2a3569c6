"""From params to what a rule does with an actual and its anchors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from kpi_xl.model.params import Params
from kpi_xl.model.status import Status
from kpi_xl.scoring.curve import Anchor
from kpi_xl.scoring.item import item_score
from kpi_xl.scoring.opinion import peers as among
from kpi_xl.scoring.opinion import reading, smooth
from kpi_xl.scoring.opinion.blend import blend as blended
from kpi_xl.scoring.opinion.milestones import PER_DAY, UNDONE
from kpi_xl.scoring.opinion.milestones import milestones as delivered
from kpi_xl.scoring.opinion.points import Points, refused
from kpi_xl.scoring.opinion.ratings import ROLE_WEIGHTS, panel
from kpi_xl.scoring.opinion.reading import Evidence, Words
from kpi_xl.scoring.rounding import excel_round
from kpi_xl.scoring.rules import LINEAR_KEYS, RuleForm, compile_rule
from kpi_xl.scoring.rules.form import COMMON, Reader

MOST_TRIM = 2
"""With five raters of a role, one remains."""


@dataclass(frozen=True, slots=True)
class Anchors:
    """Target, threshold and stretch of one card."""

    target: float | None = None
    threshold: float | None = None
    stretch: float | None = None

    def at(self, letter: str) -> float | None:
        """The value of an anchor by its letter."""
        return {"T": self.target, "B": self.threshold, "S": self.stretch}[letter]

    def place(self, at: Anchor) -> float:
        """The number that an anchor stands for; the rule's needs were there."""
        hung = ((at.t, self.target), (at.b, self.threshold), (at.s, self.stretch))
        return at.const + sum(share * (value or 0.0) for share, value in hung if share)


Measure: TypeAlias = Callable[[float, Anchors], Points]
NeededAt: TypeAlias = Callable[[float, Anchors], float | None]


@dataclass(slots=True)
class Blueprint:
    """A rule being compiled: its params, rows of tables, and the way back."""

    reader: Reader
    evidence: Evidence
    words: Words
    needed_at: NeededAt | None = None


def rank(plan: Blueprint) -> Measure:
    """Place among peers."""
    return _on_ladder(plan, among.rank)


def percentile(plan: Blueprint) -> Measure:
    """Share of peers that are worse."""
    return _on_ladder(plan, among.percentile)


def zscore(plan: Blueprint) -> Measure:
    """Deviations from the middle of the peers."""
    reader, group = plan.reader, _group(plan)
    is_robust = reader.choice("robust", ("0", "1")) == "1"
    spread = among.Spread(reader.number("m", 80.0), reader.number("k", 10.0), is_robust)
    if spread.per_deviation < 0:
        reading.out_of_range(reader, "k", spread.per_deviation, "≥ 0")
    return lambda actual, anchors: among.zscore(actual, group, reader.sign, reader.digits, spread)


def bell(plan: Blueprint) -> Measure:
    """A bell around the best value, the target unless `mu` says otherwise."""
    reader = plan.reader
    middle = reader.anchor(reader.text("mu") or "T", "mu", 1)
    tol, edge, base = reader.required("tol"), reader.number("edge", smooth.PASS_MARK), reader.number("base", 100.0)
    if tol is not None and tol <= 0:
        reading.out_of_range(reader, "tol", tol, "> 0")
    if not 0 < edge < base:
        reading.out_of_range(reader, "edge", edge, f"0 < edge < {base:g}")

    def measure(actual: float, anchors: Anchors) -> Points:
        x, mu = _rounded(reader, actual), _rounded(reader, anchors.place(middle or Anchor()))
        return Points(smooth.bell(x, mu, tol or 1.0, edge, base))

    def needed_at(score: float, anchors: Anchors) -> float | None:
        away = smooth.bell_needed(score, 0.0, tol or 1.0, edge, base)
        return None if away is None else anchors.place(middle or Anchor()) - reader.sign * away

    plan.needed_at = needed_at
    return measure


def efficacy_exp(plan: Blueprint) -> Measure:
    """Exponential efficacy: 60 at the not-allowed value, 100 at the satisfactory."""
    reader, base = plan.reader, plan.reader.number("base", 100.0)
    low = reader.anchor(reader.text("xs") or "B", "xs", 1) or Anchor()
    high = reader.anchor(reader.text("xh") or "T", "xh", 1) or Anchor()
    if base <= smooth.PASS_MARK:
        reading.out_of_range(reader, "base", base, f"> {smooth.PASS_MARK:g}")

    def ends(anchors: Anchors) -> tuple[float, float] | None:
        xs, xh = _rounded(reader, anchors.place(low)), _rounded(reader, anchors.place(high))
        return (xs, xh) if reader.sign * xh > reader.sign * xs else None

    def measure(actual: float, anchors: Anchors) -> Points:
        found = ends(anchors)
        if found is None:
            xs, xh = anchors.place(low), anchors.place(high)
            return refused("E-PARAM-ORDER", param="xs, xh", found=f"{xs:.15g}, {xh:.15g}")
        return Points(smooth.exponential(_rounded(reader, actual), *found, base))

    def needed_at(score: float, anchors: Anchors) -> float | None:
        found = ends(anchors)
        return None if found is None else smooth.exponential_needed(score, *found, base)

    plan.needed_at = needed_at
    return measure


def rating(plan: Blueprint) -> Measure:
    """What people judge, by role."""
    reader, trim = plan.reader, plan.reader.number("trim", 1.0)
    rows = plan.evidence.ratings
    given = reading.ratings(reader, plan.words) if rows is None else rows
    usual = ROLE_WEIGHTS if plan.evidence.weights is None else plan.evidence.weights
    weights = usual if reader.text("weights") is None else reading.role_weights(reader, plan.words)
    if not trim.is_integer() or not 0 <= trim <= MOST_TRIM:
        reading.out_of_range(reader, "trim", trim, "0, 1, 2")
    points = panel(given, weights, int(trim)).points
    return lambda actual, anchors: points


def milestone(plan: Blueprint) -> Measure:
    """What a plan has delivered."""
    reader, rows = plan.reader, plan.evidence.milestones
    items = reading.milestones(reader) if rows is None else rows
    per_day, undone = reading.fraction(reader, "late", PER_DAY), reading.fraction(reader, "undone", UNDONE)
    points = delivered(items, per_day, undone, reader.number("base", 100.0))
    return lambda actual, anchors: points


def blend(plan: Blueprint) -> Measure:
    """Scores by several standards."""
    rows = plan.evidence.parts
    points = blended(reading.parts(plan.reader) if rows is None else rows)
    return lambda actual, anchors: points


def _group(plan: Blueprint) -> tuple[float, ...]:
    """The comparison group, shown with as many decimals as the actual."""
    rows, decimals = plan.evidence.peers, plan.reader.finish(None).decimals
    group = reading.peers(plan.reader) if rows is None else rows
    return group if decimals is None else tuple(excel_round(each, decimals) for each in group)


def _on_ladder(plan: Blueprint, place: Callable[..., Points]) -> Measure:
    """Points by place; in a small group those of LINEAR, where it has its anchors."""
    reader, group = plan.reader, _group(plan)
    ladder = among.Ladder(reader.number("smin", 60.0), reader.number("smax", 120.0), reader.number("base", 100.0))
    if ladder.worst > ladder.best:
        found = f"{ladder.worst:g}, {ladder.best:g}"
        reading.out_of_range(reader, "smin, smax", found, "smin ≤ smax")
    line = _line(reader)

    def measure(actual: float, anchors: Anchors) -> Points:
        points = place(actual, group, reader.sign, reader.digits, ladder)
        if points.status is not Status.OK or not points.problems or line is None:
            return points
        direct = item_score(line, actual, anchors.target, anchors.threshold, anchors.stretch).score
        return points if direct is None else Points(direct, problems=points.problems)

    return measure


def _line(reader: Reader) -> RuleForm | None:
    """The rule LINEAR with the same params, where they make one."""
    texts = {key: text for key, text in reader.params.texts.items() if key in (*LINEAR_KEYS, *COMMON)}
    form, problems = compile_rule("LINEAR", Params(texts), reader.direction, reader.digits, reader.given)
    if any(key in LINEAR_KEYS for key in texts):
        reader.problems += problems
    return form


def _rounded(reader: Reader, value: float) -> float:
    return excel_round(value, reader.digits)
