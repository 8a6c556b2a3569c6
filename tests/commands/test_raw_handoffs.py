"""Hand-offs of a raw table as a matrix of units (§1.3): counted as the indicator counts them, live, timed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kpi_xl.book.formula import violations
from kpi_xl.book.sheets import TABLES
from kpi_xl.commands.health import health
from kpi_xl.commands.raw_facts import facts
from kpi_xl.hosts.file import FileHost
from kpi_xl.labels import label
from kpi_xl.model.grid import Scalar
from kpi_xl.referee import formula_cells
from tests.commands.raw_books import book_of, with_source
from tests.workbooks.books import assert_engines_agree

HEAD = "交接编号,交出单位,接收单位,事项,应交时间,交付时间,验收时间,返工次数,确认人"
ROWS = (
    "H1,D01,D02,A,2026-03-02 18:00,2026-03-02 17:00,2026-03-03 00:00,0,李四",      # in order; the receiver took six hours
    "H2,D01,D02,B,2026-03-04 18:00,2026-03-04 20:00,2026-03-04 22:00,0,李四",      # late
    "H3,D01,D02,C,2026-03-06 18:00,2026-03-06 17:00,,0,",                           # never confirmed
    "H4,D02,D03,A,2026-03-09 18:00,2026-03-04 00:00,2026-03-09 17:00,0,王五",      # a day after it was accepted
    "H5,D02,D01,D,2026-03-10 18:00,2026-03-10 17:00,2026-03-10 17:30,1,张三",      # sent back once
    "H6,D03,D01,E,2026-03-11 18:00,2026-03-11 17:00,2026-03-11 17:30,0,D03",        # who gives cannot confirm
    "H7,D03,D01,F,2026-04-01 09:00,2026-03-31 17:00,2026-03-31 17:30,0,张三",      # due in April
)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    export = tmp_path / "handoffs.csv"
    export.write_text("\n".join([HEAD, *ROWS]), encoding="utf-8")
    units = ("D01", "D02", "D03")
    targets = [{"period": "2026-03", "subject": unit, "kpi": "HANDOFF", "target": 0.9} for unit in units]
    names = {"D01": "平台运营", "D02": "商品运营", "D03": "用户运营"}
    path = book_of(tmp_path / "book.xlsx", "2026-03", units, {"HANDOFF": (1.0, "RATIO")}, targets, names=names)
    return with_source(path, source="handoffs", table="handoffs", place=str(export))


def rows(path: Path, table: str, *columns: str) -> list[tuple[Scalar, ...]]:
    grid = FileHost(path).tables()[table]
    at = [grid.header.index(label("columns", f"{table}.{column}", "zh")) for column in columns]
    return [tuple(row[place] for place in at) for row in grid.rows]


def test_the_matrix_says_who_hands_to_whom(book: Path) -> None:
    receipt = health(FileHost(book))
    assert label("sheets", "handoffs", "zh") in receipt.facts["sheets"]  # type: ignore[operator]
    assert rows(book, "tblHandoffMatrix", "unit", "due", "share", "to1", "to2", "to3", "to4") == [
        ("D01 平台运营", 3.0, pytest.approx(1 / 3), "—", pytest.approx(1 / 3), "—", None),
        ("D02 商品运营", 2.0, 0.5, 0.0, "—", 1.0, None),
        ("D03 用户运营", 1.0, 0.0, 0.0, "—", "—", None),
    ]
    assert len(TABLES["tblHandoffMatrix"].columns) == 14


def test_waiting_is_the_giver_s_and_the_cycle_the_receiver_s(book: Path) -> None:
    """D01 to D02: six hours and four over two that were accepted; D02 worked a day on A, its waiting left out."""
    health(FileHost(book))
    found = rows(book, "tblHandoffs", "giver", "receiver", "due", "in_order", "accepted", "open", "waiting", "cycle")
    assert found[0] == ("D01 平台运营", "D02 商品运营", 3.0, 1.0, 2.0, 1.0, 5.0, 24.0)
    assert [row[2:6] for row in found[1:]] == [(1.0, 0.0, 1.0, 0.0), (1.0, 1.0, 1.0, 0.0), (1.0, 0.0, 0.0, 1.0)]


def test_the_matrix_counts_what_the_indicator_counts(book: Path) -> None:
    pairs: list[dict[str, Any]] = health(FileHost(book)).facts["handoffs"]  # type: ignore[assignment]
    known = {each["unit"]: each for each in facts(FileHost(book), by="unit").facts["facts"]}  # type: ignore[attr-defined]
    for unit in ("D01", "D02", "D03"):
        mine = [each for each in pairs if each["giver"] == unit]
        sums = sum(each["in_order"] for each in mine), sum(each["due"] for each in mine)
        assert sums == (known[unit]["num"], known[unit]["den"]), unit


def test_its_arithmetic_is_live(book: Path) -> None:
    health(FileHost(book))
    formulas = {place: cell for place, cell in formula_cells(book).items() if place[0] == label("sheets", "handoffs", "zh")}
    assert len(formulas) == 3 * 12 + 4 * 4
    assert not [cell.formula for cell in formulas.values() if list(violations(cell.formula))]
    assert_engines_agree(book)


def test_a_book_without_hand_offs_has_no_such_sheet(tmp_path: Path) -> None:
    path = book_of(tmp_path / "book.xlsx", "2026-03", ["D01"], {"ORD": (1.0, "RATIO")})
    health(FileHost(path))
    assert "tblHandoffs" not in FileHost(path).tables()
