"""Curves without straight segments: where they bend, and the way back along them."""

from __future__ import annotations

from math import exp, log, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_xl.model.status import Status
from kpi_xl.scoring.opinion import opinion_needed
from kpi_xl.scoring.opinion.smooth import bell, exponential
from tests.scoring.opinion.opinions import Opinion

tenth = st.integers(-500, 500).map(lambda n: n / 10)
width = st.integers(1, 200).map(lambda n: n / 4)
scores = st.integers(6100, 9900).map(lambda n: n / 100)


@given(x=tenth, mu=tenth, tol=width, edge=st.integers(1, 99))
def test_the_bell_as_the_specification_writes_it(x, mu, tol, edge) -> None:
    deviation = tol / sqrt(-2 * log(edge / 100))
    assert bell(x, mu, tol, edge) == pytest.approx(100 * exp(-0.5 * ((x - mu) / deviation) ** 2), abs=1e-9)


@given(x=st.floats(-1e300, 1e300), mu=tenth, tol=width)
def test_a_bell_is_finite_everywhere(x, mu, tol) -> None:
    assert 0 <= bell(x, mu, tol) <= 100


@given(xs=tenth, apart=width, direction=st.sampled_from(("up", "down")), data=st.data())
def test_exponential_points_never_fall_where_the_actual_gets_better(xs, apart, direction, data) -> None:
    sign = 1 if direction == "up" else -1
    case = Opinion("EFFICACY_EXP", f"xs={xs}; xh={xs + sign * apart}; cap=none", direction)
    worse, better = sorted(data.draw(st.tuples(tenth, tenth)), key=lambda x: sign * x)
    assert case.score(worse) <= case.score(better)


@given(xs=tenth, apart=width, score=scores, direction=st.sampled_from(("up", "down")))
def test_the_way_back_just_reaches_the_score(xs, apart, score, direction) -> None:
    sign = 1 if direction == "up" else -1
    case = Opinion("EFFICACY_EXP", direction=direction, threshold=xs, target=xs + sign * apart)
    actual = opinion_needed(case.form, score, case.target, case.threshold)
    assert actual is not None
    assert exponential(actual, xs, xs + sign * apart) == pytest.approx(score, abs=1e-6)
    assert case.score(actual) == pytest.approx(score, abs=1e-9)


def test_the_way_back_rounds_to_the_better_side() -> None:
    case = Opinion("EFFICACY_EXP", "xs=6%; xh=14%; decimals=3")
    assert opinion_needed(case.form, 82.5) == 0.11
    assert opinion_needed(case.form, 82.57) == 0.111
    down = Opinion("EFFICACY_EXP", "xs=48; xh=24; decimals=0", "down")
    assert opinion_needed(down.form, 83) == 32.0


def test_a_bell_is_entered_from_its_worse_side() -> None:
    case = Opinion("BELL", "mu=50; tol=20", "range")
    assert opinion_needed(case.form, 60) == 30.0
    assert opinion_needed(case.form, 101) is None
    assert opinion_needed(case.form, 0) is None


def test_no_way_back_from_a_score_that_hangs_on_others() -> None:
    assert opinion_needed(Opinion("RANK", "peers=1,2,3,4,5").form, 80) is None


def test_anchors_stand_in_for_params() -> None:
    assert Opinion("BELL", "tol=20", "range", target=50).score(60) == 88.01
    assert Opinion("EFFICACY_EXP", target=0.14, threshold=0.06).score(0.11) == 82.57
    assert Opinion("EFFICACY_EXP", "xs=0.06; xh=S", stretch=0.14).score(0.11) == 82.57


@pytest.mark.parametrize(("target", "threshold"), [(6, 6), (6, 14)])
def test_an_efficacy_that_does_not_rise_scores_nothing(target: float, threshold: float) -> None:
    outcome = Opinion("EFFICACY_EXP", target=target, threshold=threshold).outcome(9)
    assert (outcome.score, outcome.status) == (None, Status.CONFIG_ERROR)
    assert [problem.code for problem in outcome.problems] == ["E-PARAM-ORDER"]
