"""The host in memory keeps what it was asked to write."""

from __future__ import annotations

from kpi_xl.hosts.memory import MemoryHost
from kpi_xl.model.grid import CellOut, Patch, SheetOut
from tests.hosts.samples import CARDS, TARGETS


def test_writes_are_recorded_in_order_as_asked_for() -> None:
    host = MemoryHost([CARDS, TARGETS])
    out = SheetOut("tblCards", (CellOut(5, 2, "card"),), tables={"tblCards": 0})
    patch = Patch("tblTargets", (CellOut(6, 4, "k"),), 3)
    host.write([out], [])
    host.write([], [patch])
    assert host.written == [((out,), ()), ((), (patch,))]


def test_an_empty_text_is_an_empty_cell_as_in_a_file() -> None:
    host = MemoryHost(names={"k_card": ("考核评分表", 3, 2)}, cells={("考核评分表", 3, 2): ""})
    assert host.named_cell("k_card") is None
