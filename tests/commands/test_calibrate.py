"""Calibration and quotas on a book: the worked numbers of the specification, from ratings to totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from kpi_xl.book.example import example
from kpi_xl.book.starter import Content
from kpi_xl.commands.adding import add_sheet
from kpi_xl.commands.calibrate import calibrate
from kpi_xl.commands.check import check
from kpi_xl.commands.new import new_from
from kpi_xl.commands.score import score
from kpi_xl.errors import MethodError
from kpi_xl.hosts.file import FileHost
from kpi_xl.labels import LANGS, Lang
from kpi_xl.model.grid import Scalar
from tests.book.plan_health.books import added, changed
from tests.commands.test_health import cells
from tests.workbooks.books import assert_engines_agree

PERIOD = "2026-03"
RATED: Mapping[str, Sequence[float]] = {
    "严": (60, 65, 70, 75, 80), "宽": (90, 92, 95, 97, 100), "中": (75, 80, 85, 90, 95),
}  # fmt: skip
"""The fixture of SR12: M = 83.27, SD = 6.85."""
AFTER = {
    **dict(zip(("P01", "P02", "P03", "P04", "P05"), (69.64, 74.19, 78.74, 83.29, 87.84), strict=True)),
    **dict(zip(("P06", "P07", "P08", "P09", "P10"), (82.65, 85.26, 89.19, 91.80, 95.73), strict=True)),
}
WHY = {"reason": "评分尺度不一", "approver": "总经办"}
Row = Mapping[str, Scalar]


def planned(template: str, kpi: str, weight: float, rule: str) -> Row:
    return {"template": template, "kpi": kpi, "no": 1.0, "weight": weight, "rule": rule, "missing": "BLOCK", "core": "Y"}


def person(number: int, template: str, parent: str, group: str = "staff") -> Row:
    return {
        "subject": f"P{number:02d}", "kind": "person", "name": f"员工{number}", "parent": parent, "template": template,
        "rank_group": group,
    }  # fmt: skip


def judged_book(path: Path, measured: int = 0, lang: Lang = "zh") -> Path:
    """Fifteen people, each judged by one of three raters, in three teams; and some who are only measured."""
    start = example(lang)
    role = start["tblRaterRoles"][0]["role"]
    raters = [(rater, level) for rater, levels in RATED.items() for level in levels]
    people = [person(n, "JUDGED", f"T{(n - 1) // 5 + 1}") for n in range(1, 16)]
    content: Content = {
        **start,
        "tblPlan": [planned("JUDGED", "INNOV", 1.0, "RATING"), planned("MEASURED", "ORD", 1.0, "RATIO")],
        "tblSubjects": [
            *({"subject": f"T{n}", "kind": "team", "name": f"团队{n}"} for n in (1, 2, 3)),
            *people,
            *(person(n, "MEASURED", "T3") for n in range(16, 16 + measured)),
        ],
        "tblTargets": [target(n) for n in range(16, 16 + measured)],
        "tblActuals": [actual(n, 100 - n) for n in range(16, 16 + measured)],
        "tblRatings": [
            {"period": PERIOD, "subject": f"P{n:02d}", "kpi": "INNOV", "rater": rater, "role": role, "level": float(level)}
            for n, (rater, level) in enumerate(raters, start=1)
        ],
    }
    new_from(path, FileHost, content, lang)
    assert score(FileHost(path)).is_done
    return path


def target(number: int) -> Row:
    return {"period": PERIOD, "subject": f"P{number:02d}", "kpi": "ORD", "target": 100.0}


def actual(number: int, value: float) -> Row:
    return {"period": PERIOD, "subject": f"P{number:02d}", "kpi": "ORD", "value": float(value)}


def totals(path: Path) -> Mapping[str, Scalar]:
    return {str(card): total for card, total in cells(path, "tblCards", ("card", "total"))}


@pytest.mark.parametrize("lang", LANGS)
def test_raters_are_brought_to_one_scale_and_the_totals_follow(tmp_path: Path, lang: Lang) -> None:
    """§3 SR12, from the ratings of a book to the totals of its cards."""
    path = judged_book(tmp_path / "b.xlsx", lang=lang)
    receipt = calibrate(FileHost(path), "rater", **WHY, apply=True)
    assert (receipt.facts["applied"], receipt.facts["kept"]) == (15, 0)
    receipt = score(FileHost(path))
    assert not [issue for issue in receipt.issues if "CALIBRATION" in issue.code]
    found = {card["card"]: card["total"] for card in receipt.facts["cards"]}  # type: ignore[attr-defined]
    assert {name: found[name] for name in AFTER} == AFTER
    assert_engines_agree(path)


def test_a_view_changes_nothing_but_its_own_sheet(tmp_path: Path) -> None:
    path = judged_book(tmp_path / "b.xlsx")
    before = totals(path)
    calibrate(FileHost(path))
    score(FileHost(path))
    assert totals(path) == before
    assert cells(path, "tblCalibration", ("key",)) == [(None,)] * len(cells(path, "tblCalibration", ("key",)))
    shown = {str(row[0]): row[1:] for row in cells(path, "tblProposals", ("subject", "before", "by_rater", "change_rater"))}
    assert shown["P01"] == (60.0, 69.64, pytest.approx(9.64))
    assert_engines_agree(path)


def test_leniency_before_and_after_stand_beside_each_other(tmp_path: Path) -> None:
    path = judged_book(tmp_path / "b.xlsx")
    calibrate(FileHost(path))
    rows = {str(row[0]): row[1:] for row in cells(path, "tblLeniency", ("rater", "ratings", "mean", "d", "sign", "d_after"))}
    assert rows["严"][:2] == (5.0, 70.0) and rows["宽"][:2] == (5.0, 94.8)
    assert (rows["严"][3], rows["宽"][3]) == ("✗", "✗")
    for _, _, before, _, after in rows.values():
        assert isinstance(before, float) and isinstance(after, float) and abs(after) <= abs(before)


def test_a_calibration_that_is_applied_again_leaves_the_first_alone(tmp_path: Path) -> None:
    path = judged_book(tmp_path / "b.xlsx")
    calibrate(FileHost(path), "rater", **WHY, apply=True)
    written = cells(path, "tblCalibration", ("subject", "before", "after", "reason"))
    again = calibrate(FileHost(path), "team", reason="另一原因", approver="总经办", apply=True)
    assert (again.facts["applied"], again.facts["kept"]) == (0, 15)
    assert cells(path, "tblCalibration", ("subject", "before", "after", "reason")) == written


def test_teams_are_brought_to_the_mean_of_all_within_a_tenth(tmp_path: Path) -> None:
    """§6.7: s·M/m of the team; M is 83.27 and the strict team's mean 70, so its factor is held at 1.1."""
    path = judged_book(tmp_path / "b.xlsx")
    receipt = calibrate(FileHost(path), "team")
    found = {change["key"].split("|")[1]: change["after"] for change in receipt.facts["changes"]}  # type: ignore[attr-defined]
    assert (found["P01"], found["P05"]) == (66.0, 88.0)
    mean = (350 + 474 + 425) / 15
    assert found["P06"] == pytest.approx(90 * max(0.9, mean / 94.8), abs=0.005)


