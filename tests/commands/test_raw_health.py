"""What the checks of a plan say of raw data (§1.1 L-S4, L-M3, L-T4, L-T5), on books with sources."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kpi_xl.book.sheets import TABLES
from kpi_xl.commands.adding import add_sheet
from kpi_xl.commands.check import check
from kpi_xl.commands.health import health
from kpi_xl.hosts.file import FileHost
from kpi_xl.labels import label
from kpi_xl.model.grid import CellOut, Patch, Scalar
from tests.commands.raw_books import Rows, book_of, with_source

RAW_CHECKS = ("L-S4", "L-M3", "L-T4", "L-T5")
HEAD = "订单编号,考核单位,下单时间,付款时间,实付金额,买家ID"
PLAN = {"ORD": (0.4, "RATIO"), "GMV": (0.4, "RATIO"), "CSAT": (0.2, "RATIO")}
CLOSED = date(2026, 4, 7)
"""The fifth working day after the end of March 2026."""


def orders(folder: Path, last: str, head: str = HEAD) -> Path:
    path = folder / "orders.csv"
    days = ["2026-03-02", "2026-03-16", last]
    rows = [f"A{number},D01,{day} 09:00:00,{day} 10:00:00,100,B{number}" for number, day in enumerate(days)]
    path.write_text("\n".join([head, *rows]), encoding="utf-8")
    return path


def book(folder: Path, export: Path, state: str = "data_locked", formulas: Rows = (), typed: Rows = ()) -> Path:
    """March of D01; satisfaction is typed as ever, as no survey is loaded."""
    targets = [{"period": "2026-03", "subject": "D01", "kpi": kpi, "target": 10.0} for kpi in PLAN]
    path = book_of(folder / "book.xlsx", "2026-03", ["D01"], PLAN, targets)
    fill(path, "tblSettings", {"state": state}, "key", "value")
    write_rows(path, "tblActuals", [{"period": "2026-03", "subject": "D01", "kpi": "CSAT", "value": 0.9}, *typed])
    if formulas:
        add_sheet(FileHost(path), "formulas", "zh", {"tblFormulas": formulas})
    return with_source(path, source="orders", table="orders", place=str(export))


def places(path: Path, table: str) -> dict[str, int]:
    header = FileHost(path).tables()[table].header
    return {column.key: header.index(label("columns", f"{table}.{column.key}", "zh")) for column in TABLES[table].columns}


def fill(path: Path, table: str, cells: dict[str, str], key: str, column: str) -> None:
    grid, at = FileHost(path).tables()[table], places(path, table)
    found = tuple(
        CellOut(grid.row + 1 + index, grid.column + at[column], cells[str(row[at[key]])])
        for index, row in enumerate(grid.rows) if str(row[at[key]]) in cells
    )  # fmt: skip
    assert len(found) == len(cells)
    FileHost(path).write([], [Patch(table, found, grid.declared)])


def write_rows(path: Path, table: str, rows: Rows) -> None:
    grid, at = FileHost(path).tables()[table], places(path, table)
    cells = tuple(
        CellOut(grid.row + 1 + index, grid.column + at[name], value)
        for index, row in enumerate(rows) for name, value in row.items()
    )  # fmt: skip
    FileHost(path).write([], [Patch(table, cells, max(grid.declared, len(rows)))])


def findings(path: Path, today: date = CLOSED) -> list[tuple[Scalar, ...]]:
    """Indicator, check and verdict of everything that the four checks have to say."""
    health(FileHost(path), today=today)
    grid = FileHost(path).tables()["tblHealth"]
    at = [grid.header.index(label("columns", f"tblHealth.{name}", "zh")) for name in ("kpi", "check", "verdict")]
    found = [tuple(row[place] for place in at) for row in grid.rows]
    return sorted(row for row in found if row[1] in RAW_CHECKS)


def test_orders_to_the_end_of_the_month_are_in_order(tmp_path: Path) -> None:
    path = book(tmp_path, orders(tmp_path, "2026-03-31"))
    assert findings(path) == []
    assert findings(path, today=date(2026, 9, 1)) == []


def test_a_formula_that_names_a_column_nobody_has(tmp_path: Path) -> None:
    """L-S4, however the indicator is filled."""
    wrong: Rows = [{"kpi": "ORD", "num": "COUNTDISTINCT(orders[order_nr])", "time": "orders[pay_time]"}]
    path = book(tmp_path, orders(tmp_path, "2026-03-31"), formulas=wrong)
    assert ("ORD", "L-S4", "不通过") in findings(path)
    assert "E-FORMULA-COLUMN" in {issue.code for issue in check(FileHost(path)).issues}


def test_a_formula_that_cannot_be_read_says_where(tmp_path: Path) -> None:
    wrong: Rows = [{"kpi": "ORD", "num": "COUNTDISTINCT(orders[order_id]", "time": "orders[pay_time]"}]
    path = book(tmp_path, orders(tmp_path, "2026-03-31"), formulas=wrong)
    assert ("ORD", "L-S4", "不通过") in findings(path)
    grid = FileHost(path).tables()["tblHealth"]
    assert any("公式没有写完" in str(cell) for row in grid.rows for cell in row)


def test_a_formula_in_a_circle(tmp_path: Path) -> None:
    wrong: Rows = [{"kpi": "ORD", "num": "GMV"}, {"kpi": "GMV", "num": "ORD"}]
    path = book(tmp_path, orders(tmp_path, "2026-03-31"), formulas=wrong)
    found = findings(path)
    assert ("ORD", "L-S4", "不通过") in found
    assert ("GMV", "L-S4", "不通过") in found


def test_an_export_without_a_column_that_an_indicator_needs(tmp_path: Path) -> None:
    """L-M3: without what was paid there is no turnover, though orders can be counted."""
    path = book(tmp_path, orders(tmp_path, "2026-03-31", HEAD.replace("实付金额", "备注")))
    assert findings(path) == [("GMV", "L-M3", "不通过")]
    (said,) = [issue for issue in check(FileHost(path)).issues if issue.code == "W-RAW-FIELDS"]
    assert (said.args["kpi"], said.args["found"]) == ("GMV", "orders.paid_amount")


def test_what_somebody_types_needs_no_column(tmp_path: Path) -> None:
    export = orders(tmp_path, "2026-03-31", HEAD.replace("实付金额", "备注"))
    typed: Rows = [{"period": "2026-03", "subject": "D01", "kpi": "GMV", "value": 300.0}]
    path = book(tmp_path, export, typed=typed)
    assert findings(path) == []
    assert not [issue for issue in check(FileHost(path)).issues if issue.code == "W-RAW-FIELDS"]


@pytest.mark.parametrize(("today", "found"), [(date(2026, 4, 7), []), (date(2026, 4, 8), ["GMV", "ORD"])])
def test_rows_that_have_not_come_by_the_close(tmp_path: Path, today: date, found: list[str]) -> None:
    """L-T4: the books close after five working days; 8 April is the sixth."""
    path = book(tmp_path, orders(tmp_path, "2026-03-20"), state="running")
    assert findings(path, today) == [(kpi, "L-T4", "注意") for kpi in found]


def test_scoring_before_the_rows_reach_the_end_of_the_period(tmp_path: Path) -> None:
    """L-T5, only from the locking of the data on."""
    export = orders(tmp_path, "2026-03-20")
    assert findings(book(tmp_path, export, state="running")) == []
    (tmp_path / "book.xlsx").unlink()
    path = book(tmp_path, export)
    assert findings(path) == [("GMV", "L-T5", "不通过"), ("ORD", "L-T5", "不通过")]
    assert "W-SOURCE-LATE" in {issue.code for issue in check(FileHost(path)).issues}
