"""R: the indicator serves a goal, weighs enough, belongs to the unit, and says what no other says."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kpi_xl.book.plan_health.check import PASS, Check, Judged, fail, none, warn
from kpi_xl.book.plan_health.material import Line
from kpi_xl.model.inputs import Subject
from kpi_xl.scoring.collaboration import SHARED_KPIS
from kpi_xl.scoring.correlation import spearman
from kpi_xl.scoring.verdicts import is_below

WEIGHTS = (0.05, 0.40)
LAGS = (0, 1, 2, 3)
LEAST_PAIRS = 12
EVIDENT, TWIN = 0.2, 0.9
"""Rank correlation that is some evidence, and that makes one of two indicators superfluous."""
EVERYBODY = ("共享", "各职能", "shared", "every function")


def serves_a_goal(line: Line) -> Judged:
    """L-R1 - linked to a goal that has weight."""
    goals, links = line.material.file.goals, line.material.file.links
    if goals is None or links is None:
        return none("n_no_goals")
    return PASS if _goals(line, line.kpi) else fail("r1_goal")


def _goals(line: Line, kpi: str) -> frozenset[str]:
    weights = line.material.file.goals or {}
    return frozenset(goal for goal, code in line.material.file.links or () if code == kpi and weights.get(goal, 0) > 0)


def weighs_enough(line: Line) -> Judged:
    """L-R2 - between 5 and 40 %; without weight it is watched, and then it is not core."""
    weight = line.row.plan.weight
    if weight == 0:
        is_core = (line.row.plan.template, line.kpi) in line.material.file.core
        return warn("r2_core") if is_core else PASS
    low, high = WEIGHTS
    is_odd = is_below(weight, low) or is_below(high, weight)
    return warn("r2_weight", found=weight, low=low, high=high) if is_odd else PASS


def belongs_to_the_unit(line: Line) -> Judged:
    """L-R3 - its function is among those that own it, or it is shared; a department owns what its functions do."""
    subject, file = line.row.subject, line.material.file
    if subject.kind in ("company", "department") or _is_shared(line):
        return PASS
    owners = owner_names(line.note.owner)
    if not owners:
        return none("n_no_owner")
    units = _names(subject, line.material.inputs.subjects)
    if file.parts is not None and any(part.unit in units for part in file.parts.get(line.kpi, ())):
        return PASS
    if any(owner in unit or unit in owner for owner in owners for unit in units if unit):
        return PASS
    return warn("r3_owner", owner=line.note.owner, unit=subject.name)


def _is_shared(line: Line) -> bool:
    modes = line.material.file.modes()
    return line.kpi in SHARED_KPIS if modes is None else modes.get(line.kpi, "OWN") != "OWN"


def owner_names(text: str) -> tuple[str, ...]:
    """The functions that own an indicator; none when everybody does or nobody is named.

    >>> owner_names("平台/商品"), owner_names("平台（财务核）"), owner_names("共享")
    (('平台', '商品'), ('平台',), ())
    """
    bare = re.sub(r"[（(].*?[)）]", "", text).casefold()
    names = tuple(part.strip() for part in re.split(r"[/、,，;；]", bare) if part.strip())
    return () if set(names) & set(EVERYBODY) else names


def _names(subject: Subject, subjects: Sequence[Subject]) -> frozenset[str]:
    """What a subject, and the units that it is part of, are called."""
    by_id = {each.id: each for each in subjects}
    found: set[str] = set()
    seen: set[str] = set()
    each: Subject | None = subject
    while each is not None and each.id not in seen:
        if each.kind not in ("company", "department"):
            found |= {each.id.casefold(), each.name.casefold(), each.template.casefold()}
        seen.add(each.id)
        each = by_id.get(each.parent)
    return frozenset(found)


def moves_its_outcome(line: Line) -> Judged:
    """L-R4 - its ups and downs come before those of a result for the same goal; never more than a remark."""
    outcome = _outcome(line)
    if outcome is None:
        return none("n_no_outcome")
    own, other = line.past.values.values, line.past_of(outcome).values.values
    found = [rho for lag in LAGS if (rho := _correlation(own[: len(own) - lag], other[lag:])) is not None]
    if not found:
        return none("n_few_pairs", n=LEAST_PAIRS)
    best = max(found, key=abs)
    return Judged("INFO" if is_below(abs(best), EVIDENT) else "PASS", "r4_evidence", {"rho": best, "other": outcome})


def _outcome(line: Line) -> str | None:
    """The heaviest result on the card for a goal that this process indicator serves."""
    if line.note.tags.get("nature") != "P":
        return None
    goals, file = _goals(line, line.kpi), line.material.file
    rows = [row.plan for row in line.siblings if file.note(row.plan.kpi).tags.get("nature") == "R"]
    served = [row for row in rows if _goals(line, row.kpi) & goals]
    return max(served, key=lambda row: row.weight).kpi if served else None


def says_something_new(line: Line) -> Judged:
    """L-R5 - no other indicator on the card rises and falls with it."""
    own = line.past.values.values
    found = [
        (abs(rho), other)
        for other in (row.plan.kpi for row in line.siblings)
        if other != line.kpi and (rho := _correlation(own, line.past_of(other).values.values)) is not None
    ]
    if not found:
        return none("n_few_pairs", n=LEAST_PAIRS)
    rho, other = max(found)
    return PASS if is_below(rho, TWIN) else warn("r5_twin", rho=rho, other=other)


def _correlation(one: Sequence[float | None], other: Sequence[float | None]) -> float | None:
    pairs = [(x, y) for x, y in zip(one, other, strict=False) if x is not None and y is not None]
    return spearman(pairs) if len(pairs) >= LEAST_PAIRS else None


CHECKS = (
    Check("L-R1", serves_a_goal),
    Check("L-R2", weighs_enough),
    Check("L-R3", belongs_to_the_unit),
    Check("L-R4", moves_its_outcome),
    Check("L-R5", says_something_new),
)