def rows_of(*rows: Sequence[Scalar]) -> Content:
    columns = ("subject", "kpi", "before", "after", "reason", "approver")
    return {"tblCalibration": [{"period": PERIOD, **dict(zip(columns, row, strict=True))} for row in rows]}


@pytest.mark.parametrize(
    ("row", "code", "total"),
    [
        (("P01", "INNOV", 60.0, 72.5, "尺度偏严", "总经办"), "", 72.5),
        (("P01", "INNOV", 60.0, 72.5, None, "总经办"), "W-CALIBRATION-OPEN", 60.0),
        (("P01", "INNOV", 60.0, 72.5, "尺度偏严", None), "W-CALIBRATION-OPEN", 60.0),
        (("P01", "INNOV", 60.0, None, "尺度偏严", "总经办"), "W-CALIBRATION-OPEN", 60.0),
        (("P01", "INNOV", 58.0, 72.5, "尺度偏严", "总经办"), "W-CALIBRATION-BEFORE", 72.5),
        (("P01", "REV", 60.0, 72.5, "尺度偏严", "总经办"), "W-CALIBRATION-NOTHING", 60.0),
        (("P16", "ORD", 84.0, 90.0, "想高一点", "总经办"), "E-CALIBRATION-MEASURED", 60.0),
        (("P01", "INNOV", 60.0, 130.0, "尺度偏严", "总经办"), "E-NUMBER-RANGE", None),
    ],
)
def test_only_judged_points_are_calibrated_with_reason_and_approver(
    tmp_path: Path, row: Sequence[Scalar], code: str, total: float | None
) -> None:
    path = judged_book(tmp_path / "b.xlsx", measured=1)
    add_sheet(FileHost(path), "calibration", content=rows_of(row))
    found = [issue.code for issue in check(FileHost(path)).issues if issue.cell.startswith("校准")]
    assert found == ([code] if code else [])
    score(FileHost(path))
    assert totals(path)["P01"] == ("—" if total is None else total)
    if code == "E-CALIBRATION-MEASURED":
        assert totals(path)["P16"] == "—"


def test_a_second_calibration_of_the_same_points_is_an_error(tmp_path: Path) -> None:
    path = judged_book(tmp_path / "b.xlsx")
    row = ("P01", "INNOV", 60.0, 72.5, "尺度偏严", "总经办")
    add_sheet(FileHost(path), "calibration", content=rows_of(row, (*row[:3], 90.0, *row[4:])))
    assert [issue.code for issue in check(FileHost(path)).issues if issue.severity == "error"] == ["E-KEY-DUPLICATE"]


