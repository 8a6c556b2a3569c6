"""Raw rows in a workbook that is open in LibreOffice: what they come to is what they come to in its file."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest

from kpi_xl.book.tables.facts import FACTS
from kpi_xl.builder.raw_frame import style_of
from kpi_xl.commands.adding import graft_raw
from kpi_xl.commands.importing import import_, list_loads, remove_load
from kpi_xl.commands.receipt import Receipt
from kpi_xl.commands.score import score
from kpi_xl.facts.raw.layouts import layouts
from kpi_xl.hosts.file import FileHost
from kpi_xl.hosts.office.host import OfficeHost
from kpi_xl.hosts.office.program import Office
from kpi_xl.hosts.port import WorkbookHost
from kpi_xl.model.grid import CellOut, Patch, Scalar
from tests.commands.raw_books import book_of
from tests.hosts.office.test_host import same
from tests.office import quiet

UNITS = ("D01", "007")
PLAN = {"ORD": (0.5, "RATIO"), "GMV": (0.5, "RATIO")}
MARCH = datetime(2026, 3, 31, 23, 59, 59)
ODD: Sequence[dict[str, Scalar]] = (
    {"order_id": "202603050000000001", "unit_id": "D01", "pay_time": MARCH, "paid_amount": 0.1 + 0.2, "buyer_id": "B1"},
    {"order_id": 1001.0, "unit_id": "D01", "pay_time": "2026年3月5日", "paid_amount": "1.2万", "buyer_id": 17.0},
    {"order_id": "1002", "unit_id": "007", "pay_time": "2026/3/5 8:01", "paid_amount": "¥1,234.50", "buyer_id": "B3"},
    {"order_id": "1003", "unit_id": 7.0, "pay_time": datetime(2026, 4, 1), "paid_amount": 5.0, "buyer_id": "B3"},
    {"order_id": "1004", "unit_id": "007", "pay_time": 46082.5, "paid_amount": 1 / 3, "is_test": True},
    {"order_id": "1005", "unit_id": "007", "pay_time": "2026-03-09T10:00:00+08:00", "paid_amount": 80.0, "is_test": False},
    {"order_id": "1007", "unit_id": "D01", "pay_time": "昨天", "paid_amount": 9.0, "buyer_id": "B4"},
    {"order_id": "1002", "unit_id": "007", "pay_time": "2026/3/5 8:01", "paid_amount": "¥1,234.50", "buyer_id": "B3"},
    {},
    {"order_id": "合计", "paid_amount": 99.0},
)  # fmt: skip
"""Orders as people have them: numbers in words, dates as text and as numbers, a duplicate, a total."""


@pytest.fixture
def book(tmp_path: Path) -> Path:
    targets = [{"period": "2026-03", "subject": unit, "kpi": kpi, "target": 10.0} for unit in UNITS for kpi in PLAN]
    return book_of(tmp_path / "book.xlsx", "2026-03", UNITS, PLAN, targets)


@pytest.fixture
def pasted(book: Path) -> Path:
    """Typed into the sheet, as a person pastes them."""
    fields = {field.name: (place, style_of(field)) for place, field in enumerate(layouts()["orders"].fields)}
    graft_raw(FileHost(book), "orders", (), "zh")
    grid = FileHost(book).tables()["tblRaw_orders"]
    cells = tuple(
        CellOut(line, grid.column + fields[field][0], value, style=fields[field][1])
        for line, row in enumerate(ODD, start=grid.row + 1) for field, value in row.items()
    )  # fmt: skip
    FileHost(book).write([], [Patch("tblRaw_orders", cells, len(ODD))])
    return book


def rows(host: WorkbookHost, *tables: str) -> list[tuple[Scalar, ...]]:
    return [tuple(row) for name in tables for row in host.tables()[name].rows]


def assert_same(live: WorkbookHost, file: WorkbookHost, *tables: str) -> None:
    pairs = list(zip(rows(live, *tables), rows(file, *tables), strict=True))
    assert [pair for pair in pairs if not all(map(same, *pair))] == []


def outcome(receipt: Receipt) -> tuple[object, ...]:
    return receipt.exit_code, receipt.issues, receipt.facts


def test_pasted_rows_are_scored_as_those_of_the_file(office: Office, pasted: Path) -> None:
    """In March and no tests: 0.30 + 12,000 of two orders of D01, 1,234.50 + 80 of two of 007."""
    document = office.open(pasted)
    live, file = OfficeHost(document), FileHost(pasted)
    assert outcome(score(live)) == outcome(score(file))
    assert_same(live, file, "tblFacts", "tblDetail", "tblCards")
    value = FACTS.position("value")
    assert [row[value] for row in rows(live, "tblFacts")] == [12000.3, 2.0, 1314.5, 2.0]
    quiet(document)


def test_an_export_goes_into_the_open_book_and_out_again(office: Office, book: Path, tmp_path: Path) -> None:
    """Sheets added live, their loads and totals told apart as in the file."""
    export = tmp_path / "三月订单.csv"
    heading = "订单编号,考核单位,付款时间,实付金额,买家ID"
    lines = [f"A{number},{UNITS[number % 2]},2026-03-0{number} 10:00:00,{number}.25,B1" for number in range(1, 8)]
    export.write_text("\n".join([heading, *lines, lines[0], "合计,,,29.75,"]), encoding="utf-8")
    document = office.open(shutil.copyfile(book, tmp_path / "open.xlsx"))
    live, file = OfficeHost(document), FileHost(book)
    for host in (live, file):
        import_(host, [export])
    assert outcome(score(live)) == outcome(score(file))
    assert list_loads(live).facts == list_loads(file).facts
    assert_same(live, file, "tblFacts", "tblRaw_orders")
    assert [row[4:11] for row in rows(live, "tblLoads")] == [row[4:11] for row in rows(file, "tblLoads")]
    remove_load(live, "三月订单.csv")
    assert {card["status"] for card in score(live).facts["cards"]} == {"WITHHELD"}  # type: ignore[attr-defined]
    quiet(document)
