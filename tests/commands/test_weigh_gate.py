"""Contradictory comparisons keep weights from the plan, with the cells, a way to mend it, and a reason that lets them in."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from kpi_xl.book.read import read_inputs
from kpi_xl.book.tables import weights as spec
from kpi_xl.book.weighing.stated import read_stated
from kpi_xl.commands.receipt import Receipt
from kpi_xl.commands.weigh import weigh
from kpi_xl.hosts.file import FileHost
from kpi_xl.model.issue import Issue
from kpi_xl.scoring.weights.bwm import nonlinear_bwm
from tests.commands import weighed as w
from tests.commands.test_weigh import BEST, CONTRADICTORY, WORST, by_kpi, plan, records
from tests.workbooks.books import assert_engines_agree

PAST = [[100 + 7 * m % 11, 50 + 3 * m % 7, 30 + 5 * m % 13, 20 + 2 * m % 9] for m in range(12)]
APART = ((1, 2, 5, 8), (8, 1, 5, 1))
"""Four indicators: the second is twice and once of the ends, which are eight apart."""


def refused(receipt: Receipt) -> Issue:
    (issue,) = [each for each in receipt.issues if each.severity == "error"]
    assert issue.code == "E-WEIGHING-INCONSISTENT"
    assert not receipt.is_done
    return issue


def value_at(host: FileHost, table: str, cell: str, sheet: str) -> object:
    grid = host.tables()[table]
    places = {grid.address(i, j): value for i, line in enumerate(grid.rows) for j, value in enumerate(line)}
    return places[f"{sheet}!{cell}"]


def test_weights_of_a_matrix_beyond_its_limit_stay_out(tmp_path: Path) -> None:
    """Domain §4.2: CR .2263; REV : ROI at 1/3 fits worst, and 1 gives .0708. REV-GPM-ROI miss each other twelve times."""
    host = w.built(tmp_path / "book.xlsx")
    w.judged(host, "FOUR", CONTRADICTORY)
    before = plan(host, "FOUR")
    issue = refused(weigh(host, "ahp", "FOUR", apply=True))
    assert plan(host, "FOUR") == before
    assert (issue.args["limit"], issue.args["cr"]) == (0.1, pytest.approx(0.2263, abs=5e-5))
    assert (issue.args["triad"], issue.args["pair"]) == ("REV, GPM, ROI", "REV : ROI")
    assert (issue.args["now"], issue.args["step"], issue.args["after"]) == ("1/3", "1", pytest.approx(0.0708, abs=5e-5))
    sheet = issue.cell.partition("!")[0]
    cells = str(issue.args["cells"]).split(", ")
    assert [value_at(host, "tblJudgements", cell, sheet) for cell in cells] == ["2", "2", "1/3"]
    assert issue.cell == f"{sheet}!{cells[2]}"


def test_the_mend_that_is_named_mends_it(tmp_path: Path) -> None:
    host = w.built(tmp_path / "book.xlsx")
    w.judged(host, "FOUR", {**CONTRADICTORY, ("REV", "ROI"): "1"})
    w.stated(host, "tblRanks", "FOUR", by_kpi("FOUR", "high", (0.4,) * 4))
    receipt = weigh(host, "ahp", "FOUR", apply=True)
    assert receipt.is_done
    assert plan(host, "FOUR") == {line["kpi"]: line["adjusted"] for line in w.found(receipt, "FOUR")["weights"]}


@pytest.mark.parametrize("half", [{"reason": "董事会已定"}, {"approver": "张三"}])
def test_a_reason_counts_only_with_an_approver(tmp_path: Path, half: w.Cells) -> None:
    host = w.built(tmp_path / "book.xlsx")
    w.judged(host, "FOUR", CONTRADICTORY)
    w.chosen(host, "FOUR", method="ahp", **half)
    refused(weigh(host, template="FOUR", apply=True))


def test_somebody_answers_for_it_and_the_journal_keeps_who(tmp_path: Path) -> None:
    host = w.built(tmp_path / "book.xlsx")
    w.judged(host, "FOUR", CONTRADICTORY)
    w.chosen(host, "FOUR", method="ahp", reason="董事会已定", approver="张三")
    w.stated(host, "tblRanks", "FOUR", by_kpi("FOUR", "high", (0.4,) * 4))
    receipt = weigh(host, template="FOUR", apply=True)
    assert receipt.is_done
    assert w.found(receipt, "FOUR")["state"] == "OVERRIDDEN"
    lines = records(tmp_path / "book.xlsx", "tblWeightLog")
    assert {(row["reason"], row["approver"]) for row in lines} == {("董事会已定", "张三")}
    assert [row["cr"] for row in lines] == [pytest.approx(0.2263, abs=5e-5)] * len(lines)
    (shown,) = [row for row in records(tmp_path / "book.xlsx", "tblCardWeights") if row["template"] == "FOUR"]
    assert "董事会已定" in str(shown["message"])
    assert_engines_agree(tmp_path / "book.xlsx")
    weigh(host)
    assert records(tmp_path / "book.xlsx", "tblWeightLog") == lines


def test_three_things_are_held_to_less_when_the_limit_is_strict(tmp_path: Path) -> None:
    """Domain §4.2: strict is .05 for three. By hand 3, 6, 5: x = 2.5 ** (1/3), λ = 1 + x + 1/x = 3.0940, CR .0810."""
    host = w.built(tmp_path / "book.xlsx")
    w.judged(host, "THREE", {("REV", "GPM"): "3", ("REV", "NPM"): "6", ("GPM", "NPM"): "5"})
    w.stated(host, "tblRanks", "THREE", by_kpi("THREE", "high", (0.4,) * 3))
    assert w.found(weigh(host, "ahp", "THREE"), "THREE")["state"] == "OK"
    w.chosen(host, "THREE", cr="strict")
    issue = refused(weigh(host, "ahp", "THREE", apply=True))
    assert (issue.args["limit"], issue.args["cr"]) == (0.05, pytest.approx(0.0810, abs=5e-5))
    assert_engines_agree(tmp_path / "book.xlsx")


def test_experts_together_are_held_to_the_limit_not_each(tmp_path: Path) -> None:
    """Two who contradict themselves in opposite ways, 3 and 1/2 times, agree as a group; 3 and 4 times do not."""
    host = w.built(tmp_path / "book.xlsx")
    w.stated(host, "tblRanks", "THREE", by_kpi("THREE", "high", (0.4,) * 3))
    w.judged(host, "THREE", {("REV", "GPM"): "2", ("REV", "NPM"): "2", ("GPM", "NPM"): "3"}, "甲")
    more = {("REV", "GPM"): "2", ("REV", "NPM"): "8", ("GPM", "NPM"): "2"}
    second = [
        {"template": "THREE", "expert": "乙", "matrix": "ALL", "row": a, "column": b, "value": step}
        for (a, b), step in more.items()
    ]
    w.appended(host, "tblJudgements", second)
    receipt = weigh(host, "ahp", "THREE")
    ratios = [each["cr"] for each in w.found(receipt, "THREE")["matrices"]]
    assert max(ratios) > 0.1
    assert w.found(receipt, "THREE")["state"] == "OK"
    is_second = {"expert": "乙", "row": "REV", "column": "NPM"}.items()
    w.typed(host, "tblJudgements", lambda row: {"value": "1"} if is_second <= row.items() else {})
    issue = refused(weigh(host, "ahp", "THREE", apply=True))
    assert (issue.args["where"], issue.args["now"]) == ("ALL · 乙", "1")


def test_a_combination_rests_on_its_stated_side(tmp_path: Path) -> None:
    host = w.built(tmp_path / "book.xlsx", {"FOUR": PAST})
    w.judged(host, "FOUR", CONTRADICTORY)
    w.chosen(host, "FOUR", method="combine", stated="ahp", objective="critic")
    refused(weigh(host, template="FOUR", apply=True))
    w.chosen(host, "FOUR", stated="direct")
    assert weigh(host, template="FOUR", apply=True).is_done


def test_comparisons_with_best_and_worst_have_a_threshold_too(tmp_path: Path) -> None:
    """F. Liang et al. 2020: four indicators, eight apart: .2521. By hand max |2 - 8|, |25 - 8| over 56 is .3036."""
    host = w.built(tmp_path / "book.xlsx")
    for column, values in zip(("best_to_other", "other_to_worst"), APART, strict=True):
        w.stated(host, "tblBestWorst", "FOUR", by_kpi("FOUR", column, values))
    issue = refused(weigh(host, "bwm", "FOUR", apply=True))
    assert (issue.args["cr"], issue.args["limit"]) == (pytest.approx(17 / 56), 0.2521)
    assert (issue.args["triad"], issue.args["now"]) == ("REV, NPM, ROI", "5")
    sheet = issue.cell.partition("!")[0]
    cells = str(issue.args["cells"]).split(", ")
    assert [value_at(host, "tblBestWorst", cell, sheet) for cell in cells] == [5.0, 5.0, 8.0]
    step = float(str(issue.args["step"]))
    assert max(abs(step * 5 - 8), abs(2 * 1 - 8)) / 56 == pytest.approx(issue.args["after"])
    column = "best_to_other" if issue.cell.endswith(cells[0]) else "other_to_worst"
    w.stated(host, "tblBestWorst", "FOUR", {"NPM": {column: step}})
    w.stated(host, "tblRanks", "FOUR", by_kpi("FOUR", "high", (0.4,) * 4))
    assert weigh(host, "bwm", "FOUR", apply=True).is_done


def test_the_nonlinear_model_shows_a_range_for_each(tmp_path: Path) -> None:
    host = w.built(tmp_path / "book.xlsx")
    for column, values in zip(("best_to_other", "other_to_worst"), (BEST, WORST), strict=True):
        w.stated(host, "tblBestWorst", "FIVE", by_kpi("FIVE", column, values))
    linear = w.weights(weigh(host), "FIVE", "bwm")
    w.chosen(host, "FIVE", bwm="nonlinear")
    receipt = weigh(host)
    wanted = nonlinear_bwm(BEST, WORST)
    assert w.weights(receipt, "FIVE", "bwm") == pytest.approx(wanted.middle.weights) != pytest.approx(linear)
    ranges = [each for each in w.method(receipt, "FIVE", "bwm")["measures"] if each["name"] == "bwm_range"]
    assert [each["about"] for each in ranges] == list(w.TEMPLATES["FIVE"])
    assert [(each["low"], each["high"]) for each in ranges] == list(zip(wanted.low, wanted.high, strict=True))
    shown = [row for row in records(tmp_path / "book.xlsx", "tblDiagnoses") if row["measure"] == "权重区间"]
    assert len(shown) == 5
    json.dumps(receipt.facts, allow_nan=False)


def test_components_are_advice_beside_the_others(tmp_path: Path) -> None:
    """Domain §4.1 and §4.3, PCA of the data of MEREC: .2481 .2628 .2512 .2379, two components; never to be chosen."""
    host = w.built(tmp_path / "book.xlsx", {"MIXED": w.MEREC_DATA})
    receipt = weigh(host)
    assert w.weights(receipt, "MIXED", "pca") == pytest.approx((0.2481, 0.2628, 0.2512, 0.2379), abs=5e-5)
    listed = w.method(receipt, "MIXED", "pca")["measures"]
    shares = [each["found"] for each in listed if each["name"] == "component"]
    assert (len(shares), sum(shares)) == (2, pytest.approx(0.99065804, abs=1e-8))
    assert shares == sorted(shares, reverse=True)
    (row, *_) = [row for row in records(tmp_path / "book.xlsx", "tblMethodWeights") if row["template"] == "MIXED"]
    assert row["pca"] == pytest.approx(0.2481, abs=5e-5)
    assert "pca" not in spec.METHODS


def test_indicators_that_repeat_each_other_are_paired(tmp_path: Path) -> None:
    months = [[m, 2 * m + 1, 30 + 5 * m % 13, -m + m % 2] for m in range(1, 13)]
    host = w.built(tmp_path / "book.xlsx", {"FOUR": months})
    receipt = weigh(host)
    pairs = [each["about"] for each in w.method(receipt, "FOUR", "pca")["measures"] if each["name"] == "alike"]
    assert pairs == ["REV ~ GPM", "GPM ~ ROI", "REV ~ ROI"]
    assert w.method(receipt, "FOUR", "pca")["state"] == "ADVISORY"


def test_a_book_without_the_newer_columns_is_read_and_weighed_by_the_usual(tmp_path: Path) -> None:
    host = w.built(tmp_path / "book.xlsx")
    grid, newer = host.tables()["tblWeighing"], {"CR 界限", "BWM 模型", "不一致采用理由", "批准人"}
    kept = [at for at, heading in enumerate(grid.header) if heading not in newer]
    older = replace(
        grid, header=[grid.header[at] for at in kept], rows=[tuple(row[at] for at in kept) for row in grid.rows]
    )
    grids = {**host.tables(), "tblWeighing": older}
    issues: list[Issue] = []
    reading = read_inputs(grids)
    scheme = read_stated(grids, reading.inputs.plan, issues).scheme("FOUR")
    assert (reading.is_whole, issues) == (True, [])
    assert (scheme.cr, scheme.bwm, scheme.is_vouched) == ("standard", "linear", False)
