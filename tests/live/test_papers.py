"""The buttons that write files, rung in a live book: what lies beside it afterwards is right."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import xlwings

from kpi_xl.faces.ribbon import ring
from tests.commands.company import LIFT, company_book
from tests.live.engine import TestBook
from tests.live.excels import Excel
from tests.live.papers import assert_copies, assert_forms
from tests.workbooks.books import skip_without


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return company_book(tmp_path_factory.mktemp("company") / "集团 考核.xlsx")


def rung(command: str, company: Path, excel: Excel, folder: Path) -> TestBook:
    """The company's book, open in Excel, after a bell."""
    book = excel.open(Path(shutil.copy(company, folder)))
    xlwings.Book(impl=book).set_mock_caller()
    try:
        ring(command)
    finally:
        del xlwings.Book._mock_caller
    return book


def test_print_all_writes_the_form_of_every_card(company: Path, excel: Excel, tmp_path: Path) -> None:
    skip_without("libreoffice")
    book = rung("print_all", company, excel, tmp_path)
    folder = tmp_path / "集团 考核-发布-评分表"
    assert {file.name for file in folder.iterdir()} == {f"{card}.pdf" for card in LIFT}
    assert_forms(folder.iterdir(), company)
    ((title, text, mode),) = book.app.alerts
    assert (title, mode) == ("绩效考核 · 打印全部", "info")
    assert text.splitlines()[0] == f"已写出 {len(LIFT) + 1} 个文件：{tmp_path}"
    assert any(f"共 {len(LIFT)} 份" in str(said) for said in book.app.said)
    assert book.app.status_bar is False


def test_copies_hold_nobody_else(company: Path, excel: Excel, tmp_path: Path) -> None:
    book = rung("copies", company, excel, tmp_path)
    assert_copies((tmp_path / "集团 考核-发布-副本").iterdir(), company)
    ((title, _, mode),) = book.app.alerts
    assert (title, mode) == ("绩效考核 · 个人副本", "info")
    done = [said for said in book.app.said if isinstance(said, str) and "份" in said]
    assert done == [f"个人副本：第 {number} 份，共 {len(LIFT)} 份" for number in range(1, len(LIFT) + 1)]
    assert book.writes == 0, "the open book is left as it is"
