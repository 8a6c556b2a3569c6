"""Weights that count from a period on: journalled, put back, and missed where a period is scored by another's."""

from __future__ import annotations

from pathlib import Path

import pytest

from kpi_xl.commands.check import check
from kpi_xl.commands.new import new_from
from kpi_xl.commands.score import score
from kpi_xl.commands.weigh import weigh
from kpi_xl.errors import WorkbookError
from kpi_xl.hosts.file import FileHost
from kpi_xl.model.grid import CellOut, Patch
from tests.commands import weighed as w
from tests.commands.test_weigh import plan, records, set_state
from tests.workbooks.books import assert_engines_agree

OLD = {"REV": 0.5, "GPM": 0.3, "NPM": 0.2}
RANKS = {"REV": {"rank": 1.0}, "GPM": {"rank": 2.0}, "NPM": {"rank": 3.0}}


def codes(issues: object) -> list[str]:
    return [each.code for each in issues if "WEIGHT-PERIOD" in each.code]  # type: ignore[attr-defined]


@pytest.fixture
def host(tmp_path: Path) -> FileHost:
    """Three indicators at 50, 30 and 20 % for a team that was measured in March and April."""
    start = w.content()
    rows = {str(row["kpi"]): row for row in start["tblPlan"]}
    new = [{**rows[kpi], "template": "T", "weight": x, "rule": "RATIO", "params": ""} for kpi, x in OLD.items()]
    keyed = [("2026-03", 100.0, 90.0), ("2026-04", 100.0, 110.0)]
    content = {
        **start,
        "tblPlan": [*start["tblPlan"], *new],
        "tblSubjects": [*start["tblSubjects"], {"subject": "X1", "kind": "team", "name": "X1", "template": "T"}],
        "tblTargets": [
            *start["tblTargets"],
            *({"period": p, "subject": "X1", "kpi": k, "target": 100.0} for p, _, _ in keyed for k in OLD),
        ],
        "tblActuals": [
            *start["tblActuals"],
            *(
                {"period": p, "subject": "X1", "kpi": k, "value": first if k == "REV" else other}
                for p, first, other in keyed
                for k in OLD
            ),
        ],
    }  # fmt: skip
    path = tmp_path / "book.xlsx"
    new_from(path, FileHost, content, "zh")
    host = FileHost(path)
    weigh(host)
    w.stated(host, "tblRanks", "T", RANKS)
    w.stated(host, "tblRanks", "T", {kpi: {"high": 0.4} for kpi in OLD})
    return host


def moved(host: FileHost, period: str) -> None:
    """The book goes to another period."""
    grid = host.tables()["tblSettings"]
    index = next(i for i, row in enumerate(grid.rows) if row[0] == "period")
    host.write([], [Patch("tblSettings", (CellOut(grid.row + 1 + index, grid.column + 1, period),), grid.declared)])


def typed(host: FileHost, kpi: str, weight: float) -> None:
    """Somebody types another weight into the plan."""
    w.typed(host, "tblPlan", lambda row: {"weight": weight} if (row["template"], row["kpi"]) == ("T", kpi) else {})


def total(host: FileHost) -> float:
    cards = score(host).facts["cards"]
    return next(each["total"] for each in cards if each["card"] == "X1")  # type: ignore[index,union-attr,no-any-return]


def test_an_old_month_takes_no_later_weights_and_gets_its_own_back(host: FileHost, tmp_path: Path) -> None:
    """March by its own weights is .5 * 100 + .5 * 90 = 95; in April the first weighs .4."""
    assert total(host) == 95.0
    moved(host, "2026-04")
    assert weigh(host, "ranksum", "T", apply=True).is_done
    new = plan(host, "T")
    assert new["REV"] == 0.4 != OLD["REV"]
    assert total(host) == pytest.approx(0.4 * 100 + 0.6 * 110)
    moved(host, "2026-03")
    (issue,) = [each for each in score(host).issues if each.code == "E-WEIGHT-PERIOD"]
    assert issue.cards == {"X1"}
    assert (issue.args["period"], issue.args["since"]) == ("2026-03", "2026-04")
    assert "REV 0.4 / 0.5" in str(issue.args["listed"])
    receipt = weigh(host, restore="2026-03")
    assert (receipt.is_done, plan(host, "T")) == (True, OLD)
    assert receipt.facts["written"] == sum(new[kpi] != OLD[kpi] for kpi in OLD)
    assert total(host) == 95.0
    assert codes(check(host).issues) == []
    moved(host, "2026-04")
    (issue,) = [each for each in check(host).issues if each.code == "E-WEIGHT-PERIOD"]
    assert issue.args["since"] == "< 2026-04"
    weigh(host, restore="2026-04", template="T")
    assert plan(host, "T") == new
    assert codes(check(host).issues) == []
    score(host)
    assert_engines_agree(tmp_path / "book.xlsx")


def test_weights_decided_ahead_wait_in_the_journal(host: FileHost) -> None:
    receipt = weigh(host, "ranksum", "T", apply=True, period="2026-04")
    assert {each["period"] for each in receipt.facts["applied"]} == {"2026-04"}  # type: ignore[union-attr,index]
    assert plan(host, "T") == OLD
    assert total(host) == 95.0
    moved(host, "2026-04")
    assert codes(check(host).issues) == ["E-WEIGHT-PERIOD"]
    set_state(host, "targets_set")
    weigh(host, restore="2026-04")
    assert plan(host, "T")["REV"] == 0.4
    assert codes(check(host).issues) == []


def test_what_somebody_types_is_told_and_can_be_journalled(host: FileHost, tmp_path: Path) -> None:
    weigh(host, "ranksum", "T", apply=True)
    new = plan(host, "T")
    typed(host, "REV", 0.38)
    typed(host, "NPM", new["NPM"] + 0.02)
    (issue,) = [each for each in check(host).issues if "WEIGHT-PERIOD" in each.code]
    assert (issue.code, issue.severity) == ("W-WEIGHT-PERIOD", "warn")
    assert f"REV 0.38 / {new['REV']:g}" in str(issue.args["listed"])
    weigh(host, "direct", "T", apply=True)
    assert codes(check(host).issues) == []
    lines = [row for row in records(tmp_path / "book.xlsx", "tblWeightLog") if row["kpi"] == "REV"]
    assert [(row["old"], row["new"]) for row in lines] == [(0.5, 0.4), (0.4, 0.38)]


def test_a_book_that_never_applied_weights_is_not_asked(host: FileHost) -> None:
    typed(host, "REV", 0.4)
    typed(host, "GPM", 0.4)
    assert codes(check(host).issues) == []
    receipt = weigh(host, restore="2026-03", template="T")
    assert [each.code for each in receipt.issues] == ["W-WEIGHING-JOURNAL"]
    assert plan(host, "T") == {"REV": 0.4, "GPM": 0.4, "NPM": 0.2}


def test_what_is_published_keeps_its_plan(host: FileHost) -> None:
    weigh(host, "ranksum", "T", apply=True, period="2026-04")
    set_state(host, "published")
    receipt = weigh(host, restore="2026-04")
    assert ([each.code for each in receipt.issues], receipt.is_done) == (["E-PERIOD-LOCKED"], False)
    assert plan(host, "T") == OLD


@pytest.mark.parametrize("arguments", [{"period": "next month", "apply": True}, {"restore": "2026-13"}])
def test_a_period_that_is_none_is_refused(host: FileHost, arguments: dict[str, object]) -> None:
    with pytest.raises(WorkbookError, match="E-PERIOD-CODE"):
        weigh(host, "ranksum", "T", **arguments)  # type: ignore[arg-type]
