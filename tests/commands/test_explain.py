"""explain: the worked example told back, with the inverse of domain §3 (gross margin needs 21.78 %)."""

from __future__ import annotations

from typing import Any

import pytest

from kpi_xl.commands.explain import explain
from kpi_xl.errors import WorkbookError
from kpi_xl.hosts.file import FileHost
from tests.commands.conftest import CopyBook


def told(copy_book: CopyBook, kpi: str | None) -> dict[str, Any]:
    return dict(explain(FileHost(copy_book()), "D01", kpi, "zh").facts)


def test_one_indicator(copy_book: CopyBook) -> None:
    item = told(copy_book, "gpm")["items"][0]
    assert (item["num"], item["den"], item["actual"], item["score"], item["contribution"]) == (
        1134000.0, 5400000.0, 0.21, 90.0, 9.0,
    )  # fmt: skip
    assert item["needed"] == pytest.approx(0.2178)
    assert item["needed_text"] == "≥21.78%"
    assert item["curve"][0] == {"from": None, "at": 0.18, "score": 60.0, "slope": pytest.approx(1000.0)}


def test_the_whole_card_adds_up(copy_book: CopyBook) -> None:
    facts = told(copy_book, None)
    assert round(sum(item["contribution"] for item in facts["items"]), 2) == facts["card"]["base"] == 99.22
    assert (facts["card"]["next_grade"], facts["card"]["gap"]) == ("A", 0.78)


@pytest.mark.parametrize(("card", "kpi", "code"), [("D09", None, "E-CARD-UNKNOWN"), ("D01", "XYZ", "E-ITEM-UNKNOWN")])
def test_unknown_names_say_what_there_is(copy_book: CopyBook, card: str, kpi: str | None, code: str) -> None:
    with pytest.raises(WorkbookError) as raised:
        explain(FileHost(copy_book()), card, kpi, "en")
    assert raised.value.code == code
    assert raised.value.args_by_name["wanted"]
