"""M: the indicator has a unit, a rule that works, a source, and numbers that came in."""

from __future__ import annotations

from functools import cache

from kpi_xl.book.plan_health.check import PASS, Check, Judged, fail, none, warn
from kpi_xl.book.plan_health.material import Line
from kpi_xl.book.tables.inputs import DIRECTIONS
from kpi_xl.library import indicators
from kpi_xl.scoring.moments import median
from kpi_xl.scoring.verdicts import is_below

UNITS = (
    "%", "元", "万元", "亿元", "人", "次", "单", "件", "个", "家", "条", "户", "分", "倍", "天", "小时", "分钟", "秒",
    "元/人", "元/单", "CNY", "points", "x", "days", "hours", "minutes", "seconds", "persons", "times", "orders",
    "pieces",
)  # fmt: skip
"""Units beside those of the library; a book adds its own in the setting `units`, separated by commas."""
WINDOW = 6
"""Periods whose actuals must have come in."""
GOOD_SHARE, LEAST_SHARE = 0.8, 0.5
LEAST_LEVELS, LEAST_RATERS = 3, 2
GAP, WIDE_GAP = 0.005, 0.05
"""How far a reported value may be from the one recomputed, relative to the latter."""

LACKING = "W-PARAM-MISSING"
"""A rule without its params cannot score, and nobody has made a mistake yet."""


def is_in_units(line: Line) -> Judged:
    """L-M1 - a known unit, decimals, and which way is better."""
    note = line.note
    if note.unit not in known_units(line.material.inputs.settings.texts.get("units", "")):
        return fail("m1_unit", found=note.unit or "—")
    if not note.decimals:
        return fail("m1_decimals")
    if note.direction.casefold() not in DIRECTIONS:
        return fail("m1_direction", found=note.direction or "—", wanted=", ".join(DIRECTIONS))
    return PASS


@cache
def known_units(more: str) -> frozenset[str]:
    """Units of the library, the usual ones, and those that a book adds."""
    shipped = {unit for entry in indicators().values() for unit in (entry.unit, entry.unit_en)}
    added = {unit.strip() for unit in more.replace("，", ",").split(",")} - {""}
    return frozenset(shipped | set(UNITS) | added)


def has_a_rule(line: Line) -> Judged:
    """L-M2 - a known rule whose params are complete and in order."""
    if not line.row.plan.rule:
        return fail("m2_empty")
    wrong = [problem for problem in line.row.problems if problem.code.startswith("E-") or problem.code == LACKING]
    return fail("problem", problem=wrong[0], rule=line.row.plan.rule, kpi=line.kpi) if wrong else PASS


def has_a_source(line: Line) -> Judged:
    """L-M3 - a registered source, and its fields in the tables that are loaded; of what is typed, a source."""
    if not line.note.source:
        return fail("m3_source")
    if line.material.raw is None or line.is_by_hand:
        return PASS
    tables = line.raw_tables
    for table, field in sorted(line.material.raw.needs.get(line.kpi, ())):
        if table not in tables or field not in tables[table].filled:
            return fail("m3_field", found=f"{table}.{field}")
    return PASS


def comes_in(line: Line) -> Judged:
    """L-M4 - an actual in most of the last six periods; an indicator without them is new."""
    window = line.past.values.values[-WINDOW:]
    begun = next((place for place, value in enumerate(window) if value is not None), None)
    if begun is None:
        return warn("m4_new", n=0)
    came = sum(value is not None for value in window)
    if not any(value is not None for value in line.past.values.values[:-WINDOW]) and begun > 0:
        # Its first actual lies within the window: what was before is not a gap.
        share = came / (len(window) - begun)
        return fail("m4_gaps", found=share) if is_below(share, LEAST_SHARE) else warn("m4_new", n=came)
    share = came / WINDOW
    if is_below(share, LEAST_SHARE):
        return fail("m4_gaps", found=share)
    return warn("m4_gaps", found=share) if is_below(share, GOOD_SHARE) else PASS


def is_judged_by_several(line: Line) -> Judged:
    """L-M5 - a rating has levels that are described, and more than one rater."""
    if line.row.plan.rule != "RATING":
        return none("n_measured")
    levels = line.material.file.anchors.get(line.kpi, line.material.file.anchors.get("", frozenset()))
    if len(levels) < LEAST_LEVELS:
        return fail("m5_levels", found=len(levels), wanted=LEAST_LEVELS)
    raters = {row.rater.casefold() for row in line.material.inputs.ratings if row.key == line.key and row.rater}
    if len(raters) < LEAST_RATERS:
        return fail("m5_raters", found=len(raters), wanted=LEAST_RATERS)
    return PASS


def has_enough_samples(line: Line) -> Judged:
    """L-M6 - the usual sample is as large as the indicator asks."""
    wanted = line.indicator.min_n
    if wanted <= 1:
        return PASS
    samples = [n for n in line.past.samples[-WINDOW:] if n is not None]
    if not samples:
        return none("n_no_sample")
    usual = median(samples)
    return warn("m6_small", found=usual, wanted=wanted) if usual < wanted else PASS


def agrees_with_itself(line: Line) -> Judged:
    """L-M7 - what is reported and what is recomputed are the same."""
    pair = _reported_and_recomputed(line)
    if pair is None:
        return none("n_one_figure")
    reported, recomputed = pair
    gap = abs(reported - recomputed) / abs(recomputed) if recomputed else float(reported != recomputed)
    if not is_below(GAP, gap):
        return PASS
    facts = {"reported": reported, "recomputed": recomputed, "gap": gap}
    return fail("m7_gap", **facts) if is_below(WIDE_GAP, gap) else warn("m7_gap", **facts)


def _reported_and_recomputed(line: Line) -> tuple[float, float] | None:
    actual = line.material.context.actuals.get(line.key)
    raw = line.material.raw.values.get(line.key) if line.material.raw else None
    if actual is None:
        return None
    ratio = actual.num / actual.den * line.indicator.factor if actual.num is not None and actual.den else None
    if raw is not None:
        typed = actual.value if actual.value is not None else ratio
        return None if typed is None else (typed, raw)
    return None if actual.value is None or ratio is None else (actual.value, ratio)


CHECKS = (
    Check("L-M1", is_in_units, gates=True),
    Check("L-M2", has_a_rule, gates=True),
    Check("L-M3", has_a_source),
    Check("L-M4", comes_in),
    Check("L-M5", is_judged_by_several),
    Check("L-M6", has_enough_samples),
    Check("L-M7", agrees_with_itself),
)
