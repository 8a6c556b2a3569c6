"""What holds for every rule whatever its params."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from hypothesis import example, given
from hypothesis import strategies as st

from kpi_xl.model.status import Status
from kpi_xl.scoring.item import basis_of, needed
from kpi_xl.scoring.rounding import excel_round
from tests.scoring.compiled import Case
from tests.scoring.strategies import directional, linear, quarter, ratio, sign, step


def scored(case: Case, actual: float) -> float:
    """Score of an actual that has one."""
    score = case.score(actual)
    assert score is not None
    return score


@given(directional, quarter, quarter)
def test_a_better_actual_never_scores_less(case: Case, one: float, other: float) -> None:
    worse, better = sorted((one, other), key=lambda actual: actual * sign(case))
    assert scored(case, worse) <= scored(case, better)


@given(directional, quarter, st.integers(0, 60), st.integers(60, 200))
def test_scores_stay_between_floor_and_cap(case: Case, actual: float, floor: int, cap: int) -> None:
    limited = replace(case, params=f"{case.params}; floor={floor}; cap={cap}")
    assert floor <= scored(limited, actual) <= cap


@given(directional, quarter)
def test_every_finite_actual_has_a_score(case: Case, actual: float) -> None:
    assert case.outcome(actual).status is Status.OK


@given(linear(), st.sampled_from(("target", "threshold")))
def test_the_target_scores_100_and_the_threshold_60(case: Case, anchor: str) -> None:
    actual = getattr(case, anchor)
    assert case.score(actual) == {"target": 100.0, "threshold": 60.0}[anchor]


@given(ratio(), quarter)
def test_ratio_is_the_signed_deviation(case: Case, actual: float) -> None:
    """base * (1 + sigma * (A - T) / max(|T|, scale)), in exact fractions."""
    params = dict(part.split("=") for part in case.params.split("; "))
    base, target = Fraction(params["base"]), Fraction(case.target or 0.0)
    deviation = sign(case) * (Fraction(actual) - target) / max(abs(target), Fraction(params["scale"]))
    exact = min(max(base * (1 + deviation), Fraction(0)), Fraction(120))
    assert abs(Fraction(scored(case, actual)) - exact) <= Fraction("0.0050001")


@given(step(), quarter)
def test_step_is_the_first_band_reached(case: Case, actual: float) -> None:
    bands = [tuple(map(float, band.split(":"))) for band in case.params.removeprefix("bands=").split(",")]
    reached = [score for bound, score in bands if sign(case) * actual >= sign(case) * bound]
    assert case.score(actual) == (reached[0] if reached else 0.0)


@given(step(), st.integers(0, 5), st.sampled_from((-1, 0, 1)))
def test_a_value_on_a_bound_belongs_to_the_better_band(case: Case, band: int, steps: int) -> None:
    """Half a grid is the same value, a whole grid is another."""
    bands = [tuple(map(float, text.split(":"))) for text in case.params.removeprefix("bands=").split(",")]
    bound, score = bands[band % len(bands)]
    actual = bound + sign(case) * steps * 0.4e-9
    assert case.score(actual) == score


@given(directional, st.integers(1, 11_999))
@example(Case("LINEAR", threshold=0.18, target=0.22, stretch=0.26), 9780)
@example(Case("DEDUCT", "unit=5%; dn=10; mode=whole; partial=drop", "down", 100.0), 9000)
@example(Case("RATIO", target=3.0), 3333)
def test_what_is_needed_reaches_the_score_and_a_grid_step_less_does_not(case: Case, hundredths: int) -> None:
    wanted = hundredths / 100
    form = case.form
    assert form.form is not None
    actual = needed(form, wanted, case.target, case.threshold, case.stretch, case.previous)
    if actual is None:
        return
    assert scored(case, actual) >= wanted
    basis = basis_of(form, actual, case.target, case.previous)
    assert basis is not None
    x = excel_round(form.form.sign * basis, form.form.digits)
    curve = form.form.at(case.target, case.threshold, case.stretch)
    assert curve.points(excel_round(x - 1e-9, 9), form.floor, form.cap) < wanted


@given(directional, st.integers(1, 12_000))
def test_nothing_is_needed_where_none_or_all_reach_it(case: Case, hundredths: int) -> None:
    wanted = hundredths / 100
    if needed(case.form, wanted, case.target, case.threshold, case.stretch, case.previous) is None:
        extremes = [scored(case, far) for far in (-1e5, 1e5)]
        assert max(extremes) < wanted or min(extremes) >= wanted
