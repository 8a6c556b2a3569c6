"""The buttons on raw data in a live book: what the register lists is loaded from beside the book, and told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import xlwings

from kpi_xl.commands.adding import add_sheet
from kpi_xl.faces.ribbon import ring
from kpi_xl.hosts.file import FileHost
from tests.live.engine import TestBook
from tests.live.excels import Excel

HEAD = "订单编号,考核单位,下单时间,付款时间,实付金额"


@pytest.fixture
def press(excel: Excel) -> Callable[[Path, str], TestBook]:
    """Rings a bell of a book and hands it back as it is then."""

    def pressing(path: Path, command: str) -> TestBook:
        book = excel.open(path)
        xlwings.Book(impl=book).set_mock_caller()
        try:
            ring(command)
        finally:
            del xlwings.Book._mock_caller
        return book

    return pressing


@pytest.fixture
def book(e2e1: Callable[..., Path]) -> Path:
    """March of the worked example, with three orders in a file beside it; one of its rows cannot be read."""
    path = e2e1("zh")
    rows = [f"A{number},D01,2026-03-01,2026-03-0{number + 1} 10:00:00,100" for number in range(3)]
    path.with_name("orders.csv").write_text("\n".join([HEAD, *rows, "A9,D01,2026-03-01,何时,100"]), encoding="utf-8")
    add_sheet(FileHost(path), "sources", "zh", {"tblSources": [{"source": "订单", "table": "订单", "place": "orders.csv"}]})
    return path


def test_refresh_loads_what_the_register_lists(book: Path, press: Callable[[Path, str], TestBook]) -> None:
    pressed = press(book, "refresh")
    ((title, text, mode),) = pressed.app.alerts
    assert (title, mode) == ("绩效考核 · 刷新数据", "info"), text
    assert "orders  orders.csv：读入 4，采用 3，拒绝 1" in text
    assert "数据质量" in text
    assert "数据质量" in [sheet.title for sheet in pressed.file.worksheets]


def test_facts_lists_what_the_raw_data_give(book: Path, press: Callable[[Path, str], TestBook]) -> None:
    ((title, text, _),) = press(book, "facts").app.alerts
    assert title == "绩效考核 · 取数"
    assert "2026-03  合计  ORD  3（" in text
    assert "GMV" not in text, "it is not in the plan"


def test_a_book_without_sources_is_given_a_register(
    e2e1: Callable[..., Path], press: Callable[[Path, str], TestBook]
) -> None:
    pressed = press(e2e1("zh"), "refresh")
    ((_, text, mode),) = pressed.app.alerts
    assert mode == "info"
    assert "「数据源」里还没有来源" in text
    assert "数据源" in [sheet.title for sheet in pressed.file.worksheets]


def test_facts_of_a_book_without_sources_says_so(
    e2e1: Callable[..., Path], press: Callable[[Path, str], TestBook]
) -> None:
    ((_, text, mode),) = press(e2e1("zh"), "facts").app.alerts
    assert (mode, "还没有来源" in text) == ("info", True)
