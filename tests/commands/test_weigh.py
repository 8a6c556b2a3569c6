"""Weights on the book: the worked numbers through a real workbook, what is refused, and what is written."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from math import isfinite
from pathlib import Path

import pytest

from kpi_xl.book.tables import weights as spec
from kpi_xl.commands.score import score
from kpi_xl.commands.weigh import weigh
from kpi_xl.errors import WorkbookError
from kpi_xl.hosts.file import FileHost
from kpi_xl.model.grid import CellError, CellOut, Patch
from kpi_xl.referee import recalculate
from tests.commands import weighed as w
from tests.commands.conftest import CopyBook
from tests.workbooks.books import assert_engines_agree, skip_without

SAATY = {("REV", "GPM"): "3", ("REV", "NPM"): "5", ("GPM", "NPM"): "3"}
CONTRADICTORY = {
    ("REV", "GPM"): "2", ("REV", "NPM"): "5", ("REV", "ROI"): "1/3", ("GPM", "NPM"): "3", ("GPM", "ROI"): "2",
    ("NPM", "ROI"): "1/4",
}  # fmt: skip
BEST, WORST = (2, 1, 4, 3, 8), (4, 8, 2, 3, 1)


def by_kpi(template: str, column: str, values: Sequence[float]) -> Mapping[str, w.Cells]:
    return {kpi: {column: float(value)} for kpi, value in zip(w.TEMPLATES[template], values, strict=True)}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, object]:
    """Every worked number of domain §4 on one book, and the receipt of weighing it."""
    path = tmp_path_factory.mktemp("weighed") / "book.xlsx"
    host = w.built(path, {"FOUR": w.TABLE_3, "MIXED": w.MEREC_DATA})
    w.with_goals(host, "FOUR")
    w.judged(host, "THREE", SAATY)
    w.judged(host, "FOUR", CONTRADICTORY)
    w.stated(host, "tblRanks", "FOUR", by_kpi("FOUR", "rank", (1, 2, 2, 4)))
    w.stated(host, "tblRanks", "MIXED", by_kpi("MIXED", "rank", (1, 2, 3, 4)))
    w.stated(host, "tblRanks", "FIVE", by_kpi("FIVE", "high", (0.4,) * 5))
    w.stated(host, "tblRanks", "THREE", by_kpi("THREE", "high", (0.4,) * 3))
    w.stated(host, "tblBestWorst", "FIVE", by_kpi("FIVE", "best_to_other", BEST))
    w.stated(host, "tblBestWorst", "FIVE", by_kpi("FIVE", "other_to_worst", WORST))
    return path, weigh(FileHost(path))


def near(*wanted: float, digits: int = 4) -> object:
    return pytest.approx(wanted, abs=0.5001 * 10**-digits)


def test_pairs_weigh_as_worked_by_hand(book) -> None:  # type: ignore[no-untyped-def]
    """Domain §4.2, AHP: λ 3.0385, CR .0332, GCI .1152."""
    _, receipt = book
    assert w.weights(receipt, "THREE", "ahp") == near(0.6370, 0.2583, 0.1047)
    (matrix,) = w.found(receipt, "THREE")["matrices"]
    assert matrix["lambda_max"] == pytest.approx(3.0385, abs=5e-5)
    figures = w.measures(receipt, "THREE", "ahp")
    assert (figures["cr"], figures["gci"]) == near(0.0332, 0.1152)


def test_contradictions_are_named_and_left_to_people(book) -> None:  # type: ignore[no-untyped-def]
    """Domain §4.2, consistency repair: CR .2263, worst pair 2.437 times off, 1 suggested gives .0708; circle 1-2-4."""
    _, receipt = book
    listed = w.method(receipt, "FOUR", "ahp")["measures"]
    assert next(each for each in listed if each["name"] == "cr")["found"] == pytest.approx(0.2263, abs=5e-5)
    first, *others = [each for each in listed if each["name"] == "repair"]
    assert (first["pair"], first["now"], first["step"], len(others)) == ("REV : ROI", "1/3", "1", 2)
    assert (first["error"], first["ratio"], first["cr"]) == (
        pytest.approx(2.437, abs=5e-4), pytest.approx(0.812, abs=5e-4), pytest.approx(0.0708, abs=5e-5),
    )  # fmt: skip
    assert [each["circle"] for each in listed if each["name"] == "triad"] == ["REV > GPM > ROI > REV"]
    assert "W-AHP-CR" in w.codes(receipt, "FOUR", "ahp")


def test_ranks_weigh_by_position_and_ties_share(book) -> None:  # type: ignore[no-untyped-def]
    """Domain §4.2: ROC, rank-sum, rank-reciprocal."""
    _, receipt = book
    assert w.weights(receipt, "FOUR", "roc") == near(0.5208, 0.2083, 0.2083, 0.0625)
    assert w.weights(receipt, "MIXED", "roc") == near(0.5208, 0.2708, 0.1458, 0.0625)
    assert w.weights(receipt, "MIXED", "ranksum") == near(0.4, 0.3, 0.2, 0.1)
    assert w.weights(receipt, "MIXED", "reciprocal") == near(0.48, 0.24, 0.16, 0.12)


def test_goals_weigh_what_serves_them(book) -> None:  # type: ignore[no-untyped-def]
    """Domain §4.2, QFD."""
    assert w.weights(book[1], "FOUR", "qfd") == near(0.3609, 0.3308, 0.2406, 0.0677)


def test_best_and_worst_weigh_the_rest(book) -> None:  # type: ignore[no-untyped-def]
    """Domain §4.2, BWM, after J. Rezaei 2016: ξ .010929, ξ/CI .002445."""
    found = w.weights(book[1], "FIVE", "bwm")
    assert found == near(0.229508, 0.448087, 0.114754, 0.153005, 0.054645, digits=6)
    figures = w.measures(book[1], "FIVE", "bwm")
    assert (figures["xi"], figures["bwm_ratio"]) == near(0.010929, 0.002445, digits=6)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("entropy", (0.245599, 0.189910, 0.287827, 0.276664)),
        ("critic", (0.22514451, 0.21769531, 0.24375671, 0.31340347)),
        ("std", (0.242814, 0.257948, 0.250646, 0.248592)),
        ("cv", (0.380555, 0.127233, 0.406259, 0.085954)),
        ("maxdev", (0.25, 0.25, 0.25, 0.25)),
    ],
)
def test_past_months_weigh_but_three_are_too_few(book, name: str, wanted: Sequence[float]) -> None:  # type: ignore[no-untyped-def]
    """Domain §4.3; the guard of §4.1 needs ten rows."""
    assert w.weights(book[1], "FOUR", name) == near(*wanted, digits=6)
    assert w.method(book[1], "FOUR", name)["state"] == "INSUFFICIENT"
    assert "W-DATA-ROWS" in w.codes(book[1], "FOUR", name)


def test_removal_effects_weigh_with_directions(book) -> None:  # type: ignore[no-untyped-def]
    """Domain §4.3, MEREC, after M. Keshavarz-Ghorabaee 2021."""
    assert w.weights(book[1], "MIXED", "merec") == near(0.5752, 0.0141, 0.4016, 0.0091)


def test_proposals_keep_bounds_and_proportions(book) -> None:  # type: ignore[no-untyped-def]
    """Domain §4.4: .52 .25 .15 .05 .03 within 5 % and 40 % becomes 40 31 18 6 5."""
    lines = w.found(book[1], "FIVE")["weights"]
    assert [line["adjusted"] for line in lines] == [0.4, 0.31, 0.18, 0.06, 0.05]


def test_bounds_that_leave_no_room_say_both_sums(book) -> None:  # type: ignore[no-untyped-def]
    """Domain §4.4: two indicators of at most 30 % make 60 %."""
    path, receipt = book
    found = w.found(receipt, "TWO")
    assert found["state"] == "CONFIG_ERROR"
    assert found["problems"][0] == {"code": "E-BOUNDS-SUM", "about": "", "lo": 0.1, "hi": 0.6}
    (row,) = [row for row in records(path, "tblCardWeights") if row["template"] == "TWO"]
    assert "约束不可行：下限合计 0.1、上限合计 0.6" in str(row["message"])
    assert [row["adjusted"] for row in records(path, "tblWeights") if row["template"] == "TWO"] == ["—", "—"]


def test_the_sheets_hold_no_number_that_is_none(book) -> None:  # type: ignore[no-untyped-def]
    path, receipt = book
    json.dumps(receipt.facts, allow_nan=False)
    for table in (*spec.STATED_TABLES, *spec.SHOWN_TABLES):
        for row in records(path, table.name):
            for cell in row.values():
                assert not isinstance(cell, CellError)
                assert not isinstance(cell, float) or isfinite(cell)


def test_every_formula_is_what_other_engines_compute(book) -> None:  # type: ignore[no-untyped-def]
    assert_engines_agree(book[0])


def records(path: Path, table: str) -> list[dict[str, object]]:
    grid = FileHost(path).tables().get(table)
    columns = [column.key for column in next(t for t in (*spec.STATED_TABLES, *spec.SHOWN_TABLES) if t.name == table).columns]
    rows = grid.rows if grid is not None else ()
    return [dict(zip(columns, row, strict=True)) for row in rows]


def test_applied_weights_enter_the_plan_and_the_journal(tmp_path: Path) -> None:
    host = w.built(tmp_path / "book.xlsx")
    ranks = {kpi: {"rank": float(rank)} for rank, kpi in enumerate(plan(host, "DECK12"), start=1)}
    w.stated(host, "tblRanks", "DECK12", ranks)
    w.chosen(host, "DECK12", method="ranksum")
    before, stated = plan(host, "DECK12"), host.tables()["tblRanks"].rows
    weigh(host)
    assert plan(host, "DECK12") == before
    receipt = weigh(host, template="DECK12", apply=True)
    assert receipt.is_done
    wanted = {line["kpi"]: line["adjusted"] for line in w.found(receipt, "DECK12")["weights"]}
    assert plan(host, "DECK12") == wanted != before
    assert sum(wanted.values()) == pytest.approx(1)
    assert host.tables()["tblRanks"].rows == stated
    changed = {row["kpi"]: (row["old"], row["new"]) for row in records(tmp_path / "book.xlsx", "tblWeightLog")}
    assert changed == {kpi: (before[kpi], wanted[kpi]) for kpi in wanted if wanted[kpi] != before[kpi]}
    assert score(host).facts["cards"][0]["total"] != 99.22  # type: ignore[index]
    assert_engines_agree(tmp_path / "book.xlsx")
    once = (tmp_path / "book.xlsx").read_bytes()
    score(FileHost(tmp_path / "book.xlsx"))
    assert (tmp_path / "book.xlsx").read_bytes() == once
    weigh(host, template="DECK12", apply=True)
    assert len(records(tmp_path / "book.xlsx", "tblWeightLog")) == len(changed)


def plan(host: FileHost, template: str) -> dict[str, float]:
    return {str(row[1]): float(row[3]) for row in host.tables()["tblPlan"].rows if row[0] == template}  # type: ignore[arg-type]


@pytest.mark.parametrize("state", ["targets_set", "running", "approved"])
def test_weights_stand_once_targets_are_set(copy_book: CopyBook, state: str) -> None:
    path = copy_book("zh")
    host = FileHost(path)
    set_state(host, state)
    receipt = weigh(host, "direct", apply=True)
    assert ([issue.code for issue in receipt.issues], receipt.is_done) == (["E-WEIGHING-STATE"], False)
    assert receipt.facts["applied"] == []


def set_state(host: FileHost, state: str) -> None:
    grid = host.tables()["tblSettings"]
    index = next(i for i, row in enumerate(grid.rows) if row[0] == "state")
    host.write([], [Patch("tblSettings", (CellOut(grid.row + 1 + index, grid.column + 1, state),), grid.declared)])


def test_data_alone_never_write_weights(tmp_path: Path) -> None:
    """Domain §4.1: objective weights tell dispersion, not importance."""
    months = [[100 + 7 * m % 11, 50 + 3 * m % 7, 30 + 5 * m % 13, 20 + 2 * m % 9] for m in range(12)]
    host = w.built(tmp_path / "book.xlsx", {"FOUR": months})
    receipt = weigh(host, "entropy", "FOUR", apply=True)
    assert (w.found(receipt, "FOUR")["state"], w.method(receipt, "FOUR", "entropy")["state"]) == ("ADVISORY", "OK")
    assert [issue.code for issue in receipt.issues if issue.severity == "error"] == ["E-WEIGHING-REFUSED"]
    assert plan(host, "FOUR") == dict.fromkeys(w.TEMPLATES["FOUR"], 0.25)


def test_data_of_the_appraised_period_have_no_part(tmp_path: Path) -> None:
    months = [[100 + 7 * m % 11, 50 + 3 * m % 7, 30 + 5 * m % 13, 20 + 2 * m % 9] for m in range(12)]
    host = w.built(tmp_path / "book.xlsx", {"FOUR": months})
    before = w.weights(weigh(host), "FOUR", "critic")
    later = [
        {"period": period, "subject": "X1", "kpi": kpi, "value": 9999.0}
        for period in ("2026-03", "2026-04")
        for kpi in w.TEMPLATES["FOUR"]
    ]
    w.appended(host, "tblActuals", later)
    assert w.weights(weigh(host), "FOUR", "critic") == before


def test_a_combination_takes_what_was_stated_and_a_share_of_the_data(tmp_path: Path) -> None:
    """Domain §4.3, linear: αw¹ + (1−α)w²."""
    months = [[100 + 7 * m % 11, 50 + 3 * m % 7, 30 + 5 * m % 13, 20 + 2 * m % 9] for m in range(12)]
    host = w.built(tmp_path / "book.xlsx", {"FOUR": months})
    w.stated(host, "tblRanks", "FOUR", by_kpi("FOUR", "rank", (1, 2, 3, 4)))
    w.chosen(host, "FOUR", method="combine", stated="ranksum", objective="critic", share=0.4)
    receipt = weigh(host)
    stated, data = (w.weights(receipt, "FOUR", name) for name in ("ranksum", "critic"))
    assert w.weights(receipt, "FOUR", "combine") == pytest.approx([0.6 * a + 0.4 * b for a, b in zip(stated, data, strict=True)])
    w.chosen(host, "FOUR", share=0.7)
    refused = weigh(host)
    assert [issue.code for issue in refused.issues] == ["E-NUMBER-RANGE"]


def test_experts_are_brought_together(tmp_path: Path) -> None:
    """Domain §4.2, group AHP: AIJ .6050 .2724 .1226; AIP, arithmetic, .6042 .2720 .1238."""
    host = w.built(tmp_path / "book.xlsx")
    w.judged(host, "THREE", SAATY, "甲")
    second = {("REV", "GPM"): "2", ("REV", "NPM"): "4", ("GPM", "NPM"): "2"}
    rows = [
        {"template": "THREE", "expert": "乙", "matrix": "ALL", "row": a, "column": b, "value": step}
        for (a, b), step in second.items()
    ]
    w.appended(host, "tblJudgements", rows)
    assert w.weights(weigh(host), "THREE", "ahp") == near(0.6050, 0.2724, 0.1226)
    w.chosen(host, "THREE", group="AIP_MEAN")
    assert w.weights(weigh(host), "THREE", "ahp") == near(0.6042, 0.2720, 0.1238)
    assert_engines_agree(tmp_path / "book.xlsx")


def test_a_pair_typed_the_other_way_round_says_the_same(tmp_path: Path) -> None:
    host = w.built(tmp_path / "book.xlsx")
    w.judged(host, "THREE", {("REV", "GPM"): "3", ("GPM", "NPM"): "3"})
    w.appended(
        host,
        "tblJudgements",
        [{"template": "THREE", "matrix": "ALL", "row": "NPM", "column": "REV", "value": "1/5"}],
    )
    assert w.weights(weigh(host), "THREE", "ahp") == near(0.6370, 0.2583, 0.1047)
    assert_engines_agree(tmp_path / "book.xlsx")


def test_comparisons_in_two_groups_say_which(tmp_path: Path) -> None:
    host = w.built(tmp_path / "book.xlsx")
    w.judged(host, "FOUR", {("REV", "GPM"): "3", ("NPM", "ROI"): "2"})
    receipt = weigh(host, "ahp", "FOUR")
    (problem,) = w.method(receipt, "FOUR", "ahp")["problems"]
    assert (problem["code"], problem["found"]) == ("E-AHP-CONNECTED", "REV, GPM | NPM, ROI")
    assert w.found(receipt, "FOUR")["state"] == "CONFIG_ERROR"
    assert_engines_agree(tmp_path / "book.xlsx")


def test_a_missing_comparison_follows_from_the_others(tmp_path: Path) -> None:
    """A consistent chain of n-1 comparisons: 2 and 3 give 6, 3, 1 of ten."""
    host = w.built(tmp_path / "book.xlsx")
    w.judged(host, "THREE", {("REV", "GPM"): "2", ("GPM", "NPM"): "3"})
    receipt = weigh(host)
    assert w.weights(receipt, "THREE", "ahp") == pytest.approx([0.6, 0.3, 0.1])
    assert w.codes(receipt, "THREE", "ahp") == ["W-AHP-INCOMPLETE"]


@pytest.mark.parametrize(
    ("months", "name", "code"),
    [
        ([[1, 2, 3, 4]] * 12, "entropy", "W-DATA-ALL-CONSTANT"),
        ([[m, 5, 3 + m % 4, 7 - m % 5] for m in range(12)], "critic", "W-DATA-CONSTANT"),
        ([[m, 5 + m % 3, 3 + m % 4, 7 - m % 5] for m in range(12)], "merec", "E-DATA-POSITIVE"),
        ([[m - 3, 5 + m % 3, 3 + m % 4, 7 - m % 5] for m in range(12)], "cv", "E-DATA-SIGN"),
        ([[m, m % 3, m % 4, m % 5] for m in range(12)], "std", "W-DATA-DISTINCT"),
    ],
)
def test_odd_data_have_a_status_and_a_sentence(
    tmp_path: Path, months: Sequence[Sequence[float]], name: str, code: str
) -> None:
    host = w.built(tmp_path / "book.xlsx", {"FOUR": months})
    receipt = weigh(host)
    assert code in w.codes(receipt, "FOUR", name)
    assert (w.method(receipt, "FOUR", name)["weights"] is None) == code.startswith("E-")


@pytest.mark.parametrize(("template", "size"), [("ONE", 1), ("TWO", 2), ("THREE", 3)])
def test_few_indicators_are_weighed_or_told_why_not(book, template: str, size: int) -> None:  # type: ignore[no-untyped-def]
    for name in spec.METHODS:
        each = w.method(book[1], template, name)
        assert each["state"] in ("OK", "NO_INPUT", "CONFIG_ERROR", "INSUFFICIENT")
        assert each["weights"] is not None or each["problems"]
        if each["weights"] is not None:
            assert len(each["weights"]) == size
            assert sum(each["weights"].values()) == pytest.approx(1)


def test_a_judgement_changed_on_the_sheet_moves_its_square(book, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    """The lower half is the reciprocal of the upper, and the printed CR follows, without Python."""
    skip_without("formualizer")
    path = tmp_path / "book.xlsx"
    path.write_bytes(book[0].read_bytes())
    host = FileHost(path)
    w.judged(host, "THREE", {("REV", "GPM"): "7"})
    sheet = host.tables()["tblMatrices"].sheet
    values = [v for place, v in recalculate("formualizer", path).values.items() if place[0] == sheet]
    assert any(v == pytest.approx(1 / 7) for v in values if isinstance(v, float))
    assert "▲" in values


def test_weights_shaken_by_a_fifth_and_where_two_cards_swap(tmp_path: Path) -> None:
    """Domain §4.4: cards of 90, 100, 110 and 100, 95, 98 at .5, .3, .2 total 97.0 and 98.1 and swap at .4382."""
    host = swapping(tmp_path / "book.xlsx")
    found = weigh(host, sensitivity=True).facts["sensitivity"]
    totals = {card["card"]: card["total"] for card in found["cards"]}  # type: ignore[index]
    assert (totals["X1"], totals["X2"]) == (97.0, 98.1)
    first = found["swaps"][0]  # type: ignore[index]
    assert (first["ahead"], first["behind"], first["kpi"]) == ("X2", "X1", "REV")
    assert first["critical"] == pytest.approx(0.4382, abs=5e-5)
    assert (found["shocks"], found["size"]) == (10_000, 0.2)  # type: ignore[index]
    again = weigh(host, sensitivity=True).facts["sensitivity"]
    assert again == found
    assert_engines_agree(tmp_path / "book.xlsx")


def swapping(path: Path) -> FileHost:
    from kpi_xl.commands.new import new_from

    start = w.content()
    kpis, weights = ("REV", "MAU", "IPV"), (0.5, 0.3, 0.2)
    row = next(row for row in start["tblPlan"] if row["kpi"] == "REV")
    plan = [
        {**row, "template": "SWAP", "kpi": k, "weight": x, "rule": "RATIO", "params": ""}
        for k, x in zip(kpis, weights, strict=True)
    ]
    scores = {"X1": (90, 100, 110), "X2": (100, 95, 98)}
    keyed = [("2026-03", s, k, float(v)) for s, line in scores.items() for k, v in zip(kpis, line, strict=True)]
    full = {
        **start,
        "tblPlan": [*start["tblPlan"], *plan],
        "tblSubjects": [
            *start["tblSubjects"],
            *({"subject": s, "kind": "team", "name": s, "template": "SWAP", "rank_group": "swap"} for s in scores),
        ],
        "tblTargets": [
            *start["tblTargets"], *({"period": p, "subject": s, "kpi": k, "target": 100.0} for p, s, k, _ in keyed),
        ],
        "tblActuals": [
            *start["tblActuals"], *({"period": p, "subject": s, "kpi": k, "value": v} for p, s, k, v in keyed),
        ],
    }  # fmt: skip
    new_from(path, FileHost, full, "zh")
    return FileHost(path)


def test_unknown_methods_and_templates_are_refused(copy_book: CopyBook) -> None:
    host = FileHost(copy_book("zh"))
    for arguments, code in ((("magic",), "E-WEIGHING-METHOD"), (("ahp", "NONE"), "E-WEIGHING-TEMPLATE")):
        with pytest.raises(WorkbookError) as caught:
            weigh(host, *arguments)
        assert caught.value.code == code


def test_weighing_twice_changes_no_byte(book, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "book.xlsx"
    path.write_bytes(book[0].read_bytes())
    weigh(FileHost(path))
    once = path.read_bytes()
    weigh(FileHost(path))
    assert path.read_bytes() == once
