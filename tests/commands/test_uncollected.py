"""Work without garbage collection leaves the collector as it was."""

from __future__ import annotations

import gc

import pytest

from kpi_xl.commands.uncollected import uncollected


@pytest.mark.parametrize("was_enabled", [True, False])
def test_the_collector_is_as_it_was_whatever_happens(was_enabled: bool) -> None:
    before = gc.isenabled()
    try:
        (gc.enable if was_enabled else gc.disable)()
        with pytest.raises(ValueError, match="seen"), uncollected():
            assert not gc.isenabled()
            raise ValueError("seen")
        assert gc.isenabled() is was_enabled
    finally:
        (gc.enable if before else gc.disable)()
