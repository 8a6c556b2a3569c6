"""Milestones and blends: what is done, what is shown, what is absent."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_xl.model.status import Status
from kpi_xl.scoring.opinion.blend import Part, blend
from kpi_xl.scoring.opinion.milestones import Milestone, milestones

steps = st.builds(
    Milestone, st.just(0.25), st.booleans(), st.integers(-5, 90), st.none() | st.integers(0, 4).map(lambda n: n / 4)
)
plans = st.lists(steps, min_size=4, max_size=4)
parts = st.lists(st.none() | st.integers(0, 120), min_size=4, max_size=4).map(
    lambda scores: [Part(score, 0.25) for score in scores]
)


@given(plan=plans, data=st.data())
def test_the_order_of_the_milestones_says_nothing(plan, data) -> None:
    assert milestones(plan).value == milestones(data.draw(st.permutations(plan))).value


@given(plan=plans, days=st.integers(1, 30))
def test_a_day_later_is_never_better(plan, days) -> None:
    later = [replace(item, days_late=item.days_late + days) for item in plan]
    assert milestones(later).value <= milestones(plan).value <= 100


@pytest.mark.parametrize(
    ("item", "points"),
    [
        (Milestone(1, True), 100),
        (Milestone(1, True, -3), 100),
        (Milestone(1, True, 50), 0),
        (Milestone(1, True, 51), 0),
        (Milestone(1, False, progress=1), 60),
        (Milestone(1, False, progress=0.5, has_evidence=False), 0),
        (Milestone(1, False), 0),
    ],
)
def test_one_milestone(item: Milestone, points: float) -> None:
    assert milestones([item]).value == pytest.approx(points)


def test_progress_that_nobody_showed_is_named() -> None:
    plan = [Milestone(0.5, False, progress=0.5), Milestone(0.5, False, progress=0.5, has_evidence=False)]
    (problem,) = milestones(plan).problems
    assert (problem.code, problem.args["positions"]) == ("W-MILESTONE-EVIDENCE", "2")


@pytest.mark.parametrize(
    ("plan", "code"),
    [
        ([Milestone(0.5, True), Milestone(0.4, True)], "E-PARTS-SUM"),
        ([Milestone(1.5, True), Milestone(-0.5, True)], "E-PARTS-RANGE"),
        ([Milestone(1, False, progress=50)], "E-PARTS-RANGE"),
    ],
)
def test_a_plan_that_cannot_score_says_why(plan: list[Milestone], code: str) -> None:
    found = milestones(plan)
    assert (found.value, found.status, found.problems[0].code) == (None, Status.CONFIG_ERROR, code)


@given(mix=parts)
def test_a_blend_lies_between_its_scores_and_is_missing_without_any(mix) -> None:
    scores = [part.score for part in mix if part.score is not None]
    found = blend(mix)
    if not scores:
        assert found.status is Status.MISSING
    else:
        assert min(scores) - 1e-9 <= found.value <= max(scores) + 1e-9
        assert bool(found.problems) == (len(scores) < 4)


def test_the_weight_of_an_absent_part_goes_to_the_others() -> None:
    found = blend([Part(108, 0.5), Part(None, 0.3), Part(96, 0.2)])
    assert found.value == pytest.approx((0.5 * 108 + 0.2 * 96) / 0.7)
    assert found.problems[0].args == {"positions": "2"}
    assert blend([Part(108, 1.0), Part(None, 0.0)]).problems == ()


@pytest.mark.parametrize(
    ("mix", "code"), [([Part(100, 0.9)], "E-PARTS-SUM"), ([Part(100, 1.5), Part(90, -0.5)], "E-PARTS-RANGE")]
)
def test_a_blend_that_cannot_score_says_why(mix: list[Part], code: str) -> None:
    assert blend(mix).problems[0].code == code


def test_nothing_planned_is_missing() -> None:
    assert milestones([]).status is blend([]).status is Status.MISSING
