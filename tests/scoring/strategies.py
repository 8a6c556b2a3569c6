"""Random rules whose params are sound."""

from __future__ import annotations

from hypothesis import strategies as st

from kpi_xl.scoring.rules.form import Direction
from tests.scoring.compiled import Case

DIRECTIONS: tuple[Direction, ...] = ("up", "down")
quarter = st.integers(-4000, 4000).map(lambda n: n / 4)
"""Numbers that a float holds exactly, so that a property is about the rule and not about the last bit."""


def sign(case: Case) -> int:
    """-1 where less is better."""
    return -1 if case.direction == "down" else 1


@st.composite
def rising(draw: st.DrawFn, count: int) -> list[float]:
    """Numbers in strictly ascending order."""
    return sorted(draw(st.sets(quarter, min_size=count, max_size=count)))


@st.composite
def ratio(draw: st.DrawFn) -> Case:
    """RATIO around any target but zero, or with a scale."""
    target = draw(quarter)
    scale = draw(st.sampled_from((0, 5, 100))) if target else 5
    base = draw(st.sampled_from((50, 100)))
    return Case("RATIO", f"scale={scale}; base={base}", draw(st.sampled_from(DIRECTIONS)), target)


@st.composite
def linear(draw: st.DrawFn) -> Case:
    """LINEAR through three anchors, whatever holds below."""
    direction = draw(st.sampled_from(DIRECTIONS))
    foot, *anchors = draw(rising(4)) if direction == "up" else draw(rising(4))[::-1]
    below = draw(st.sampled_from(("extend", "zero", f"ramp; zero={foot}")))
    stretch = draw(st.sampled_from((anchors[2], None)))
    return Case("LINEAR", f"below={below}", direction, anchors[1], anchors[0], stretch)


@st.composite
def points(draw: st.DrawFn) -> Case:
    """LINEAR through listed points."""
    count = draw(st.integers(2, 6))
    direction = draw(st.sampled_from(DIRECTIONS))
    places = draw(rising(count)) if direction == "up" else draw(rising(count))[::-1]
    scores = sorted(draw(st.lists(st.integers(0, 120), min_size=count, max_size=count)))
    listed = ",".join(f"{place}:{score}" for place, score in zip(places, scores, strict=True))
    return Case("LINEAR", f"points={listed}", direction)


@st.composite
def step(draw: st.DrawFn) -> Case:
    """STEP with up to six bands."""
    count = draw(st.integers(1, 6))
    direction = draw(st.sampled_from(DIRECTIONS))
    bounds = draw(rising(count))[::-1] if direction == "up" else draw(rising(count))
    scores = sorted(draw(st.lists(st.integers(0, 120), min_size=count, max_size=count)), reverse=True)
    bands = ",".join(f"{bound}:{score}" for bound, score in zip(bounds, scores, strict=True))
    return Case("STEP", f"bands={bands}", direction)


@st.composite
def deduct(draw: st.DrawFn) -> Case:
    """DEDUCT, per cent or absolute, along a line or in whole units."""
    up, down = draw(st.sampled_from(((0, 2), (5, 10), (3, 0), (4, 4))))
    shape = draw(st.sampled_from(("linear", "whole; partial=drop", "whole; partial=ceil")))
    pct = draw(st.sampled_from((0, 1)))
    unit = draw(st.sampled_from(("0.01", "5%", "0.25", "2")))
    params = f"unit={unit}; up={up}; dn={down}; pct={pct}; mode={shape}"
    return Case("DEDUCT", params, draw(st.sampled_from(DIRECTIONS)), draw(quarter.filter(bool)))


@st.composite
def efficacy(draw: st.DrawFn) -> Case:
    """EFFICACY between numbers or anchors."""
    direction = draw(st.sampled_from(DIRECTIONS))
    low, high = draw(rising(2)) if direction == "up" else draw(rising(2))[::-1]
    below = draw(st.sampled_from(("extend", "zero")))
    if draw(st.booleans()):
        return Case("EFFICACY", f"xs={low}; xh={high}; below={below}", direction)
    return Case("EFFICACY", f"below={below}", direction, high, low)


@st.composite
def standards(draw: st.DrawFn) -> Case:
    """EFFICACY_SOE with five standards."""
    direction = draw(st.sampled_from(DIRECTIONS))
    values = draw(rising(5))[::-1] if direction == "up" else draw(rising(5))
    return Case("EFFICACY_SOE", "v=" + ",".join(map(str, values)), direction)


@st.composite
def growth(draw: st.DrawFn) -> Case:
    """GROWTH of a positive or negative base."""
    inner = draw(linear().filter(lambda case: "zero=" not in case.params))
    previous = draw(quarter.filter(bool))
    params = f"{inner.params}; previous={previous}"
    return Case("GROWTH", params, inner.direction, inner.target, inner.threshold, inner.stretch, previous)


directional = st.one_of(ratio(), linear(), points(), step(), deduct(), efficacy(), standards(), growth())
