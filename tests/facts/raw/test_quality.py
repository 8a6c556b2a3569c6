"""The scoreboard of domain §8.8, and text that a spreadsheet must not run."""

from __future__ import annotations

import pytest

from kpi_xl.facts.raw.neutral import neutralised
from kpi_xl.facts.raw.quality import Quality, scoreboard
from kpi_xl.facts.raw.sources import LoadSettings
from kpi_xl.facts.raw.store import Store
from kpi_xl.model.numbers import parse_number
from tests.facts.raw.sheets import of_rows


def test_the_worked_score_of_the_domain() -> None:
    found = Quality("orders", 0.98, 0.99, 1.0, 0.90, 0.95)
    assert (round(found.score, 1), found.level) == (96.8, "green")


@pytest.mark.parametrize(("share", "level"), [(0.95, "green"), (0.9499, "yellow"), (0.90, "yellow"), (0.8999, "red")])
def test_the_lamp(share: float, level: str) -> None:
    assert Quality("orders", *[share] * 5).level == level


def test_every_share_is_what_was_planted(store: Store) -> None:
    """Ten rows: one refused, two there twice, one late, one of an unknown unit; a total that is 10 % off."""
    from datetime import date

    rows = [("order_id", "pay_time", "paid_amount", "unit_id")]
    rows += [(f"A{at}", "2024-02-01", "5", "D01") for at in range(5)]  # type: ignore[misc]
    rows += [("A0", "2024-02-01", "5", "D01"), ("A1", "2024-02-01", "5", "D01"), ("A5", "x", "5", "D01")]  # type: ignore[list-item]
    rows += [("A6", "2024-01-31", "", "D01"), ("A7", "2024-02-01", "5", "D9")]  # type: ignore[list-item]
    settings = LoadSettings(units=frozenset({"D01"}), closed_until=date(2024, 1, 31))
    of_rows(store, "orders", rows, settings, total=30 / 0.9, total_column="paid_amount")
    (found,) = scoreboard(store)
    assert found.completeness == pytest.approx(20 / 21)      # 7 rows × key, unit, amount; one amount is missing
    assert found.validity == pytest.approx(7 / 8)
    assert found.uniqueness == pytest.approx(8 / 10)
    assert found.timeliness == pytest.approx(6 / 7)
    assert found.consistency == pytest.approx(6 / 7 * 0.9)


def test_faultless_data_score_100(store: Store) -> None:
    of_rows(store, "orders", [("order_id", "paid_amount"), ("A1", 5)], total=1)
    assert [(each.table, each.score) for each in scoreboard(store)] == [("orders", pytest.approx(100))]


@pytest.mark.parametrize("text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "＝1+1", "=HYPERLINK(\"http://x\")"])
def test_formulas_in_text_are_made_harmless(text: str) -> None:
    assert neutralised(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-12.5", "+5%", "-1.2万", "—", "-", "A=B", "订单", "", "x@y.cn"])
def test_text_and_numbers_stay(text: str) -> None:
    assert neutralised(text) == text
    assert not text.startswith(("-", "+")) or parse_number(text).code in ("OK", "MISSING")
