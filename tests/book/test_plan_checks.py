"""What 检查 says of the plan as a whole."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from kpi_xl.book.plan_checks import plan_issues, targets_are_equally_hard
from kpi_xl.book.plan_health.material import pasts
from kpi_xl.book.starter import Content
from kpi_xl.labels import LANGS, message
from kpi_xl.library import presets
from kpi_xl.model.grid import Scalar
from kpi_xl.model.issue import Issue
from kpi_xl.model.periods import Period
from kpi_xl.scoring.targets.history import History
from tests.book.plan_health.books import EXAMPLE, added, changed, context, fresh

MODES = ("DECK12", "B2C", "B2B", "C2C", "O2O")
ROLES = {"上级": "superior", "同级": "peer", "自评": "self"}


def issues(content: Content) -> list[Issue]:
    found, grids = context(content)
    listed = list(plan_issues(found, grids))
    for issue in listed:
        for lang in LANGS:
            assert "{" not in message(issue.code, issue.args, lang), issue
    return listed


def codes(content: Content) -> list[str]:
    return [issue.code for issue in issues(content)]


def people(names: Iterable[str], template: str = "DECK12", group: str = "staff") -> list[dict[str, Scalar]]:
    return [
        {"subject": name, "kind": "person", "name": f"员工{name}", "parent": "D01", "template": template, "rank_group": group}
        for name in names
    ]


def rated(subject: str, kpi: str, rater: str, level: float, role: str = "同级") -> dict[str, Scalar]:
    return {"period": "2026-03", "subject": subject, "kpi": kpi, "rater": rater, "role": role, "level": level}


@pytest.mark.parametrize("book", [EXAMPLE, *(fresh(name) for name in MODES)], ids=["example", *MODES])
def test_the_worked_example_and_the_business_models_need_no_warning(book: Content) -> None:
    assert codes(book) == []


@pytest.mark.parametrize("name", sorted(set(presets()) - set(MODES)))
def test_a_function_s_card_is_lopsided_by_nature(name: str) -> None:
    (issue,) = issues(fresh(name))
    assert (issue.code, issue.args["cards"], issue.cards) == ("I-BALANCE-FUNCTION", name, frozenset({"D01"}))


def test_a_department_s_card_that_tips_is_a_warning_and_never_an_error() -> None:
    """R14."""
    book = changed(EXAMPLE, {"tblPlan.ROI": {"weight": 0.0}, "tblPlan.REV": {"weight": 0.20}})
    (issue,) = issues(book)
    assert (issue.code, issue.cell, issue.cards) == ("W-BALANCE-HORIZON", "考核方案!D6", frozenset({"D01"}))
    assert issue.args["S"] == 0.75
    assert "75.0%" in message(issue.code, issue.args, "zh")


def test_a_tag_that_the_book_changes_counts() -> None:
    assert codes(changed(EXAMPLE, {"tblIndicators.MAU": {"horizon": "S"}})) == ["W-BALANCE-HORIZON"]


def test_equal_weights_and_no_satisfaction() -> None:
    """R48 and R15."""
    even = {f"tblPlan.{row['kpi']}": {"weight": 1 / 12} for row in EXAMPLE["tblPlan"]}
    assert "W-BALANCE-CORE" in codes(changed(EXAMPLE, even))
    gone = changed(EXAMPLE, {"tblPlan.CSAT": {"kpi": "QREF"}})
    assert "W-BALANCE-SATISFACTION" in codes(gone)


def test_half_of_the_weight_judged() -> None:
    """R73."""
    judged = {f"tblPlan.{kpi}": {"rule": "RATING", "params": None} for kpi in ("REV", "GPM", "MAU", "RET", "NPM")}
    (issue,) = [each for each in issues(changed(EXAMPLE, judged)) if each.code.startswith("W-BALANCE")]
    assert (issue.code, issue.args["quant"]) == ("W-BALANCE-MEASURED", 0.5)


def test_a_card_of_a_few_rows_is_not_weighed() -> None:
    few = [{**row, "weight": 0.5} for row in EXAMPLE["tblPlan"][:2]]
    assert codes({**EXAMPLE, "tblPlan": few}) == []


def test_functions_together_are_weighed_by_their_people() -> None:
    """Two functions of users, one of content: finance holds a tenth; far off is a warning, off a remark."""
    users, content = fresh("USER"), fresh("CONTENT")
    subjects: list[dict[str, Scalar]] = [
        {"subject": "D01", "kind": "department", "name": "运营部"},
        {"subject": "T1", "kind": "team", "name": "用户组", "parent": "D01", "template": "USER"},
        {"subject": "T2", "kind": "team", "name": "内容组", "parent": "D01", "template": "CONTENT"},
        *({"subject": f"P{n}", "kind": "person", "name": f"员{n}", "parent": "T1"} for n in (1, 2)),
        {"subject": "P3", "kind": "person", "name": "员3", "parent": "T2"},
    ]
    book = {**users, "tblPlan": [*users["tblPlan"], *content["tblPlan"]], "tblSubjects": subjects}
    union = [issue for issue in issues(book) if issue.cards == {"D01"}]
    assert {issue.args["card"] for issue in union} == {"D01: USER×2 + CONTENT×1"}
    found = {issue.code: issue.args for issue in union}
    assert found["W-BALANCE-PERSPECTIVE"]["F"] == 0.1
    assert set(found) == {"W-BALANCE-PERSPECTIVE", "I-BALANCE-UNION"}
    assert found["I-BALANCE-UNION"]["S"] == pytest.approx((2 * 0.35 + 0.675) / 3, abs=5e-5)


def test_little_to_do_with_others_is_told() -> None:
    apart = {"tblPlan.CVR": {"weight": 0.0}, "tblPlan.CSAT": {"weight": 0.05}, "tblPlan.RET": {"weight": 0.25}}
    (issue,) = [each for each in issues(changed(EXAMPLE, apart)) if "COLLABORATION" in each.code]
    assert (issue.code, issue.args["found"]) == ("W-COLLABORATION", 0.05)


def test_people_of_one_job_follow_one_rule() -> None:
    tweaked = [{**row, "template": "TWEAKED", **({"params": "cap=200"} if row["kpi"] == "REV" else {})} for row in EXAMPLE["tblPlan"]]
    book = added(added(EXAMPLE, "tblSubjects", [*people(("P1", "P2")), *people(("P3",), "TWEAKED")]), "tblPlan", tweaked)
    (issue,) = [each for each in issues(book) if "RULE" in each.code]
    assert (issue.code, issue.args["cards"]) == ("W-RULE-DIFFERS", "P1, P2 / P3")
    assert issue.cell.startswith("组织!")
    assert "W-RULE-DIFFERS" not in codes(added(EXAMPLE, "tblSubjects", people(("P1", "P2"))))


def test_people_of_different_jobs_are_a_remark() -> None:
    book = added(added(EXAMPLE, "tblSubjects", [*people(("P1",)), *people(("P2",), "CONTENT")]), "tblPlan", fresh("CONTENT")["tblPlan"])
    assert [code for code in codes(book) if "RULE" in code] == ["I-RULE-DIFFERS"]


def test_strict_and_lenient_raters() -> None:
    """严 and 宽 of SR12: means 70 and 94.8, 3.7 pooled deviations apart."""
    strict, lenient = (60, 65, 70, 75, 80), (90, 92, 95, 97, 100)
    rows = [rated("D01", f"K{n}", "严", float(points)) for n, points in enumerate(strict)]
    rows += [rated("D01", f"K{n}", "宽", float(points)) for n, points in enumerate(lenient)]
    found = {issue.code: issue.args for issue in issues(added(EXAMPLE, "tblRatings", rows))}
    assert set(found) == {"W-RATER-STRICT", "W-RATER-LENIENT"}
    assert (found["W-RATER-STRICT"]["mean"], found["W-RATER-LENIENT"]["mean"]) == (70.0, 94.8)


def test_a_little_leniency_is_a_remark() -> None:
    """80 against 76.4, with six points of deviation: d = 0.6."""
    rows = [rated("D01", f"K{n}", "甲", points) for n, points in enumerate((72.0, 76.0, 80.0, 84.0, 88.0))]
    rows += [rated("D01", f"K{n}", "乙", points) for n, points in enumerate((68.4, 72.4, 76.4, 80.4, 84.4))]
    found = [(issue.code, issue.args["d"]) for issue in issues(added(EXAMPLE, "tblRatings", rows))]
    assert found == [("I-RATER-LENIENT", 0.57), ("I-RATER-STRICT", 0.57)]


def test_raters_who_tell_nothing_apart() -> None:
    halo = [rated(f"P{n}", kpi, "甲", 70.0 + 10 * n) for n in range(3) for kpi in ("COLLAB", "INNOV")]
    central = [rated(f"P{n}", "COLLAB", "乙", 80.0) for n in range(5)]
    book = added(added(EXAMPLE, "tblSubjects", people(f"P{n}" for n in range(5))), "tblRatings", [*halo, *central])
    assert [code for code in codes(book) if "RATER" in code] == ["W-RATER-HALO", "W-RATER-CENTRAL"]


def test_ratings_of_another_period_have_no_say() -> None:
    rows = [{**rated("D01", f"K{n}", "乙", 80.0), "period": "2026-02"} for n in range(6)]
    assert codes(added(EXAMPLE, "tblRatings", rows)) == []


def test_a_person_who_rates_or_reports_only_to_themselves() -> None:
    book = added(EXAMPLE, "tblSubjects", people(("P1",)))
    own = added(book, "tblRatings", [rated("P1", "COLLAB", "员工P1", 100.0), rated("P1", "COLLAB", "P1", 100.0, "自评")])
    assert [issue.args["role"] for issue in issues(own) if issue.code == "W-RATER-OWN"] == ["peer"]
    figure: dict[str, Scalar] = {"period": "2026-03", "subject": "P1", "kpi": "REV", "num": 1.0, "source": "员工P1"}
    assert "W-SELF-SUPPLIED" in codes(added(book, "tblActuals", [figure]))
    assert "W-SELF-SUPPLIED" not in codes(added(book, "tblActuals", [{**figure, "evidence": "OA-7"}]))


def test_a_heavy_self_rating() -> None:
    heavy = [{**row, "weight": 0.3 if row["role"] == "自评" else row["weight"]} for row in EXAMPLE["tblRaterRoles"]]
    (issue,) = issues({**EXAMPLE, "tblRaterRoles": heavy})
    assert (issue.code, issue.args["found"]) == ("W-RATER-SELF", 0.25)


def test_targets_of_one_role_are_equally_hard() -> None:
    rows: list[dict[str, Scalar]] = [
        {"period": "2026-03", "subject": name, "kpi": "ORD", "target": target} for name, target in (("P1", 0.2), ("P2", 0.5))
    ]
    book = added(added(EXAMPLE, "tblSubjects", people(("P1", "P2"))), "tblTargets", rows)
    found, _ = context(book)

    def chance(history: History, period: Period, target: float, direction: str) -> float:
        return 1 - target

    (issue,) = targets_are_equally_hard(found, pasts(found), chance)
    assert (issue.code, issue.args["kpis"], issue.args["hard"], issue.args["high"]) == ("W-TARGET-SPREAD", "ORD", "P2", 0.8)
    assert issue.args["role"] == "staff/DECK12"
    assert "80%" in message(issue.code, issue.args, "en")
