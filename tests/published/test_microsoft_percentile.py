"""Microsoft, documentation of the worksheet function PERCENTILE.INC."""

from __future__ import annotations

import pytest

from kpi_xl.scoring.targets.forecast import percentile


def test_percentile_inc() -> None:
    assert percentile((1, 2, 3, 4), 0.3) == pytest.approx(1.9)


def test_both_ends_are_included() -> None:
    assert [percentile((1, 2, 3, 4), p) for p in (0, 1)] == [1, 4]
