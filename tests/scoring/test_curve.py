"""The curve as the sheet computes it: placing, order, and the segment that holds a value."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_xl.scoring.curve import WITHOUT_END, Anchor, CurveForm, Segment
from tests.scoring.compiled import Case
from tests.scoring.strategies import directional, quarter


def test_an_anchor_hangs_on_all_its_parts() -> None:
    place = Anchor(t=2.0, b=3.0, s=5.0, d=0.5, d_min=9.0, const=0.25)
    form = CurveForm((Segment(place, 1.0, 1.0),), sign=-1, digits=2)
    assert form.at(7.0, 11.0, 13.0).x0 == (-(14 + 33 + 65) + 4.5 + 0.25,)
    assert form.at(None, None, None).x0 == (4.75,)


def test_slope_comes_from_the_next_anchor_and_a_pure_anchor_is_never_entered() -> None:
    line = (Segment(Anchor(), 0.0, 100.0, 1, -WITHOUT_END), Segment(Anchor(t=1.0), 100.0, 100.0, 1, WITHOUT_END))
    curve = CurveForm(line, 1, 9).at(8.0, None, None)
    assert curve.slope == (12.5, 0.0)
    assert [curve.raw(x) for x in (-1e9, 0.0, 8.0, 1e9)] == [-12.5e9, 0.0, 100.0, 12.5e9]
    assert curve.is_ordered
    assert not CurveForm(line, 1, 9).at(0.0, None, None).is_ordered


@pytest.mark.parametrize(("side", "scores"), [(1, [0.0, 0.0, 1.0, 1.0]), (-1, [0.0, 0.0, 0.0, 1.0])])
def test_a_bound_lies_half_a_grid_off_its_place(side: int, scores: list[float]) -> None:
    pieces = (Segment(Anchor(const=3.0), 0.0, 0.0, 1, -WITHOUT_END), Segment(Anchor(const=3.0), 1.0, 1.0, side))
    curve = CurveForm(pieces, 1, 2).at(None, None, None)
    assert [curve.raw(x) for x in (2.98, 2.99, 3.0, 3.01)] == scores


@given(directional, quarter)
def test_every_rule_opens_downwards_and_has_a_pure_anchor_only_at_its_end(case: Case, x: float) -> None:
    form = case.form.form
    assert form is not None
    opens = [segment.open for segment in form.segments]
    assert opens[0] == -WITHOUT_END
    assert set(opens[1:-1]) <= {0.0}
    assert form.at(case.target, case.threshold, case.stretch).segment(x) >= 0


@given(directional, st.integers(-4000, 4000), st.integers(0, 120))
def test_score_is_the_median_rounded_to_nine_and_then_two(case: Case, quarters: int, floor: int) -> None:
    form = case.form.form
    assert form is not None
    curve, x = form.at(case.target, case.threshold, case.stretch), quarters / 4
    limited = min(max(curve.raw(x), floor), 120.0)
    nine = Decimal(format(limited, ".15g")).quantize(Decimal("1e-9"), "ROUND_HALF_UP")
    assert curve.score(x, floor, 120.0) == float(nine.quantize(Decimal("0.01"), "ROUND_HALF_UP"))
