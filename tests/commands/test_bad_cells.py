"""Everything a person can type wrong: one mistake gives one issue, at its cell, in words that say how to mend it.

Every case is typed into a book with two cards. A mistake of the book stops the scoring and leaves the file as it was; a
mistake of card D01 withholds that card, and D02 is scored as if nothing had happened.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from kpi_xl.commands.check import check
from kpi_xl.commands.receipt import issue_json
from kpi_xl.commands.score import score
from kpi_xl.commands.verify import verify
from kpi_xl.hosts.file import FileHost
from kpi_xl.labels import LANGS
from kpi_xl.referee import available
from tests.commands.damage import D01_TOTAL, D02_TOTAL, Typed, damaged, put
from tests.commands.mistakes import CASES, HELD, NO_CSAT, STOPS, Case, adjustment


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_one_mistake_gives_one_issue_and_spoils_no_more_than_it_must(case: Case, tmp_path: Path) -> None:
    path = damaged(tmp_path, put(case.cells))
    before = path.read_bytes()

    checked = check(FileHost(path))
    assert [(issue.code, issue.cell) for issue in checked.issues] == [(case.code, case.cell)]
    assert checked.exit_code == int(case.code.startswith("E-"))
    for lang in LANGS:
        said = issue_json(checked.issues[0], lang)
        assert case.found in str(said["message"])
        assert said["mend"]
        assert "{" not in f"{said['message']}{said['mend']}"

    scored = score(FileHost(path))
    assert scored.exit_code == checked.exit_code
    if case.outcome == STOPS:
        assert not scored.is_done
        assert path.read_bytes() == before
        return
    cards = {row["card"]: row for row in scored.facts["cards"]}  # type: ignore[attr-defined]
    assert cards.get("D02", {"total": D02_TOTAL})["total"] == D02_TOTAL
    shown = FileHost(path).tables()["tblCards"].rows[0]
    assert (cards["D01"]["status"] == "WITHHELD") == ("WITHHELD" in shown) == (case.outcome == HELD)
    assert cards["D01"]["total"] == (None if case.outcome == HELD else case.outcome)


@pytest.mark.skipif(available("formualizer") is not None, reason="formualizer: E-ENGINE-MISSING")
@pytest.mark.parametrize("case", [case for case in CASES if case.outcome != STOPS], ids=lambda case: case.name)
def test_formulas_and_engine_agree_on_what_is_left(case: Case, tmp_path: Path) -> None:
    path = damaged(tmp_path, put(case.cells))
    score(FileHost(path))
    assert verify(path, ("formualizer",)).issues == ()


def test_two_waivers_together_pass_the_limit(tmp_path: Path) -> None:
    second = {cell.replace("6", "7"): value for cell, value in adjustment(kind="waiver", scope="REV").items()}
    gaps: dict[str, Typed] = {**NO_CSAT, "考核方案!I6": "REWEIGHT", "填报!D6": None}
    path = damaged(tmp_path, put({**gaps, **adjustment(kind="waiver", scope="CSAT"), **second}))
    receipt = score(FileHost(path))
    limits = [issue for issue in receipt.issues if issue.code == "W-REWEIGHT-LIMIT"]
    assert [issue.cell for issue in limits] == ["填报!F13"]
    assert "25%" in str(issue_json(limits[0], "zh")["message"])
    assert [card["total"] for card in receipt.facts["cards"]] == [None, D02_TOTAL]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "cells",
    [{"填报!C6": "rev", "目标!C6": "Rev"}, {"填报!B6": "d01"}, {"组织!E6": "deck12"}, {"设置!B13": "step"}],
    ids=["indicator", "subject", "template", "scheme"],
)
def test_the_case_of_a_code_matters_neither_to_the_sheet_nor_to_us(cells: Mapping[str, Typed], tmp_path: Path) -> None:
    path = damaged(tmp_path, put(cells))
    receipt = score(FileHost(path))
    assert receipt.issues == ()
    assert [card["total"] for card in receipt.facts["cards"]] == [D01_TOTAL, D02_TOTAL]  # type: ignore[attr-defined]
    if available("formualizer") is None:
        assert verify(path, ("formualizer",)).issues == ()


def test_several_mistakes_are_all_reported_at_once(tmp_path: Path) -> None:
    path = damaged(tmp_path, put({"考核方案!D6": 15.0, "目标!D7": 0.3, "填报!D11": "三万", "填报!G13": 12.0}))
    found = [(issue.code, issue.cell) for issue in check(FileHost(path)).issues]
    assert found == [
        ("E-WEIGHT-RANGE", "考核方案!D6"),
        ("E-NUMBER", "填报!D11"),
        ("E-ANCHOR-ORDER", "目标!E7"),
        ("W-SAMPLE", "填报!G13"),
    ]


def test_a_chinese_book_in_english_scores_the_same(tmp_path: Path) -> None:
    path = damaged(tmp_path, put({"设置!B7": "en"}))
    receipt = score(FileHost(path))
    assert receipt.issues == ()
    assert [card["total"] for card in receipt.facts["cards"]] == [D01_TOTAL, D02_TOTAL]  # type: ignore[attr-defined]
