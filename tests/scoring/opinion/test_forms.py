"""Params of the rules that are no curve: each mistake has its code, and rows of tables take the place of params."""

from __future__ import annotations

from math import inf

import pytest

from kpi_xl.model.status import Status
from kpi_xl.scoring.opinion import Evidence, opinion_score
from kpi_xl.scoring.opinion.blend import Part
from kpi_xl.scoring.opinion.milestones import Milestone
from kpi_xl.scoring.opinion.ratings import Rating
from tests.scoring.opinion.opinions import Opinion


@pytest.mark.parametrize(
    ("case", "codes"),
    [
        (Opinion("RANK"), ["W-PARAM-MISSING"]),
        (Opinion("RANK", "peers=1,2", "range"), ["E-PARAM-CHOICE"]),
        (Opinion("RANK", "peers=1,two"), ["E-PARAM-NUMBER"]),
        (Opinion("RANK", "peers=1,2; smin=120; smax=60"), ["E-PARAM-RANGE"]),
        (Opinion("RANK", "peers=1,2; points=2:100"), ["E-PARAM-ORDER"]),
        (Opinion("RANK", "peers=1,2; floor=130"), ["E-PARAM-ORDER"]),
        (Opinion("PERCENTILE", "peers=1,2; k=3"), ["E-PARAM-UNKNOWN"]),
        (Opinion("ZSCORE", "peers=1,2; k=-3"), ["E-PARAM-RANGE"]),
        (Opinion("ZSCORE", "peers=1,2; robust=maybe"), ["E-PARAM-CHOICE"]),
        (Opinion("BELL", "mu=50"), ["W-PARAM-MISSING"]),
        (Opinion("BELL", "mu=50; tol=0"), ["E-PARAM-RANGE"]),
        (Opinion("BELL", "mu=50; tol=-1"), ["E-PARAM-RANGE"]),
        (Opinion("BELL", "mu=50; tol=20; edge=100"), ["E-PARAM-RANGE"]),
        (Opinion("BELL", "mu=fifty; tol=20"), ["E-PARAM-NUMBER"]),
        (Opinion("EFFICACY_EXP", "xs=1; xh=2; base=60"), ["E-PARAM-RANGE"]),
        (Opinion("RATING"), ["W-PARAM-MISSING"]),
        (Opinion("RATING", "ratings=boss:85"), ["E-PARAM-CHOICE"]),
        (Opinion("RATING", "ratings=superior:splendid"), ["E-PARAM-CHOICE"]),
        (Opinion("RATING", "ratings=superior"), ["E-PARAM-SYNTAX"]),
        (Opinion("RATING", "ratings=superior:85; trim=3"), ["E-PARAM-RANGE"]),
        (Opinion("RATING", "ratings=superior:85; weights=superior:half"), ["E-PARAM-NUMBER"]),
        (Opinion("MILESTONE"), ["W-PARAM-MISSING"]),
        (Opinion("MILESTONE", "items=1:perhaps"), ["E-PARAM-CHOICE"]),
        (Opinion("MILESTONE", "items=1:1:0:0:1:1"), ["E-PARAM-SYNTAX"]),
        (Opinion("MILESTONE", "items=1:1; late=2"), ["E-PARAM-RANGE"]),
        (Opinion("BLEND", "parts=108"), ["E-PARAM-SYNTAX"]),
        (Opinion("RATIO"), ["E-RULE-UNKNOWN"]),
    ],
    ids=str,
)
def test_params_that_cannot_score(case: Opinion, codes: list[str]) -> None:
    assert case.codes == codes


@pytest.mark.parametrize(
    ("params", "told"),
    [
        ("ratings=superior:85; weights=superior:80%,self:20%", "E-RATING-SELF"),
        ("ratings=superior:85; weights=superior:0", "E-RATING-WEIGHTS"),
    ],
)
def test_weights_of_roles_that_cannot_score(params: str, told: str) -> None:
    case = Opinion("RATING", params)
    assert case.outcome().status is Status.CONFIG_ERROR
    assert case.told() == [told]


def test_rows_of_tables_take_the_place_of_params() -> None:
    peers = Evidence(peers=(95, 88, 88, 70, 60))
    assert Opinion("RANK", evidence=peers).score(88) == 97.5
    rated = Evidence(ratings=(Rating("superior", 85), Rating("peer", 70)))
    assert Opinion("RATING", "weights=superior:3,peer:1", evidence=rated).score() == 81.25
    assert Opinion("MILESTONE", evidence=Evidence(milestones=(Milestone(1, True, 5),))).score() == 90.0
    assert Opinion("BLEND", evidence=Evidence(parts=(Part(108, 1.0),))).score() == 108.0
    assert Opinion("RATING", evidence=Evidence(ratings=())).outcome().status is Status.MISSING


def test_what_keeps_an_actual_from_a_score() -> None:
    form = Opinion("EFFICACY_EXP", target=0.14, threshold=0.06).form
    assert opinion_score(form, 0.11, None, 0.06).status is Status.CONFIG_ERROR
    assert opinion_score(form, None, 0.14, 0.06).status is Status.MISSING
    assert opinion_score(form, inf, 0.14, 0.06).status is Status.NON_FINITE
    assert opinion_score(form, 0.0, 0.14, 0.06).score == 40.9


def test_limits_and_rounding_are_those_of_every_rule() -> None:
    assert Opinion("RANK", "peers=95,88,88,70,60; cap=110; floor=70").score(95) == 110.0
    assert Opinion("RANK", "peers=95,88,88,70,60; cap=110; floor=70").score(60) == 70.0
    assert Opinion("BLEND", "parts=2.675:1").score() == 2.68
    assert Opinion("EFFICACY_EXP", "xs=6%; xh=14%; cap=120").score(0.15) == 106.59
    assert Opinion("EFFICACY_EXP", "xs=6%; xh=14%; decimals=2").score(0.114) == 82.57
