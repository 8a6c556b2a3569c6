"""A: targets run one way, can be reached and are not given away, and lie within what is possible."""

from __future__ import annotations

import re
from collections.abc import Mapping

from kpi_xl.book.plan_health.check import PASS, Check, Judged, fail, none, warn
from kpi_xl.book.plan_health.material import Line
from kpi_xl.model.inputs import Indicator
from kpi_xl.scoring.posts import is_due
from kpi_xl.scoring.targets.anchors import Verdict, verdict
from kpi_xl.scoring.targets.challenge import NEW, backsliding, leap
from kpi_xl.scoring.verdicts import is_below

CONTROL, LEAST_CONTROL = 0.5, 0.2
OPEN_RATES = frozenset(("GPM", "NPM", "ROI"))
"""Percentages that are no share of a whole: margins and returns may be below zero or above one."""
OPEN_NAMES = re.compile(r"增长|增幅|同比|环比|利润|毛利|回报|growth|increase|margin|return on|profit", re.IGNORECASE)
"""What a company calls such percentages of its own."""
TIMES = frozenset(("天", "小时", "分钟", "秒", "days", "hours", "minutes", "seconds"))
SCALES: Mapping[str, tuple[float, float]] = {"NPS": (-100.0, 100.0)}


def runs_one_way(line: Line) -> Judged:
    """L-A1 - threshold, target and stretch are there as the rule needs them, each harder than the last."""
    form = line.row.form
    if not is_due(line.indicator.frequency, line.material.period):
        return none("n_not_due")
    if form is None:
        return none("n_no_rule")
    lacking = [letter for letter in "BTS" if letter in form.needs and letter not in line.anchors]
    if lacking:
        return fail("a1_missing", lacking=", ".join(lacking))
    given = {letter: line.anchors.get(letter) for letter in "BTS"}
    signed = {letter: line.sign * number for letter, number in line.anchors.items()}
    is_ordered = line.indicator.direction == "range" or (
        ("B" not in signed or "T" not in signed or is_below(signed["B"], signed["T"]))
        and ("T" not in signed or "S" not in signed or not is_below(signed["S"], signed["T"]))
    )
    if form.form is not None:
        is_ordered = is_ordered and form.form.at(given["T"], given["B"], given["S"]).is_ordered
    shown = {name: _shown(given[letter]) for name, letter in (("threshold", "B"), ("target", "T"), ("stretch", "S"))}
    return PASS if is_ordered else fail("a1_order", **shown)


def _shown(number: float | None) -> str:
    return "—" if number is None else format(number, ".15g")


def is_challenging(line: Line) -> Judged:
    """L-A2 - neither out of reach nor given away."""
    target = line.anchors.get("T")
    if target is None:
        return none("n_no_target")
    if line.material.chance is None or line.indicator.direction == "range":
        return none("n_no_chance", n=len(line.past.values.known))
    p = line.material.chance(line.past.values, line.material.period, target, line.indicator.direction)
    if p is None:
        return none("n_no_chance", n=len(line.past.values.known))
    found = verdict(p)
    fact = {Verdict.FAIR: "a2_fair", Verdict.HARD: "a2_hard", Verdict.TOO_HARD: "a2_hard"}.get(found, "a2_easy")
    return Judged(found.level, fact, {"p": p})


def does_not_slide_back(line: Line) -> Judged:
    """L-A3 - not worse than last year; with a short past, not far beyond the best ever either."""
    target, known = line.anchors.get("T"), line.past.values.known
    if target is None:
        return none("n_no_target")
    if not known:
        return none("n_no_past")
    if line.indicator.direction == "range":
        return PASS
    last_year = line.past.values.at(line.material.period.year_ago)
    if last_year is not None and backsliding(target, last_year, line.sign):
        return warn("a3_back", found=target, last=last_year)
    best = (min if line.sign < 0 else max)(known)
    if len(known) < NEW and leap(target, best, line.sign):
        return warn("a3_far", found=target, best=best)
    return PASS


def is_controllable(line: Line) -> Judged:
    """L-A4 - the result is in the hands of the unit that answers for it."""
    parts = (line.material.file.parts or {}).get(line.kpi, ())
    degrees = [part.controllability for part in parts if part.role == "A" and part.controllability is not None]
    if not degrees:
        return none("n_no_parts")
    least = min(degrees)
    if is_below(least, LEAST_CONTROL):
        return fail("a4_control", found=least)
    return warn("a4_control", found=least) if is_below(least, CONTROL) else PASS


def is_possible(line: Line) -> Judged:
    """L-A5 - no rate above one, no time below zero."""
    low, high = limits(line)
    for number in line.anchors.values():
        if number < low or number > high:
            return fail("a5_limits", found=number, low=_shown(low), high="∞" if high == float("inf") else _shown(high))
    return PASS


def limits(line: Line) -> tuple[float, float]:
    """Least and greatest value that the indicator of a line can have."""
    return possible(line.indicator, f"{line.note.zh} {line.note.en}")


def possible(indicator: Indicator, names: str) -> tuple[float, float]:
    """Least and greatest value that an indicator can have; its names tell a share of a whole from a growth."""
    infinite = float("inf")
    if indicator.code in SCALES:
        return SCALES[indicator.code]
    is_open = indicator.code in OPEN_RATES or OPEN_NAMES.search(names)
    if indicator.unit == "%" and not is_open:
        return 0.0, 1.0
    is_count = indicator.unit in TIMES or indicator.agg_time == "DIST"
    return (0.0 if is_count else -infinite), infinite


CHECKS = (
    Check("L-A1", runs_one_way, gates=True),
    Check("L-A2", is_challenging),
    Check("L-A3", does_not_slide_back),
    Check("L-A4", is_controllable),
    Check("L-A5", is_possible, gates=True),
)