def test_grades_by_quota_stand_beside_the_absolute_ones(tmp_path: Path) -> None:
    """§6.8: 23 people at 10/20/50/15/5 % are 2, 5, 12, 3 and 1."""
    path = judged_book(tmp_path / "b.xlsx", measured=8)
    before = dict(cells(path, "tblCards", ("card", "grade")))
    receipt = calibrate(FileHost(path), "quota")
    rows = cells(path, "tblQuota", ("rank", "subject", "grade", "proposed", "remark"))
    proposed = [str(row[3]) for row in rows]
    assert len(rows) == 23 and rows[0][4] == "S 2 · A 5 · B 12 · C 3 · D 1"
    assert [proposed.count(grade) for grade in "SABCD"] == _with_ties_up([float(str(row[0])) for row in rows], (2, 7, 19, 22, 23))
    assert {row[1]: row[2] for row in rows} == before
    assert len(receipt.facts["quota"]) == 23  # type: ignore[arg-type]
    assert_engines_agree(path)


def _with_ties_up(ranks: Sequence[float], lines: Sequence[int]) -> list[int]:
    """How many have each grade when everybody of a rank has the grade of its first."""
    reached = [sum(rank <= line for rank in ranks) for line in lines]
    return [more - less for less, more in zip((0, *reached), reached, strict=False)]


def test_a_small_group_has_no_quota(tmp_path: Path) -> None:
    path = tmp_path / "b.xlsx"
    start = example("zh")
    people = [person(n, "MEASURED", "") for n in range(16, 25)]
    content: Content = {
        **start, "tblPlan": [planned("MEASURED", "ORD", 1.0, "RATIO")], "tblSubjects": people,
        "tblTargets": [target(n) for n in range(16, 25)], "tblActuals": [actual(n, 100 - n) for n in range(16, 25)],
    }  # fmt: skip
    new_from(path, FileHost, content, "zh")
    score(FileHost(path))
    calibrate(FileHost(path), "quota")
    assert set(cells(path, "tblQuota", ("proposed", "differs"))) == {("—", None)}
    assert cells(path, "tblQuota", ("remark",))[0] == ("9 人，不足 10 人不设配额，按绝对等级",)


@pytest.mark.parametrize(
    ("text", "counts"), [("S：20％，A：30%；B:50%", "S 3 · A 4 · B 8"), ("S:0.2,A:0.3,B:0.5", "S 3 · A 4 · B 8")]
)
def test_the_shares_are_a_setting(tmp_path: Path, text: str, counts: str) -> None:
    path = judged_book(tmp_path / "b.xlsx")
    content = added(example("zh"), "tblSettings", [{"key": "quota", "value": text}])
    other = _same_people(path, tmp_path / "c.xlsx", content)
    calibrate(FileHost(other), "quota")
    assert cells(other, "tblQuota", ("remark",))[0] == (counts,)


@pytest.mark.parametrize("text", ["S:20%,A:30%", "S:50%,X:50%", "S=100%", "S:100"])
def test_shares_that_are_none_are_refused(tmp_path: Path, text: str) -> None:
    content = added(changed(example("zh"), {}), "tblSettings", [{"key": "quota", "value": text}])
    path = tmp_path / "b.xlsx"
    new_from(path, FileHost, content, "zh")
    before = path.read_bytes()
    with pytest.raises(MethodError) as failure:
        calibrate(FileHost(path), "quota")
    assert (failure.value.code, failure.value.args_by_name["found"]) == ("E-QUOTA", text)
    assert path.read_bytes() == before


def _same_people(source: Path, path: Path, content: Content) -> Path:
    """The people of one book in another with different settings."""
    read = FileHost(source).tables()
    wanted = ("tblPlan", "tblSubjects", "tblRatings")
    columns = {"tblPlan": ("template", "kpi", "no", "weight", "rule", "params", "cap", "floor", "missing"),
               "tblSubjects": ("subject", "kind", "name", "parent", "template", "rank_group"),
               "tblRatings": ("period", "subject", "kpi", "rater", "role", "level")}  # fmt: skip
    rows = {
        name: [dict(zip(columns[name], row, strict=False)) for row in read[name].rows if row[0] is not None] for name in wanted
    }
    new_from(path, FileHost, {**content, **rows, "tblTargets": [], "tblActuals": []}, "zh")
    score(FileHost(path))
    return path


@pytest.mark.parametrize(
    ("method", "given", "code"),
    [
        ("rater", {"approver": "总经办"}, "E-CALIBRATION-REASON"),
        ("rater", {"reason": "尺度不一", "approver": " "}, "E-CALIBRATION-APPROVER"),
        ("quota", WHY, "E-CALIBRATION-APPLY"),
        ("view", WHY, "E-CALIBRATION-APPLY"),
    ],
)
def test_nothing_is_applied_without_a_reason_and_a_name(
    tmp_path: Path, method: str, given: Mapping[str, str], code: str
) -> None:
    path = judged_book(tmp_path / "b.xlsx")
    before = path.read_bytes()
    with pytest.raises(MethodError) as failure:
        calibrate(FileHost(path), method, **given, apply=True)  # type: ignore[arg-type]
    assert failure.value.code == code
    assert path.read_bytes() == before
