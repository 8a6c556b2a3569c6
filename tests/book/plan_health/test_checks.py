"""Every check of §1.1 with a book that fails it and one that passes (R9 to R13)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial

import pytest

from kpi_xl.book.plan_health.attainment import attainment
from kpi_xl.book.plan_health.check import Judged
from kpi_xl.book.plan_health.examine import CHECKS
from kpi_xl.book.plan_health.material import Raw, RawTable
from kpi_xl.book.starter import Content
from kpi_xl.model.grid import Scalar
from kpi_xl.model.params import Problem
from tests.book.plan_health.books import EXAMPLE, Change, added, changed, fresh, judged, months

ORDERS = frozenset((("orders", "order_id"), ("orders", "pay_time")))
TREND = (100, 104, 103, 108, 112, 111, 115, 118, 117, 122, 126, 125)
"""The series of §5.3."""


@dataclass(frozen=True)
class Case:
    """A book, the indicator looked at, and what the check says of it."""

    check: str
    verdict: str
    fact: str = ""
    kpi: str = "ORD"
    change: Change = field(default_factory=dict)
    rows: tuple[tuple[str, tuple[dict[str, Scalar], ...]], ...] = ()
    raw: Raw | None = None
    components: dict[str, frozenset[str]] | None = None
    chance: float | None = None
    book: Callable[[], Content] = lambda: EXAMPLE

    def __str__(self) -> str:
        return f"{self.check} {self.verdict} {self.fact}"

    @property
    def judged(self) -> Judged:
        content = changed(self.book(), self.change)
        for table, rows in self.rows:
            content = added(content, table, rows)
        guess = None if self.chance is None else (lambda *_: self.chance)
        return judged(self.check, self.kpi, content, self.raw, self.components, guess)


def case(check: str, verdict: str, fact: str = "", kpi: str = "ORD", **more: object) -> Case:
    change = more.pop("change", {})
    rows = tuple((table, tuple(each)) for table, each in more.pop("rows", {}).items())  # type: ignore[attr-defined]
    return Case(check, verdict, fact, kpi, change, rows, **more)  # type: ignore[arg-type]


def note(kpi: str, **cells: Scalar) -> Change:
    return {f"tblIndicators.{kpi}": cells}


def target(kpi: str, **cells: Scalar) -> Change:
    return {f"tblTargets.{kpi}": cells}


def plan(kpi: str, **cells: Scalar) -> Change:
    return {f"tblPlan.{kpi}": cells}


def setting(key: str, value: Scalar) -> Change:
    return {f"tblSettings.{key}": {"value": value}}


def raci(*parts: tuple[str, str], kpi: str = "ORD", **more: Scalar) -> dict[str, list[dict[str, Scalar]]]:
    return {"tblRaci": [{"kpi": kpi, "unit": unit, "role": role, **more} for unit, role in parts]}


def past(kpi: str, values: Iterable[float | None], **more: float) -> dict[str, list[dict[str, Scalar]]]:
    return {"tblActuals": months(kpi, values, **more)}


def together(*pasts: dict[str, list[dict[str, Scalar]]]) -> dict[str, list[dict[str, Scalar]]]:
    return {"tblActuals": [row for each in pasts for row in each["tblActuals"]]}


def served(*kpis: str, weight: float = 0.4) -> dict[str, list[dict[str, Scalar]]]:
    links: list[dict[str, Scalar]] = [{"goal": "G1", "kpi": kpi, "strength": 9.0} for kpi in kpis]
    return {"tblGoals": [{"goal": "G1", "weight": weight}], "tblGoalLinks": links}


COLUMNS = frozenset(("order_id", "pay_time"))
TYPED_BY_NOBODY = {"tblActuals.ORD": {"value": None}}


def raw(
    fields: Iterable[str] = COLUMNS, filled: Iterable[str] = COLUMNS, lag: float = 2, newest: date = date(2026, 3, 31)
) -> Raw:
    return Raw({"orders": RawTable(frozenset(fields), frozenset(filled), newest, lag)}, {"ORD": ORDERS})


def unreadable() -> Raw:
    return replace(raw(), faults={"ORD": Problem("E-FORMULA-BRACKET", {"at": 6})})


def monthly(kpi: str, values: Iterable[float], year: float) -> dict[str, list[dict[str, Scalar]]]:
    listed: list[dict[str, Scalar]] = [
        {"period": f"2026-{month:02d}", "subject": "D01", "kpi": kpi, "target": float(value)}
        for month, value in enumerate(values, start=1)
        if month != 3                                           # March is the book's own row
    ]
    return {"tblTargets": [*listed, {"period": "2026", "subject": "D01", "kpi": kpi, "target": year}]}


def ratings(*raters: str) -> list[dict[str, Scalar]]:
    return [
        {"period": "2026-03", "subject": "D01", "kpi": "COLLAB", "rater": rater, "role": "同级", "level": "良"}
        for rater in raters
    ]


def anchors(*levels: str) -> list[dict[str, Scalar]]:
    return [{"kpi": "COLLAB", "level": level, "anchor": f"{level}：按期、少返工"} for level in levels]


LOCKED = {**setting("state", "data_locked"), **TYPED_BY_NOBODY}
UP = [float(n) for n in range(1, 13)]
ZIGZAG = [3.0, 1.0, 4.0, 1.5, 5.0, 0.5, 4.5, 2.0, 3.5, 2.5, 1.2, 4.2]
user = partial(case, kpi="COLLAB", book=lambda: fresh("USER"))

CASES = (
    case("L-S1", "PASS"),
    case("L-S1", "FAIL", "s1_blank", change=note("ORD", zh=None)),
    case("L-S1", "FAIL", "s1_twice", change=note("ORD", zh="商品浏览量")),
    case("L-S2", "PASS"),
    case("L-S2", "FAIL", "s2_short", change=note("ORD", definition="订单的数量")),
    case("L-S2", "FAIL", "s2_same", change=note("ORD", zh="已付款的订单的数量合计", definition="已付款的订单的数量合计")),
    case("L-S3", "PASS"),
    case("L-S3", "PASS", rows=raci(("平台", "A"), ("商品", "R"))),
    case("L-S3", "FAIL", "s3_accountable", rows=raci(("平台", "A"), ("商品", "A"))),
    case("L-S3", "FAIL", "s3_accountable", rows=raci(("商品", "R"))),
    case("L-S3", "FAIL", "s3_responsible", rows=raci(("平台", "A")), change=note("ORD", owner=None)),
    case("L-S4", "PASS"),
    case("L-S4", "PASS", raw=raw()),
    case("L-S4", "FAIL", "s4_field", raw=raw(fields=["order_id"])),
    case("L-S4", "FAIL", "s4_field", raw=Raw({}, {"ORD": ORDERS})),
    case("L-S4", "FAIL", "problem", raw=unreadable()),
    case("L-S4", "PASS", components={"ORD": frozenset(("IPV", "CVR"))}),
    case("L-S4", "FAIL", "s4_code", components={"ORD": frozenset(("IPV", "XYZ"))}),
    case("L-S4", "FAIL", "s4_circle", components={"ORD": frozenset(("IPV",)), "IPV": frozenset(("ORD",))}),
    case("L-S5", "PASS"),
    case("L-S5", "WARN", "s5_vague", change=note("ORD", definition="进一步提升付款订单的数量")),
    case("L-S5", "PASS", change=note("ORD", definition="付款订单提升到每月 60000 单")),
    case("L-S5", "FAIL", "s5_words", change=target("ORD", target="尽量多")),
    case("L-S6", "PASS"),
    case("L-S6", "WARN", "s6_open", change=note("ORD", definition="客户在网店里付了款的订单的数量")),
    case("L-M1", "PASS"),
    case("L-M1", "FAIL", "m1_unit", change=note("ORD", unit="斛")),
    case("L-M1", "PASS", change={**note("ORD", unit="斛"), **setting("company", "示例")}, book=lambda: added(
        EXAMPLE, "tblSettings", [{"key": "units", "value": "斛，桶"}])),
    case("L-M1", "FAIL", "m1_decimals", change=note("ORD", decimals=None)),
    case("L-M1", "FAIL", "m1_direction", change=note("ORD", direction="高")),
    case("L-M2", "PASS"),
    case("L-M2", "FAIL", "problem", change=plan("ORD", rule="MAGIC")),
    case("L-M2", "FAIL", "problem", change=plan("ORD", params="unit=zero")),
    case("L-M2", "FAIL", "m2_empty", change=plan("ORD", rule=None)),
    case("L-M3", "PASS"),
    case("L-M3", "PASS", raw=raw(), change=TYPED_BY_NOBODY),
    case("L-M3", "FAIL", "m3_field", raw=raw(filled=["order_id"]), change=TYPED_BY_NOBODY),
    case("L-M3", "PASS", raw=raw(filled=["order_id"])),         # somebody typed it
    case("L-M3", "FAIL", "m3_field", raw=raw(filled=["order_id"]), change=TYPED_BY_NOBODY, rows=past("ORD", [5])),
    case("L-M3", "PASS", raw=raw(filled=()), change=TYPED_BY_NOBODY, rows=past("ORD", [5])),
    case("L-M3", "FAIL", "m3_source", change=note("ORD", source=None)),
    case("L-M3", "FAIL", "m3_field", raw=Raw({}, {"ORD": ORDERS}), change=TYPED_BY_NOBODY),
    case("L-M4", "WARN", "m4_new"),
    case("L-M4", "PASS", rows=past("ORD", [5, 5, 5, 5, 5, 5])),
    case("L-M4", "PASS", rows=past("ORD", [5, 5, None, 5, 5, 5])),
    case("L-M4", "WARN", "m4_gaps", rows=past("ORD", [5, 5, None, None, 5, 5])),
    case("L-M4", "FAIL", "m4_gaps", rows=past("ORD", [5, 5, None, None, None, None, 5])),
    case("L-M4", "WARN", "m4_new", rows=past("ORD", [5, 5])),
    case("L-M5", "NONE", "n_measured"),
    user("L-M5", "PASS", rows={"tblAnchors": anchors("优", "良", "中"), "tblRatings": ratings("张三", "李四")}),
    user("L-M5", "FAIL", "m5_levels", rows={"tblAnchors": anchors("优", "良"), "tblRatings": ratings("张三", "李四")}),
    user("L-M5", "FAIL", "m5_raters", rows={"tblAnchors": anchors("优", "良", "中"), "tblRatings": ratings("张三")}),
    case("L-M6", "PASS"),
    case("L-M6", "NONE", "n_no_sample", kpi="CSAT"),
    case("L-M6", "PASS", kpi="CSAT", rows=past("CSAT", [0.9, 0.9, 0.9], n=30.0)),
    case("L-M6", "WARN", "m6_small", kpi="CSAT", rows=past("CSAT", [0.9, 0.9, 0.9], n=29.0)),
    case("L-M7", "NONE", "n_one_figure"),
    case("L-M7", "PASS", kpi="GPM", change={"tblActuals.GPM": {"value": 0.2101}}),
    case("L-M7", "WARN", "m7_gap", kpi="GPM", change={"tblActuals.GPM": {"value": 0.22}}),
    case("L-M7", "FAIL", "m7_gap", kpi="GPM", change={"tblActuals.GPM": {"value": 0.23}}),
    case("L-M7", "FAIL", "m7_gap", raw=Raw(values={"2026-03|D01|ORD": 50_000.0})),
    case("L-A1", "PASS", kpi="GPM"),
    case("L-A1", "PASS", kpi="OPT"),
    case("L-A1", "FAIL", "a1_missing", kpi="GPM", change=target("GPM", threshold=None)),
    case("L-A1", "FAIL", "a1_order", kpi="GPM", change=target("GPM", threshold=0.22)),
    case("L-A1", "FAIL", "a1_order", kpi="OPT", change=target("OPT", stretch=30.0)),
    case("L-A1", "FAIL", "a1_order", change=target("ORD", stretch=50_000.0)),
    case("L-A1", "NONE", "n_no_rule", change=plan("ORD", rule="MAGIC")),
    case("L-A1", "NONE", "n_not_due", change={**note("GPM", frequency="Q"), **target("GPM", target=None)}, kpi="GPM",
         book=lambda: changed(EXAMPLE, {**setting("period", "2026-02"), "tblTargets.GPM": {"period": "2026-02"}})),
    case("L-A2", "NONE", "n_no_chance"),
    case("L-A2", "NONE", "n_no_target", kpi="CVR", chance=0.5),
    case("L-A2", "PASS", "a2_fair", chance=0.30),
    case("L-A2", "PASS", "a2_fair", chance=0.80),
    case("L-A2", "WARN", "a2_hard", chance=0.10),
    case("L-A2", "WARN", "a2_easy", chance=0.95),
    case("L-A2", "FAIL", "a2_hard", chance=0.099),
    case("L-A2", "FAIL", "a2_easy", chance=0.951),
    case("L-A3", "NONE", "n_no_past"),
    case("L-A3", "PASS", rows=past("ORD", [55_000, 50_000])),
    case("L-A3", "WARN", "a3_far", rows=past("ORD", [49_999, 45_000])),
    case("L-A3", "PASS", rows=past("ORD", [45_000] * 6)),
    case("L-A3", "WARN", "a3_back", rows=past("ORD", [61_000], last="2025-03")),
    case("L-A3", "WARN", "a3_back", kpi="OPT", rows=past("OPT", [20], last="2025-03")),
    case("L-A3", "PASS", kpi="OPT", rows=past("OPT", [28], last="2025-03")),
    case("L-A4", "NONE", "n_no_parts"),
    case("L-A4", "PASS", rows=raci(("平台", "A"), controllability=0.5)),
    case("L-A4", "WARN", "a4_control", rows=raci(("平台", "A"), controllability=0.49)),
    case("L-A4", "FAIL", "a4_control", rows=raci(("平台", "A"), controllability=0.19)),
    case("L-A5", "PASS"),
    case("L-A5", "FAIL", "a5_limits", kpi="CSAT", change=target("CSAT", stretch=1.2)),
    case("L-A5", "FAIL", "a5_limits", kpi="OPT", change=target("OPT", stretch=-1.0)),
    case("L-A5", "FAIL", "a5_limits", kpi="NPS", change=target("NPS", target=101.0), book=lambda: fresh("USER")),
    case("L-A5", "PASS", kpi="NPS", change=target("NPS", target=-20.0), book=lambda: fresh("USER")),
    case("L-A5", "PASS", kpi="NPM", change=target("NPM", threshold=-0.05)),
    case("L-R1", "NONE", "n_no_goals"),
    case("L-R1", "PASS", rows=served("ORD")),
    case("L-R1", "FAIL", "r1_goal", rows=served("REV")),
    case("L-R1", "FAIL", "r1_goal", rows=served("ORD", weight=0.0)),
    case("L-R2", "PASS"),
    case("L-R2", "PASS", change=plan("ORD", weight=0.40)),
    case("L-R2", "WARN", "r2_weight", change=plan("ORD", weight=0.41)),
    case("L-R2", "WARN", "r2_weight", change=plan("ORD", weight=0.04)),
    case("L-R2", "PASS", change=plan("ORD", weight=0.0, core="N")),
    case("L-R2", "WARN", "r2_core", change=plan("ORD", weight=0.0, core="Y")),
    case("L-R3", "PASS"),
    case("L-R3", "PASS", change={"tblSubjects.D01": {"kind": "team", "name": "平台运营"}}),
    case("L-R3", "WARN", "r3_owner", change={"tblSubjects.D01": {"kind": "team", "name": "客服组"}}),
    case("L-R3", "PASS", kpi="CVR", change={"tblSubjects.D01": {"kind": "team", "name": "客服组"}}),
    case("L-R3", "PASS", change={"tblSubjects.D01": {"kind": "team", "name": "客服组"}},
         rows=raci(("平台", "A"), ("客服组", "R"), mode="SHARED-FULL")),
    case("L-R4", "NONE", "n_no_outcome"),
    case("L-R4", "NONE", "n_few_pairs", kpi="IPV", rows=served("IPV", "REV")),
    case("L-R4", "PASS", "r4_evidence", kpi="IPV",
         rows={**served("IPV", "REV"), **together(past("IPV", UP), past("REV", UP))}),
    case("L-R4", "INFO", "r4_evidence", kpi="IPV", rows={**served("IPV", "REV"), **together(
        past("IPV", [1, 2] * 12), past("REV", [1, 1, 2, 2] * 6))}),
    case("L-R5", "NONE", "n_few_pairs"),
    case("L-R5", "WARN", "r5_twin", rows=together(past("ORD", UP), past("REV", UP))),
    case("L-R5", "PASS", rows=together(past("ORD", UP), past("REV", ZIGZAG))),
    case("L-T1", "PASS"),
    case("L-T1", "FAIL", "t1_frequency", change=note("ORD", frequency="W")),
    case("L-T1", "FAIL", "t1_finer", change={"tblActuals.ORD": {"period": "2026Q1"}}),
    case("L-T1", "PASS", change={"tblActuals.ORD": {"period": "2026Q1"}, **note("ORD", frequency="Q")}),
    case("L-T2", "PASS"),
    case("L-T2", "PASS", change=setting("data_cutoff", "2026-04-07")),
    case("L-T2", "FAIL", "t2_due", change=setting("data_cutoff", "2026-04-08")),
    case("L-T2", "FAIL", "t2_due", change=setting("data_cutoff", "2026-03-30")),
    case("L-T2", "FAIL", "t2_unset", change=setting("data_cutoff", None)),
    case("L-T3", "NONE", "n_no_annual"),
    case("L-T3", "PASS", rows=monthly("ORD", [60_000] * 12, 720_000.0)),
    case("L-T3", "FAIL", "t3_sum", rows=monthly("ORD", [60_000] * 12, 720_001.0)),
    case("L-T3", "PASS", kpi="MAU", rows=monthly("MAU", [800_000] * 12, 800_000.0)),
    case("L-T3", "FAIL", "t3_sum", kpi="MAU", rows=monthly("MAU", [800_000] * 12, 9_600_000.0)),
    case("L-T3", "NONE", "n_no_dens", kpi="GPM", rows=monthly("GPM", [0.22] * 12, 0.22)),
    case("L-T3", "FAIL", "t3_between", kpi="GPM", rows=monthly("GPM", [0.22] * 12, 0.23)),
    case("L-T4", "NONE", "n_no_raw"),
    case("L-T4", "NONE", "n_no_raw", raw=raw(lag=6)),           # somebody typed it
    case("L-T4", "PASS", raw=raw(lag=5), change=TYPED_BY_NOBODY),
    case("L-T4", "WARN", "t4_lag", raw=raw(lag=6), change=TYPED_BY_NOBODY),
    case("L-T5", "NONE", "n_no_raw"),
    case("L-T5", "NONE", "n_not_yet", raw=raw(newest=date(2026, 3, 30)), change=TYPED_BY_NOBODY),
    case("L-T5", "PASS", raw=raw(), change=LOCKED),
    case("L-T5", "FAIL", "t5_newest", raw=raw(newest=date(2026, 3, 30)), change=LOCKED),
)  # fmt: skip


@pytest.mark.parametrize("given", CASES, ids=str)
def test_a_check_says_what_the_book_is(given: Case) -> None:
    found = given.judged
    assert (found.verdict, found.fact) == (given.verdict, given.fact)


def test_there_are_28_checks_and_each_has_a_book_that_fails_and_one_that_passes() -> None:
    ids = [check.id for check in CHECKS]
    assert len(ids) == len(set(ids)) == 28
    for each in ids:
        verdicts = {case_.verdict for case_ in CASES if case_.check == each}
        assert "PASS" in verdicts, each
        assert verdicts & {"INFO", "WARN", "FAIL"}, each


def test_the_checks_that_gate_are_those_of_the_specification() -> None:
    assert {check.id for check in CHECKS if check.gates} == {
        "L-S1", "L-S3", "L-M1", "L-M2", "L-A1", "L-A5", "L-T1", "L-T3",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "verdict", "p"), [(133.0, "FAIL", 0.0219), (128.0, "PASS", 0.6451), (126.0, "WARN", 0.9123)]
)
def test_the_chances_of_the_specification(wanted: float, verdict: str, p: float) -> None:
    """R11 and §5.4."""
    book = changed(added(EXAMPLE, "tblActuals", months("ORD", TREND)), target("ORD", target=wanted))
    found = judged("L-A2", "ORD", book, chance=attainment)
    assert found.verdict == verdict
    assert found.args["p"] == pytest.approx(p, abs=5e-5)


def test_a_ratio_s_months_are_weighed_by_last_year_s_denominators() -> None:
    """§5.2: 100, 200 and 300 at 1.98, 2.97 and 3.96 % are 3.3 % of the whole."""
    pasts: list[dict[str, Scalar]] = [
        {"period": f"2025-{month:02d}", "subject": "D01", "kpi": "GPM", "num": 1.0, "den": den}
        for month, den in ((1, 100.0), (2, 200.0), (3, 300.0))
    ]
    book = changed(added(EXAMPLE, "tblActuals", pasts), target("GPM", target=0.0396))
    rows: list[dict[str, Scalar]] = [
        {"period": when, "subject": "D01", "kpi": "GPM", "target": share}
        for when, share in (("2026-01", 0.0198), ("2026-02", 0.0297), ("2026Q1", 0.033))
    ]
    assert judged("L-T3", "GPM", added(book, "tblTargets", rows)).verdict == "PASS"
    rows[-1]["target"] = 0.0331
    found = judged("L-T3", "GPM", added(book, "tblTargets", rows))
    assert (found.verdict, found.fact) == ("WARN", "t3_sum")
