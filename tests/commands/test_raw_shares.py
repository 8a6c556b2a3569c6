"""SHARED-SPLIT (§1.3): a unit's actual by the unit of the raw rows; without one, its share, flagged APPROX."""

from __future__ import annotations

from pathlib import Path

import pytest

from kpi_xl.commands.adding import add_sheet
from kpi_xl.commands.check import check
from kpi_xl.commands.score import score
from kpi_xl.hosts.file import FileHost
from kpi_xl.model.grid import Scalar
from tests.commands.raw_books import book_of, fact_rows, with_source
from tests.commands.test_raw_health import write_rows
from tests.workbooks.books import assert_engines_agree

PLAN = {"GMV": (0.5, "RATIO"), "ORD": (0.5, "RATIO")}
SHARES = {"D01": 0.6, "D02": 0.4}


def book(folder: Path, units: tuple[str, ...], shares: dict[str, float] | None = None) -> Path:
    """A thousand yuan in ten orders of the company C, whose departments share the turnover and not the orders."""
    head = "订单编号,下单时间,付款时间,实付金额" + (",考核单位" if units else "")
    rows = [f"A{n},2026-03-01,2026-03-31 10:00:00,100" + (f",{units[n % len(units)]}" if units else "") for n in range(10)]
    (folder / "orders.csv").write_text("\n".join([head, *rows]), encoding="utf-8")
    subjects = ["C", *SHARES]
    targets = [{"period": "2026-03", "subject": each, "kpi": kpi, "target": 1000.0} for each in subjects for kpi in PLAN]
    path = book_of(folder / "book.xlsx", "2026-03", subjects, PLAN, targets)
    below: dict[str, Scalar] = {"parent": "C"}
    tree: list[dict[str, Scalar]] = [{"kind": "company", "parent": None}, below, below]
    write_rows(path, "tblSubjects", tree)
    raci: list[dict[str, Scalar]] = [
        {"kpi": "GMV", "unit": unit, "role": role, "mode": "SHARED-SPLIT", "share": share}
        for (unit, share), role in zip((shares or SHARES).items(), "AR", strict=True)
    ]  # fmt: skip
    add_sheet(FileHost(path), "collaboration", "zh", {"tblRaci": raci})
    return with_source(path, source="orders", table="orders", place="orders.csv")


def actuals(path: Path, kpi: str) -> list[tuple[Scalar, Scalar]]:
    score(FileHost(path))
    rows = fact_rows(path)
    return [(rows["2026-03", unit, kpi]["value"], rows["2026-03", unit, kpi]["state"]) for unit in ("C", *SHARES)]


def test_without_a_unit_in_the_rows_the_amount_is_split(tmp_path: Path) -> None:
    path = book(tmp_path, ())
    assert actuals(path, "GMV") == [(1000.0, 12.0), (600.0, 9.0), (400.0, 9.0)]
    assert [value for value, _ in actuals(path, "ORD")] == [10.0, "—", "—"], "nobody shares the orders"
    assert_engines_agree(path)
    codes = [issue.code for issue in check(FileHost(path)).issues]
    assert codes.count("W-RAW-SHARED") == 2


def test_with_a_unit_in_the_rows_each_has_its_own(tmp_path: Path) -> None:
    path = book(tmp_path, ("D01", "D01", "D01", "D02", "D02"))
    assert actuals(path, "GMV") == [(1000.0, 12.0), (600.0, 12.0), (400.0, 12.0)]
    assert actuals(path, "ORD")[1:] == [(6.0, 12.0), (4.0, 12.0)]


@pytest.mark.parametrize("shares", [{"D01": 0.6, "D02": 0.6}])
def test_shares_that_make_no_whole_split_nothing(tmp_path: Path, shares: dict[str, float]) -> None:
    assert [value for value, _ in actuals(book(tmp_path, (), shares), "GMV")] == [1000.0, "—", "—"]
