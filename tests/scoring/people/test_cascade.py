"""The parent's total in that of its people."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_xl.errors import MethodError
from kpi_xl.scoring.people.cascade import Cascade, cascaded
from kpi_xl.scoring.rounding import excel_round

points = st.integers(0, 12000).map(lambda n: n / 100)
cascades = st.one_of(
    st.builds(Cascade, st.just("share"), st.integers(0, 10).map(lambda n: n / 10)),
    st.builds(Cascade, st.just("coefficient"), st.integers(0, 30).map(lambda n: n / 10)),
    st.just(Cascade("bonus")),
)


@pytest.mark.parametrize(
    ("cascade", "total"), [(Cascade("share", 0.4), 96.20), (Cascade("coefficient", 0.5), 92.82), (Cascade("bonus"), 91)]
)
def test_the_three_forms_of_the_specification(cascade: Cascade, total: float) -> None:
    """Domain specification, 6.5: a department of 104 and a person of 91."""
    assert excel_round(cascaded(91, 104, cascade), 2) == total


@pytest.mark.parametrize(("alpha", "total"), [(0.6, 98.8), (0.4, 96.2), (0.2, 93.6)])
def test_shares_by_level(alpha: float, total: float) -> None:
    """Of a head, a manager, and their staff."""
    assert excel_round(cascaded(91, 104, Cascade("share", alpha)), 2) == total


@given(cascade=cascades, own=points, parent=points, more=points)
def test_a_better_parent_and_a_better_person_never_lower_a_total(cascade, own, parent, more) -> None:
    start = cascaded(own, parent, cascade)
    assert cascaded(own + more, parent, cascade) >= start - 1e-9
    assert cascaded(own, parent + more, cascade) >= start - 1e-9


@pytest.mark.parametrize(("parent", "total"), [(0, 72.8), (60, 72.8), (160, 109.2)])
def test_a_coefficient_has_limits(parent: float, total: float) -> None:
    assert cascaded(91, parent, Cascade("coefficient", 0.5)) == pytest.approx(total)


def test_what_is_withheld_is_not_zero() -> None:
    assert cascaded(None, 104, Cascade("share", 0.4)) is None
    assert cascaded(91, None, Cascade("share", 0.4)) is None
    assert cascaded(91, None, Cascade("share", 0)) == 91
    assert cascaded(91, None, Cascade("bonus")) == 91


@pytest.mark.parametrize("cascade", [Cascade("share", 1.1), Cascade("share", -0.1), Cascade("coefficient", -1)])
def test_strengths_that_cannot_be(cascade: Cascade) -> None:
    with pytest.raises(MethodError, match="E-CASCADE-STRENGTH"):
        cascaded(91, 104, cascade)
