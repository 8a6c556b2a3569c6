"""The score of one actual against one rule, and the way back: the actual that a score needs."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from kpi_xl.model.status import Status
from kpi_xl.scoring.curve import WITHOUT_END, Curve
from kpi_xl.scoring.rounding import excel_round
from kpi_xl.scoring.rules.form import ACTUAL, GROWTH, INVERSE, RuleForm

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
    basis = basis_of(form, _shown(form, actual), target, previous)
    if basis is None:
        return ItemScore(None, Status.NO_BASE)
    if not abs(basis) < WITHOUT_END / 2:
        return ItemScore(None, Status.NON_FINITE)
    x = excel_round(form.form.sign * basis, form.form.digits)
    return ItemScore(form.form.at(target, threshold, stretch).score(x, form.floor, form.cap), Status.OK)


def word_score(form: RuleForm, word: str) -> float:
    """Score of an actual that is a word: all the points when it is on the rule's list."""
    is_listed = word.strip().casefold() in {text.casefold() for text in form.texts}
    points = min(form.cap, max(form.floor, form.base if is_listed else form.floor))
    return excel_round(excel_round(points, 9), 2)


def is_sound(form: RuleForm, target: float | None, threshold: float | None, stretch: float | None) -> bool:
    """Every anchor the rule needs is there, and they run one way."""
    given = {"T": target, "B": threshold, "S": stretch}
    if form.form is None or any(given[anchor] is None for anchor in form.needs):
        return False
    if not all(isfinite(number) for number in given.values() if number is not None):
        return False
    return not (form.nonzero_target and not target) and form.form.at(target, threshold, stretch).is_ordered


def needed(
    form: RuleForm,
    score: float,
    target: float | None = None,
    threshold: float | None = None,
    stretch: float | None = None,
    previous: float | None = None,
    decimals: int | None = None,
) -> float | None:
    """The actual that just reaches a score: the least good one that does.

    Parameters
    ----------
    form : RuleForm
        A compiled rule.
    score : float
        Points wanted, to nine digits; rounding the item score to two decimals reaches nothing.
    target, threshold, stretch, previous : float, optional
        As for `item_score`.
    decimals : int, optional
        Decimals of the answer, which is rounded to the better side; otherwise those of the rule.

    Returns
    -------
    float or None
        In the indicator's own unit; None when the rule never gives that score, gives it to every actual, or gives
        it below a bound although its direction does not say that less is better.
    """
    curve_form = form.form
    if curve_form is None or not is_sound(form, target, threshold, stretch) or not form.floor < score <= form.cap:
        return None
    curve = curve_form.at(target, threshold, stretch)
    x = lowest_reaching(curve, score)
    bound = None if x is None else _actual_at(form, x, target, previous)
    if bound is None:
        return None
    digits = _finest(form, decimals)
    least = excel_round(bound, digits)
    better = -1 if form.measure == INVERSE else curve_form.sign
    for actual in (least, excel_round(least + better * _step(least, digits), digits)):
        basis = basis_of(form, _shown(form, actual), target, previous)
        if basis is not None and _exact(form, curve, basis) >= excel_round(score, 9):
            return actual
    return None


def lowest_reaching(curve: Curve, score: float) -> float | None:
    """Smallest signed x whose raw score is at least `score`; None when there is no such bound."""
    for index, start in enumerate(curve.start):
        if start >= WITHOUT_END / 2:
            break
        end = curve.start[index + 1] if index + 1 < len(curve.start) else WITHOUT_END
        opens, slope = start > -WITHOUT_END / 2, curve.slope[index]
        first = max(curve.x0[index], start)
        if opens and curve.y0[index] + slope * (first - curve.x0[index]) >= score:
            return first
        if not opens and slope <= 0 and curve.y0[index] >= score:
            return None
        if slope > 0:
            x = curve.x0[index] + (score - curve.y0[index]) / slope
            if (not opens or x >= start) and x < end:
                return x
    return None


def _shown(form: RuleForm, actual: float) -> float:
    return actual if form.decimals is None else excel_round(actual, form.decimals)


def _exact(form: RuleForm, curve: Curve, basis: float) -> float:
    """Score at a basis to nine digits."""
    x = excel_round(form.form.sign * basis, form.form.digits) if form.form else basis
    return excel_round(curve.points(x, form.floor, form.cap), 9)


def _finest(form: RuleForm, decimals: int | None) -> int:
    """Decimals that an actual may have and still be told from its neighbours."""
    digits = form.form.digits if form.form and form.measure == ACTUAL else 9
    return min(asked for asked in (digits, form.decimals, decimals) if asked is not None)


def _actual_at(form: RuleForm, x: float, target: float | None, previous: float | None) -> float | None:
    """The actual behind a place on the curve's axis."""
    basis = form.form.sign * x if form.form else x
    if form.measure == GROWTH:
        return None if previous is None else previous + basis * abs(previous)
    if form.measure == INVERSE:
        return None if basis <= 0 or target is None else target / basis
    return basis


def _step(x: float, digits: int) -> float:
    """One grid of `digits` decimals, or of the fifteenth digit where that is coarser."""
    return max(10.0**-digits, abs(x) * 1e-14)
