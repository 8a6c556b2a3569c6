"""方案体检 as rows: every sentence is whole in both languages, every number of the balance is where it belongs."""

from __future__ import annotations

import pytest

from kpi_xl.book.plan_health.sheet import health_sheet
from kpi_xl.book.plan_health.team import card_balances
from kpi_xl.book.plan_health.weighing import SIGNS
from kpi_xl.book.plan_health.words import fact_text
from kpi_xl.book.tables.health import BALANCE, BASIS, COLLABORATION, EMPHASIS, HEALTH, SHARES, SMART
from kpi_xl.labels import LANGS, Lang, table
from kpi_xl.model.grid import Scalar
from tests.book.plan_health.books import EXAMPLE, added, changed, fresh, material
from tests.book.plan_health.test_checks import CASES

SPLIT: list[dict[str, Scalar]] = [{"kpi": "REV", "unit": "D01", "role": "A", "mode": "SHARED-SPLIT", "share": 1.0}]
PART: dict[str, Scalar] = {"kpi": "CVR", "unit": "平台", "role": "A", "mode": "SHARED-SPLIT", "share": 0.6}


@pytest.mark.parametrize("lang", LANGS)
def test_every_fact_is_a_whole_sentence(lang: Lang) -> None:
    for case in CASES:
        text = fact_text(case.judged, lang)
        assert bool(text) == bool(case.fact), case
        assert not set(text) & set("{}→") or "s4_circle" in case.fact, text


def test_every_sentence_is_some_book_s() -> None:
    facts = {case.fact for case in CASES} - {"", "problem"}
    shown = {key.removeprefix("fact.") for key in table("smart") if key.startswith("fact.")}
    assert shown - facts == {"n_no_owner"}


def test_the_attributes_of_the_rows_are_the_columns_of_the_tables() -> None:
    book = changed(EXAMPLE, {"tblTargets.GPM": {"threshold": 0.25}})
    sheet = health_sheet(material(added(book, "tblRaci", SPLIT)), "zh")
    for each in (SMART, HEALTH, BALANCE, EMPHASIS, COLLABORATION, SHARES, BASIS):
        row = sheet.rows[each.name][0]
        assert all(hasattr(row, column.key) for column in each.columns)
        assert {f"{each.name}.{column.key}" for column in each.columns} <= set(table("columns"))


def test_a_finding_says_what_where_and_how_to_mend_it() -> None:
    sheet = health_sheet(material(changed(EXAMPLE, {"tblTargets.GPM": {"threshold": 0.25}})), "zh")
    row = next(row for row in sheet.health if row.check == "L-A1")
    assert (row.card, row.template, row.kpi, row.letter, row.verdict) == ("D01", "DECK12", "GPM", "A 可实现", "不通过")
    assert row.fact == "门槛 0.25，目标 0.22，挑战 0.26，次序不对"
    assert row.remedy.startswith("在「目标」中补齐")
    assert row.gates == "是"
    assert [each.blocking for each in sheet.smart if each.kpi == "GPM"] == [1]
    assert {row.check for row in sheet.health} == {"L-A1", "L-M4"}


def test_what_blocks_comes_first_then_what_is_gravest() -> None:
    rows = health_sheet(material(changed(EXAMPLE, {"tblTargets.OPT": {"threshold": 1.0}})), "zh").health
    assert (rows[0].gates, [row.gates for row in rows].count("是")) == ("是", 1)
    gravity = [("不通过", "注意", "提示").index(row.verdict) for row in rows[1:]]
    assert gravity == sorted(gravity)


def test_every_finding_on_request() -> None:
    found = material(EXAMPLE)
    assert len(health_sheet(found, "en", every=True).health) == 12 * 28
    assert len(health_sheet(found, "en").smart) == 12


def test_the_balance_block_has_the_deck_s_shares() -> None:
    rows = {(row.axis, row.side): row for row in health_sheet(material(EXAMPLE), "zh").balance}
    short = rows["短期与长期", "短期"]
    assert (short.share, short.wanted, short.deviation, short.index, short.sign) == (0.7, 0.6, 0.1, 0.9, "✓")
    assert rows["短期与长期", "长期"].index == "—"
    assert (rows["定量与定性", "定量"].share, rows["定量与定性", "定性"].share) == (1.0, 0.0)
    (key_points,) = health_sheet(material(EXAMPLE), "zh").emphasis
    assert (key_points.core, key_points.peak, key_points.peak_wanted, key_points.sign) == (0.75, 0.15, 0.15, "✓")


@pytest.mark.parametrize("name", ["DECK12", "B2B", "CONTENT", "MERCHANDISE"])
def test_the_signs_of_the_sides_make_the_verdict_of_the_axis(name: str) -> None:
    found = material(fresh(name))
    rows, (balance,) = health_sheet(found, "zh").balance, card_balances(found.context, found.file)
    for no, axis in enumerate(balance.balance.axes, start=1):
        signs = [row.sign for row in rows if row.no == no]
        assert SIGNS[max(map(SIGNS.index, signs))] == SIGNS[("OK", "WARN", "FAIL").index(axis.verdict)]


def test_the_collaboration_block_has_units_and_what_is_wrong_with_them() -> None:
    fine = added(EXAMPLE, "tblRaci", [PART, {**PART, "unit": "商品", "role": "R", "share": 0.4}])
    row, total = health_sheet(material(fine), "zh").collaboration
    assert (row.kpi, row.mode, row.units, row.fact) == ("CVR", "SHARED-SPLIT", "平台 A, 商品 R", "")
    assert (total.weight, total.wanted, total.verdict) == (0.1, 0.1, "通过")
    broken = health_sheet(material(added(EXAMPLE, "tblRaci", [PART])), "en").collaboration[0]
    assert (broken.fact, broken.verdict) == ("The shares sum to 0.6; wanted 1", "Warning")


def test_a_function_s_balance_is_shown_and_not_held_against_it() -> None:
    rows = health_sheet(material(fresh("CONTENT")), "en").balance
    assert {row.gates for row in rows} == {"No", ""}
    assert next(row for row in rows if row.side == "Operations").share == 0.9
