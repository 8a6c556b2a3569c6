"""Sheets added to a workbook that is open in LibreOffice: with what it leaves behind, or none of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from kpi_xl.book.example import example
from kpi_xl.commands.adding import KEYS, add_sheets, addable
from kpi_xl.commands.new import new_from
from kpi_xl.commands.score import score
from kpi_xl.errors import WorkbookError
from kpi_xl.hosts.file import FileHost
from kpi_xl.hosts.office.host import OfficeHost
from kpi_xl.hosts.office.program import Office, property_value
from kpi_xl.model.grid import CellOut, Patch
from tests.hosts.samples import CARDS, MILESTONES, TARGETS, donor_book, plain_book
from tests.office import quiet


@pytest.fixture
def document(office: Office, tmp_path: Path) -> Any:
    return office.open(plain_book(tmp_path / "book.xlsx", [CARDS, TARGETS], {}))


def saved(document: Any, path: Path) -> Path:
    document.storeToURL(path.as_uri(), (property_value("FilterName", "Calc MS Excel 2007 XML"),))
    return path


def test_a_book_with_every_sheet_there_is_is_scored_as_before(office: Office, tmp_path: Path) -> None:
    new_from(tmp_path / "book.xlsx", FileHost, example("zh"), "zh")
    document = office.open(tmp_path / "book.xlsx")
    add_sheets(OfficeHost(document), KEYS)
    for place in range(document.Sheets.Count):      # as a person leafs through them
        document.CurrentController.setActiveSheet(document.Sheets.getByIndex(place))
    score(OfficeHost(document))
    path = saved(document, tmp_path / "saved.xlsx")
    quiet(document)
    twin = grown(tmp_path / "file.xlsx")
    assert (addable(FileHost(path)), order(path)) == ((), order(twin))
    receipt, same = score(FileHost(path)), score(FileHost(twin))
    assert (receipt.issues, receipt.facts["cards"]) == (same.issues, same.facts["cards"])
    assert receipt.facts["cards"][0]["total"] == 99.22  # type: ignore[index]


def grown(path: Path) -> Path:
    """The same book with the same sheets, made without an office."""
    new_from(path, FileHost, example("zh"), "zh")
    add_sheets(FileHost(path), KEYS)
    return path


def order(path: Path) -> list[str]:
    return list(openpyxl.load_workbook(path, read_only=True).sheetnames)


def test_sheets_taken_over_between_others_can_be_shown(document: Any, tmp_path: Path) -> None:
    host, view = OfficeHost(document), document.CurrentController
    for number in range(12):                # LibreOffice 7.4 ended at the second, at the sixth at the latest
        host.graft(donor_book(tmp_path / "donor.xlsx"), "tblTargets")
        view.setActiveSheet(document.Sheets.getByIndex(number % 4))
        document.Sheets.removeByName("里程碑")
    assert document.Sheets.ElementNames == ("目标", "汇总排名", "考核评分表")


def test_it_stands_behind_its_anchor_and_nothing_can_be_undone_astray(document: Any, tmp_path: Path) -> None:
    host = OfficeHost(document, "重新计算")
    host.write([], [Patch("tblCards", (CellOut(6, 4, "B"),), 2)])
    host.graft(donor_book(tmp_path / "donor.xlsx"), "tblTargets")
    assert document.Sheets.ElementNames == ("目标", "里程碑", "汇总排名", "考核评分表")
    assert document.UndoManager.getAllUndoActionTitles() == ()
    host.write([], [Patch("tblCards", (CellOut(6, 4, "A"),), 2)])
    document.UndoManager.undo()
    assert host.tables()["tblCards"].rows[0][2] == "B"


def test_what_fails_midway_leaves_no_sheet(
    document: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kpi_xl.hosts.office.graft._add_table", refuse)
    host = OfficeHost(document)
    with pytest.raises(WorkbookError) as failure:
        host.graft(donor_book(tmp_path / "donor.xlsx"), "tblTargets")
    assert (failure.value.code, failure.value.args_by_name["reason"]) == ("E-OFFICE-REFUSED", "no")
    assert document.Sheets.ElementNames == ("目标", "汇总排名", "考核评分表")
    assert dict(host.tables()) == {"tblTargets": TARGETS, "tblCards": CARDS}


def refuse(*_: object) -> None:
    from com.sun.star.uno import RuntimeException

    raise RuntimeException("no", None)


def test_looks_titles_and_held_rows_come_along(office: Office, tmp_path: Path) -> None:
    document = office.open(plain_book(tmp_path / "book.xlsx", [CARDS, TARGETS], {}), is_hidden=False)
    OfficeHost(document).graft(donor_book(tmp_path / "donor.xlsx"), "tblTargets")
    path = saved(document, tmp_path / "saved.xlsx")
    sheet = openpyxl.load_workbook(path)["里程碑"]
    assert (sheet.print_title_rows, sheet.freeze_panes, sheet["C6"].fill.fgColor.rgb) == ("$1:$5", "B6", "FFFFF8E1")
    assert sheet.data_validations.dataValidation[0].type == "decimal"
    assert FileHost(path).tables()["tblMilestones"] == MILESTONES


def test_a_protected_structure_is_left_alone(document: Any, tmp_path: Path) -> None:
    document.protect("")
    with pytest.raises(WorkbookError) as failure:
        OfficeHost(document).graft(donor_book(tmp_path / "donor.xlsx"))
    assert (failure.value.code, document.Sheets.Count) == ("E-BOOK-STRUCTURE", 3)
