"""The score of one actual against one rule, and the way back: the actual that a score needs."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from kpi_xl.model.status import Status
from kpi_xl.scoring.curve import WITHOUT_END, Curve
from kpi_xl.scoring.rounding import excel_round
from kpi_xl.scoring.rules.form import GROWTH, INVERSE, RuleForm

INVERSE_CEILING = 1_000_000.0
"""Target / actual where the actual is zero or less: as good as it gets."""


@dataclass(frozen=True, slots=True)
class ItemScore:
    """Score of one actual; None where the status carries none."""

    score: float | None
    status: Status


def growth(actual: float | None, previous: float | None) -> float | None:
    """Relative change against the size of the previous value; None without a base.

    >>> growth(120, 100), growth(-50, -100), growth(0, 0), growth(1, 0)
    (0.2, 0.5, 0.0, None)
    """
    if actual is None or previous is None or (previous == 0 and actual != 0):
        return None
    return (actual - previous) / max(abs(previous), float(previous == 0))


def attainment(basis: float | None, target: float | None, sign: int) -> float | None:
    """Share of the target that was reached, 1 on target; None where the target is zero or absent.

    >>> attainment(5.4, 5.0, 1), round(attainment(50.4, 48, -1), 4)
    (1.08, 0.95)
    """
    if basis is None or target is None or target == 0:
        return None
    return 1 + sign * (basis - target) / abs(target)


def inverse(actual: float | None, target: float | None) -> float | None:
    """Target over actual."""
    if actual is None or target is None:
        return None
    return target / actual if actual > 0 else INVERSE_CEILING


def basis_of(form: RuleForm, actual: float | None, target: float | None, previous: float | None) -> float | None:
    """What the rule's curve is read at: the actual, its growth, or target over actual."""
    if form.measure == GROWTH:
        return growth(actual, previous)
    return inverse(actual, target) if form.measure == INVERSE else actual


def item_score(
    form: RuleForm,
    actual: float | None,
    target: float | None = None,
    threshold: float | None = None,
    stretch: float | None = None,
    previous: float | None = None,
) -> ItemScore:
    """Score one actual; what keeps it from a score is its status.

    The order is fixed: configuration, non-finite, missing, no base, then the curve.
    """
    if form.form is None or not is_sound(form, target, threshold, stretch):
        return ItemScore(None, Status.CONFIG_ERROR)
    if actual is None:
        return ItemScore(None, Status.MISSING)
    if not isfinite(actual):
        return ItemScore(None, Status.NON_FINITE)
    shown = actual if form.decimals is None else excel_round(actual, form.decimals)
    basis = basis_of(form, shown, target, previous)
    if basis is None:
        return ItemScore(None, Status.NO_BASE)
    x = excel_round(form.form.sign * basis, form.form.digits)
    curve = form.form.at(target, threshold, stretch)
    return ItemScore(curve.score(x, form.floor, form.cap), Status.OK)


def is_sound(form: RuleForm, target: float | None, threshold: float | None, stretch: float | None) -> bool:
    """Every anchor the rule needs is there, and they run one way."""
    given = {"T": target, "B": threshold, "S": stretch}
    if form.form is None or any(given[anchor] is None for anchor in form.needs):
        return False
    return not (form.nonzero_target and not target) and form.form.at(target, threshold, stretch).is_ordered


def needed(
    form: RuleForm,
    score: float,
    target: float | None = None,
    threshold: float | None = None,
    stretch: float | None = None,
    previous: float | None = None,
) -> float | None:
    """The actual that just reaches a score: the least good one that does.

    Returns
    -------
    float or None
        In the indicator's own unit; None when the rule never gives that score, or gives it to every actual.
    """
    if form.form is None or not is_sound(form, target, threshold, stretch) or score > form.cap:
        return None
    x = lowest_reaching(form.form.at(target, threshold, stretch), score)
    if x is None:
        return None
    signed = excel_round(x, form.form.digits)
    basis = form.form.sign * signed
    if form.measure == GROWTH:
        return None if previous is None else previous + basis * abs(previous)
    if form.measure == INVERSE:
        return None if not basis or target is None else target / basis
    return basis + 0.0


def lowest_reaching(curve: Curve, score: float) -> float | None:
    """Smallest signed x whose raw score is at least `score`; None when there is no such bound."""
    for index, start in enumerate(curve.start):
        if start >= WITHOUT_END / 2:
            break
        end = curve.start[index + 1] if index + 1 < len(curve.start) else WITHOUT_END
        opens, slope = start > -WITHOUT_END / 2, curve.slope[index]
        if opens and _at(curve, index, curve.x0[index] if curve.x0[index] >= start else start) >= score:
            return max(curve.x0[index], start)
        if not opens and slope <= 0 and curve.y0[index] >= score:
            return None
        if slope > 0:
            x = curve.x0[index] + (score - curve.y0[index]) / slope
            if (not opens or x >= start) and x < end:
                return x
    return None


def _at(curve: Curve, index: int, x: float) -> float:
    return curve.y0[index] + curve.slope[index] * (x - curve.x0[index])
