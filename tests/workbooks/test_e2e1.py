"""The worked example E2E-1 of the specification (domain §12) through real workbooks, with its variants."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

import pytest

from kpi_xl.book.example import example
from kpi_xl.book.starter import Content
from kpi_xl.book.tables.check_list import CHECKS_IN_ORDER
from kpi_xl.commands.explain import explain
from kpi_xl.commands.new import new_from
from kpi_xl.commands.score import score
from kpi_xl.hosts.file import FileHost
from kpi_xl.labels import LANGS, Lang
from kpi_xl.model.grid import Scalar
from tests.workbooks.books import assert_engines_agree

BONUS = {"kind": "bonus", "points": 2.0, "reason": "创新", "evidence": "E-1", "approver": "王总"}
PENALTY = {"kind": "penalty", "points": 1.0, "reason": "数据迟报", "evidence": "E-2", "approver": "王总"}
VETO = {"kind": "veto", "effect": "CAP_SCORE", "reason": "安全事故", "evidence": "E-3", "approver": "王总"}
WAIVER = {"kind": "waiver", "scope": "CSAT", "reason": "调研延期", "approver": "王总"}
SCORES = {
    "REV": (108.00, 16.20), "GPM": (90.00, 9.00), "NPM": (104.00, 5.20), "ROI": (85.00, 4.25), "MAU": (95.00, 9.50),
    "RET": (105.00, 10.50), "CVR": (100.00, 10.00), "CSAT": (95.43, 9.54), "IPV": (115.00, 5.75), "ORD": (92.00, 9.20),
    "OPT": (106.67, 5.33), "DLT": (95.00, 4.75),
}  # fmt: skip
"""Item score and weighted score, as printed in §12."""


def with_adjustments(content: Content, *rows: Mapping[str, Scalar]) -> Content:
    return {**content, "tblAdjustments": [{"period": "2026-03", "subject": "D01", **row} for row in rows]}


def without_csat(content: Content, policy: str) -> Content:
    emptied = {"num": None, "den": None, "n": None}
    return {
        **content,
        "tblPlan": [{**row, "missing": policy} if row["kpi"] == "CSAT" else row for row in content["tblPlan"]],
        "tblActuals": [{**row, **emptied} if row["kpi"] == "CSAT" else row for row in content["tblActuals"]],
    }


def scored(path: Path, content: Content, lang: Lang) -> Mapping[str, Any]:
    """The card as `score --json` tells it, after both fast engines agreed with every cell of the book."""
    new_from(path, FileHost, content, lang)
    receipt = score(FileHost(path))
    assert_engines_agree(path)
    return receipt.facts["cards"][0]  # type: ignore[index, no-any-return]


@pytest.mark.parametrize("lang", LANGS)
def test_the_card(tmp_path: Path, lang: Lang) -> None:
    card = scored(tmp_path / "book.xlsx", example(lang), lang)
    assert card["perspectives"] == {"F": 34.65, "U": 39.54, "O": 25.03}
    assert (card["total"], card["grade"], card["coefficient"], card["rank"], card["status"]) == (
        99.22,
        "B",
        1.0,
        1,
        "OK",
    )
    items = explain(FileHost(tmp_path / "book.xlsx"), "D01", None, lang).facts["items"]
    assert {item["kpi"]: (item["score"], item["contribution"]) for item in items} == SCORES  # type: ignore[attr-defined]


@pytest.mark.parametrize("lang", LANGS)
def test_bonus_and_penalty(tmp_path: Path, lang: Lang) -> None:
    card = scored(tmp_path / "book.xlsx", with_adjustments(example(lang), BONUS, PENALTY), lang)
    assert (card["base"], card["adjust"], card["total"], card["grade"]) == (99.22, 1.0, 100.22, "A")
    assert card["coefficient"] == 1.2


@pytest.mark.parametrize("lang", LANGS)
def test_the_veto(tmp_path: Path, lang: Lang) -> None:
    card = scored(tmp_path / "book.xlsx", with_adjustments(example(lang), BONUS, PENALTY, VETO), lang)
    assert (card["total_before_veto"], card["total"], card["grade"], card["status"]) == (100.22, 59.99, "D", "VETOED")


@pytest.mark.parametrize("lang", LANGS)
def test_a_missing_survey_reweighted(tmp_path: Path, lang: Lang) -> None:
    card = scored(tmp_path / "book.xlsx", with_adjustments(without_csat(example(lang), "REWEIGHT"), WAIVER), lang)
    assert (card["total"], card["grade"], card["status"]) == (99.66, "B", "OK")


@pytest.mark.parametrize(("policy", "total"), [("BLOCK", None), ("REWEIGHT", None), ("ZERO", 89.68)])
def test_a_missing_survey_without_a_waiver(tmp_path: Path, policy: str, total: float | None) -> None:
    """Nothing is handed out silently: the total is withheld, or zero where the plan says so (99.22 less 9.54)."""
    card = scored(tmp_path / "book.xlsx", without_csat(example("zh"), policy), "zh")
    assert card["total"] == total
    assert card["status"] == ("WITHHELD" if total is None else "OK")


def test_the_order_of_rows_never_matters(tmp_path: Path) -> None:
    content, chance = example("zh"), Random(7)
    mixed = {
        name: chance.sample(list(content[name]), len(content[name])) for name in ("tblPlan", "tblTargets", "tblActuals")
    }
    card = scored(tmp_path / "book.xlsx", {**content, **mixed}, "zh")
    assert (card["total"], card["perspectives"]) == (99.22, {"F": 34.65, "U": 39.54, "O": 25.03})


def test_scoring_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    first = scored(path, with_adjustments(example("zh"), BONUS), "zh")
    written = path.read_bytes()
    again = score(FileHost(path)).facts["cards"]
    assert (path.read_bytes(), again) == (written, [first])


def test_a_grade_that_hangs_on_rounding_is_reported(tmp_path: Path) -> None:
    """84.996 prints as 85.00 and is a B; the unrounded total would be a C, and 检查 says so."""
    content = example("zh")
    tables = ("tblPlan", "tblTargets", "tblActuals")
    alone = {name: [row for row in content[name] if row["kpi"] == "REV"] for name in tables}
    content = {
        **content,
        "tblPlan": [{**row, "weight": 1.0} for row in alone["tblPlan"]],
        "tblTargets": [{**row, "target": 100_000.0} for row in alone["tblTargets"]],
        "tblActuals": [{**row, "num": 84_996.0} for row in alone["tblActuals"]],
    }
    path = tmp_path / "book.xlsx"
    card = scored(path, content, "zh")
    assert (card["total"], card["grade"]) == (85.0, "B")
    number = [check.key for check in CHECKS_IN_ORDER].index("edges")
    assert FileHost(path).tables()["tblChecks"].rows[number][2:6] == (1.0, 0.0, "▲", "▲")
