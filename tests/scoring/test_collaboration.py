"""Work across units: §1.3 of the specification."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_xl.errors import MethodError
from kpi_xl.library import presets
from kpi_xl.model.status import Status
from kpi_xl.scoring.collaboration import (
    Part,
    collaboration_weight,
    is_collaborative,
    part_problems,
    unit_actuals,
    unit_targets,
)


def test_two_units_at_sixty_and_forty_make_the_parent_s_target_exactly() -> None:
    """R17; 100,001 orders cannot be split without a rest."""
    assert unit_targets("SHARED-SPLIT", 100_001, (0.6, 0.4)) == (60_001, 40_000)
    assert unit_targets("SHARED-FULL", 0.032, (0.6, 0.4)) == (0.032, 0.032)
    assert unit_targets("OWN", 5.0, (1.0,)) == (5.0,)
    with pytest.raises(MethodError, match="E-SHARE-OWN"):
        unit_targets("OWN", 5.0, (0.5, 0.5))
    with pytest.raises(MethodError, match="E-SPLIT-SHARES"):
        unit_targets("SHARED-SPLIT", 5.0, (0.5, 0.4))


@given(st.integers(0, 10**9), st.lists(st.integers(1, 1000), min_size=1, max_size=12))
def test_split_targets_sum_to_the_parent_s(target: int, parts: list[int]) -> None:
    shares = [part / sum(parts) for part in parts]
    split = unit_targets("SHARED-SPLIT", float(target), shares)
    assert sum(split) == target
    assert all(abs(each - target * share) < 1 for each, share in zip(split, shares, strict=True))


def test_actuals_are_the_joint_one_the_unit_s_own_or_an_approximation() -> None:
    assert unit_actuals("SHARED-FULL", 0.031, (0.6, 0.4)) == ((0.031, 0.031), Status.OK)
    assert unit_actuals("SHARED-SPLIT", 100.0, (0.6, 0.4), (70.0, 30.0)) == ((70.0, 30.0), Status.OK)
    assert unit_actuals("SHARED-SPLIT", 100.0, (0.6, 0.4)) == ((60.0, 40.0), Status.APPROX)


def test_what_is_missing_stays_missing() -> None:
    assert unit_actuals("SHARED-FULL", None, (0.6, 0.4)) == ((None, None), Status.MISSING)
    assert unit_actuals("SHARED-SPLIT", None, (0.6, 0.4)) == ((None, None), Status.MISSING)
    assert unit_actuals("SHARED-SPLIT", 100.0, (0.6, 0.4), (70.0, None)) == ((70.0, None), Status.MISSING)


def test_one_unit_answers_and_split_shares_make_a_whole() -> None:
    fine = [Part("CVR", "平台", "A", "SHARED-SPLIT", 0.6), Part("CVR", "商品", "R", "SHARED-SPLIT", 0.4)]
    assert part_problems(fine) == ()
    assert [each.code for each in part_problems(fine[1:])] == ["W-RACI-ACCOUNTABLE", "W-RACI-SHARES"]
    two = [Part("CVR", "平台", "A"), Part("CVR", "商品", "A")]
    assert part_problems(two)[0].args == {"found": 2, "units": "平台, 商品"}


@given(st.integers(2, 40))
def test_equal_shares_of_any_number_of_units_are_a_whole(count: int) -> None:
    parts = [Part("ORD", str(n), "A" if n == 0 else "R", "SHARED-SPLIT", 1 / count) for n in range(count)]
    assert part_problems(parts) == ()


@pytest.mark.parametrize("name", presets())
def test_every_shipped_card_hangs_on_working_together(name: str) -> None:
    """§2.4: each card reaches the 10 %."""
    assert is_collaborative(collaboration_weight(presets()[name].weights))


def test_the_book_s_modes_win_over_the_library_s() -> None:
    weights = {"CVR": 0.10, "REV": 0.85, "COLLAB": 0.05}
    assert collaboration_weight(weights) == 0.15
    assert collaboration_weight(weights, {"CVR": "OWN", "REV": "SHARED-FULL"}) == 0.90
    assert not is_collaborative(collaboration_weight(weights, {}))
