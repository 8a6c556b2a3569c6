"""Sheets added to a book that is open in Excel: shown behind their neighbour, the donor gone, all or nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kpi_xl.book.sheets import SHEET_BY_KEY
from kpi_xl.commands.adding import KEYS, add
from kpi_xl.commands.score import score
from kpi_xl.errors import WorkbookError
from kpi_xl.hosts.grafting.openable import openable
from kpi_xl.hosts.machine.dated_copies import FOLDER
from kpi_xl.hosts.ooxml.package import package_from, read_part
from kpi_xl.labels import label
from tests.hosts.samples import CARDS, TARGETS, donor_book, plain_book
from tests.live import engine
from tests.live.engine import Refusal
from tests.live.excels import Excel


@pytest.mark.parametrize("platform", ["excel", "mac"])
def test_a_book_with_every_extra_sheet_is_scored_as_before(
    request: pytest.FixtureRequest, platform: str, e2e1: Callable[[], Path]
) -> None:
    excel: Excel = request.getfixturevalue(platform)
    book = excel.open(e2e1())
    host = excel.host(book)
    for key in KEYS:
        add(host, key)
        names = book.file.sheetnames
        place = names.index(label("sheets", key, "zh"))
        assert names[place - 1] == label("sheets", SHEET_BY_KEY[key].after, "zh")
    assert excel.app.books.open_books == [book], "the donor is closed"
    assert score(host).facts["cards"][0]["total"] == 99.22  # type: ignore[index]


def test_a_copy_of_the_book_is_kept_first(excel: Excel, tmp_path: Path) -> None:
    host = excel.host(excel.open(plain_book(tmp_path / "book.xlsx", (TARGETS,), {})))
    host.graft(donor_book(tmp_path / "donor.xlsx"))
    assert len(list((tmp_path / FOLDER).iterdir())) == 1


def test_a_protected_structure_is_left_alone(excel: Excel, tmp_path: Path) -> None:
    book = excel.open(plain_book(tmp_path / "book.xlsx", (TARGETS,), {}))
    book.locks_structure = True
    with pytest.raises(WorkbookError) as failure:
        excel.host(book).graft(donor_book(tmp_path / "donor.xlsx"))
    assert (failure.value.code, excel.app.books.open_books) == ("E-EXCEL-FAILED", [book])


def test_what_fails_midway_leaves_no_sheet(
    excel: Excel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = excel.open(plain_book(tmp_path / "book.xlsx", (TARGETS, CARDS), {}))

    def refuse(*_: object) -> None:
        raise Refusal("no")

    monkeypatch.setattr(engine, "enter", refuse)
    names = list(book.file.sheetnames)
    with pytest.raises(WorkbookError):
        excel.host(book).graft(donor_book(tmp_path / "donor.xlsx"), "tblTargets")
    assert (book.file.sheetnames, excel.app.books.open_books) == (names, [book])


def test_what_an_office_opens_looks_at_no_sheet_that_is_not_there(tmp_path: Path) -> None:
    """Excel repairs a file with such a reference, and takes the formula away."""
    path = donor_book(tmp_path / "donor.xlsx")
    with openable(path, tmp_path) as given:
        sheet = read_part(package_from("", given.path.read_bytes()), "xl/worksheets/sheet1.xml").decode()
        assert given.path != path
        assert [cell.formula for cell in given.formulas["里程碑"]] == ["A6&\"|\"&'目标'!$B$6", "A7&\"|\"&'目标'!$B$6"]
    assert "目标" not in sheet and "<f>'里程碑'!B6+B7</f>" in sheet
    assert not given.path.exists()
